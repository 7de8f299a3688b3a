#include "inventory.h"

#include <stdlib.h>

#include "buf.h"
#include "ceilings.h"
#include "checksum.h"
#include "conda/history.h"
#include "conda/prefix.h"
#include "family.h"
#include "file.h"
#include "python/direct_url.h"

#define OWN_PLUGIN "envguard-gate-conda" /* what `enable` puts there is nobody's package */

static int by_name(const void *a, const void *b)
{
	const struct eg_item *x = a, *y = b;

	return x->ecosystem == y->ecosystem ? strcmp(x->name, y->name) : (int)y->ecosystem - (int)x->ecosystem;
}

void eg_items_sort(struct eg_items *items)
{
	if (items->n)
		qsort(items->v, items->n, sizeof(*items->v), by_name);
}

const struct eg_item *eg_items_find(const struct eg_items *items, enum eg_ecosystem ecosystem, const char *name)
{
	const struct eg_item wanted = {.ecosystem = ecosystem, .name = name};

	return items->n ? bsearch(&wanted, items->v, items->n, sizeof(*items->v), by_name) : NULL;
}

bool eg_item_is_stack(const struct eg_item *item)
{
	return eg_family_of(item->name) != NULL;
}

bool eg_inventory_has_stack(const struct eg_inventory *inventory)
{
	for (size_t i = 0; i < inventory->items.n; i++)
		if (eg_item_is_stack(&inventory->items.v[i]))
			return true;
	return false;
}

/* What is not told fits anything. */
static bool fits(const char *a, const char *b)
{
	return !a || !b || !strcmp(a, b);
}

