/* From a command of conda, mamba or micromamba to its plan. */
#include <gnu/libc-version.h>
#include <stdlib.h>
#include <sys/utsname.h>

#include "conda/conda_given.h"
#include "family.h"
#include "file.h"
#include "host.h"
#include "python/pep508.h"
#include "tool.h"
#include "tool_conda.h"

/* The releases whose rules these are. */
#define CONDA_RELEASE "26.7"
#define MAMBA_RELEASE "2.8"

struct eg_session {
	struct eg_run *run;
	struct eg_cache *cache;
	struct eg_fetch *fetch; /* made when the network is needed first */
	const char *prefix;     /* --prefix, or the active one; NULL: none */
	struct eg_virtual_facts facts;
};

static bool is_conda(struct eg_run *run, const char *const *argv, size_t argc)
{
	enum eg_conda_tool tool;

	(void)run;
	(void)argc;
	return eg_conda_tool_of(argv[0], &tool) && tool == EG_CONDA_CONDA;
}

static bool is_mamba(struct eg_run *run, const char *const *argv, size_t argc)
{
	enum eg_conda_tool tool;

	(void)run;
	(void)argc;
	return eg_conda_tool_of(argv[0], &tool) && tool != EG_CONDA_CONDA;
}

/* "6.1.0" of "6.1.0-18-amd64". */
static const char *kernel_version(struct eg_run *run)
{
	struct utsname name;

	if (uname(&name))
		return NULL;
	return eg_strndup(run->arena, name.release, strspn(name.release, "0123456789."));
}

static const char *cpu_level(void)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw"))
		return "x86_64_v4";
	if (__builtin_cpu_supports("avx2"))
		return "x86_64_v3";
	return __builtin_cpu_supports("sse4.2") ? "x86_64_v2" : "x86_64";
#else
	return NULL;
#endif
}

static enum eg_error_kind know_machine(struct eg_session *s, const struct eg_guard_options *options)
{
	static const struct eg_probe driver = {.depth = EG_PROBE_DRIVER};
	struct eg_host host = {0};

	s->facts = (struct eg_virtual_facts){
		.glibc = gnu_get_libc_version(),
		.linux_version = kernel_version(s->run),
		.archspec = cpu_level(),
		.given = options->host,
	};
	if (options->host) {
		enum eg_error_kind kind = eg_host_read(s->run, options->host, &host);

		if (kind)
			return kind;
	} else if (!getenv("CONDA_OVERRIDE_CUDA")) {
		eg_host_probe(s->run, &driver, &host);
	}
	/* conda and mamba ask the libcuda that is loaded, which with cuda-compat is not the driver's own */
	s->facts.cuda = host.cuda_loaded ? host.cuda_loaded : host.cuda;
	if (options->host && host.glibc)
		s->facts.glibc = host.glibc;
	return EG_OK;
}

static enum eg_error_kind open_environment(struct eg_run *run, const struct eg_guard_options *options,
					   const char *const *argv, size_t argc, struct eg_plan *plan,
					   struct eg_session **ret_session)
{
	struct eg_session *s = EG_NEW(run->arena, struct eg_session);
	const char *active = getenv("CONDA_PREFIX");

	s->run = run;
	*ret_session = s;
	if (!eg_conda_is_transaction(run->arena, argv, argc))
		return eg_fail(run, EG_USAGE, "only commands that change an environment are forecast");
	s->prefix = options->prefix ? options->prefix : active && *active ? active : NULL;
	if (s->prefix)
		s->prefix = eg_path_absolute(run->arena, s->prefix);
	plan->prefix = s->prefix;
	plan->tool_version = is_conda(run, argv, argc) ? CONDA_RELEASE : MAMBA_RELEASE;
	s->cache = eg_cache_open(run);
	return know_machine(s, options);
}

/* Where the program itself is installed: CONDA_EXE is ROOT/bin/conda. */
static const char *root_prefix(struct eg_run *run, const struct eg_conda_request *request)
{
	const char *root = request->root_prefix ? request->root_prefix : getenv("MAMBA_ROOT_PREFIX");
	const char *exe = getenv("CONDA_EXE");

	if (root && *root)
		return eg_path_absolute(run->arena, root);
	return exe && *exe ? eg_path_absolute(run->arena, eg_strf(run->arena, "%s/../..", exe)) : NULL;
}

