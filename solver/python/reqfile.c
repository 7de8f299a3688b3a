#include "reqfile.h"

#include <stdio.h>

#include "file.h"
#include "fileurl.h"
#include "ceilings.h"
#include "pipoptions.h"
#include "reqline.h"
#include "reqtext.h"
#include "url.h"
#include "words.h"

/* A file that is being read, and the one that named it. */
struct file {
	const char *name; /* as pip names it in messages: as given, or absolute where another file names it */
	const char *key;  /* what tells it from others: the absolute path, or the URL */
	bool constraint;
	const struct file *parent;
	size_t depth;
};

/* The options of one line. */
struct line_values {
	struct eg_pip_values head;
	int no_index, pre, prefer_binary, require_hashes, no_require_hashes;
	const char *index_url;
	struct eg_strs extra_index_urls, find_links, requirements, constraints, editables, trusted_hosts;
	struct eg_strs hashes, settings;
};

static enum eg_error_kind add_hash(const struct eg_option_context *context, const char *opt, const char *value,
				   void *values)
{
	static const char *const allowed[] = {"sha256:", "sha384:", "sha512:"};
	struct line_values *line = values;

	for (size_t i = 0; i < sizeof(allowed) / sizeof(*allowed); i++)
		if (!strncmp(value, allowed[i], strlen(allowed[i]))) {
			eg_vec_push(context->run->arena, &line->hashes, value);
			return EG_OK;
		}
	return eg_fail(context->run, EG_FORMAT,
		       "invalid value '%s' of %s: it takes sha256:, sha384: or sha512: and a "
		       "digest (%s)",
		       value, opt, context->where);
}

static enum eg_error_kind add_setting(const struct eg_option_context *context, const char *opt, const char *value,
				      void *values)
{
	struct line_values *line = values;

	if (!strchr(value, '='))
		return eg_fail(context->run, EG_FORMAT, "arguments to %s must be of the form KEY=VAL (%s)", opt,
			       context->where);
	eg_vec_push(context->run->arena, &line->settings, value);
	return EG_OK;
}

#define AT(field) offsetof(struct line_values, field)

static const struct eg_option options[] = {
	{"index-url", 'i', .kind = EG_OPT_TEXT, .offset = AT(index_url)},
	{"pypi-url", 0, .kind = EG_OPT_TEXT, .offset = AT(index_url)},
	{"extra-index-url", 0, .kind = EG_OPT_LIST, .offset = AT(extra_index_urls)},
	{"no-index", 0, .kind = EG_OPT_TRUE, .offset = AT(no_index)},
	{"constraint", 'c', .kind = EG_OPT_LIST, .offset = AT(constraints)},
	{"requirement", 'r', .kind = EG_OPT_LIST, .offset = AT(requirements)},
	{"editable", 'e', .kind = EG_OPT_LIST, .offset = AT(editables)},
	{"find-links", 'f', .kind = EG_OPT_LIST, .offset = AT(find_links)},
	{"no-binary", 0, .kind = EG_OPT_CALL, .call = eg_pip_no_binary},
	{"only-binary", 0, .kind = EG_OPT_CALL, .call = eg_pip_only_binary},
	{"prefer-binary", 0, .kind = EG_OPT_TRUE, .offset = AT(prefer_binary)},
	{"require-hashes", 0, .kind = EG_OPT_TRUE, .offset = AT(require_hashes)},
	{"no-require-hashes", 0, .kind = EG_OPT_TRUE, .offset = AT(no_require_hashes), .since = eg_release(26, 2)},
	{"pre", 0, .kind = EG_OPT_TRUE, .offset = AT(pre)},
	{"all-releases", 0, .kind = EG_OPT_CALL, .call = eg_pip_all_releases, .since = eg_release(26, 0)},
	{"only-final", 0, .kind = EG_OPT_CALL, .call = eg_pip_only_final, .since = eg_release(26, 0)},
	{"trusted-host", 0, .kind = EG_OPT_LIST, .offset = AT(trusted_hosts)},
	{"use-feature", 0, .kind = EG_OPT_SKIP},
	{"hash", 0, .kind = EG_OPT_CALL, .call = add_hash},
	{"config-settings", 'C', .kind = EG_OPT_CALL, .call = add_setting, .since = eg_release(23, 1)},
	{"global-option", 0, .kind = EG_OPT_SKIP, .until = eg_release(25, 3)},
	{"install-option", 0, .kind = EG_OPT_SKIP, .until = eg_release(23, 1)},
};

#undef AT

static enum eg_error_kind read_file(struct eg_pip_reader *reader, const struct file *file);