bool eg_item_same(const struct eg_item *a, const struct eg_item *b)
{
	bool direct = a->direct && b->direct ? !strcmp(a->direct, b->direct) : a->direct == b->direct;

	return (!*a->version || !*b->version || !strcmp(a->version, b->version)) && fits(a->build, b->build) && fits(a->channel, b->channel) &&
	       fits(a->sha256, b->sha256) && (a->ecosystem == EG_CONDA || direct);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A line of RECORD that is the same whoever installs the wheel: no compiled file, no script, nothing about the
   installation. */
static bool is_of_wheel(const char *line)
{
	return strstr(line, ",sha256=") && strncmp(line, "../", 3) && !strstr(line, ".dist-info/");
}

/* The checksum of what RECORD says of the wheel's own files tells two builds of one version apart. */
static const char *content_sum(struct eg_run *run, const struct eg_dist *dist)
{
	const char *path = eg_path_join(run->arena, dist->path, "RECORD");
	char *text = eg_family_of(dist->project) ? eg_file_read_if(run, path, EG_MAX_RECORD, NULL) : NULL, *state = NULL;
	struct eg_strs lines = {0};
	struct eg_buf buf = {0};

	for (char *line = text ? strtok_r(text, "\r\n", &state) : NULL; line; line = strtok_r(NULL, "\r\n", &state))
		if (is_of_wheel(line))
			eg_vec_push(run->arena, &lines, line);
	if (!lines.n)
		return NULL;
	qsort(lines.v, lines.n, sizeof(*lines.v), by_text);
	for (size_t i = 0; i < lines.n; i++) {
		eg_buf_puts(&buf, lines.v[i]);
		eg_buf_puts(&buf, "\n");
	}
	const char *sum = buf.overflow ? NULL : eg_sha256(run->arena, buf.s, buf.n);
	eg_buf_free(&buf);
	return sum;
}

static void add_dist(struct eg_run *run, struct eg_dist *dist, bool sums, struct eg_items *ret)
{
	struct eg_item item = {
		.ecosystem = EG_PYTHON,
		.name = dist->project,
		.version = dist->version.key ? dist->version.canonical : dist->version.text,
	};

	if (!strcmp(item.name, OWN_PLUGIN))
		return;
	eg_dist_load(run, dist);
	item.installer = dist->installer;
	item.sha256 = sums ? content_sum(run, dist) : NULL;
	if (dist->direct_json)
		item.direct = eg_direct_url_reference(run->arena, dist->direct_json);
	if (dist->editable) {
		item.direct = dist->editable;
		item.editable = true;
	}
	eg_vec_push(run->arena, ret, item);
}

/* conda's record for what pip calls NAME; NULL: conda has none. */
static const struct eg_conda_record *record_of(const struct eg_map *records, const char *name)
{
	const struct eg_conda_record *found = eg_map_get(records, name);
	const char *own = found ? NULL : eg_conda_name(name);

	return own ? eg_map_get(records, own) : found;
}

/* conda's packages have a .dist-info too, which says so, or is of the version that conda knows. */
static bool is_of_conda(struct eg_run *run, const struct eg_map *records, struct eg_dist *dist)
{
	const struct eg_conda_record *record = record_of(records, dist->project);

	eg_dist_load(run, dist);
	if (dist->installer && !strncmp(dist->installer, "conda", 5))
		return true;
	return record && !dist->direct_url &&
	       (!strcmp(record->version, dist->version.text) ||
		(dist->version.key && !strcmp(record->version, dist->version.canonical)));
}

/* "3.11" of "3.11.7" */
static const char *series(struct eg_arena *arena, const char *version)
{
	size_t n = strcspn(version, ".");

	n += version[n] ? 1 + strcspn(version + n + 1, ".") : 0;
	return eg_strndup(arena, version, n);
}

static enum eg_error_kind read_beside_conda(struct eg_run *run, const struct eg_conda_prefix *prefix, bool sums,
					    struct eg_inventory *ret)
{
	const struct eg_conda_record *python = eg_map_get(&prefix->by_name, "python");
	struct eg_interpreter interpreter = {0};
	struct eg_installed *installed = EG_NEW(run->arena, struct eg_installed);

	if (!python)
		return EG_OK;
	ret->python_version = python->version;
	eg_vec_push(run->arena, &interpreter.site,
		    eg_strf(run->arena, "%s/lib/python%s/site-packages", prefix->path, series(run->arena, python->version)));
	enum eg_error_kind kind = eg_installed_read(run, &interpreter, installed);
	for (size_t i = 0; !kind && i < installed->n; i++)
		if (!is_of_conda(run, &prefix->by_name, installed->v[i]))
			add_dist(run, installed->v[i], sums, &ret->items);
	ret->installed = installed;
	ret->own_pip = !kind && eg_installed_get(installed, "pip");
	return kind;
}

static enum eg_error_kind read_conda(struct eg_run *run, bool sums, struct eg_inventory *ret)
{
	struct eg_conda_prefix prefix;
	enum eg_error_kind kind = eg_conda_prefix_read(run, NULL, ret->prefix, false, &prefix);

	if (kind)
		return kind;
	for (size_t i = 0; i < prefix.n_records; i++) {
		const struct eg_conda_record *record = prefix.records[i];
		eg_vec_push(run->arena, &ret->items, (struct eg_item){
			.ecosystem = EG_CONDA,
			.name = record->name,
			.version = record->version,
			.build = record->build,
			.channel = record->channel,
			.subdir = record->subdir,
			.url = record->url,
			.md5 = record->md5,
			.sha256 = record->sha256,
		});
	}
	ret->revision = prefix.history ? eg_conda_history_latest(run->arena, prefix.history) : -1;
	return read_beside_conda(run, &prefix, sums, ret);
}

/* What lies outside of a venv is not for it to change. */
static bool is_inside(const struct eg_interpreter *interpreter, const struct eg_dist *dist)
{
	size_t n = strlen(interpreter->prefix);

	return !interpreter->venv || (!strncmp(dist->location, interpreter->prefix, n) && dist->location[n] == '/') ||
	       dist->editable;
}

static enum eg_error_kind read_python(struct eg_run *run, bool sums, struct eg_inventory *ret)
{
	struct eg_interpreter interpreter;
	struct eg_installed *installed = EG_NEW(run->arena, struct eg_installed);
	enum eg_error_kind kind = eg_interpreter_facts(run, eg_cache_open(run), ret->python, &interpreter);

	if (!kind)
		kind = eg_installed_read(run, &interpreter, installed);
	if (kind)
		return kind;
	ret->prefix = interpreter.prefix;
	ret->python = interpreter.exe;
	ret->python_version = interpreter.version;
	ret->installed = installed;
	ret->own_pip = eg_installed_get(installed, "pip") != NULL;
	for (size_t i = 0; i < installed->n; i++)
		if (is_inside(&interpreter, installed->v[i]))
			add_dist(run, installed->v[i], sums, &ret->items);
	return EG_OK;
}

enum eg_error_kind eg_inventory_read(struct eg_run *run, const char *python, const char *prefix, bool sums,
				     struct eg_inventory *ret)
{
	struct eg_environment environment;
	enum eg_error_kind kind = eg_environment_find(run, python, prefix, &environment);
	struct eg_inventory inventory = {.revision = -1};

	if (kind)
		return kind;
	if (!environment.exists)
		return eg_fail(run, EG_NOT_FOUND, "there is no environment in '%s'", environment.prefix);
	inventory.prefix = environment.prefix;
	inventory.python = environment.python;
	inventory.conda = environment.conda;
	if (!environment.conda && !environment.python)
		return eg_fail(run, EG_NOT_FOUND, "there is no Python in '%s'", environment.prefix);
	kind = environment.conda ? read_conda(run, sums, &inventory) : read_python(run, sums, &inventory);
	eg_items_sort(&inventory.items);
	if (!kind)
		*ret = inventory;
	return kind;
}
