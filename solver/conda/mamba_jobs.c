#include "mamba_jobs.h"

#include <stdlib.h>

static void add(const struct eg_conda_state *state, struct eg_solver_request *request, enum eg_job_kind kind,
		struct eg_matchspec spec, bool clean)
{
	eg_vec_push(state->run->arena, &request->jobs,
		    (struct eg_solver_job){.kind = kind, .spec = spec, .clean_deps = clean});
}

static struct eg_matchspec read(const struct eg_conda_state *state, const char *text)
{
	struct eg_matchspec spec = {.text = text, .name = text};
	struct eg_run quiet = {.arena = state->run->arena};

	eg_matchspec_parse_mamba(&quiet, state->at->config, text, &spec);
	return spec;
}

static void add_requested(const struct eg_conda_state *state, struct eg_solver_request *request, enum eg_job_kind kind,
			  bool clean)
{
	const struct eg_strs *specs = &state->at->request->specs;

	for (size_t i = 0; i < specs->n; i++)
		add(state, request, kind, read(state, specs->v[i]), clean);
}

/* What pip put there is replaced, not kept as good enough (create_install_request). */
static bool is_by_pip(const struct eg_conda_state *state, const char *name)
{
	const struct eg_conda_record *installed = eg_map_get(&state->by_name, name);

	return installed && !strcmp(installed->channel, "pypi");
}

static void add_installs(const struct eg_conda_state *state, struct eg_solver_request *request)
{
	const struct eg_strs *specs = &state->at->request->specs;

	for (size_t i = 0; i < specs->n; i++) {
		struct eg_matchspec spec = read(state, specs->v[i]);

		add(state, request, is_by_pip(state, spec.name) ? EG_JOB_UPDATE : EG_JOB_INSTALL, spec, false);
	}
}

static void keep_history(const struct eg_conda_state *state, struct eg_solver_request *request)
{
	for (size_t i = 0; i < state->history.n; i++)
		add(state, request, EG_JOB_KEEP, *(const struct eg_matchspec *)state->history.v[i].value, false);
}

static void add_install(const struct eg_conda_state *state, struct eg_solver_request *request)
{
	bool python = eg_map_get(&state->requested, "python"), pip = eg_map_get(&state->requested, "pip");

	for (size_t i = 0; i < state->n_installed && state->at->request->freeze_installed; i++)
		add(state, request, EG_JOB_FREEZE, read(state, state->installed[i]->name), false);
	add_installs(state, request);
	if (python && !pip)
		add(state, request, EG_JOB_INSTALL, read(state, "pip"), false);
}

static void add_update(const struct eg_conda_state *state, struct eg_solver_request *request)
{
	const struct eg_conda_request *asked = state->at->request;

	if (asked->all || asked->update_all) {
		if (!asked->no_prune_deps)
			keep_history(state, request);
		add(state, request, EG_JOB_UPDATE_ALL, (struct eg_matchspec){.name = ""}, !asked->no_prune_deps);
		return;
	}
	if (!asked->env_file) {
		add_requested(state, request, EG_JOB_UPDATE, true);
		return;
	}
	for (size_t i = 0; i < state->history.n && asked->prune; i++)
		if (!eg_map_get(&state->requested, state->history.v[i].key))
			add(state, request, EG_JOB_REMOVE, read(state, state->history.v[i].key), true);
	add_requested(state, request, EG_JOB_INSTALL, false);
}

static void add_remove(const struct eg_conda_state *state, struct eg_solver_request *request)
{
	bool prune = !state->at->request->no_prune_deps;

	if (prune)
		keep_history(state, request);
	add_requested(state, request, EG_JOB_REMOVE, prune);
}

/* "1.2" of "1.2.3" */
static const char *series(struct eg_arena *arena, const char *version)
{
	size_t n = strcspn(version, ".");

	n += version[n] ? 1 + strcspn(version + n + 1, ".") : 0;
	return eg_strndup(arena, version, n);
}

static bool asks_for_python(const struct eg_conda_state *state)
{
	for (size_t i = 0; i < state->requested.n; i++)
		if (eg_matchspec_match_text(state->run->arena, state->requested.v[i].key, "python"))
			return true;
	return false;
}

