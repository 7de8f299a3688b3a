#include "gpu_facts_files.h"

#include <stdlib.h>

#include "ceilings.h"
#include "file.h"
#include "options.h"

static const char system_dir[] = "/etc/envguard/facts";

char *eg_facts_user_dir(struct eg_arena *arena)
{
	const char *config = getenv("XDG_CONFIG_HOME");

	if (!config || *config != '/')
		config = eg_expand_home(arena, "~/.config");
	return eg_path_join(arena, config, "envguard/facts");
}

char *eg_facts_path(struct eg_arena *arena, const char *dir, const struct eg_table_kind *kind)
{
	return eg_strf(arena, "%s/%s.json", dir, kind->name);
}

/* What speaks against using ROWS; NULL: nothing. */
static const char *too_old(struct eg_arena *arena, const struct eg_fact_rows *rows)
{
	struct eg_fact_rows compiled;

	if (eg_facts_parse(arena, rows->kind, rows->kind->compiled, &compiled) ||
	    strcmp(rows->retrieved, compiled.retrieved) >= 0)
		return NULL;
	return eg_strf(arena, "it is of %s, and the table compiled in is of %s", rows->retrieved, compiled.retrieved);
}

/* The problem with TEXT as a file that replaces a table; NULL: none. */
static const char *read_table(struct eg_arena *arena, const struct eg_table_kind *kind, const char *text,
			      struct eg_fact_rows *ret)
{
	const char *problem = eg_facts_parse(arena, kind, text, ret);

	return problem ? problem : too_old(arena, ret);
}

enum eg_error_kind eg_facts_check(struct eg_run *run, const char *path, struct eg_fact_file *ret)
{
	struct eg_fact_file file = {.path = path};
	char *text;
	enum eg_error_kind kind = eg_file_read(run, path, EG_MAX_CONFIG, &text, NULL);

	if (kind)
		return kind;
	const char *problem = read_table(run->arena, NULL, text, &file.rows);
	if (problem)
		return eg_fail(run, EG_FORMAT, "%s: %s", path, problem);
	file.text = text;
	*ret = file;
	return EG_OK;
}

/* The file at PATH in the place of KIND's table, where it is there and good. */
static bool take(struct eg_run *run, const struct eg_table_kind *kind, const char *path, struct eg_fact_file *ret)
{
	const char *text = eg_file_read_if(run, path, EG_MAX_CONFIG, NULL);
	struct eg_fact_rows rows;
	const char *problem = text ? read_table(run->arena, kind, text, &rows) : NULL;

	if (problem)
		eg_note(run, "the facts of %s are not used: %s", path, problem);
	if (!text || problem)
		return false;
	*ret = (struct eg_fact_file){.path = path, .text = text, .rows = rows};
	return true;
}

/* The file that the environment names is of one table only, and no matter to the others. */
static bool take_named(struct eg_run *run, const struct eg_table_kind *kind, const char *named,
		       struct eg_fact_file *ret)
{
	struct eg_fact_rows rows;

	if (eg_is_dir(named))
		return take(run, kind, eg_facts_path(run->arena, named, kind), ret);
	const char *text = eg_file_read_if(run, named, EG_MAX_CONFIG, NULL);
	if (!text) {
		eg_note(run, "the facts of %s (ENVGUARD_FACTS) are not used: it cannot be read", named);
		return false;
	}
	const char *problem = read_table(run->arena, NULL, text, &rows);
	if (problem)
		eg_note(run, "the facts of %s are not used: %s", named, problem);
	if (problem || rows.kind != kind)
		return false;
	*ret = (struct eg_fact_file){.path = named, .text = text, .rows = rows};
	return true;
}

void eg_facts_open(struct eg_run *run, const struct eg_table_kind *kind, struct eg_fact_file *ret)
{
	const char *named = getenv("ENVGUARD_FACTS");

	if (named && *named && take_named(run, kind, named, ret))
		return;
	if (take(run, kind, eg_facts_path(run->arena, eg_facts_user_dir(run->arena), kind), ret) ||
	    take(run, kind, eg_facts_path(run->arena, system_dir, kind), ret))
		return;
	*ret = (struct eg_fact_file){.text = kind->compiled, .rows.kind = kind};
	const char *problem = eg_facts_parse(run->arena, kind, kind->compiled, &ret->rows);
	if (problem)
		eg_note(run, "the facts compiled in are broken: %s: %s", kind->name, problem);
}
