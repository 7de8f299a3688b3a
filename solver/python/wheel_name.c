#include "tags.h"

#include "ascii.h"
#include "pep440_private.h"

#include <strings.h>

/* Wheels as packaging/utils.py's parse_wheel_filename, which pip follows since 25.1. Earlier ones also took names with
   "__" and versions that are none. */

static bool is_name(const char *s)
{
	if (!*s || strstr(s, "__"))
		return false;
	for (; *s; s++)
		if (!is_alnum(*s) && *s != '_' && *s != '.' && (unsigned char)*s < 0x80)
			return false;
	return true;
}

static bool is_version(const char *s)
{
	struct eg_version_room room;
	struct eg_version version;

	return eg_version_parse_in(&room, s, strlen(s), &version);
}

/* No name of a compressed set is empty; those of interpreters are identifiers. */
static bool is_tag_set(const char *s, bool identifiers)
{
	bool start = true;

	for (; *s; s++) {
		if (start && (*s == '.' || (identifiers && is_digit(*s))))
			return false;
		if (identifiers && *s != '.' && *s != '_' && !is_alnum(*s) && (unsigned char)*s < 0x80)
			return false;
		start = *s == '.';
	}
	return !start;
}

/* PEP 825 */
static bool is_variant(const char *s)
{
	if (!*s)
		return false;
	for (; *s; s++)
		if (!is_digit(*s) && !(*s >= 'a' && *s <= 'z') && *s != '_' && *s != '.')
			return false;
	return true;
}

static int64_t read_build(const char *s, const char **ret_rest)
{
	int64_t n = 0;

	for (; is_digit(*s); s++)
		n = n > INT64_MAX / 10 - 1 ? INT64_MAX / 10 : 10 * n + (*s - '0');
	*ret_rest = s;
	return n;
}

/* NAME-VERSION(-BUILD)?-PYTHON-ABI-PLATFORM(-VARIANT)? */
enum { MIN_PARTS = 5, MAX_PARTS = 7 };

static size_t split(char *s, char *parts[MAX_PARTS])
{
	size_t n = 0;

	for (char *dash; n < MAX_PARTS; s = dash + 1) {
		parts[n++] = s;
		dash = strchr(s, '-');
		if (!dash)
			return n;
		*dash = 0;
	}
	return 0;
}

bool eg_wheel_name_parse(struct eg_arena *arena, const char *filename, struct eg_wheel_name *ret)
{
	size_t length = strlen(filename);
	char *parts[MAX_PARTS];

	if (length < 4 || strcmp(filename + length - 4, ".whl"))
		return false;
	size_t n = split(eg_strndup(arena, filename, length - 4), parts);
	if (n < MIN_PARTS)
		return false;

	bool build = n > MIN_PARTS && is_digit(*parts[2]);
	char **tags = parts + (build ? 3 : 2);
	bool variant = n == MIN_PARTS + build + 1u;
	if ((!variant && n != MIN_PARTS + build + 0u) || (variant && !is_variant(tags[3])))
		return false;
	if (!is_name(parts[0]) || !is_version(parts[1]) || !is_tag_set(tags[0], true) || !is_tag_set(tags[1], false) ||
	    !is_tag_set(tags[2], false))
		return false;
	*ret = (struct eg_wheel_name){
		.name = parts[0],
		.version = parts[1],
		.build = -1,
		.python = tags[0],
		.abi = tags[1],
		.platform = tags[2],
		.variant = variant ? tags[3] : NULL,
	};
	if (build)
		ret->build = read_build(parts[2], &ret->build_rest);
	return true;
}

/* The length of FILENAME without an archive's extension (pip's SUPPORTED_EXTENSIONS), 0 where it has none. */
static size_t stem(const char *filename)
{
	static const char *const extensions[] = {".tar.gz", ".zip", ".tar.bz2", ".tgz",    ".tar.xz",  ".tar",
						 ".tbz",    ".txz", ".tlz",     ".tar.lz", ".tar.lzma"};
	size_t n = strlen(filename);

	for (size_t i = 0; i < sizeof(extensions) / sizeof(*extensions); i++) {
		size_t m = strlen(extensions[i]);

		if (n <= m || strcmp(filename + n - m, extensions[i]))
			continue;
		/* ".tar.zip" would be an extension of its own */
		n -= m;
		bool tar = n >= 4 && !strncasecmp(filename + n - 4, ".tar", 4);
		return tar && strncmp(extensions[i], ".tar.", 5) ? 0 : n;
	}
	return 0;
}

/* Is S (N bytes), normalised, PROJECT? */
static bool is_project(const char *s, size_t n, const char *project)
{
	for (size_t i = 0; i < n; i++) {
		bool separator = s[i] == '-' || s[i] == '_' || s[i] == '.';

		if (separator && i + 1 < n && (s[i + 1] == '-' || s[i + 1] == '_' || s[i + 1] == '.'))
			continue;
		if (*project++ != (separator ? '-' : to_lower(s[i])))
			return false;
	}
	return !*project;
}

/* "-py3.9", "-py27": an archive built for one Python, which is never that of a pip of today. */
static bool names_python(const char *s, size_t n)
{
	for (size_t k = 4; k <= 6 && k <= n; k++) {
		const char *p = s + n - k;

		if (strncmp(p, "-py", 3) || p[3] < '1' || p[3] > '3')
			continue;
		if (k == 4 || (k == 5 && (p[4] == '.' || is_digit(p[4]))) || (k == 6 && p[4] == '.' && is_digit(p[5])))
			return true;
	}
	return false;
}

/* package_finder.py: evaluate_link and _extract_version_from_fragment */
char *eg_sdist_version(struct eg_arena *arena, const char *filename, const char *project)
{
	size_t n = stem(filename);

	if (strstr(filename, "macosx10") && n + 4 == strlen(filename) && !strcmp(filename + n, ".zip"))
		return NULL;
	for (size_t i = 0; i + 1 < n; i++) {
		if (filename[i] != '-' || !is_project(filename, i, project))
			continue;
		if (names_python(filename + i + 1, n - i - 1))
			return NULL;
		return eg_strndup(arena, filename + i + 1, n - i - 1);
	}
	return NULL;
}

const char *eg_file_version(struct eg_arena *arena, const char *filename, const char *project)
{
	size_t n = strlen(filename);

	if (n < 4 || strcasecmp(filename + n - 4, ".whl"))
		return eg_sdist_version(arena, filename, project);
	const char *start = strchr(filename, '-');
	const char *end = start ? strchr(start + 1, '-') : NULL;
	return end ? eg_strndup(arena, start + 1, (size_t)(end - start - 1)) : NULL;
}
