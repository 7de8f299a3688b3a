#include "pip_options.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* --python-version: at most three numbers, "37" for 3.7 (_convert_python_version). */
static enum eg_error_kind set_python_version(const struct eg_option_context *context, const char *opt,
					     const char *value, void *values)
{
	int parts = 1;

	for (const char *p = value; *p; p++) {
		bool dot = *p == '.' && p > value && isdigit((unsigned char)p[1]);

		if (!isdigit((unsigned char)*p) && !dot)
			return eg_fail(context->run, EG_USAGE, "invalid %s value '%s': each version part must be an "
				       "integer", opt, value);
		parts += dot;
	}
	if (parts > 3)
		return eg_fail(context->run, EG_USAGE, "invalid %s value '%s': at most three version parts are allowed",
			       opt, value);
	((struct pip_values *)values)->python_version = *value ? value : NULL;
	return EG_OK;
}

static enum eg_error_kind set_no_cache(const struct eg_option_context *context, const char *opt, const char *value,
				       void *values)
{
	/* any boolean word turns the cache off, "false" too: _handle_no_cache_dir */
	if (value && eg_bool_word(value) < 0)
		return eg_fail(context->run, EG_USAGE, "%s error: invalid truth value '%s'", opt, value);
	((struct pip_values *)values)->no_cache = 1;
	return EG_OK;
}

static enum eg_error_kind add_setting(const struct eg_option_context *context, const char *opt, const char *value,
				      void *values)
{
	if (!strchr(value, '='))
		return eg_fail(context->run, EG_USAGE, "arguments to %s must be of the form KEY=VAL", opt);
	eg_vec_push(context->run->arena, &((struct pip_values *)values)->settings, value);
	return EG_OK;
}

static enum eg_error_kind add_group(const struct eg_option_context *context, const char *opt, const char *value,
				    void *values)
{
	(void)opt;
	eg_vec_push(context->run->arena, &((struct pip_values *)values)->groups, value);
	return EG_OK;
}

/* --refresh-package: ":all:", ":none:" and names, later words outrank earlier ones. */
static enum eg_error_kind add_refresh(const struct eg_option_context *context, const char *opt, const char *value,
				      void *values)
{
	struct eg_strs *refresh = &((struct pip_values *)values)->refresh;
	struct eg_format_control names = {0}, nothing = {0};

	if (value[0] == '-')
		return eg_fail(context->run, EG_USAGE, "%s option requires 1 argument", opt);
	for (size_t i = 0; i < refresh->n; i++)
		eg_format_control_add(context->run->arena, refresh->v[i], &names, &nothing);
	eg_format_control_add(context->run->arena, value, &names, &nothing);
	*refresh = names.names;
	if (names.all)
		eg_vec_push(context->run->arena, refresh, ":all:");
	return EG_OK;
}

static bool two_digits(const char **p, int *ret)
{
	const char *s = *p;

	if (!isdigit((unsigned char)s[0]) || !isdigit((unsigned char)s[1]))
		return false;
	*ret = (s[0] - '0') * 10 + s[1] - '0';
	*p += 2;
	return true;
}

/* The end of datetime.fromisoformat: "[T ]HH[:MM[:SS[.ffffff]]][Z|+HH[:MM]]". *ret_offset INT_MIN: no zone. */
static bool parse_time(const char *p, struct tm *t, long *ret_offset, bool *ret_zone)
{
	int *const fields[] = {&t->tm_hour, &t->tm_min, &t->tm_sec};
	int hours, minutes = 0;

	for (size_t i = 0; i < 3 && (i == 0 || *p == ':'); i++) {
		p += i > 0;
		if (!two_digits(&p, fields[i]))
			return false;
	}
	if (*p == '.' || *p == ',')
		p += 1 + strspn(p + 1, "0123456789");
	*ret_zone = *p;
	if (!strcmp(p, "Z") || !*p)
		return true;
	if (*p != '+' && *p != '-')
		return false;
	int sign = *p++ == '-' ? -1 : 1;
	if (!two_digits(&p, &hours))
		return false;
	p += *p == ':';
	if (*p && !two_digits(&p, &minutes))
		return false;
	*ret_offset = sign * (hours * 3600L + minutes * 60L);
	return !*p;
}

