#include "python_list.h"

#include <ctype.h>
#include <stdlib.h>

static const char *skip_blanks(const char *s)
{
	return s + strspn(s, " \t\f");
}

static const char *escape(char c)
{
	static const char *const escapes[] = {"\\\\", "''", "\"\"", "n\n", "t\t", "r\r", "a\a", "b\b", "f\f", "v\v"};

	for (size_t i = 0; i < sizeof(escapes) / sizeof(*escapes); i++)
		if (*escapes[i] == c)
			return escapes[i] + 1;
	return NULL;
}

/* "\x41": two digits; what is longer than a byte no spec needs. Returns the character, 0: malformed. */
static char read_hex(const char *s)
{
	char digits[3] = {s[0], s[0] ? s[1] : 0};

	return isxdigit((unsigned char)digits[0]) && isxdigit((unsigned char)digits[1]) ? (char)strtol(digits, NULL, 16)
											: 0;
}

/* One quoted text, appended to TO; returns what follows it, NULL: malformed. */
static const char *read_quoted(const char *s, bool raw, char **to)
{
	char quote = *s++;

	while (*s != quote) {
		if (!*s)
			return NULL;
		if (*s != '\\' || raw) {
			*(*to)++ = *s++;
			continue;
		}
		const char *plain = escape(s[1]);
		if (s[1] == 'x') {
			char c = read_hex(s + 2);

			if (!c)
				return NULL;
			*(*to)++ = c;
			s += 4;
		} else if (plain) {
			*(*to)++ = *plain;
			s += 2;
		} else { /* an unknown escape stands for itself */
			*(*to)++ = *s++;
		}
	}
	return s + 1;
}

/* One or more texts side by side, which are one text; returns what follows, NULL: there is none. */
static const char *read_item(struct eg_arena *arena, const char *s, struct eg_strs *ret)
{
	char *item = eg_alloc(arena, strlen(s) + 1), *to = item;
	bool found = false;

	for (;; s = skip_blanks(s)) {
		bool prefixed = *s && strchr("uUrR", *s) && s[1] && strchr("'\"", s[1]);
		bool raw = prefixed && (*s == 'r' || *s == 'R');

		s += prefixed;
		if (*s != '\'' && *s != '"')
			break;
		s = read_quoted(s, raw, &to);
		if (!s)
			return NULL;
		found = true;
	}
	if (!found)
		return NULL;
	eg_vec_push(arena, ret, item);
	return s;
}

bool eg_python_list(struct eg_arena *arena, const char *text, struct eg_strs *ret)
{
	const char *s = skip_blanks(text);

	if (*s++ != '[')
		return false;
	for (s = skip_blanks(s); *s != ']'; s = skip_blanks(s)) {
		s = read_item(arena, s, ret);
		if (!s || (*s != ',' && *s != ']'))
			return false;
		s += *s == ',';
	}
	s = skip_blanks(s + 1);
	return !*s || *s == '#';
}
