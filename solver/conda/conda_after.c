#include "conda_after.h"

#include "conda_graph.h"

bool eg_conda_same_record(const struct eg_conda_record *a, const struct eg_conda_record *b)
{
	return !strcmp(a->name, b->name) && !strcmp(a->version, b->version) && !strcmp(a->build, b->build) &&
	       a->build_number == b->build_number && !strcmp(a->channel, b->channel) && !strcmp(a->subdir, b->subdir);
}

static bool is_requested(const struct eg_conda_state *state, const struct eg_conda_record *record)
{
	const struct eg_matchspec *spec = eg_map_get(&state->requested, record->name);

	return spec && eg_matchspec_match(state->run->arena, spec, record);
}

/* --no-deps: nothing changes but what was asked for. */
static void without_deps(const struct eg_conda_state *state, struct eg_map *after)
{
	struct eg_map kept = {.arena = state->run->arena};

	for (size_t i = 0; i < state->n_installed; i++)
		eg_map_put(&kept, state->installed[i]->name, state->installed[i]);
	if (state->removing) { /* what is still there and matches: state.py looks at the solver's answer */
		for (size_t i = 0; i < after->n; i++)
			if (after->v[i].value && is_requested(state, after->v[i].value))
				eg_map_put(&kept, after->v[i].key, NULL);
	} else {
		for (size_t i = 0; i < after->n; i++)
			if (after->v[i].value && is_requested(state, after->v[i].value))
				eg_map_put(&kept, after->v[i].key, after->v[i].value);
	}
	*after = kept;
}

static void make_graph(const struct eg_conda_state *state, const struct eg_map *after, struct eg_conda_graph *ret)
{
	struct eg_conda_record **records = EG_ARRAY(state->run->arena, struct eg_conda_record *, after->n);
	size_t n = 0;

	for (size_t i = 0; i < after->n; i++)
		if (after->v[i].value)
			records[n++] = after->v[i].value;
	eg_conda_graph_make(state->run, records, n, ret);
}

/* --only-deps: not the requested packages that nothing else needs. */
static void only_deps(const struct eg_conda_state *state, struct eg_map *after)
{
	struct eg_map removed = {.arena = state->run->arena};
	struct eg_conda_graph graph;

	make_graph(state, after, &graph);
	eg_conda_graph_remove_youngest(&graph, &state->requested, &removed);
	for (size_t i = 0; i < removed.n; i++) {
		const char *name = removed.v[i].key;
		struct eg_conda_record *installed = eg_map_get(&state->by_name, name);

		if (state->removing && installed && !eg_map_get(&state->requested, name))
			continue;
		eg_map_put(after, name, installed);
	}
}

static void prune(const struct eg_conda_state *state, struct eg_map *after)
{
	struct eg_conda_graph graph;

	make_graph(state, after, &graph);
	eg_conda_graph_prune(&graph, &state->requested);
	for (size_t i = 0; i < graph.n; i++)
		if (graph.gone[i])
			eg_map_put(after, graph.records[i]->name, NULL);
}

void eg_conda_after(const struct eg_conda_state *state, const struct eg_solver_outcome *outcome, struct eg_map *ret)
{
	struct eg_map after = {.arena = state->run->arena};

	for (size_t i = 0; i < state->n_installed; i++)
		eg_map_put(&after, state->installed[i]->name, state->installed[i]);
	for (size_t i = 0; i < outcome->removed.n; i++)
		eg_map_put(&after, outcome->removed.v[i]->name, NULL);
	for (size_t i = 0; i < outcome->installed.n; i++)
		eg_map_put(&after, outcome->installed.v[i]->name, outcome->installed.v[i]);
	if (state->no_deps)
		without_deps(state, &after);
	else if (state->only_deps && state->update != EG_UPDATE_DEPS)
		only_deps(state, &after);
	if (state->prune)
		prune(state, &after);
	*ret = after;
}

void eg_conda_update_deps(const struct eg_conda_state *state, const struct eg_map *after, struct eg_map *ret_requested)
{
	struct eg_arena *arena = state->run->arena;
	struct eg_map needed = {.arena = arena};
	struct eg_conda_graph graph;

	make_graph(state, after, &graph);
	for (size_t i = 0; i < state->requested.n; i++)
		eg_conda_graph_ancestors(&graph, state->requested.v[i].key, &needed);
	for (size_t i = 0; i < needed.n; i++) {
		const char *name = needed.v[i].key;
		const struct eg_conda_record *python = eg_map_get(&state->by_name, "python");
		struct eg_matchspec *spec = EG_NEW(arena, struct eg_matchspec);

		if (eg_map_get(&state->pinned, name))
			continue;
		*spec = (struct eg_matchspec){.text = name, .name = name};
		if (!strcmp(name, "python") && python) {
			size_t n = strcspn(python->version, ".");
			const char *why;

			n += python->version[n] ? 1 + strcspn(python->version + n + 1, ".") : 0;
			spec->version =
				eg_conda_spec_parse(arena, eg_strf(arena, "%.*s.*", (int)n, python->version), &why);
		}
		eg_map_put(ret_requested, name, spec);
	}
	for (size_t i = 0; i < state->requested.n; i++)
		eg_map_put(ret_requested, state->requested.v[i].key, state->requested.v[i].value);
}
