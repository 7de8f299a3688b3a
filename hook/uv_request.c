/* From the options of a uv pip command to a request. */
#include <ctype.h>
#include <stdlib.h>

#include "file.h"
#include "fileurl.h"
#include "python/project.h"
#include "python/pyproject.h"
#include "python/reqfile.h"
#include "tool_uv.h"
#include "uv_torch.h"

/* ---- choices ---- */

static void choose_packages(struct eg_uv_command *c, int all, const struct eg_strs *names, struct eg_uv_choice *ret)
{
	struct eg_arena *arena = c->run->arena;

	ret->all = all;
	for (size_t i = 0; i < names->n; i++) {
		size_t n = strcspn(names->v[i], " =<>!~[;@");

		eg_vec_push(arena, &ret->names, eg_normalize(arena, names->v[i], n));
	}
}

static enum eg_error_kind set_resolution(struct eg_uv_command *c)
{
	static const char *const strategies[] = {"first-index", "unsafe-first-match", "unsafe-best-match"};
	static const char *const modes[] = {"highest", "lowest", "lowest-direct"};
	static const char *const releases[] = {"if-necessary", "allow", "disallow", "explicit", "if-necessary-or-explicit"};
	const struct uv_values *v = &c->values;
	const struct {
		const char *what, *value;
		const char *const *words;
		size_t n;
		int *field;
	} choices[] = {
		{"index strategy", v->index_strategy, strategies, 3, (int *)&c->request.index_strategy},
		{"resolution", v->resolution, modes, 3, (int *)&c->request.resolution},
		{"pre-release mode", v->prerelease, releases, 5, (int *)&c->request.prerelease},
	};

	for (size_t i = 0; i < sizeof(choices) / sizeof(*choices); i++) {
		size_t k = 0;

		if (!choices[i].value)
			continue;
		while (k < choices[i].n && strcmp(choices[i].words[k], choices[i].value))
			k++;
		if (k == choices[i].n)
			return eg_fail(c->run, EG_USAGE, "there is no %s '%s'", choices[i].what, choices[i].value);
		*choices[i].field = k == 4 ? EG_UV_IF_NECESSARY : (int)k;
	}
	return EG_OK;
}

static enum eg_error_kind set_choices(struct eg_uv_command *c)
{
	const struct uv_values *v = &c->values;
	struct eg_pip_request *pip = &c->request.pip;
	struct eg_arena *arena = c->run->arena;

	c->request.action = c->verb == EG_UV_PIP_SYNC        ? EG_UV_SYNC
			    : c->verb == EG_UV_PIP_UNINSTALL ? EG_UV_UNINSTALL
							     : EG_UV_INSTALL;
	c->request.exact = v->exact || c->request.action == EG_UV_SYNC;
	pip->no_deps = v->no_deps || c->request.action == EG_UV_SYNC;
	pip->break_system_packages = v->break_system_packages;
	pip->no_index = v->no_index;
	pip->no_cache = v->no_cache;
	pip->cert = v->cert;
	pip->keyring_provider = v->keyring_provider ? v->keyring_provider : "disabled";
	pip->trusted_hosts = v->insecure_hosts;
	pip->target = v->target;
	pip->prefix_dir = v->prefix;
	pip->retries = pip->timeout_s = -1;
	pip->require_hashes = v->require_hashes;
	pip->dry_run = v->dry_run;
	choose_packages(c, v->upgrade, &v->upgrade_packages, &c->request.upgrade);
	choose_packages(c, v->reinstall, &v->reinstall_packages, &c->request.reinstall);
	if (v->no_build)
		pip->only_binary.all = true;
	if (v->no_binary)
		pip->no_binary.all = true;
	for (size_t i = 0; i < v->no_build_packages.n; i++)
		eg_format_control_add(arena, v->no_build_packages.v[i], &pip->only_binary, &pip->no_binary);
	for (size_t i = 0; i < v->no_binary_packages.n; i++)
		eg_format_control_add(arena, v->no_binary_packages.v[i], &pip->no_binary, &pip->only_binary);
	if (v->exclude_newer && !(pip->uploaded_prior_to = uv_time(arena, v->exclude_newer)))
		return eg_fail(c->run, EG_USAGE, "--exclude-newer wants a date, a time or a duration, not '%s'",
			       v->exclude_newer);
	if (v->python_version || v->python_platform)
		return eg_fail(c->run, EG_UNSUPPORTED, "--python-version and --python-platform are not forecast for uv yet");
	if (v->not_modelled)
		return eg_fail(c->run, EG_UNSUPPORTED, "%s is not forecast yet", v->not_modelled);
	return set_resolution(c);
}

