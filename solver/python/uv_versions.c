#include "uv_versions.h"

#include <stdlib.h>
#include <strings.h>

#include "strs.h"

struct eg_uv_versions {
	struct eg_run *run;
	const struct eg_uv_request *request;
	struct eg_installed *installed;
	struct eg_index *index;
	struct eg_tags *tags;
	struct eg_map projects;
	struct eg_map yanks;  /* project → versions that a pin of the user names */
	struct eg_map locked; /* project → the URL of the one file that a lock names for it */
	int64_t newest_us;    /* --exclude-newer; -1: none */
};

struct versions_list {
	EG_VEC(const struct eg_version *) items;
};

/* AllowedYanks: the user's own requirements and constraints of a single == */
static void allow_yanked(struct eg_uv_versions *s, const struct eg_pip_lines *lines)
{
	for (size_t i = 0; i < lines->n; i++) {
		const struct eg_requirement *req = &lines->v[i].req;

		if (!req->project || req->spec.n != 1 || req->spec.v[0].wildcard ||
		    (req->spec.v[0].op != EG_OP_EQ && req->spec.v[0].op != EG_OP_ARBITRARY))
			continue;
		struct versions_list *list = eg_map_get(&s->yanks, req->project);
		if (!list) {
			list = EG_NEW(s->run->arena, struct versions_list);
			eg_map_put(&s->yanks, req->project, list);
		}
		eg_vec_push(s->run->arena, &list->items, &req->spec.v[0].version);
	}
}

static bool yank_allowed(const struct eg_uv_versions *s, const char *project, const struct eg_version *version)
{
	const struct versions_list *list = eg_map_get(&s->yanks, project);

	for (size_t i = 0; list && i < list->items.n; i++)
		if (!eg_version_cmp(list->items.v[i], version))
			return true;
	return false;
}

struct eg_uv_versions *eg_uv_versions_new(struct eg_run *run, const struct eg_uv_request *request,
					  const struct eg_interpreter *interpreter, struct eg_installed *installed,
					  struct eg_index *index)
{
	struct eg_uv_versions *s = EG_NEW(run->arena, struct eg_uv_versions);
	const struct eg_pip_request *pip = &request->pip;

	s->run = run;
	s->request = request;
	s->installed = installed;
	s->index = index;
	s->projects.arena = s->yanks.arena = s->locked.arena = run->arena;
	for (size_t i = 0; i < pip->roots.n; i++)
		if (pip->roots.v[i].locked && pip->roots.v[i].holds)
			eg_map_put(&s->locked, pip->roots.v[i].req.project, eg_strdup(run->arena, pip->roots.v[i].locked));
	s->tags = pip->targets ? eg_tags_for_target(run->arena, &interpreter->tags, pip->python_version,
						    &pip->platforms, pip->implementation, &pip->abis)
			       : eg_tags_of(run->arena, &interpreter->tags);
	s->newest_us = pip->uploaded_prior_to ? eg_iso_time(pip->uploaded_prior_to) : -1;
	allow_yanked(s, &pip->roots);
	allow_yanked(s, &pip->constraints);
	allow_yanked(s, &request->overrides);
	return s;
}

static bool is_wheel(const char *filename)
{
	size_t n = strlen(filename);

	return n > 4 && !strcasecmp(filename + n - 4, ".whl");
}

bool eg_uv_supports(const struct eg_uv_versions *s, const char *filename)
{
	struct eg_wheel_name name;

	return !is_wheel(filename) || (eg_wheel_name_parse(s->run->arena, filename, &name) && !name.variant &&
				       eg_tags_rank(s->tags, &name) >= 0);
}

/* ---- the versions of an index ---- */

static int oldest_first(const void *a, const void *b)
{
	return eg_version_cmp(&((const struct eg_uv_version *)a)->version, &((const struct eg_uv_version *)b)->version);
}

struct by_version {
	struct eg_map texts;
	EG_VEC(struct eg_uv_version *) versions;
};

