/* Prints, as JSON, the request that a pip command line means to us: dump_request PYTHON SITE WORD…
   SITE is a directory with the pip (its dist-info tells the release) in the place of the interpreter's own. */
#include <stdio.h>
#include <stdlib.h>
#include <cjson/cJSON.h>

#include "tool_pip.h"

static cJSON *strings(const struct eg_strs *strs)
{
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < strs->n; i++)
		cJSON_AddItemToArray(array, cJSON_CreateString(strs->v[i]));
	return array;
}

static cJSON *control(const struct eg_format_control *control)
{
	cJSON *array = strings(&control->names);

	if (control->all)
		cJSON_AddItemToArray(array, cJSON_CreateString(":all:"));
	return array;
}

static void add_text(cJSON *object, const char *name, const char *text)
{
	if (text)
		cJSON_AddStringToObject(object, name, text);
	else
		cJSON_AddNullToObject(object, name);
}

static cJSON *lines(struct eg_arena *arena, const struct eg_pip_lines *v)
{
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < v->n; i++) {
		const struct eg_pip_line *line = &v->v[i];
		cJSON *object = cJSON_CreateObject(), *extras = cJSON_AddArrayToObject(object, "extras");

		cJSON_AddItemToArray(array, object);
		for (size_t j = 0; j < line->req.n_extras; j++)
			cJSON_AddItemToArray(extras, cJSON_CreateString(line->req.extras[j]));
		add_text(object, "project", line->req.name ? line->req.project : NULL);
		cJSON_AddStringToObject(object, "specifier", eg_specset_text(arena, &line->req.spec));
		add_text(object, "url", line->req.url);
		add_text(object, "origin", line->origin);
		add_text(object, "locked", line->locked);
		cJSON_AddBoolToObject(object, "editable", line->editable);
		cJSON_AddBoolToObject(object, "vcs", line->vcs);
		cJSON_AddBoolToObject(object, "holds", line->holds);
		cJSON_AddItemToObject(object, "hashes", strings(&line->hashes));
		cJSON_AddItemToObject(object, "settings", strings(&line->config_settings));
	}
	return array;
}

static const char *upgrade_name(enum eg_upgrade upgrade)
{
	return upgrade == EG_EAGER ? "eager" : upgrade == EG_ONLY_IF_NEEDED ? "only-if-needed" : "to-satisfy-only";
}

static cJSON *dump(struct eg_arena *arena, const struct eg_pip_request *r)
{
	cJSON *o = cJSON_CreateObject();
	const struct {
		const char *name;
		bool value;
	} flags[] = {
		{"default_index", r->default_index}, {"no_index", r->no_index}, {"force_reinstall", r->force_reinstall},
		{"ignore_installed", r->ignore_installed}, {"no_deps", r->no_deps}, {"only_deps", r->only_deps},
		{"prefer_binary", r->prefer_binary}, {"ignore_requires_python", r->ignore_requires_python},
		{"require_hashes", r->require_hashes}, {"user", r->user}, {"dry_run", r->dry_run},
		{"break_system_packages", r->break_system_packages}, {"no_build_isolation", r->no_build_isolation},
		{"pre", r->pre}, {"targets", r->targets}, {"no_cache", r->no_cache}, {"no_input", r->no_input},
	};

	cJSON_AddItemToObject(o, "roots", lines(arena, &r->roots));
	cJSON_AddItemToObject(o, "constraints", lines(arena, &r->constraints));
	cJSON_AddItemToObject(o, "indexes", strings(&r->indexes));
	cJSON_AddItemToObject(o, "find_links", strings(&r->find_links));
	cJSON_AddItemToObject(o, "trusted_hosts", strings(&r->trusted_hosts));
	cJSON_AddItemToObject(o, "no_binary", control(&r->no_binary));
	cJSON_AddItemToObject(o, "only_binary", control(&r->only_binary));
	cJSON_AddItemToObject(o, "all_releases", control(&r->all_releases));
	cJSON_AddItemToObject(o, "only_final", control(&r->only_final));
	cJSON_AddItemToObject(o, "platforms", strings(&r->platforms));
	cJSON_AddItemToObject(o, "abis", strings(&r->abis));
	cJSON_AddItemToObject(o, "unknown_options", strings(&r->unknown_options));
	cJSON_AddItemToObject(o, "command", strings(&r->command));
	cJSON_AddStringToObject(o, "upgrade", upgrade_name(r->upgrade));
	add_text(o, "uploaded_prior_to", r->uploaded_prior_to);
	add_text(o, "target", r->target);
	add_text(o, "prefix", r->prefix_dir);
	add_text(o, "root", r->root);
	add_text(o, "python_version", r->python_version);
	add_text(o, "implementation", r->implementation);
	add_text(o, "proxy", r->proxy);
	add_text(o, "cert", r->cert);
	add_text(o, "client_cert", r->client_cert);
	add_text(o, "keyring_provider", r->keyring_provider);
	cJSON_AddNumberToObject(o, "timeout", r->timeout_s);
	cJSON_AddNumberToObject(o, "retries", r->retries);
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		cJSON_AddBoolToObject(o, flags[i].name, flags[i].value);
	return o;
}

int main(int argc, char **argv)
{
	struct eg_run run = {.arena = eg_arena_new(abort)};
	struct eg_interpreter interpreter = {0};
	struct eg_pip_request request = {0};

	if (argc < 4)
		return 2;
	enum eg_error_kind error = eg_interpreter_facts(&run, eg_cache_open(&run), argv[1], &interpreter);
	if (!error) {
		interpreter.site = (struct eg_strs){0};
		eg_vec_push(run.arena, &interpreter.site, argv[2]);
		error = eg_pip_command(&run, &interpreter, (const char *const *)argv + 3, (size_t)argc - 3, &request);
	}
	cJSON *o = error ? cJSON_CreateObject() : dump(run.arena, &request);
	if (error) {
		cJSON_AddStringToObject(o, "kind", eg_error_name(error));
		add_text(o, "error", run.error.message);
	}
	cJSON_AddItemToObject(o, "notes", strings(&run.notes));
	char *text = cJSON_PrintUnformatted(o);
	puts(text);
	cJSON_free(text);
	cJSON_Delete(o);
	eg_arena_free(run.arena);
	return 0;
}
