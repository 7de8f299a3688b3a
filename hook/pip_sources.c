#include "pip_sources.h"

#include <stdlib.h>

#include "map.h"
#include "python/project.h"
#include "python/reqfile.h"

struct requirements {
	struct eg_pip_reader *reader;
	const struct pip_values *values;
};

static bool is_blank(const char *s)
{
	return !s[strspn(s, " \t\r\n")];
}

static enum eg_error_kind add_arguments(struct requirements *r, const struct eg_strs *texts, bool editable)
{
	for (size_t i = 0; i < texts->n; i++) {
		struct eg_pip_line line = {0};
		enum eg_error_kind error;

		if (!editable && is_blank(texts->v[i]) && eg_pip_reader_has(r->reader, eg_release(26, 0)))
			continue;
		error = editable ? eg_pip_line_parse_editable(r->reader, texts->v[i], NULL, &line)
				 : eg_pip_line_parse(r->reader, texts->v[i], NULL, &line);
		if (error)
			return error;
		line.config_settings = r->values->settings;
		eg_vec_push(r->reader->run->arena, &r->reader->request->roots, line);
	}
	return EG_OK;
}

/* _collect_requirement_sources: the selectors of one lock are put together, at the place of its first mention. */
struct source {
	const char *file;
	struct eg_pylock_choice *lock;
};

struct sources {
	struct source *v;
	size_t n, cap;
};

static struct eg_pylock_choice *lock_of(struct requirements *r, struct sources *sources, const char *file)
{
	for (size_t i = 0; i < sources->n; i++)
		if (sources->v[i].lock && !strcmp(sources->v[i].lock->file, file))
			return sources->v[i].lock;
	struct eg_pylock_choice *lock = EG_NEW(r->reader->run->arena, struct eg_pylock_choice);
	lock->file = file;
	eg_vec_push(r->reader->run->arena, sources, (struct source){.lock = lock});
	return lock;
}

static enum eg_error_kind add_extras(struct requirements *r, const char *extras, struct eg_strs *ret)
{
	struct eg_requirement req;
	const char *text = eg_strf(r->reader->run->arena, "placeholder%s", extras), *why = "";

	if (!eg_requirement_parse(r->reader->run->arena, text, strlen(text), &req, &why))
		return eg_fail(r->reader->run, EG_USAGE, "invalid extras '%s': %s", extras, why);
	for (size_t i = 0; i < req.n_extras; i++)
		eg_vec_push(r->reader->run->arena, ret, req.extras[i]);
	return EG_OK;
}

static enum eg_error_kind collect_files(struct requirements *r, struct sources *sources)
{
	for (size_t i = 0; i < r->values->requirements.n; i++) {
		const char *extras,
			*file = eg_strip_extras(r->reader->run->arena, r->values->requirements.v[i], &extras);

		if (!eg_pip_reader_has(r->reader, eg_release(26, 1)) || !eg_is_pylock(r->reader->run->arena, file)) {
			eg_vec_push(r->reader->run->arena, sources,
				    (struct source){.file = r->values->requirements.v[i]});
			continue;
		}
		struct eg_pylock_choice *lock = lock_of(r, sources, file);
		enum eg_error_kind error = extras ? add_extras(r, extras, &lock->extras) : EG_OK;
		if (error)
			return error;
		lock->default_groups = true;
	}
	return EG_OK;
}

/* "[path:]group": of a pyproject.toml at once, of a lock together with what else is chosen from it. */
static enum eg_error_kind add_groups(struct requirements *r, struct sources *sources)
{
	struct eg_arena *arena = r->reader->run->arena;

