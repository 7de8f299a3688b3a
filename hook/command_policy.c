/* envguard policy: what is in force, why, and whether a file is sound. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "ceilings.h"
#include "command.h"
#include "file.h"
#include "policy_show.h"
#include "policy_sign.h"
#include "policy_test.h"
#include "strs.h"
#include "style.h"

extern const char eg_policy_team[], eg_policy_ci[], eg_policy_personal[];

struct words {
	const char *prefix, *policy, *preset, *key, *password_file;
	bool json;
	struct eg_strs args;
};

static int failed(const struct eg_run *run)
{
	eg_complain("%s", eg_printable(run->arena, run->error.message));
	return EG_EXIT_UNKNOWN;
}

static void find(struct eg_run *run, const struct words *words, struct eg_terms *ret)
{
	const char *active = words->prefix;
	static const char *const variables[] = {"VIRTUAL_ENV", "CONDA_PREFIX"};

	for (size_t i = 0; !active && i < sizeof(variables) / sizeof(*variables); i++)
		active = getenv(variables[i]);
	const struct eg_policy_search search = {.given = words->policy, .prefix = active};
	eg_terms_find(run, &search, ret);
}

static int init(struct eg_run *run, const struct eg_command *command, const struct words *words)
{
	static const struct {
		const char *name, *text;
	} presets[] = {{"team", eg_policy_team}, {"ci", eg_policy_ci}, {"personal", eg_policy_personal}};
	const char *wanted = words->preset ? words->preset : "personal";

	(void)run;
	for (size_t i = 0; i < sizeof(presets) / sizeof(*presets); i++) {
		if (strcmp(presets[i].name, wanted))
			continue;
		fputs(presets[i].text, stdout);
		return eg_finish_output(EG_EXIT_OK);
	}
	return eg_usage_error(command, "--preset wants team, ci or personal, not '%s'", wanted);
}

static int check(struct eg_run *run, const struct eg_command *command, const struct words *words)
{
	const struct eg_policy above = eg_policy_default();
	int code = EG_EXIT_OK;

	(void)command;
	for (size_t i = 0; i < words->args.n; i++) {
		const struct eg_policy_file file = {
			.place = EG_POLICY_GIVEN, .path = words->args.v[i], .trusted = true};
		struct eg_policy_files files = {0};
		eg_recover(run);
		if (eg_policy_load(run, &above, &file, &files, NULL))
			code = failed(run);
		else
			printf("%s: good%s\n", eg_printable(run->arena, file.path),
			       files.n > 1 ? eg_strf(run->arena, ", with %zu that it extends", files.n - 1) : "");
	}
	return eg_finish_output(code);
}

static int show(struct eg_run *run, const struct eg_command *command, const struct words *words)
{
	struct eg_terms terms;

	(void)command;
	find(run, words, &terms);
	eg_policy_show(run, terms.policy, words->args.n ? words->args.v[0] : NULL, words->json);
	return eg_finish_output(EG_EXIT_OK);
}

static int explain(struct eg_run *run, const struct eg_command *command, const struct words *words)
{
	struct eg_terms terms;

	(void)command;
	find(run, words, &terms);
	eg_policy_explain(run, &terms, words->args.v[0]);
	return eg_finish_output(EG_EXIT_OK);
}

static int schema(struct eg_run *run, const struct eg_command *command, const struct words *words)
{
	(void)command;
	(void)words;
	puts(eg_policy_schema(run->arena));
	return eg_finish_output(EG_EXIT_OK);
}

static int test(struct eg_run *run, const struct eg_command *command, const struct words *words)
{
	size_t wrong;

	(void)command;
	if (eg_policy_test(run, words->policy, &words->args, &wrong))
		return failed(run);
	return eg_finish_output(wrong ? EG_EXIT_BLOCKED : EG_EXIT_OK);
}

static int fetch(struct eg_run *run, const struct eg_command *command, const struct words *words)
{
	struct eg_terms terms;

	(void)command;
	run->refresh = true;
	find(run, words, &terms);
	for (size_t i = 0; i < terms.policy->sources.n; i++)
		printf("in force: %s\n", eg_printable(run->arena, terms.policy->sources.v[i]));
	for (size_t i = 0; i < run->notes.n; i++)
		fprintf(stderr, "note: %s\n", eg_printable(run->arena, run->notes.v[i]));
	for (size_t i = 0; i < terms.policy->errors.n; i++)
		eg_complain("%s", eg_printable(run->arena, terms.policy->errors.v[i].text));
	return eg_finish_output(terms.policy->errors.n ? EG_EXIT_UNKNOWN : EG_EXIT_OK);
}

static int new_key(struct eg_run *run, const struct eg_command *command, const struct words *words)
{
	(void)command;
	return eg_policy_new_key(run, words->args.v[0]) ? failed(run) : eg_finish_output(EG_EXIT_OK);
}

static int sign(struct eg_run *run, const struct eg_command *command, const struct words *words)
{
	if (!words->key)
		return eg_usage_error(command, "'policy sign' wants --key FILE.key");
	if (eg_policy_sign(run, words->args.v[0], words->key, words->password_file))
		return failed(run);
	return eg_finish_output(EG_EXIT_OK);
}

static int verify(struct eg_run *run, const struct eg_command *command, const struct words *words)
{
	struct eg_terms terms;

	(void)command;
	find(run, words, &terms);
	if (eg_policy_verify(run, words->args.v[0], words->key, terms.policy))
		return failed(run);
	return eg_finish_output(EG_EXIT_OK);
}

static const struct action {
	const char *name;
	const char *wants; /* what it is called with, "[KEY]" may be missing, "FILE…" may be many; NULL: nothing */
	const char *options;
	int (*main)(struct eg_run *run, const struct eg_command *command, const struct words *words);
} actions[] = {
	{"show", "[KEY]", "prefix policy json", show},
	{"check", "FILE…", "", check},
	{"init", NULL, "preset", init},
	{"explain", "RULE|PACKAGE", "prefix policy", explain},
	{"schema", NULL, "", schema},
	{"test", "FOLDER|FILE…", "policy", test},
	{"fetch", NULL, "policy prefix", fetch},
	{"key", "NAME", "", new_key},
	{"sign", "FILE", "key password-file", sign},
	{"verify", "FILE", "key policy", verify},
};
enum { N_ACTIONS = sizeof(actions) / sizeof(*actions) };

