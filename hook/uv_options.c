#include "uv_options.h"

#include <ctype.h>
#include <stdlib.h>
#include <time.h>

#include "python/page.h"

/* --pre: --prerelease allow */
static enum eg_error_kind set_pre(const struct eg_option_context *context, const char *opt, const char *value, void *values)
{
	(void)context;
	(void)opt;
	(void)value;
	((struct uv_values *)values)->prerelease = "allow";
	return EG_OK;
}

static enum eg_error_kind set_not_modelled(const struct eg_option_context *context, const char *opt, const char *value,
					   void *values)
{
	(void)value;
	((struct uv_values *)values)->not_modelled = eg_strdup(context->run->arena, opt);
	return EG_OK;
}

static enum eg_error_kind set_no_build(const struct eg_option_context *context, const char *opt, const char *value,
				       void *values)
{
	(void)value;
	return eg_pip_only_binary(context, opt, ":all:", values);
}

#define AT(field) .offset = offsetof(struct uv_values, field)
#define STRATEGIES "first-index unsafe-first-match unsafe-best-match"

/* GlobalArgs, CacheArgs: before and after the command's name */
static const struct eg_option general[] = {
	{"help", 'h', .kind = EG_OPT_TRUE, AT(help)},
	{"version", 'V', .kind = EG_OPT_TRUE, AT(help)},
	{"quiet", 'q', .kind = EG_OPT_COUNT, AT(quiet)},
	{"verbose", 'v', .kind = EG_OPT_COUNT, AT(verbose)},
	{"color", 0, .kind = EG_OPT_SKIP},
	{"native-tls", 0, .kind = EG_OPT_NOTHING},
	{"system-certs", 0, .kind = EG_OPT_NOTHING},
	{"offline", 0, .kind = EG_OPT_TRUE, AT(offline)},
	{"allow-insecure-host", 0, .kind = EG_OPT_LIST, AT(insecure_hosts)},
	{"no-progress", 0, .kind = EG_OPT_NOTHING},
	{"preview", 0, .kind = EG_OPT_NOTHING},
	{"no-preview", 0, .kind = EG_OPT_NOTHING},
	{"preview-features", 0, .kind = EG_OPT_SKIP},
	{"directory", 0, .kind = EG_OPT_TEXT, AT(directory)},
	{"project", 0, .kind = EG_OPT_TEXT, AT(project)},
	{"config-file", 0, .kind = EG_OPT_TEXT, AT(config_file)},
	{"no-config", 0, .kind = EG_OPT_TRUE, AT(no_config)},
	{"no-cache", 'n', .kind = EG_OPT_TRUE, AT(no_cache)},
	{"no-cache-dir", 0, .kind = EG_OPT_TRUE, AT(no_cache)},
	{"cache-dir", 0, .kind = EG_OPT_SKIP},
	{"managed-python", 0, .kind = EG_OPT_NOTHING},
	{"no-managed-python", 0, .kind = EG_OPT_NOTHING},
	{"no-python-downloads", 0, .kind = EG_OPT_NOTHING},
	{"python-preference", 0, .kind = EG_OPT_SKIP},
};

/* where the environment is, and what is common to changing it */
static const struct eg_option place[] = {
	{"python", 'p', .kind = EG_OPT_TEXT, AT(python)},
	{"system", 0, .kind = EG_OPT_TRUE, AT(system)},
	{"no-system", 0, .kind = EG_OPT_FALSE, AT(system)},
	{"break-system-packages", 0, .kind = EG_OPT_TRUE, AT(break_system_packages)},
	{"no-break-system-packages", 0, .kind = EG_OPT_FALSE, AT(break_system_packages)},
	{"target", 't', .kind = EG_OPT_TEXT, AT(target)},
	{"prefix", 0, .kind = EG_OPT_TEXT, AT(prefix)},
	{"dry-run", 0, .kind = EG_OPT_TRUE, AT(dry_run)},
	{"keyring-provider", 0, .kind = EG_OPT_CHOICE, AT(keyring_provider), .choices = "disabled subprocess"},
	{"cert", 0, .kind = EG_OPT_PATH, AT(cert)},
	{"output-format", 0, .kind = EG_OPT_SKIP},
	{"check", 0, .kind = EG_OPT_NOTHING},
	{"disable-pip-version-check", 0, .kind = EG_OPT_NOTHING},
	{"user", 0, .kind = EG_OPT_NOTHING},
};

