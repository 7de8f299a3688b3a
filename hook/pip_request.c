/* From the words of a command line to a request. */
#include "tool_pip.h"

#include <unistd.h>

#include "fileurl.h"
#include "pip_checks.h"
#include "pip_options.h"
#include "pip_sources.h"
#include "python/pipconf.h"

struct command {
	struct eg_run *run;
	const struct eg_interpreter *interpreter;
	struct pip_values values;
	struct eg_strs arguments;
	struct eg_pip_reader reader;
	struct eg_pip_request *request;
	const char *name; /* "install", "uninstall" */
};

static int release_number(const struct eg_interpreter *interpreter)
{
	struct eg_pip_release release = eg_pip_release_of(interpreter);

	return release.major ? eg_release(release.major, release.minor) : 0;
}

/* Configuration first, then the words of the command line but for the command's name. */
static enum eg_error_kind read_options(struct command *r, const char *const *argv, size_t argc)
{
	struct eg_run *run = r->run;
	struct eg_option_table general = pip_option_table(run->arena, NULL, r->reader.release), table;
	struct eg_option_context context = {.run = run};
	struct pip_values before = r->values;
	struct eg_strs rest = {0}, words = {0}, unknown = {0};
	struct eg_pipconf conf = {0};
	bool isolated = false;

	enum eg_error_kind error = eg_options_parse(&context, &general, argv, argc, &before, &rest, &unknown);
	if (error)
		return error;
	if (!rest.n || (strcmp(rest.v[0], "install") && strcmp(rest.v[0], "uninstall")))
		return eg_fail(run, EG_USAGE, "'pip %s' installs and removes nothing", rest.n ? rest.v[0] : "");
	r->name = rest.v[0];
	for (size_t i = 0; i < argc; i++) {
		isolated |= !strcmp(argv[i], "--isolated");
		if (i != argc - rest.n)
			eg_vec_push(run->arena, &words, argv[i]);
	}
	if ((error = eg_pipconf_load(run, r->name, r->interpreter->site_config, isolated, &conf)))
		return error;
	table = pip_option_table(run->arena, r->name, r->reader.release);
	for (size_t i = 0; i < conf.n && !error; i++) {
		context.where = conf.v[i].where;
		error = eg_options_configure(&context, &table, conf.v[i].key, conf.v[i].value, &r->values);
	}
	if (error)
		return error;
	const char *configured_python = r->values.python;
	context.where = NULL;
	r->request->unknown_options = (struct eg_strs){0};
	error = eg_options_parse(&context, &table, words.v, words.n, &r->values, &r->arguments,
				 &r->request->unknown_options);
	if (!error && r->values.python != configured_python && !before.python)
		error = eg_fail(run, EG_USAGE, "the --python option must be placed before the pip subcommand name");
	for (size_t i = 0; i < r->request->unknown_options.n; i++)
		eg_note(run, "option %s is not known to this pip and is passed over", r->request->unknown_options.v[i]);
	return error;
}

static const char *find_links_path(struct eg_arena *arena, const char *value)
{
	const char *path = eg_expand_home(arena, value);

	return path != value && !access(path, F_OK) ? path : value;
}

/* LinkCollector.create */
static void set_indexes(struct command *r)
{
	struct eg_pip_request *request = r->request;
	const struct pip_values *values = &r->values;
	struct eg_arena *arena = r->run->arena;

	request->no_index = values->no_index;
	if (!values->no_index && values->index_url)
		eg_vec_push(arena, &request->indexes, values->index_url);
	else if (!values->no_index && r->interpreter->default_index)
		eg_vec_push(arena, &request->indexes, r->interpreter->default_index);
	request->default_index = !values->no_index && !values->index_url && r->interpreter->default_index;
	for (size_t i = 0; i < values->extra_index_urls.n && !values->no_index; i++)
		eg_vec_push(arena, &request->indexes, values->extra_index_urls.v[i]);
	for (size_t i = 0; i < values->find_links.n; i++)
		eg_vec_push(arena, &request->find_links, find_links_path(arena, values->find_links.v[i]));
	if (!values->no_index && !request->indexes.n)
		eg_note(r->run, "no index is known: this environment has no pip, and no configuration names one");
}

static void set_network(struct command *r)
{
	struct eg_pip_request *request = r->request;
	const struct pip_values *values = &r->values;

	bool says_none = eg_pip_reader_has(&r->reader, eg_release(26, 2)); /* with --proxy "" */

	request->proxy = values->proxy && (*values->proxy || says_none) ? values->proxy : NULL;
	request->no_proxy_env = says_none && (values->no_proxy_env || values->proxy);
	request->cert = values->cert;
	request->client_cert = values->client_cert;
	request->keyring_provider = values->keyring_provider;
	request->no_input = values->no_input;
	request->trusted_hosts = values->trusted_hosts;
	request->refresh = values->refresh;
	request->retries = values->retries;
	request->timeout_s = values->timeout > 0 ? values->timeout < 1 ? 1 : (int)values->timeout : -1;
	request->no_cache = values->no_cache;
}

