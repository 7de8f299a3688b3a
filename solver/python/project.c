#include "project.h"

#include "buf.h"
#include "ceilings.h"
#include "file.h"
#include "reqline.h"
#include "toml.h"

static enum eg_error_kind add_line(const struct eg_pip_reader *reader, const char *text, const char *origin)
{
	struct eg_pip_line line = {0};
	enum eg_error_kind error = eg_pip_line_parse_string(reader, text, origin, &line);

	if (!error)
		eg_vec_push(reader->run->arena, &reader->request->roots, line);
	return error;
}

static enum eg_error_kind read_toml(struct eg_run *run, const char *path, const struct eg_toml **ret)
{
	char *text;
	size_t n;
	enum eg_error_kind error = eg_file_read(run, path, EG_MAX_REQUIREMENTS, &text, &n);

	return error ? error : eg_toml_parse(run, path, text, n, ret);
}

/* PEP 735 */

struct groups {
	const struct eg_pip_reader *reader;
	struct eg_run *run;
	const char *path, *origin;
	const struct eg_toml *table;
	size_t n_included;
};

/* A group that is being read, and the one that includes it. */
struct group {
	const char *name; /* normalised */
	const struct group *parent;
	size_t depth;
};

static enum eg_error_kind group_error(const struct groups *g, const char *what, const char *name)
{
	return eg_fail(g->run, EG_FORMAT, "cannot use dependency group '%s' of '%s': %s", name, g->path, what);
}

static const struct eg_toml *find_group(const struct groups *g, const char *name)
{
	for (size_t i = 0; i < g->table->n; i++)
		if (!strcmp(eg_normalize(g->run->arena, g->table->items[i].key, strlen(g->table->items[i].key)), name))
			return &g->table->items[i];
	return NULL;
}

/* Two spellings of one name spoil the whole table. */
static enum eg_error_kind check_names(const struct groups *g)
{
	for (size_t i = 0; i < g->table->n; i++) {
		const struct eg_toml *group = &g->table->items[i];
		const char *name = eg_normalize(g->run->arena, group->key, strlen(group->key));

		if (find_group(g, name) != group)
			return group_error(g, "it is there under two spellings", name);
	}
	return EG_OK;
}

static enum eg_error_kind read_group(struct groups *g, const struct group *group);

static enum eg_error_kind include_group(struct groups *g, const struct group *group, const struct eg_toml *item)
{
	const char *name = eg_toml_string(item, "include-group");

	if (item->n != 1 || !name)
		return group_error(g, "an item is neither a requirement nor {include-group = \"…\"}", group->name);
	struct group included = {
		.name = eg_normalize(g->run->arena, name, strlen(name)),
		.parent = group,
		.depth = group->depth + 1,
	};
	for (const struct group *p = group; p; p = p->parent)
		if (!strcmp(p->name, included.name))
			return group_error(g, "it includes itself", included.name);
	if (included.depth > EG_MAX_INCLUDE_DEPTH || ++g->n_included > EG_MAX_INCLUDES)
		return eg_fail(g->run, EG_LIMIT, "cannot use dependency group '%s' of '%s': too many included groups",
			       included.name, g->path);
	return read_group(g, &included);
}

static enum eg_error_kind read_group(struct groups *g, const struct group *group)
{
	const struct eg_toml *items = find_group(g, group->name);
	enum eg_error_kind error = EG_OK;

	if (!items)
		return group_error(g, "there is no such group", group->name);
	if (items->type != EG_TOML_ARRAY)
		return group_error(g, "it is not an array", group->name);
	for (size_t i = 0; !error && i < items->n; i++) {
		const struct eg_toml *item = &items->items[i];

		if (item->type == EG_TOML_STRING)
			error = add_line(g->reader, item->text, g->origin);
		else if (item->type == EG_TOML_TABLE)
			error = include_group(g, group, item);
		else
			error = group_error(g, "an item is neither a string nor a table", group->name);
	}
	return error;
}

enum eg_error_kind eg_project_group(const struct eg_pip_reader *reader, const char *path, const char *name)
{
	struct eg_run *run = reader->run;
	struct group group = {.name = eg_normalize(run->arena, name, strlen(name))};
	struct groups g = {
		.reader = reader,
		.run = run,
		.path = path,
		.origin = eg_strf(run->arena, "--group %s (%s)", name, path),
	};
	const struct eg_toml *project;
	enum eg_error_kind error = read_toml(run, path, &project);