/* ResolverInstallerArgs, IndexArgs, RefreshArgs, and extras */
static const struct eg_option resolver[] = {
	{"no-editable", 0, .kind = EG_OPT_NOTHING},
	{"no-editable-package", 0, .kind = EG_OPT_SKIP},
	{"extra", 0, .kind = EG_OPT_LIST, AT(extras)},
	{"all-extras", 0, .kind = EG_OPT_TRUE, AT(all_extras)},
	{"no-all-extras", 0, .kind = EG_OPT_FALSE, AT(all_extras)},
	{"require-build-hashes", 0, .kind = EG_OPT_NOTHING},
	{"index", 0, .kind = EG_OPT_LIST, AT(indexes)},
	{"default-index", 0, .kind = EG_OPT_TEXT, AT(default_index)},
	{"index-url", 'i', .kind = EG_OPT_TEXT, AT(index_url)},
	{"extra-index-url", 0, .kind = EG_OPT_LIST, AT(extra_index_urls)},
	{"find-links", 'f', .kind = EG_OPT_LIST, AT(find_links)},
	{"no-index", 0, .kind = EG_OPT_TRUE, AT(no_index)},
	{"index-strategy", 0, .kind = EG_OPT_CHOICE, AT(index_strategy), .choices = STRATEGIES},
	{"upgrade", 'U', .kind = EG_OPT_TRUE, AT(upgrade)},
	{"no-upgrade", 0, .kind = EG_OPT_FALSE, AT(upgrade)},
	{"upgrade-package", 'P', .kind = EG_OPT_LIST, AT(upgrade_packages)},
	{"upgrade-group", 0, .kind = EG_OPT_CALL, .call = set_not_modelled},
	{"resolution", 0, .kind = EG_OPT_CHOICE, AT(resolution), .choices = "highest lowest lowest-direct"},
	{"prerelease", 0, .kind = EG_OPT_CHOICE, AT(prerelease),
	 .choices = "disallow allow if-necessary explicit if-necessary-or-explicit"},
	{"prerelease-package", 0, .kind = EG_OPT_CALL, .call = set_not_modelled},
	{"fork-strategy", 0, .kind = EG_OPT_SKIP},
	{"exclude-newer", 0, .kind = EG_OPT_TEXT, AT(exclude_newer)},
	{"exclude-newer-package", 0, .kind = EG_OPT_CALL, .call = set_not_modelled},
	{"no-sources", 0, .kind = EG_OPT_NOTHING},
	{"no-sources-package", 0, .kind = EG_OPT_SKIP},
	{"reinstall", 0, .kind = EG_OPT_TRUE, AT(reinstall)},
	{"force-reinstall", 0, .kind = EG_OPT_TRUE, AT(reinstall)},
	{"no-reinstall", 0, .kind = EG_OPT_FALSE, AT(reinstall)},
	{"reinstall-package", 0, .kind = EG_OPT_LIST, AT(reinstall_packages)},
	{"link-mode", 0, .kind = EG_OPT_SKIP},
	{"compile-bytecode", 0, .kind = EG_OPT_NOTHING},
	{"compile", 0, .kind = EG_OPT_NOTHING},
	{"no-compile-bytecode", 0, .kind = EG_OPT_NOTHING},
	{"no-compile", 0, .kind = EG_OPT_NOTHING},
	{"config-setting", 'C', .kind = EG_OPT_SKIP},
	{"config-settings", 0, .kind = EG_OPT_SKIP},
	{"config-settings-package", 0, .kind = EG_OPT_SKIP},
	{"no-build-isolation", 0, .kind = EG_OPT_NOTHING},
	{"build-isolation", 0, .kind = EG_OPT_NOTHING},
	{"no-build-isolation-package", 0, .kind = EG_OPT_SKIP},
	{"refresh", 0, .kind = EG_OPT_TRUE, AT(refresh)},
	{"no-refresh", 0, .kind = EG_OPT_FALSE, AT(refresh)},
	{"refresh-package", 0, .kind = EG_OPT_SKIP},
};

