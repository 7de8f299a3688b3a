#include "metadata_text.h"

#include "header.h"

#include <string.h>

static size_t line_length(const char *s, size_t n)
{
	const char *end = memchr(s, '\n', n);

	return end ? (size_t)(end - s) + 1 : n;
}

char *eg_metadata_core(struct eg_arena *arena, const char *text, size_t n, size_t *ret_n)
{
	static const char *const kept[] = {
		"Metadata-Version", "Name", "Version", "Requires-Python", "Requires-Dist", "Provides-Extra", "Dynamic",
	};
	const char *end = text + n, *p = eg_header_start(text, end);
	char *core = eg_alloc(arena, n + 1);
	size_t core_n = 0;
	struct eg_field field;

	while (eg_header_next(&p, end, &field))
		for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
			if (eg_field_is(&field, kept[i])) {
				memcpy(core + core_n, field.name, (size_t)(p - field.name));
				core_n += (size_t)(p - field.name);
			}
	core[core_n] = 0;
	*ret_n = core_n;
	return core;
}

char *eg_metadata_field(struct eg_arena *arena, const char *text, size_t n, const char *name)
{
	const char *end = text + n, *p = eg_header_start(text, end);
	struct eg_field field;

	while (eg_header_next(&p, end, &field))
		if (eg_field_is(&field, name))
			return eg_strndup(arena, field.value, field.value_n);
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