	if (error)
		return error;
	g.table = eg_toml_get(project, "dependency-groups");
	if (!g.table)
		return group_error(&g, "the [dependency-groups] table is missing", name);
	if (g.table->type != EG_TOML_TABLE)
		return group_error(&g, "[dependency-groups] is not a table", name);
	error = check_names(&g);
	return error ? error : read_group(&g, &group);
}

/* PEP 723 */

struct script_line {
	const char *s;
	size_t n;
};

static struct script_line next_line(const char **p)
{
	struct script_line line = {*p, strcspn(*p, "\r\n")};

	*p += line.n;
	*p += **p == '\r' && (*p)[1] == '\n' ? 2 : **p != 0;
	return line;
}

static bool line_is(struct script_line line, const char *text)
{
	return line.n == strlen(text) && !memcmp(line.s, text, line.n);
}

static bool is_comment(struct script_line line)
{
	return line_is(line, "#") || (line.n > 1 && line.s[0] == '#' && line.s[1] == ' ');
}

/* The block that begins at P, right after its "# /// script" line: up to the last "# ///" of the comment. */
static char *block(struct eg_arena *arena, const char **p)
{
	const char *from = *p, *end = NULL, *after = NULL;
	struct eg_buf text = {0};

	for (const char *q = from; *q;) {
		const char *start = q;
		struct script_line line = next_line(&q);

		if (!is_comment(line))
			break;
		if (start > from && line_is(line, "# ///")) {
			end = start;
			after = q;
		}
	}
	if (!end)
		return NULL;
	for (const char *q = from; q < end;) {
		struct script_line line = next_line(&q);
		size_t skip = line.n > 1 ? 2 : 1;

		eg_buf_add(&text, line.s + skip, line.n - skip);
		eg_buf_add(&text, "\n", 1);
	}
	*p = after;
	char *copy = eg_strndup(arena, text.s, text.n);
	eg_buf_free(&text);
	return copy;
}

static enum eg_error_kind script_block(struct eg_run *run, const char *path, const char *script, const char **ret)
{
	const char *found = NULL;

	for (const char *p = script; *p;) {
		struct script_line line = next_line(&p);
		const char *text = line_is(line, "# /// script") ? block(run->arena, &p) : NULL;

		if (text && found)
			return eg_fail(run, EG_FORMAT, "cannot use script '%s': multiple 'script' blocks", path);
		if (text)
			found = text;
	}
	if (!found)
		return eg_fail(run, EG_FORMAT, "cannot use script '%s': it has no 'script' metadata", path);
	*ret = found;
	return EG_OK;
}

static enum eg_error_kind check_python(struct eg_run *run, const char *path, const char *requires, const char *python)
{
	struct eg_specset set;
	struct eg_version version;
	const char *why = "";

	if (!eg_specset_parse(run->arena, requires, strlen(requires), &set, &why))
		return eg_fail(run, EG_FORMAT, "cannot use script '%s': invalid requires-python '%s': %s", path,
			       requires, why);
	if (eg_version_parse(run->arena, python, strlen(python), &version) && eg_specset_contains(&set, &version))
		return EG_OK;
	return eg_fail(run, EG_UNSUPPORTED, "script '%s' requires a different Python: %s not in '%s'", path, python,
		       requires);
}

enum eg_error_kind eg_script_requirements(const struct eg_pip_reader *reader, const char *path, const char *python)
{
	struct eg_run *run = reader->run;
	const char *origin = eg_strf(run->arena, "--requirements-from-script %s", path), *text;
	const struct eg_toml *metadata;
	char *script;

	enum eg_error_kind error = eg_file_read(run, path, EG_MAX_REQUIREMENTS, &script, NULL);
	if (!error)
		error = script_block(run, path, script, &text);
	if (!error)
		error = eg_toml_parse(run, path, text, strlen(text), &metadata);
	if (error)
		return error;
	const char *requires = eg_toml_string(metadata, "requires-python");
	if (requires && *requires && python && (error = check_python(run, path, requires, python)))
		return error;
	const struct eg_toml *dependencies = eg_toml_array(metadata, "dependencies");
	for (size_t i = 0; dependencies && i < dependencies->n; i++) {
		if (dependencies->items[i].type != EG_TOML_STRING)
			return eg_fail(run, EG_FORMAT, "cannot use script '%s': a dependency is not a string", path);
		error = add_line(reader, dependencies->items[i].text, origin);
		if (error)
			return error;
	}
	return EG_OK;
}
