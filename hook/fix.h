/* Commands that get what was asked for without the harm: each one forecast and judged before it is shown. */
#ifndef EG_FIX_H
#define EG_FIX_H

#include "tool.h"

/* Fills .fix, or .no_fix, of FORECAST's warnings and blocks. */
void eg_fix_find(struct eg_run *run, const struct eg_tool *tool, struct eg_session *session,
		 struct eg_forecast *forecast);

#endif
