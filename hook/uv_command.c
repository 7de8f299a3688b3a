/* Which of uv's commands a command line is, and its options. */
#include <stdlib.h>

#include "ceilings.h"
#include "file.h"
#include "tool_uv.h"
#include "uv_config.h"

static const char what_is_forecast[] =
	"of uv's commands, pip install, pip sync, pip uninstall, sync, run, add and remove are forecast";

static const struct verb {
	bool pip;
	const char *name;
	enum uv_table table;
	enum eg_uv_verb verb;
} verbs[] = {
	{true, "install", UV_INSTALL, EG_UV_PIP_INSTALL},
	{true, "sync", UV_INSTALL, EG_UV_PIP_SYNC},
	{true, "uninstall", UV_UNINSTALL, EG_UV_PIP_UNINSTALL},
	{false, "sync", UV_PROJECT, EG_UV_PROJECT_SYNC},
	{false, "run", UV_RUN, EG_UV_PROJECT_RUN},
	{false, "add", UV_PROJECT, EG_UV_PROJECT_ADD},
	{false, "remove", UV_PROJECT, EG_UV_PROJECT_REMOVE},
};

/* "uv [options] [pip [options]] COMMAND …": the words but for these names. NULL: another command. */
static const struct verb *split(struct eg_arena *arena, const char *const *argv, size_t argc, struct eg_strs *ret_words)
{
	struct eg_run scratch = {.arena = arena};
	struct eg_option_context context = {.run = &scratch};
	struct eg_option_table general = uv_option_table(arena, UV_GENERAL);
	struct eg_uv_request request = {0};
	const char *name = NULL;
	bool pip = false;

	for (size_t from = 1; from < argc && !name;) {
		struct uv_values values = uv_values_default(&request);
		struct eg_strs rest = {0}, unknown = {0};

		if (eg_options_parse(&context, &general, argv + from, argc - from, &values, &rest, &unknown) || !rest.n)
			return NULL;
		size_t at = argc - rest.n;
		for (size_t i = from; i < at; i++)
			eg_vec_push(arena, ret_words, argv[i]);
		from = at + 1;
		if (!pip && !strcmp(argv[at], "pip"))
			pip = true;
		else
			name = argv[at];
		for (size_t i = from; i < argc && name; i++)
			eg_vec_push(arena, ret_words, argv[i]);
	}
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs) && name; i++)
		if (verbs[i].pip == pip && !strcmp(verbs[i].name, name))
			return &verbs[i];
	return NULL;
}

static struct eg_option_table table_of(struct eg_arena *arena, const struct verb *verb)
{
	struct eg_option_table table = uv_option_table(arena, verb->table);

	table.interspersed = verb->verb != EG_UV_PROJECT_RUN; /* what follows the command is its own */
	return table;
}

/* A script that says itself what it requires runs in an environment of its own (PEP 723). */
static bool is_inline_script(struct eg_arena *arena, const struct eg_strs *arguments)
{
	struct eg_run scratch = {.arena = arena};
	const char *text;

	if (!arguments->n || !eg_is_file(arguments->v[0]))
		return false;
	text = eg_file_read_if(&scratch, arguments->v[0], EG_MAX_CONFIG, NULL);
	return text && (!strncmp(text, "# /// script\n", 13) || strstr(text, "\n# /// script\n"));
}

/* Does a command on a project leave its environment alone? */
static bool is_only_of_files(struct eg_arena *arena, const struct verb *verb, const struct uv_values *values,
			     const struct eg_strs *arguments)
{
	switch (verb->verb) {
	case EG_UV_PROJECT_RUN:
		return values->no_sync || values->isolated || values->no_project || is_inline_script(arena, arguments) ||
		       !eg_uv_is_in_project(arena, values);
	case EG_UV_PROJECT_ADD:
	case EG_UV_PROJECT_REMOVE: /* --frozen: pyproject.toml is changed, the lock and the environment are not */
		return values->no_sync || values->frozen || values->script;
	case EG_UV_PROJECT_SYNC: /* a script has an environment of its own */
		return values->script;
	case EG_UV_PIP_INSTALL:
	case EG_UV_PIP_SYNC:
	case EG_UV_PIP_UNINSTALL:
		break;
	}
	return false;
}

bool eg_uv_is_transaction(struct eg_arena *arena, const char *const *argv, size_t argc)
{
	struct eg_strs words = {0}, arguments = {0}, unknown = {0};
	struct eg_run scratch = {.arena = arena};
	struct eg_option_context context = {.run = &scratch};
	struct eg_uv_request request = {0};
	struct uv_values values = uv_values_default(&request);
	const struct verb *verb = split(arena, argv, argc, &words);

	if (!verb)
		return false;
	struct eg_option_table table = table_of(arena, verb);
	/* a command line that uv refuses is for eg_uv_options to explain */
	if (eg_options_parse(&context, &table, words.v, words.n, &values, &arguments, &unknown))
		return true;
	if (values.help)
		return false;
	return uv_read_variables(&scratch, &values) || !is_only_of_files(arena, verb, &values, &arguments);
}

bool eg_uv_lasts(struct eg_arena *arena, const char *const *argv, size_t argc)
{
	struct eg_strs words = {0};
	const struct verb *verb = split(arena, argv, argc, &words);

	return verb && verb->verb == EG_UV_PROJECT_RUN;
}

enum eg_error_kind eg_uv_options(struct eg_run *run, const char *const *argv, size_t argc, struct eg_uv_command *ret)
{
	struct eg_option_context context = {.run = run};
	struct eg_strs words = {0}, unknown = {0};
	const struct verb *verb = split(run->arena, argv, argc, &words);

	*ret = (struct eg_uv_command){.run = run};
	ret->values = uv_values_default(&ret->request);
	if (!verb)
		return eg_fail(run, EG_USAGE, "%s", what_is_forecast);
	ret->verb = verb->verb;
	ret->name = eg_strf(run->arena, "uv %s%s", verb->pip ? "pip " : "", verb->name);
	struct eg_option_table table = table_of(run->arena, verb);
	enum eg_error_kind kind =
		eg_options_parse(&context, &table, words.v, words.n, &ret->values, &ret->arguments, &unknown);
	if (!kind && unknown.n)
		kind = eg_fail(run, EG_USAGE, "%s has no option %s", ret->name, unknown.v[0]);
	if (!kind)
		kind = uv_read_variables(run, &ret->values);
	return kind ? kind : uv_read_config(run, &ret->values);
}