/* PipInstallArgs, PipSyncArgs */
static const struct eg_option install[] = {
	{"requirements", 'r', .kind = EG_OPT_LIST, AT(requirements)},
	{"requirement", 0, .kind = EG_OPT_LIST, AT(requirements)},
	{"editable", 'e', .kind = EG_OPT_LIST, AT(editables)},
	{"constraints", 'c', .kind = EG_OPT_LIST, AT(constraints)},
	{"constraint", 0, .kind = EG_OPT_LIST, AT(constraints)},
	{"overrides", 0, .kind = EG_OPT_LIST, AT(overrides)},
	{"override", 0, .kind = EG_OPT_LIST, AT(overrides)},
	{"excludes", 0, .kind = EG_OPT_LIST, AT(excludes)},
	{"exclude", 0, .kind = EG_OPT_LIST, AT(excludes)},
	{"build-constraints", 'b', .kind = EG_OPT_SKIP},
	{"build-constraint", 0, .kind = EG_OPT_SKIP},
	{"group", 0, .kind = EG_OPT_LIST, AT(groups)},
	{"no-deps", 0, .kind = EG_OPT_TRUE, AT(no_deps)},
	{"deps", 0, .kind = EG_OPT_FALSE, AT(no_deps)},
	{"require-hashes", 0, .kind = EG_OPT_TRUE, AT(require_hashes)},
	{"no-require-hashes", 0, .kind = EG_OPT_FALSE, AT(require_hashes)},
	{"verify-hashes", 0, .kind = EG_OPT_NOTHING},
	{"no-verify-hashes", 0, .kind = EG_OPT_NOTHING},
	{"no-build", 0, .kind = EG_OPT_BARE, .call = set_no_build},
	{"build", 0, .kind = EG_OPT_NOTHING},
	{"no-binary", 0, .kind = EG_OPT_CALL, .call = eg_pip_no_binary},
	{"only-binary", 0, .kind = EG_OPT_CALL, .call = eg_pip_only_binary},
	{"python-version", 0, .kind = EG_OPT_TEXT, AT(python_version)},
	{"python-platform", 0, .kind = EG_OPT_TEXT, AT(python_platform)},
	{"exact", 0, .kind = EG_OPT_TRUE, AT(exact)},
	{"inexact", 0, .kind = EG_OPT_FALSE, AT(exact)},
	{"strict", 0, .kind = EG_OPT_NOTHING},
	{"no-strict", 0, .kind = EG_OPT_NOTHING},
	{"torch-backend", 0, .kind = EG_OPT_TEXT, AT(torch_backend)},
	{"pre", 0, .kind = EG_OPT_BARE, .call = set_pre},
	{"allow-empty-requirements", 0, .kind = EG_OPT_TRUE, AT(allow_empty)},
};