/* The directory of the environment NAME: the first that exists below an environments folder, else the first of these. */
static const char *named_prefix(struct eg_run *run, const char *name, const char *root)
{
	const char *home = getenv("HOME"), *path = getenv("CONDA_ENVS_PATH");
	struct eg_strs dirs = {0};

	if (!strcmp(name, "base"))
		return root;
	for (const char *p = path ? path : ""; *p;) {
		size_t n = strcspn(p, ":");

		if (n)
			eg_vec_push(run->arena, &dirs, eg_strndup(run->arena, p, n));
		p += n + (p[n] == ':');
	}
	if (root)
		eg_vec_push(run->arena, &dirs, eg_path_join(run->arena, root, "envs"));
	if (home)
		eg_vec_push(run->arena, &dirs, eg_path_join(run->arena, home, ".conda/envs"));
	for (size_t i = 0; i < dirs.n; i++)
		if (eg_is_dir(eg_path_join(run->arena, dirs.v[i], name)))
			return eg_path_join(run->arena, dirs.v[i], name);
	return dirs.n ? eg_path_join(run->arena, dirs.v[0], name) : NULL;
}

static enum eg_error_kind choose_prefix(struct eg_session *s, const struct eg_conda_request *request,
					const char **ret)
{
	const char *root = root_prefix(s->run, request), *prefix = s->prefix;

	if (request->prefix) {
		prefix = eg_path_absolute(s->run->arena, request->prefix);
	} else if (request->name) {
		const char *named = named_prefix(s->run, request->name, root);

		if (!named && request->action != EG_CONDA_CREATE)
			return eg_fail(s->run, EG_NOT_FOUND, "cannot tell where the environment '%s' is: neither "
				       "CONDA_EXE nor MAMBA_ROOT_PREFIX is set; say -p", request->name);
		prefix = named ? named : prefix ? prefix : request->name;
	} else if (!prefix) {
		prefix = root;
	}
	if (!prefix)
		return eg_fail(s->run, EG_NOT_FOUND, "no conda environment is active: say -n or -p");
	*ret = prefix;
	return EG_OK;
}

static enum eg_error_kind read_config(struct eg_session *s, const struct eg_conda_request *request, const char *prefix,
				      struct eg_conda_config *ret)
{
	struct eg_strs channels = request->channels;
	struct eg_conda_config_options options = {
		.mamba = request->tool != EG_CONDA_CONDA,
		.prefix = prefix,
		.rc_file = request->rc_file,
		.no_rc = request->no_rc,
		.channels = &channels,
		.override_channels = request->override_channels,
		.use_local = request->use_local,
	};

	for (size_t i = 0; i < channels.n; i++)
		if (!strcmp(channels.v[i], "nodefaults")) {
			memmove(channels.v + i, channels.v + i + 1, (channels.n - i - 1) * sizeof(*channels.v));
			channels.n--;
			options.override_channels = request->env_file;
			break;
		}
	enum eg_error_kind kind = eg_conda_config_read(s->run, &options, ret);
	if (kind)
		return kind;
	if (request->no_channel_priority)
		ret->priority = EG_PRIORITY_DISABLED;
	else if (request->strict_channel_priority)
		ret->priority = EG_PRIORITY_STRICT;
	if (request->subdir)
		ret->subdir = request->subdir;
	if (request->repodata_fns.n && !ret->mamba)
		ret->repodata_fns = request->repodata_fns;
	if (ret->use_only_tar_bz2)
		ret->repodata_fns = (struct eg_strs){0};
	ret->use_index_cache |= request->use_index_cache;
	if (request->repodata_ttl >= 0)
		ret->repodata_ttl = request->repodata_ttl;
	if (request->allow_uninstall >= 0)
		ret->allow_uninstall = request->allow_uninstall;
	if (request->allow_downgrade >= 0)
		ret->allow_downgrade = request->allow_downgrade;
	s->run->offline |= request->offline || ret->offline;
	return EG_OK;
}

