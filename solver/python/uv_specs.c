/* Specifiers as uv mends them where they are none by PEP 440 (uv-pypi-types: lenient_requirement.rs). */
#include <string.h>

#include "ascii.h"
#include "ceilings.h"
#include "uv_versions.h"

/* Each writes IN, mended, to OUT, which has room for twice as much and a little more, and returns the end. */
typedef char *mend_fn(const char *in, char *out);

/* ">=7.2.0<8.0.0": ">=7.2.0,<8.0.0" */
static char *insert_comma(const char *in, char *out)
{
	for (; *in; in++) {
		*out++ = *in;
		if (is_digit(*in) && in[1] && strchr("<>=~^!", in[1]))
			*out++ = ',';
	}
	return out;
}

/* "!=~5.0": "!=5.0.*" */
static char *replace_tilde(const char *in, char *out)
{
	while (*in) {
		if (strncmp(in, "!=~", 3) || !is_digit(in[3])) {
			*out++ = *in++;
			continue;
		}
		out = stpcpy(out, "!=");
		for (in += 3; is_digit(*in) || (*in == '.' && is_digit(in[1])); in++)
			*out++ = *in;
		out = stpcpy(out, ".*");
	}
	return out;
}

/* ">=1.9.*": ">=1.9" */
static char *remove_star(const char *in, char *out)
{
	bool ordered = false; /* behind <, <=, > or >= */

	for (const char *start = in; *in; in++) {
		if (ordered && in > start && is_digit(in[-1]) && in[0] == '.' && in[1] == '*') {
			in++;
			continue;
		}
		if (*in == '<' || *in == '>')
			ordered = true;
		else if (!is_digit(*in) && !strchr("=. \t", *in))
			ordered = false;
		*out++ = *in;
	}
	return out;
}

/* "!=3.0*": "!=3.0.*" */
static char *insert_dot(const char *in, char *out)
{
	for (const char *start = in; *in; in++) {
		if (*in == '*' && in - start >= 3 && is_digit(in[-1]) && in[-2] == '.' && is_digit(in[-3]))
			*out++ = '.';
		*out++ = *in;
	}
	return out;
}

/* ">=3.6,": ">=3.6" */
static char *remove_trailing_comma(const char *in, char *out)
{
	char *end = stpcpy(out, in), *last = end;

	while (last > out && is_blank(last[-1]))
		last--;
	return last > out && last[-1] == ',' ? last - 1 : end;
}

/* ">dev": ">0.0.0dev" */
static char *complete_dev(const char *in, char *out)
{
	for (; *in; in++) {
		*out++ = *in;
		if (*in == '>' && !strncmp(in + 1, "dev", 3))
			out = stpcpy(out, "0.0.0");
	}
	return out;
}

/* ">= 2.7'": ">= 2.7" */
static char *remove_quotes(const char *in, char *out)
{
	for (; *in; in++)
		if (*in != '\'' && *in != '"')
			*out++ = *in;
	return out;
}

bool eg_uv_specs(struct eg_arena *arena, const char *text, struct eg_specset *ret)
{
	static mend_fn *const mends[] = {
		insert_comma, replace_tilde, remove_star, insert_dot, remove_trailing_comma, complete_dev, remove_quotes,
	};
	bool parsed = eg_specset_parse(arena, text, strlen(text), ret, NULL);

	if (strlen(text) > EG_MAX_SPECIFIERS * EG_MAX_NAME)
		return parsed;
	for (size_t i = 0; i < sizeof(mends) / sizeof(*mends) && !parsed; i++) {
		char *mended = eg_alloc(arena, 6 * strlen(text) + 1);

		*mends[i](text, mended) = 0;
		if (!strcmp(mended, text))
			continue;
		text = mended;
		parsed = eg_specset_parse(arena, text, strlen(text), ret, NULL);
	}
	return parsed;
}
