/* dump_environment [PYTHON]: what is known of an environment, as JSON, for compare_environment.py. */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>

#include "python/installed.h"

static cJSON *strings(const struct eg_strs *list)
{
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < list->n; i++)
		cJSON_AddItemToArray(array, cJSON_CreateString(list->v[i]));
	return array;
}

static void add(cJSON *object, const char *key, const char *value)
{
	cJSON_AddItemToObject(object, key, value ? cJSON_CreateString(value) : cJSON_CreateNull());
}

static cJSON *interpreter_json(const struct eg_interpreter *it)
{
	cJSON *json = cJSON_CreateObject(), *markers = cJSON_AddObjectToObject(json, "environment");

	for (int i = 0; i < EG_N_MARKER_VARIABLES; i++)
		add(markers, eg_marker_variable_name((enum eg_marker_variable)i), it->markers.value[i]);
	add(json, "exe", it->exe);
	add(json, "version", it->version);
	add(json, "prefix", it->prefix);
	add(json, "base_prefix", it->base_prefix);
	add(json, "purelib", it->purelib);
	add(json, "platlib", it->platlib);
	add(json, "user_site", it->user_site);
	add(json, "externally_managed", it->externally_managed);
	add(json, "default_index", it->default_index);
	cJSON_AddItemToObject(json, "site", strings(&it->site));
	cJSON_AddBoolToObject(json, "venv", it->venv);
	cJSON_AddBoolToObject(json, "system_site", it->system_site);
	cJSON_AddBoolToObject(json, "conda", it->conda);
	return json;
}

static cJSON *dist_json(const struct eg_dist *dist)
{
	cJSON *json = cJSON_CreateObject(), *requires = cJSON_AddArrayToObject(json, "requires");

	add(json, "project", dist->project);
	add(json, "name", dist->name);
	add(json, "version", dist->version.canonical);
	add(json, "path", dist->path);
	add(json, "installer", dist->installer);
	add(json, "direct_url", dist->direct_url);
	add(json, "editable", dist->editable);
	for (size_t i = 0; i < dist->metadata->n_requires_dist; i++)
		cJSON_AddItemToArray(requires, cJSON_CreateString(dist->metadata->requires_dist[i].text));
	cJSON_AddItemToObject(json, "extras", strings(&dist->metadata->provides_extra));
	return json;
}

static enum eg_error_kind dump(struct eg_run *run, const char *python, cJSON **ret)
{
	struct eg_environment env;
	struct eg_interpreter it;
	struct eg_installed installed;
	enum eg_error_kind kind = eg_environment_find(run, python, NULL, &env);

	if (kind == EG_OK)
		kind = eg_interpreter_facts(run, eg_cache_open(run), env.python, &it);
	if (kind == EG_OK)
		kind = eg_installed_read(run, &it, &installed);
	if (kind)
		return kind;
	cJSON *json = interpreter_json(&it), *dists = cJSON_AddArrayToObject(json, "installed");
	for (size_t i = 0; i < installed.n; i++) {
		eg_dist_load(run, installed.v[i]);
		cJSON_AddItemToArray(dists, dist_json(installed.v[i]));
	}
	cJSON_AddItemToObject(json, "notes", strings(&run->notes));
	*ret = json;
	return EG_OK;
}

int main(int argc, char **argv)
{
	struct eg_run run = {.arena = eg_arena_new(NULL)};
	cJSON *json = NULL;

	if (dump(&run, argc > 1 ? argv[1] : NULL, &json)) {
		fprintf(stderr, "dump_environment: %s\n", run.error.message);
	} else {
		char *text = cJSON_Print(json);
		puts(text);
		free(text);
	}
	int rc = !json;
	cJSON_Delete(json);
	eg_arena_free(run.arena);
	return rc;
}
