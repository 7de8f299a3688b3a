/* PEP 751, selected as by Pylock.select of the `packaging` that pip carries. */
#include "fileurl.h"
#include "map.h"
#include "page_build.h"
#include "project.h"
#include "reqfile.h"
#include "reqline.h"
#include "toml.h"
#include "url.h"

struct lock {
	const struct eg_pip_reader *reader;
	struct eg_run *run;
	const struct eg_tags *tags;
	const char *file, *shown; /* as given, and without credentials */
	struct eg_version python;
	struct eg_marker_sets sets;
	struct eg_map selected; /* by name */
};

bool eg_is_pylock(struct eg_arena *arena, const char *file)
{
	const char *slash = strrchr(file, '/');
	const char *name = eg_is_file_url(file) ? eg_url_filename(arena, eg_strndup(arena, file, strcspn(file, "#")))
			   : slash              ? slash + 1
						: file;
	size_t n = strlen(name);

	if (!strcmp(name, "pylock.toml"))
		return true;
	return n > strlen("pylock..toml") && !strncmp(name, "pylock.", 7) && !strcmp(name + n - 5, ".toml") &&
	       memchr(name + 7, '.', n - 7) == name + n - 5;
}

static enum eg_error_kind broken(const struct lock *l, const char *name, const char *why)
{
	return eg_fail(l->run, EG_FORMAT, "cannot use lock file '%s': %s%s%s", l->shown, name ? name : "",
		       name ? ": " : "", why);
}

/* "requires-python" of the lock or of an entry. */
static enum eg_error_kind check_python(const struct lock *l, const struct eg_toml *table, const char *name)
{
	const char *requires = eg_toml_string(table, "requires-python"), *why = "";
	struct eg_specset set;

	if (!requires)
		return EG_OK;
	if (!eg_specset_parse(l->run->arena, requires, strlen(requires), &set, &why))
		return broken(l, name, why);
	if (eg_specset_contains(&set, &l->python))
		return EG_OK;
	return eg_fail(l->run, EG_UNSUPPORTED, "cannot use lock file '%s': %s%sit requires Python '%s', and this is %s",
		       l->shown, name ? name : "", name ? ": " : "", requires, l->python.text);
}

static enum eg_error_kind marker_holds(const struct lock *l, const char *text, const char *name, bool *ret)
{
	const struct eg_marker *marker;
	const char *why = "";

	if (!eg_marker_parse(l->run->arena, text, strlen(text), &marker, &why))
		return broken(l, name, eg_strf(l->run->arena, "invalid marker '%s': %s", text, why));
	*ret = eg_marker_holds_with(marker, &l->reader->interpreter->markers, &l->sets);
	return EG_OK;
}

static enum eg_error_kind check_environments(const struct lock *l, const struct eg_toml *lock)
{
	const struct eg_toml *environments = eg_toml_array(lock, "environments");
	bool holds = !environments || !environments->n;

	for (size_t i = 0; !holds && i < environments->n; i++) {
		enum eg_error_kind error;

		if (environments->items[i].type != EG_TOML_STRING)
			return broken(l, "environments", "not an array of strings");
		if ((error = marker_holds(l, environments->items[i].text, "environments", &holds)))
			return error;
	}
	return holds ? EG_OK
		     : eg_fail(l->run, EG_UNSUPPORTED,
			       "cannot use lock file '%s': it is made for none of this environment's kind", l->shown);
}

/* _package_dist_url: path outranks url, and is relative to the lock. */
static enum eg_error_kind dist_url(const struct lock *l, const struct eg_toml *dist, const char *name, const char **ret)
{
	struct eg_arena *arena = l->run->arena;
	const char *path = eg_toml_string(dist, "path"), *url = eg_toml_string(dist, "url");
	bool remote = eg_is_file_url(l->file);