/* What a configuration sets is as if it had been typed. install knows a modifier of its own (conda's cli/install.py). */
static void take_configured(const struct eg_conda_config *config, struct eg_conda_request *request)
{
	const struct {
		const char *word;
		bool *flag;
	} updates[] = {{"specs_satisfied_skip_solve", &request->satisfied_skip_solve},
		       {"freeze_installed", &request->freeze_installed}, {"update_deps", &request->update_deps},
		       {"update_specs", &request->update_specs}, {"update_all", &request->update_all}},
	  deps[] = {{"no_deps", &request->no_deps}, {"only_deps", &request->only_deps}};
	if (config->mamba) {
		request->no_pin |= config->no_pin;
		request->no_py_pin |= config->no_py_pin;
		return;
	}
	bool said = request->satisfied_skip_solve || request->freeze_installed || request->update_deps ||
		    request->update_specs || request->update_all || request->action == EG_CONDA_INSTALL || request->env_file;

	request->no_pin |= config->ignore_pinned;
	request->force_reinstall |= config->force_reinstall;
	request->force_remove |= config->force_remove;
	for (size_t i = 0; config->update_modifier && !said && i < sizeof(updates) / sizeof(*updates); i++)
		*updates[i].flag |= !strcasecmp(updates[i].word, config->update_modifier);
	said = request->no_deps || request->only_deps;
	for (size_t i = 0; config->deps_modifier && !said && i < sizeof(deps) / sizeof(*deps); i++)
		*deps[i].flag |= !strcasecmp(deps[i].word, config->deps_modifier);
}

static void note_limits(struct eg_session *s, const struct eg_conda_request *request)
{
	for (size_t i = 0; i < request->unknown_options.n; i++)
		eg_note(s->run, "option %s is not known and passed over", request->unknown_options.v[i]);
	if (request->solver && strcmp(request->solver, "libmamba"))
		eg_note(s->run, "the forecast is that of the libmamba solver, not of '%s'", request->solver);
}

static const char *listed(struct eg_arena *arena, const struct eg_strs *words)
{
	const char *text = words->n ? words->v[0] : "";

	for (size_t i = 1; i < words->n; i++)
		text = eg_strf(arena, "%s%s%s", text, i + 1 < words->n ? ", " : " and ", words->v[i]);
	return text;
}

/* "pytorch 2.1.0" where the plan leaves that and pip would put DISTRIBUTION over it; NULL: nothing of conda. */
static const char *covered(struct eg_arena *arena, const struct eg_plan *plan, const char *distribution)
{
	for (size_t i = 0; i < plan->n_after; i++) {
		const struct eg_package *package = plan->after[i];

		if (package->ecosystem == EG_CONDA && !strcmp(eg_distribution_name(package->name), distribution))
			return eg_strf(arena, "%s %s", package->name, package->version);
	}
	return NULL;
}

/* The pip part of an environment file: conda and mamba hand it to pip install -U -r when they are done. */
static void note_pip(struct eg_run *run, const struct eg_conda_request *request, const struct eg_plan *plan)
{
	struct eg_strs stack = {0}, over = {0};

	for (size_t i = 0; i < request->pip.n; i++) {
		const char *line = request->pip.v[i];
		const char *name = eg_normalize(run->arena, line, strcspn(line, " \t[]=<>!~;@,("));
		const char *conda = eg_family_of(name) ? covered(run->arena, plan, name) : NULL;

		if (eg_family_of(name))
			eg_vec_push(run->arena, &stack, line);
		if (conda)
			eg_vec_push(run->arena, &over, conda);
	}
	if (!request->pip.n)
		return;
	eg_note(run, "what pip would install afterwards is not forecast: %zu requirement%s%s%s%s%s; once the environment is "
		"there, ask again with pip install -U", request->pip.n, request->pip.n > 1 ? "s" : "",
		stack.n ? ", of the GPU stack " : "", listed(run->arena, &stack),
		over.n ? ", in the place of conda's " : "", listed(run->arena, &over));
}

/* The environment that create --clone copies: a path where there is a slash, else a name. */
static enum eg_error_kind read_clone(struct eg_session *s, const struct eg_conda_request *request, bool mamba,
				     struct eg_conda_prefix **ret)
{
	struct eg_conda_prefix *source = EG_NEW(s->run->arena, struct eg_conda_prefix);
	const char *name = request->clone, *path;

