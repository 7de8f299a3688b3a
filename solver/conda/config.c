#include "config.h"

#include <ctype.h>
#include <stdlib.h>
#include <sys/utsname.h>

#include "ceilings.h"
#include "config_source.h"
#include "file.h"
#include "options.h"

enum kind { BOOL, TEXT, SECONDS, COUNT, TTL, LIST, MAP };
enum reader { BOTH, CONDA, MAMBA }; /* which tool knows the key */

/* What is read of conda's base/context.py and of libmamba's api/configuration.cpp. */
static const struct parameter {
	const char *names; /* the first is the one variables are named after, and the only one that mamba knows */
	enum kind kind;
	enum reader reader;
	size_t offset;
	char delimiter;        /* between the items of a variable; 0: ',' */
	const char *variables; /* mamba's, where they are not MAMBA_NAME */
} parameters[] = {
#define FIELD(field) offsetof(struct eg_conda_config, field)
	{"channels channel", LIST, BOTH, FIELD(channels), 0, "CONDA_CHANNELS"},
	{"default_channels", LIST, BOTH, FIELD(default_channels), 0, NULL},
	{"allowlist_channels whitelist_channels", LIST, CONDA, FIELD(allowlist_channels), 0, NULL},
	{"denylist_channels", LIST, CONDA, FIELD(denylist_channels), 0, NULL},
	{"channel_alias", TEXT, BOTH, FIELD(channel_alias), 0, NULL},
	{"custom_channels", MAP, BOTH, FIELD(custom_channels), 0, NULL},
	{"custom_multichannels", MAP, BOTH, FIELD(custom_multichannels), 0, ""},
	{"mirrored_channels", MAP, MAMBA, FIELD(mirrored_channels), 0, NULL},
	{"pinned_packages", LIST, BOTH, FIELD(pinned_packages), '&', NULL},
	{"disallowed_packages disallow", LIST, CONDA, FIELD(disallowed_packages), '&', NULL},
	{"aggressive_update_packages", LIST, CONDA, FIELD(aggressive_update_packages), 0, NULL},
	{"override_virtual_packages virtual_packages", MAP, CONDA, FIELD(override_virtual_packages), 0, NULL},
	{"track_features", LIST, CONDA, FIELD(track_features), 0, NULL},
	{"create_default_packages", LIST, CONDA, FIELD(create_default_packages), 0, NULL},
	{"subdir", TEXT, CONDA, FIELD(subdir), 0, NULL},
	{"platform", TEXT, MAMBA, FIELD(subdir), 0, "CONDA_SUBDIR MAMBA_PLATFORM"},
	{"repodata_fns", LIST, CONDA, FIELD(repodata_fns), 0, NULL},
	{"use_only_tar_bz2", BOOL, CONDA, FIELD(use_only_tar_bz2), 0, NULL},
	{"offline", BOOL, BOTH, FIELD(offline), 0, NULL},
	{"repodata_use_shards", BOOL, CONDA, FIELD(use_shards), 0, NULL},
	{"use_sharded_repodata", BOOL, MAMBA, FIELD(use_shards), 0, NULL},
	{"add_pip_as_python_dependency", BOOL, BOTH, FIELD(add_pip_as_python_dependency), 0, NULL},
	{"auto_update_conda self_update", BOOL, CONDA, FIELD(auto_update_conda), 0, NULL},
	{"local_repodata_ttl", TTL, BOTH, FIELD(repodata_ttl), 0, ""},
	{"migrated_channel_aliases", LIST, CONDA, FIELD(migrated_channel_aliases), 0, NULL},
	{"migrated_custom_channels", MAP, CONDA, FIELD(migrated_custom_channels), 0, NULL},
	{"use_local", BOOL, CONDA, FIELD(use_local), 0, NULL},
	{"use_index_cache", BOOL, CONDA, FIELD(use_index_cache), 0, NULL},
	{"ignore_pinned", BOOL, CONDA, FIELD(ignore_pinned), 0, NULL},
	{"force_reinstall force", BOOL, CONDA, FIELD(force_reinstall), 0, NULL},
	{"force_remove", BOOL, CONDA, FIELD(force_remove), 0, NULL},
	{"override_channels_enabled", BOOL, BOTH, FIELD(override_channels_enabled), 0, NULL},
	{"protect_frozen_envs", BOOL, CONDA, FIELD(protect_frozen_envs), 0, NULL},
	{"allow_non_channel_urls", BOOL, CONDA, FIELD(allow_non_channel_urls), 0, NULL},
	{"update_modifier", TEXT, CONDA, FIELD(update_modifier), 0, NULL},
	{"deps_modifier", TEXT, CONDA, FIELD(deps_modifier), 0, NULL},
	{"client_ssl_cert client_cert", TEXT, CONDA, FIELD(client_cert), 0, NULL},
	{"remote_read_timeout_secs", SECONDS, CONDA, FIELD(timeout_s), 0, NULL},
	{"remote_max_retries", COUNT, BOTH, FIELD(retries), 0, NULL},
	{"pkgs_dirs", LIST, BOTH, FIELD(pkgs_dirs), 0, "CONDA_PKGS_DIRS"},
	{"envs_dirs envs_path", LIST, BOTH, FIELD(envs_dirs), ':', "CONDA_ENVS_DIRS CONDA_ENVS_PATH"},
	{"root_prefix root_dir", TEXT, CONDA, FIELD(root_prefix), 0, NULL},
	{"prefix_data_interoperability pip_interop_enabled", BOOL, BOTH, FIELD(prefix_data_interoperability), 0,
	 "CONDA_PREFIX_DATA_INTEROPERABILITY MAMBA_PREFIX_DATA_INTEROPERABILITY"},
	{"allow_uninstall", BOOL, MAMBA, FIELD(allow_uninstall), 0, NULL},
	{"allow_downgrade", BOOL, MAMBA, FIELD(allow_downgrade), 0, NULL},
	{"no_pin", BOOL, MAMBA, FIELD(no_pin), 0, NULL},
	{"no_py_pin", BOOL, MAMBA, FIELD(no_py_pin), 0, NULL},
#undef FIELD
};

