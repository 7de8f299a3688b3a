#include "finder.h"

#include "finder_private.h"
#include "strs.h"

#include <stdlib.h>
#include <strings.h>

/* What was worked out of an index's links, for the next resolution that asks for the same target. */
struct eg_finder_target {
	const struct eg_pip_request *request;
	struct eg_tags *tags;
	struct eg_map projects;
};

/* GIVEN: --python-version; NULL: the interpreter's. */
static struct eg_version target_python(struct eg_arena *arena, const char *given,
				       const struct eg_interpreter *interpreter)
{
	struct eg_version version = {0};

	/* pip's normalize_version_info fills up with zeros; "311" is 3.11 */
	if (given && !strchr(given, '.') && strlen(given) > 1)
		given = eg_strf(arena, "%c.%s", given[0], given + 1);
	const char *text = given ? given : interpreter->version;
	if (!eg_version_parse(arena, text, strlen(text), &version))
		eg_version_parse(arena, "3", 1, &version);
	return version;
}

static bool same_format(const struct eg_format_control *a, const struct eg_format_control *b)
{
	return a->all == b->all && eg_strs_same(&a->names, &b->names);
}

/* Do both requests take the same files of a project for usable? */
static bool same_target(const struct eg_pip_request *a, const struct eg_pip_request *b)
{
	if (a->targets || b->targets || a->uploaded_prior_to || b->uploaded_prior_to)
		return false;
	return a->ignore_requires_python == b->ignore_requires_python && same_format(&a->only_binary, &b->only_binary) &&
	       same_format(&a->no_binary, &b->no_binary);
}

static struct eg_finder_target *target_of(struct eg_run *run, const struct eg_pip_request *request,
				const struct eg_interpreter *interpreter, struct eg_index *index,
				struct eg_pip_release release)
{
	struct eg_tag_facts facts = interpreter->tags;
	void **memo = eg_index_memo(index);
	struct eg_finder_target *target = *memo;

	if (target && same_target(target->request, request))
		return target;
	*memo = target = EG_NEW(run->arena, struct eg_finder_target);
	target->request = request;
	target->projects.arena = run->arena;
	facts.native_last = release.major < 26 || (release.major == 26 && release.minor < 3);
	target->tags = request->targets ? eg_tags_for_target(run->arena, &facts, request->python_version,
							     &request->platforms, request->implementation,
							     &request->abis)
					: eg_tags_of(run->arena, &facts);
	return target;
}

struct eg_finder *eg_finder_new(struct eg_run *run, const struct eg_pip_request *request,
				const struct eg_interpreter *interpreter, struct eg_index *index,
				struct eg_pip_release release)
{
	struct eg_finder *finder = EG_NEW(run->arena, struct eg_finder);

	finder->run = run;
	finder->request = request;
	finder->index = index;
	finder->release = release;
	finder->python = target_python(run->arena, request->python_version, interpreter);
	/* commands/install.py hands --python-version to the resolver since 24.2 */
	finder->resolver_python = eg_since(release, 24, 2) ? finder->python
							   : target_python(run->arena, NULL, interpreter);
	finder->target = target_of(run, request, interpreter, index, release);
	finder->locked.arena = run->arena;
	for (size_t i = 0; i < request->roots.n; i++)
		if (request->roots.v[i].locked)
			eg_map_put(&finder->locked, request->roots.v[i].req.project,
				   eg_strdup(run->arena, request->roots.v[i].locked));
	finder->uploaded_prior_us = request->uploaded_prior_to ? eg_iso_time(request->uploaded_prior_to) : -1;
	return finder;
}

const struct eg_version *eg_finder_python(const struct eg_finder *finder)
{
	return &finder->resolver_python;
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && !strcasecmp(s + n - m, end);
}

bool eg_finder_supports(const struct eg_finder *finder, const char *filename)
{
	struct eg_wheel_name name;

	if (!ends_with(filename, ".whl"))
		return true;
	return eg_wheel_name_parse(finder->run->arena, filename, &name) && !name.variant &&
	       eg_tags_rank(finder->target->tags, &name) >= 0;
}

