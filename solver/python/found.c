/* CandidateEvaluator: which of a project's files pip takes, and in which order (index/package_finder.py). */
#include <strings.h>

#include "finder_private.h"

bool eg_filter_contains(const struct eg_filter *filter, const struct eg_version *version)
{
	for (size_t i = 0; i < filter->n_specs; i++)
		if (!eg_specset_contains(filter->specs[i], version))
			return false;
	return true;
}

/* Does this operator with a pre-release let pre-releases in? It differs by the `packaging` that the pip carries. */
static bool opens_prereleases(const struct eg_specifier *spec, struct eg_pip_release release)
{
	if (!spec->version.key || !spec->version.prerelease)
		return false;
	switch (spec->op) {
	case EG_OP_NE:
		return false;
	case EG_OP_LT:
	case EG_OP_GT:
		return release.major >= 25; /* packaging 24.2 */
	case EG_OP_EQ:
		return !spec->wildcard || release.major < 26; /* packaging 26.0 */
	default:
		return true;
	}
}

enum prerelease_rule { ALL, FINALS, FINALS_ELSE_PRERELEASES };

/* ReleaseControl.allows_prereleases, else SpecifierSet.filter(…, prereleases=None) of that pip's `packaging` */
static enum prerelease_rule prerelease_rule(const struct eg_found *found)
{
	const struct eg_pip_request *request = found->finder->request;
	struct eg_pip_release release = found->finder->release;
	bool any_spec = false;

	if (eg_format_names(&request->all_releases, found->project->name))
		return ALL;
	if (eg_format_names(&request->only_final, found->project->name))
		return FINALS;
	if (request->pre || request->all_releases.all)
		return ALL;
	if (request->only_final.all)
		return FINALS;
	for (size_t i = 0; i < found->filter.n_specs; i++)
		for (size_t j = 0; j < found->filter.specs[i]->n; j++) {
			any_spec = true;
			if (opens_prereleases(&found->filter.specs[i]->v[j], release))
				return ALL;
		}
	return any_spec && release.major < 26 ? FINALS : FINALS_ELSE_PRERELEASES;
}

static bool pinned(const struct eg_filter *filter)
{
	for (size_t i = 0; i < filter->n_specs; i++)
		if (eg_specset_pinned(filter->specs[i]))
			return true;
	return false;
}

static const char *sha256(const struct eg_found *found, const struct eg_found_file *file)
{
	return eg_link_detail(found->finder->index, file->link)->sha256;
}

static bool hash_allowed(const struct eg_found *found, const struct eg_found_file *file)
{
	const struct eg_strs *hashes = found->filter.hashes;
	const char *hash = sha256(found, file);

	for (size_t i = 0; hash && i < hashes->n; i++)
		if (!strncasecmp(hashes->v[i], "sha256:", 7) && !strcasecmp(hashes->v[i] + 7, hash))
			return true;
	return false;
}

/* Is FILE in the class of candidates that the walk is in now? */
static bool in_phase(const struct eg_found *found, const struct eg_found_file *file)
{
	unsigned phase = found->phase;

	if ((file->link->file.yanked != NULL) != found->yanked)
		return false;
	if (found->finder->request->prefer_binary) { /* any wheel before any sdist */
		if (file->wheel != !(phase & 1))
			return false;
		phase >>= 1;
	}
	if (found->filter.hashes) { /* filter_unallowed_hashes: matches first; others only where they have no hash or nothing matches */
		bool allowed = hash_allowed(found, file);

		if (phase == 0)
			return allowed;
		return !allowed && (!found->any_hash_match || !sha256(found, file));
	}
	return true;
}

static bool in_class(const struct eg_found *found, const struct eg_found_group *group)
{
	return (group->version.prerelease ? found->prereleases : found->finals) &&
	       eg_filter_contains(&found->filter, &group->version);
}

/* Does an applicable file satisfy the test? */
static bool any(struct eg_found *found, bool (*test)(const struct eg_found *, const struct eg_found_file *))
{
	for (size_t i = 0; i < found->project->n; i++) {
		struct eg_found_group *group = &found->project->groups[i];

		if (!in_class(found, group))
			continue;
		eg_finder_evaluate(found->finder, found->project, group);
		for (size_t j = 0; j < group->n; j++)
			if (!test || test(found, &group->files[j]))
				return true;
	}
	return false;
}

static bool is_not_yanked(const struct eg_found *found, const struct eg_found_file *file)
{
	(void)found;
	return !file->link->file.yanked;
}

void eg_found_start(struct eg_found *found, struct eg_finder *finder, const struct eg_project *project,
		    const struct eg_filter *filter)
{
	*found = (struct eg_found){.finder = finder, .project = project, .filter = *filter, .finals = true};
	switch (prerelease_rule(found)) {
	case ALL:
		found->prereleases = true;
		break;
	case FINALS:
		break;
	case FINALS_ELSE_PRERELEASES:
		found->prereleases = !any(found, NULL);
		break;
	}
	/* PEP 592 as in factory.py: yanked files only for a pin that nothing else satisfies */
	found->yanked = pinned(filter) && !any(found, is_not_yanked);
	found->any_hash_match = filter->hashes && any(found, hash_allowed);
	found->n_phases = (filter->hashes ? 2 : 1) * (finder->request->prefer_binary ? 2 : 1);
}

struct eg_link *eg_found_next(struct eg_found *found, const struct eg_version **ret_version)
{
	for (; found->phase < found->n_phases; found->phase++, found->group = 0, found->file = 0)
		for (; found->group < found->project->n; found->group++, found->file = 0) {
			struct eg_found_group *group = &found->project->groups[found->group];

			if (!found->file && !in_class(found, group))
				continue;
			eg_finder_evaluate(found->finder, found->project, group);
			while (found->file < group->n) {
				const struct eg_found_file *file = &group->files[found->file++];

				if (in_phase(found, file)) {
					*ret_version = &group->version;
					return file->link;
				}
			}
		}
	return NULL;
}