enum { N_PARAMETERS = sizeof(parameters) / sizeof(*parameters) };

/* custom_expandvars: a variable that is not set stays as it is written. */
static const char *expand_variables(struct eg_arena *arena, const char *s)
{
	const char *result = "";

	if (!strpbrk(s, "$"))
		return s;
	while (*s) {
		size_t plain = strcspn(s, "$");
		bool braced = s[plain] && s[plain + 1] == '{';
		const char *name = s[plain] ? s + plain + 1 + braced : s + plain;
		size_t n = 0;

		while (isalnum((unsigned char)name[n]) || name[n] == '_')
			n++;
		bool whole = n && (!braced || name[n] == '}');
		const char *value = whole ? getenv(eg_strndup(arena, name, n)) : NULL;
		const char *end = value ? name + n + braced : s[plain] ? s + plain + 1 : s + plain;
		result = eg_strf(arena, "%s%.*s%s", result, value ? (int)plain : (int)(end - s), s, value ? value : "");
		s = end;
	}
	return result;
}

const char *eg_conda_expand(struct eg_arena *arena, const char *s)
{
	return eg_expand_home(arena, expand_variables(arena, s));
}

/* A variable as one more entry of the strongest source: scalars as they are, lists cut at their delimiter. */
static void add_variable(struct eg_run *run, const struct parameter *parameter, const char *value, struct eg_yaml *yaml)
{
	const char delimiters[2] = {parameter->delimiter ? parameter->delimiter : ',', 0};
	struct eg_yaml *entry = &yaml->items[yaml->n];
	size_t n = strcspn(parameter->names, " ");

	if (parameter->kind == MAP)
		return;
	*entry = (struct eg_yaml){.key = eg_strndup(run->arena, parameter->names, n), .text = value, .line = SIZE_MAX};
	yaml->n++;
	if (parameter->kind != LIST)
		return;
	entry->type = EG_YAML_LIST;
	entry->items = EG_ARRAY(run->arena, struct eg_yaml, strlen(value) + 1);
	for (const char *p = value; *p; p += *p == *delimiters) {
		size_t length = strcspn(p, delimiters), skip = strspn(p, " ");
		const char *start = p + (skip < length ? skip : length), *end = p + length;

		while (end > start && end[-1] == ' ')
			end--;
		if (end > start)
			entry->items[entry->n++] = (struct eg_yaml){
				.text = eg_strndup(run->arena, start, (size_t)(end - start)), .line = SIZE_MAX};
		p += length;
	}
}

static const char *first_variable(struct eg_run *run, const char *names)
{
	for (names += strspn(names, " "); *names; names += strspn(names, " ")) {
		size_t n = strcspn(names, " ");
		const char *value = getenv(eg_strndup(run->arena, names, n));

		if (value && *value)
			return value;
		names += n;
	}
	return NULL;
}

static bool is_known(const struct parameter *parameter, bool mamba)
{
	return parameter->reader == BOTH || (parameter->reader == MAMBA) == mamba;
}

