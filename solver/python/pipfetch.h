/* How pip's options reach the network. */
#ifndef EG_PIPFETCH_H
#define EG_PIPFETCH_H

#include "fetch.h"
#include "interpreter.h"
#include "request.h"

/* Proxy, certificates, trusted hosts, time-out, retries, .netrc and keyring as REQUEST asks; in the run's arena. */
struct eg_fetch_options eg_pip_fetch_options(struct eg_run *run, const struct eg_pip_request *request,
					     const struct eg_interpreter *interpreter);

#endif
