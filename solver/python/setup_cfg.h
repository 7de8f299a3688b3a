/* The declarative part of a setup.cfg (setuptools) as core metadata. */
#ifndef EG_SETUP_CFG_H
#define EG_SETUP_CFG_H

#include "run.h"

/* NULL where its [options] do not list what the project requires, or take it from another file. */
char *eg_setup_cfg_metadata(struct eg_run *run, const char *text, size_t n, size_t *ret_n);

#endif
