/* envguard snapshots, envguard snapshot: what the environment was before its GPU stack was touched. */
#include <string.h>

#include "command.h"
#include "json_out.h"
#include "option_table.h"
#include "restore.h"

struct settings {
	bool json;
	const char *prefix, *python, *error;
};

static void read_options(struct eg_run *run, struct settings *settings, int argc, char **argv)
{
	const struct eg_own_option table[] = {
		{"json", .kind = EG_OWN_FLAG, .to = &settings->json},
		{"prefix", .kind = EG_OWN_TEXT, .to = &settings->prefix},
		{"python", .kind = EG_OWN_TEXT, .to = &settings->python},
		{0},
	};
	int rest;

	settings->error = eg_own_options_read(run, &(struct eg_own_options){.table = table}, argc, argv, &rest);
	if (!settings->error && rest < argc)
		settings->error = eg_strf(run->arena, "unexpected argument '%s'", argv[rest]);
	if (!settings->error)
		settings->error = eg_own_environment_mistake(settings->prefix, settings->python);
}

static int failed(const struct eg_run *run)
{
	eg_complain("%s", run->error.message);
	return EG_EXIT_UNKNOWN;
}

/* What has changed of the GPU stack since, or of all else: how many packages, and the first of them. */
struct since {
	size_t stack, others;
	struct eg_strs words;
};

static void compare(struct eg_run *run, const struct eg_inventory *now, const struct eg_snapshot *snapshot,
		    struct since *ret)
{
	const struct eg_items *then = &snapshot->inventory.items;

	for (size_t i = 0; i < then->n; i++) {
		const struct eg_item *was = &then->v[i], *is = eg_items_find(&now->items, was->ecosystem, was->name);
		if (is && eg_item_same(is, was))
			continue;
		*(eg_item_is_stack(was) ? &ret->stack : &ret->others) += 1;
		if (eg_item_is_stack(was))
			eg_vec_push(run->arena, &ret->words, eg_strf(run->arena, "%s %s → %s", was->name, was->version,
								      is ? is->version : "gone"));
	}
	for (size_t i = 0; i < now->items.n; i++) {
		const struct eg_item *is = &now->items.v[i];
		if (eg_items_find(then, is->ecosystem, is->name))
			continue;
		*(eg_item_is_stack(is) ? &ret->stack : &ret->others) += 1;
		if (eg_item_is_stack(is))
			eg_vec_push(run->arena, &ret->words, eg_strf(run->arena, "%s %s is new", is->name, is->version));
	}
}

static void print_since(struct eg_run *run, const struct since *since)
{
	static const struct eg_style plain = {.width = 100};
	enum { MARGIN = 10, SHOWN = 5 };
	const char *words = "";

	for (size_t i = 0; i < since->words.n && i < SHOWN; i++)
		words = eg_strf(run->arena, "%s%s%s", words, i ? ", " : "", since->words.v[i]);
	if (since->words.n > SHOWN)
		words = eg_strf(run->arena, "%s and %zu more of the GPU stack", words, since->words.n - SHOWN);
	if (since->others)
		words = eg_strf(run->arena, "%s%s%zu other package%s", words, *words ? "; " : "", since->others,
				since->others == 1 ? "" : "s");
	fputs("  since: ", stdout);
	eg_write_wrapped(stdout, &plain, MARGIN, eg_printable(run->arena, *words ? words : "nothing has changed"));
	putchar('\n');
}

static void print_text(struct eg_run *run, const struct eg_inventory *now, const struct eg_snapshots *all)
{
	if (!all->n)
		printf("there is no snapshot of %s: one is made before the GPU stack is touched, or by 'envguard snapshot'\n",
		       eg_printable(run->arena, now->prefix));
	for (size_t i = 0; i < all->n; i++) {
		struct since since = {0};
		compare(run, now, all->v[i], &since);
		printf("%s  %s  %s%s\n", eg_printable(run->arena, all->v[i]->id), eg_printable(run->arena, all->v[i]->time),
		       all->v[i]->command.n ? "before: " : "",
		       eg_printable(run->arena, eg_snapshot_words(run->arena, all->v[i])));
		print_since(run, &since);
	}
	if (all->n)
		puts("'envguard restore ID' shows the way back, '--run' goes it");
}

