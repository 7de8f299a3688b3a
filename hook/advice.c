#include "advice.h"

#include "shell_words.h"
#include "json_out.h"

enum { MARGIN = 11 };

/* What became of the forecast, in a line. */
static const char *checked(struct eg_run *run, const struct eg_advice *advice)
{
	const struct eg_forecast *forecast = &advice->forecast;
	const struct eg_judgement *judgement = &forecast->judgement;
	const char *first = judgement->n_findings ? judgement->findings[0].message : "";

	switch (advice->exit) {
	case EG_EXIT_OK:
		if (judgement->verdict == EG_VERDICT_WARN)
			return eg_strf(run->arena, "allowed with warnings: %s", first);
		if (!forecast->plan.n_changes)
			return "it is installed already";
		return eg_strf(run->arena, "allowed: %zu package%s would change", forecast->plan.n_changes,
			       forecast->plan.n_changes == 1 ? "" : "s");
	case EG_EXIT_BLOCKED:
		return eg_strf(run->arena, "blocked: %s", first);
	case EG_EXIT_IMPOSSIBLE:
		return eg_strf(run->arena, "%s would refuse: %s", forecast->plan.tool,
			       forecast->plan.error ? forecast->plan.error : "it finds no solution");
	case EG_EXIT_USAGE:
	case EG_EXIT_UNKNOWN:
		break;
	}
	const char *error = forecast->error ? forecast->error : forecast->plan.error;
	return eg_strf(run->arena, "not checked: %s", error ? error : "no reason is known");
}

static void line(FILE *out, struct eg_run *run, const char *label, const char *text)
{
	static const struct eg_style plain = {.width = 100};

	fprintf(out, "  %-*s", MARGIN - 2, label);
	eg_write_wrapped(out, &plain, MARGIN, eg_printable(run->arena, text));
	fputc('\n', out);
}

void eg_advice_text(FILE *out, struct eg_run *run, const struct eg_advice *advice)
{
	const struct eg_suggestions *suggestions = &advice->suggestions;

	fprintf(out, "%s:\n", advice->framework);
	if (!suggestions->n) {
		line(out, run, "nothing", suggestions->none);
		return;
	}
	const struct eg_suggestion *suggestion = &suggestions->v[advice->chosen];
	fprintf(out, "  %s\n", eg_printable(run->arena, eg_shell_words(run->arena, &suggestion->command)));
	line(out, run, "because", suggestion->why);
	if (suggestion->source)
		line(out, run, "source", suggestion->source);
	line(out, run, "checked", checked(run, advice));
}

static cJSON *one(struct eg_run *run, const struct eg_advice *advice)
{
	static const char *const names[] = {"allow", "warn", "block"};
	struct eg_arena *arena = run->arena;
	const struct eg_suggestions *suggestions = &advice->suggestions;
	const struct eg_suggestion *suggestion = suggestions->n ? &suggestions->v[advice->chosen] : NULL;
	const struct eg_strs none = {0};
	cJSON *object = cJSON_CreateObject();

	eg_json_text(arena, object, "framework", advice->framework);
	eg_json_list(arena, object, "command", suggestion ? &suggestion->command : &none);
	eg_json_text(arena, object, "command_line", suggestion ? eg_shell_words(arena, &suggestion->command) : NULL);
	eg_json_text(arena, object, "variant", suggestion ? suggestion->variant : NULL);
	eg_json_text(arena, object, "why", suggestion ? suggestion->why : suggestions->none);
	eg_json_text(arena, object, "source", suggestion ? suggestion->source : NULL);
	eg_json_text(arena, object, "verdict",
		     suggestion && advice->forecast.judged ? names[advice->forecast.judgement.verdict] : NULL);
	eg_json_text(arena, object, "checked", suggestion ? checked(run, advice) : NULL);
	return object;
}

void eg_advice_json(FILE *out, struct eg_run *run, const struct eg_advice *advices, size_t n)
{
	cJSON *document = cJSON_CreateObject();

	eg_json_text(run->arena, document, "schema", "envguard.suggest/1");
	cJSON *list = cJSON_AddArrayToObject(document, "suggestions");
	for (size_t i = 0; i < n; i++)
		cJSON_AddItemToArray(list, one(run, &advices[i]));
	eg_json_write(out, document);
}