	if (!path && !url)
		return broken(l, name, "neither path nor url");
	if (!path) {
		*ret = url;
		return EG_OK;
	}
	if (!remote) {
		const char *slash = strrchr(l->file, '/');
		const char *dir = slash ? eg_strndup(arena, l->file, (size_t)(slash - l->file) + 1) : "";

		*ret = eg_path_to_url(arena, path[0] == '/' ? path : eg_strf(arena, "%s%s", dir, path));
		return EG_OK;
	}
	const char *joined = eg_url_join(arena, l->file, path);
	struct eg_url base = eg_url_split(l->file), target = eg_url_split(joined);
	if (path[0] == '/' || strcmp(eg_span_dup(arena, base.scheme), eg_span_dup(arena, target.scheme)) ||
	    strcmp(eg_span_dup(arena, base.authority), eg_span_dup(arena, target.authority)))
		return broken(l, name, eg_strf(arena, "path '%s' lies outside of the lock's location", path));
	*ret = joined;
	return EG_OK;
}

static enum eg_error_kind add_hashes(const struct lock *l, const struct eg_toml *dist, const char *name,
				     struct eg_strs *ret)
{
	const struct eg_toml *hashes = eg_toml_get(dist, "hashes");

	if (!hashes || hashes->type != EG_TOML_TABLE || !hashes->n)
		return broken(l, name, "no hashes");
	for (size_t i = 0; i < hashes->n; i++) {
		if (hashes->items[i].type != EG_TOML_STRING)
			return broken(l, name, "a hash is not a string");
		eg_vec_push(l->run->arena, ret,
			    eg_strf(l->run->arena, "%s:%s", hashes->items[i].key, hashes->items[i].text));
	}
	return EG_OK;
}

static const char *with_subdirectory(struct eg_arena *arena, const char *url, const struct eg_toml *dist)
{
	const char *subdirectory = eg_toml_string(dist, "subdirectory");

	return subdirectory ? eg_strf(arena, "%s#subdirectory=%s", url, subdirectory) : url;
}

static enum eg_error_kind push(struct lock *l, struct eg_pip_line line)
{
	eg_vec_push(l->run->arena, &l->reader->request->roots, line);
	return EG_OK;
}

static enum eg_error_kind add_vcs(struct lock *l, const char *name, const struct eg_toml *dist)
{
	struct eg_arena *arena = l->run->arena;
	const char *type = eg_toml_string(dist, "type"), *commit = eg_toml_string(dist, "commit-id"), *url;
	struct eg_pip_line line;
	enum eg_error_kind error = dist_url(l, dist, name, &url);

	if (!error && (!type || !commit))
		error = broken(l, name, "vcs without type or commit-id");
	if (error)
		return error;
	url = with_subdirectory(arena, eg_strf(arena, "%s+%s@%s", type, url, commit), dist);
	error = eg_pip_line_parse_string(l->reader, eg_strf(arena, "%s @ %s", name, url), l->shown, &line);
	return error ? error : push(l, line);
}

static enum eg_error_kind add_archive(struct lock *l, const char *name, const struct eg_toml *dist)
{
	struct eg_arena *arena = l->run->arena;
	struct eg_pip_line line;
	const char *url;
	enum eg_error_kind error = dist_url(l, dist, name, &url);

	if (error)
		return error;
	error = eg_pip_line_parse_string(
		l->reader, eg_strf(arena, "%s @ %s", name, with_subdirectory(arena, url, dist)), l->shown, &line);
	if (!error)
		error = add_hashes(l, dist, name, &line.hashes);
	return error ? error : push(l, line);
}

static enum eg_error_kind add_directory(struct lock *l, const char *name, const struct eg_toml *dist)
{
	struct eg_arena *arena = l->run->arena;
	const struct eg_toml *editable = eg_toml_get(dist, "editable");
	const char *subdirectory = eg_toml_string(dist, "subdirectory"), *url;
	struct eg_pip_line line;
	enum eg_error_kind error = dist_url(l, dist, name, &url);

