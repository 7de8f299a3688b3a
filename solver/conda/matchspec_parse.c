/* From text to MatchSpec: conda's _parse_spec_str, step by step. */
#include <ctype.h>

#include "ceilings.h"
#include "matchspec.h"
#include "matchspec_fields.h"

struct reader {
	struct eg_run *run;
	const struct eg_conda_config *config;
	const char *text;
	struct eg_matchspec spec;
	const char *version;
};

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n > m && !strcmp(s + n - m, end);
}

/* "=1.2" means 1.2*, "==1.2" 1.2 (_sanitize_version_str). */
static const char *sanitize(const struct reader *reader, const char *version, bool build)
{
	struct eg_arena *arena = reader->run->arena;
	size_t n = strspn(version, "=");
	const char *bare = version + n;

	if (!n || !*bare || (n >= 2 && !build))
		return *bare ? bare : version;
	if (strpbrk(bare, "=,|"))
		return version;
	return build || ends_with(bare, "*") || !strcmp(bare, "*") ? bare : eg_strf(arena, "%s*", bare);
}

/* A key of the brackets; what it says outranks what stands outside. */
static enum eg_error_kind set_key(struct reader *reader, const char *key, const char *value)
{
	struct eg_matchspec *spec = &reader->spec;
	const struct {
		const char *key;
		const char **field;
	} fields[] = {
		{"subdir", &spec->subdir}, {"build", &spec->build}, {"build_number", &spec->build_number},
		{"track_features", &spec->track_features}, {"features", &spec->features}, {"url", &spec->url},
		{"md5", &spec->md5}, {"sha256", &spec->sha256}, {"license", &spec->license},
		{"license_family", &spec->license_family}, {"fn", &spec->fn},
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		if (!strcmp(key, fields[i].key)) {
			*fields[i].field = value;
			return EG_OK;
		}
	if (!strcmp(key, "version"))
		reader->version = sanitize(reader, value, false);
	else if (!strcmp(key, "channel"))
		eg_matchspec_set_channel(reader->run, reader->config, &reader->spec, value);
	else if (strcmp(key, "name") && strcmp(key, "optional") && strcmp(key, "target"))
		return eg_matchspec_refuse(reader->run, reader->text,
					   eg_strf(reader->run->arena, "cannot match on '%s'", key));
	return EG_OK;
}

static bool is_key(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* One "key='value'" at the beginning of S, with what ends it; 0: there is none (_BRACKETS_KV_RE). */
static size_t key_and_value(struct eg_arena *arena, const char *s, const char **ret_key, const char **ret_value)
{
	size_t n = 0;

	while (is_key(s[n]))
		n++;
	if (!n || s[n] != '=')
		return 0;
	*ret_key = eg_strndup(arena, s, n++);
	char quote = s[n] == '\'' || s[n] == '"' ? s[n++] : 0;
	size_t length = strcspn(s + n, quote ? "'\"" : "'\", "), end = n + length;
	if (quote && s[end++] != quote)
		return 0;
	if (s[end] && s[end] != ',' && s[end] != ' ')
		return 0;
	*ret_value = eg_strndup(arena, s + n, length);
	return end + (s[end] != 0);
}

/* "key='value', key=value"; what is neither is passed over. */
static enum eg_error_kind read_keys(struct reader *reader, const char *s)
{
	while (*s) {
		const char *key, *value;
		size_t n = key_and_value(reader->run->arena, s, &key, &value);

		if (n && !*value)
			return eg_matchspec_refuse(reader->run, reader->text, "key-value mismatch in brackets");
		enum eg_error_kind kind = n ? set_key(reader, key, value) : EG_OK;
		if (kind)
			return kind;
		s += n ? n : 1;
	}
	return EG_OK;
}

/* What is in the last brackets, or the last parentheses, is taken out of S. */
static char *take_out(struct eg_arena *arena, char **s, char open, char close)
{
	char *to = strrchr(*s, close), *from = to;

	while (from && from > *s && *from != open)
		from--;
	if (!from || *from != open)
		return NULL;
	char *inside = eg_strndup(arena, from + 1, (size_t)(to - from) - 1);
	*s = eg_strf(arena, "%.*s%s", (int)(from - *s), *s, to + 1);
	return inside;
}

static bool is_build_separator(const char *s, size_t i)
{
	return (s[i] == ' ' || s[i] == '=') && !strchr("=!|,<>~", s[i - 1]) && s[i + 1] && !strpbrk(s + i + 1, "-=,|<>~");
}

/* "1.2.3 0", "1.2.3=0", ">=1.0 , < 2.0 py34_0" (_parse_version_plus_build). */
static void read_version_and_build(struct reader *reader, const char *s)
{
	struct eg_arena *arena = reader->run->arena;
	size_t n = strlen(s), i = 1;
	const char *build = NULL;

	while (i < n && !is_build_separator(s, i))
		i++;
	if (i < n)
		build = eg_strip(arena, s + i + 1, n - i - 1);
	char *version = eg_strndup(arena, s, i < n ? i : n), *to = version;
	for (const char *from = version; *from; from++)
		if (*from != ' ')
			*to++ = *from;
	*to = 0;
	if (!reader->version)
		reader->version = sanitize(reader, version, build);
	if (!reader->spec.build)
		reader->spec.build = build;
}

static bool is_joint(char c)
{
	return c == '.' || c == '_' || c == '-';
}

/* CEP 26: letters, digits and single joints; two underscores begin a virtual package's name. */
static bool is_valid_name(const char *name)
{
	bool virtual = name[0] == '_' && name[1] == '_';

	name += virtual ? 2 : 0;
	if (!isalnum((unsigned char)*name) && (virtual || *name != '_'))
		return false;
	for (name++; *name; name++)
		if (is_joint(*name) ? is_joint(name[1]) : !isalnum((unsigned char)*name))
			return false;
	return true;
}

static enum eg_error_kind read_name(struct reader *reader, const char *s)
{
	struct eg_arena *arena = reader->run->arena;
	size_t n = strcspn(s, " =<>!~");
	char *name = eg_strndup(arena, s, n);

	if (!n)
		return eg_matchspec_refuse(reader->run, reader->text, "no package name found");
	for (char *p = name; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	if (!strchr(name, '*') && !is_valid_name(name))
		return eg_matchspec_refuse(reader->run, reader->text, "no valid package name");
	reader->spec.name = name;
	const char *rest = eg_strip(arena, s + n, s[n] && s[n + 1] ? strlen(s + n) : 0); /* one sign alone says nothing */
	if (strchr(rest, '['))
		return eg_matchspec_refuse(reader->run, reader->text, "multiple brackets sections not allowed");
	if (*rest)
		read_version_and_build(reader, rest);
	return EG_OK;
}

static enum eg_error_kind read_version(struct reader *reader)
{
	const char *why;

	if (!reader->version)
		return EG_OK;
	reader->spec.version = eg_conda_spec_parse(reader->run->arena, reader->version, &why);
	return reader->spec.version ? EG_OK : eg_matchspec_refuse(reader->run, reader->text, why);
}

enum eg_error_kind eg_matchspec_parse(struct eg_run *run, const struct eg_conda_config *config, const char *text,
				      struct eg_matchspec *ret)
{
	struct reader reader = {.run = run, .config = config, .text = text, .spec = {.text = text}};
	size_t n = strcspn(text, "#");

	if (strlen(text) > EG_MAX_MATCHSPEC)
		return eg_fail(run, EG_LIMIT, "a MatchSpec of %zu bytes", strlen(text));
	const char *condition = strstr(text, " if ");
	if (condition && (size_t)(condition - text) < n)
		n = (size_t)(condition - text);
	char *s = eg_strndup(run->arena, text, n);
	if (*text && text[strlen(text) - 1] == '@') { /* how features were asked for */
		*ret = (struct eg_matchspec){.text = text, .name = "*"};
		ret->track_features = eg_strndup(run->arena, text, strlen(text) - 1);
		return EG_OK;
	}
	if (eg_matchspec_is_file(s)) {
		enum eg_error_kind kind = eg_matchspec_read_file(run, config, s, &reader.spec);

		if (!kind)
			*ret = reader.spec;
		return kind;
	}
	char *keys = take_out(run->arena, &s, '[', ']');
	enum eg_error_kind kind = keys ? read_keys(&reader, keys) : EG_OK;
	if (kind)
		return kind;
	take_out(run->arena, &s, '(', ')');
	char *colon = strrchr(s, ':'), *first = colon;
	if (colon) { /* channel:namespace:name */
		*colon = 0;
		first = strrchr(s, ':');
		if (first) {
			*first = 0;
			if (!reader.spec.channel)
				eg_matchspec_set_channel(run, config, &reader.spec, s);
		}
	}
	kind = read_name(&reader, colon ? colon + 1 : s);
	if (!kind)
		kind = read_version(&reader);
	if (!kind)
		*ret = reader.spec;
	return kind;
}