static void add_links(struct eg_uv_versions *s, const char *project, struct by_version *by, struct eg_link *const *links,
		      size_t n)
{
	struct eg_arena *arena = s->run->arena;
	struct eg_uv_version *version = NULL;
	const char *last = "";

	for (size_t i = 0; i < n; i++) {
		const char *text = eg_file_version(arena, links[i]->file.filename, project);

		if (!text)
			continue;
		if (!version || strcmp(text, last))
			version = eg_map_get(&by->texts, text);
		last = text;
		if (!version) {
			version = EG_NEW(arena, struct eg_uv_version);
			eg_map_put(&by->texts, text, version);
			if (eg_version_parse(arena, text, strlen(text), &version->version))
				eg_vec_push(arena, &by->versions, version);
		}
		eg_vec_push(arena, &version->links, links[i]);
	}
}

static void build_map(struct eg_uv_versions *s, const struct by_version *by, struct eg_uv_map *ret)
{
	struct eg_arena *arena = s->run->arena;

	ret->v = EG_ARRAY(arena, struct eg_uv_version, by->versions.n);
	for (size_t i = 0; i < by->versions.n; i++) {
		ret->v[i] = *by->versions.v[i];
		ret->has_local |= ret->v[i].version.local != NULL;
	}
	qsort(ret->v, by->versions.n, sizeof(*ret->v), oldest_first);
	for (size_t i = 0; i < by->versions.n; i++) { /* "1.0" and "1.0.0" are one version */
		struct eg_uv_version *last = ret->n ? &ret->v[ret->n - 1] : NULL;

		if (!last || eg_version_cmp(&last->version, &ret->v[i].version)) {
			ret->v[ret->n++] = ret->v[i];
			continue;
		}
		for (size_t j = 0; j < ret->v[i].links.n; j++)
			eg_vec_push(arena, &last->links, ret->v[i].links.v[j]);
	}
}

/* ---- one version's file ---- */

enum fit { EXCLUDED, UNUSABLE, USABLE };

struct choice {
	struct eg_link *wheel, *sdist;
	enum fit wheel_fit, sdist_fit;
	int rank;
	int64_t build;
	const char *build_rest;
	const char *wheel_why, *sdist_why;
	bool any;
};

static bool too_new(const struct eg_uv_versions *s, struct eg_link *link)
{
	if (s->newest_us < 0 || link->path)
		return false;
	int64_t uploaded = eg_link_detail(s->index, link)->upload_us;
	return uploaded < 0 || uploaded >= s->newest_us;
}

/* --no-binary is for NAME or all but those of --only-binary, and the other way round (BuildOptions::no_binary_package) */
static bool forbids(const struct eg_format_control *control, const struct eg_format_control *other, const char *project)
{
	if (eg_format_control_names(other, project))
		return false;
	return control->all || eg_format_control_names(control, project);
}

static void take_wheel(const struct eg_uv_versions *s, const char *project, const struct eg_version *version,
		       struct eg_link *link, struct choice *c)
{
	const struct eg_pip_request *pip = &s->request->pip;
	struct eg_wheel_name name;
	enum fit fit = UNUSABLE;
	const char *why = NULL;
	int rank = -1;

	if (!eg_wheel_name_parse(s->run->arena, link->file.filename, &name) ||
	    strcmp(eg_normalize(s->run->arena, name.name, strlen(name.name)), project))
		return;
	if (too_new(s, link)) {
		fit = EXCLUDED;
	} else if (forbids(&pip->no_binary, &pip->only_binary, project)) {
		why = "wheels are not allowed for it";
	} else if (link->file.yanked && !yank_allowed(s, project, version)) {
		why = "it was yanked";
	} else if (name.variant || (rank = eg_tags_rank(s->tags, &name)) < 0) {
		why = "no wheel fits this Python and platform";
	} else {
		fit = USABLE;
	}
	c->any |= fit != EXCLUDED;
	if (c->wheel && c->wheel_fit > fit)
		return;
	if (c->wheel && c->wheel_fit == fit) {
		if (fit != USABLE || rank > c->rank || (rank == c->rank && name.build <= c->build))
			return;
	}
	c->wheel = link;
	c->wheel_fit = fit;
	c->wheel_why = why;
	c->rank = rank;
	c->build = name.build;
}