/* SyncArgs, RunArgs, AddArgs, RemoveArgs */
static const struct eg_option project[] = {
	{"python", 'p', .kind = EG_OPT_TEXT, AT(python)},
	{"dry-run", 0, .kind = EG_OPT_TRUE, AT(dry_run)},
	{"no-extra", 0, .kind = EG_OPT_LIST, AT(no_extras)},
	{"dev", 0, .kind = EG_OPT_TRUE, AT(dev)},
	{"optional", 0, .kind = EG_OPT_TEXT, AT(optional)},
	{"requirements", 'r', .kind = EG_OPT_LIST, AT(requirements)},
	{"constraints", 'c', .kind = EG_OPT_LIST, AT(constraints)},
	{"bounds", 0, .kind = EG_OPT_SKIP},
	{"raw", 0, .kind = EG_OPT_NOTHING},
	{"no-dev", 0, .kind = EG_OPT_TRUE, AT(no_dev)},
	{"only-dev", 0, .kind = EG_OPT_TRUE, AT(only_dev)},
	{"group", 0, .kind = EG_OPT_LIST, AT(groups)},
	{"no-group", 0, .kind = EG_OPT_LIST, AT(no_groups)},
	{"no-default-groups", 0, .kind = EG_OPT_TRUE, AT(no_default_groups)},
	{"only-group", 0, .kind = EG_OPT_LIST, AT(only_groups)},
	{"all-groups", 0, .kind = EG_OPT_TRUE, AT(all_groups)},
	{"no-editable", 0, .kind = EG_OPT_NOTHING},
	{"no-editable-package", 0, .kind = EG_OPT_SKIP},
	{"inexact", 0, .kind = EG_OPT_TRUE, AT(inexact)},
	{"no-exact", 0, .kind = EG_OPT_TRUE, AT(inexact)},
	{"exact", 0, .kind = EG_OPT_TRUE, AT(exact)},
	{"active", 0, .kind = EG_OPT_TRUE, AT(active)},
	{"no-active", 0, .kind = EG_OPT_FALSE, AT(active)},
	{"no-install-project", 0, .kind = EG_OPT_TRUE, AT(no_install_project)},
	{"no-install-workspace", 0, .kind = EG_OPT_TRUE, AT(no_install_project)},
	{"no-install-local", 0, .kind = EG_OPT_TRUE, AT(no_install_project)},
	{"no-install-package", 0, .kind = EG_OPT_LIST, AT(skipped_packages)},
	{"locked", 0, .kind = EG_OPT_TRUE, AT(locked)},
	{"frozen", 0, .kind = EG_OPT_TRUE, AT(frozen)},
	{"all-packages", 0, .kind = EG_OPT_TRUE, AT(all_packages)},
	{"package", 0, .kind = EG_OPT_TEXT, AT(package)},
	{"python-platform", 0, .kind = EG_OPT_TEXT, AT(python_platform)},
	{"check", 0, .kind = EG_OPT_NOTHING},
	{"output-format", 0, .kind = EG_OPT_SKIP},
	{"keyring-provider", 0, .kind = EG_OPT_CHOICE, AT(keyring_provider), .choices = "disabled subprocess"},
	{"no-build", 0, .kind = EG_OPT_NOTHING},
	{"no-build-package", 0, .kind = EG_OPT_SKIP},
	{"no-binary", 0, .kind = EG_OPT_NOTHING},
	{"no-binary-package", 0, .kind = EG_OPT_SKIP},
	{"no-sync", 0, .kind = EG_OPT_TRUE, AT(no_sync)},
};

/* SyncArgs, AddArgs, RemoveArgs */
static const struct eg_option project_change[] = {
	{"script", 0, .kind = EG_OPT_TEXT, AT(script)},
	{"editable", 0, .kind = EG_OPT_CALL, .call = set_not_modelled},
	{"marker", 0, .kind = EG_OPT_CALL, .call = set_not_modelled},
	{"rev", 0, .kind = EG_OPT_CALL, .call = set_not_modelled},
	{"tag", 0, .kind = EG_OPT_CALL, .call = set_not_modelled},
	{"branch", 0, .kind = EG_OPT_CALL, .call = set_not_modelled},
	{"lfs", 0, .kind = EG_OPT_NOTHING},
	{"workspace", 0, .kind = EG_OPT_NOTHING},
	{"no-workspace", 0, .kind = EG_OPT_NOTHING},
};

/* RunArgs */
static const struct eg_option project_run[] = {
	{"script", 's', .kind = EG_OPT_TRUE, AT(isolated)},
	{"gui-script", 0, .kind = EG_OPT_TRUE, AT(isolated)},
	{"module", 'm', .kind = EG_OPT_NOTHING},
	{"env-file", 0, .kind = EG_OPT_SKIP},
	{"no-env-file", 0, .kind = EG_OPT_NOTHING},
	{"with", 'w', .kind = EG_OPT_SKIP},
	{"with-editable", 0, .kind = EG_OPT_SKIP},
	{"with-requirements", 0, .kind = EG_OPT_SKIP},
	{"isolated", 0, .kind = EG_OPT_TRUE, AT(isolated)},
	{"no-project", 0, .kind = EG_OPT_TRUE, AT(no_project)},
};

static const struct eg_option uninstall[] = {
	{"requirements", 'r', .kind = EG_OPT_LIST, AT(requirements)},
	{"requirement", 0, .kind = EG_OPT_LIST, AT(requirements)},
	{"yes", 'y', .kind = EG_OPT_NOTHING},
};

#define LENGTH(array) (sizeof(array) / sizeof(*(array)))

