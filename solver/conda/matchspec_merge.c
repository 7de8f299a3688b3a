/* Two MatchSpecs of one name as one: conda's MatchSpec.merge. */
#include "matchspec.h"

static bool is_pattern(const char *s)
{
	return strchr(s, '*') || (*s == '^' && s[1] && s[strlen(s) - 1] == '$');
}

static const char *only_star(const char *s)
{
	const char *star = strchr(s, '*');

	return star && !strchr(star + 1, '*') ? star : NULL;
}

/* What stands in the regular expression for S (re.escape, and ".*" for each star). */
static const char *inside(struct eg_arena *arena, const char *s)
{
	size_t n = strlen(s);

	if (*s == '^' && n > 1 && s[n - 1] == '$')
		return eg_strndup(arena, s + 1, n - 2);
	char *pattern = eg_alloc(arena, 2 * n + 1), *p = pattern;
	for (; *s; s++) {
		if (strchr("()[]{}?+-|^$\\.&~# \t\n\r\v\f", *s))
			*p++ = '\\';
		if (*s == '*')
			*p++ = '.';
		*p++ = *s;
	}
	return pattern;
}

/* Two globs "A*" and "B*", or "*A" and "*B": the one that says more, if it contains the other. False: they are not of
   that kind. */
static bool merge_affixes(struct eg_arena *arena, const char *a, const char *b, const char **ret)
{
	const char *x = only_star(a), *y = only_star(b);
	bool both_first = x == a && y == b, both_last = x && y && !x[1] && !y[1];

	if (!x || !y || (!both_first && !both_last))
		return false;
	const char *bare_a = x == a ? a + 1 : eg_strndup(arena, a, (size_t)(x - a));
	const char *bare_b = y == b ? b + 1 : eg_strndup(arena, b, (size_t)(y - b));
	*ret = strstr(bare_b, bare_a) ? b : strstr(bare_a, bare_b) ? a : NULL;
	return true;
}

/* GlobStrMatch.merge */
static bool merge_patterns(struct eg_arena *arena, const char **into, const char *other)
{
	const char *a = *into, *b = other;

	if (!a || !b || !strcmp(a, b)) {
		*into = a ? a : b;
		return true;
	}
	if (!is_pattern(a)) {
		a = other;
		b = *into;
	}
	if (!is_pattern(a))
		return false;
	if (!is_pattern(b)) {
		*into = b;
		return eg_matchspec_match_text(arena, a, b);
	}
	if (merge_affixes(arena, a, b, into))
		return *into;
	*into = eg_strf(arena, "^(?=%s)(?:%s)$", inside(arena, a), inside(arena, b));
	return true;
}

static bool merge_field(const char **into, const char *other)
{
	if (!*into)
		*into = other;
	return !other || !strcmp(*into, other);
}

enum eg_error_kind eg_matchspec_merge(struct eg_run *run, const struct eg_matchspec *a, const struct eg_matchspec *b,
				      struct eg_matchspec *ret)
{
	struct eg_matchspec both = *a;
	const char *why;
	const struct {
		const char **into, *other;
	} fields[] = {
		{&both.channel, b->channel},
		{&both.subdir, b->subdir},
		{&both.build_number, b->build_number},
		{&both.track_features, b->track_features},
		{&both.features, b->features},
		{&both.url, b->url},
		{&both.md5, b->md5},
		{&both.sha256, b->sha256},
		{&both.license, b->license},
		{&both.license_family, b->license_family},
		{&both.fn, b->fn},
	};

	if (!merge_patterns(run->arena, &both.build, b->build))
		return eg_fail(run, EG_FORMAT, "'%s' and '%s' cannot both hold", a->text, b->text);
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		if (!merge_field(fields[i].into, fields[i].other))
			return eg_fail(run, EG_FORMAT, "'%s' and '%s' cannot both hold", a->text, b->text);
	both.version = a->version ? a->version : b->version;
	if (a->version && b->version) {
		const char *x = eg_conda_spec_text(a->version), *y = eg_conda_spec_text(b->version);

		if (strcmp(x, y))
			both.version = eg_conda_spec_parse(
				run->arena,
				eg_strf(run->arena, "%s,%s", strcmp(x, y) < 0 ? x : y, strcmp(x, y) < 0 ? y : x), &why);
		if (!both.version)
			return eg_fail(run, EG_FORMAT, "'%s' and '%s' cannot be joined: %s", a->text, b->text, why);
	}
	both.text = eg_matchspec_str(run->arena, &both);
	*ret = both;
	return EG_OK;
}