static void set_choices(struct command *r)
{
	struct eg_pip_request *request = r->request;
	const struct pip_values *values = &r->values;

	request->upgrade = !values->upgrade                             ? EG_TO_SATISFY_ONLY
			   : !strcmp(values->upgrade_strategy, "eager") ? EG_EAGER
									: EG_ONLY_IF_NEEDED;
	request->force_reinstall = values->force_reinstall;
	request->ignore_installed = values->ignore_installed || values->target;
	request->no_deps = values->no_deps;
	request->only_deps = values->only_deps;
	request->prefer_binary = values->prefer_binary;
	request->ignore_requires_python = values->ignore_requires_python;
	request->require_hashes = values->require_hashes;
	request->no_require_hashes = values->no_require_hashes;
	request->break_system_packages = values->break_system_packages;
	request->require_virtualenv = values->require_virtualenv;
	request->no_build_isolation = !values->build_isolation;
	request->check_build_dependencies = values->check_build_dependencies;
	request->pre = values->pre;
	request->uploaded_prior_to = values->uploaded_prior_to;
	request->target = values->target;
	request->prefix_dir = values->prefix;
	request->root = values->root;
	request->python_version = values->python_version;
	request->implementation = values->implementation;
	request->platforms = values->platforms;
	request->abis = values->abis;
	request->targets = values->python_version || values->implementation || values->platforms.n || values->abis.n;
	request->isolated = values->isolated;
	request->dry_run = values->dry_run;
	request->report = values->report != NULL;
	for (size_t i = 0; i < values->deprecated_features.n; i++)
		request->legacy_resolver |= !strcmp(values->deprecated_features.v[i], "legacy-resolver");
}

static bool has_hashes(const struct eg_pip_lines *lines)
{
	for (size_t i = 0; i < lines->n; i++)
		if (lines->v[i].hashes.n)
			return true;
	return false;
}

static enum eg_error_kind install_request(struct command *r)
{
	struct eg_pip_request *request = r->request;
	enum eg_error_kind error = pip_check_install(r->run, &r->values, r->reader.release);

	if (error)
		return error;
	if (r->values.pre)
		request->all_releases.all = true;
	set_indexes(r);
	if ((error = pip_decide_user(r->run, &r->values, r->interpreter, &request->user)) ||
	    (error = pip_read_requirements(&r->reader, &r->values, &r->arguments)))
		return error;
	if (request->require_hashes && request->no_require_hashes)
		return eg_fail(r->run, EG_USAGE, "--require-hashes and --no-require-hashes are mutually exclusive");
	if (!request->no_require_hashes && (has_hashes(&request->roots) || has_hashes(&request->constraints)))
		request->require_hashes = true;
	if (r->arguments.n || r->values.editables.n || r->values.requirements.n || r->values.groups.n ||
	    r->values.scripts.n)
		return EG_OK;
	if (request->find_links.n)
		return eg_fail(r->run, EG_USAGE,
			       "you must give at least one requirement to install (maybe you meant "
			       "\"pip install %s\"?)",
			       eg_text_public(r->run->arena, request->find_links.v[0]));
	return eg_fail(r->run, EG_USAGE, "you must give at least one requirement to install");
}

enum eg_error_kind eg_pip_command(struct eg_run *run, const struct eg_interpreter *interpreter, const char *const *argv,
				  size_t argc, struct eg_pip_request *ret)
{
	struct eg_pip_request request = {0};
	struct command r = {
		.run = run,
		.interpreter = interpreter,
		.request = &request,
		.values = pip_values_default(&request),
		.reader = {.run = run, .interpreter = interpreter, .request = &request},
	};

	r.reader.release = release_number(interpreter);
	enum eg_error_kind error = read_options(&r, argv, argc);
	if (error)
		return error;
	eg_vec_push(run->arena, &request.command, "pip");
	for (size_t i = 0; i < argc; i++)
		eg_vec_push(run->arena, &request.command, eg_text_public(run->arena, argv[i]));
	request.action = strcmp(r.name, "uninstall") ? EG_PIP_INSTALL : EG_PIP_UNINSTALL;
	set_network(&r);
	set_choices(&r);
	error = pip_check_general(run, &r.values, interpreter);
	if (!error)
		error = request.action == EG_PIP_UNINSTALL ? pip_read_removals(&r.reader, &r.values, &r.arguments)
							   : install_request(&r);
	if (!error)
		*ret = request;
	return error;
}
