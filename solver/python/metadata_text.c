#include "metadata_text.h"

#include <string.h>
#include <strings.h>

struct line {
	const char *s;
	size_t n; /* with its end and the lines that continue it */
	size_t name_n;
};

static size_t line_length(const char *s, size_t n)
{
	const char *end = memchr(s, '\n', n);

	return end ? (size_t)(end - s) + 1 : n;
}

/* The header field at AT; false at the end of the header, as Python's email parser sees it. */
static bool next_field(const char *text, size_t n, size_t *at, struct line *ret)
{
	const char *s = text + *at;
	size_t left = n - *at, length = line_length(s, left), name_n = 0;

	while (name_n < length && s[name_n] > ' ' && s[name_n] != ':' && s[name_n] != 127)
		name_n++;
	if (!name_n || name_n == length || s[name_n] != ':')
		return false;
	while (length < left && (s[length] == ' ' || s[length] == '\t'))
		length += line_length(s + length, left - length);
	*ret = (struct line){s, length, name_n};
	*at += length;
	return true;
}

static bool is_field(const struct line *line, const char *name)
{
	return strlen(name) == line->name_n && !strncasecmp(line->s, name, line->name_n);
}

char *eg_metadata_core(struct eg_arena *arena, const char *text, size_t n, size_t *ret_n)
{
	static const char *const kept[] = {
		"Metadata-Version", "Name", "Version", "Requires-Python", "Requires-Dist", "Provides-Extra", "Dynamic",
	};
	char *core = eg_alloc(arena, n + 1);
	size_t at = 0, core_n = 0;
	struct line line;

	while (next_field(text, n, &at, &line))
		for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
			if (is_field(&line, kept[i])) {
				memcpy(core + core_n, line.s, line.n);
				core_n += line.n;
			}
	core[core_n] = 0;
	*ret_n = core_n;
	return core;
}

char *eg_metadata_field(struct eg_arena *arena, const char *text, size_t n, const char *name)
{
	struct line line;
	size_t at = 0;

	while (next_field(text, n, &at, &line)) {
		if (!is_field(&line, name))
			continue;
		const char *s = line.s + line.name_n + 1, *end = line.s + line.n;

		while (s < end && strchr(" \t\r\n", *s))
			s++;
		while (s < end && strchr(" \t\r\n", end[-1]))
			end--;
		return eg_strndup(arena, s, (size_t)(end - s));
	}
	return NULL;
}

static void add_flat(struct eg_buf *out, const char *value, size_t n)
{
	for (size_t i = 0; i < n; i++)
		eg_buf_add(out, value[i] == '\n' || value[i] == '\r' ? " " : &value[i], 1);
}

void eg_metadata_add_field(struct eg_buf *out, const char *name, const char *value)
{
	if (!value)
		return;
	eg_buf_printf(out, "%s: ", name);
	add_flat(out, value, strlen(value));
	eg_buf_puts(out, "\n");
}

void eg_metadata_add_requirement(struct eg_buf *out, const char *requirement, const char *marker, const char *extra)
{
	/* the marker of "name @ URL" stands after a blank: ';' may be part of a URL */
	const char *own = strchr(requirement, '@') ? strstr(requirement, " ;") : strchr(requirement, ';');
	size_t n = own ? (size_t)(own - requirement) : strlen(requirement);
	const char *joint = "";

	while (n && requirement[n - 1] == ' ')
		n--;
	own = own ? own + strspn(own, " ;") : "";
	eg_buf_puts(out, "Requires-Dist: ");
	add_flat(out, requirement, n);
	if (*own || *marker || *extra)
		eg_buf_puts(out, " ; ");
	if (*own) {
		eg_buf_puts(out, "(");
		add_flat(out, own, strlen(own));
		eg_buf_puts(out, ")");
		joint = " and ";
	}
	if (*marker) {
		eg_buf_printf(out, "%s(%s)", joint, marker);
		joint = " and ";
	}
	if (*extra)
		eg_buf_printf(out, "%sextra == '%s'", joint, extra);
	eg_buf_puts(out, "\n");
}

/* "[EXTRA]", "[:MARKER]", "[EXTRA:MARKER]" */
static void read_section(struct eg_buf *out, const char *s, size_t n, struct eg_buf *extra, struct eg_buf *marker)
{
	const char *colon = memchr(s, ':', n);
	size_t extra_n = colon ? (size_t)(colon - s) : n;

	extra->n = marker->n = 0;
	eg_buf_add(extra, s, extra_n);
	eg_buf_add(marker, colon ? colon + 1 : "", colon ? n - extra_n - 1 : 0);
	if (extra_n)
		eg_metadata_add_field(out, "Provides-Extra", extra->s);
}

void eg_metadata_add_requires_txt(struct eg_buf *out, const char *text, size_t n)
{
	struct eg_buf extra = {0}, marker = {0}, line = {0};

	eg_buf_puts(&extra, "");
	eg_buf_puts(&marker, "");
	for (size_t at = 0, length; at < n; at += length) {
		const char *s = text + at, *end;

		length = line_length(s, n - at);
		end = s + length;
		while (s < end && strchr(" \t\r\n", *s))
			s++;
		while (s < end && strchr(" \t\r\n", end[-1]))
			end--;
		if (s == end || *s == '#')
			continue;
		if (*s == '[' && end[-1] == ']') {
			read_section(out, s + 1, (size_t)(end - s) - 2, &extra, &marker);
			continue;
		}
		line.n = 0;
		eg_buf_add(&line, s, (size_t)(end - s));
		eg_metadata_add_requirement(out, line.s, marker.s, extra.s);
	}
	eg_buf_free(&extra);
	eg_buf_free(&marker);
	eg_buf_free(&line);
}
