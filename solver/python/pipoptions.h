/* Options that the command line, the configuration and requirements files share. */
#ifndef EG_PIPOPTIONS_H
#define EG_PIPOPTIONS_H

#include "options.h"
#include "request.h"

/* The first member of the values that a table with these functions fills: they act on the request at once, since their
   order matters across files and the command line. */
struct eg_pip_values {
	struct eg_pip_request *request;
};

eg_option_fn eg_pip_no_binary, eg_pip_only_binary, eg_pip_all_releases, eg_pip_only_final;


#endif
