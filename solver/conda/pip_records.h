/* What pip installed into a conda environment, as records: its Python is never started. */
#ifndef EG_PIP_RECORDS_H
#define EG_PIP_RECORDS_H

#include "map.h"
#include "record.h"
#include "run.h"

/* Distributions in PREFIX's site-packages that no record of CONDA (by name) stands for: channel and subdir "pypi", build
   "pypi_0", as conda with prefix_data_interoperability sees them. Sorted by name. */
void eg_pip_records(struct eg_run *run, const char *prefix, const struct eg_map *conda, struct eg_conda_record ***ret,
		    size_t *ret_n);

#endif
