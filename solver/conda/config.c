#include "config.h"

#include <stdlib.h>

#include "ceilings.h"
#include "file.h"
#include "options.h"
#include "url.h"
#include "yaml.h"

static void set_priority(const char *word, struct eg_conda_config *config)
{
	if (!word)
		return;
	if (!strcasecmp(word, "strict"))
		config->priority = EG_PRIORITY_STRICT;
	else if (!strcasecmp(word, "disabled") || eg_bool_word(word) == 0)
		config->priority = EG_PRIORITY_DISABLED;
	else
		config->priority = EG_PRIORITY_FLEXIBLE;
}

static void set_bool(const struct eg_yaml *yaml, const char *key, bool *value)
{
	const char *word = eg_yaml_text(yaml, key);
	int said = word ? eg_bool_word(word) : -1;

	if (said >= 0)
		*value = said;
}

/* A list of a file with more weight comes before those read so far. */
static void prepend(struct eg_run *run, const struct eg_yaml *yaml, const char *key, struct eg_strs *list)
{
	struct eg_strs whole = {0};

	eg_yaml_texts(run->arena, yaml, key, &whole);
	for (size_t i = 0; i < list->n; i++)
		eg_vec_push(run->arena, &whole, list->v[i]);
	*list = whole;
}

static void apply(struct eg_run *run, const struct eg_yaml *yaml, struct eg_conda_config *config)
{
	const char *alias = eg_yaml_text(yaml, "channel_alias");

	prepend(run, yaml, "channels", &config->channels);
	prepend(run, yaml, "default_channels", &config->default_channels);
	prepend(run, yaml, "pinned_packages", &config->pinned_packages);
	if (eg_yaml_get(yaml, "aggressive_update_packages")) {
		config->aggressive_update_packages = (struct eg_strs){0};
		eg_yaml_texts(run->arena, yaml, "aggressive_update_packages", &config->aggressive_update_packages);
	}
	prepend(run, yaml, "create_default_packages", &config->create_default_packages);
	if (alias)
		config->channel_alias = alias;
	set_priority(eg_yaml_text(yaml, "channel_priority"), config);
	set_bool(yaml, "use_only_tar_bz2", &config->use_only_tar_bz2);
	set_bool(yaml, "offline", &config->offline);
	set_bool(yaml, "add_pip_as_python_dependency", &config->add_pip_as_python_dependency);
	set_bool(yaml, "auto_update_conda", &config->auto_update_conda);
	set_bool(yaml, "pip_interop_enabled", &config->prefix_data_interoperability);
	set_bool(yaml, "prefix_data_interoperability", &config->prefix_data_interoperability);
	set_bool(yaml, "allow_uninstall", &config->allow_uninstall);
	set_bool(yaml, "allow_downgrade", &config->allow_downgrade);
}

static enum eg_error_kind read_file(struct eg_run *run, const char *path, struct eg_conda_config *config)
{
	size_t n;
	char *text = path && eg_is_file(path) ? eg_file_read_if(run, path, EG_MAX_CONFIG, &n) : NULL;
	struct eg_yaml yaml;

	if (!text)
		return EG_OK;
	enum eg_error_kind kind = eg_yaml_parse(run, path, text, n, &yaml);
	if (kind)
		return kind;
	eg_vec_push(run->arena, &config->files, path);
	apply(run, &yaml, config);
	return EG_OK;
}

static void apply_environment(struct eg_run *run, struct eg_conda_config *config)
{
	const char *alias = getenv("CONDA_CHANNEL_ALIAS"), *pins = getenv("CONDA_PINNED_PACKAGES");

	(void)run;
	if (alias && *alias)
		config->channel_alias = alias;
	set_priority(getenv("CONDA_CHANNEL_PRIORITY"), config);
	for (const char *p = pins ? pins : ""; *p;) {
		size_t n = strcspn(p, "&");

		if (n)
			eg_vec_push(run->arena, &config->pinned_packages, eg_strndup(run->arena, p, n));
		p += n + (p[n] == '&');
	}
}

