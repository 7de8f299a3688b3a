/* What `envguard suggest` found for one framework, and its forecast. */
#ifndef EG_ADVICE_H
#define EG_ADVICE_H

#include "guard.h"
#include "suggest.h"

struct eg_advice {
	const char *framework;
	struct eg_suggestions suggestions;
	size_t chosen;               /* of the suggestions */
	struct eg_forecast forecast; /* of the chosen one */
	enum eg_exit exit;           /* as dry-run's */
};

void eg_advice_text(FILE *out, struct eg_run *run, const struct eg_advice *advice);
void eg_advice_json(FILE *out, struct eg_run *run, const struct eg_advice *advices, size_t n);

#endif