bool eg_format_names(const struct eg_format_control *control, const char *project)
{
	for (size_t i = 0; i < control->names.n; i++)
		if (!strcmp(control->names.v[i], project))
			return true;
	return false;
}

/* FormatControl.get_allowed_formats */
static void allowed_formats(const struct eg_pip_request *request, struct eg_project *project)
{
	project->wheels = project->sdists = true;
	if (eg_format_names(&request->only_binary, project->name))
		project->sdists = false;
	else if (eg_format_names(&request->no_binary, project->name))
		project->wheels = false;
	else if (request->only_binary.all)
		project->sdists = false;
	else if (request->no_binary.all)
		project->wheels = false;
}

static bool requires_python_holds(const struct eg_finder *finder, const char *requires_python)
{
	struct eg_specset set;

	if (!requires_python || finder->request->ignore_requires_python)
		return true;
	if (!eg_specset_parse(finder->run->arena, requires_python, strlen(requires_python), &set, NULL))
		return true; /* pip ignores an invalid one */
	return eg_specset_contains(&set, &finder->python);
}

static bool uploaded_in_time(const struct eg_finder *finder, struct eg_link *link)
{
	if (finder->uploaded_prior_us < 0 || link->path)
		return true;
	int64_t uploaded = eg_link_detail(finder->index, link)->upload_us;
	return uploaded >= 0 && uploaded < finder->uploaded_prior_us;
}

/* LinkEvaluator.evaluate_link for a link whose version is known */
static bool usable(const struct eg_finder *finder, const struct eg_project *project, struct eg_found_file *file)
{
	const struct eg_page_file *f = &file->link->file;

	if (ends_with(f->filename, ".whl")) {
		struct eg_wheel_name name;

		if (!project->wheels || !eg_wheel_name_parse(finder->run->arena, f->filename, &name) || name.variant)
			return false;
		char *normal = eg_normalize(finder->run->arena, name.name, strlen(name.name));
		file->rank = eg_tags_rank(finder->target->tags, &name);
		if (file->rank < 0 || strcmp(normal, project->name))
			return false;
		file->wheel = true;
		file->build = name.build;
		file->build_rest = name.build_rest ? name.build_rest : "";
	} else {
		if (!project->sdists)
			return false;
		file->rank = INT32_MAX;
		file->build = -1;
		file->build_rest = "";
	}
	return uploaded_in_time(finder, file->link) && requires_python_holds(finder, f->requires_python);
}

/* CandidateEvaluator._sort_key within one version, less what eg_found walks in phases */
static int by_preference(const void *a, const void *b)
{
	const struct eg_found_file *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	if (x->build != y->build)
		return x->build > y->build ? -1 : 1;
	int rest = strcmp(y->build_rest, x->build_rest);
	if (rest)
		return rest;
	return x->order > y->order ? -1 : 1;
}

void eg_finder_evaluate(const struct eg_finder *finder, const struct eg_project *project, struct eg_found_group *group)
{
	size_t kept = 0;

	if (group->evaluated)
		return;
	for (size_t i = 0; i < group->n; i++)
		if (usable(finder, project, &group->files[i]))
			group->files[kept++] = group->files[i];
	group->n = kept;
	qsort(group->files, kept, sizeof(*group->files), by_preference);
	group->evaluated = true;
}

static int newest_first(const void *a, const void *b)
{
	const struct eg_found_group *x = a, *y = b;

	return eg_version_cmp(&y->version, &x->version);
}

struct raw_group {
	bool valid;
	struct eg_version version;
	EG_VEC(struct eg_found_file) files;
};

static struct eg_found_group *merged(struct eg_arena *arena, struct eg_map *by_text, size_t *ret_n)
{
	struct eg_found_group *groups = EG_ARRAY(arena, struct eg_found_group, by_text->n);
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < by_text->n; i++) {
		struct raw_group *raw = by_text->v[i].value;

		if (raw->valid)
			groups[n++] = (struct eg_found_group){.version = raw->version, .files = raw->files.v, .n = raw->files.n};
	}
	qsort(groups, n, sizeof(*groups), newest_first);
	for (size_t i = 0; i < n; i++) { /* "1.0" and "1.0.0" are one version */
		struct eg_found_group *last = kept ? &groups[kept - 1] : NULL;

		if (last && !eg_version_cmp(&last->version, &groups[i].version)) {
			struct eg_found_file *files = EG_ARRAY(arena, struct eg_found_file, last->n + groups[i].n);

			memcpy(files, last->files, last->n * sizeof(*files));
			memcpy(files + last->n, groups[i].files, groups[i].n * sizeof(*files));
			last->files = files;
			last->n += groups[i].n;
		} else {
			groups[kept++] = groups[i];
		}
	}
	*ret_n = kept;
	return groups;
}

