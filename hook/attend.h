/* A tool that is waited for, as if it were this very process: its terminal, its process group, its signals, its end. */
#ifndef EG_ATTEND_H
#define EG_ATTEND_H

#include "run.h"

/* Calls START in a child in our process group, which becomes the tool there or returns an exit status, and waits until the
   tool has ended. Signals that are sent to us go on to it; those of the terminal it gets itself. When it stops (Ctrl-Z),
   so do we, until we are continued. If we are killed, so is it. *ret_status is as waitpid(2) tells it. */
enum eg_error_kind eg_attend(struct eg_run *run, int (*start)(void *ctx), void *ctx, int *ret_status);

/* The same for a program and its words, argv[0] being a name on PATH or a path. */
enum eg_error_kind eg_attend_words(struct eg_run *run, const struct eg_strs *argv, int *ret_status);

/* What a shell would say of the end: the exit status, or 128 and the signal. */
int eg_attend_code(int status);

/* Ends as the tool has ended, by the same signal where it was one; else returns its exit status. */
int eg_attend_follow(int status);

#endif
