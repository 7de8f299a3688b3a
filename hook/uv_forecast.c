/* From a uv command to its plan. */
#include <ctype.h>

#include "file.h"
#include "host.h"
#include "open_index.h"
#include "python/beside.h"
#include "python/resolve.h"
#include "strs.h"
#include "tool.h"
#include "tool_uv.h"

#define NEWEST_PIP ((struct eg_pip_release){26, 3}) /* whose reading of an index uv shares */

struct eg_session {
	struct eg_run *run;
	struct eg_open_index open;
	struct eg_interpreter interpreter;
	struct eg_installed installed;
	struct eg_uv_project project;       /* of the commands on one */
	const char *driver;                 /* for --torch-backend auto */
};

static bool is_uv(struct eg_run *run, const char *const *argv, size_t argc)
{
	const char *slash = strrchr(argv[0], '/');

	(void)run;
	(void)argc;
	return !strcmp(slash ? slash + 1 : argv[0], "uv");
}

static enum eg_error_kind ask_interpreter(struct eg_session *s, const char *python, const char *prefix,
					  struct eg_plan *plan)
{
	struct eg_environment environment;
	enum eg_error_kind kind = eg_environment_find(s->run, python, prefix, &environment);

	if (kind)
		return kind;
	plan->prefix = environment.prefix;
	if (!environment.python)
		return eg_fail(s->run, EG_NOT_FOUND, "there is no Python in '%s'", environment.prefix);
	s->open.cache = eg_cache_open(s->run);
	kind = eg_interpreter_facts(s->run, s->open.cache, environment.python, &s->interpreter);
	if (!kind)
		plan->prefix = s->interpreter.prefix;
	return kind;
}

/* "3.11" is a version, and python3.11 the program. */
static const char *python_named(struct eg_arena *arena, const char *python)
{
	return isdigit((unsigned char)*python) ? eg_strf(arena, "python%s", python) : python;
}

static enum eg_error_kind find_environment(struct eg_session *s, const struct eg_guard_options *options,
					   const struct uv_values *values, struct eg_plan *plan)
{
	const char *prefix = NULL;

	if (values->python)
		return ask_interpreter(s, python_named(s->run->arena, values->python), NULL, plan);
	if (values->system)
		return ask_interpreter(s, "python3", NULL, plan);
	if (options->python || options->prefix)
		return ask_interpreter(s, options->python, options->prefix, plan);
	prefix = eg_uv_active_environment(s->run->arena);
	if (!prefix)
		return eg_fail(s->run, EG_NOT_FOUND, "no virtual environment is found: make one with 'uv venv', or name one with --python");
	return ask_interpreter(s, NULL, prefix, plan);
}

/* The project's own environment; where it is not there yet, an empty one of the Python that is at hand. */
static enum eg_error_kind find_project(struct eg_session *s, const struct eg_guard_options *options,
				       const struct uv_values *values, struct eg_plan *plan)
{
	enum eg_error_kind kind = eg_uv_project_find(s->run, values, &s->project);

	if (kind)
		return kind;
	if (options->python || options->prefix)
		return ask_interpreter(s, options->python, options->prefix, plan);
	if (eg_is_dir(s->project.environment))
		return ask_interpreter(s, NULL, s->project.environment, plan);
	kind = ask_interpreter(s, python_named(s->run->arena, values->python ? values->python : "python3"), NULL, plan);
	plan->prefix = s->project.environment;
	s->interpreter.prefix = s->project.environment;
	s->interpreter.site = (struct eg_strs){0};
	return kind;
}

/* --target and --prefix are environments of their own. */
static void move_to(struct eg_session *s, const struct uv_values *values)
{
	struct eg_arena *arena = s->run->arena;
	struct eg_interpreter *i = &s->interpreter;
	const char *site = values->target;

	if (values->prefix)
		site = eg_strf(arena, "%s/lib/python%d.%d/site-packages", values->prefix, i->python[0], i->python[1]);
	if (!site)
		return;
	i->site = (struct eg_strs){0};
	eg_vec_push(arena, &i->site, site);
	i->externally_managed = NULL;
}

static enum eg_error_kind find_driver(struct eg_session *s, const struct eg_guard_options *options)
{
	const struct eg_probe probe = {.depth = EG_PROBE_DRIVER};
	struct eg_host host = {0};
	enum eg_error_kind kind = EG_OK;

