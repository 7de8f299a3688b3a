/* From text to MatchSpec as libmamba reads it (specs/match_spec.cpp, version_spec.cpp): "name=1.2=build" is any 1.2,
   what is outside the brackets outranks what is inside, and keys that it does not know are passed over. */
#include <ctype.h>

#include "ceilings.h"
#include "matchspec.h"
#include "matchspec_fields.h"

struct reader {
	struct eg_run *run;
	const struct eg_conda_config *config;
	const char *text;
	struct eg_matchspec spec;
};

/* "numpy >= 1.2 , < 2": no blank after an operator or a comma. */
static char *without_blanks(struct eg_arena *arena, const char *s, size_t n)
{
	char *text = eg_strip(arena, s, n), *to = text;
	bool after = false;

	for (const char *from = text; *from; from++) {
		if (after && *from == ' ')
			continue;
		after = strchr("<>=,", *from);
		*to++ = *from;
	}
	*to = 0;
	return text;
}

/* For every character: is it outside of brackets, parentheses and quotes? NULL: they do not match. */
static const bool *outside_of(struct eg_arena *arena, const char *s)
{
	bool *outside = EG_ARRAY(arena, bool, strlen(s) + 1);
	int depth = 0;
	char quote = 0;

	for (size_t i = 0; s[i]; i++) {
		if (quote) {
			quote = s[i] == quote ? 0 : quote;
			continue;
		}
		depth -= s[i] == ']' || s[i] == ')';
		if (depth < 0)
			return NULL;
		outside[i] = !depth;
		depth += s[i] == '[' || s[i] == '(';
		quote = s[i] == '"' || s[i] == '\'' ? s[i] : 0;
	}
	return depth || quote ? NULL : outside;
}

static const char *last_outside(const char *s, const bool *outside, size_t n, char c)
{
	while (n--)
		if (s[n] == c && outside[n])
			return s + n;
	return NULL;
}

/* One predicate in conda's words: "=1.2" and "==1.2.*" are "1.2.*". */
static const char *predicate(struct eg_arena *arena, const char *s, size_t length)
{
	char *text = eg_strip(arena, s, length);
	size_t n = strlen(text), equals = strspn(text, "=");

	if (n && text[n - 1] == '.')
		text[--n] = 0;
	const char *bare = eg_strip(arena, text + equals, n - equals);
	if (!*bare || !strcmp(bare, "*") || !strcmp(bare, ".*"))
		return "*";
	bool starred = strlen(bare) > 2 && !strcmp(bare + strlen(bare) - 2, ".*");
	if (equals == 1 && !strchr(bare, '*'))
		return eg_strf(arena, "=%s", bare);
	if (equals == 1 || (equals == 2 && starred))
		return bare;
	return text;
}

static enum eg_error_kind set_version(struct reader *reader, const char *version)
{
	struct eg_arena *arena = reader->run->arena;
	const char *text = "", *why = "no version";

	for (size_t n; *version; version += n) {
		n = strcspn(version, ",|()");
		if (n && strspn(version, " ") < n)
			text = eg_strf(arena, "%s%s", text, predicate(arena, version, n));
		if (version[n])
			text = eg_strf(arena, "%s%c", text, version[n++]);
	}
	reader->spec.version = *text ? eg_conda_spec_parse(arena, text, &why) : NULL;
	return reader->spec.version || !*text ? EG_OK : eg_matchspec_refuse(reader->run, reader->text, why);
}

static enum eg_error_kind set_key(struct reader *reader, const char *key, const char *value)
{
	struct eg_matchspec *spec = &reader->spec;
	const struct {
		const char *key;
		const char **field;
	} fields[] = {
		{"build", &spec->build},
		{"build_string", &spec->build},
		{"build_number", &spec->build_number},
		{"track_features", &spec->track_features},
		{"features", &spec->features},
		{"md5", &spec->md5},
		{"sha256", &spec->sha256},
		{"license", &spec->license},
		{"license_family", &spec->license_family},
		{"fn", &spec->fn},
		{"filename", &spec->fn},
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		if (!strcmp(key, fields[i].key))
			*fields[i].field = value;
	if (!strcmp(key, "subdir") && !spec->subdir)
		spec->subdir = value;
	if (!strcmp(key, "channel") || !strcmp(key, "url"))
		eg_matchspec_set_channel(reader->run, reader->config, spec, value);
	return !strcmp(key, "version") ? set_version(reader, value) : EG_OK;
}

/* "version>=1" would be the key "version>" */
static bool is_ambiguous(const char *key)
{
	return !strncmp(key, "version", 7) && key[7] && strchr("=!~<>", key[7]);
}

static enum eg_error_kind read_keys(struct reader *reader, const char *s)
{
	struct eg_arena *arena = reader->run->arena;
	const bool *outside = outside_of(arena, s);

