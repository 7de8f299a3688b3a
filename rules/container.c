#include "container.h"

#include <string.h>

#include "dotted.h"

static bool has_geforce(const struct eg_host *host)
{
	for (size_t i = 0; i < host->n_gpus; i++)
		if (host->gpus[i].name && strstr(host->gpus[i].name, "GeForce"))
			return true;
	return false;
}

/* "cuda>=12.2", "driver<471", "brand=tesla"; what is not known holds. */
static bool holds(const struct eg_host *host, const char *condition)
{
	size_t n = strcspn(condition, "<>=!");
	const char *op = condition + n, *value = op + strspn(op, "<>=!");
	const char *own = !strncmp(condition, "cuda", n) ? host->cuda : !strncmp(condition, "driver", n) ? host->driver : NULL;

	/* A Jetson's GPU is of none of the brands, and its driver is not numbered so. */
	if (host->jetpack && strncmp(condition, "cuda", n))
		return false;
	if (n == 5 && !strncmp(condition, "brand", n))
		return !has_geforce(host) || strstr(value, "geforce");
	if (!own)
		return true;
	int order = eg_dotted_compare(own, value);
	if (*op == '>')
		return order > 0 || (op[1] == '=' && !order);
	if (*op == '<')
		return order < 0 || (op[1] == '=' && !order);
	return *op == '!' ? order != 0 : !order;
}

static bool all_hold(struct eg_arena *arena, const struct eg_host *host, const char *conditions)
{
	for (const char *s = conditions; *s;) {
		size_t n = strcspn(s, ",");
		if (!holds(host, eg_strndup(arena, s, n)))
			return false;
		s += n + (s[n] == ',');
	}
	return true;
}

const char *eg_container_unmet(struct eg_arena *arena, const struct eg_host *host, const char *text)
{
	const char *first = NULL;

	for (const char *s = text + strspn(text, " "); *s;) {
		size_t n = strcspn(s, " ");
		const char *alternative = eg_strndup(arena, s, n);
		if (all_hold(arena, host, alternative))
			return NULL;
		first = first ? first : alternative;
		s += n;
		s += strspn(s, " ");
	}
	return host->cuda ? first : NULL;
}
