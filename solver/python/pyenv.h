/* pyenv's shims: scripts named like programs that find, slowly, which of several interpreters is meant here. */
#ifndef EG_PYENV_H
#define EG_PYENV_H

#include "run.h"

/* The program that the shim EXE would start in the working directory; EXE itself when it is no shim of pyenv, or one
   that must be asked. */
const char *eg_pyenv_resolve(struct eg_run *run, const char *exe);

#endif