static const struct option options[] = {
	{"prefix", required_argument, NULL, 'x'}, {"policy", required_argument, NULL, 'p'},
	{"preset", required_argument, NULL, 's'}, {"json", no_argument, NULL, 'j'},
	{"key", required_argument, NULL, 'k'},    {"password-file", required_argument, NULL, 'w'},
	{NULL, 0, NULL, 0},
};

static void set_word(struct words *words, int code)
{
	const char **const to[] = {['x'] = &words->prefix, ['p'] = &words->policy, ['s'] = &words->preset,
				   ['k'] = &words->key,    ['w'] = &words->password_file};

	if (code == 'j')
		words->json = true;
	else
		*to[code] = optarg;
}

/* The mistake on the command line; NULL: none. */
static const char *read_words(struct eg_run *run, const struct action *action, int argc, char **argv, struct words *ret)
{
	int code, which = 0;

	opterr = 0;
	optind = 0;
	while ((code = getopt_long(argc, argv, ":", options, &which)) != -1) {
		const char *error = eg_option_mistake(run->arena, code, argv[optind - 1], "");
		if (error)
			return error;
		if (!strstr(action->options, options[which].name))
			return eg_strf(run->arena, "'policy %s' knows no --%s", action->name, options[which].name);
		set_word(ret, code);
	}
	for (int i = optind; i < argc; i++)
		eg_vec_push(run->arena, &ret->args, argv[i]);
	bool many = action->wants && strstr(action->wants, "…"), may = action->wants && *action->wants == '[';
	if (ret->args.n > (action->wants ? 1 : 0) && !many)
		return eg_strf(run->arena, "unexpected argument '%s'", ret->args.v[action->wants ? 1 : 0]);
	if (action->wants && !may && !ret->args.n)
		return eg_strf(run->arena, "'policy %s' wants a %s", action->name, action->wants);
	return NULL;
}

