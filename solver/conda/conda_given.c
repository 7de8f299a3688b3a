#include "conda_given.h"

#include "conda_after.h"
#include "conda_plan.h"
#include "url.h"

static const char *said(const char *s, const char *otherwise)
{
	return s ? s : otherwise;
}

static struct eg_conda_record *record_of(const struct eg_conda_state *state, const struct eg_given *given)
{
	struct eg_conda_record *record = EG_NEW(state->run->arena, struct eg_conda_record);

	*record = (struct eg_conda_record){
		.name = given->name,
		.version = given->version,
		.build = said(given->build, ""),
		.build_number = given->build_number,
		.channel = eg_conda_channel_name(state->run, state->at->config, said(given->channel, "")),
		.subdir = said(given->subdir, ""),
		.fn = said(given->file, ""),
		.url = given->url,
		.sha256 = given->sha256,
		.size = given->size,
		.depends = given->requires,
		.constrains = given->constrains,
	};
	return record;
}

enum eg_error_kind eg_conda_given(struct eg_run *run, const struct eg_conda_situation *situation,
				  const struct eg_transaction *transaction, struct eg_plan *ret)
{
	struct eg_conda_state state;
	struct eg_map after = {.arena = run->arena}, relinked = {.arena = run->arena};
	enum eg_error_kind kind = eg_conda_state_given(run, situation, &transaction->requested, &state);

	if (kind)
		return kind;
	eg_conda_plan_before(&state, ret);
	for (size_t i = 0; i < transaction->indexes.n; i++)
		eg_vec_push(run->arena, &ret->indexes, eg_url_public(run->arena, transaction->indexes.v[i]));
	ret->asks_upgrade |= transaction->upgrade;
	for (size_t i = 0; i < state.n_installed; i++)
		eg_map_put(&after, state.installed[i]->name, state.installed[i]);
	for (size_t i = 0; i < transaction->removed.n; i++)
		if (eg_map_get(&state.by_name, transaction->removed.v[i]))
			eg_map_put(&after, transaction->removed.v[i], NULL);
	for (size_t i = 0; i < transaction->n_given; i++) {
		struct eg_conda_record *record = record_of(&state, &transaction->given[i]);
		const struct eg_conda_record *before = eg_map_get(&state.by_name, record->name);
		if (before && eg_conda_same_record(before, record))
			eg_map_put(&relinked, record->name, record);
		eg_map_put(&after, record->name, record);
	}
	eg_conda_plan(&state, &after, &relinked, ret);
	return EG_OK;
}
