/* One line on a terminal about work that takes long. */
#ifndef EG_PROGRESS_H
#define EG_PROGRESS_H

#include "run.h"

struct eg_progress {
	int64_t start, last; /* on eg_now_ms's clock */
	bool shown;
};

/* Shows RUN's progress on stderr when that is a terminal, from half a second on. *PROGRESS must outlive the work. */
void eg_progress_watch(struct eg_run *run, struct eg_progress *progress);

/* Takes the line away. */
void eg_progress_end(struct eg_run *run);

#endif
