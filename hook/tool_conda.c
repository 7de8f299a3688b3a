#include "tool_conda.h"

#include "conda_files.h"
#include "conda_options.h"

static const struct {
	const char *word, *command; /* as typed; as the tables of options know it */
	enum eg_conda_action action;
	bool env;
} commands[] = {
	{"install", "install", EG_CONDA_INSTALL, false}, {"create", "create", EG_CONDA_CREATE, false},
	{"update", "update", EG_CONDA_UPDATE, false},    {"upgrade", "update", EG_CONDA_UPDATE, false},
	{"remove", "remove", EG_CONDA_REMOVE, false},    {"uninstall", "remove", EG_CONDA_REMOVE, false},
	{"create", "env create", EG_CONDA_CREATE, true}, {"update", "env update", EG_CONDA_UPDATE, true},
	{"remove", "env remove", EG_CONDA_REMOVE, true},
};
enum { N_COMMANDS = sizeof(commands) / sizeof(*commands) };

bool eg_conda_tool_of(const char *word, enum eg_conda_tool *ret)
{
	static const char *const names[] = {"conda", "mamba", "micromamba"};
	const char *slash = strrchr(word, '/'), *name = slash ? slash + 1 : word;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(name, names[i])) {
			*ret = (enum eg_conda_tool)i;
			return true;
		}
	return false;
}

/* Where the command's name stands: options may come before it ("conda --no-plugins install", "micromamba -n x install").
   *ret_words: the options before it. N_COMMANDS: another command, or none. */
static size_t find_command(struct eg_arena *arena, const char *const *argv, size_t argc, size_t *ret_next,
			   struct eg_strs *ret_words)
{
	static const char *const with_value[] = {"-n", "--name", "-p", "--prefix", "-r", "--root-prefix", "--rc-file",
						 "--log-level"};
	bool env = false;

	for (size_t i = 1; i < argc; i++) {
		if (argv[i][0] == '-') {
			eg_vec_push(arena, ret_words, argv[i]);
			for (size_t j = 0; j < sizeof(with_value) / sizeof(*with_value); j++)
				if (!strcmp(argv[i], with_value[j]) && i + 1 < argc) {
					eg_vec_push(arena, ret_words, argv[++i]);
					break;
				}
			continue;
		}
		if (!env && !strcmp(argv[i], "env")) {
			env = true;
			continue;
		}
		*ret_next = i + 1;
		for (size_t j = 0; j < N_COMMANDS; j++)
			if (commands[j].env == env && !strcmp(argv[i], commands[j].word))
				return j;
		break;
	}
	return N_COMMANDS;
}

static enum eg_error_kind parse(struct eg_run *run, enum eg_conda_tool tool, size_t number, const struct eg_strs *before,
				const char *const *argv, size_t argc, struct conda_values *ret, struct eg_strs *ret_specs,
				struct eg_strs *ret_unknown)
{
	struct eg_option_context context = {.run = run};
	struct eg_option_table table = conda_option_table(run->arena, tool, commands[number].command);
	struct eg_strs words = {0};

	for (size_t i = 0; i < before->n; i++)
		eg_vec_push(run->arena, &words, before->v[i]);
	for (size_t i = 0; i < argc; i++)
		eg_vec_push(run->arena, &words, argv[i]);
	*ret = (struct conda_values){.revision = -1, .repodata_ttl = -1, .allow_uninstall = -1, .allow_downgrade = -1};
	return eg_options_parse(&context, &table, words.v, words.n, ret, ret_specs, ret_unknown);
}

bool eg_conda_is_transaction(struct eg_arena *arena, const char *const *argv, size_t argc)
{
	struct eg_run scratch = {.arena = arena};
	struct eg_strs before = {0}, specs = {0}, unknown = {0};
	struct conda_values values;
	enum eg_conda_tool tool;
	size_t next;

	if (!argc || !eg_conda_tool_of(argv[0], &tool))
		return false;
	size_t number = find_command(arena, argv, argc, &next, &before);
	if (number == N_COMMANDS)
		return false;
	/* a command line that the tool refuses is for eg_conda_command to explain */
	return parse(&scratch, tool, number, &before, argv + next, argc - next, &values, &specs, &unknown) ||
	       !values.help;
}

bool eg_conda_named(struct eg_run *run, const char *const *argv, size_t argc, struct eg_strs *ret)
{
	struct eg_run scratch = {.arena = run->arena};
	struct eg_strs before = {0}, unknown = {0};
	struct conda_values values;
	enum eg_conda_tool tool;
	size_t next;

	if (!argc || !eg_conda_tool_of(argv[0], &tool))
		return false;
	size_t number = find_command(run->arena, argv, argc, &next, &before);
	return number != N_COMMANDS && !commands[number].env && commands[number].action != EG_CONDA_REMOVE &&
	       !parse(&scratch, tool, number, &before, argv + next, argc - next, &values, ret, &unknown) &&
	       values.revision < 0 && !values.clone;
}

