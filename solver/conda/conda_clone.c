#include "conda_clone.h"

static bool says_where(const struct eg_conda_record *record)
{
	return record->url && *record->url;
}

/* libmamba makes the URL of these, conda does not. */
static bool can_be_told(const struct eg_conda_record *record)
{
	return *record->channel && *record->subdir && *record->fn;
}

void eg_conda_clone_names(const struct eg_conda_state *state, struct eg_strs *ret)
{
	const struct eg_conda_prefix *source = state->at->clone;

	for (size_t i = 0; i < source->n_records && !state->at->config->mamba; i++)
		if (!says_where(source->records[i]))
			eg_vec_push(state->run->arena, ret, source->records[i]->name);
}

/* The newest by timestamp of those with the same name, version and build (_get_best_prec_match). */
static struct eg_conda_record *find(const struct eg_conda_universe *universe, const struct eg_conda_record *like)
{
	struct eg_conda_record *best = NULL;

	for (size_t i = 0; i < universe->n_subdirs; i++)
		for (size_t k = 0; k < universe->subdirs[i].n_records && !best; k++) {
			struct eg_conda_record *record = universe->subdirs[i].records[k];

			if (!strcmp(record->name, like->name) && !strcmp(record->version, like->version) &&
			    !strcmp(record->build, like->build))
				best = record;
		}
	return best;
}

static struct eg_conda_record *copy_of(const struct eg_conda_state *state, const struct eg_conda_record *record)
{
	struct eg_conda_record *copy = EG_NEW(state->run->arena, struct eg_conda_record);

	*copy = *record;
	copy->channel = eg_conda_channel_name(state->run, state->at->config, record->channel);
	return copy;
}

const char *eg_conda_clone(const struct eg_conda_state *state, const struct eg_conda_universe *universe,
			   struct eg_map *ret_after)
{
	const struct eg_conda_prefix *source = state->at->clone;
	struct eg_map after = {.arena = state->run->arena};

	for (size_t i = 0; i < source->n_records; i++) {
		struct eg_conda_record *record = source->records[i];

		if (!says_where(record) && state->at->config->mamba && !can_be_told(record)) {
			eg_note(state->run, "mamba leaves %s out of the clone: its record does not say where it came from",
				record->name);
			continue;
		}
		record = says_where(record) || state->at->config->mamba ? copy_of(state, record) : find(universe, record);
		if (!record)
			return eg_strf(state->run->arena, "%s=%s=%s", source->records[i]->name, source->records[i]->version,
				       source->records[i]->build);
		eg_map_put(&after, record->name, record);
	}
	*ret_after = after;
	return NULL;
}
