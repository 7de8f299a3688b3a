#include "conda_pins.h"

/* Is there a record, in a channel or installed, that both match? */
static bool are_compatible(const struct eg_conda_state *state, const struct eg_conda_universe *universe,
			   const struct eg_matchspec *a, const struct eg_matchspec *b)
{
	struct eg_arena *arena = state->run->arena;

	for (size_t i = 0; i < universe->n_subdirs; i++)
		for (size_t j = 0; j < universe->subdirs[i].n_records; j++) {
			const struct eg_conda_record *record = universe->subdirs[i].records[j];

			if (!strcmp(record->name, a->name) && eg_matchspec_match(arena, a, record) &&
			    eg_matchspec_match(arena, b, record))
				return true;
		}
	const struct eg_conda_record *installed = eg_map_get(&state->by_name, a->name);
	return installed && eg_matchspec_match(arena, a, installed) && eg_matchspec_match(arena, b, installed);
}

const char *eg_conda_pin_conflict(const struct eg_conda_state *state, const struct eg_conda_universe *universe)
{
	struct eg_arena *arena = state->run->arena;

	for (size_t i = 0; i < state->requested.n; i++) {
		const struct eg_matchspec *requested = state->requested.v[i].value;
		const struct eg_matchspec *pin = eg_map_get(&state->pinned, requested->name);
		const struct eg_conda_record *installed = eg_map_get(&state->by_name, requested->name);

		if (!pin)
			continue;
		bool held = eg_matchspec_is_name_only(pin) && installed;
		if (held && !eg_matchspec_match(arena, requested, installed))
			return eg_strf(arena, "'%s' is asked for, but %s is pinned to the installed %s", requested->text,
				       installed->name, installed->version);
		if (!are_compatible(state, universe, requested, pin))
			return eg_strf(arena, "'%s' is asked for, but '%s' is pinned", requested->text, pin->text);
	}
	return NULL;
}
