/* pip's command line, with its configuration and files, as a request. */
#ifndef EG_TOOL_PIP_H
#define EG_TOOL_PIP_H

#include "python/resolve.h"

/* A whole command taken apart: "pip install x", "python3.10 -I -m pip install x", "pip --python EXE install x". */
struct eg_pip_invocation {
	const char *python;       /* the interpreter it acts on, a name, path or environment; NULL: whatever is active */
	bool explicit_python;     /* named by path, version or --python, so that it outranks other ways to choose */
	const char *const *argv;  /* after the program words: general options, "install", … */
	size_t argc;
	size_t words;             /* how many words the program took */
	bool mim;                 /* it is OpenMMLab's, which drives pip */
};

/* False when the words are no pip command. */
bool eg_pip_split(struct eg_arena *arena, const char *const *argv, size_t argc, struct eg_pip_invocation *ret);

/* Would it change what is installed: install or uninstall, and not just their --help? ARGV after the program words. */
bool eg_pip_is_transaction(struct eg_arena *arena, const char *const *argv, size_t argc);

/* The words of a whole command that name what pip install is to install, pointers into ARGV. False: it is no install. */
bool eg_pip_named(struct eg_run *run, const char *const *argv, size_t argc, struct eg_strs *ret);

/* The environment's own pip, by its dist-info; {0, 0} where there is none. */
struct eg_pip_release eg_pip_release_of(const struct eg_interpreter *interpreter);

/* ARGV (after the program words), the configuration and all files that they name, read; those at an address are got with
   the network options of the command. EG_USAGE where pip itself refuses it. */
enum eg_error_kind eg_pip_command(struct eg_run *run, const struct eg_interpreter *interpreter,
				  const char *const *argv, size_t argc, struct eg_pip_request *ret);

#endif
