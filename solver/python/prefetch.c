#include "prefetch.h"
#include "strs.h"

enum { MAX_AHEAD = 16 };

/* One project as guessed so far. */
struct guess {
	const char *project;
	EG_VEC(const struct eg_specset *) specs;
	size_t n_given;                /* of them, the user's own */
	struct eg_strs extras;
	bool named;
	struct eg_link *link;          /* the candidate that is guessed */
	const struct eg_metadata *expanded; /* whose requirements were followed … */
	size_t expanded_extras;        /* … with that many extras */
	unsigned waits;                /* how often the resolution had to wait for a file of it */
};

struct eg_prefetch {
	struct eg_run *run;
	struct eg_prefetch_scope scope;
	struct eg_map guesses;
	unsigned depth;
	bool started;
};

static void take_requirement(struct eg_prefetch *prefetch, const struct eg_requirement *req);

static struct guess *guess_of(struct eg_prefetch *prefetch, const char *project)
{
	struct guess *guess = eg_map_get(&prefetch->guesses, project);

	if (!guess) {
		guess = EG_NEW(prefetch->run->arena, struct guess);
		guess->project = project;
		eg_map_put(&prefetch->guesses, project, guess);
	}
	return guess;
}

static bool holds(const struct eg_prefetch *prefetch, const struct guess *guess, const struct eg_requirement *req)
{
	const struct eg_marker_env *env = &prefetch->scope.interpreter->markers;

	if (eg_marker_holds(req->marker, env, ""))
		return true;
	for (size_t i = 0; i < guess->extras.n; i++)
		if (eg_marker_holds(req->marker, env, guess->extras.v[i]))
			return true;
	return false;
}

static void expand(struct eg_prefetch *prefetch, struct guess *guess, const struct eg_metadata *metadata)
{
	if (prefetch->scope.request->no_deps)
		return;
	if (guess->expanded == metadata && guess->expanded_extras == guess->extras.n)
		return;
	guess->expanded = metadata;
	guess->expanded_extras = guess->extras.n;
	for (size_t i = 0; i < metadata->n_requires_dist; i++)
		if (holds(prefetch, guess, &metadata->requires_dist[i]))
			take_requirement(prefetch, &metadata->requires_dist[i]);
}

/* The installed distribution where pip would keep it; NULL: it looks at the index. */
static const struct eg_metadata *kept(struct eg_prefetch *prefetch, const struct guess *guess,
				      const struct eg_filter *filter)
{
	const struct eg_pip_request *request = prefetch->scope.request;
	struct eg_dist *dist = eg_map_get(&prefetch->scope.installed->by_project, guess->project);

	if (!dist || request->force_reinstall || request->ignore_installed || !dist->version.key)
		return NULL;
	if (request->upgrade == EG_EAGER || (request->upgrade == EG_ONLY_IF_NEEDED && guess->named))
		return NULL;
	if (!eg_filter_contains(filter, &dist->version))
		return NULL;
	eg_dist_load(prefetch->run, dist);
	return dist->metadata;
}

/* NULL: not known yet, and wanted from now on; or not to be had */
static const struct eg_metadata *want_metadata(struct eg_prefetch *prefetch, struct eg_link *link)
{
	const struct eg_metadata *metadata = NULL;
	enum eg_error_kind kind;
	const char *error;

	return eg_index_metadata(prefetch->scope.index, link, &metadata, &kind, &error) == EG_KNOWN ? metadata : NULL;
}

static void follow_link(struct eg_prefetch *prefetch, struct guess *guess, struct eg_link *link)
{
	guess->link = link;
	const struct eg_metadata *metadata = want_metadata(prefetch, link);
	if (metadata)
		expand(prefetch, guess, metadata);
}

static void follow(struct eg_prefetch *prefetch, struct guess *guess)
{
	const struct eg_filter filter = {.specs = guess->specs.v, .n_specs = guess->specs.n};
	const struct eg_metadata *metadata = kept(prefetch, guess, &filter);
	const struct eg_project *project;
	const struct eg_version *version;
	struct eg_found found;

	if (metadata) {
		expand(prefetch, guess, metadata);
		return;
	}
	if (eg_finder_project(prefetch->scope.finder, guess->project, &project) != EG_KNOWN)
		return;
	eg_found_start(&found, prefetch->scope.finder, project, &filter);
	struct eg_link *link = eg_found_next(&found, &version);
	if (link)
		follow_link(prefetch, guess, link);
}

/* A requirement that will be met joins the guess. False: it was known. */
static bool join(struct eg_prefetch *prefetch, struct guess *guess, const struct eg_requirement *req)
{
	bool news = !guess->specs.n;

	for (size_t i = 0; i < req->n_extras; i++)
		if (!eg_strs_has(&guess->extras, req->extras[i])) {
			eg_vec_push(prefetch->run->arena, &guess->extras, req->extras[i]);
			news = true;
		}
	for (size_t i = 0; i < guess->specs.n && !news; i++)
		if (guess->specs.v[i] == &req->spec)
			return false;
	eg_vec_push(prefetch->run->arena, &guess->specs, &req->spec);
	return true;
}