static struct eg_project *group_links(struct eg_finder *finder, const char *name, struct eg_link *const *links, size_t n)
{
	struct eg_arena *arena = finder->run->arena;
	struct eg_project *project = EG_NEW(arena, struct eg_project);
	struct eg_map by_text = {.arena = arena};
	const char *last_text = "";
	struct raw_group *last = NULL;

	project->name = name;
	allowed_formats(finder->request, project);
	for (size_t i = 0; i < n; i++) {
		const char *text = eg_file_version(arena, links[i]->file.filename, name);

		if (!text)
			continue;
		if (!last || strcmp(text, last_text)) {
			last = eg_map_get(&by_text, text);
			if (!last) {
				last = EG_NEW(arena, struct raw_group);
				last->valid = eg_version_parse(arena, text, strlen(text), &last->version);
				eg_map_put(&by_text, text, last);
			}
			last_text = text;
		}
		/* files of a --find-links folder come before those of pages (find_all_candidates) */
		bool folder = links[i]->path && links[i]->index && !strstr(links[i]->index, "://");
		eg_vec_push(arena, &last->files, (struct eg_found_file){.link = links[i], .order = folder ? i : n + i});
	}
	project->groups = merged(arena, &by_text, &project->n);
	return project;
}

enum eg_known eg_finder_project(struct eg_finder *finder, const char *project, const struct eg_project **ret)
{
	/* the file that a lock names stands in the place of all that the indexes offer */
	const char *locked = eg_map_get(&finder->locked, project);
	const char *key = locked ? eg_strf(finder->run->arena, "%s %s", project, locked) : project;
	struct eg_project *known = eg_map_get(&finder->target->projects, key);
	struct eg_link *const *links = NULL;
	struct eg_link *link;
	enum eg_known state = EG_KNOWN;
	size_t n = 0;

	if (known) {
		*ret = known;
		return known->n ? EG_KNOWN : EG_ABSENT;
	}
	if (locked) {
		link = eg_index_direct(finder->index, locked);
		links = &link;
		n = 1;
	} else {
		state = eg_index_links(finder->index, project, &links, &n);
	}
	if (state == EG_WANTED || state == EG_FAILED)
		return state;
	known = group_links(finder, project, links, state == EG_KNOWN ? n : 0);
	eg_map_put(&finder->target->projects, locked ? key : known->name, known);
	*ret = known;
	return known->n ? EG_KNOWN : EG_ABSENT;
}

const struct eg_project *eg_finder_known(const struct eg_finder *finder, const char *project)
{
	const struct eg_project *known = eg_map_get(&finder->target->projects, project);

	return known && known->n ? known : NULL;
}

void eg_project_each(struct eg_finder *finder, const struct eg_project *project,
		     void (*each)(void *ctx, const struct eg_version *version, struct eg_link *link), void *ctx)
{
	for (size_t i = 0; i < project->n; i++) {
		struct eg_found_group *group = &project->groups[i];

		eg_finder_evaluate(finder, project, group);
		if (group->n)
			each(ctx, &group->version, group->files[0].link);
	}
}

char *eg_project_versions(struct eg_finder *finder, const struct eg_project *project, size_t max)
{
	struct eg_arena *arena = finder->run->arena;
	char *text = eg_strdup(arena, "");
	size_t shown = 0;

	for (size_t i = 0; i < project->n && shown < max; i++) {
		struct eg_found_group *group = &project->groups[i];

		eg_finder_evaluate(finder, project, group);
		if (!group->n)
			continue;
		text = shown++ ? eg_strf(arena, "%s, %s", group->version.canonical, text)
			       : eg_strdup(arena, group->version.canonical);
	}
	return text;
}