	if (options->host)
		kind = eg_host_read(s->run, options->host, &host);
	else
		eg_host_probe(s->run, &probe, &host);
	s->driver = host.driver;
	return kind;
}

static enum eg_error_kind open_environment(struct eg_run *run, const struct eg_guard_options *options,
					   const char *const *argv, size_t argc, struct eg_plan *plan,
					   struct eg_session **ret_session)
{
	struct eg_session *s = EG_NEW(run->arena, struct eg_session);
	struct eg_uv_command command;

	s->run = run;
	s->open.user_agent = "envguard/" EG_VERSION " uv";
	*ret_session = s;
	if (!eg_uv_is_transaction(run->arena, argv, argc))
		return eg_fail(run, EG_USAGE, "this command of uv changes no environment (those that are forecast: pip install, "
			       "pip sync, pip uninstall, sync, run, add, remove)");
	enum eg_error_kind kind = eg_uv_options(run, argv, argc, &command);
	if (kind)
		return kind;
	kind = eg_uv_is_of_project(&command) ? find_project(s, options, &command.values, plan)
					     : find_environment(s, options, &command.values, plan);
	if (kind)
		return kind;
	move_to(s, &command.values);
	if (command.values.torch_backend && !strcmp(command.values.torch_backend, "auto"))
		kind = find_driver(s, options);
	return kind ? kind : eg_installed_read(run, &s->interpreter, &s->installed);
}

/* PEP 668 */
static bool refused_by_distribution(const struct eg_session *s, const struct eg_pip_request *request,
				    struct eg_plan *plan)
{
	if (!s->interpreter.externally_managed || request->break_system_packages)
		return false;
	eg_plan_externally_managed(plan);
	return true;
}

static enum eg_error_kind plan_command(struct eg_session *s, const char *const *argv, size_t argc, struct eg_plan *ret)
{
	struct eg_uv_command *command = EG_NEW(s->run->arena, struct eg_uv_command);
	enum eg_error_kind kind = eg_uv_options(s->run, argv, argc, command);

	bool new_lock = true;

	command->driver = s->driver;
	command->project = s->project;
	if (!kind && eg_uv_is_of_project(command))
		kind = eg_uv_project_plan(command, &s->interpreter, &s->installed, ret, &new_lock);
	if (!kind && !new_lock)
		return EG_OK;
	if (!kind)
		kind = eg_uv_read(command, &s->interpreter);
	if (kind || refused_by_distribution(s, &command->request.pip, ret))
		return kind;
	if (command->request.action == EG_UV_UNINSTALL)
		return eg_pip_uninstall(s->run, &command->request.pip, &s->interpreter, &s->installed, ret);
	struct eg_index *index = eg_open_index_for(s->run, &s->open, &command->request.pip, &s->interpreter);
	return eg_uv_resolve(s->run, &command->request, &s->interpreter, &s->installed, index, ret);
}

static bool named(struct eg_run *run, const char *const *argv, size_t argc, struct eg_strs *ret)
{
	struct eg_uv_command command;
	bool readable = !eg_uv_options(run, argv, argc, &command);

	eg_recover(run);
	*ret = command.arguments;
	return readable && command.verb == EG_UV_PIP_INSTALL;
}

static const char *release_beside(struct eg_session *s, const struct eg_strs *argv, const char *project,
				  const char *label, const struct eg_strs *held, bool *ret_none)
{
	struct eg_uv_command *command = EG_NEW(s->run->arena, struct eg_uv_command);
	const char *version = NULL;

	if (!eg_uv_options(s->run, argv->v, argv->n, command) && !eg_uv_read(command, &s->interpreter)) {
		const struct eg_pip_request *request = &command->request.pip;
		struct eg_index *index = eg_open_index_for(s->run, &s->open, request, &s->interpreter);
		const struct eg_beside wanted = {request, &s->interpreter, index, NEWEST_PIP, label};
		version = eg_pip_release_beside(s->run, &wanted, project, held, ret_none);
	}
	eg_recover(s->run);
	return version;
}

static void close_environment(struct eg_session *s)
{
	eg_open_index_close(&s->open);
}

const struct eg_tool eg_tool_uv = {
	.name = "uv",
	.ecosystem = EG_PYTHON,
	.recognises = is_uv,
	.changes = eg_uv_is_transaction,
	.lasts = eg_uv_lasts,
	.open = open_environment,
	.plan = plan_command,
	.named = named,
	.release_beside = release_beside,
	.close = close_environment,
};