static void take_requirement(struct eg_prefetch *prefetch, const struct eg_requirement *req)
{
	struct guess *guess = guess_of(prefetch, req->project);

	if (!join(prefetch, guess, req) || req->url)
		return;
	if (prefetch->depth < 64) { /* a chain that is all in memory; deeper ones are followed when they are met */
		prefetch->depth++;
		follow(prefetch, guess);
		prefetch->depth--;
	}
}

/* The user's own lines: they hold whatever version of anything is looked at. */
static void take_line(struct eg_prefetch *prefetch, const struct eg_pip_line *line, bool named)
{
	if (!line->holds || !line->req.project)
		return;
	struct guess *guess = guess_of(prefetch, line->req.project);
	guess->named |= named;
	join(prefetch, guess, &line->req);
	guess->n_given = guess->specs.n;
}

void eg_prefetch_waiting(struct eg_prefetch *prefetch)
{
	const struct eg_pip_lines *roots = &prefetch->scope.request->roots;

	if (prefetch->started)
		return;
	prefetch->started = true;
	for (size_t i = 0; i < roots->n; i++)
		if (roots->v[i].holds && roots->v[i].req.project && !roots->v[i].req.url)
			follow(prefetch, guess_of(prefetch, roots->v[i].req.project));
}

void eg_prefetch_waiting_for(struct eg_prefetch *prefetch, const char *project, struct eg_link *link,
			     const struct eg_found *ahead)
{
	struct guess *guess = guess_of(prefetch, project);
	const struct eg_version *version, *last = NULL;

	follow_link(prefetch, guess, link);
	if (!ahead || !guess->waits++)
		return;
	/* the resolution goes down the versions of this project one by one: look ahead, twice as far each time */
	size_t n = guess->waits < 5 ? (size_t)1 << guess->waits : MAX_AHEAD;
	struct eg_found copy = *ahead;
	while (n && (link = eg_found_next(&copy, &version))) {
		if (last && !eg_version_cmp(last, version))
			continue;
		last = version;
		want_metadata(prefetch, link);
		n--;
	}
}

static void page_arrived(void *ctx, const char *project)
{
	struct eg_prefetch *prefetch = ctx;
	struct guess *guess = eg_map_get(&prefetch->guesses, project);

	if (guess)
		follow(prefetch, guess);
}

/* A version further down the walk: where it pins what it requires, those files will be asked for when its turn comes. */
static void want_pins(struct eg_prefetch *prefetch, const struct guess *guess, const struct eg_metadata *metadata)
{
	for (size_t i = 0; i < metadata->n_requires_dist; i++) {
		const struct eg_requirement *req = &metadata->requires_dist[i];
		const struct eg_specset *spec = &req->spec;
		const struct eg_filter filter = {.specs = &spec, .n_specs = 1};
		const struct eg_version *version;
		const struct eg_project *project;
		struct eg_found found;

		if (!eg_specset_pinned(spec) || !holds(prefetch, guess, req) ||
		    eg_finder_project(prefetch->scope.finder, req->project, &project) != EG_KNOWN)
			continue;
		eg_found_start(&found, prefetch->scope.finder, project, &filter);
		struct eg_link *link = eg_found_next(&found, &version);
		const struct guess *required = guess_of(prefetch, req->project);
		const struct eg_filter given = {.specs = required->specs.v, .n_specs = required->n_given};
		if (link && eg_filter_contains(&given, version))
			want_metadata(prefetch, link);
	}
}

static void metadata_arrived(void *ctx, struct eg_link *link, const struct eg_metadata *metadata)
{
	struct eg_prefetch *prefetch = ctx;

	if (!metadata->name || prefetch->scope.request->no_deps)
		return;
	struct guess *guess = eg_map_get(&prefetch->guesses, eg_normalize(prefetch->run->arena, metadata->name,
									  strlen(metadata->name)));
	if (guess && guess->link == link)
		expand(prefetch, guess, metadata);
	else if (guess)
		want_pins(prefetch, guess, metadata);
}

struct eg_prefetch *eg_prefetch_new(struct eg_run *run, const struct eg_prefetch_scope *scope)
{
	struct eg_prefetch *prefetch = EG_NEW(run->arena, struct eg_prefetch);
	const struct eg_index_watch watch = {page_arrived, metadata_arrived, prefetch};

	prefetch->run = run;
	prefetch->scope = *scope;
	prefetch->guesses.arena = run->arena;
	for (size_t i = 0; i < scope->request->constraints.n; i++)
		take_line(prefetch, &scope->request->constraints.v[i], false);
	for (size_t i = 0; i < scope->request->roots.n; i++)
		take_line(prefetch, &scope->request->roots.v[i], true);
	eg_index_watch(scope->index, &watch);
	return prefetch;
}