struct eg_option_table uv_option_table(struct eg_arena *arena, enum uv_table which)
{
	static const struct {
		const struct eg_option *v;
		size_t n;
	} parts[][3] = {
		[UV_GENERAL] = {{0}},
		[UV_INSTALL] = {{place, LENGTH(place)}, {resolver, LENGTH(resolver)}, {install, LENGTH(install)}},
		[UV_UNINSTALL] = {{place, LENGTH(place)}, {uninstall, LENGTH(uninstall)}},
		[UV_PROJECT] = {{project, LENGTH(project)}, {project_change, LENGTH(project_change)}, {resolver, LENGTH(resolver)}},
		[UV_RUN] = {{project, LENGTH(project)}, {project_run, LENGTH(project_run)}, {resolver, LENGTH(resolver)}},
	};
	size_t n = LENGTH(general), room = n;

	for (size_t i = 0; i < 3; i++)
		room += parts[which][i].n;
	struct eg_option *all = EG_ARRAY(arena, struct eg_option, room);
	memcpy(all, general, sizeof(general));
	for (size_t i = 0; i < 3; i++) {
		if (parts[which][i].n)
			memcpy(all + n, parts[which][i].v, parts[which][i].n * sizeof(*all));
		n += parts[which][i].n;
	}
	return (struct eg_option_table){.v = all, .n = n, .interspersed = which != UV_GENERAL};
}

struct uv_values uv_values_default(struct eg_uv_request *request)
{
	return (struct uv_values){.head.request = &request->pip};
}

/* ---- variables ---- */

struct variable {
	const char *name;
	size_t offset;
	enum { TEXT, WORDS, FLAG } kind;
};

static const struct variable variables[] = {
	{"UV_PYTHON", offsetof(struct uv_values, python), TEXT},
	{"UV_SYSTEM_PYTHON", offsetof(struct uv_values, system), FLAG},
	{"UV_BREAK_SYSTEM_PACKAGES", offsetof(struct uv_values, break_system_packages), FLAG},
	{"UV_CONSTRAINT", offsetof(struct uv_values, constraints), WORDS},
	{"UV_OVERRIDE", offsetof(struct uv_values, overrides), WORDS},
	{"UV_EXCLUDE", offsetof(struct uv_values, excludes), WORDS},
	{"UV_INDEX", offsetof(struct uv_values, indexes), WORDS},
	{"UV_DEFAULT_INDEX", offsetof(struct uv_values, default_index), TEXT},
	{"UV_INDEX_URL", offsetof(struct uv_values, index_url), TEXT},
	{"UV_EXTRA_INDEX_URL", offsetof(struct uv_values, extra_index_urls), WORDS},
	{"UV_FIND_LINKS", offsetof(struct uv_values, find_links), WORDS},
	{"UV_INDEX_STRATEGY", offsetof(struct uv_values, index_strategy), TEXT},
	{"UV_TORCH_BACKEND", offsetof(struct uv_values, torch_backend), TEXT},
	{"UV_RESOLUTION", offsetof(struct uv_values, resolution), TEXT},
	{"UV_PRERELEASE", offsetof(struct uv_values, prerelease), TEXT},
	{"UV_EXCLUDE_NEWER", offsetof(struct uv_values, exclude_newer), TEXT},
	{"UV_NO_BUILD", offsetof(struct uv_values, no_build), FLAG},
	{"UV_NO_BUILD_PACKAGE", offsetof(struct uv_values, no_build_packages), WORDS},
	{"UV_NO_BINARY", offsetof(struct uv_values, no_binary), FLAG},
	{"UV_NO_BINARY_PACKAGE", offsetof(struct uv_values, no_binary_packages), WORDS},
	{"UV_REQUIRE_HASHES", offsetof(struct uv_values, require_hashes), FLAG},
	{"UV_KEYRING_PROVIDER", offsetof(struct uv_values, keyring_provider), TEXT},
	{"UV_INSECURE_HOST", offsetof(struct uv_values, insecure_hosts), WORDS},
	{"UV_NO_CACHE", offsetof(struct uv_values, no_cache), FLAG},
	{"UV_OFFLINE", offsetof(struct uv_values, offline), FLAG},
	{"UV_NO_CONFIG", offsetof(struct uv_values, no_config), FLAG},
	{"UV_CONFIG_FILE", offsetof(struct uv_values, config_file), TEXT},
	{"UV_PROJECT", offsetof(struct uv_values, project), TEXT},
	{"UV_FROZEN", offsetof(struct uv_values, frozen), FLAG},
	{"UV_LOCKED", offsetof(struct uv_values, locked), FLAG},
	{"UV_NO_SYNC", offsetof(struct uv_values, no_sync), FLAG},
	{"UV_ISOLATED", offsetof(struct uv_values, isolated), FLAG},
	{"UV_NO_PROJECT", offsetof(struct uv_values, no_project), FLAG},
	{"UV_NO_DEV", offsetof(struct uv_values, no_dev), FLAG},
	{"UV_NO_GROUP", offsetof(struct uv_values, no_groups), WORDS},
	{"UV_NO_DEFAULT_GROUPS", offsetof(struct uv_values, no_default_groups), FLAG},
	{"UV_NO_INSTALL_PROJECT", offsetof(struct uv_values, no_install_project), FLAG},
	{"UV_NO_INSTALL_WORKSPACE", offsetof(struct uv_values, no_install_project), FLAG},
	{"UV_NO_INSTALL_LOCAL", offsetof(struct uv_values, no_install_project), FLAG},
	{"UV_WORKING_DIR", offsetof(struct uv_values, directory), TEXT},
	{"SSL_CERT_FILE", offsetof(struct uv_values, cert), TEXT},
};