static const char *names_of(struct eg_arena *arena, const struct parameter *parameter, bool mamba)
{
	return mamba ? eg_strndup(arena, parameter->names, strcspn(parameter->names, " ")) : parameter->names;
}

/* CONDA_NAME for every name of the parameter, or MAMBA_NAME. */
static const char *variables_of(struct eg_run *run, const struct parameter *parameter, bool mamba)
{
	const char *result = "", *names = names_of(run->arena, parameter, mamba);

	if (mamba && parameter->variables)
		return parameter->variables;
	for (names += strspn(names, " "); *names; names += strspn(names, " ")) {
		size_t n = strcspn(names, " ");
		char *name = eg_strf(run->arena, "%s_%.*s", mamba ? "MAMBA" : "CONDA", (int)n, names);

		for (char *c = name; *c; c++)
			*c = (char)toupper((unsigned char)*c);
		result = eg_strf(run->arena, "%s %s", result, name);
		names += n;
	}
	return result;
}

static void add_environment(struct eg_run *run, bool mamba, struct eg_config_sources *sources)
{
	struct eg_config_source source = {
		.yaml = {.type = EG_YAML_MAP, .items = EG_ARRAY(run->arena, struct eg_yaml, N_PARAMETERS + 2)},
	};

	for (size_t i = 0; i < N_PARAMETERS; i++) {
		bool known = is_known(&parameters[i], mamba);
		const char *value = known ? first_variable(run, variables_of(run, &parameters[i], mamba)) : NULL;

		if (value)
			add_variable(run, &parameters[i], value, &source.yaml);
	}
	/* those that no plain field is made of */
	static const struct parameter others[] = {{.names = "channel_priority", .kind = TEXT},
						  {.names = "ssl_verify verify_ssl", .kind = TEXT}};
	for (size_t i = 0; i < 2; i++) {
		const char *value = first_variable(run, variables_of(run, &others[i], mamba));

		if (value)
			add_variable(run, &others[i], value, &source.yaml);
	}
	eg_vec_push(run->arena, sources, source);
}

static void read_text(struct eg_run *run, const struct eg_config_sources *sources, const struct parameter *parameter,
		      const char *names, void *field)
{
	const char *text = eg_config_text(sources, names);
	int said = text ? eg_bool_word(text) : -1;

	if (!text)
		return;
	if (parameter->kind == BOOL) {
		if (said >= 0)
			*(bool *)field = said;
	} else if (parameter->kind == TEXT) {
		*(const char **)field = expand_variables(run->arena, text);
	} else if (parameter->kind == TTL && said >= 0) {
		*(int *)field = said;
	} else {
		double number = strtod(text, NULL);

		if (number >= 0 && number < 1e9)
			*(int *)field = parameter->kind == SECONDS && number < 1 ? 1 : (int)number;
	}
}

static void read_parameters(struct eg_run *run, const struct eg_config_sources *sources, struct eg_conda_config *config)
{
	for (size_t i = 0; i < N_PARAMETERS; i++) {
		const struct parameter *parameter = &parameters[i];
		const char *names = names_of(run->arena, parameter, config->mamba);
		void *field = (char *)config + parameter->offset;
		struct eg_strs list = {0};
		bool found = false;

		if (!is_known(parameter, config->mamba))
			continue;
		if (parameter->kind == LIST)
			found = eg_config_list(run, sources, names, &list);
		else if (parameter->kind == MAP)
			found = eg_config_map(run, sources, names, &list);
		else
			read_text(run, sources, parameter, names, field);
		for (size_t k = 0; k < list.n; k++)
			list.v[k] = expand_variables(run->arena, list.v[k]);
		if (found)
			*(struct eg_strs *)field = list;
	}
}

static void read_priority(const struct eg_config_sources *sources, struct eg_conda_config *config)
{
	const char *word = eg_config_text(sources, "channel_priority");

	if (!word)
		return;
	if (!strcasecmp(word, "strict"))
		config->priority = EG_PRIORITY_STRICT;
	else if (!strcasecmp(word, "disabled") || eg_bool_word(word) == 0)
		config->priority = EG_PRIORITY_DISABLED;
	else
		config->priority = EG_PRIORITY_FLEXIBLE;
}

static const char *map_value(const struct eg_strs *map, const char *key)
{
	size_t n = strlen(key);

	for (size_t i = 0; i < map->n; i++)
		if (!strncmp(map->v[i], key, n) && map->v[i][n] == '=')
			return map->v[i] + n + 1;
	return NULL;
}

