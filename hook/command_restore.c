/* envguard restore: the commands that bring an environment back, shown or run. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "attend.h"
#include "command.h"
#include "file.h"
#include "json_out.h"
#include "mirrors.h"
#include "option_table.h"
#include "restore.h"
#include "shell_words.h"

struct settings {
	bool json, run;
	const char *prefix, *python, *id, *error;
	struct eg_restore_options restore;
};

static bool is_empty(const char *folder)
{
	DIR *dir = opendir(folder);
	size_t n = 0;

	for (const struct dirent *entry; dir && (entry = readdir(dir));)
		n += strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
	if (dir)
		closedir(dir);
	return !n;
}

static void check(struct eg_run *run, struct settings *settings, int argc, char **argv)
{
	if (argc > 1)
		settings->error = eg_strf(run->arena, "unexpected argument '%s': one snapshot or one file", argv[1]);
	else if (settings->prefix && settings->python)
		settings->error = eg_own_environment_mistake(settings->prefix, settings->python);
	else if (settings->run && settings->json)
		settings->error = "--json shows the commands, --run runs them: give one of them";
	else if (settings->restore.into && !is_empty(settings->restore.into))
		settings->error = eg_strf(run->arena, "'%s' is not empty: --into makes a new environment",
					  settings->restore.into);
	settings->id = argc ? argv[0] : NULL;
}

static void read_options(struct eg_run *run, struct settings *settings, int argc, char **argv)
{
	const struct eg_own_option table[] = {
		{"json", .kind = EG_OWN_FLAG, .to = &settings->json},
		{"prefix", .kind = EG_OWN_TEXT, .to = &settings->prefix},
		{"python", .kind = EG_OWN_TEXT, .to = &settings->python},
		{"run", .kind = EG_OWN_FLAG, .to = &settings->run},
		{"into", .kind = EG_OWN_TEXT, .to = &settings->restore.into},
		{"gpu-only", .kind = EG_OWN_FLAG, .to = &settings->restore.stack_only},
		{0},
	};
	const struct eg_own_options options = {.table = table, .interspersed = true};
	int rest;

	settings->error = eg_own_options_read(run, &options, argc, argv, &rest);
	if (settings->restore.into)
		settings->restore.into = eg_path_absolute(run->arena, settings->restore.into);
	if (!settings->error)
		check(run, settings, argc - rest, argv + rest);
}

static int failed(const struct eg_run *run)
{
	eg_complain("%s", run->error.message);
	return run->error.kind == EG_USAGE ? EG_EXIT_USAGE : EG_EXIT_UNKNOWN;
}

/* "2.15.0 (from https://…)" */
static const char *words_of(struct eg_arena *arena, const struct eg_item *item)
{
	if (!item)
		return "not there";
	if (item->direct)
		return eg_strf(arena, "%s from %s", item->version, item->direct);
	return item->build ? eg_strf(arena, "%s %s", item->version, item->build) : item->version;
}

static const char *line_of(struct eg_arena *arena, const struct eg_restore_change *change)
{
	const char *name = (change->to ? change->to : change->from)->name;

	if (change->from == change->to)
		return eg_strf(arena, "%s %s loses files to a package that goes: installed again", name, change->to->version);
	return eg_strf(arena, "%s: %s → %s", name, words_of(arena, change->from), words_of(arena, change->to));
}

static void print_text(FILE *out, struct eg_run *run, const struct eg_restore_target *target,
		       const struct eg_restore *restore)
{
	fprintf(out, "# back to %s\n", eg_printable(run->arena, target->title));
	for (size_t i = 0; i < restore->changes.n; i++)
		fprintf(out, "#   %s\n", eg_printable(run->arena, line_of(run->arena, &restore->changes.v[i])));
	for (size_t i = 0; i < restore->steps.n; i++)
		if (!restore->steps.v[i].trial)
			fprintf(out, "%s\n",
				eg_printable(run->arena, eg_shell_words(run->arena, &restore->steps.v[i].argv)));
}

