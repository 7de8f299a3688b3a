#include "pipconf.h"

#include <ctype.h>

#include "buf.h"
#include "ceilings.h"
#include "fileurl.h"
#include "map.h"
#include "utf8.h"

struct entry {
	const char *section, *key;
	struct eg_buf value;
	size_t line;
};

struct entries {
	struct entry *v;
	size_t n, cap;
};

struct parser {
	struct eg_run *run;
	const char *file;
	size_t line, indent;
	const char *section;
	struct eg_map sections, names; /* seen; values do not matter */
	struct entries entries;
	bool in_option; /* the latest entry may be continued */
};

static char *normalized(struct eg_arena *arena, const char *name)
{
	char *key = eg_strdup(arena, name);

	for (char *p = key; *p; p++)
		*p = *p == '_' ? '-' : (char)tolower((unsigned char)*p);
	return strncmp(key, "--", 2) ? key : key + 2;
}

static bool is_space(char c)
{
	return isspace((unsigned char)c);
}

static enum eg_error_kind broken(struct parser *p, const char *what, const char *subject)
{
	return eg_fail(p->run, EG_FORMAT, "cannot read pip's configuration '%s', line %zu: %s '%s'", p->file, p->line,
		       what, eg_text_public(p->run->arena, subject));
}

static enum eg_error_kind begin_section(struct parser *p, const char *value, size_t n)
{
	const char *close = memrchr(value, ']', n);

	p->section = eg_strndup(p->run->arena, value + 1, (size_t)(close - value) - 1);
	p->in_option = false;
	if (!strcmp(p->section, "DEFAULT"))
		return EG_OK;
	if (eg_map_get(&p->sections, p->section))
		return broken(p, "duplicate section", p->section);
	eg_map_put(&p->sections, p->section, p);
	return EG_OK;
}

static enum eg_error_kind begin_option(struct parser *p, const char *value, size_t n)
{
	struct eg_arena *arena = p->run->arena;
	size_t name = 0, rest;

	while (name < n && value[name] != '=' && value[name] != ':')
		name++;
	rest = name + 1;
	while (name && is_space(value[name - 1]))
		name--;
	if (rest > n || !name)
		return broken(p, "neither a section nor an option:", eg_strndup(arena, value, n));
	while (rest < n && is_space(value[rest]))
		rest++;
	struct entry entry = {.section = p->section, .line = p->line, .value.max = EG_MAX_CONFIG};
	char *lower = eg_strndup(arena, value, name);
	for (char *c = lower; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	entry.key = normalized(arena, lower);
	const char *full = eg_strf(arena, "%s\n%s", p->section, lower);
	if (eg_map_get(&p->names, full))
		return broken(p, "duplicate option", lower);
	eg_map_put(&p->names, full, p);
	eg_buf_add(&entry.value, value + rest, n - rest);
	eg_vec_push(arena, &p->entries, entry);
	p->in_option = true;
	return EG_OK;
}

static void continue_option(struct parser *p, const char *value, size_t n)
{
	struct entry *entry = &p->entries.v[p->entries.n - 1];

	eg_buf_add(&entry->value, "\n", 1);
	eg_buf_add(&entry->value, value, n);
}

static enum eg_error_kind read_line(struct parser *p, const char *line, size_t n)
{
	size_t indent = 0;

	while (n && is_space(line[n - 1]))
		n--;
	while (indent < n && is_space(line[indent]))
		indent++;
	const char *value = line + indent;
	n -= indent;
	if (n && (*value == '#' || *value == ';'))
		return EG_OK;
	if (!n || (p->in_option && indent > p->indent)) {
		if (p->in_option)
			continue_option(p, value, n);
		return EG_OK;
	}
	p->indent = indent;
	if (*value == '[' && n > 2 && memchr(value + 2, ']', n - 2))
		return begin_section(p, value, n);
	if (!p->section)
		return broken(p, "no section header before", eg_strndup(p->run->arena, value, n));
	return begin_option(p, value, n);
}

static void add_entries(struct parser *p, const char *from, const char *section, struct eg_pipconf *ret)
{
	struct eg_arena *arena = p->run->arena;

	for (size_t i = 0; i < p->entries.n; i++) {
		const struct entry *entry = &p->entries.v[i];
		size_t n = entry->value.n;

		if (strcmp(entry->section, from))
			continue;
		while (n && is_space(entry->value.s[n - 1]))
			n--;
		struct eg_pipconf_item item = {
			.section = section,
			.key = entry->key,
			.value = eg_strndup(arena, entry->value.s ? entry->value.s : "", n),
			.where = eg_strf(arena, "%s, line %zu", p->file, entry->line),
		};
		eg_vec_push(arena, ret, item);
	}
}

enum eg_error_kind eg_pipconf_parse(struct eg_run *run, const char *name, const char *text, size_t n,
				    struct eg_pipconf *ret)
{
	struct parser p = {.run = run, .file = name, .sections.arena = run->arena, .names.arena = run->arena};
	enum eg_error_kind error = EG_OK;

	if (eg_utf8_length(text, n) < n)
		return eg_fail(run, EG_FORMAT, "cannot read pip's configuration '%s': invalid utf-8 characters", name);
	while (n && !error) {
		size_t length = 0;

		while (length < n && text[length] != '\n' && text[length] != '\r')
			length++;
		p.line++;
		error = read_line(&p, text, length);
		if (length < n)
			length += text[length] == '\r' && length + 1 < n && text[length + 1] == '\n' ? 2 : 1;
		text += length;
		n -= length;
	}
	for (size_t i = 0; !error && i < p.sections.n; i++) {
		add_entries(&p, "DEFAULT", p.sections.v[i].key, ret);
		add_entries(&p, p.sections.v[i].key, p.sections.v[i].key, ret);
	}
	for (size_t i = 0; i < p.entries.n; i++)
		eg_buf_free(&p.entries.v[i].value);
	return error;
}
