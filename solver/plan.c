#include "plan.h"

#include <string.h>

const char *eg_action_name(enum eg_action action)
{
	static const char *const names[] = {
		[EG_INSTALL] = "install",     [EG_UPGRADE] = "upgrade", [EG_DOWNGRADE] = "downgrade",
		[EG_REBUILD] = "rebuild",     [EG_REMOVE] = "remove",   [EG_REINSTALL] = "reinstall",
	};
	return names[action];
}

struct eg_package *eg_package_find(struct eg_package *const *v, size_t n, const char *name)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = strcmp(v[mid]->name, name);

		if (!order)
			return v[mid];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static size_t public_length(const char *version)
{
	return strcspn(version, "+");
}

enum eg_action eg_action_of(const struct eg_package *from, const struct eg_package *to, int cmp)
{
	if (!from)
		return EG_INSTALL;
	if (!to)
		return EG_REMOVE;
	size_t n = public_length(from->version);
	bool same_public = n == public_length(to->version) && !strncmp(from->version, to->version, n);
	bool same_build = !from->build || !to->build || !strcmp(from->build, to->build);
	if (same_public && (cmp || !same_build))
		return EG_REBUILD;
	return cmp < 0 ? EG_UPGRADE : cmp > 0 ? EG_DOWNGRADE : EG_REINSTALL;
}