static void print_json(struct eg_run *run, const struct eg_restore_target *target, const struct eg_restore *restore)
{
	struct eg_arena *arena = run->arena;
	cJSON *document = cJSON_CreateObject();

	eg_json_text(arena, document, "schema", "envguard.restore/1");
	eg_json_text(arena, document, "target", target ? target->title : NULL);
	cJSON *changes = cJSON_AddArrayToObject(document, "changes");
	for (size_t i = 0; i < restore->changes.n; i++) {
		const struct eg_restore_change *change = &restore->changes.v[i];
		cJSON *object = cJSON_CreateObject();
		eg_json_text(arena, object, "name", (change->to ? change->to : change->from)->name);
		eg_json_text(arena, object, "from", change->from ? words_of(arena, change->from) : NULL);
		eg_json_text(arena, object, "to", change->to ? words_of(arena, change->to) : NULL);
		cJSON_AddItemToArray(changes, object);
	}
	cJSON *commands = cJSON_AddArrayToObject(document, "commands");
	for (size_t i = 0; i < restore->steps.n; i++) {
		if (restore->steps.v[i].trial)
			continue;
		cJSON *argv = cJSON_CreateArray();
		for (size_t j = 0; j < restore->steps.v[i].argv.n; j++)
			cJSON_AddItemToArray(argv, cJSON_CreateString(eg_utf8(arena, restore->steps.v[i].argv.v[j])));
		cJSON_AddItemToArray(commands, argv);
	}
	eg_json_write(stdout, document);
}

/* The tool does not know of ENVGUARD_MIRRORS: it is given the addresses that are fetched. */
static struct eg_strs fetched(struct eg_run *run, const struct eg_strs *argv)
{
	struct eg_strs words = {0};

	for (size_t i = 0; i < argv->n; i++) {
		const char *mirror = strstr(argv->v[i], "://") ? eg_mirror_of(run, argv->v[i]) : NULL;
		eg_vec_push(run->arena, &words, mirror ? mirror : argv->v[i]);
	}
	eg_vec_push(run->arena, &words, NULL);
	words.n--;
	return words;
}

/* Zero, or the exit status of the command that failed. */
static int run_steps(struct eg_run *run, const struct eg_restore *restore)
{
	setenv("ENVGUARD", "off:envguard restore", 1); /* a repair is not judged; what comes of it is looked at below */
	for (size_t i = 0; i < restore->steps.n; i++) {
		const struct eg_restore_step *step = &restore->steps.v[i];
		struct eg_strs words = fetched(run, &step->argv);
		int status;
		fprintf(stderr, "envguard: %s%s\n", step->trial ? "first without changing anything: " : "",
			eg_printable(run->arena, eg_shell_words(run->arena, &step->argv)));
		if (eg_attend_words(run, &words, &status))
			return failed(run);
		if (!status)
			continue;
		eg_complain("that failed; %s", step->trial ? "nothing has been changed" :
							     "'envguard restore' goes on from what there is now");
		return eg_attend_code(status);
	}
	return 0;
}

static int look_again(struct eg_run *run, const struct settings *settings, const struct eg_restore_target *target)
{
	const char *prefix = settings->restore.into ? settings->restore.into : settings->prefix;
	struct eg_restore_options same = {.stack_only = settings->restore.stack_only};
	struct eg_restore_target wanted = *target;
	struct eg_restore left = {0};
	struct eg_inventory now;

	wanted.whole = target->whole && !settings->restore.into; /* a new environment may bring setuptools along */
	if (eg_inventory_read(run, settings->restore.into ? NULL : settings->python, prefix, true, &now))
		return failed(run);
	if (target->file) {
		printf("%s is as %s wants it\n", eg_printable(run->arena, now.prefix), eg_printable(run->arena, target->title));
		return EG_EXIT_OK;
	}
	if (eg_restore_plan(run, &now, &wanted, &same, &left))
		return failed(run);
	if (!left.changes.n) {
		printf("%s is as in %s\n", eg_printable(run->arena, now.prefix), eg_printable(run->arena, target->title));
		return EG_EXIT_OK;
	}
	eg_complain("the commands have run, and this still differs:");
	for (size_t i = 0; i < left.changes.n; i++)
		fprintf(stderr, "  %s\n", eg_printable(run->arena, line_of(run->arena, &left.changes.v[i])));
	return EG_EXIT_UNKNOWN;
}

