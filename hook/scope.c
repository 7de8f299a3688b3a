#include "scope.h"

#include <string.h>

#include "cache.h"
#include "file.h"
#include "option_table.h"

#define SYSTEM_PYTHON "/usr/bin/python3"

enum eg_error_kind eg_scope_parse(struct eg_run *run, int argc, char **argv, struct eg_scope_options *ret)
{
	struct eg_scope_options options = {0};
	const struct eg_own_option table[] = {
		{"prefix", .kind = EG_OWN_TEXT, .to = &options.prefix},
		{"python", .kind = EG_OWN_TEXT, .to = &options.python},
		{"shell", .kind = EG_OWN_TEXT, .to = &options.shell},
		{"user", .kind = EG_OWN_FLAG, .to = &options.user},
		{"system", .kind = EG_OWN_FLAG, .to = &options.system},
		{0},
	};
	int rest;

	const char *mistake = eg_own_options_read(run, &(struct eg_own_options){.table = table}, argc, argv, &rest);
	if (mistake)
		return eg_fail(run, EG_USAGE, "%s", mistake);
	if (rest < argc)
		return eg_fail(run, EG_USAGE, "unexpected argument '%s'", argv[rest]);
	if ((options.prefix != NULL) + options.user + options.system > 1 || (options.prefix && options.python))
		return eg_fail(run, EG_USAGE, "--prefix, --user and --system exclude each other, and --prefix --python");
	*ret = options;
	return EG_OK;
}

static enum eg_error_kind ask(struct eg_run *run, const char *python, struct eg_scope *ret)
{
	return eg_interpreter_facts(run, eg_cache_open(run), python, &ret->interpreter);
}

/* What an account or the machine has outside of environments is the base interpreter's, also from within one. */
static enum eg_error_kind find_base(struct eg_run *run, const struct eg_scope_options *options, struct eg_scope *ret)
{
	struct eg_environment found;
	const char *python = options->system && !options->python ? SYSTEM_PYTHON : options->python;
	enum eg_error_kind kind = eg_environment_find(run, python, NULL, &found);

	if (kind)
		return kind;
	if (!found.python)
		return eg_fail(run, EG_NOT_FOUND, "there is no Python in '%s'", found.prefix);
	kind = ask(run, found.python, ret);
	if (!kind && ret->interpreter.venv)
		kind = ask(run, eg_strf(run->arena, "%s/bin/python3", ret->interpreter.base_prefix), ret);
	if (kind)
		return kind;
	ret->has_python = true;
	ret->conda = ret->interpreter.conda;
	ret->prefix = ret->interpreter.prefix;
	ret->site = options->user ? ret->interpreter.user_site : ret->interpreter.purelib;
	if (!ret->site)
		return eg_fail(run, EG_UNSUPPORTED, "'%s' uses no packages of the user's account", ret->interpreter.exe);
	return EG_OK;
}

static enum eg_error_kind find_environment(struct eg_run *run, const struct eg_scope_options *options,
					   struct eg_scope *ret)
{
	struct eg_environment found;
	enum eg_error_kind kind = eg_environment_find(run, options->python, options->prefix, &found);

	if (kind)
		return kind;
	if (!found.exists)
		return eg_fail(run, EG_NOT_FOUND, "there is no environment in '%s'", found.prefix);
	ret->prefix = found.prefix;
	ret->conda = found.conda;
	if (!found.python)
		return EG_OK;
	kind = ask(run, found.python, ret);
	if (kind)
		return kind;
	ret->has_python = true;
	ret->prefix = ret->interpreter.prefix;
	ret->site = ret->interpreter.purelib;
	return EG_OK;
}

enum eg_error_kind eg_scope_find(struct eg_run *run, const struct eg_scope_options *options, bool for_change,
				 struct eg_scope *ret)
{
	struct eg_scope scope = {
		.kind = options->user ? EG_SCOPE_USER : options->system ? EG_SCOPE_SYSTEM : EG_SCOPE_ENVIRONMENT,
	};
	enum eg_error_kind kind = scope.kind == EG_SCOPE_ENVIRONMENT ? find_environment(run, options, &scope) :
								       find_base(run, options, &scope);

	if (kind)
		return kind;
	if (for_change && scope.kind == EG_SCOPE_ENVIRONMENT && scope.has_python &&
	    scope.interpreter.externally_managed)
		return eg_fail(run, EG_USAGE, "'%s' is the operating system's (PEP 668, '%s'): say --system to guard it "
			       "for everybody, or --user for this account", scope.interpreter.exe,
			       scope.interpreter.externally_managed);
	*ret = scope;
	return EG_OK;
}