static void add_words(struct eg_arena *arena, const char *text, struct eg_strs *ret)
{
	while (*text) {
		size_t n = strcspn(text, " ,");

		if (n)
			eg_vec_push(arena, ret, eg_strndup(arena, text, n));
		text += n + (text[n] != 0);
	}
}

enum eg_error_kind uv_read_variables(struct eg_run *run, struct uv_values *values)
{
	for (size_t i = 0; i < LENGTH(variables); i++) {
		const char *value = getenv(variables[i].name);
		void *field = (char *)values + variables[i].offset;

		if (!value || !*value)
			continue;
		switch (variables[i].kind) {
		case TEXT:
			if (!*(const char **)field)
				*(const char **)field = value;
			break;
		case WORDS:
			if (!((struct eg_strs *)field)->n)
				add_words(run->arena, value, field);
			break;
		case FLAG:
			if (eg_bool_word(value) < 0)
				return eg_fail(run, EG_USAGE, "%s wants a truth value, not '%s'", variables[i].name, value);
			*(int *)field |= eg_bool_word(value);
			break;
		}
	}
	return EG_OK;
}

/* ---- times ---- */

static char *iso(struct eg_arena *arena, time_t when)
{
	struct tm utc;

	gmtime_r(&when, &utc);
	return eg_strf(arena, "%04d-%02d-%02dT%02d:%02d:%02dZ", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
		       utc.tm_hour, utc.tm_min, utc.tm_sec);
}

/* "3 days", "2 weeks ago", "24h", "P3D": seconds; -1: no duration */
static int64_t duration(const char *text)
{
	static const struct {
		const char *unit;
		int64_t seconds;
	} units[] = {{"week", 604800}, {"day", 86400}, {"hour", 3600}, {"minute", 60}, {"w", 604800},
		     {"d", 86400},     {"h", 3600},    {"W", 604800},  {"D", 86400}};
	char *end;

	text += *text == 'P';
	long n = strtol(text, &end, 10);
	if (end == text || n < 0 || n > 1000000)
		return -1;
	end += strspn(end, " ");
	for (size_t i = 0; i < LENGTH(units); i++)
		if (!strncmp(end, units[i].unit, strlen(units[i].unit)))
			return n * units[i].seconds;
	return -1;
}

char *uv_time(struct eg_arena *arena, const char *text)
{
	struct tm day = {.tm_isdst = -1};
	const char *end = strptime(text, "%Y-%m-%d", &day);

	if (end && !*end) { /* a day counts to its end, in local time */
		day.tm_mday++;
		return iso(arena, mktime(&day));
	}
	if (end && eg_iso_time(text) >= 0)
		return eg_strdup(arena, text);
	int64_t seconds = duration(text);
	return seconds < 0 ? NULL : iso(arena, time(NULL) - (time_t)seconds);
}
