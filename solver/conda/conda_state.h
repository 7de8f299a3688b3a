/* What a solve starts from, as conda-libmamba-solver's SolverInputState gathers it. */
#ifndef EG_CONDA_STATE_H
#define EG_CONDA_STATE_H

#include "conda_solve.h"
#include "matchspec.h"

enum eg_update_modifier {
	EG_UPDATE_SPECS,
	EG_UPDATE_FREEZE,
	EG_UPDATE_DEPS,
	EG_UPDATE_ALL,
	EG_UPDATE_SKIP_SATISFIED,
};

struct eg_conda_state {
	struct eg_run *run;
	const struct eg_conda_situation *at;
	struct eg_conda_record **installed; /* with canonical channels, sorted by name */
	size_t n_installed;
	struct eg_map by_name;              /* of them */
	struct eg_conda_record **by_pip;    /* what pip installed; with prefix_data_interoperability among the others */
	size_t n_by_pip;
	struct eg_map requested, pinned, history, aggressive; /* name to struct eg_matchspec, in order */
	struct eg_channel *channels;        /* those of the situation, and those that specs name */
	size_t n_channels;
	enum eg_update_modifier update;
	bool updating, removing, prune, no_deps, only_deps;
};

/* EG_FORMAT or EG_USAGE where the tool refuses the request before it solves anything. */
enum eg_error_kind eg_conda_state_read(struct eg_run *run, const struct eg_conda_situation *at,
				       struct eg_conda_state *ret);

/* For a transaction that is known: what is installed, and SPECS as what was requested. */
enum eg_error_kind eg_conda_state_given(struct eg_run *run, const struct eg_conda_situation *at,
					const struct eg_strs *specs, struct eg_conda_state *ret);

/* The names whose records may matter, for eg_conda_universe_load. */
void eg_conda_state_names(const struct eg_conda_state *state, struct eg_strs *ret);

#endif
