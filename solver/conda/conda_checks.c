#include "conda_checks.h"

/* conda update takes names of installed packages (ensure_update_specs_exist). */
static enum eg_error_kind check_update(const struct eg_conda_state *state)
{
	const struct eg_conda_request *request = state->at->request;

	if (request->action != EG_CONDA_UPDATE || request->env_file || state->update == EG_UPDATE_ALL ||
	    request->tool != EG_CONDA_CONDA)
		return EG_OK;
	for (size_t i = 0; i < state->requested.n; i++) {
		const struct eg_matchspec *spec = state->requested.v[i].value;

		if (!eg_matchspec_is_name_only(spec))
			return eg_fail(state->run, EG_FORMAT,
				       "conda update takes names, not '%s': ask conda install for a version", spec->text);
		if (!eg_map_get(&state->by_name, spec->name))
			return eg_fail(state->run, EG_FORMAT, "package '%s' is not installed", spec->name);
	}
	return EG_OK;
}

/* CEP 22, as PrefixData.assert_not_frozen has it: create is not asked. mamba 2.8 knows nothing of it. */
static enum eg_error_kind check_frozen(const struct eg_conda_state *state)
{
	const struct eg_conda_request *request = state->at->request;
	const char *message = state->at->prefix->frozen;

	if (!message || request->action == EG_CONDA_CREATE)
		return EG_OK;
	if (request->tool != EG_CONDA_CONDA) {
		eg_note(state->run, "the environment is marked as frozen (conda-meta/frozen), which mamba does not heed%s%s",
			*message ? ": " : "", message);
		return EG_OK;
	}
	if (request->override_frozen || !state->at->config->protect_frozen_envs)
		return EG_OK;
	return eg_fail(state->run, EG_FORMAT, "'%s' is marked as frozen%s%s (conda-meta/frozen; --override-frozen, or "
		       "protect_frozen_envs: false, goes over it)", state->at->prefix->path, *message ? ": " : "", message);
}

enum eg_error_kind eg_conda_checks(const struct eg_conda_state *state)
{
	enum eg_error_kind kind = check_frozen(state);

	return kind ? kind : check_update(state);
}