/* ---- indexes ---- */

/* UV_INDEX_NAME_USERNAME and _PASSWORD, for an index that has a name */
static const char *credential(struct eg_arena *arena, const char *name, size_t n, const char *what)
{
	char *variable = eg_strf(arena, "UV_INDEX_%.*s_%s", (int)n, name, what);

	for (char *p = variable; *p; p++)
		*p = isalnum((unsigned char)*p) ? (char)toupper((unsigned char)*p) : '_';
	return getenv(variable);
}

/* As part of a URL's authority, where "@", ":" and "/" are syntax. */
static const char *quoted(struct eg_arena *arena, const char *text)
{
	static const char digits[] = "0123456789ABCDEF";
	char *url = eg_alloc(arena, 3 * strlen(text) + 1), *out = url;

	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (isalnum(c) || strchr("-._~", c)) {
			*out++ = *text;
			continue;
		}
		*out++ = '%';
		*out++ = digits[c >> 4];
		*out++ = digits[c & 15];
	}
	*out = 0;
	return url;
}

/* "NAME=URL" without the name, and with what the variables say of it. */
static const char *index_url(struct eg_arena *arena, const char *value)
{
	size_t n = strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

	if (!n || value[n] != '=')
		return value;
	const char *url = value + n + 1, *host = strstr(url, "://");
	const char *user = credential(arena, value, n, "USERNAME"), *password = credential(arena, value, n, "PASSWORD");
	if (!user || !host || strchr(host, '@'))
		return url;
	return eg_strf(arena, "%.*s://%s%s%s@%s", (int)(host - url), url, quoted(arena, user), password ? ":" : "",
		       password ? quoted(arena, password) : "", host + 3);
}

static enum eg_error_kind set_torch_backend(struct eg_uv_command *c)
{
	struct eg_strs indexes = {0};
	const char *driver = getenv("UV_CUDA_DRIVER_VERSION");

	if (!c->values.torch_backend || eg_uv_is_of_project(c))
		return EG_OK;
	enum eg_error_kind kind = uv_torch_indexes(c->run, c->values.torch_backend, driver && *driver ? driver : c->driver,
						   &indexes, &c->request.one_cuda);
	for (size_t i = 0; i < indexes.n; i++)
		eg_vec_push(c->run->arena, &c->request.pip.indexes, indexes.v[i]);
	c->request.n_torch_indexes = indexes.n;
	return kind;
}

static void add_index(struct eg_uv_command *c, const char *url)
{
	struct eg_strs *indexes = &c->request.pip.indexes;

	for (size_t i = 0; i < indexes->n; i++)
		if (!strcmp(indexes->v[i], url))
			return;
	eg_vec_push(c->run->arena, indexes, url);
}

/* What files of requirements add comes before the default index. */
struct from_files {
	struct eg_strs extra;
	const char *index_url;
};

static enum eg_error_kind set_indexes(struct eg_uv_command *c, const struct eg_interpreter *interpreter,
				      const struct from_files *files)
{
	struct uv_values *v = &c->values;
	const char *last = v->default_index ? index_url(c->run->arena, v->default_index)
			   : v->index_url   ? v->index_url
			   : files->index_url ? files->index_url : interpreter->default_index;

	for (size_t i = 0; i < v->find_links.n; i++)
		eg_vec_push(c->run->arena, &c->request.pip.find_links, v->find_links.v[i]);
	if (v->no_index)
		return EG_OK;
	for (size_t i = 0; i < v->indexes.n; i++)
		add_index(c, index_url(c->run->arena, v->indexes.v[i]));
	for (size_t i = 0; i < v->extra_index_urls.n; i++)
		add_index(c, v->extra_index_urls.v[i]);
	for (size_t i = 0; i < files->extra.n; i++)
		add_index(c, files->extra.v[i]);
	if (last)
		add_index(c, last);
	c->request.pip.default_index = last == interpreter->default_index && last;
	return set_torch_backend(c);
}

/* ---- requirements ---- */

static const char no_index_url[] = "";