static const char *public(struct eg_pip_reader *reader, const char *text)
{
	return eg_text_public(reader->run->arena, text);
}

/* check_invalid_constraint_type of req_install.py */
static enum eg_error_kind check_constraint(struct eg_pip_reader *reader, const struct eg_pip_line *line)
{
	const char *problem = !line->req.name      ? "unnamed requirements are not allowed as constraints"
			      : line->editable     ? "editable requirements are not allowed as constraints"
			      : line->req.n_extras ? "constraints cannot have extras"
						   : NULL;

	return problem ? eg_fail(reader->run, EG_FORMAT, "invalid constraint '%s' (from %s): %s", line->text,
				 line->origin, problem)
		       : EG_OK;
}

static enum eg_error_kind add_requirement(struct eg_pip_reader *reader, const struct file *file, const char *text,
					  const char *origin, const struct line_values *values)
{
	struct eg_pip_line line = {0};
	bool editable = values->editables.n;
	enum eg_error_kind error;

	if (editable && file->constraint)
		return eg_fail(reader->run, EG_FORMAT,
			       "invalid constraint '%s' (from %s): editable requirements are not "
			       "allowed as constraints",
			       public(reader, text), origin);
	error = editable ? eg_pip_line_parse_editable(reader, text, origin, &line)
			 : eg_pip_line_parse(reader, text, origin, &line);
	if (error)
		return error;
	if (!editable)
		line.hashes = values->hashes;
	line.config_settings = values->settings;
	if (file->constraint && (error = check_constraint(reader, &line)))
		return error;
	struct eg_pip_lines *lines = file->constraint ? &reader->request->constraints : &reader->request->roots;
	if (lines->n == EG_MAX_LINES)
		return eg_fail(reader->run, EG_LIMIT, "more than %d requirements (%s)", EG_MAX_LINES, origin);
	eg_vec_push(reader->run->arena, lines, line);
	return EG_OK;
}

/* handle_option_line: the search scope. A new index URL drops the extra ones named so far, as in pip. */
static void set_scope(struct eg_pip_reader *reader, const struct file *file, const struct line_values *values)
{
	struct eg_arena *arena = reader->run->arena;
	struct eg_pip_request *request = reader->request;

	if (values->no_index) {
		request->no_index = true;
		request->default_index = false;
		request->indexes = (struct eg_strs){0};
	}
	if (values->index_url && *values->index_url && !request->no_index) {
		request->indexes = (struct eg_strs){0};
		eg_vec_push(arena, &request->indexes, values->index_url);
		request->default_index = false;
	}
	for (size_t i = 0; i < values->extra_index_urls.n && !request->no_index; i++)
		eg_vec_push(arena, &request->indexes, values->extra_index_urls.v[i]);
	if (values->find_links.n) {
		const char *value = values->find_links.v[0];
		const char *slash = strrchr(file->key, '/');
		const char *beside = eg_path_join(
			arena, slash ? eg_strndup(arena, file->key, (size_t)(slash - file->key)) : ".", value);

		if (!eg_is_file_url(value) && (eg_is_dir(beside) || eg_is_file(beside)))
			value = beside;
		eg_vec_push(arena, &request->find_links, value);
	}
	for (size_t i = 0; i < values->trusted_hosts.n; i++)
		eg_vec_push(arena, &request->trusted_hosts, values->trusted_hosts.v[i]);
}

static void handle_options(struct eg_pip_reader *reader, const struct file *file, const char *origin,
			   const struct line_values *values)
{
	struct eg_pip_request *request = reader->request;

	if (values->hashes.n)
		eg_note(reader->run, "%s has --hash but no requirement, and is ignored", origin);
	if (values->require_hashes)
		request->require_hashes = true;
	if (values->no_require_hashes)
		request->no_require_hashes = true;
	if (values->pre)
		request->pre = request->all_releases.all = true;
	if (values->prefer_binary)
		request->prefer_binary = true;
	set_scope(reader, file, values);
}

/* A file that a line names, relative to the file that the line is in. */
static enum eg_error_kind read_nested(struct eg_pip_reader *reader, const struct file *file,
				      const struct line_values *values)
{
	struct eg_arena *arena = reader->run->arena;
	const char *name = values->requirements.n ? values->requirements.v[0] : values->constraints.v[0];

	if (eg_is_file_url(file->name)) {
		name = eg_url_join(arena, file->name, name);
	} else if (!eg_is_file_url(name)) {
		const char *slash = strrchr(file->name, '/');
		const char *dir = slash ? eg_strndup(arena, file->name, (size_t)(slash - file->name) + 1) : ".";

		name = eg_path_absolute(arena, eg_path_join(arena, dir, name));
	}
	struct file nested = {
		.name = name,
		.key = name,
		.constraint = !values->requirements.n,
		.parent = file,
		.depth = file->depth + 1,
	};
	for (const struct file *f = file; f; f = f->parent)
		if (!strcmp(f->key, name))
			return eg_fail(reader->run, EG_FORMAT, "'%s' recursively references itself in '%s'",
				       public(reader, name), public(reader, file->name));
	if (nested.depth > EG_MAX_INCLUDE_DEPTH)
		return eg_fail(reader->run, EG_LIMIT, "cannot read '%s': more than %d files that name each other",
			       public(reader, name), EG_MAX_INCLUDE_DEPTH);
	return read_file(reader, &nested);
}

