/* Around a transaction that is let through: a snapshot before it, and a look at the GPU stack after it. */
#ifndef EG_WATCH_H
#define EG_WATCH_H

#include "inventory.h"
#include "report.h"

struct eg_watch {
	bool due;                   /* something of a GPU stack is there, and may change */
	const char *python;         /* as the environment was named; NULL: by its prefix */
	struct eg_inventory before;
	const struct eg_plan *plan; /* what was let through; NULL: nobody knows */
	bool certain;               /* no part of the plan is a guess */
	const char *tool;
	struct eg_strs command;
	const char *snapshot;       /* its id; NULL: none */
	bool judged_inside;         /* the tool itself asks, when it knows its exact transaction */
};

/* Before the tool begins. PYTHON: the interpreter that the tool runs with, NULL: the plan's prefix tells the environment.
   Where FORECAST touches the GPU stack, or could not tell, a snapshot is made. No failure of it stops the tool. */
void eg_watch_begin(struct eg_run *run, const char *python, const struct eg_forecast *forecast, struct eg_watch *ret);

/* watch_recall.c: ENTRIES are the .dist-info folders that were there when the tool began. What has become of the GPU stack since
   counts as what comes of it. */
void eg_watch_recall(struct eg_run *run, const struct eg_strs *entries, struct eg_watch *watch);

/* Is a change of the package part of what was let through? */
bool eg_watch_plans(const struct eg_watch *watch, const char *name);

/* After the tool has ended: where the GPU stack is neither as it was nor as planned, says so on stderr, with the way back. */
void eg_watch_end(struct eg_run *run, const struct eg_watch *watch);

/* watch_json.c: the document "envguard.watch/1", for eg_watch_end in another process; HELD: what is constrained. Heap memory:
   free() it. */
char *eg_watch_text(struct eg_run *run, const struct eg_watch *watch, const struct eg_strs *held);
enum eg_error_kind eg_watch_parse(struct eg_run *run, const char *text, size_t n, struct eg_watch *ret);

/* Leaves word, in the environment that the tool inherits, that we shall look after PREFIX ourselves. */
void eg_watch_leave(struct eg_run *run, const char *prefix);

/* Does the process that has started this tool look after PREFIX? */
bool eg_watch_left(const char *prefix);

#endif