	if (!outside)
		return eg_matchspec_refuse(reader->run, reader->text, "brackets, parentheses or quotes do not match");
	for (size_t from = 0, to; s[from]; from = to + (s[to] == ',')) {
		for (to = from; s[to] && (s[to] != ',' || !outside[to]); to++)
			;
		char *key = eg_strip(arena, s + from, to - from), *value = strchr(key, '=');
		if (is_ambiguous(key) && (key[7] != '=' || key[8] == '='))
			return eg_matchspec_refuse(reader->run, reader->text, "a version in brackets is version='…'");
		if (value)
			*value++ = 0;
		for (char *p = key; *p; p++)
			*p = (char)tolower((unsigned char)*p);
		value = value ? value : eg_strdup(arena, "true");
		value += strspn(value, " \t'\"");
		size_t n = strlen(value);
		while (n && strchr(" \t'\"", value[n - 1]))
			value[--n] = 0;
		enum eg_error_kind kind = set_key(reader, eg_strip(arena, key, strlen(key)), value);
		if (kind)
			return kind;
	}
	return EG_OK;
}

/* "name >=3 =mkl[build=3](optional)": the sections at the end, the last one first, are taken off. */
static enum eg_error_kind read_sections(struct reader *reader, char *s)
{
	for (size_t n = strlen(s); n && (s[n - 1] == ']' || s[n - 1] == ')'); n = strlen(s)) {
		const bool *outside = outside_of(reader->run->arena, s);
		const char *open = outside ? last_outside(s, outside, n, s[n - 1] == ']' ? '[' : '(') : NULL;

		if (!open)
			return eg_matchspec_refuse(reader->run, reader->text, "brackets, parentheses or quotes do not match");
		s[n - 1] = 0;
		s[open - s] = 0;
		enum eg_error_kind kind = read_keys(reader, open + 1);
		if (kind)
			return kind;
	}
	return EG_OK;
}

/* split_version_and_build */
static void split(struct eg_arena *arena, const char *s, const char **ret_version, const char **ret_build)
{
	size_t n = strlen(s);

	while (n && s[n - 1] == '=') /* "libblas=" is how "libblas=*=*mkl" used to be written */
		n--;
	char *text = eg_strndup(arena, s, n), *equals = strrchr(text, '='), *blank = strrchr(text, ' ');
	*ret_version = text;
	*ret_build = NULL;
	if (equals && equals > text && !strchr("=!|,<>~", equals[-1])) {
		*ret_build = equals + 1 + strspn(equals + 1, " ");
		*equals = 0;
	} else if (equals) {
		char *start = equals + 1 + strspn(equals + 1, " "), *end = start + strcspn(start, " ");

		*ret_build = *end ? end + strspn(end, " ") : NULL;
		*end = 0;
	} else if (blank && blank > text) {
		*ret_build = blank + 1;
		*blank = 0;
	}
}

static enum eg_error_kind read_name(struct reader *reader, const char *s)
{
	struct eg_arena *arena = reader->run->arena;
	size_t n = strcspn(s, " =<>!~");
	char *name = eg_strndup(arena, s, n);
	const char *version, *build;

	if (!n)
		return eg_matchspec_refuse(reader->run, reader->text, "no package name");
	for (char *p = name; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	reader->spec.name = name;
	split(arena, eg_strip(arena, s + n, strlen(s + n)), &version, &build);
	if (build && *build)
		reader->spec.build = build;
	return *version ? set_version(reader, version) : EG_OK;
}

/* "channel:namespace:name …" */
static enum eg_error_kind read_whole(struct reader *reader, char *s)
{
	const bool *outside = outside_of(reader->run->arena, s);

	if (!outside)
		return eg_matchspec_refuse(reader->run, reader->text, "brackets, parentheses or quotes do not match");
	const char *colon = last_outside(s, outside, strlen(s), ':');
	const char *first = colon ? last_outside(s, outside, (size_t)(colon - s), ':') : NULL;
	if (first)
		eg_matchspec_set_channel(reader->run, reader->config, &reader->spec,
					 eg_strndup(reader->run->arena, s, (size_t)(first - s)));
	s += colon ? colon - s + 1 : 0;
	enum eg_error_kind kind = read_sections(reader, s);
	return kind ? kind : read_name(reader, s + strspn(s, " "));
}

enum eg_error_kind eg_matchspec_parse_mamba(struct eg_run *run, const struct eg_conda_config *config, const char *text,
					    struct eg_matchspec *ret)
{
	struct reader reader = {.run = run, .config = config, .text = text, .spec = {.text = text}};
	const char *comment = strstr(text, " #");
	char *s = without_blanks(run->arena, text, comment ? (size_t)(comment - text) : strlen(text));
	enum eg_error_kind kind;

	if (strlen(text) > EG_MAX_MATCHSPEC)
		return eg_fail(run, EG_LIMIT, "a MatchSpec of %zu bytes", strlen(text));
	if (!*s) /* nothing is asked of anything */
		reader.spec.name = "*";
	char *hash = strrchr(s, '#');
	if (hash && eg_matchspec_is_file(eg_strndup(run->arena, s, (size_t)(hash - s))))
		*hash = 0; /* URL#md5 */
	kind = eg_matchspec_is_file(s) ? eg_matchspec_read_file(run, config, s, &reader.spec)
	       : *s                    ? read_whole(&reader, s)
				       : EG_OK;
	if (!kind)
		*ret = reader.spec;
	return kind;
}