	for (size_t i = 0; i < r->values->groups.n; i++) {
		const char *value = r->values->groups.v[i], *colon = strrchr(value, ':'), *extras;
		const char *path = colon ? eg_strndup(arena, value, (size_t)(colon - value)) : "pyproject.toml";
		const char *group = colon ? colon + 1 : value, *slash = strrchr(path, '/');
		const char *file = eg_strip_extras(arena, path, &extras);
		enum eg_error_kind error = EG_OK;

		if (!strcmp(slash ? slash + 1 : path, "pyproject.toml")) {
			error = eg_project_group(r->reader, path, group);
		} else if (eg_is_pylock(arena, file) && !eg_is_file_url(file)) {
			struct eg_pylock_choice *lock = lock_of(r, sources, file);

			eg_vec_push(arena, &lock->groups, eg_normalize(arena, group, strlen(group)));
			error = extras ? add_extras(r, extras, &lock->extras) : EG_OK;
		} else {
			error = eg_fail(r->reader->run, EG_USAGE,
					"--group '%s': group paths use local 'pyproject.toml' or "
					"'pylock.toml' files",
					value);
		}
		if (error)
			return error;
	}
	return EG_OK;
}

static enum eg_error_kind add_files(struct requirements *r, const struct sources *sources)
{
	for (size_t i = 0; i < sources->n; i++) {
		const struct source *source = &sources->v[i];
		enum eg_error_kind error = source->lock ? eg_pylock_read(r->reader, source->lock)
							: eg_reqfile_read(r->reader, source->file, false);
		if (error)
			return error;
	}
	return EG_OK;
}

static enum eg_error_kind add_constraints(struct requirements *r)
{
	const struct eg_strs *files = &r->values->constraints;
	const char *building = getenv("_PIP_IN_BUILD_IGNORE_CONSTRAINTS");

	if (building && !strcmp(building, "1"))
		files = &r->values->build_constraints;
	for (size_t i = 0; i < files->n; i++) {
		enum eg_error_kind error = eg_reqfile_read(r->reader, files->v[i], true);
		if (error)
			return error;
	}
	return EG_OK;
}

static enum eg_error_kind add_scripts(struct requirements *r)
{
	const struct eg_strs *scripts = &r->values->scripts;
	const char *python = r->values->python_version ? r->values->python_version : r->reader->interpreter->version;

	if (scripts->n > 1)
		return eg_fail(r->reader->run, EG_USAGE, "--requirements-from-script can only be given once");
	if (!scripts->n)
		return EG_OK;
	return eg_script_requirements(r->reader, scripts->v[0], r->values->ignore_requires_python ? NULL : python);
}

enum eg_error_kind pip_read_requirements(struct eg_pip_reader *reader, const struct pip_values *values,
					 const struct eg_strs *arguments)
{
	struct requirements r = {.reader = reader, .values = values};
	struct sources files = {0};
	enum eg_error_kind error;

	if ((error = add_constraints(&r)) || (error = add_arguments(&r, arguments, false)) ||
	    (error = collect_files(&r, &files)) || (error = add_groups(&r, &files)) ||
	    (error = add_arguments(&r, &values->editables, true)) || (error = add_files(&r, &files)))
		return error;
	return add_scripts(&r);
}

enum eg_error_kind pip_read_removals(struct eg_pip_reader *reader, const struct pip_values *values,
				     const struct eg_strs *arguments)
{
	struct requirements r = {.reader = reader, .values = values};
	struct eg_pip_request *request = reader->request;
	struct eg_pip_lines named = {0};
	struct eg_map seen = {.arena = reader->run->arena};
	enum eg_error_kind error = add_arguments(&r, arguments, false);

	for (size_t i = 0; i < values->requirements.n && !error; i++)
		error = eg_reqfile_read(reader, values->requirements.v[i], false);
	if (error)
		return error;
	for (size_t i = 0; i < request->roots.n; i++) {
		struct eg_pip_line *line = &request->roots.v[i];

		if (!line->req.name) {
			eg_note(reader->run, "requirement '%s' is ignored, the uninstall command expects named ones",
				line->text);
			continue;
		}
		if (eg_map_get(&seen, line->req.project))
			continue;
		eg_map_put(&seen, line->req.project, line);
		line->holds = true;
		eg_vec_push(reader->run->arena, &named, *line);
	}
	request->roots = named;
	return named.n ? EG_OK : eg_fail(reader->run, EG_USAGE, "you must give at least one requirement to uninstall");
}