static enum eg_error_kind read_file(struct eg_uv_command *c, struct eg_pip_reader *reader, const char *file,
				    bool constraint, struct from_files *files)
{
	struct eg_strs *indexes = &reader->request->indexes;
	struct eg_arena *arena = c->run->arena;

	*indexes = (struct eg_strs){0};
	eg_vec_push(arena, indexes, no_index_url);
	enum eg_error_kind kind = eg_reqfile_read(reader, file, constraint);
	for (size_t i = 0; i < indexes->n; i++) {
		if (indexes->v[i] == no_index_url)
			continue;
		if (!i)
			files->index_url = indexes->v[i];
		else
			eg_vec_push(arena, &files->extra, indexes->v[i]);
	}
	*indexes = (struct eg_strs){0};
	if (reader->request->no_index)
		c->values.no_index = true;
	return kind;
}

/* A pyproject.toml stands for what its project requires, with the extras that are asked for. */
static enum eg_error_kind read_project(struct eg_uv_command *c, struct eg_pip_reader *reader, const char *file)
{
	struct eg_run *run = c->run;
	const char *text;
	size_t n;
	struct eg_metadata metadata;
	enum eg_error_kind kind = eg_reqfile_bytes(reader, "project file", file, &text, &n);

	if (kind)
		return kind;
	const struct eg_pyproject project = eg_pyproject_read(run, text, n, NULL, NULL);
	if (!project.metadata)
		return eg_fail(run, EG_UNSUPPORTED, "'%s' does not say what the project requires: only its build could tell", file);
	if ((kind = eg_metadata_parse(run, project.metadata, project.n, file, &metadata)))
		return kind;
	for (size_t i = 0; i < metadata.n_requires_dist; i++) {
		struct eg_pip_line line = {.text = metadata.requires_dist[i].text, .origin = file, .req = metadata.requires_dist[i]};
		const struct eg_marker_env *env = &reader->interpreter->markers;

		line.holds = eg_marker_holds(line.req.marker, env, "");
		const struct eg_strs *extras = c->values.all_extras ? &metadata.provides_extra : &c->values.extras;
		for (size_t k = 0; k < extras->n && !line.holds; k++)
			line.holds = eg_marker_holds(line.req.marker, env, eg_normalize(run->arena, extras->v[k], strlen(extras->v[k])));
		eg_vec_push(run->arena, &reader->request->roots, line);
	}
	return EG_OK;
}

/* A pylock.toml names every file: nothing that the packages require is looked for. */
static enum eg_error_kind read_lock(const struct eg_pip_reader *reader, const char *file)
{
	const struct eg_pylock_choice choice = {.file = file, .default_groups = true};

	reader->request->no_deps = true;
	return eg_pylock_read(reader, &choice);
}

static bool is_project_file(const char *file)
{
	const char *slash = strrchr(file, '/');

	return !strcmp(slash ? slash + 1 : file, "pyproject.toml");
}

static enum eg_error_kind read_arguments(struct eg_uv_command *c, struct eg_pip_reader *reader)
{
	const struct eg_strs *const lists[] = {&c->arguments, &c->values.editables};
	enum eg_error_kind kind = EG_OK;

	if (c->request.action == EG_UV_SYNC)
		return EG_OK;
	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < lists[k]->n && !kind; i++) {
			struct eg_pip_line line = {0};

			kind = k ? eg_pip_line_parse_editable(reader, lists[k]->v[i], NULL, &line)
				 : eg_pip_line_parse(reader, lists[k]->v[i], NULL, &line);
			if (!kind)
				eg_vec_push(c->run->arena, &reader->request->roots, line);
		}
	return kind;
}

static enum eg_error_kind read_requirements(struct eg_uv_command *c, struct eg_pip_reader *reader,
					    struct from_files *files)
{
	const struct eg_strs *own = c->request.action == EG_UV_SYNC ? &c->arguments : &c->values.requirements;
	enum eg_error_kind kind = read_arguments(c, reader);

	for (size_t i = 0; i < own->n && !kind; i++)
		kind = is_project_file(own->v[i])                 ? read_project(c, reader, own->v[i])
		       : eg_is_pylock(c->run->arena, own->v[i]) ? read_lock(reader, own->v[i])
								: read_file(c, reader, own->v[i], false, files);
	for (size_t i = 0; i < c->values.groups.n && !kind; i++) {
		const char *colon = strrchr(c->values.groups.v[i], ':');
		const char *path = colon ? eg_strndup(c->run->arena, c->values.groups.v[i],
						      (size_t)(colon - c->values.groups.v[i]))
					 : "pyproject.toml";

		kind = eg_project_group(reader, path, colon ? colon + 1 : c->values.groups.v[i]);
	}
	for (size_t i = 0; i < c->values.constraints.n && !kind; i++)
		kind = read_file(c, reader, c->values.constraints.v[i], true, files);
	return kind;
}