/* Also the way back is one that one may want to go back. */
static void keep_present(struct eg_run *run, const struct eg_inventory *now, int argc, char **argv)
{
	struct eg_snapshot snapshot = {.tool = "envguard", .inventory = *now};
	struct eg_run quiet = {.arena = run->arena};

	eg_vec_push(run->arena, &snapshot.command, "envguard");
	for (int i = 0; i < argc; i++)
		eg_vec_push(run->arena, &snapshot.command, argv[i]);
	if (eg_snapshot_keep(&quiet, &snapshot, false))
		eg_complain("no snapshot of the present state: %s", quiet.error.message);
	else
		fprintf(stderr, "envguard: the present state is snapshot %s\n", snapshot.id);
}

static int answer(struct eg_run *run, const struct settings *settings, const struct eg_restore_target *target,
		  const struct eg_restore *restore)
{
	if (settings->json)
		print_json(run, target, restore);
	else if (!restore->steps.n)
		printf("nothing to do: all is as in %s\n", eg_printable(run->arena, target->title));
	else
		print_text(stdout, run, target, restore);
	return eg_finish_output(EG_EXIT_OK);
}

static int restore_main(struct eg_run *run, const struct eg_command *command, int argc, char **argv)
{
	struct settings settings = {0};
	struct eg_inventory now;
	struct eg_restore_target target = {0};
	struct eg_restore restore = {0};
	bool none;

	read_options(run, &settings, argc, argv);
	if (settings.error)
		return eg_usage_error(command, "%s", settings.error);
	if (eg_mirrors_add(run, getenv("ENVGUARD_MIRRORS")) ||
	    eg_inventory_read(run, settings.python, settings.prefix, true, &now) ||
	    eg_restore_target(run, &now, settings.id, &target, &none))
		return failed(run);
	if (none) {
		target.title = "the newest snapshots, as far as the GPU stack goes";
		return answer(run, &settings, &target, &restore);
	}
	if (eg_restore_plan(run, settings.restore.into ? NULL : &now, &target, &settings.restore, &restore))
		return failed(run);
	if (!settings.run || !restore.steps.n)
		return answer(run, &settings, &target, &restore);
	print_text(stderr, run, &target, &restore);
	if (!settings.restore.into)
		keep_present(run, &now, argc, argv);
	int code = run_steps(run, &restore);
	return code ? code : eg_finish_output(look_again(run, &settings, &target));
}

const struct eg_command eg_command_restore = {
	.name = "restore",
	.summary = "bring an environment back to a snapshot or a file",
	.help = "usage: envguard restore [ID | FILE] [--run] [--into DIR] [--gpu-only] [--json]\n"
		"                        [--prefix DIR | --python EXE]\n\n"
		"Shows the exact commands that bring an environment back, of what differs and nothing else; --run runs them.\n\n"
		"  envguard restore                          to the newest snapshot whose GPU stack is another\n"
		"  envguard restore 3f2a91bc --run           to this one ('envguard snapshots' lists them)\n"
		"  envguard restore --into ~/new-env --run   a new environment; often the shortest way\n"
		"  envguard restore frozen.txt               a `pip freeze`, a `conda list --explicit`, a `conda env export`\n"
		"                                            or an environment.yml: what is not named there stays\n\n"
		"  --run            run the commands; the present state becomes a snapshot first. Before anything is removed,\n"
		"                   pip or uv shows without a change that the rest can be had\n"
		"  --into DIR       make a new environment in DIR and leave this one alone\n"
		"  --gpu-only       only the GPU stack: frameworks, what is built against them, CUDA's libraries\n"
		"  --prefix DIR     the folder of an environment (neither option: the active one)\n"
		"  --python EXE     the environment of this interpreter\n"
		"  --json           one JSON document, \"envguard.restore/1\"\n\n"
		"The commands are not blocked by envguard: what leads back to a snapshot is a repair. Builds with a label\n"
		"(2.4.1+cu121) are asked of PyTorch's own index; ENVGUARD_MIRRORS is heeded with --run.\n\n"
		"exit code: 0 done, shown or nothing to do, 2 usage, 12 could not tell or still different; else that of the\n"
		"command that failed\n",
	.main = restore_main,
};
