#include "request.h"

static void drop(struct eg_format_control *control, const char *project)
{
	for (size_t i = 0; i < control->names.n; i++)
		if (!strcmp(control->names.v[i], project))
			control->names.v[i--] = control->names.v[--control->names.n];
}

bool eg_format_control_names(const struct eg_format_control *control, const char *project)
{
	for (size_t i = 0; i < control->names.n; i++)
		if (!strcmp(control->names.v[i], project))
			return true;
	return false;
}

static void clear(struct eg_format_control *control)
{
	control->all = false;
	control->names.n = 0;
}

static bool is_word(const char *p, size_t n, const char *word)
{
	return n == strlen(word) && !memcmp(p, word, n);
}

/* What follows the last WORD among the words of VALUE; NULL: it is not among them. */
static const char *after(const char *value, const char *word)
{
	const char *found = NULL;

	for (const char *p = value; p;) {
		size_t n = strcspn(p, ",");
		const char *next = p[n] ? p + n + 1 : NULL;

		if (is_word(p, n, word))
			found = next ? next : "";
		p = next;
	}
	return found;
}

void eg_format_control_add(struct eg_arena *arena, const char *value, struct eg_format_control *target,
			   struct eg_format_control *other)
{
	const char *rest = after(value, ":all:");

	/* what stands before the last :all: is covered by it, what follows counts only if it empties the set again */
	if (rest) {
		clear(other);
		clear(target);
		target->all = true;
		if (!after(rest, ":none:"))
			return;
		value = rest;
	}
	for (const char *p = value; p;) {
		size_t n = strcspn(p, ",");

		if (is_word(p, n, ":none:")) {
			clear(target);
		} else {
			const char *project = eg_normalize(arena, p, n);

			drop(other, project);
			if (!eg_format_control_names(target, project))
				eg_vec_push(arena, &target->names, project);
		}
		p = p[n] ? p + n + 1 : NULL;
	}
}
