#include "pyproject.h"

#include "ceilings.h"
#include "metadata_text.h"
#include "toml.h"

static bool is_dynamic(const struct eg_toml *project, const char *field)
{
	const struct eg_toml *dynamic = eg_toml_array(project, "dynamic");

	for (size_t i = 0; dynamic && i < dynamic->n; i++)
		if (dynamic->items[i].type == EG_TOML_STRING && !strcmp(dynamic->items[i].text, field))
			return true;
	return false;
}

static bool add_requirements(struct eg_buf *out, const struct eg_toml *list, const char *extra)
{
	for (size_t i = 0; list && i < list->n; i++) {
		if (list->items[i].type != EG_TOML_STRING)
			return false;
		eg_metadata_add_requirement(out, list->items[i].text, "", extra);
	}
	return !list || list->type == EG_TOML_ARRAY;
}

static bool add_extras(struct eg_buf *out, const struct eg_toml *extras)
{
	for (size_t i = 0; extras && i < extras->n; i++) {
		eg_metadata_add_field(out, "Provides-Extra", extras->items[i].key);
		if (!extras->items[i].key || !add_requirements(out, &extras->items[i], extras->items[i].key))
			return false;
	}
	return !extras || extras->type == EG_TOML_TABLE;
}

static bool write_metadata(struct eg_buf *out, const struct eg_toml *project, const char *version)
{
	eg_metadata_add_field(out, "Metadata-Version", "2.2");
	eg_metadata_add_field(out, "Name", eg_toml_string(project, "name"));
	eg_metadata_add_field(out, "Version", version);
	eg_metadata_add_field(out, "Requires-Python", eg_toml_string(project, "requires-python"));
	return add_requirements(out, eg_toml_get(project, "dependencies"), "") &&
	       add_extras(out, eg_toml_get(project, "optional-dependencies")) && !out->overflow;
}

char *eg_pyproject_metadata(struct eg_run *run, const char *text, size_t n, const char *version, size_t *ret_n,
			    bool *ret_version)
{
	const struct eg_toml *root, *project = NULL;
	struct eg_buf out = {.max = EG_MAX_METADATA};
	enum eg_error_kind kind = run->error.kind;
	const char *message = run->error.message;
	char *metadata = NULL;

	eg_recover(run);
	if (eg_toml_parse(run, "pyproject.toml", text, n, &root) == EG_OK)
		project = eg_toml_get(root, "project");
	run->error.kind = kind;
	run->error.message = message;
	if (!project || !eg_toml_string(project, "name") || is_dynamic(project, "dependencies") ||
	    is_dynamic(project, "optional-dependencies"))
		return NULL;
	const char *said = eg_toml_string(project, "version");
	if (write_metadata(&out, project, said ? said : version)) {
		metadata = eg_strndup(run->arena, out.s, out.n);
		*ret_n = out.n;
		*ret_version = said;
	}
	eg_buf_free(&out);
	return metadata;
}
