/* envguard facts: the tables that plans are judged by, and newer ones in their place. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "file.h"
#include "gpu_facts_files.h"

static int failed(const struct eg_run *run)
{
	eg_complain("%s", run->error.message);
	return EG_EXIT_UNKNOWN;
}

static void print_notes(const struct eg_run *run)
{
	for (size_t i = 0; i < run->notes.n; i++)
		fprintf(stderr, "note: %s\n", run->notes.v[i]);
}

static int list(struct eg_run *run, const char *none)
{
	(void)none;
	printf("%-18s %-10s %5s  %s\n", "TABLE", "RETRIEVED", "ROWS", "FROM");
	for (size_t i = 0; i < EG_N_FACTS; i++) {
		struct eg_fact_file file;
		eg_facts_open(run, &eg_table_kinds[i], &file);
		printf("%-18s %-10s %5zu  %s\n", eg_table_kinds[i].name, file.rows.retrieved, file.rows.n,
		       file.path ? file.path : "compiled in");
	}
	print_notes(run);
	return eg_finish_output(EG_EXIT_OK);
}

/* The table that the user names; NULL, and told, where there is none. */
static const struct eg_table_kind *named(const char *name)
{
	const struct eg_table_kind *kind = eg_table_kind_of(name);

	if (!kind)
		eg_complain("no table of facts is called '%s': 'envguard facts' lists them", name);
	return kind;
}

static int show(struct eg_run *run, const char *name)
{
	const struct eg_table_kind *kind = named(name);
	struct eg_fact_file file;

	if (!kind)
		return EG_EXIT_USAGE;
	eg_facts_open(run, kind, &file);
	print_notes(run);
	fputs(file.text, stdout);
	return eg_finish_output(EG_EXIT_OK);
}

static int schema(struct eg_run *run, const char *name)
{
	const struct eg_table_kind *kind = named(name);

	if (!kind)
		return EG_EXIT_USAGE;
	puts(eg_facts_schema(run->arena, kind));
	return eg_finish_output(EG_EXIT_OK);
}

static int check(struct eg_run *run, const char *path)
{
	struct eg_fact_file file;

	if (eg_facts_check(run, path, &file))
		return failed(run);
	printf("%s: table %s of %s, rows: %zu\n", path, file.rows.kind->name, file.rows.retrieved, file.rows.n);
	return eg_finish_output(EG_EXIT_OK);
}

static int use(struct eg_run *run, const char *path)
{
	const char *dir = eg_facts_user_dir(run->arena);
	struct eg_fact_file file;

	if (eg_facts_check(run, path, &file))
		return failed(run);
	const char *to = eg_facts_path(run->arena, dir, file.rows.kind);
	if (eg_mkdirs(run, dir) || eg_file_write(run, to, file.text, strlen(file.text), 0644))
		return failed(run);
	printf("%s of %s, from now on instead of the table compiled in\n", to, file.rows.retrieved);
	return eg_finish_output(EG_EXIT_OK);
}

/* One table, or with NAME NULL all of them, of the user's own. */
static int reset(struct eg_run *run, const char *name)
{
	const char *dir = eg_facts_user_dir(run->arena);
	size_t removed = 0;

	if (name && !named(name))
		return EG_EXIT_USAGE;
	for (size_t i = 0; i < EG_N_FACTS; i++) {
		const char *path = eg_facts_path(run->arena, dir, &eg_table_kinds[i]);
		if (name && strcmp(name, eg_table_kinds[i].name))
			continue;
		if (!unlink(path)) {
			printf("removed %s\n", path);
			removed++;
		} else if (errno != ENOENT) {
			eg_complain("cannot remove %s: %s", path, strerror(errno));
			return EG_EXIT_UNKNOWN;
		}
	}
	if (!removed)
		puts("there is no table of your own");
	return eg_finish_output(EG_EXIT_OK);
}

static int facts_main(struct eg_run *run, const struct eg_command *command, int argc, char **argv)
{
	static const struct {
		const char *name, *wants; /* a last word that may be missing: "[TABLE]" */
		int (*main)(struct eg_run *run, const char *word);
	} actions[] = {
		{"list", NULL, list},     {"show", "TABLE", show}, {"schema", "TABLE", schema},
		{"check", "FILE", check}, {"use", "FILE", use},    {"reset", "[TABLE]", reset},
	};
	const char *action = argc > 1 ? argv[1] : "list", *word = argc > 2 ? argv[2] : NULL;

	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++) {
		const char *wants = actions[i].wants;
		if (strcmp(actions[i].name, action))
			continue;
		if (argc > (wants ? 3 : 2))
			return eg_usage_error(command, "unexpected argument '%s'", argv[wants ? 3 : 2]);
		if (wants && *wants != '[' && !word)
			return eg_usage_error(command, "'facts %s' wants a %s", action, wants);
		return actions[i].main(run, word);
	}
	return eg_usage_error(command, "'%s' is none of list, show, schema, check, use, reset", action);
}

const struct eg_command eg_command_facts = {
	.name = "facts",
	.summary = "the tables that plans are judged by, and newer ones in their place",
	.help = "usage: envguard facts [list]\n"
		"       envguard facts show|schema TABLE\n"
		"       envguard facts check|use FILE\n"
		"       envguard facts reset [TABLE]\n\n"
		"  list    the tables in force: when they were gathered, and where each comes from\n"
		"  show    a table with its sources, as JSON\n"
		"  schema  the JSON Schema of such a file\n"
		"  check   is FILE a table, and not older than the one compiled in?\n"
		"  use     take FILE in the place of its table from now on\n"
		"  reset   back to the tables compiled in\n\n"
		"A table is looked for in this order, and what is broken or older than the one compiled in is passed "
		"over\n"
		"with a note:\n"
		"  the file that ENVGUARD_FACTS names, or TABLE.json in the folder that it names\n"
		"  ~/.config/envguard/facts/TABLE.json (XDG_CONFIG_HOME sets another), where 'use' puts it\n"
		"  /etc/envguard/facts/TABLE.json\n"
		"  the one compiled in\n",
	.main = facts_main,
};