/* PEP 625 names, as far as uv minds them: .tar.gz, and .zip for old ones */
static bool has_sdist_name(const char *filename)
{
	size_t n = strlen(filename);

	return (n > 7 && !strcasecmp(filename + n - 7, ".tar.gz")) || (n > 4 && !strcasecmp(filename + n - 4, ".zip"));
}

static void take_sdist(const struct eg_uv_versions *s, const char *project, const struct eg_version *version,
		       struct eg_link *link, struct choice *c)
{
	const struct eg_pip_request *pip = &s->request->pip;
	enum fit fit = UNUSABLE;
	const char *why = NULL;

	if (too_new(s, link))
		fit = EXCLUDED;
	else if (forbids(&pip->only_binary, &pip->no_binary, project))
		why = "it has no usable wheel, and building is not allowed";
	else if (link->file.yanked && !yank_allowed(s, project, version))
		why = "it was yanked";
	else if (!has_sdist_name(link->file.filename))
		why = "its source distribution has no name by PEP 625";
	else
		fit = USABLE;
	c->any |= fit != EXCLUDED;
	if (c->sdist && c->sdist_fit >= fit)
		return;
	c->sdist = link;
	c->sdist_fit = fit;
	c->sdist_why = why;
}

void eg_uv_evaluate(struct eg_uv_versions *s, const char *project, struct eg_uv_version *version)
{
	struct choice c = {0};

	if (version->evaluated)
		return;
	version->evaluated = true;
	for (size_t i = 0; i < version->links.n; i++) {
		if (is_wheel(version->links.v[i]->file.filename))
			take_wheel(s, project, &version->version, version->links.v[i], &c);
		else
			take_sdist(s, project, &version->version, version->links.v[i], &c);
	}
	version->missing = !c.any;
	if (c.wheel && c.wheel_fit == USABLE) {
		version->link = version->described = c.wheel;
	} else if (c.sdist && c.sdist_fit == USABLE) {
		version->link = c.sdist;
		version->described = c.wheel && c.wheel_fit != EXCLUDED ? c.wheel : c.sdist;
	} else {
		version->unusable = c.wheel && c.wheel_why ? c.wheel_why : c.sdist_why;
	}
}

/* ---- projects ---- */

/* TorchStrategy::applies_to */
static bool is_of_torch(const char *project)
{
	static const char *const names[] = {
		"fbgemm-gpu", "fbgemm-gpu-genai", "pytorch-triton", "pytorch-triton-rocm", "pytorch-triton-xpu", "torch",
		"torch-tensorrt", "torchao", "torcharrow", "torchaudio", "torchcodec", "torchcsprng", "torchdistx",
		"torchrec", "torchserve", "torchtext", "torchtune", "torchvision", "triton", "triton-rocm", "triton-xpu",
		"xformers",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(names[i], project))
			return true;
	return false;
}

/* Both in order; of equal ones those of V come first. */
static void merge(const struct eg_version **v, size_t *n, const struct eg_version **room, const struct eg_uv_map *map)
{
	size_t i = 0, k = 0, m = 0;

	while (i < *n || k < map->n)
		if (k == map->n || (i < *n && eg_version_cmp(v[i], &map->v[k].version) <= 0))
			room[m++] = v[i++];
		else
			room[m++] = &map->v[k++].version;
	memcpy(v, room, m * sizeof(*v));
	*n = m;
}

