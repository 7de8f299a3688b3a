#include "conda_checks.h"

#include "file.h"

/* Files of packages are put there as they are, names are solved: not both at once (Environment.from_cli), and no update. */
static enum eg_error_kind check_explicit(const struct eg_conda_state *state)
{
	const struct eg_conda_request *request = state->at->request;
	const struct eg_strs *files = &request->explicit_urls;

	if (request->tool != EG_CONDA_CONDA || request->env_file || !files->n)
		return EG_OK;
	if (request->action == EG_CONDA_UPDATE)
		return eg_fail(state->run, EG_FORMAT, "conda update takes names, not the file '%s'", files->v[0]);
	if (state->requested.n)
		return eg_fail(state->run, EG_FORMAT, "conda takes either files of packages ('%s') or names ('%s'), not both",
			       files->v[0], state->requested.v[0].key);
	return EG_OK;
}

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

/* What conda calls an environment has a history, be it empty (PrefixData.assert_environment); env update and create do not
   ask for one, and mamba never does. A directory that is not there is a new environment. */
static enum eg_error_kind check_environment(const struct eg_conda_state *state)
{
	const struct eg_conda_request *request = state->at->request;
	const struct eg_conda_prefix *prefix = state->at->prefix;

	if (request->tool != EG_CONDA_CONDA || request->action == EG_CONDA_CREATE ||
	    (request->env_file && request->action == EG_CONDA_UPDATE) || !prefix->exists ||
	    eg_is_file(eg_path_join(state->run->arena, prefix->path, "conda-meta/history")))
		return EG_OK;
	return eg_fail(state->run, EG_FORMAT, "'%s' is no environment to conda: conda-meta/history is missing; conda create "
		       "makes one of the directory", prefix->path);
}

enum eg_error_kind eg_conda_checks(const struct eg_conda_state *state)
{
	enum eg_error_kind kind = check_environment(state);

	if (!kind)
		kind = check_frozen(state);
	if (!kind)
		kind = check_explicit(state);
	return kind ? kind : check_update(state);
}

/* UnlinkLinkTransaction._verify_prefix_level */
const char *eg_conda_disallowed(const struct eg_conda_state *state, const struct eg_map *after)
{
	const struct eg_strs *texts = &state->at->config->disallowed_packages;
	struct eg_run quiet = {.arena = state->run->arena};
	struct eg_matchspec spec;

	for (size_t i = 0; i < texts->n && !state->at->config->mamba; i++) {
		if (eg_matchspec_parse(&quiet, state->at->config, texts->v[i], &spec))
			continue;
		for (size_t k = 0; k < after->n; k++) {
			const struct eg_conda_record *record = after->v[k].value;

			if (record && record != eg_map_get(&state->by_name, record->name) &&
			    eg_matchspec_match(state->run->arena, &spec, record))
				return eg_strf(state->run->arena, "%s %s would be installed, which disallowed_packages forbids "
					       "('%s')", record->name, record->version, texts->v[i]);
		}
	}
	return NULL;
}