static void print_json(struct eg_run *run, const struct eg_inventory *now, const struct eg_snapshots *all)
{
	cJSON *document = cJSON_CreateObject();

	eg_json_text(run->arena, document, "schema", "envguard.snapshots/1");
	eg_json_text(run->arena, document, "prefix", now->prefix);
	cJSON *list = cJSON_AddArrayToObject(document, "snapshots");
	for (size_t i = 0; i < all->n; i++) {
		const struct eg_snapshot *snapshot = all->v[i];
		cJSON *object = cJSON_CreateObject();
		struct since since = {0};
		compare(run, now, snapshot, &since);
		eg_json_text(run->arena, object, "id", snapshot->id);
		eg_json_text(run->arena, object, "time", snapshot->time);
		eg_json_text(run->arena, object, "tool", snapshot->tool);
		eg_json_list(run->arena, object, "command", &snapshot->command);
		eg_json_text(run->arena, object, "path", snapshot->path);
		eg_json_number(object, "packages", (int64_t)snapshot->inventory.items.n);
		eg_json_number(object, "changed_gpu_stack", (int64_t)since.stack);
		eg_json_number(object, "changed_others", (int64_t)since.others);
		cJSON_AddItemToArray(list, object);
	}
	eg_json_write(stdout, document);
}

static int snapshots_main(struct eg_run *run, const struct eg_command *command, int argc, char **argv)
{
	struct settings settings = {0};
	struct eg_inventory now;
	struct eg_snapshots all = {0};

	read_options(run, &settings, argc, argv);
	if (settings.error)
		return eg_usage_error(command, "%s", settings.error);
	if (eg_inventory_read(run, settings.python, settings.prefix, true, &now))
		return failed(run);
	eg_snapshot_list(run, now.prefix, &all);
	for (size_t i = 0; i < run->notes.n; i++)
		fprintf(stderr, "note: %s\n", eg_printable(run->arena, run->notes.v[i]));
	(settings.json ? print_json : print_text)(run, &now, &all);
	return eg_finish_output(EG_EXIT_OK);
}

static int snapshot_main(struct eg_run *run, const struct eg_command *command, int argc, char **argv)
{
	struct settings settings = {0};
	struct eg_snapshot snapshot = {0};

	read_options(run, &settings, argc, argv);
	if (settings.error)
		return eg_usage_error(command, "%s", settings.error);
	if (eg_inventory_read(run, settings.python, settings.prefix, true, &snapshot.inventory) ||
	    eg_snapshot_keep(run, &snapshot, true))
		return failed(run);
	if (settings.json) {
		cJSON *document = cJSON_CreateObject();
		eg_json_text(run->arena, document, "schema", "envguard.kept/1");
		eg_json_text(run->arena, document, "id", snapshot.id);
		eg_json_text(run->arena, document, "path", snapshot.path);
		eg_json_write(stdout, document);
	} else {
		printf("snapshot %s: %zu packages, in %s\n", snapshot.id, snapshot.inventory.items.n,
		       eg_printable(run->arena, snapshot.path));
	}
	return eg_finish_output(EG_EXIT_OK);
}

#define OPTIONS_HELP                                                                                                  \
	"  --prefix DIR     the folder of an environment (neither option: the active one)\n"                       \
	"  --python EXE     the environment of this interpreter\n"                                                 \
	"  --json           one JSON document\n"

const struct eg_command eg_command_snapshots = {
	.name = "snapshots",
	.summary = "what the environment was before its GPU stack was touched",
	.help = "usage: envguard snapshots [--prefix DIR | --python EXE] [--json]\n\n"
		"Lists the snapshots of an environment, the newest first: when, before which command, and what has changed\n"
		"since. A snapshot is made whenever a guarded command is let through that touches the GPU stack; it lies in\n"
		"the environment (.envguard/snapshots, or where that cannot be written, in ~/.local/state/envguard), and the\n"
		"newest 20 are kept. The same state is kept once. 'envguard restore' is the way back.\n\n"
		OPTIONS_HELP,
	.main = snapshots_main,
};

const struct eg_command eg_command_snapshot = {
	.name = "snapshot",
	.summary = "keep what is installed now, to come back to it",
	.help = "usage: envguard snapshot [--prefix DIR | --python EXE] [--json]\n\n"
		"Makes a snapshot by hand, as a guarded command makes one before the GPU stack is touched: each package with\n"
		"its version and build, where it came from as far as that is known, and the checksums that tell it apart.\n"
		"'envguard snapshots' lists them, 'envguard restore' brings one back.\n\n"
		OPTIONS_HELP,
	.main = snapshot_main,
};