/* break_args_options: from the first word that begins with "-" on, a line is options. */
static const char *options_of(const char *line)
{
	const char *p = line;

	while (*p && *p != '-') {
		p += strcspn(p, " ");
		p += *p == ' ';
	}
	return p;
}

static enum eg_error_kind parse_options(struct eg_pip_reader *reader, const char *text, const char *origin,
					struct line_values *ret)
{
	struct eg_run *run = reader->run;
	struct eg_option_context context = {.run = run, .where = origin};
	struct eg_option_table table = {
		.v = options,
		.n = sizeof(options) / sizeof(*options),
		.release = reader->release,
		.interspersed = true,
	};
	struct eg_strs words = {0}, arguments = {0}, unknown = {0};
	const char *why = "";

	if (!eg_words_split(run->arena, text, &words, &why))
		return eg_fail(run, EG_FORMAT, "could not split options '%s' (%s): %s", public(reader, text), origin,
			       why);
	enum eg_error_kind error = eg_options_parse(&context, &table, words.v, words.n, ret, &arguments, &unknown);
	for (size_t i = 0; i < unknown.n; i++) {
		eg_note(run, "option %s is not known to this pip and is passed over (%s)", unknown.v[i], origin);
		eg_vec_push(run->arena, &ret->head.request->unknown_options, unknown.v[i]);
	}
	return error;
}

static enum eg_error_kind read_line(struct eg_pip_reader *reader, const struct file *file,
				    const struct eg_text_line *line)
{
	struct eg_arena *arena = reader->run->arena;
	struct line_values values = {.head.request = reader->request};
	const char *opts = options_of(line->text);
	const char *origin = eg_strf(arena, "-%c %s (line %zu)", file->constraint ? 'c' : 'r',
				     public(reader, file->name), line->number);
	size_t n = (size_t)(opts - line->text);

	while (n && line->text[n - 1] == ' ')
		n--;
	enum eg_error_kind error = parse_options(reader, opts, origin, &values);
	if (error)
		return error;
	/* "name -e path" was NAME until 25.0 */
	if (n && values.editables.n && !eg_pip_reader_has(reader, eg_release(25, 0)))
		values.editables.n = 0;
	if (n)
		return add_requirement(reader, file, eg_strndup(arena, line->text, n), origin, &values);
	if (values.editables.n)
		return add_requirement(reader, file, values.editables.v[0], origin, &values);
	if (values.requirements.n || values.constraints.n)
		return read_nested(reader, file, &values);
	handle_options(reader, file, origin, &values);
	return EG_OK;
}

static enum eg_error_kind read_file(struct eg_pip_reader *reader, const struct file *file)
{
	struct eg_run *run = reader->run;
	struct eg_text_lines lines = {0};
	const char *name = public(reader, file->name), *bytes,
		   *what = file->constraint ? "constraints file" : "requirements file";
	size_t n;

	if (++reader->n_files > EG_MAX_INCLUDES)
		return eg_fail(run, EG_LIMIT, "cannot read '%s': more than %d requirements files", name,
			       EG_MAX_INCLUDES);
	enum eg_error_kind error = eg_reqfile_bytes(reader, what, file->name, &bytes, &n);
	if (!error)
		error = eg_reqtext_lines(run, name, bytes, n, &lines);
	if (error && file->parent && run->error.message) {
		const char *message = run->error.message;

		eg_recover(run);
		return eg_fail(run, error, "%s (named in '%s')", message, public(reader, file->parent->name));
	}
	for (size_t i = 0; !error && i < lines.n; i++)
		error = read_line(reader, file, &lines.v[i]);
	return error;
}

enum eg_error_kind eg_reqfile_read(struct eg_pip_reader *reader, const char *file, bool constraint)
{
	struct file top = {
		.name = file,
		.key = eg_is_file_url(file) ? file : eg_path_absolute(reader->run->arena, file),
		.constraint = constraint,
	};

	return read_file(reader, &top);
}