	if (error)
		return error;
	if (!eg_url_to_path(arena, url))
		return broken(l, name, "directory entries are not supported in a remote lock");
	url = eg_strf(arena, "%s%s", url, url[strlen(url) - 1] == '/' ? "" : "/");
	if (subdirectory)
		url = eg_strf(arena, "%s%s/", url, subdirectory);
	error = editable && editable->integer ? eg_pip_line_parse_editable(l->reader, url, l->shown, &line)
					      : eg_pip_line_parse(l->reader, url, l->shown, &line);
	return error ? error : push(l, line);
}

/* The name of a wheel or sdist: its "name", else the end of its path or URL. */
static const char *file_name(struct eg_arena *arena, const struct eg_toml *dist)
{
	const char *name = eg_toml_string(dist, "name"), *path = eg_toml_string(dist, "path");
	const char *url = eg_toml_string(dist, "url");

	if (name)
		return name;
	if (path) {
		const char *slash = strrchr(path, '/');

		slash = slash ? slash : strrchr(path, '\\');
		return slash ? slash + 1 : path;
	}
	return url ? eg_url_filename(arena, eg_strndup(arena, url, strcspn(url, "#"))) : "";
}

/* An sdist or a wheel: NAME==VERSION that can come from this file only. */
static enum eg_error_kind add_file(struct lock *l, const char *name, const char *version, const struct eg_toml *dist)
{
	struct eg_arena *arena = l->run->arena;
	struct eg_pip_line line;
	const char *url;
	enum eg_error_kind error = dist_url(l, dist, name, &url);

	if (error)
		return error;
	if (!version)
		return broken(l, name, eg_strf(arena, "no version, and none in '%s'", file_name(arena, dist)));
	error = eg_pip_line_parse_string(l->reader, eg_strf(arena, "%s==%s", name, version), l->shown, &line);
	if (!error)
		error = add_hashes(l, dist, name, &line.hashes);
	if (error)
		return error;
	line.locked = url;
	return push(l, line);
}

static bool prefers_sdist(const struct eg_pip_request *request, const char *name)
{
	if (eg_format_control_names(&request->only_binary, name))
		return false;
	return eg_format_control_names(&request->no_binary, name) ||
	       (!request->only_binary.all && request->no_binary.all);
}

/* The wheel with the best tag; NULL: none fits. *ret_version is what its file name says. */
static enum eg_error_kind best_wheel(struct lock *l, const char *name, const struct eg_toml *wheels,
				     const struct eg_toml **ret, const char **ret_version)
{
	struct eg_arena *arena = l->run->arena;
	int best = -1;

	for (size_t i = 0; wheels && i < wheels->n; i++) {
		const char *file = file_name(arena, &wheels->items[i]);
		struct eg_wheel_name wheel;

		if (!eg_wheel_name_parse(arena, file, &wheel))
			return broken(l, name, eg_strf(arena, "invalid wheel filename '%s'", file));
		if (strcmp(eg_normalize(arena, wheel.name, strlen(wheel.name)), name))
			return broken(l, name, eg_strf(arena, "the name in '%s' is another one", file));
		int rank = eg_tags_rank(l->tags, &wheel);
		if (rank < 0 || (best >= 0 && rank >= best))
			continue;
		best = rank;
		*ret = &wheels->items[i];
		*ret_version = wheel.version;
	}
	return EG_OK;
}

static enum eg_error_kind add_distribution(struct lock *l, const char *name, const struct eg_toml *package)
{
	struct eg_arena *arena = l->run->arena;
	const struct eg_toml *sdist = eg_toml_get(package, "sdist"), *wheel = NULL;
	const char *version = eg_toml_string(package, "version"), *in_name = NULL;