/* Seconds since the epoch of an ISO 8601 date or time; one without a zone is local. False: it is none. */
static bool parse_iso(const char *value, time_t *ret)
{
	struct tm t = {.tm_isdst = -1, .tm_mday = 1};
	int century, year;
	const char *p = value;
	long offset = 0;
	bool zone = false;

	if (!two_digits(&p, &century) || !two_digits(&p, &year))
		return false;
	bool dashes = *p == '-';
	p += dashes;
	if (!two_digits(&p, &t.tm_mon) || (dashes && *p++ != '-') || !two_digits(&p, &t.tm_mday))
		return false;
	t.tm_year = century * 100 + year - 1900;
	t.tm_mon--;
	if (*p && !parse_time(p + 1, &t, &offset, &zone))
		return false;
	if (t.tm_mon < 0 || t.tm_mon > 11 || t.tm_mday < 1 || t.tm_mday > 31 || t.tm_hour > 23 || t.tm_min > 59)
		return false;
	*ret = zone ? timegm(&t) - offset : mktime(&t);
	return true;
}

static enum eg_error_kind set_uploaded_prior_to(const struct eg_option_context *context, const char *opt,
						const char *value, void *values)
{
	size_t digits = value[0] == 'P' ? strspn(value + 1, "0123456789") : 0;
	time_t when;
	struct tm utc;

	if (digits && digits < 7 && !strcmp(value + 1 + digits, "D"))
		when = time(NULL) - (time_t)strtol(value + 1, NULL, 10) * 86400;
	else if (!parse_iso(value, &when))
		return eg_fail(context->run, EG_USAGE, "%s error: invalid value '%s': expected an ISO 8601 datetime "
			       "string (e.g., '2023-01-01' or '2023-01-01T00:00:00Z') or a duration in days (e.g., "
			       "'P3D')", opt, value);
	gmtime_r(&when, &utc);
	((struct pip_values *)values)->uploaded_prior_to =
		eg_strf(context->run->arena, "%04d-%02d-%02dT%02d:%02d:%02dZ", utc.tm_year + 1900, utc.tm_mon + 1,
			utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
	return EG_OK;
}

#define AT(field) .offset = offsetof(struct pip_values, field)
#define SINCE(major, minor) .since = eg_release(major, minor)
#define UNTIL(major, minor) .until = eg_release(major, minor)

/* general_group of pip/_internal/cli/cmdoptions.py: before and after the command's name */
static const struct eg_option general[] = {
	{"help", 'h', .kind = EG_OPT_TRUE, AT(help)},
	{"debug", 0, .kind = EG_OPT_NOTHING, SINCE(21, 3)},
	{"isolated", 0, .kind = EG_OPT_TRUE, AT(isolated)},
	{"require-virtualenv", 0, .kind = EG_OPT_TRUE, AT(require_virtualenv)},
	{"require-venv", 0, .kind = EG_OPT_TRUE, AT(require_virtualenv)},
	{"python", 0, .kind = EG_OPT_TEXT, AT(python), SINCE(22, 3)},
	{"verbose", 'v', .kind = EG_OPT_COUNT, AT(verbose)},
	{"version", 'V', .kind = EG_OPT_TRUE, AT(help)},
	{"quiet", 'q', .kind = EG_OPT_COUNT, AT(quiet)},
	{"log", 0, .kind = EG_OPT_SKIP},
	{"log-file", 0, .kind = EG_OPT_SKIP},
	{"local-log", 0, .kind = EG_OPT_SKIP},
	{"no-input", 0, .kind = EG_OPT_TRUE, AT(no_input)},
	{"keyring-provider", 0, .kind = EG_OPT_CHOICE, AT(keyring_provider),
	 .choices = "auto disabled import subprocess", SINCE(23, 1)},
	{"proxy", 0, .kind = EG_OPT_TEXT, AT(proxy)},
	{"no-proxy-env", 0, .kind = EG_OPT_TRUE, AT(no_proxy_env), SINCE(26, 2)},
	{"retries", 0, .kind = EG_OPT_INT, AT(retries)},
	{"resume-retries", 0, .kind = EG_OPT_SKIP, SINCE(25, 1)},
	{"timeout", 0, .kind = EG_OPT_FLOAT, AT(timeout)},
	{"default-timeout", 0, .kind = EG_OPT_FLOAT, AT(timeout)},
	{"exists-action", 0, .kind = EG_OPT_SKIP},
	{"trusted-host", 0, .kind = EG_OPT_LIST, AT(trusted_hosts)},
	{"cert", 0, .kind = EG_OPT_PATH, AT(cert)},
	{"client-cert", 0, .kind = EG_OPT_PATH, AT(client_cert)},
	{"cache-dir", 0, .kind = EG_OPT_SKIP},
	{"no-cache-dir", 0, .kind = EG_OPT_BARE, .call = set_no_cache},
	{"disable-pip-version-check", 0, .kind = EG_OPT_NOTHING},
	{"no-color", 0, .kind = EG_OPT_NOTHING},
	{"no-python-version-warning", 0, .kind = EG_OPT_NOTHING},
	{"use-feature", 0, .kind = EG_OPT_SKIP},
	{"unstable-feature", 0, .kind = EG_OPT_SKIP, UNTIL(21, 0)},
	{"use-deprecated", 0, .kind = EG_OPT_LIST, AT(deprecated_features)},
};

/* pip/_internal/commands/install.py */
static const struct eg_option install[] = {
	{"requirement", 'r', .kind = EG_OPT_LIST, AT(requirements)},
	{"constraint", 'c', .kind = EG_OPT_LIST, AT(constraints)},
	{"build-constraint", 0, .kind = EG_OPT_LIST, AT(build_constraints), SINCE(25, 3)},
	{"requirements-from-script", 0, .kind = EG_OPT_LIST, AT(scripts), SINCE(26, 0)},
	{"no-deps", 0, .kind = EG_OPT_TRUE, AT(no_deps)},
	{"no-dependencies", 0, .kind = EG_OPT_TRUE, AT(no_deps)},
	{"only-deps", 0, .kind = EG_OPT_TRUE, AT(only_deps), SINCE(26, 2)},
	{"only-dependencies", 0, .kind = EG_OPT_TRUE, AT(only_deps), SINCE(26, 2)},
	{"editable", 'e', .kind = EG_OPT_LIST, AT(editables)},
	{"dry-run", 0, .kind = EG_OPT_TRUE, AT(dry_run), SINCE(22, 2)},
	{"target", 't', .kind = EG_OPT_TEXT, AT(target)},
	{"platform", 0, .kind = EG_OPT_LIST, AT(platforms)},
	{"python-version", 0, .kind = EG_OPT_CALL, .call = set_python_version},
	{"implementation", 0, .kind = EG_OPT_TEXT, AT(implementation)},
	{"abi", 0, .kind = EG_OPT_LIST, AT(abis)},
	{"user", 0, .kind = EG_OPT_TRUE, AT(user)},
	{"no-user", 0, .kind = EG_OPT_FALSE, AT(user)},
	{"root", 0, .kind = EG_OPT_TEXT, AT(root)},
	{"prefix", 0, .kind = EG_OPT_TEXT, AT(prefix)},
	{"build", 'b', .kind = EG_OPT_SKIP, UNTIL(21, 3)},
	{"build-dir", 0, .kind = EG_OPT_SKIP, UNTIL(21, 3)},
	{"src", 0, .kind = EG_OPT_SKIP},
	{"source", 0, .kind = EG_OPT_SKIP},
	{"source-dir", 0, .kind = EG_OPT_SKIP},
	{"source-directory", 0, .kind = EG_OPT_SKIP},
	{"upgrade", 'U', .kind = EG_OPT_TRUE, AT(upgrade)},
	{"upgrade-strategy", 0, .kind = EG_OPT_CHOICE, AT(upgrade_strategy), .choices = "only-if-needed eager"},
	{"force-reinstall", 0, .kind = EG_OPT_TRUE, AT(force_reinstall)},
	{"ignore-installed", 'I', .kind = EG_OPT_TRUE, AT(ignore_installed)},
	{"ignore-requires-python", 0, .kind = EG_OPT_TRUE, AT(ignore_requires_python)},
	{"no-build-isolation", 0, .kind = EG_OPT_FALSE, AT(build_isolation)},
	{"use-pep517", 0, .kind = EG_OPT_NOTHING},
	{"no-use-pep517", 0, .kind = EG_OPT_NOTHING, UNTIL(25, 3)},
	{"check-build-dependencies", 0, .kind = EG_OPT_TRUE, AT(check_build_dependencies), SINCE(22, 1)},
	{"break-system-packages", 0, .kind = EG_OPT_TRUE, AT(break_system_packages), SINCE(23, 0)},
	{"config-settings", 'C', .kind = EG_OPT_CALL, .call = add_setting, SINCE(22, 1)},
	{"install-option", 0, .kind = EG_OPT_SKIP, UNTIL(23, 1)},
	{"global-option", 0, .kind = EG_OPT_SKIP, UNTIL(25, 3)},
	{"compile", 0, .kind = EG_OPT_NOTHING},
	{"no-compile", 0, .kind = EG_OPT_NOTHING},
	{"no-warn-script-location", 0, .kind = EG_OPT_NOTHING},
	{"no-warn-conflicts", 0, .kind = EG_OPT_NOTHING},
	{"require-hashes", 0, .kind = EG_OPT_TRUE, AT(require_hashes)},
	{"no-require-hashes", 0, .kind = EG_OPT_TRUE, AT(no_require_hashes), SINCE(26, 2)},
	{"progress-bar", 0, .kind = EG_OPT_SKIP},
	{"root-user-action", 0, .kind = EG_OPT_SKIP, SINCE(22, 2)},
	{"report", 0, .kind = EG_OPT_TEXT, AT(report), SINCE(22, 2)},
	{"group", 0, .kind = EG_OPT_CALL, .call = add_group, SINCE(25, 1)},
	{"no-clean", 0, .kind = EG_OPT_NOTHING},
	{"index-url", 'i', .kind = EG_OPT_TEXT, AT(index_url)},
	{"pypi-url", 0, .kind = EG_OPT_TEXT, AT(index_url)},
	{"extra-index-url", 0, .kind = EG_OPT_LIST, AT(extra_index_urls)},
	{"no-index", 0, .kind = EG_OPT_TRUE, AT(no_index)},
	{"refresh-package", 0, .kind = EG_OPT_CALL, .call = add_refresh, SINCE(26, 2)},
	{"find-links", 'f', .kind = EG_OPT_LIST, AT(find_links)},
	{"uploaded-prior-to", 0, .kind = EG_OPT_CALL, .call = set_uploaded_prior_to, SINCE(26, 0)},
	{"pre", 0, .kind = EG_OPT_TRUE, AT(pre)},
	{"all-releases", 0, .kind = EG_OPT_CALL, .call = eg_pip_all_releases, SINCE(26, 0)},
	{"only-final", 0, .kind = EG_OPT_CALL, .call = eg_pip_only_final, SINCE(26, 0)},
	{"no-binary", 0, .kind = EG_OPT_CALL, .call = eg_pip_no_binary},
	{"only-binary", 0, .kind = EG_OPT_CALL, .call = eg_pip_only_binary},
	{"prefer-binary", 0, .kind = EG_OPT_TRUE, AT(prefer_binary)},
};

/* pip/_internal/commands/uninstall.py */
static const struct eg_option uninstall[] = {
	{"requirement", 'r', .kind = EG_OPT_LIST, AT(requirements)},
	{"yes", 'y', .kind = EG_OPT_NOTHING},
	{"root-user-action", 0, .kind = EG_OPT_SKIP, SINCE(22, 2)},
	{"break-system-packages", 0, .kind = EG_OPT_TRUE, AT(break_system_packages), SINCE(23, 0)},
};

#define LENGTH(array) (sizeof(array) / sizeof(*(array)))

struct pip_values pip_values_default(struct eg_pip_request *request)
{
	return (struct pip_values){
		.head.request = request,
		.keyring_provider = "auto",
		.retries = -1,
		.timeout = -1,
		.user = -1,
		.build_isolation = 1,
		.upgrade_strategy = "only-if-needed",
	};
}

struct eg_option_table pip_option_table(struct eg_arena *arena, const char *command, int release)
{
	const struct eg_option *own = install;
	size_t n = LENGTH(install);

	if (!command) {
		n = 0;
	} else if (!strcmp(command, "uninstall")) {
		own = uninstall;
		n = LENGTH(uninstall);
	}
	struct eg_option *all = EG_ARRAY(arena, struct eg_option, LENGTH(general) + n);
	memcpy(all, general, sizeof(general));
	if (n)
		memcpy(all + LENGTH(general), own, n * sizeof(*own));
	return (struct eg_option_table){
		.v = all, .n = LENGTH(general) + n, .release = release, .interspersed = command != NULL,
	};
}