static void take_values(const struct conda_values *values, struct eg_conda_request *request)
{
	request->name = values->name;
	request->clone = request->action == EG_CONDA_CREATE ? values->clone : NULL;
	request->prefix = values->prefix;
	request->root_prefix = values->root_prefix;
	request->channels = values->channels;
	request->override_channels = values->override_channels;
	request->update_deps = values->update_deps;
	request->update_specs = values->update_specs;
	request->update_all = values->all && request->action != EG_CONDA_REMOVE;
	request->all = values->all;
	request->freeze_installed = values->freeze;
	request->satisfied_skip_solve = values->skip_satisfied;
	request->no_default_packages = values->no_default_packages;
	request->no_deps = values->no_deps;
	request->only_deps = values->only_deps;
	request->no_pin = values->no_pin;
	request->no_py_pin = values->no_py_pin;
	request->force_reinstall = values->force_reinstall;
	request->force_remove = values->force_remove;
	request->prune = values->prune;
	request->no_prune_deps = values->no_prune_deps;
	request->revision = values->revision;
	request->override_frozen = values->override_frozen;
	request->use_index_cache = values->use_index_cache;
	request->repodata_ttl = values->repodata_ttl;
	request->allow_uninstall = values->allow_uninstall;
	request->allow_downgrade = values->allow_downgrade;
	request->offline = values->offline;
	request->use_local = values->use_local;
	request->no_channel_priority =
		values->no_priority || (values->priority && !strcmp(values->priority, "disabled"));
	request->strict_channel_priority = values->strict || (values->priority && !strcmp(values->priority, "strict"));
	request->no_rc = values->no_rc;
	request->rc_file = values->rc_file;
	request->solver = values->solver;
	request->subdir = values->subdir;
	request->repodata_fns = values->repodata_fns;
}

static bool is_package_url(const char *spec)
{
	size_t n = strlen(spec);
	bool package = (n > 6 && !strcmp(spec + n - 6, ".conda")) || (n > 8 && !strcmp(spec + n - 8, ".tar.bz2"));

	return package || (strstr(spec, "://") && strstr(spec, ".conda#")) || strstr(spec, ".tar.bz2#");
}

static enum eg_error_kind read_files(struct eg_run *run, const struct conda_values *values, struct eg_strs *specs,
				     struct eg_conda_request *request)
{
	struct eg_strs files = values->files;

	if (request->env_file && !files.n && request->action != EG_CONDA_REMOVE) {
		if (request->action == EG_CONDA_UPDATE && specs->n) /* conda env update FILE */
			files = *specs;
		else
			eg_vec_push(run->arena, &files, "environment.yml");
		specs->n = request->action == EG_CONDA_UPDATE ? 0 : specs->n;
	}
	for (size_t i = 0; i < specs->n; i++)
		eg_vec_push(run->arena, is_package_url(specs->v[i]) ? &request->explicit_urls : &request->specs,
			    specs->v[i]);
	for (size_t i = 0; i < files.n; i++) {
		enum eg_error_kind kind = eg_conda_file(run, files.v[i], request);

		if (kind)
			return kind;
	}
	return EG_OK;
}

static enum eg_error_kind check(struct eg_run *run, const struct conda_values *values,
				const struct eg_conda_request *request, const char *tool)
{
	bool nothing = !request->specs.n && !request->explicit_urls.n && !request->env_file;

	if (values->clone && (request->specs.n || request->explicit_urls.n || values->files.n))
		return eg_fail(run, EG_USAGE, "%s create --clone takes no packages and no --file beside it", tool);
	if (request->name && request->prefix && values->name && values->prefix)
		return eg_fail(run, EG_USAGE, "-n and -p exclude each other");
	if (nothing && request->action == EG_CONDA_INSTALL && request->revision < 0)
		return eg_fail(run, EG_USAGE, "%s install: too few arguments, must supply command line package specs or "
			       "--file", tool);
	if (nothing && !request->all && (request->action == EG_CONDA_UPDATE || request->action == EG_CONDA_REMOVE))
		return eg_fail(run, EG_USAGE, "%s: no package names supplied", tool);
	return EG_OK;
}

enum eg_error_kind eg_conda_command(struct eg_run *run, const char *const *argv, size_t argc,
				    struct eg_conda_request *ret)
{
	struct eg_conda_request request = {.revision = -1};
	struct eg_strs before = {0}, specs = {0};
	struct conda_values values;
	size_t next;

	if (!argc || !eg_conda_tool_of(argv[0], &request.tool))
		return eg_fail(run, EG_USAGE, "this is no command of conda or mamba");
	size_t number = find_command(run->arena, argv, argc, &next, &before);
	if (number == N_COMMANDS)
		return eg_fail(run, EG_USAGE, "this command of %s changes nothing that is forecast", argv[0]);
	request.action = commands[number].action;
	request.env_file = commands[number].env;
	enum eg_error_kind kind = parse(run, request.tool, number, &before, argv + next, argc - next, &values, &specs,
					&request.unknown_options);
	if (kind)
		return kind;
	for (size_t i = 0; i < argc; i++)
		eg_vec_push(run->arena, &request.command, argv[i]);
	take_values(&values, &request);
	if (request.env_file && request.action == EG_CONDA_REMOVE)
		request.all = true;
	kind = read_files(run, &values, &specs, &request);
	if (!kind)
		kind = check(run, &values, &request, argv[0]);
	if (!kind)
		*ret = request;
	return kind;
}
