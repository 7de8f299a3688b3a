#include "pyproject.h"

#include "ceilings.h"
#include "file.h"
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

struct writer {
	struct eg_run *run;
	struct eg_buf out;
	const char *root;
	bool from_files;
};

static bool add_requirements(struct writer *w, const struct eg_toml *list, const char *extra)
{
	for (size_t i = 0; list && i < list->n; i++) {
		if (list->items[i].type != EG_TOML_STRING)
			return false;
		eg_metadata_add_requirement(&w->out, list->items[i].text, "", extra);
	}
	return !list || list->type == EG_TOML_ARRAY;
}

/* One requirement per line and no options, in a file below the project's directory (setuptools' config/expand.py). */
static bool add_file(struct writer *w, const char *name, const char *extra)
{
	if (*name == '/' || strstr(name, ".."))
		return false;
	char *text = eg_file_read_if(w->run, eg_path_join(w->run->arena, w->root, name), EG_MAX_REQUIREMENTS, NULL), *rest;

	for (char *line = text ? strtok_r(text, "\r\n", &rest) : NULL; line; line = strtok_r(NULL, "\r\n", &rest)) {
		char *comment = *line == '#' ? line : strstr(line, " #");

		if (comment)
			*comment = 0;
		line += strspn(line, " \t");
		if (*line == '-')
			return false;
		if (*line)
			eg_metadata_add_requirement(&w->out, line, "", extra);
	}
	w->from_files = true;
	return text;
}

/* {file = "a.txt"} or {file = ["a.txt", …]} */
static bool add_files(struct writer *w, const struct eg_toml *source, const char *extra)
{
	const struct eg_toml *file = source ? eg_toml_get(source, "file") : NULL;

	if (!file || !w->root)
		return false;
	if (file->type == EG_TOML_STRING)
		return add_file(w, file->text, extra);
	for (size_t i = 0; i < file->n; i++)
		if (file->items[i].type != EG_TOML_STRING || !add_file(w, file->items[i].text, extra))
			return false;
	return file->type == EG_TOML_ARRAY;
}

static bool add_extras(struct writer *w, const struct eg_toml *extras,
		       bool (*add)(struct writer *w, const struct eg_toml *list, const char *extra))
{
	for (size_t i = 0; extras && i < extras->n; i++) {
		eg_metadata_add_field(&w->out, "Provides-Extra", extras->items[i].key);
		if (!extras->items[i].key || !add(w, &extras->items[i], extras->items[i].key))
			return false;
	}
	return !extras || extras->type == EG_TOML_TABLE;
}

static bool write_metadata(struct writer *w, const struct eg_toml *project, const struct eg_toml *dynamic,
			   const char *version)
{
	eg_metadata_add_field(&w->out, "Metadata-Version", "2.2");
	eg_metadata_add_field(&w->out, "Name", eg_toml_string(project, "name"));
	eg_metadata_add_field(&w->out, "Version", version);
	eg_metadata_add_field(&w->out, "Requires-Python", eg_toml_string(project, "requires-python"));
	if (!(is_dynamic(project, "dependencies") ? add_files(w, eg_toml_get(dynamic, "dependencies"), "")
						  : add_requirements(w, eg_toml_get(project, "dependencies"), "")))
		return false;
	if (!is_dynamic(project, "optional-dependencies"))
		return add_extras(w, eg_toml_get(project, "optional-dependencies"), add_requirements);
	const struct eg_toml *extras = eg_toml_get(dynamic, "optional-dependencies");
	return extras && add_extras(w, extras, add_files);
}

struct eg_pyproject eg_pyproject_read(struct eg_run *run, const char *text, size_t n, const char *version,
				      const char *root)
{
	const struct eg_toml *document, *project = NULL, *dynamic = NULL;
	struct writer w = {.run = run, .root = root, .out.max = EG_MAX_METADATA};
	enum eg_error_kind kind = run->error.kind;
	const char *message = run->error.message;
	struct eg_pyproject ret = {0};

	eg_recover(run);
	if (eg_toml_parse(run, "pyproject.toml", text, n, &document) == EG_OK) {
		project = eg_toml_get(document, "project");
		dynamic = eg_toml_get(eg_toml_get(eg_toml_get(document, "tool"), "setuptools"), "dynamic");
	}
	run->error.kind = kind;
	run->error.message = message;
	if (!project || !eg_toml_string(project, "name"))
		return ret;
	const char *said = eg_toml_string(project, "version");
	if (write_metadata(&w, project, dynamic, said ? said : version) && !w.out.overflow) {
		ret.metadata = eg_strndup(run->arena, w.out.s, w.out.n);
		ret.n = w.out.n;
		ret.version = said;
		ret.from_files = w.from_files;
	}
	eg_buf_free(&w.out);
	return ret;
}
