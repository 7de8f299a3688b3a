#include "config_source.h"

#include <dirent.h>
#include <stdlib.h>

#include "ceilings.h"
#include "file.h"

struct search {
	struct eg_run *run;
	const struct eg_conda_config_options *options;
	const char *root_prefix;
	struct eg_strs paths;
};

/* constants.SEARCH_PATH */
static const char *const conda_paths[] = {
	"/etc/conda/.condarc", "/etc/conda/condarc", "/etc/conda/condarc.d/",
	"/var/lib/conda/.condarc", "/var/lib/conda/condarc", "/var/lib/conda/condarc.d/",
	"$CONDA_ROOT/.condarc", "$CONDA_ROOT/condarc", "$CONDA_ROOT/condarc.d/",
	"$XDG_CONFIG_HOME/conda/.condarc", "$XDG_CONFIG_HOME/conda/condarc", "$XDG_CONFIG_HOME/conda/condarc.d/",
	"~/.config/conda/.condarc", "~/.config/conda/condarc", "~/.config/conda/condarc.d/",
	"~/.conda/.condarc", "~/.conda/condarc", "~/.conda/condarc.d/", "~/.condarc",
	"$TARGET/.condarc", "$TARGET/condarc", "$TARGET/condarc.d/",
	"$CONDARC",
};

/* Configuration::compute_default_rc_sources of libmamba. */
static const char *const mamba_paths[] = {
	"/etc/conda/.condarc", "/etc/conda/condarc", "/etc/conda/condarc.d/", "/etc/conda/.mambarc",
	"/var/lib/conda/.condarc", "/var/lib/conda/condarc", "/var/lib/conda/condarc.d/", "/var/lib/conda/.mambarc",
	"$CONDA_ROOT/.condarc", "$CONDA_ROOT/condarc", "$CONDA_ROOT/condarc.d", "$CONDA_ROOT/.mambarc",
	"~/.config/conda/.condarc", "~/.config/conda/condarc", "~/.config/conda/condarc.d",
	"~/.conda/.condarc", "~/.conda/condarc", "~/.conda/condarc.d", "~/.condarc",
	"$XDG_CONFIG_HOME/conda/.condarc", "$XDG_CONFIG_HOME/conda/condarc", "$XDG_CONFIG_HOME/conda/condarc.d",
	"$CONDA_PREFIX/.condarc", "$CONDA_PREFIX/condarc", "$CONDA_PREFIX/condarc.d", "$CONDARC",
	"~/.config/mamba/.mambarc", "~/.config/mamba/mambarc", "~/.config/mamba/mambarc.d",
	"~/.mamba/.mambarc", "~/.mamba/mambarc", "~/.mamba/mambarc.d", "~/.mambarc", "$MAMBARC",
	"$TARGET/.condarc", "$TARGET/condarc", "$TARGET/condarc.d", "$TARGET/.mambarc",
};

static const char *variable(const struct search *search, const char *name)
{
	const char *value;

	if (!strcmp(name, "TARGET"))
		return search->options->prefix;
	if (!strcmp(name, "CONDA_ROOT"))
		return search->root_prefix;
	value = getenv(name);
	return value && *value ? value : NULL;
}

/* NULL where a variable in it is not set. */
static const char *expand(const struct search *search, const char *path)
{
	struct eg_arena *arena = search->run->arena;

	if (*path != '$')
		return eg_conda_expand(arena, path);
	size_t n = strcspn(path, "/");
	const char *value = variable(search, eg_strndup(arena, path + 1, n - 1));
	return value ? eg_strf(arena, "%s%s", value, path + n) : NULL;
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && !strcmp(s + n - m, end);
}

static bool is_yaml(const char *path)
{
	return ends_with(path, ".yml") || ends_with(path, ".yaml");
}

static bool is_condarc(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	return !strcmp(name, ".condarc") || !strcmp(name, "condarc") || !strcmp(name, ".mambarc") ||
	       !strcmp(name, "mambarc") || is_yaml(path);
}

static void add(struct search *search, const char *path)
{
	for (size_t i = 0; i < search->paths.n; i++)
		if (!strcmp(search->paths.v[i], path))
			return;
	eg_vec_push(search->run->arena, &search->paths, path);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_directory(struct search *search, const char *path)
{
	struct eg_strs files = {0};
	DIR *dir = opendir(path);

	for (const struct dirent *entry; dir && (entry = readdir(dir));)
		if (is_yaml(entry->d_name))
			eg_vec_push(search->run->arena, &files, eg_path_join(search->run->arena, path, entry->d_name));
	if (dir)
		closedir(dir);
	if (files.n)
		qsort(files.v, files.n, sizeof(*files.v), by_text);
	for (size_t i = 0; i < files.n; i++)
		if (eg_is_file(files.v[i]))
			add(search, files.v[i]);
}

static void find_files(struct search *search)
{
	bool mamba = search->options->mamba;
	const char *const *paths = mamba ? mamba_paths : conda_paths;
	size_t n = mamba ? sizeof(mamba_paths) / sizeof(*mamba_paths) : sizeof(conda_paths) / sizeof(*conda_paths);

	if (search->options->rc_file) {
		add(search, search->options->rc_file);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		const char *path = expand(search, paths[i]);

		if (path && eg_is_dir(path))
			add_directory(search, path);
		else if (path && is_condarc(path) && eg_is_file(path))
			add(search, path);
	}
}

static void split_lines(struct eg_run *run, const char *text, struct eg_strs *ret)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		eg_vec_push(run->arena, ret, eg_strndup(run->arena, text, n));
		text += n + (text[n] == '\n');
	}
}

static void read_file(struct eg_run *run, const char *path, struct eg_config_sources *ret)
{
	struct eg_run quiet = {.arena = run->arena};
	struct eg_config_source source = {.path = path};
	char *text;
	size_t n;

	if (eg_file_read(&quiet, path, EG_MAX_CONFIG, &text, &n) || eg_yaml_parse(&quiet, path, text, n, &source.yaml)) {
		eg_note(run, "a configuration file is passed over: %s", quiet.error.message);
		return;
	}
	if (source.yaml.type != EG_YAML_MAP) {
		eg_note(run, "a configuration file is passed over: '%s' holds no settings", path);
		return;
	}
	split_lines(run, text, &source.lines);
	eg_vec_push(run->arena, ret, source);
}

enum eg_error_kind eg_config_sources_read(struct eg_run *run, const struct eg_conda_config_options *options,
					  const char *root_prefix, struct eg_config_sources *ret)
{
	struct search search = {.run = run, .options = options, .root_prefix = root_prefix};
	const char *rc_file = options->rc_file;

	if (rc_file && !eg_is_file(rc_file))
		return eg_fail(run, EG_IO, "cannot read '%s': no such file", rc_file);
	if (!options->no_rc)
		find_files(&search);
	for (size_t i = 0; i < search.paths.n; i++)
		read_file(run, search.paths.v[i], ret);
	return EG_OK;
}