static void read_transport(struct eg_run *run, const struct eg_config_sources *sources, struct eg_conda_config *config)
{
	const char *verify = eg_config_text(sources, "ssl_verify verify_ssl");
	const char *bundle = getenv("REQUESTS_CA_BUNDLE");
	struct eg_strs proxies = {0};

	if (verify && eg_bool_word(verify) >= 0)
		config->ssl_verify = eg_bool_word(verify);
	else if (verify && strcmp(verify, "truststore") && strcmp(verify, "<system>"))
		config->ca_bundle = eg_conda_expand(run->arena, verify);
	else if (verify && !strcmp(verify, "<false>"))
		config->ssl_verify = false;
	if (!config->ca_bundle && bundle && *bundle)
		config->ca_bundle = bundle;
	eg_config_map(run, sources, "proxy_servers", &proxies);
	config->proxy_http = map_value(&proxies, "http");
	config->proxy_https = map_value(&proxies, "https");
	if (config->proxy_http)
		config->proxy_http = expand_variables(run->arena, config->proxy_http);
	if (config->proxy_https)
		config->proxy_https = expand_variables(run->arena, config->proxy_https);
}

/* Where conda is installed. Its own Python is not asked: what an activated shell says, or what lies around the prefix. */
static const char *find_root(struct eg_run *run, const struct eg_conda_config_options *options)
{
	const char *root = getenv("CONDA_ROOT"), *mamba = getenv("MAMBA_ROOT_PREFIX"), *exe = getenv("CONDA_EXE");
	const char *first = options->mamba && mamba && *mamba ? mamba : root;

	if (first && *first)
		return first;
	if (exe && *exe) { /* ROOT/bin/conda */
		const char *parent = eg_path_absolute(run->arena, eg_strf(run->arena, "%s/../..", exe));

		if (eg_is_dir(eg_path_join(run->arena, parent, "conda-meta")))
			return parent;
	}
	const char *envs = options->prefix ? eg_path_absolute(run->arena, eg_strf(run->arena, "%s/..", options->prefix)) : NULL;
	size_t n = envs ? strlen(envs) : 0;
	if (n > 5 && !strcmp(envs + n - 5, "/envs")) {
		const char *parent = eg_strndup(run->arena, envs, n - 5);

		if (eg_is_dir(eg_path_join(run->arena, parent, "conda-meta")))
			return parent;
	}
	return mamba && *mamba ? mamba : NULL;
}

static void expand_paths(struct eg_run *run, struct eg_strs *list, const char *a, const char *b)
{
	const char *const more[] = {a, b};

	for (size_t i = 0; i < list->n; i++)
		list->v[i] = eg_conda_expand(run->arena, list->v[i]);
	for (size_t i = 0; i < 2; i++)
		if (more[i])
			eg_vec_push(run->arena, list, eg_conda_expand(run->arena, more[i]));
}

static void add_places(struct eg_run *run, struct eg_conda_config *config)
{
	const char *root = config->root_prefix;
	bool said = config->pkgs_dirs.n;

	expand_paths(run, &config->pkgs_dirs, root && !said ? eg_path_join(run->arena, root, "pkgs") : NULL,
		     said ? NULL : "~/.conda/pkgs");
	if (config->mamba && !said)
		eg_vec_push(run->arena, &config->pkgs_dirs, eg_conda_expand(run->arena, "~/.mamba/pkgs"));
	expand_paths(run, &config->envs_dirs, root ? eg_path_join(run->arena, root, "envs") : NULL, "~/.conda/envs");
}

/* context.channels: local ones first, then those of the command line, then the configured ones. */
static enum eg_error_kind choose_channels(struct eg_run *run, const struct eg_conda_config_options *options,
					  struct eg_conda_config *config)
{
	static const char *local_name[] = {"local"};
	const struct eg_strs local = {.v = local_name, .n = !options->mamba && (options->use_local || config->use_local)};
	const struct eg_strs *const lists[] = {&local, options->channels,
					       options->override_channels ? NULL : &config->channels};
	struct eg_strs channels = {0};

	if (options->override_channels && !options->mamba && !config->override_channels_enabled)
		return eg_fail(run, EG_USAGE, "--override-channels is disabled by override_channels_enabled");
	for (size_t k = 0; k < sizeof(lists) / sizeof(*lists); k++)
		for (size_t i = 0; lists[k] && i < lists[k]->n; i++) {
			bool known = false;

			for (size_t j = 0; j < channels.n && !known; j++)
				known = !strcmp(channels.v[j], lists[k]->v[i]);
			if (!known)
				eg_vec_push(run->arena, &channels, lists[k]->v[i]);
		}
	if (!channels.n && !options->mamba)
		eg_vec_push(run->arena, &channels, "defaults");
	config->channels = channels;
	return EG_OK;
}

