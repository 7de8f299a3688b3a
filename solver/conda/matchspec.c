#include "matchspec.h"

#include <ctype.h>
#include <regex.h>

static bool match_regex(struct eg_arena *arena, const char *pattern, const char *s);

static bool is_regex(const char *s)
{
	size_t n = strlen(s);

	return n > 1 && *s == '^' && s[n - 1] == '$';
}

/* "^(?=A)(?:B)$", which merging makes: A at the beginning, and B as a whole. */
static bool match_both(struct eg_arena *arena, const char *pattern, const char *s)
{
	const char *second = strstr(pattern, ")(?:");
	size_t n = strlen(second + 4) - 2;

	return match_regex(arena, eg_strf(arena, "^(%.*s)", (int)(second - pattern) - 4, pattern + 4), s) &&
	       match_regex(arena, eg_strf(arena, "^(%.*s)$", (int)n, second + 4), s);
}

static bool match_regex(struct eg_arena *arena, const char *pattern, const char *s)
{
	regex_t regex;

	if (!strncmp(pattern, "^(?=", 4) && strstr(pattern, ")(?:"))
		return match_both(arena, pattern, s);

	if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB))
		return false;
	bool matches = !regexec(&regex, s, 0, NULL, 0);
	regfree(&regex);
	return matches;
}

/* "*" stands for anything, all else for itself. */
static bool match_glob(const char *glob, const char *s)
{
	const char *star = NULL, *retry = NULL;

	for (;;) {
		if (*glob == '*') {
			star = ++glob;
			retry = s;
		} else if (*glob == *s) {
			if (!*s)
				return true;
			glob++;
			s++;
		} else if (star && *retry) {
			glob = star;
			s = ++retry;
		} else {
			return false;
		}
	}
}

bool eg_matchspec_match_text(struct eg_arena *arena, const char *wanted, const char *s)
{
	if (!s)
		s = "";
	return is_regex(wanted) ? match_regex(arena, wanted, s) : match_glob(wanted, s);
}

static bool match_exact(const char *wanted, const char *s)
{
	return !wanted || (s && !strcmp(wanted, s));
}

static bool match_features(const char *wanted, const struct eg_strs *features)
{
	for (size_t i = 0; i < features->n; i++)
		if (!strcmp(features->v[i], wanted))
			return true;
	return false;
}

/* "3", ">=3" (BuildNumberMatch). */
static bool match_number(struct eg_arena *arena, const char *wanted, int64_t number)
{
	const char *why, *text = eg_strf(arena, "%lld", (long long)number);
	const struct eg_conda_spec *spec = eg_conda_spec_parse(arena, wanted, &why);

	return spec && eg_conda_spec_match(arena, spec, text);
}

bool eg_matchspec_match(struct eg_arena *arena, const struct eg_matchspec *spec, const struct eg_conda_record *record)
{
	if (!eg_matchspec_match_text(arena, spec->name, record->name))
		return false;
	if (spec->build && !eg_matchspec_match_text(arena, spec->build, record->build))
		return false;
	if (spec->channel && !eg_matchspec_match_text(arena, spec->channel, record->channel))
		return false;
	if (!match_exact(spec->subdir, record->subdir) || !match_exact(spec->md5, record->md5) ||
	    !match_exact(spec->sha256, record->sha256) || !match_exact(spec->fn, record->fn) ||
	    !match_exact(spec->url, record->url))
		return false;
	if (spec->track_features && !match_features(spec->track_features, &record->track_features))
		return false;
	if (spec->build_number && !match_number(arena, spec->build_number, record->build_number))
		return false;
	return !spec->version || eg_conda_spec_match(arena, spec->version, record->version);
}

struct eg_matchspec eg_matchspec_of(struct eg_run *run, const struct eg_conda_record *record)
{
	const char *why;
	const char *version = eg_strf(run->arena, "==%s", record->version);

	return (struct eg_matchspec){
		.text = record->name,
		.name = record->name,
		.channel = record->channel,
		.subdir = record->subdir,
		.version = eg_conda_spec_parse(run->arena, version, &why),
		.build = record->build,
	};
}

static size_t n_further_fields(const struct eg_matchspec *spec)
{
	const char *const fields[] = {spec->channel, spec->subdir, spec->build_number, spec->track_features,
				      spec->features, spec->url, spec->md5, spec->sha256, spec->license,
				      spec->license_family, spec->fn};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		n += fields[i] != NULL;
	return n;
}

bool eg_matchspec_is_name_only(const struct eg_matchspec *spec)
{
	return !strchr(spec->name, '*') && !spec->version && !spec->build && !n_further_fields(spec);
}