/* A python that nobody asks to change keeps its series, and whether it has a GIL (core/pinning.cpp). */
static void pin_python(const struct eg_conda_state *state, struct eg_solver_request *request)
{
	const struct eg_conda_record *python = eg_map_get(&state->by_name, "python");
	const struct eg_conda_record *abi = eg_map_get(&state->by_name, "python_abi");
	struct eg_arena *arena = state->run->arena;
	const char *tag = abi ? strchr(abi->build, '_') : NULL;

	if (!python || asks_for_python(state))
		return;
	add(state, request, EG_JOB_PIN, read(state, eg_strf(arena, "python %s.*", series(arena, python->version))), false);
	if (tag && eg_map_get(&state->by_name, "python-freethreading"))
		add(state, request, EG_JOB_PIN,
		    read(state, eg_strf(arena, "python_abi[version='=%s',build='*%s']", series(arena, abi->version), tag)),
		    false);
}

static void add_pins(const struct eg_conda_state *state, struct eg_solver_request *request)
{
	const struct eg_strs *const lists[] = {&state->at->prefix->pinned, &state->at->config->pinned_packages};

	for (size_t k = 0; k < 2 && !state->at->request->no_pin; k++)
		for (size_t i = 0; i < lists[k]->n; i++)
			if (k || state->at->request->action != EG_CONDA_CREATE)
				add(state, request, EG_JOB_PIN, read(state, lists[k]->v[i]), false);
	if (!state->at->request->no_py_pin)
		pin_python(state, request);
}

void eg_mamba_jobs(const struct eg_conda_state *state, struct eg_solver_request *ret)
{
	struct eg_solver_request request = {
		.allow_downgrade = state->removing || state->at->config->allow_downgrade,
		.allow_uninstall = state->removing || state->at->config->allow_uninstall,
		.strict_priority = state->at->config->priority == EG_PRIORITY_STRICT,
		.force_reinstall = state->at->request->force_reinstall && !state->removing,
	};

	switch (state->at->request->action) {
	case EG_CONDA_INSTALL:
	case EG_CONDA_CREATE:
		add_install(state, &request);
		break;
	case EG_CONDA_UPDATE:
		add_update(state, &request);
		break;
	case EG_CONDA_REMOVE:
		add_remove(state, &request);
		break;
	}
	if (!state->removing)
		add_pins(state, &request);
	*ret = request;
}

static int by_number(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return (x > y) - (x < y);
}

struct node {
	size_t *needs, n; /* numbers of what it depends on, ascending */
	size_t next;      /* of them to be looked at */
	bool seen;
};

/* Python comes before pip, though each needs the other. */
static bool is_turned_round(const struct eg_conda_record *record, const struct eg_conda_record *needed)
{
	return !strcmp(record->name, "python") && !strcmp(needed->name, "pip");
}

static struct node *read_graph(struct eg_run *run, struct eg_conda_record *const *records, size_t n)
{
	struct node *nodes = EG_ARRAY(run->arena, struct node, n);
	struct eg_map numbers = {.arena = run->arena};

	for (size_t i = 0; i < n; i++)
		eg_map_put(&numbers, records[i]->name, (void *)(uintptr_t)(i + 1));
	for (size_t i = 0; i < n; i++) {
		const struct eg_strs *depends = &records[i]->depends;
		struct node *node = &nodes[i];

		node->needs = EG_ARRAY(run->arena, size_t, depends->n);
		for (size_t j = 0; j < depends->n; j++) {
			const char *name = eg_matchspec_name_of(run->arena, depends->v[j]);
			size_t number = (size_t)(uintptr_t)eg_map_get(&numbers, name);

			if (number && !is_turned_round(records[i], records[number - 1]))
				node->needs[node->n++] = number - 1;
		}
		if (node->n)
			qsort(node->needs, node->n, sizeof(*node->needs), by_number);
	}
	return nodes;
}

struct eg_conda_record **eg_mamba_sorted(struct eg_run *run, struct eg_conda_record *const *records, size_t n)
{
	struct eg_conda_record **sorted = EG_ARRAY(run->arena, struct eg_conda_record *, n);
	struct node *nodes = read_graph(run, records, n);
	size_t *stack = EG_ARRAY(run->arena, size_t, n), depth = 0, done = 0;

	for (size_t i = 0; i < n; i++) {
		if (nodes[i].seen)
			continue;
		nodes[i].seen = true;
		stack[depth++] = i;
		while (depth) {
			struct node *node = &nodes[stack[depth - 1]];

			if (node->next == node->n) {
				sorted[done++] = records[stack[--depth]];
				continue;
			}
			size_t need = node->needs[node->next++];
			if (!nodes[need].seen) {
				nodes[need].seen = true;
				stack[depth++] = need;
			}
		}
	}
	return sorted;
}
