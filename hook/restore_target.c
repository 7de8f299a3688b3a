/* What to go back to: a snapshot, or one of the files that people keep for it. */
#include "restore.h"

#include <strings.h>

#include "ceilings.h"
#include "file.h"
#include "python/pep508.h"
#include "strs.h"

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && !strcasecmp(s + n - m, end);
}

/* "2026-11-26 01:34 UTC" of "2026-11-26T01:34:12Z" */
static const char *minute(struct eg_arena *arena, const char *time)
{
	return strlen(time) < 16 ? time : eg_strf(arena, "%.10s %.5s UTC", time, time + 11);
}

static void use_snapshot(struct eg_run *run, const struct eg_snapshot *snapshot, struct eg_restore_target *ret)
{
	*ret = (struct eg_restore_target){
		.title = snapshot->command.n ?
				 eg_strf(run->arena, "snapshot %s of %s, before '%s'", snapshot->id,
					 minute(run->arena, snapshot->time), eg_snapshot_words(run->arena, snapshot)) :
				 eg_strf(run->arena, "snapshot %s of %s, made by hand", snapshot->id,
					 minute(run->arena, snapshot->time)),
		.items = snapshot->inventory.items,
		.whole = true,
		.conda = snapshot->inventory.conda,
		.uv = snapshot->tool && !strcmp(snapshot->tool, "uv"),
		.python_version = snapshot->inventory.python_version,
	};
}

/* ".../linux-64/name-1.0-build.conda#md5" (conda list --explicit --md5, --sha256: "#sha256:…") */
static bool read_url(struct eg_arena *arena, const char *line, struct eg_item *ret)
{
	static const char *const kinds[] = {".conda", ".tar.bz2"};
	const char *url = eg_strndup(arena, line, strcspn(line, "#")), *hash = strchr(line, '#');
	const char *slash = strrchr(url, '/');
	char *name = NULL;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds) && slash && !name; i++)
		if (ends_with(slash, kinds[i]))
			name = eg_strndup(arena, slash + 1, strlen(slash + 1) - strlen(kinds[i]));
	char *build = name ? strrchr(name, '-') : NULL;
	if (!build || *url == '-')
		return false;
	*build++ = 0;
	char *version = strrchr(name, '-');
	if (!version || version == name)
		return false;
	*version++ = 0;
	*ret = (struct eg_item){.ecosystem = EG_CONDA, .name = name, .version = version, .build = build, .url = url};
	if (hash && !strncmp(hash, "#sha256:", 8))
		ret->sha256 = hash + 8;
	else if (hash)
		ret->md5 = hash + 1;
	return true;
}

static enum eg_error_kind read_explicit(struct eg_run *run, const char *path, char *text, struct eg_restore_target *ret)
{
	char *state = NULL;
	bool begun = false;

	for (char *line = strtok_r(text, "\r\n", &state); line; line = strtok_r(NULL, "\r\n", &state)) {
		struct eg_item item;
		line += strspn(line, " \t");
		if (!strcmp(line, "@EXPLICIT"))
			begun = true;
		else if (begun && *line != '#' && read_url(run->arena, line, &item))
			eg_vec_push(run->arena, &ret->items, item);
		else if (begun && *line && *line != '#')
			return eg_fail(run, EG_FORMAT, "'%s': '%s' is no address of a conda package", path, line);
	}
	ret->conda = true;
	return EG_OK;
}

/* "-e /path", "-e git+https://…#egg=name": the address is for pip to read. */
static bool is_index_option(const char *line)
{
	static const char *const options[] = {"--index-url", "-i", "--extra-index-url", "--find-links", "-f", "--pre",
					      "--trusted-host"};

	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		size_t n = strlen(options[i]);
		if (!strncmp(line, options[i], n) && strchr(" =", line[n])) /* or at its end */
			return true;
	}
	return false;
}

static void add_option(struct eg_arena *arena, const char *line, struct eg_strs *ret)
{
	size_t n = strcspn(line, " =");

	eg_vec_push(arena, ret, eg_strndup(arena, line, n));
	n += strspn(line + n, " =");
	if (line[n])
		eg_vec_push(arena, ret, line + n);
}

