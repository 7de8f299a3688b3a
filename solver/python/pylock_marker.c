/* Markers of lock files: "'x' in extras" and "'x' in dependency_groups" (PEP 751). Both sets are known when the lock is
   read, so each such test is replaced by one that always or never holds, and the rest is an ordinary marker. */
#include "pylock.h"

#include <ctype.h>

#include "buf.h"

static const char *skip_space(const char *p)
{
	while (isspace((unsigned char)*p))
		p++;
	return p;
}

static const char *word(const char *p, const char *text)
{
	size_t n = strlen(text);

	return !strncmp(p, text, n) && !isalnum((unsigned char)p[n]) && p[n] != '_' ? p + n : NULL;
}

static bool contains(const struct eg_strs *set, const char *name)
{
	for (size_t i = 0; i < set->n; i++)
		if (!strcmp(set->v[i], name))
			return true;
	return false;
}

/* The test that begins with the quoted string at P: true when it is one of a set; *ret_end is what follows it. */
static bool set_test(struct eg_arena *arena, const char *p, const struct eg_pylock_sets *sets, bool *ret,
		     const char **ret_end)
{
	size_t n = strcspn(p + 1, p[0] == '"' ? "\"" : "'");
	const char *name = eg_normalize(arena, p + 1, n), *rest = p + 1 + n, *next;

	if (!*rest)
		return false;
	rest = skip_space(rest + 1);
	bool negated = (next = word(rest, "not"));
	if (negated)
		rest = skip_space(next);
	if (!(next = word(rest, "in")))
		return false;
	rest = skip_space(next);
	if ((next = word(rest, "extras")))
		*ret = contains(&sets->extras, name) != negated;
	else if ((next = word(rest, "dependency_groups")))
		*ret = contains(&sets->groups, name) != negated;
	else
		return false;
	*ret_end = next;
	return true;
}

char *eg_pylock_marker(struct eg_arena *arena, const char *marker, const struct eg_pylock_sets *sets)
{
	struct eg_buf out = {0};

	for (const char *p = marker; *p;) {
		const char *end;
		bool holds;

		if ((*p == '"' || *p == '\'') && set_test(arena, p, sets, &holds, &end)) {
			eg_buf_puts(&out, holds ? "os_name != ''" : "os_name == ''");
			p = end;
			continue;
		}
		size_t n = 1;
		if (*p == '"' || *p == '\'') {
			n += strcspn(p + 1, *p == '"' ? "\"" : "'");
			n += p[n] != 0;
		}
		eg_buf_add(&out, p, n);
		p += n;
	}
	char *copy = eg_strndup(arena, out.s ? out.s : "", out.n);
	eg_buf_free(&out);
	return copy;
}