static void add_new(struct eg_run *run, struct eg_strs *list, const char *s)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->v[i], s))
			return;
	eg_vec_push(run->arena, list, s);
}

static void choose_channels(struct eg_run *run, const struct eg_conda_config_options *options,
			    struct eg_conda_config *config)
{
	struct eg_strs channels = {0};

	for (size_t i = 0; options->channels && i < options->channels->n; i++)
		add_new(run, &channels, options->channels->v[i]);
	for (size_t i = 0; i < config->channels.n && !options->override_channels; i++)
		add_new(run, &channels, config->channels.v[i]);
	if (!channels.n && !options->mamba)
		add_new(run, &channels, "defaults");
	config->channels = channels;
}

enum eg_error_kind eg_conda_config_read(struct eg_run *run, const struct eg_conda_config_options *options,
					struct eg_conda_config *ret)
{
	static const char *const aggressive[] = {"ca-certificates", "certifi", "openssl"};
	struct eg_conda_config config = {
		.channel_alias = "https://conda.anaconda.org",
		.priority = EG_PRIORITY_FLEXIBLE,
		.subdir = "linux-64",
		.add_pip_as_python_dependency = true,
		.auto_update_conda = true,
		.ssl_verify = true,
		.allow_uninstall = true,
		.allow_downgrade = true,
		.root_prefix = getenv("MAMBA_ROOT_PREFIX"),
	};
	const char *home = getenv("HOME"), *env_file = getenv("CONDARC");
	const char *paths[] = {
		home ? eg_path_join(run->arena, home, ".condarc") : NULL,
		options->prefix ? eg_path_join(run->arena, options->prefix, ".condarc") : NULL,
		env_file,
		options->rc_file,
	};

	for (size_t i = 0; i < sizeof(aggressive) / sizeof(*aggressive); i++)
		eg_vec_push(run->arena, &config.aggressive_update_packages, aggressive[i]);
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths) && !options->no_rc; i++) {
		enum eg_error_kind kind = read_file(run, paths[i], &config);

		if (kind)
			return kind;
	}
	apply_environment(run, &config);
	choose_channels(run, options, &config);
	*ret = config;
	return EG_OK;
}

static const char *without_slash(struct eg_run *run, const char *url)
{
	size_t n = strlen(url);

	while (n && url[n - 1] == '/')
		n--;
	return eg_strndup(run->arena, url, n);
}

const char *eg_conda_channel_name(struct eg_run *run, const struct eg_conda_config *config, const char *channel)
{
	const char *name = without_slash(run, channel), *alias = without_slash(run, config->channel_alias);
	const char *slash = strrchr(name, '/');
	size_t n = strlen(alias);

	if (slash && (!strcmp(slash, "/noarch") || !strcmp(slash + 1, config->subdir)))
		name = eg_strndup(run->arena, name, (size_t)(slash - name));
	if (!strncmp(name, alias, n) && name[n] == '/')
		return name + n + 1;
	return name;
}

enum eg_error_kind eg_conda_channels(struct eg_run *run, const struct eg_conda_config *config,
				     const struct eg_strs *list, struct eg_channel **ret, size_t *ret_n)
{
	EG_VEC(struct eg_channel) channels = {0};

	for (size_t i = 0; i < list->n; i++) {
		const char *name = eg_conda_channel_name(run, config, list->v[i]);
		bool url = strstr(name, "://");
		bool known = false;

		for (size_t j = 0; j < channels.n && !known; j++)
			known = !strcmp(channels.v[j].name, name);
		if (known)
			continue;
		const char *alias = without_slash(run, config->channel_alias);
		eg_vec_push(run->arena, &channels,
			    (struct eg_channel){.name = name,
						.url = url ? name : eg_strf(run->arena, "%s/%s", alias, name)});
	}
	*ret = channels.v;
	*ret_n = channels.n;
	return EG_OK;
}
