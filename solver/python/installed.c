#include "installed.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "ceilings.h"
#include "distinfo.h"
#include "file.h"

/* What is found in one directory that distributions are looked for in. */
struct listing {
	struct eg_strs infos; /* *.dist-info and *.egg-info, in pip's order */
	struct eg_strs links; /* *.egg-link */
};

struct scan {
	struct eg_run *run;
	const struct eg_interpreter *interpreter;
	struct eg_installed *ret;
	EG_VEC(struct eg_dist *) found;
	struct eg_map links; /* normalised name of every .egg-link to where it points */
};

static bool ends_with(const char *s, size_t n, const char *end)
{
	size_t m = strlen(end);

	return n > m && !memcmp(s + n - m, end, m);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool list(struct scan *scan, const char *directory, struct listing *ret)
{
	struct eg_arena *arena = scan->run->arena;
	DIR *dir = opendir(directory);

	if (!dir) {
		if (errno != ENOENT && errno != ENOTDIR)
			eg_note(scan->run, "cannot look for installed packages in '%s': %s", directory, strerror(errno));
		return false;
	}
	for (const struct dirent *entry; (entry = readdir(dir));) {
		size_t n = strlen(entry->d_name);
		if (ends_with(entry->d_name, n, ".dist-info") || ends_with(entry->d_name, n, ".egg-info"))
			eg_vec_push(arena, &ret->infos, eg_strndup(arena, entry->d_name, n));
		else if (ends_with(entry->d_name, n, ".egg-link"))
			eg_vec_push(arena, &ret->links, eg_strndup(arena, entry->d_name, n));
	}
	closedir(dir);
	if (scan->interpreter->pkg_resources && ret->infos.n) /* importlib.metadata takes them as they come */
		qsort(ret->infos.v, ret->infos.n, sizeof(*ret->infos.v), by_text);
	return true;
}

/* The names that pip accepts (BaseEnvironment.iter_all_distributions): PEP 508's, once normalised. */
static bool is_name(const char *s)
{
	size_t n = strlen(s);

	if (!n || !isalnum((unsigned char)s[0]) || !isalnum((unsigned char)s[n - 1]))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)s[i]) && s[i] != '-')
			return false;
	return true;
}

/* Modules of the standard library that may carry metadata, which pip does not count (stdlib_pkgs in metadata/base.py). */
static bool is_stdlib(const char *project)
{
	return !strcmp(project, "python") || !strcmp(project, "wsgiref") || !strcmp(project, "argparse");
}

/* Text from outside for people's eyes: a file name may hold any byte but "/". */
static char *printable(struct eg_arena *arena, const char *s)
{
	char *out = eg_strdup(arena, s);

	for (char *p = out; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 127)
			*p = '?';
	return out;
}

static void refuse(struct scan *scan, const char *entry, const char *location)
{
	char *shown = printable(scan->run->arena, entry);

	if (*entry == '~')
		eg_note(scan->run, "'%s' in '%s' is left of an incomplete removal and can be deleted; passed over as pip does",
			shown, location);
	else
		eg_note(scan->run, "'%s' in '%s' has no valid distribution name; passed over as pip does", shown, location);
}

/* pkg_resources passes over an empty metadata directory, importlib.metadata does not. */
static bool is_hollow(struct scan *scan, const char *path)
{
	if (!scan->interpreter->pkg_resources || !access(eg_path_join(scan->run->arena, path, "METADATA"), F_OK))
		return false;
	DIR *dir = opendir(path);
	if (!dir)
		return false;
	bool empty = true;
	for (const struct dirent *entry; empty && (entry = readdir(dir));)
		empty = !strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..");
	closedir(dir);
	return empty;
}

static void set_version(struct scan *scan, struct eg_dist *dist, const char *text)
{
	if (!eg_version_parse(scan->run->arena, text, strlen(text), &dist->version))
		dist->version = (struct eg_version){.text = text, .canonical = text};
}

/* pip/_internal/metadata/importlib/_dists.py, version: of a .dist-info the directory's name tells it, of an .egg-info
   only the metadata does. */
static bool find_version(struct scan *scan, struct eg_dist *dist, const char *named, bool dist_info)
{
	struct eg_arena *arena = scan->run->arena;

	if (dist_info && named && eg_version_parse(arena, named, strlen(named), &dist->version))
		return true;
	const char *text = eg_distinfo_field(scan->run, dist->path, "Version");
	if (text)
		set_version(scan, dist, text);
	else if (named)
		set_version(scan, dist, named);
	return text || named;
}

/* "name-1.0-py3.8-linux-x86_64" and "name-1.0": what stands between the first two dashes; a .dist-info's name goes on
   to its end. NULL without a version. */
static const char *version_in_name(struct eg_arena *arena, const char *stem, bool dist_info)
{
	const char *dash = strchr(stem, '-');

	if (!dash || !dash[1])
		return NULL;
	return eg_strndup(arena, dash + 1, dist_info ? strlen(dash + 1) : strcspn(dash + 1, "-"));
}

static struct eg_dist *keep(struct scan *scan, const struct eg_dist *dist)
{
	struct eg_dist *kept = EG_NEW(scan->run->arena, struct eg_dist);

	*kept = *dist;
	eg_vec_push(scan->run->arena, &scan->found, kept);
	eg_map_put(&scan->ret->by_project, kept->project, kept);
	return kept;
}