/* A line of `pip freeze`: "name==1.0", "name @ https://…"; false: more than that. */
static bool read_frozen(struct eg_arena *arena, const char *line, struct eg_item *ret)
{
	struct eg_requirement requirement;
	const char *error;

	if (!eg_requirement_parse(arena, line, strlen(line), &requirement, &error) || requirement.marker ||
	    requirement.n_extras)
		return false;
	*ret = (struct eg_item){.name = requirement.project, .version = "", .direct = requirement.url};
	if (requirement.url)
		return true;
	if (requirement.spec.n != 1 || !eg_specset_pinned(&requirement.spec))
		return false;
	ret->version = requirement.spec.v[0].version.canonical;
	return true;
}

/* False: it asks for more than exact versions, and pip is to read it itself. */
static bool read_freeze(struct eg_arena *arena, char *text, struct eg_restore_target *ret)
{
	char *state = NULL;

	for (char *line = strtok_r(text, "\r\n", &state); line; line = strtok_r(NULL, "\r\n", &state)) {
		struct eg_item item;
		line += strspn(line, " \t");
		if (!*line || *line == '#')
			continue;
		if (is_index_option(line))
			add_option(arena, line, &ret->options);
		else if (read_frozen(arena, line, &item))
			eg_vec_push(arena, &ret->items, item);
		else
			return false;
	}
	return true;
}

static enum eg_error_kind read_file(struct eg_run *run, const char *path, struct eg_restore_target *ret)
{
	struct eg_restore_target target = {.title = eg_strf(run->arena, "'%s'", path)};
	char *text;
	size_t n;
	enum eg_error_kind kind = eg_file_read(run, path, EG_MAX_SNAPSHOT, &text, &n);

	if (kind)
		return kind;
	if (ends_with(path, ".yml") || ends_with(path, ".yaml")) {
		target.conda = true;
		target.file = path;
	} else if (ends_with(path, ".json")) {
		struct eg_snapshot snapshot;
		kind = eg_snapshot_parse(run, path, text, n, &snapshot);
		if (!kind)
			use_snapshot(run, &snapshot, &target);
	} else if (strstr(text, "@EXPLICIT")) {
		kind = read_explicit(run, path, text, &target);
	} else if (!read_freeze(run->arena, text, &target)) {
		target.file = path;
	}
	eg_items_sort(&target.items);
	if (!kind)
		*ret = target;
	return kind;
}

static enum eg_error_kind find_snapshot(struct eg_run *run, const struct eg_snapshots *all, const char *id,
					const struct eg_snapshot **ret)
{
	const struct eg_snapshot *found = NULL;

	for (size_t i = 0; i < all->n; i++) {
		if (strncmp(all->v[i]->id, id, strlen(id)))
			continue;
		if (found && strcmp(found->id, all->v[i]->id))
			return eg_fail(run, EG_USAGE, "more than one snapshot begins with '%s'", id);
		found = found ? found : all->v[i];
	}
	if (!found)
		return eg_fail(run, EG_NOT_FOUND, "there is no snapshot '%s', and no file of that name; 'envguard snapshots' "
			       "lists them", id);
	*ret = found;
	return EG_OK;
}

/* What a way back has left behind is gone to by name only. */
static bool is_of_restore(const struct eg_snapshot *snapshot)
{
	return snapshot->tool && !strcmp(snapshot->tool, "envguard");
}

enum eg_error_kind eg_restore_target(struct eg_run *run, const struct eg_inventory *inventory, const char *id,
				     struct eg_restore_target *ret, bool *ret_none)
{
	const struct eg_snapshot *snapshot = NULL;
	struct eg_snapshots all = {0};

	*ret_none = false;
	if (id && (strchr(id, '/') || eg_is_file(id)))
		return read_file(run, id, ret);
	eg_snapshot_list(run, inventory->prefix, &all);
	if (!all.n && !id)
		return eg_fail(run, EG_NOT_FOUND, "there is no snapshot of '%s' yet; a file can be gone back to as well (see "
			       "'envguard restore --help')", inventory->prefix);
	if (id) {
		enum eg_error_kind kind = find_snapshot(run, &all, id, &snapshot);
		if (kind)
			return kind;
	}
	for (size_t i = 0; i < all.n && !snapshot; i++)
		if (!is_of_restore(all.v[i]) &&
		    eg_restore_differs(&inventory->items, &all.v[i]->inventory.items, true))
			snapshot = all.v[i];
	*ret_none = !snapshot;
	if (snapshot)
		use_snapshot(run, snapshot, ret);
	return EG_OK;
}