static enum eg_error_kind add_texts(struct eg_uv_command *c, struct eg_pip_reader *reader, const struct eg_strs *texts,
				    struct eg_pip_lines *ret)
{
	enum eg_error_kind kind = EG_OK;

	for (size_t i = 0; i < texts->n && !kind; i++) {
		struct eg_pip_line line = {0};

		kind = eg_pip_line_parse_string(reader, texts->v[i], "the configuration", &line);
		if (!kind)
			eg_vec_push(c->run->arena, ret, line);
	}
	return kind;
}

/* --overrides and --excludes name files like those of requirements. */
static enum eg_error_kind read_changes(struct eg_uv_command *c, struct eg_pip_reader *reader, struct from_files *files)
{
	struct eg_pip_lines roots = reader->request->roots;
	enum eg_error_kind kind = EG_OK;

	reader->request->roots = (struct eg_pip_lines){0};
	for (size_t i = 0; i < c->values.overrides.n && !kind; i++)
		kind = read_file(c, reader, c->values.overrides.v[i], false, files);
	c->request.overrides = reader->request->roots;
	reader->request->roots = (struct eg_pip_lines){0};
	for (size_t i = 0; i < c->values.excludes.n && !kind; i++)
		kind = read_file(c, reader, c->values.excludes.v[i], false, files);
	for (size_t i = 0; i < reader->request->roots.n; i++)
		if (reader->request->roots.v[i].req.project)
			eg_vec_push(c->run->arena, &c->request.excludes, reader->request->roots.v[i].req.project);
	reader->request->roots = roots;
	for (size_t i = 0; i < c->values.exclude_texts.n; i++)
		eg_vec_push(c->run->arena, &c->request.excludes,
			    eg_normalize(c->run->arena, c->values.exclude_texts.v[i], strlen(c->values.exclude_texts.v[i])));
	if (!kind)
		kind = add_texts(c, reader, &c->values.override_texts, &c->request.overrides);
	return kind ? kind : add_texts(c, reader, &c->values.constraint_texts, &reader->request->constraints);
}

/* --upgrade-package 'NAME<2' bounds it, too. */
static enum eg_error_kind bound_upgrades(struct eg_uv_command *c, struct eg_pip_reader *reader)
{
	enum eg_error_kind kind = EG_OK;

	for (size_t i = 0; i < c->values.upgrade_packages.n && !kind; i++) {
		struct eg_pip_line line = {0};

		kind = eg_pip_line_parse(reader, c->values.upgrade_packages.v[i], "--upgrade-package", &line);
		if (!kind && line.req.spec.n)
			eg_vec_push(c->run->arena, &reader->request->constraints, line);
	}
	return kind;
}

/* uv add -r FILE -c FILE */
static enum eg_error_kind read_added(struct eg_uv_command *c, struct eg_pip_reader *reader, struct from_files *files)
{
	enum eg_error_kind kind = EG_OK;

	for (size_t i = 0; c->verb == EG_UV_PROJECT_ADD && i < c->values.requirements.n && !kind; i++)
		kind = read_file(c, reader, c->values.requirements.v[i], false, files);
	for (size_t i = 0; c->verb == EG_UV_PROJECT_ADD && i < c->values.constraints.n && !kind; i++)
		kind = read_file(c, reader, c->values.constraints.v[i], true, files);
	return kind ? kind : eg_uv_project_requirements(c, reader);
}

enum eg_error_kind eg_uv_read(struct eg_uv_command *c, const struct eg_interpreter *interpreter)
{
	struct eg_pip_reader reader = {.run = c->run, .interpreter = interpreter, .request = &c->request.pip};
	bool project = eg_uv_is_of_project(c);
	struct from_files files = {0};
	enum eg_error_kind kind = set_choices(c);

	c->interpreter = interpreter;
	if (kind || (kind = project ? read_added(c, &reader, &files) : read_requirements(c, &reader, &files)) ||
	    (kind = read_changes(c, &reader, &files)) || (kind = bound_upgrades(c, &reader)))
		return kind;
	if (!c->request.pip.roots.n && !project && c->request.action != EG_UV_SYNC)
		return eg_fail(c->run, EG_USAGE, "%s wants packages, or a file that names them", c->name);
	if (c->request.action == EG_UV_UNINSTALL)
		return EG_OK;
	kind = set_indexes(c, interpreter, &files);
	return !kind && project ? eg_uv_project_sources(c) : kind;
}