int eg_matchspec_strictness(const struct eg_matchspec *spec)
{
	if (n_further_fields(spec) || spec->build || strchr(spec->name, '*'))
		return 3;
	return spec->version ? 2 : 1;
}

bool eg_matchspec_is_simple(const struct eg_matchspec *spec)
{
	if (n_further_fields(spec) || (spec->build && is_regex(spec->build)) || is_regex(spec->name))
		return false;
	return !spec->version || (eg_conda_spec_size(spec->version) <= 3 && !eg_conda_spec_has_glob(spec->version));
}

/* The version before the brackets, or a key for them; *ret_exact: a build may follow it. */
static const char *spell_version(struct eg_arena *arena, const char *version, bool build, const char **ret_key,
				 bool *ret_exact)
{
	size_t n = strlen(version);
	bool unequal = !strncmp(version, "!=", 2) || !strncmp(version, "~=", 2);

	if (strpbrk(version, "><$^|,") || (unequal && build)) {
		*ret_key = eg_strf(arena, "version='%s'", version);
		return "";
	}
	if (unequal)
		return version;
	if (n > 2 && !strcmp(version + n - 2, ".*"))
		return eg_strf(arena, "=%.*s", (int)n - 2, version);
	if (!strcmp(version, "*"))
		return "";
	if (version[n - 1] == '*')
		return eg_strf(arena, "=%.*s", (int)n - 1, version);
	*ret_exact = true;
	return eg_strf(arena, "%s%s", strncmp(version, "==", 2) ? "==" : "", version);
}

static void add_key(struct eg_arena *arena, struct eg_strs *keys, const char *key, const char *value)
{
	const char *quote = value && strpbrk(value, ", =") ? "'" : "";

	if (value)
		eg_vec_push(arena, keys, eg_strf(arena, "%s=%s%s%s", key, quote, value, quote));
}

const char *eg_matchspec_str(struct eg_arena *arena, const struct eg_matchspec *spec)
{
	struct eg_strs keys = {0};
	const char *version = "", *version_key = NULL, *head = "", *build = "";
	bool exact_channel = spec->channel && !strchr(spec->channel, '*') && !is_regex(spec->channel);
	bool exact = false;

	if (exact_channel)
		head = eg_strf(arena, "%s%s%s::", spec->channel, spec->subdir ? "/" : "", spec->subdir ? spec->subdir : "");
	else
		add_key(arena, &keys, "channel", spec->channel);
	if (!exact_channel)
		add_key(arena, &keys, "subdir", spec->subdir);
	if (spec->version)
		version = spell_version(arena, eg_conda_spec_text(spec->version), spec->build, &version_key, &exact);
	if (version_key)
		eg_vec_push(arena, &keys, version_key);
	if (spec->build && exact && !strpbrk(spec->build, "><$^|,*"))
		build = eg_strf(arena, "=%s", spec->build);
	else if (spec->build && strpbrk(spec->build, "><$^|,"))
		eg_vec_push(arena, &keys, eg_strf(arena, "build='%s'", spec->build));
	else if (spec->build)
		eg_vec_push(arena, &keys, eg_strf(arena, "build=%s", spec->build));
	add_key(arena, &keys, "build_number", spec->build_number);
	add_key(arena, &keys, "track_features", spec->track_features);
	add_key(arena, &keys, "features", spec->features);
	add_key(arena, &keys, "url", spec->channel ? NULL : spec->url);
	add_key(arena, &keys, "md5", spec->md5);
	add_key(arena, &keys, "sha256", spec->sha256);
	add_key(arena, &keys, "license", spec->license);
	add_key(arena, &keys, "license_family", spec->license_family);
	add_key(arena, &keys, "fn", spec->url ? NULL : spec->fn);
	const char *text = eg_strf(arena, "%s%s%s%s", head, spec->name, version, build);
	for (size_t i = 0; i < keys.n; i++)
		text = eg_strf(arena, "%s%s%s", text, i ? "," : "[", keys.v[i]);
	return keys.n ? eg_strf(arena, "%s]", text) : text;
}

const char *eg_matchspec_build_form(struct eg_arena *arena, const struct eg_matchspec *spec)
{
	const char *version = spec->version ? eg_conda_spec_form(arena, spec->version) : NULL;

	if (spec->build)
		return eg_strf(arena, "%s %s %s", spec->name, version ? version : "*", spec->build);
	return version ? eg_strf(arena, "%s %s", spec->name, version) : spec->name;
}

const char *eg_matchspec_name_of(struct eg_arena *arena, const char *dependency)
{
	const char *colon = strstr(dependency, "::");

	if (colon)
		dependency = colon + 2;
	dependency += strspn(dependency, " ");
	return eg_strndup(arena, dependency, strcspn(dependency, " =<>!~[|,"));
}