	if (strchr(name, '/'))
		path = eg_path_absolute(s->run->arena, name);
	else
		path = named_prefix(s->run, name, root_prefix(s->run, request));
	if (!path || !eg_is_dir(eg_path_join(s->run->arena, path, "conda-meta")))
		return eg_fail(s->run, EG_FORMAT, "there is no environment '%s' to clone", name);
	enum eg_error_kind kind = eg_conda_prefix_read(s->run, s->cache, path, mamba, source);
	if (!kind)
		*ret = source;
	return kind;
}

static enum eg_error_kind plan_command(struct eg_session *s, const char *const *argv, size_t argc, struct eg_plan *ret)
{
	struct eg_conda_request *request = EG_NEW(s->run->arena, struct eg_conda_request);
	struct eg_conda_config *config = EG_NEW(s->run->arena, struct eg_conda_config);
	struct eg_conda_prefix *prefix = EG_NEW(s->run->arena, struct eg_conda_prefix);
	struct eg_conda_situation at = {.request = request, .config = config, .prefix = prefix};
	struct eg_conda_prefix *source = NULL;
	struct eg_channel *channels;
	const char *path;
	enum eg_error_kind kind = eg_conda_command(s->run, argv, argc, request);

	if (!kind)
		kind = choose_prefix(s, request, &path);
	if (kind)
		return kind;
	ret->prefix = path;
	note_limits(s, request);
	kind = read_config(s, request, path, config);
	if (!kind)
		take_configured(config, request);
	if (!kind)
		kind = eg_conda_prefix_read(s->run, s->cache, path, config->mamba, prefix);
	if (!kind && request->clone)
		kind = read_clone(s, request, config->mamba, &source);
	if (kind == EG_FORMAT)
		return eg_conda_refused(s->run, ret);
	at.clone = source;
	if (!kind)
		kind = eg_conda_channels(s->run, config, &config->channels, &channels, &at.n_channels);
	if (!kind)
		kind = eg_conda_virtual(s->run, config, &s->facts, request->tool != EG_CONDA_CONDA,
					&at.virtual_packages, &at.n_virtual);
	if (kind)
		return kind;
	at.channels = channels;
	kind = eg_conda_solve(s->run, s->cache, s->fetch, &at, ret);
	if (!kind)
		note_pip(s->run, request, ret);
	return kind;
}

static enum eg_error_kind plan_given(struct eg_session *s, const struct eg_transaction *transaction,
				     struct eg_plan *ret)
{
	struct eg_conda_request *request = EG_NEW(s->run->arena, struct eg_conda_request);
	struct eg_conda_config config = {0};
	struct eg_conda_prefix prefix = {0};
	struct eg_conda_situation at = {.request = request, .config = &config, .prefix = &prefix};

	if (!transaction->prefix)
		return eg_fail(s->run, EG_FORMAT, "the transaction names no prefix");
	/* what the words say besides has been understood by conda already */
	if (eg_conda_command(s->run, transaction->command.v, transaction->command.n, request)) {
		eg_recover(s->run);
		*request = (struct eg_conda_request){.action = EG_CONDA_INSTALL, .revision = -1};
	}
	ret->prefix = transaction->prefix;
	if (transaction->tool_version)
		ret->tool_version = transaction->tool_version;
	enum eg_error_kind kind = read_config(s, request, transaction->prefix, &config);
	if (!kind)
		kind = eg_conda_prefix_read(s->run, s->cache, transaction->prefix, config.mamba, &prefix);
	return kind ? kind : eg_conda_given(s->run, &at, transaction, ret);
}

static void close_environment(struct eg_session *s)
{
	if (s->fetch)
		eg_fetch_free(s->fetch);
}

const struct eg_tool eg_tool_conda = {
	.name = "conda",
	.ecosystem = EG_CONDA,
	.recognises = is_conda,
	.changes = eg_conda_is_transaction,
	.open = open_environment,
	.plan = plan_command,
	.named = eg_conda_named,
	.given = plan_given,
	.close = close_environment,
};

const struct eg_tool eg_tool_mamba = {
	.name = "mamba",
	.ecosystem = EG_CONDA,
	.recognises = is_mamba,
	.changes = eg_conda_is_transaction,
	.open = open_environment,
	.plan = plan_command,
	.named = eg_conda_named,
	.close = close_environment,
};
