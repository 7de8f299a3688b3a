#include "conda_graph.h"

static char present;

void eg_conda_graph_make(struct eg_run *run, struct eg_conda_record *const *records, size_t n,
			 struct eg_conda_graph *ret)
{
	struct eg_conda_graph graph = {.run = run, .n = n};
	struct eg_map numbers = {.arena = run->arena};

	graph.records = EG_ARRAY(run->arena, struct eg_conda_record *, n);
	graph.needs = eg_alloc_array(run->arena, n, n);
	graph.gone = EG_ARRAY(run->arena, bool, n);
	for (size_t i = 0; i < n; i++) {
		graph.records[i] = records[i];
		eg_map_put(&numbers, records[i]->name, &graph.records[i]);
	}
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < records[i]->depends.n; j++) {
			const char *name = eg_matchspec_name_of(run->arena, records[i]->depends.v[j]);
			struct eg_conda_record **needed = eg_map_get(&numbers, name);
			struct eg_run quiet = {.arena = run->arena};
			struct eg_matchspec spec;

			if (needed && !eg_matchspec_parse(&quiet, NULL, records[i]->depends.v[j], &spec) &&
			    eg_matchspec_match(run->arena, &spec, *needed))
				graph.needs[i * n + (size_t)(needed - graph.records)] = true;
		}
	*ret = graph;
}

static bool is_needed(const struct eg_conda_graph *graph, size_t number)
{
	for (size_t i = 0; i < graph->n; i++)
		if (!graph->gone[i] && graph->needs[i * graph->n + number])
			return true;
	return false;
}

static bool is_asked_for(const struct eg_conda_graph *graph, size_t number, const struct eg_map *specs)
{
	const struct eg_matchspec *spec = eg_map_get(specs, graph->records[number]->name);

	return spec && eg_matchspec_match(graph->run->arena, spec, graph->records[number]);
}

void eg_conda_graph_remove_youngest(struct eg_conda_graph *graph, const struct eg_map *specs,
				    struct eg_map *ret_removed)
{
	bool *chosen = EG_ARRAY(graph->run->arena, bool, graph->n);

	for (size_t i = 0; i < graph->n; i++)
		chosen[i] = !graph->gone[i] && !is_needed(graph, i) && is_asked_for(graph, i, specs);
	for (size_t i = 0; i < graph->n; i++) {
		if (!chosen[i])
			continue;
		graph->gone[i] = true;
		eg_map_put(ret_removed, graph->records[i]->name, graph->records[i]);
	}
}

void eg_conda_graph_prune(struct eg_conda_graph *graph, const struct eg_map *specs)
{
	for (bool news = true; news;) {
		news = false;
		for (size_t i = 0; i < graph->n; i++) {
			if (graph->gone[i] || is_needed(graph, i) || is_asked_for(graph, i, specs))
				continue;
			graph->gone[i] = news = true;
		}
	}
}

static size_t find(const struct eg_conda_graph *graph, const char *name)
{
	size_t i = 0;

	while (i < graph->n && strcmp(graph->records[i]->name, name))
		i++;
	return i;
}

void eg_conda_graph_ancestors(const struct eg_conda_graph *graph, const char *name, struct eg_map *ret)
{
	size_t *queue = EG_ARRAY(graph->run->arena, size_t, graph->n + 1), head = 0, tail = 0;
	bool *seen = EG_ARRAY(graph->run->arena, bool, graph->n + 1);
	size_t first = find(graph, name);

	if (first == graph->n)
		return;
	for (queue[tail++] = first; head < tail; head++)
		for (size_t i = 0; i < graph->n; i++) {
			if (!graph->needs[queue[head] * graph->n + i] || seen[i] || tail > graph->n)
				continue;
			seen[i] = true;
			eg_map_put(ret, graph->records[i]->name, &present);
			queue[tail++] = i;
		}
}
