/* From option values to a request, in the order in which pip reads its sources (RequirementCommand.get_requirements). */
#include "tool_pip.h"

#include <stdlib.h>
#include <unistd.h>

#include "fileurl.h"
#include "pip_checks.h"
#include "pip_options.h"
#include "python/pipconf.h"
#include "python/project.h"
#include "python/reqfile.h"
#include "python/reqline.h"

struct command {
	struct eg_run *run;
	const struct eg_interpreter *interpreter;
	struct pip_values values;
	struct eg_strs arguments;
	struct eg_pip_reader files;
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
	struct eg_option_table general = pip_option_table(run->arena, NULL, r->files.release), table;
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
	table = pip_option_table(run->arena, r->name, r->files.release);
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

	bool says_none = eg_pip_reader_has(&r->files, eg_release(26, 2)); /* with --proxy "" */

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

	request->upgrade = !values->upgrade ? EG_TO_SATISFY_ONLY
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

static bool is_blank(const char *s)
{
	return !s[strspn(s, " \t\r\n")];
}

static enum eg_error_kind add_arguments(struct command *r, const struct eg_strs *texts, bool editable)
{
	for (size_t i = 0; i < texts->n; i++) {
		struct eg_pip_line line = {0};
		enum eg_error_kind error;

		if (!editable && is_blank(texts->v[i]) && eg_pip_reader_has(&r->files, eg_release(26, 0)))
			continue;
		error = editable ? eg_pip_line_parse_editable(&r->files, texts->v[i], NULL, &line)
				 : eg_pip_line_parse(&r->files, texts->v[i], NULL, &line);
		if (error)
			return error;
		line.config_settings = r->values.settings;
		eg_vec_push(r->run->arena, &r->request->roots, line);
	}
	return EG_OK;
}

/* _collect_requirement_sources: the selectors of one lock are put together, at the place of its first mention. */
struct source {
	const char *file;
	struct eg_pylock_choice *lock;
};

struct sources {
	struct source *v;
	size_t n, cap;
};

static struct eg_pylock_choice *lock_of(struct command *r, struct sources *sources, const char *file)
{
	for (size_t i = 0; i < sources->n; i++)
		if (sources->v[i].lock && !strcmp(sources->v[i].lock->file, file))
			return sources->v[i].lock;
	struct eg_pylock_choice *lock = EG_NEW(r->run->arena, struct eg_pylock_choice);
	lock->file = file;
	eg_vec_push(r->run->arena, sources, (struct source){.lock = lock});
	return lock;
}

static enum eg_error_kind add_extras(struct command *r, const char *extras, struct eg_strs *ret)
{
	struct eg_requirement req;
	const char *text = eg_strf(r->run->arena, "placeholder%s", extras), *why = "";

	if (!eg_requirement_parse(r->run->arena, text, strlen(text), &req, &why))
		return eg_fail(r->run, EG_USAGE, "invalid extras '%s': %s", extras, why);
	for (size_t i = 0; i < req.n_extras; i++)
		eg_vec_push(r->run->arena, ret, req.extras[i]);
	return EG_OK;
}

static enum eg_error_kind collect_files(struct command *r, struct sources *sources)
{
	for (size_t i = 0; i < r->values.requirements.n; i++) {
		const char *extras, *file = eg_strip_extras(r->run->arena, r->values.requirements.v[i], &extras);

		if (!eg_pip_reader_has(&r->files, eg_release(26, 1)) || !eg_is_pylock(r->run->arena, file)) {
			eg_vec_push(r->run->arena, sources, (struct source){.file = r->values.requirements.v[i]});
			continue;
		}
		struct eg_pylock_choice *lock = lock_of(r, sources, file);
		enum eg_error_kind error = extras ? add_extras(r, extras, &lock->extras) : EG_OK;
		if (error)
			return error;
		lock->default_groups = true;
	}
	return EG_OK;
}

/* "[path:]group": of a pyproject.toml at once, of a lock together with what else is chosen from it. */
static enum eg_error_kind add_groups(struct command *r, struct sources *sources)
{
	struct eg_arena *arena = r->run->arena;

