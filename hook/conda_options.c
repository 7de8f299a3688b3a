#include "conda_options.h"

#define AT(field) .offset = offsetof(struct conda_values, field)

/* conda's cli/helpers.py and mamba's common_options.cpp: what both know. */
static const struct eg_option common[] = {
	{"help", 'h', .kind = EG_OPT_TRUE, AT(help)},
	{"name", 'n', .kind = EG_OPT_TEXT, AT(name)},
	{"prefix", 'p', .kind = EG_OPT_PATH, AT(prefix)},
	{"channel", 'c', .kind = EG_OPT_LIST, AT(channels)},
	{"strict-channel-priority", 0, .kind = EG_OPT_TRUE, AT(strict)},
	{"no-channel-priority", 0, .kind = EG_OPT_TRUE, AT(no_priority)},
	{"file", 'f', .kind = EG_OPT_LIST, AT(files)},
	{"subdir", 0, .kind = EG_OPT_TEXT, AT(subdir)},
	{"platform", 0, .kind = EG_OPT_TEXT, AT(subdir)},
	{"offline", 0, .kind = EG_OPT_TRUE, AT(offline)},
	{"clone", 0, .kind = EG_OPT_TEXT, AT(clone)},
	{"no-deps", 0, .kind = EG_OPT_TRUE, AT(no_deps)},
	{"only-deps", 0, .kind = EG_OPT_TRUE, AT(only_deps)},
	{"no-pin", 0, .kind = EG_OPT_TRUE, AT(no_pin)},
	{"freeze-installed", 0, .kind = EG_OPT_TRUE, AT(freeze)},
	{"force-reinstall", 0, .kind = EG_OPT_TRUE, AT(force_reinstall)},
	{"revision", 0, .kind = EG_OPT_INT, AT(revision)},
	{"yes", 'y', .kind = EG_OPT_NOTHING},
	{"dry-run", 'd', .kind = EG_OPT_NOTHING},
	{"download-only", 0, .kind = EG_OPT_NOTHING},
	{"json", 0, .kind = EG_OPT_NOTHING},
	{"quiet", 'q', .kind = EG_OPT_NOTHING},
	{"verbose", 'v', .kind = EG_OPT_NOTHING},
	{"debug", 0, .kind = EG_OPT_NOTHING},
	{"no-shortcuts", 0, .kind = EG_OPT_NOTHING},
	{"insecure", 'k', .kind = EG_OPT_NOTHING},
	{"no-default-packages", 0, .kind = EG_OPT_TRUE, AT(no_default_packages)},
};

static const struct eg_option conda[] = {
	{"channel-priority", 0, .kind = EG_OPT_TRUE, AT(flexible)},
	{"use-local", 0, .kind = EG_OPT_TRUE, AT(use_local)},
	{"repodata-fn", 0, .kind = EG_OPT_LIST, AT(repodata_fns)},
	{"no-update-deps", 0, .kind = EG_OPT_TRUE, AT(freeze)},
	{"update-deps", 0, .kind = EG_OPT_TRUE, AT(update_deps)},
	{"satisfied-skip-solve", 'S', .kind = EG_OPT_TRUE, AT(skip_satisfied)},
	{"update-all", 0, .kind = EG_OPT_TRUE, AT(all)},
	{"update-specs", 0, .kind = EG_OPT_TRUE, AT(update_specs)},
	{"prune", 0, .kind = EG_OPT_TRUE, AT(prune)},
	{"solver", 0, .kind = EG_OPT_TEXT, AT(solver)},
	{"override-frozen", 0, .kind = EG_OPT_TRUE, AT(override_frozen)},
	{"console", 0, .kind = EG_OPT_SKIP},
	{"experimental", 0, .kind = EG_OPT_SKIP},
	{"exclude-newer", 0, .kind = EG_OPT_SKIP},
	{"shortcuts-only", 0, .kind = EG_OPT_SKIP},
	{"format", 0, .kind = EG_OPT_SKIP},
	{"environment-specifier", 0, .kind = EG_OPT_SKIP},
	{"env-spec", 0, .kind = EG_OPT_SKIP},
	{"no-lock", 0, .kind = EG_OPT_NOTHING},
	{"repodata-use-zst", 0, .kind = EG_OPT_NOTHING},
	{"no-repodata-use-zst", 0, .kind = EG_OPT_NOTHING},
	{"repodata-use-shards", 0, .kind = EG_OPT_NOTHING},
	{"no-repodata-use-shards", 0, .kind = EG_OPT_NOTHING},
	{"use-index-cache", 'C', .kind = EG_OPT_TRUE, AT(use_index_cache)},
	{"force", 0, .kind = EG_OPT_NOTHING},
	{"copy", 0, .kind = EG_OPT_NOTHING},
	{"shortcuts", 0, .kind = EG_OPT_NOTHING},
	{"clobber", 0, .kind = EG_OPT_NOTHING},
	{"unknown", 0, .kind = EG_OPT_NOTHING},
	{"trace", 0, .kind = EG_OPT_NOTHING},
	{"dev", 0, .kind = EG_OPT_NOTHING},
	{"keep-env", 0, .kind = EG_OPT_NOTHING},
	{"force-pscheck", 0, .kind = EG_OPT_NOTHING},
	{"show-channel-urls", 0, .kind = EG_OPT_NOTHING},
	{"no-show-channel-urls", 0, .kind = EG_OPT_NOTHING},
	{"all", 0, .kind = EG_OPT_TRUE, AT(all)},
	{"override-channels", 'O', .kind = EG_OPT_TRUE, AT(override_channels)},
};

