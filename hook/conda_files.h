/* Files that a conda command names: lists of specs, @EXPLICIT lists, environment.yml. */
#ifndef EG_CONDA_FILES_H
#define EG_CONDA_FILES_H

#include "conda/conda_request.h"
#include "run.h"

/* PATH's content added to REQUEST. */
enum eg_error_kind eg_conda_file(struct eg_run *run, const char *path, struct eg_conda_request *request);

#endif