	for (size_t i = 0; i < r->values.groups.n; i++) {
		const char *value = r->values.groups.v[i], *colon = strrchr(value, ':'), *extras;
		const char *path = colon ? eg_strndup(arena, value, (size_t)(colon - value)) : "pyproject.toml";
		const char *group = colon ? colon + 1 : value, *slash = strrchr(path, '/');
		const char *file = eg_strip_extras(arena, path, &extras);
		enum eg_error_kind error = EG_OK;

		if (!strcmp(slash ? slash + 1 : path, "pyproject.toml")) {
			error = eg_project_group(&r->files, path, group);
		} else if (eg_is_pylock(arena, file) && !eg_is_file_url(file)) {
			struct eg_pylock_choice *lock = lock_of(r, sources, file);

			eg_vec_push(arena, &lock->groups, eg_normalize(arena, group, strlen(group)));
			error = extras ? add_extras(r, extras, &lock->extras) : EG_OK;
		} else {
			error = eg_fail(r->run, EG_USAGE, "--group '%s': group paths use local 'pyproject.toml' or "
					"'pylock.toml' files", value);
		}
		if (error)
			return error;
	}
	return EG_OK;
}

static enum eg_error_kind add_files(struct command *r, const struct sources *sources)
{
	for (size_t i = 0; i < sources->n; i++) {
		const struct source *source = &sources->v[i];
		enum eg_error_kind error =
			source->lock ? eg_pylock_read(&r->files, source->lock)
				     : eg_reqfile_read(&r->files, source->file, false);
		if (error)
			return error;
	}
	return EG_OK;
}

static enum eg_error_kind add_constraints(struct command *r)
{
	const struct eg_strs *files = &r->values.constraints;
	const char *building = getenv("_PIP_IN_BUILD_IGNORE_CONSTRAINTS");

	if (building && !strcmp(building, "1"))
		files = &r->values.build_constraints;
	for (size_t i = 0; i < files->n; i++) {
		enum eg_error_kind error = eg_reqfile_read(&r->files, files->v[i], true);
		if (error)
			return error;
	}
	return EG_OK;
}

static enum eg_error_kind add_scripts(struct command *r)
{
	const struct eg_strs *scripts = &r->values.scripts;
	const char *python = r->values.python_version ? r->values.python_version : r->interpreter->version;

	if (scripts->n > 1)
		return eg_fail(r->run, EG_USAGE, "--requirements-from-script can only be given once");
	if (!scripts->n)
		return EG_OK;
	return eg_script_requirements(&r->files, scripts->v[0], r->values.ignore_requires_python ? NULL : python);
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
	struct sources files = {0};
	enum eg_error_kind error = pip_check_install(r->run, &r->values, r->files.release);

	if (error)
		return error;
	if (r->values.pre)
		request->all_releases.all = true;
	set_indexes(r);
	if ((error = pip_decide_user(r->run, &r->values, r->interpreter, &request->user)) ||
	    (error = add_constraints(r)) || (error = add_arguments(r, &r->arguments, false)) ||
	    (error = collect_files(r, &files)) || (error = add_groups(r, &files)) ||
	    (error = add_arguments(r, &r->values.editables, true)) || (error = add_files(r, &files)) ||
	    (error = add_scripts(r)))
		return error;
	if (request->require_hashes && request->no_require_hashes)
		return eg_fail(r->run, EG_USAGE, "--require-hashes and --no-require-hashes are mutually exclusive");
	if (!request->no_require_hashes && (has_hashes(&request->roots) || has_hashes(&request->constraints)))
		request->require_hashes = true;
	if (r->arguments.n || r->values.editables.n || r->values.requirements.n || r->values.groups.n ||
	    r->values.scripts.n)
		return EG_OK;
	if (request->find_links.n)
		return eg_fail(r->run, EG_USAGE, "you must give at least one requirement to install (maybe you meant "
			       "\"pip install %s\"?)", eg_text_public(r->run->arena, request->find_links.v[0]));
	return eg_fail(r->run, EG_USAGE, "you must give at least one requirement to install");
}

/* Named requirements, each project once; the specifiers and markers play no part (commands/uninstall.py). */
static enum eg_error_kind uninstall_request(struct command *r)
{
	struct eg_pip_request *request = r->request;
	struct eg_pip_lines named = {0};
	struct eg_map seen = {.arena = r->run->arena};
	enum eg_error_kind error = add_arguments(r, &r->arguments, false);

	for (size_t i = 0; i < r->values.requirements.n && !error; i++)
		error = eg_reqfile_read(&r->files, r->values.requirements.v[i], false);
	if (error)
		return error;
	for (size_t i = 0; i < request->roots.n; i++) {
		struct eg_pip_line *line = &request->roots.v[i];

		if (!line->req.name) {
			eg_note(r->run, "requirement '%s' is ignored, the uninstall command expects named ones",
				line->text);
			continue;
		}
		if (eg_map_get(&seen, line->req.project))
			continue;
		eg_map_put(&seen, line->req.project, line);
		line->holds = true;
		eg_vec_push(r->run->arena, &named, *line);
	}
	request->roots = named;
	return named.n ? EG_OK : eg_fail(r->run, EG_USAGE, "you must give at least one requirement to uninstall");
}

enum eg_error_kind eg_pip_command(struct eg_run *run, const struct eg_interpreter *interpreter,
				  const char *const *argv, size_t argc, struct eg_pip_request *ret)
{
	struct eg_pip_request request = {0};
	struct command r = {
		.run = run,
		.interpreter = interpreter,
		.request = &request,
		.values = pip_values_default(&request),
		.files = {.run = run, .interpreter = interpreter, .request = &request},
	};

	r.files.release = release_number(interpreter);
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
		error = request.action == EG_PIP_UNINSTALL ? uninstall_request(&r) : install_request(&r);
	if (!error)
		*ret = request;
	return error;
}