static void know_versions(struct eg_uv_versions *s, struct eg_uv_project *p)
{
	const struct eg_dist *dist = eg_installed_get(s->installed, p->name);
	size_t room = 1, n = 0;

	for (size_t i = 0; i < p->n_maps; i++)
		room += p->maps[i].n;
	p->known = EG_ARRAY(s->run->arena, const struct eg_version *, room);
	const struct eg_version **merged = EG_ARRAY(s->run->arena, const struct eg_version *, room);
	for (size_t i = 0; i < p->n_maps; i++)
		merge(p->known, &n, merged, &p->maps[i]);
	if (dist && dist->version.key) {
		size_t at = n++;

		for (; at && eg_version_cmp(p->known[at - 1], &dist->version) > 0; at--)
			p->known[at] = p->known[at - 1];
		p->known[at] = &dist->version;
	}
	p->n_known = 0;
	for (size_t i = 0; i < n; i++)
		if (!p->n_known || eg_version_cmp(p->known[p->n_known - 1], p->known[i]))
			p->known[p->n_known++] = p->known[i];
}

/* Which of the indexes count for the project. True: only the first of them that has it. */
static bool choose_indexes(const struct eg_uv_versions *s, const char *project, size_t *ret_first, size_t *ret_last)
{
	const struct eg_uv_request *request = s->request;
	size_t n = request->pip.indexes.n, n_torch = request->n_torch_indexes;
	size_t own = request->sources ? (size_t)(uintptr_t)eg_map_get(request->sources, project) : 0;
	bool torch = n_torch && is_of_torch(project);

	*ret_first = own ? own - 1 : torch ? n - n_torch : 0;
	*ret_last = own ? own : torch ? n : n - n_torch - request->n_explicit_indexes;
	return own || (!torch && request->index_strategy == EG_FIRST_INDEX);
}

/* The maps of all indexes that count: with the first-index strategy only the first that has the project. */
static enum eg_known ask(struct eg_uv_versions *s, struct eg_uv_project *p)
{
	size_t first, last;
	bool one = choose_indexes(s, p->name, &first, &last);
	struct eg_link *const *found = NULL, *const *links = NULL;
	size_t n_found = 0, n_links = 0;
	const char *locked = eg_map_get(&s->locked, p->name);
	struct eg_link *link = locked ? eg_index_direct(s->index, locked) : NULL;
	bool wanted = !link && eg_index_find_links(s->index, p->name, &found, &n_found) == EG_WANTED;

	if (link) { /* in the place of all that the indexes offer */
		found = &link;
		n_found = 1;
		first = last;
	}
	p->maps = EG_ARRAY(s->run->arena, struct eg_uv_map, last - first + 1);
	p->n_maps = 0;
	for (size_t i = first; i < last; i++) {
		struct by_version by = {.texts.arena = s->run->arena};
		enum eg_known state = eg_index_links_at(s->index, i, p->name, &links, &n_links);

		if (state == EG_FAILED)
			return EG_FAILED;
		wanted |= state == EG_WANTED;
		if (one && wanted)
			return EG_WANTED;
		if (state != EG_KNOWN || wanted)
			continue;
		add_links(s, p->name, &by, found, n_found);
		add_links(s, p->name, &by, links, n_links);
		build_map(s, &by, &p->maps[p->n_maps++]);
		if (one)
			break;
	}
	if (wanted)
		return EG_WANTED;
	if (!p->n_maps && n_found) {
		struct by_version by = {.texts.arena = s->run->arena};

		add_links(s, p->name, &by, found, n_found);
		build_map(s, &by, &p->maps[p->n_maps++]);
	}
	know_versions(s, p);
	return p->n_maps ? EG_KNOWN : EG_ABSENT;
}

const struct eg_uv_project *eg_uv_project_get(struct eg_uv_versions *s, const char *project)
{
	struct eg_uv_project *p = eg_map_get(&s->projects, project);

	if (!p) {
		p = EG_NEW(s->run->arena, struct eg_uv_project);
		p->name = eg_strdup(s->run->arena, project);
		p->state = EG_WANTED;
		eg_map_put(&s->projects, p->name, p);
	}
	if (p->state == EG_WANTED)
		p->state = ask(s, p);
	return p;
}