static struct eg_dist *add(struct scan *scan, const char *directory, const char *entry)
{
	struct eg_arena *arena = scan->run->arena;
	size_t n = strlen(entry);
	bool dist_info = ends_with(entry, n, ".dist-info");
	char *stem = eg_strndup(arena, entry, n - strlen(dist_info ? ".dist-info" : ".egg-info"));
	size_t name_n = strcspn(stem, "-");
	struct eg_dist dist = {
		.project = eg_normalize(arena, stem, name_n),
		.name = eg_strndup(arena, stem, name_n),
		.location = directory,
	};

	if (!is_name(dist.project)) {
		refuse(scan, entry, directory);
		return NULL;
	}
	if (is_stdlib(dist.project) || eg_map_get(&scan->ret->by_project, dist.project))
		return NULL;
	dist.path = eg_path_join(arena, directory, entry);
	if (dist_info && is_hollow(scan, dist.path))
		return NULL;
	if (!find_version(scan, &dist, version_in_name(arena, stem, dist_info), dist_info)) {
		eg_note(scan->run, "'%s' does not tell the version of %s; passed over", dist.path, dist.project);
		return NULL;
	}
	return keep(scan, &dist);
}

/* A directory NAME-VERSION-pyX.Y.egg that is itself on sys.path. */
static void scan_egg(struct scan *scan, const char *egg)
{
	struct eg_arena *arena = scan->run->arena;
	const char *base = strrchr(egg, '/') ? strrchr(egg, '/') + 1 : egg;
	const char *path = eg_path_join(arena, egg, "EGG-INFO");

	if (!eg_is_dir(path))
		return;
	char *stem = eg_strndup(arena, base, strlen(base) - strlen(".egg"));
	const char *name = eg_distinfo_field(scan->run, path, "Name");
	if (!name)
		name = eg_strndup(arena, stem, strcspn(stem, "-"));
	struct eg_dist dist = {
		.project = eg_normalize(arena, name, strlen(name)),
		.name = name,
		.path = path,
		.location = egg,
	};
	if (!is_name(dist.project))
		refuse(scan, base, egg);
	else if (!eg_map_get(&scan->ret->by_project, dist.project) &&
		 find_version(scan, &dist, version_in_name(arena, stem, false), false))
		keep(scan, &dist);
}

/* Where an .egg-link points: its first line with something in it (find_legacy_editables in importlib/_envs.py). */
static const char *link_target(struct scan *scan, const char *directory, const char *entry)
{
	struct eg_arena *arena = scan->run->arena;
	const char *text = eg_file_read_if(scan->run, eg_path_join(arena, directory, entry), EG_MAX_CONFIG, NULL);

	if (!text)
		return NULL;
	text += strspn(text, " \t\r\n");
	size_t n = strcspn(text, "\r\n");
	while (n && isspace((unsigned char)text[n - 1]))
		n--;
	return n ? eg_path_absolute(arena, eg_path_join(arena, directory, eg_strndup(arena, text, n))) : NULL;
}

/* pkg_resources follows no link: there the project's directory is on sys.path, or it is not installed. */
static void scan_link(struct scan *scan, const char *directory, const char *entry)
{
	const char *target = link_target(scan, directory, entry);
	struct listing listing = {0};

	if (!target)
		return;
	eg_map_put(&scan->links, eg_normalize(scan->run->arena, entry, strlen(entry) - strlen(".egg-link")),
		   (void *)target);
	if (scan->interpreter->pkg_resources || !list(scan, target, &listing))
		return;
	for (size_t i = 0; i < listing.infos.n; i++)
		add(scan, target, listing.infos.v[i]);
}

static void scan_site(struct scan *scan, const char *directory)
{
	struct listing listing = {0};

	if (ends_with(directory, strlen(directory), ".egg"))
		scan_egg(scan, directory);
	if (!list(scan, directory, &listing))
		return;
	for (size_t i = 0; i < listing.infos.n; i++)
		add(scan, directory, listing.infos.v[i]);
	for (size_t i = 0; i < listing.links.n; i++)
		scan_link(scan, directory, listing.links.v[i]);
}

/* Without a direct_url.json a project is editable where an .egg-link bears its name (editable_project_location). */
static void mark(const struct scan *scan, struct eg_dist *dist)
{
	const char *user = scan->interpreter->user_site;

	dist->in_user_site = user && !strcmp(dist->location, user);
	if (eg_map_get(&scan->links, dist->project))
		dist->editable = dist->location;
}

enum eg_error_kind eg_installed_read(struct eg_run *run, const struct eg_interpreter *interpreter,
				     struct eg_installed *ret)
{
	struct eg_installed installed = {.by_project.arena = run->arena};
	struct scan scan = {.run = run, .interpreter = interpreter, .ret = &installed, .links.arena = run->arena};

	for (size_t i = 0; i < interpreter->site.n; i++)
		scan_site(&scan, interpreter->site.v[i]);
	for (size_t i = 0; i < scan.found.n; i++)
		mark(&scan, scan.found.v[i]);
	installed.v = scan.found.v;
	installed.n = scan.found.n;
	*ret = installed;
	return EG_OK;
}

const struct eg_dist *eg_installed_get(const struct eg_installed *installed, const char *project)
{
	return eg_map_get(&installed->by_project, project);
}
