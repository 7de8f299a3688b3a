#include "header.h"

#include "ascii.h"

#include <string.h>
#include <strings.h>

/* Line ends are \n, \r\n and \r. The position behind the line at P. */
static const char *line_end(const char *p, const char *end)
{
	const char *lf = memchr(p, '\n', (size_t)(end - p));
	const char *cr = memchr(p, '\r', (size_t)((lf ? lf : end) - p));

	if (cr)
		return cr + 1 < end && cr[1] == '\n' ? cr + 2 : cr + 1;
	return lf ? lf + 1 : end;
}

static bool continues(const char *p, const char *end)
{
	return p < end && (*p == ' ' || *p == '\t');
}

const char *eg_header_start(const char *p, const char *end)
{
	if (end - p >= 3 && !memcmp(p, "\xef\xbb\xbf", 3))
		p += 3; /* which pip refuses */
	if (end - p >= 5 && !memcmp(p, "From ", 5))
		p = line_end(p, end); /* of an mbox */
	while (continues(p, end))
		p = line_end(p, end);
	return p;
}

bool eg_header_next(const char **p, const char *end, struct eg_field *ret)
{
	const char *colon = *p;

	while (colon < end && *colon > ' ' && *colon < 0x7f && *colon != ':')
		colon++;
	if (colon == end || *colon != ':')
		return false;

	const char *value = colon + 1, *next = line_end(value, end);
	while (continues(next, end))
		next = line_end(next, end);
	const char *value_end = next;
	while (value < value_end && is_blank(*value))
		value++;
	while (value < value_end && is_blank(value_end[-1]))
		value_end--;
	*ret = (struct eg_field){*p, value, (size_t)(colon - *p), (size_t)(value_end - value)};
	*p = next;
	return true;
}

bool eg_field_is(const struct eg_field *field, const char *name)
{
	return strlen(name) == field->name_n && !strncasecmp(field->name, name, field->name_n);
}
