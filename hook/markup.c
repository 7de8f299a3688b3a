#include "markup.h"

#include <string.h>

#include "style.h"

static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	default:
		return NULL;
	}
}

static void write_line(FILE *out, const char *s)
{
	for (; *s; s++) {
		const char *name = entity(*s);

		if (name)
			fputs(name, out);
		else
			fputc(*s, out);
	}
}

void eg_markup(FILE *out, struct eg_arena *arena, const char *s)
{
	while (s && *s) {
		size_t n = strcspn(s, "\n");

		write_line(out, eg_printable(arena, eg_strndup(arena, s, n)));
		s += n;
		if (*s == '\n')
			fputc(*s++, out);
	}
}