/* context._native_subdir */
static const char *native_subdir(struct eg_run *run)
{
	struct utsname name;

	if (uname(&name) || !strcmp(name.machine, "x86_64"))
		return "linux-64";
	if (strlen(name.machine) == 4 && name.machine[0] == 'i' && !strcmp(name.machine + 2, "86"))
		return "linux-32";
	return eg_strf(run->arena, "linux-%s", name.machine);
}

static struct eg_conda_config defaults(struct eg_run *run, const struct eg_conda_config_options *options)
{
	static const char *const aggressive[] = {"ca-certificates", "certifi", "openssl"};
	static const char *const channels[] = {"https://repo.anaconda.com/pkgs/main", "https://repo.anaconda.com/pkgs/r"};
	struct eg_conda_config config = {
		.mamba = options->mamba,
		.channel_alias = "https://conda.anaconda.org",
		.priority = EG_PRIORITY_FLEXIBLE,
		.subdir = native_subdir(run),
		.use_shards = true,
		.add_pip_as_python_dependency = true,
		.auto_update_conda = true,
		.ssl_verify = true,
		.protect_frozen_envs = true,
		.override_channels_enabled = true,
		.repodata_ttl = 1,
		.timeout_s = 60,
		.retries = 3,
		.allow_uninstall = true,
		.allow_downgrade = true,
		.root_prefix = find_root(run, options),
	};

	for (size_t i = 0; i < sizeof(aggressive) / sizeof(*aggressive); i++)
		eg_vec_push(run->arena, &config.aggressive_update_packages, aggressive[i]);
	for (size_t i = 0; i < sizeof(channels) / sizeof(*channels); i++)
		eg_vec_push(run->arena, &config.default_channels, channels[i]);
	eg_vec_push(run->arena, &config.custom_channels, "pkgs/pro=https://repo.anaconda.com");
	return config;
}

/* validate_channels */
static enum eg_error_kind check_channels(struct eg_run *run, const struct eg_conda_config *config)
{
	struct eg_channel *asked, *allowed, *denied;
	size_t n_asked, n_allowed, n_denied;

	if (!config->allowlist_channels.n && !config->denylist_channels.n)
		return EG_OK;
	eg_conda_channels(run, config, &config->channels, &asked, &n_asked);
	eg_conda_channels(run, config, &config->allowlist_channels, &allowed, &n_allowed);
	eg_conda_channels(run, config, &config->denylist_channels, &denied, &n_denied);
	for (size_t i = 0; i < n_asked; i++) {
		const char *url = eg_conda_url_public(run->arena, asked[i].url);
		bool may = !n_allowed;

		for (size_t k = 0; k < n_allowed; k++)
			may |= !strcmp(url, eg_conda_url_public(run->arena, allowed[k].url));
		for (size_t k = 0; k < n_denied; k++)
			may &= strcmp(url, eg_conda_url_public(run->arena, denied[k].url)) != 0;
		if (!may)
			return eg_fail(run, EG_USAGE, "channel '%s' is not allowed by allowlist_channels or denylist_channels",
				       url);
	}
	return EG_OK;
}

enum eg_error_kind eg_conda_config_read(struct eg_run *run, const struct eg_conda_config_options *options,
					struct eg_conda_config *ret)
{
	struct eg_conda_config config = defaults(run, options);
	struct eg_config_sources sources = {0};
	enum eg_error_kind kind = eg_config_sources_read(run, options, config.root_prefix, &sources);

	if (kind)
		return kind;
	add_environment(run, options->mamba, &sources);
	for (size_t i = 0; i < sources.n; i++)
		if (sources.v[i].path)
			eg_vec_push(run->arena, &config.files, sources.v[i].path);
	read_parameters(run, &sources, &config);
	read_priority(&sources, &config);
	read_transport(run, &sources, &config);
	if (!strstr(config.channel_alias, "://"))
		return eg_fail(run, EG_USAGE, "channel_alias '%s' has no scheme", config.channel_alias);
	add_places(run, &config);
	eg_config_local_channels(run, &sources, &config);
	eg_config_pairs(run, &sources, "channel_settings", "channel", "auth", &config.channel_auth);
	kind = choose_channels(run, options, &config);
	if (!kind)
		kind = check_channels(run, &config);
	if (!kind)
		*ret = config;
	return kind;
}