	if (!sdist || !prefers_sdist(l->reader->request, name)) {
		enum eg_error_kind error = best_wheel(l, name, eg_toml_array(package, "wheels"), &wheel, &in_name);
		if (error)
			return error;
	}
	if (wheel)
		return add_file(l, name, version ? version : in_name, wheel);
	if (!sdist)
		return eg_fail(l->run, EG_UNSUPPORTED,
			       "cannot use lock file '%s': %s: no wheel fits this Python, and "
			       "there is no sdist",
			       l->shown, name);
	return add_file(l, name, version ? version : eg_sdist_version(arena, file_name(arena, sdist), name), sdist);
}

static enum eg_error_kind add_package(struct lock *l, const struct eg_toml *package)
{
	static const char *const direct[] = {"vcs", "directory", "archive"};
	static enum eg_error_kind (*const add[])(struct lock *, const char *, const struct eg_toml *) = {
		add_vcs,
		add_directory,
		add_archive,
	};
	const char *name = eg_toml_string(package, "name"), *marker = eg_toml_string(package, "marker");
	enum eg_error_kind error;
	bool holds = true;

	if (!name || strcmp(eg_normalize(l->run->arena, name, strlen(name)), name))
		return broken(l, name, "an entry without a normalized name");
	if (marker && (error = marker_holds(l, marker, name, &holds)))
		return error;
	if (!holds)
		return EG_OK;
	if ((error = check_python(l, package, name)))
		return error;
	if (eg_map_get(&l->selected, name))
		return broken(l, name, "two entries apply to this environment");
	eg_map_put(&l->selected, name, l);
	for (size_t i = 0; i < 3; i++) {
		const struct eg_toml *dist = eg_toml_get(package, direct[i]);

		if (dist)
			return add[i](l, name, dist);
	}
	return add_distribution(l, name, package);
}

static enum eg_error_kind read_lock(struct lock *l, const struct eg_toml *lock, bool default_groups)
{
	const struct eg_toml *packages = eg_toml_array(lock, "packages"),
			     *groups = eg_toml_array(lock, "default-groups");
	const char *version = eg_toml_string(lock, "lock-version");
	enum eg_error_kind error;

	if (!version || strncmp(version, "1", 1) || (version[1] && version[1] != '.'))
		return broken(l, NULL,
			      eg_strf(l->run->arena, "lock-version %s is not supported", version ? version : "(none)"));
	if (!packages)
		return broken(l, NULL, "no packages");
	for (size_t i = 0; default_groups && groups && i < groups->n; i++)
		if (groups->items[i].type == EG_TOML_STRING)
			eg_vec_push(l->run->arena, &l->sets.groups,
				    eg_normalize(l->run->arena, groups->items[i].text, strlen(groups->items[i].text)));
	if ((error = check_python(l, lock, NULL)) || (error = check_environments(l, lock)))
		return error;
	for (size_t i = 0; i < packages->n && !error; i++)
		error = add_package(l, &packages->items[i]);
	return error;
}

enum eg_error_kind eg_pylock_read(const struct eg_pip_reader *reader, const struct eg_pylock_choice *choice)
{
	const struct eg_interpreter *interpreter = reader->interpreter;
	struct eg_run *run = reader->run;
	struct lock l = {
		.reader = reader,
		.run = run,
		.file = choice->file,
		.shown = eg_text_public(run->arena, choice->file),
		.sets = {.extras = choice->extras, .groups = choice->groups},
		.selected.arena = run->arena,
	};
	const struct eg_toml *lock;
	const char *text;
	size_t n;

	enum eg_error_kind error = eg_reqfile_bytes(reader, "lock file", choice->file, &text, &n);
	if (!error)
		error = eg_toml_parse(run, l.shown, text, n, &lock);
	if (error)
		return error;
	l.tags = eg_tags_of(run->arena, &interpreter->tags);
	if (!eg_version_parse(run->arena, interpreter->version, strlen(interpreter->version), &l.python))
		return eg_fail(run, EG_FORMAT, "cannot use lock file '%s': this Python's version is '%s'", l.shown,
			       interpreter->version);
	return read_lock(&l, lock, choice->default_groups);
}
