#include "options.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

struct parser {
	const struct eg_option_context *context;
	const struct eg_option_table *table;
	const char *const *argv;
	size_t argc, next;
	void *values;
	struct eg_strs *unknown;
};

static enum eg_error_kind complain(const struct eg_option_context *context, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static enum eg_error_kind complain(const struct eg_option_context *context, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	const char *text = eg_vstrf(context->run->arena, fmt, ap);
	va_end(ap);
	if (context->where)
		return eg_fail(context->run, EG_USAGE, "%s (%s)", text, context->where);
	return eg_fail(context->run, EG_USAGE, "%s", text);
}

static bool takes_value(const struct eg_option *option)
{
	switch (option->kind) {
	case EG_OPT_TRUE:
	case EG_OPT_FALSE:
	case EG_OPT_COUNT:
	case EG_OPT_BARE:
	case EG_OPT_NOTHING:
		return false;
	default:
		return true;
	}
}

static bool offered(const struct eg_option_table *table, const struct eg_option *option)
{
	return !table->release ||
	       (table->release >= option->since && (!option->until || table->release < option->until));
}

static bool offered_when_newest(const struct eg_option_table *table, const struct eg_option *option)
{
	return offered(table, option) && (table->release || !option->until);
}

int eg_bool_word(const char *word)
{
	static const char *const no[] = {"n", "no", "f", "false", "off", "0"};
	static const char *const yes[] = {"y", "yes", "t", "true", "on", "1"};

	for (size_t i = 0; i < 6; i++) {
		if (!strcasecmp(word, yes[i]))
			return 1;
		if (!strcasecmp(word, no[i]))
			return 0;
	}
	return -1;
}

const char *eg_expand_home(struct eg_arena *arena, const char *path)
{
	if (path[0] != '~' || (path[1] && path[1] != '/'))
		return path;
	const char *home = getenv("HOME");
	if (!home || !*home) {
		const struct passwd *user = getpwuid(getuid());
		home = user ? user->pw_dir : NULL;
	}
	return home ? eg_strf(arena, "%s%s", home, path + 1) : path;
}

static bool is_choice(const char *choices, const char *value)
{
	size_t n = strlen(value);

	for (const char *p = choices; n && *p; p += strspn(p, " ")) {
		size_t word = strcspn(p, " ");

		if (word == n && !memcmp(p, value, n))
			return true;
		p += word;
	}
	return false;
}

static enum eg_error_kind store_number(const struct eg_option_context *context, const struct eg_option *option,
				       const char *opt, const char *value, void *field)
{
	char *end;

	errno = 0;
	if (option->kind == EG_OPT_FLOAT) {
		double number = strtod(value, &end);
		if (end == value || *end)
			return complain(context, "option %s: invalid floating-point value: '%s'", opt, value);
		*(double *)field = number;
		return EG_OK;
	}
	long number = strtol(value, &end, 10);
	if (end == value || *end || errno || number > INT_MAX || number < INT_MIN)
		return complain(context, "option %s: invalid integer value: '%s'", opt, value);
	*(int *)field = (int)number;
	return EG_OK;
}

/* The option's effect, VALUE NULL where it takes none. */
static enum eg_error_kind apply(const struct eg_option_context *context, const struct eg_option *option,
				const char *opt, const char *value, void *values)
{
	struct eg_arena *arena = context->run->arena;
	void *field = (char *)values + option->offset;

	switch (option->kind) {
	case EG_OPT_TRUE:
		*(int *)field = 1;
		break;
	case EG_OPT_FALSE:
		*(int *)field = 0;
		break;
	case EG_OPT_COUNT:
		++*(int *)field;
		break;
	case EG_OPT_CHOICE:
		if (!is_choice(option->choices, value))
			return complain(context, "option %s: invalid choice: '%s' (choose from %s)", opt, value,
					option->choices);
		*(const char **)field = value;
		break;
	case EG_OPT_TEXT:
		*(const char **)field = value;
		break;
	case EG_OPT_PATH:
		*(const char **)field = eg_expand_home(arena, value);
		break;
	case EG_OPT_LIST:
		eg_vec_push(arena, (struct eg_strs *)field, value);
		break;
	case EG_OPT_INT:
	case EG_OPT_FLOAT:
		return store_number(context, option, opt, value, field);
	case EG_OPT_CALL:
	case EG_OPT_BARE:
		return option->call(context, opt, value, values);
	case EG_OPT_NOTHING:
	case EG_OPT_SKIP:
		break;
	}
	return EG_OK;
}

static const struct eg_option *find_exact(const struct eg_option_table *table, const char *name, size_t n,
					  bool any_release)
{
	for (size_t i = 0; i < table->n; i++)
		if (!strncmp(table->v[i].name, name, n) && !table->v[i].name[n] &&
		    (any_release || offered_when_newest(table, &table->v[i])))
			return &table->v[i];
	return NULL;
}

/* optparse's _match_abbrev: the exact name, else the only one that begins so. */
static enum eg_error_kind find_long(struct parser *p, const char *name, size_t n, const struct eg_option **ret)
{
	const struct eg_option *found = find_exact(p->table, name, n, false);

	for (size_t i = 0; !found && i < p->table->n; i++) {
		const struct eg_option *option = &p->table->v[i];

		if (strncmp(option->name, name, n) || !offered_when_newest(p->table, option))
			continue;
		for (size_t j = i + 1; j < p->table->n; j++)
			if (!strncmp(p->table->v[j].name, name, n) && offered_when_newest(p->table, &p->table->v[j]))
				return complain(p->context, "ambiguous option: --%.*s (--%s, --%s?)", (int)n, name,
						option->name, p->table->v[j].name);
		found = option;
	}
	*ret = found;
	return EG_OK;
}

static enum eg_error_kind take_value(struct parser *p, const char *opt, const char **ret)
{
	if (p->next == p->argc)
		return complain(p->context, "%s option requires 1 argument", opt);
	*ret = p->argv[p->next++];
	return EG_OK;
}

static enum eg_error_kind parse_long(struct parser *p, const char *arg)
{
	struct eg_arena *arena = p->context->run->arena;
	size_t n = strcspn(arg + 2, "=");
	const char *value = arg[2 + n] ? arg + 3 + n : NULL;
	const struct eg_option *option = NULL;

	enum eg_error_kind error = find_long(p, arg + 2, n, &option);
	if (error)
		return error;
	if (!option) {
		const char *opt = eg_strndup(arena, arg, 2 + n);

		eg_vec_push(arena, p->unknown, opt);
		option = find_exact(p->table, arg + 2, n, true);
		if (option && takes_value(option) && !value && p->next < p->argc)
			p->next++;
		return EG_OK;
	}
	const char *opt = eg_strf(arena, "--%s", option->name);
	if (!takes_value(option) && value)
		return complain(p->context, "%s option does not take a value", opt);
	if (takes_value(option) && !value && (error = take_value(p, opt, &value)))
		return error;
	return apply(p->context, option, opt, value, p->values);
}

static enum eg_error_kind parse_letters(struct parser *p, const char *arg)
{
	struct eg_arena *arena = p->context->run->arena;

	for (const char *letter = arg + 1; *letter; letter++) {
		const struct eg_option *option = NULL;
		const char *opt = eg_strf(arena, "-%c", *letter);

		for (size_t i = 0; i < p->table->n && !option; i++)
			if (p->table->v[i].letter == *letter && offered(p->table, &p->table->v[i]))
				option = &p->table->v[i];
		if (!option) {
			eg_vec_push(arena, p->unknown, opt);
			continue;
		}
		if (!takes_value(option)) {
			enum eg_error_kind error = apply(p->context, option, opt, NULL, p->values);
			if (error)
				return error;
			continue;
		}
		const char *value = letter + 1;
		enum eg_error_kind error = *value ? EG_OK : take_value(p, opt, &value);
		return error ? error : apply(p->context, option, opt, value, p->values);
	}
	return EG_OK;
}

enum eg_error_kind eg_options_parse(const struct eg_option_context *context, const struct eg_option_table *table,
				    const char *const *argv, size_t argc, void *values, struct eg_strs *ret_args,
				    struct eg_strs *ret_unknown)
{
	struct parser p = {
		.context = context,
		.table = table,
		.argv = argv,
		.argc = argc,
		.values = values,
		.unknown = ret_unknown,
	};

	while (p.next < argc) {
		const char *arg = argv[p.next];
		enum eg_error_kind error = EG_OK;

		if (arg[0] != '-' || !arg[1]) {
			if (!table->interspersed)
				break;
			eg_vec_push(context->run->arena, ret_args, arg);
			p.next++;
			continue;
		}
		p.next++;
		if (!strcmp(arg, "--"))
			break;
		error = arg[1] == '-' ? parse_long(&p, arg) : parse_letters(&p, arg);
		if (error)
			return error;
	}
	while (p.next < argc)
		eg_vec_push(context->run->arena, ret_args, argv[p.next++]);
	return EG_OK;
}

static enum eg_error_kind configure_flag(const struct eg_option_context *context, const struct eg_option *option,
					 const char *key, const char *value, int *field)
{
	int word = eg_bool_word(value);

	if (option->kind == EG_OPT_COUNT && word < 0) {
		char *end;
		long count = strtol(value, &end, 10);

		if (end != value && !*end && count >= 0 && count <= INT_MAX)
			word = (int)count;
	}
	if (word < 0)
		return complain(context,
				"%s is not a valid value for %s option, please specify a boolean value like yes/no, "
				"true/false or 1/0 instead",
				value, key);
	if (field)
		*field = word;
	return EG_OK;
}

static void configure_list(struct eg_arena *arena, const char *value, struct eg_strs *ret)
{
	*ret = (struct eg_strs){0};
	for (const char *p = value; *(p += strspn(p, " \t\r\n\v\f"));) {
		size_t n = strcspn(p, " \t\r\n\v\f");

		eg_vec_push(arena, ret, eg_strndup(arena, p, n));
		p += n;
	}
}

enum eg_error_kind eg_options_configure(const struct eg_option_context *context, const struct eg_option_table *table,
					const char *key, const char *value, void *values)
{
	const struct eg_option *option = find_exact(table, key, strlen(key), false);

	if (!option)
		return EG_OK;
	void *field = (char *)values + option->offset;
	switch (option->kind) {
	case EG_OPT_TRUE:
	case EG_OPT_FALSE:
	case EG_OPT_COUNT:
		return configure_flag(context, option, key, value, field);
	case EG_OPT_NOTHING:
		return configure_flag(context, option, key, value, NULL);
	case EG_OPT_LIST:
		configure_list(context->run->arena, value, field);
		return EG_OK;
	default:
		return apply(context, option, eg_strf(context->run->arena, "--%s", key), value, values);
	}
}
