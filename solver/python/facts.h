/* An interpreter's answer to probe.py: read into a struct, and held against the files that it depends on. */
#ifndef EG_FACTS_H
#define EG_FACTS_H

#include "interpreter.h"
#include "run.h"

/* JSON is what probe.py printed; EXE names it in messages. In *ret .exe is what the interpreter takes itself for. */
enum eg_error_kind eg_facts_read(struct eg_run *run, const char *json, size_t n, const char *exe,
				 struct eg_interpreter *ret);

/* The state of the files and directories that the answer names as its sources: it holds as long as this text is the
   same. NULL when JSON is no such answer. */
char *eg_facts_stamp(struct eg_run *run, const char *json, size_t n);

#endif
