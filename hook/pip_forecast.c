/* From a pip command to its plan. */
#include "mim.h"
#include "open_index.h"
#include "python/beside.h"
#include "python/pip_given.h"
#include "python/resolve.h"
#include "tool.h"
#include "tool_pip.h"
#include "strs.h"

enum { NEWEST_MAJOR = 26, NEWEST_MINOR = 3 }; /* of the releases whose search is known */

struct eg_session {
	struct eg_run *run;
	struct eg_open_index open;
	struct eg_interpreter interpreter;
	struct eg_installed installed;
	struct eg_pip_release release;
	const char *host;                   /* the file of facts about the machine; NULL: this one */
	const char *version;                /* of the pip that the forecast is for */
};

static bool is_pip(struct eg_run *run, const char *const *argv, size_t argc)
{
	struct eg_pip_invocation invocation;

	return eg_pip_split(run->arena, argv, argc, &invocation);
}

static bool changes_something(struct eg_arena *arena, const char *const *argv, size_t argc)
{
	struct eg_pip_invocation invocation;

	return eg_pip_split(arena, argv, argc, &invocation) &&
	       eg_pip_is_transaction(arena, invocation.argv, invocation.argc);
}

/* An interpreter that the command itself names outranks --python and --prefix; a plain "python" does not. */
static enum eg_error_kind find_environment(struct eg_session *s, const struct eg_guard_options *options,
					   const struct eg_pip_invocation *invocation, struct eg_plan *plan)
{
	struct eg_environment environment;
	bool chosen = options->python || options->prefix;
	bool own = invocation->python && (invocation->explicit_python || !chosen);
	enum eg_error_kind kind = eg_environment_find(s->run, own ? invocation->python : options->python,
						      own ? NULL : options->prefix, &environment);

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

/* The search is that of the pip in the environment. A venv without pip is served by one from outside: the newest. */
static void know_pip(struct eg_session *s)
{
	const struct eg_dist *pip = eg_installed_get(&s->installed, "pip");

	s->release = eg_pip_release_of(&s->interpreter);
	if (pip)
		s->version = pip->version.text;
	if (s->release.major)
		return;
	s->release = (struct eg_pip_release){NEWEST_MAJOR, NEWEST_MINOR};
	s->version = eg_strf(s->run->arena, "%d.%d", NEWEST_MAJOR, NEWEST_MINOR);
	eg_note(s->run, "the environment has no pip of its own: the forecast is that of pip %s", s->version);
}

static enum eg_error_kind open_environment(struct eg_run *run, const struct eg_guard_options *options,
					   const char *const *argv, size_t argc, struct eg_plan *plan,
					   struct eg_session **ret_session)
{
	struct eg_session *s = EG_NEW(run->arena, struct eg_session);
	struct eg_pip_invocation invocation;

	s->run = run;
	s->host = options->host;
	*ret_session = s;
	eg_pip_split(run->arena, argv, argc, &invocation);
	if (!eg_pip_is_transaction(run->arena, invocation.argv, invocation.argc))
		return eg_fail(run, EG_USAGE,
			       "only pip install and pip uninstall are forecast: this command changes nothing");
	enum eg_error_kind kind = find_environment(s, options, &invocation, plan);
	if (!kind)
		kind = eg_installed_read(run, &s->interpreter, &s->installed);
	if (kind)
		return kind;
	know_pip(s);
	s->open.user_agent = eg_strf(run->arena, "envguard/" EG_VERSION " pip/%s", s->version);
	s->open.prefer_html = s->release.major < 22 || (s->release.major == 22 && s->release.minor < 2);
	plan->tool_version = s->version;
	return EG_OK;
}

/* PEP 668, as pip's install.py and uninstall.py heed it. */
static bool refused_by_distribution(const struct eg_session *s, const struct eg_pip_request *request,
				    struct eg_plan *plan)
{
	bool asks_only = request->dry_run && request->report; /* pip lets "--dry-run --report" pass */

	if (!s->interpreter.externally_managed || asks_only || request->break_system_packages || request->target ||
	    request->prefix_dir || request->root || s->release.major < 23)
		return false;
	eg_plan_externally_managed(plan);
	return true;
}

/* mim imports torch to learn its version and its CUDA. */
static enum eg_error_kind extend_by_mim(struct eg_session *s, struct eg_pip_request *request)
{
	static const struct eg_probe glance = {.depth = EG_PROBE_FILES};
	struct eg_host host = {0};
	struct eg_facts facts;

	if (request->action != EG_PIP_INSTALL)
		return EG_OK;
	enum eg_error_kind kind = s->host ? eg_host_read(s->run, s->host, &host) : EG_OK;
	if (!kind)
		kind = eg_facts_load(s->run, &facts);
	if (kind)
		return kind;
	if (!s->host)
		eg_host_probe(s->run, &glance, &host);
	if (!eg_mim_extend(s->run, &s->installed, &facts, host.driver != NULL, request))
		return eg_fail(s->run, EG_UNSUPPORTED, "mim install needs a torch that is installed already");
	return EG_OK;
}

static enum eg_error_kind read_command(struct eg_session *s, const char *const *argv, size_t argc,
				       struct eg_pip_request *ret)
{
	struct eg_pip_invocation invocation;

	eg_pip_split(s->run->arena, argv, argc, &invocation);
	enum eg_error_kind kind = eg_pip_command(s->run, &s->interpreter, invocation.argv, invocation.argc, ret);
	return kind || !invocation.mim ? kind : extend_by_mim(s, ret);
}

static enum eg_error_kind plan_command(struct eg_session *s, const char *const *argv, size_t argc, struct eg_plan *ret)
{
	struct eg_pip_request *request = EG_NEW(s->run->arena, struct eg_pip_request);
	enum eg_error_kind kind = read_command(s, argv, argc, request);

	if (kind || refused_by_distribution(s, request, ret))
		return kind;
	if (request->action == EG_PIP_UNINSTALL)
		return eg_pip_uninstall(s->run, request, &s->interpreter, &s->installed, ret);
	struct eg_index *index = eg_open_index_for(s->run, &s->open, request, &s->interpreter);
	return eg_pip_resolve(s->run, request, &s->interpreter, &s->installed, index, s->release, ret);
}

static enum eg_error_kind plan_given(struct eg_session *s, const struct eg_transaction *transaction,
				     struct eg_plan *ret)
{
	eg_pip_given(s->run, transaction, &s->interpreter, &s->installed, ret);
	if (transaction->tool_version)
		ret->tool_version = transaction->tool_version;
	return EG_OK;
}

static const char *release_beside(struct eg_session *s, const struct eg_strs *command, const char *project,
				  const char *label, const struct eg_strs *held, bool *ret_none)
{
	struct eg_pip_request *request = EG_NEW(s->run->arena, struct eg_pip_request);
	const char *version = NULL;

	if (!read_command(s, command->v, command->n, request)) {
		struct eg_index *index = eg_open_index_for(s->run, &s->open, request, &s->interpreter);
		const struct eg_beside wanted = {request, &s->interpreter, index, s->release, label};
		version = eg_pip_release_beside(s->run, &wanted, project, held, ret_none);
	}
	eg_recover(s->run);
	return version;
}

static void close_environment(struct eg_session *s)
{
	eg_open_index_close(&s->open);
}

const struct eg_tool eg_tool_pip = {
	.name = "pip",
	.ecosystem = EG_PYTHON,
	.recognises = is_pip,
	.changes = changes_something,
	.open = open_environment,
	.plan = plan_command,
	.given = plan_given,
	.named = eg_pip_named,
	.release_beside = release_beside,
	.close = close_environment,
};
