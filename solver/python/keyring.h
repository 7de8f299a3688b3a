/* Credentials from the keyring, as pip gets them (MultiDomainBasicAuth of pip/_internal/network/auth.py). They are handed
   on to the transfer and appear in no message. */
#ifndef EG_KEYRING_H
#define EG_KEYRING_H

#include "interpreter.h"
#include "request.h"

/* Lives in the run's arena. Each address is asked for once. */
struct eg_keyring;

/* NULL where pip would ask none: --keyring-provider disabled, or "auto" with --no-input. */
struct eg_keyring *eg_keyring_new(struct eg_run *run, const struct eg_pip_request *request,
				  const struct eg_interpreter *interpreter);

/* For eg_fetch_options.credentials, with the keyring as its context. An index's own user name and password come first, then
   the keyring by the address of the index, then by the host. */
bool eg_keyring_credentials(void *keyring, const char *url, const char **ret_user, const char **ret_password);

#endif