static const struct eg_option conda_remove[] = {
	{"force-remove", 0, .kind = EG_OPT_TRUE, AT(force_remove)},
	{"force", 0, .kind = EG_OPT_TRUE, AT(force_remove)},
	{"features", 0, .kind = EG_OPT_NOTHING},
};

static const struct eg_option mamba[] = {
	{"channel-priority", 0, .kind = EG_OPT_TEXT, AT(priority)},
	{"no-py-pin", 0, .kind = EG_OPT_TRUE, AT(no_py_pin)},
	{"rc-file", 0, .kind = EG_OPT_PATH, AT(rc_file)},
	{"no-rc", 0, .kind = EG_OPT_TRUE, AT(no_rc)},
	{"root-prefix", 'r', .kind = EG_OPT_PATH, AT(root_prefix)},
	{"no-prune-deps", 0, .kind = EG_OPT_TRUE, AT(no_prune_deps)},
	{"prune-deps", 0, .kind = EG_OPT_FALSE, AT(no_prune_deps)},
	{"override-channels", 0, .kind = EG_OPT_TRUE, AT(override_channels)},
	{"all", 'a', .kind = EG_OPT_TRUE, AT(all)},
	{"no-env", 0, .kind = EG_OPT_NOTHING},
	{"pyc", 0, .kind = EG_OPT_NOTHING},
	{"no-pyc", 0, .kind = EG_OPT_NOTHING},
	{"use-uv", 0, .kind = EG_OPT_NOTHING},
	{"no-use-uv", 0, .kind = EG_OPT_NOTHING},
	{"allow-uninstall", 0, .kind = EG_OPT_TRUE, AT(allow_uninstall)},
	{"no-allow-uninstall", 0, .kind = EG_OPT_FALSE, AT(allow_uninstall)},
	{"allow-downgrade", 0, .kind = EG_OPT_TRUE, AT(allow_downgrade)},
	{"no-allow-downgrade", 0, .kind = EG_OPT_FALSE, AT(allow_downgrade)},
	{"allow-softlinks", 0, .kind = EG_OPT_NOTHING},
	{"always-softlink", 0, .kind = EG_OPT_NOTHING},
	{"always-copy", 0, .kind = EG_OPT_NOTHING},
	{"extra-safety-checks", 0, .kind = EG_OPT_NOTHING},
	{"verify-artifacts", 0, .kind = EG_OPT_NOTHING},
	{"retry-clean-cache", 0, .kind = EG_OPT_NOTHING},
	{"print-config-only", 0, .kind = EG_OPT_NOTHING},
	{"print-context-only", 0, .kind = EG_OPT_NOTHING},
	{"ssl-no-revoke", 0, .kind = EG_OPT_NOTHING},
	{"lock", 0, .kind = EG_OPT_NOTHING},
	{"no-lock", 0, .kind = EG_OPT_NOTHING},
	{"ssl-verify", 0, .kind = EG_OPT_SKIP},
	{"cacert-path", 0, .kind = EG_OPT_SKIP},
	{"repodata-ttl", 0, .kind = EG_OPT_INT, AT(repodata_ttl)},
	{"safety-checks", 0, .kind = EG_OPT_SKIP},
	{"log-level", 0, .kind = EG_OPT_SKIP},
	{"category", 0, .kind = EG_OPT_SKIP},
	{"lock-timeout", 0, .kind = EG_OPT_SKIP},
	{"relocate-prefix", 0, .kind = EG_OPT_SKIP},
	{"trusted-channels", 0, .kind = EG_OPT_SKIP},
};

static const struct eg_option mamba_remove[] = {
	{"force", 'f', .kind = EG_OPT_TRUE, AT(force_remove)},
};

static const struct eg_option mamba_env_update[] = {
	{"prune", 0, .kind = EG_OPT_TRUE, AT(prune)},
};

#define PART(list) {list, sizeof(list) / sizeof(*(list))}

struct eg_option_table conda_option_table(struct eg_arena *arena, enum eg_conda_tool tool, const char *command)
{
	bool mambas = tool != EG_CONDA_CONDA, removes = !strcmp(command, "remove"), env = !strncmp(command, "env", 3);
	const struct {
		const struct eg_option *v;
		size_t n;
	} parts[] = {PART(conda_remove), PART(mamba_remove), PART(mamba_env_update), PART(conda), PART(mamba), PART(common)};
	const bool wanted[] = {!mambas && removes, mambas && removes, mambas && env, !mambas, mambas, true};
	EG_VEC(struct eg_option) table = {0};

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		for (size_t j = 0; wanted[i] && j < parts[i].n; j++)
			eg_vec_push(arena, &table, parts[i].v[j]);
	return (struct eg_option_table){.v = table.v, .n = table.n, .interspersed = true};
}
