#include "option_table.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

#include "command.h"
#include "style.h"

enum { MOST_OPTIONS = 32, FIRST_CODE = 256 }; /* codes of getopt_long's, above any letter */

static bool takes_value(const struct eg_own_option *option)
{
	return option->kind == EG_OWN_TEXT || option->kind == EG_OWN_SECONDS || option->kind == EG_OWN_COLOR;
}

/* The table as getopt_long wants it. *ret_letters: "+:qv" */
static void spell_out(const struct eg_own_options *options, struct option *ret_long, char *ret_letters)
{
	size_t n = 0;

	if (!options->interspersed)
		*ret_letters++ = '+';
	*ret_letters++ = ':';
	for (const struct eg_own_option *option = options->table; option->name; option++, n++) {
		assert(n < MOST_OPTIONS);
		ret_long[n] = (struct option){option->name, takes_value(option) ? required_argument : no_argument, NULL,
					      FIRST_CODE + (int)n};
		if (option->letter)
			*ret_letters++ = option->letter;
	}
	ret_long[n] = (struct option){0};
	*ret_letters = 0;
}

static const struct eg_own_option *find(const struct eg_own_option *table, int code)
{
	if (code >= FIRST_CODE)
		return &table[code - FIRST_CODE];
	while (table->name && table->letter != code)
		table++;
	return table;
}

static const char *set_seconds(struct eg_run *run, const struct eg_own_option *option)
{
	char *end;

	errno = 0;
	long seconds = strtol(optarg, &end, 10);
	if (errno || *end || end == optarg || seconds < 1 || seconds > option->most)
		return eg_strf(run->arena, "--%s wants seconds from 1 to %d, not '%s'", option->name, option->most, optarg);
	*(int64_t *)option->to = (int64_t)seconds * 1000;
	return NULL;
}

static const char *set(struct eg_run *run, const struct eg_own_option *option)
{
	switch (option->kind) {
	case EG_OWN_FLAG:
		*(bool *)option->to = true;
		break;
	case EG_OWN_TEXT:
		*(const char **)option->to = optarg;
		break;
	case EG_OWN_WORD:
		*(const char **)option->to = option->word;
		break;
	case EG_OWN_SECONDS:
		return set_seconds(run, option);
	case EG_OWN_COLOR:
		if (!eg_color_choice_parse(optarg, option->to))
			return eg_strf(run->arena, "--%s wants auto, always or never, not '%s'", option->name, optarg);
		break;
	case EG_OWN_QUIET:
		*(int *)option->to = -1;
		break;
	case EG_OWN_VERBOSE:
		++*(int *)option->to;
		break;
	}
	return NULL;
}

const char *eg_own_options_read(struct eg_run *run, const struct eg_own_options *options, int argc, char **argv,
				int *ret_rest)
{
	struct option long_options[MOST_OPTIONS + 1];
	char letters[MOST_OPTIONS + 3];
	const char *first = NULL;
	int code;

	spell_out(options, long_options, letters);
	opterr = 0;
	optind = 0;
	while ((code = getopt_long(argc, argv, letters, long_options, NULL)) != -1) {
		const char *error = eg_option_mistake(run->arena, code, argv[optind - 1], options->hint ? options->hint : "");
		if (!error)
			error = set(run, find(options->table, code));
		first = first ? first : error;
	}
	*ret_rest = optind;
	return first;
}

const char *eg_own_environment_mistake(const char *prefix, const char *python)
{
	return prefix && python ? "--prefix and --python name the same thing: give one of them" : NULL;
}