static int policy_main(struct eg_run *run, const struct eg_command *command, int argc, char **argv)
{
	bool named = argc > 1 && argv[1][0] != '-';
	const char *name = named ? argv[1] : "show", *list = "";
	struct words words = {0};

	for (size_t i = 0; i < N_ACTIONS; i++) {
		list = eg_strf(run->arena, "%s%s%s", list, *list ? ", " : "", actions[i].name);
		if (strcmp(actions[i].name, name))
			continue;
		const char *error = read_words(run, &actions[i], argc - named, argv + named, &words);
		return error ? eg_usage_error(command, "%s", error) : actions[i].main(run, command, &words);
	}
	return eg_usage_error(command, "'%s' is none of %s", name, list);
}

const struct eg_command eg_command_policy = {
	.name = "policy",
	.summary = "the team's policy: what is in force and why, whether a file is sound",
	.help = "usage: envguard policy [show] [--prefix ENV] [--policy FILE] [--json] [KEY]\n"
		"       envguard policy check FILE…\n"
		"       envguard policy init [--preset team|ci|personal] > FILE\n"
		"       envguard policy explain RULE|PACKAGE [--prefix ENV] [--policy FILE]\n"
		"       envguard policy test FOLDER|FILE… [--policy FILE]\n"
		"       envguard policy fetch\n"
		"       envguard policy key NAME\n"
		"       envguard policy sign FILE --key NAME.key [--password-file FILE]\n"
		"       envguard policy verify FILE [--key NAME.pub]\n"
		"       envguard policy schema\n\n"
		"  show     each value that is in force, and the file and line that it comes from\n"
		"  check    is FILE a policy? Mistakes are told with their line and the nearest word\n"
		"  init     a file to begin with, with comments that explain it\n"
		"  explain  what the policy says of a rule or a package\n"
		"  test     recorded plans (envguard dry-run --json … > plans/NAME.block.json) judged under the policy:\n"
		"           each must be judged as its name says: NAME.allow.json, NAME.warn.json, NAME.block.json\n"
		"  fetch    ask the servers again that policies are fetched from (\"extends\")\n"
		"  key      a new pair of keys, NAME.key and NAME.pub, as minisign's\n"
		"  sign     FILE.minisig, for policies that others extend by \"signed_by\"; minisign's own keys do as well\n"
		"  verify   is FILE signed, by that key or by one of the policy's?\n"
		"  schema   the JSON Schema of a policy, for editors\n\n"
		"A policy is JSON; comments and trailing commas are welcome. It comes from, each on top of those before:\n"
		"  /etc/envguard/policy.json             the system's; it must be root's, and nobody else's to change\n"
		"  ~/.config/envguard/policy.json        the user's (XDG_CONFIG_HOME sets another folder)\n"
		"  envguard.json                         the project's: the nearest from the working directory upwards,\n"
		"                                        and from the environment upwards\n"
		"  ENV/envguard.json                     the environment's\n"
		"  --policy FILE, else ENVGUARD_POLICY   one more\n"
		"  ENVGUARD_ON_ERROR, ENVGUARD_TIMEOUT   on_error and budget_seconds\n"
		"What an earlier file enforces, a later one can only tighten; a project's and an environment's file can only\n"
		"tighten anyway, unless the system's or the user's names its folder in \"trust\".\n\n"
		"exit status: 0 good, 2 the command line is wrong, 10 a plan is judged otherwise, 12 a file cannot be used\n",
	.main = policy_main,
};
