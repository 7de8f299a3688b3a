#include "fix_spec.h"

#include <ctype.h>

#include "python/pep508.h"

static bool read_python(struct eg_arena *arena, const char *word, struct eg_fix_spec *ret)
{
	struct eg_requirement req;
	const char *error, *marker = strchr(word, ';');

	if (!eg_requirement_parse(arena, word, strlen(word), &req, &error) || req.url)
		return false;
	const char *head = eg_strdup(arena, req.name);
	for (size_t i = 0; i < req.n_extras; i++)
		head = eg_strf(arena, "%s%s%s", head, i ? "," : "[", req.extras[i]);
	*ret = (struct eg_fix_spec){
		.head = req.n_extras ? eg_strf(arena, "%s]", head) : head,
		.project = req.project,
		.version = eg_specset_text(arena, &req.spec),
		.tail = marker ? marker : "",
	};
	return true;
}

/* "conda-forge::pytorch >=2 *cuda*", "pytorch=2.1=py3*", "pytorch>=1.12"; what stands in brackets is left alone. */
static bool read_conda(struct eg_arena *arena, const char *word, struct eg_fix_spec *ret)
{
	const char *channel = strstr(word, "::"), *name = channel ? channel + 2 : word;
	size_t n = strcspn(name, " =<>!~[");
	const char *s = name + n + strspn(name + n, " ");

	if (!n || strchr(word, '[') || (!channel && strchr(word, '/')))
		return false;
	char *project = eg_strndup(arena, name, n);
	for (char *c = project; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	size_t operators = strspn(s, "=<>!~");
	size_t version = operators + strcspn(s + operators, operators ? "= " : "=");
	const char *build = s + version + strspn(s + version, " =");
	*ret = (struct eg_fix_spec){
		.ecosystem = EG_CONDA,
		.head = eg_strndup(arena, word, (size_t)(name - word) + n),
		.project = project,
		.version = eg_strndup(arena, s, version),
		.build = *build ? build : NULL,
		.tail = "",
	};
	/* ">=2,<3": a comma joins what follows */
	if (strchr(s, ',') && *build) {
		ret->version = s;
		ret->build = NULL;
	}
	if (!strcmp(ret->version, "=*") || !strcmp(ret->version, "*"))
		ret->version = "";
	return true;
}

bool eg_fix_spec_read(struct eg_arena *arena, enum eg_ecosystem ecosystem, const char *word, struct eg_fix_spec *ret)
{
	return ecosystem == EG_CONDA ? read_conda(arena, word, ret) : read_python(arena, word, ret);
}

const char *eg_fix_spec_text(struct eg_arena *arena, const struct eg_fix_spec *spec)
{
	const char *version = spec->version;

	if (!spec->build)
		return eg_strf(arena, "%s%s%s", spec->head, version, spec->tail);
	if (!*version || (*version == '=' && version[1] != '='))
		return eg_strf(arena, "%s%s=%s", spec->head, *version ? version : "=*", spec->build);
	if (!strncmp(version, "==", 2))
		return eg_strf(arena, "%s%s=%s", spec->head, version, spec->build);
	return eg_strf(arena, "%s[version='%s',build='%s']", spec->head, version, spec->build);
}

/* Is conda's "=2.1.0" within "=2.1"? */
static bool narrows(const char *user, const char *hold)
{
	size_t n;

	user += strspn(user, "=");
	hold += strspn(hold, "=");
	n = strlen(user);
	if (n && user[n - 1] == '*')
		n -= n > 1 && user[n - 2] == '.' ? 2 : 1;
	return !strncmp(user, hold, n) && (!hold[n] || hold[n] == '.');
}

static bool merge_conda(const struct eg_fix_spec *user, const struct eg_fix_spec *hold, struct eg_fix_spec *ret)
{
	if (hold->build && user->build && strcmp(hold->build, user->build))
		return false;
	ret->build = hold->build ? hold->build : user->build;
	if (!*hold->version)
		return true;
	if (*user->version == '=' && !narrows(user->version, hold->version))
		return false;
	/* a range: whether the held version lies within shows the forecast */
	ret->version = hold->version;
	return true;
}

static bool merge_python(struct eg_arena *arena, const struct eg_fix_spec *user, const struct eg_fix_spec *hold,
			 struct eg_fix_spec *ret)
{
	struct eg_specset of_user, of_hold;
	const char *error;

	if (!*hold->version)
		return true;
	if (!eg_specset_parse(arena, user->version, strlen(user->version), &of_user, &error) ||
	    !eg_specset_parse(arena, hold->version, strlen(hold->version), &of_hold, &error))
		return false;
	if (eg_specset_pinned(&of_hold)) {
		if (!eg_specset_contains(&of_user, &of_hold.v[0].version))
			return false;
		ret->version = hold->version;
	} else if (eg_specset_pinned(&of_user)) {
		return eg_specset_contains(&of_hold, &of_user.v[0].version);
	} else {
		ret->version = eg_strf(arena, "%s,%s", user->version, hold->version);
	}
	return true;
}

bool eg_fix_spec_merge(struct eg_arena *arena, const struct eg_fix_spec *user, const struct eg_fix_spec *hold, bool free,
		       struct eg_fix_spec *ret)
{
	*ret = *user;
	if (strchr(hold->head, '[')) /* an extra that brings the right build, in the place of one that does not */
		ret->head = hold->head;
	if (free || !*user->version) {
		ret->version = hold->version;
		ret->build = hold->build ? hold->build : free ? NULL : user->build;
		return true;
	}
	return hold->ecosystem == EG_CONDA ? merge_conda(user, hold, ret) : merge_python(arena, user, hold, ret);
}
