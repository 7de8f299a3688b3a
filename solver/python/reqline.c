#include "reqline.h"

#include <ctype.h>
#include <strings.h>
#include <unistd.h>

#include "url.h"
#include "file.h"
#include "fileurl.h"
#include "options.h"
#include "ceilings.h"
#include "page_build.h"
#include "reqtext.h"
#include "tags.h"

struct line {
	const struct eg_pip_reader *reader;
	struct eg_run *run;
	const char *text; /* for people: credentials removed */
	const char *origin;
	const char *name;   /* the part that names the project, or NULL */
	const char *url;    /* NULL: from an index */
	const char *extras; /* "[a,b]" of a path, or NULL */
	const struct eg_marker *marker;
};

static enum eg_error_kind invalid(const struct line *l, const char *what, const char *why, const char *hint)
{
	return eg_fail(l->run, l->origin ? EG_FORMAT : EG_USAGE, "invalid requirement '%s'%s%s%s: %s%s%s",
		       eg_text_public(l->run->arena, what), l->origin ? " (from " : "", l->origin ? l->origin : "",
		       l->origin ? ")" : "", eg_text_public(l->run->arena, why), hint ? "; hint: " : "",
		       hint ? hint : "");
}

static bool is_vcs(const char *scheme)
{
	static const char *const schemes[] = {
		"git+http",  "git+https",      "git+ssh",  "git+git",  "git+file",  "hg+file",  "hg+http",  "hg+https",
		"hg+ssh",    "hg+static-http", "svn+ssh",  "svn+http", "svn+https", "svn+svn",  "svn+file", "bzr+http",
		"bzr+https", "bzr+ssh",        "bzr+sftp", "bzr+ftp",  "bzr+lp",    "bzr+file",
	};

	for (size_t i = 0; scheme && i < sizeof(schemes) / sizeof(*schemes); i++)
		if (!strcmp(scheme, schemes[i]))
			return true;
	return false;
}

bool eg_is_install_url(struct eg_arena *arena, const char *text)
{
	const char *scheme = eg_url_scheme(arena, text);

	return scheme && (!strcmp(scheme, "http") || !strcmp(scheme, "https") || !strcmp(scheme, "file") ||
			  !strcmp(scheme, "ftp") || is_vcs(scheme));
}

char *eg_strip_extras(struct eg_arena *arena, const char *path, const char **ret_extras)
{
	size_t n = strlen(path);
	const char *open = n ? strrchr(path, '[') : NULL;

	*ret_extras = NULL;
	if (!open || open == path || path[n - 1] != ']' || open + 1 == path + n - 1 ||
	    strchr(open, ']') != path + n - 1)
		return eg_strdup(arena, path);
	*ret_extras = open;
	while (open > path && isspace((unsigned char)open[-1]))
		open--;
	return eg_strndup(arena, path, (size_t)(open - path));
}

/* The value of the URL's egg= fragment (Link._egg_fragment); NULL: none. */
static const char *egg_fragment(struct eg_arena *arena, const char *url)
{
	for (const char *p = strstr(url, "egg="); p; p = strstr(p + 1, "egg="))
		if (p > url && (p[-1] == '#' || p[-1] == '&'))
			return eg_strndup(arena, p + 4, strcspn(p + 4, "&"));
	return NULL;
}

bool eg_pip_reader_has(const struct eg_pip_reader *reader, int release)
{
	return !reader->release || reader->release >= release;
}

/* Extras in the fragment ("egg=name[extra]") were read until 26.0. */
static enum eg_error_kind set_egg(struct line *l)
{
	struct eg_requirement req;
	const char *why;

	l->name = egg_fragment(l->run->arena, l->url);
	if (!l->name || !eg_pip_reader_has(l->reader, eg_release(26, 0)))
		return EG_OK;
	if (eg_requirement_parse(l->run->arena, l->name, strlen(l->name), &req, &why) && !strcmp(req.name, l->name))
		return EG_OK;
	return invalid(l, l->text, eg_strf(l->run->arena, "the egg fragment '%s' is no project name", l->name),
		       "use NAME @ URL");
}

static bool is_archive(const char *path)
{
	static const char *const endings[] = {".zip", ".whl",    ".tar.bz2", ".tbz", ".tar.gz", ".tgz",
					      ".tar", ".tar.xz", ".txz",     ".tlz", ".tar.lz", ".tar.lzma"};
	size_t n = strlen(path);

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		size_t m = strlen(endings[i]);

		if (n > m && !strcasecmp(path + n - m, endings[i]) && path[n - m - 1] != '/')
			return true;
	}
	return false;
}

static bool looks_like_path(const char *name)
{
	return strchr(name, '/') || name[0] == '.';
}

static bool is_installable_dir(struct eg_arena *arena, const char *path)
{
	return eg_is_file(eg_path_join(arena, path, "pyproject.toml")) ||
	       eg_is_file(eg_path_join(arena, path, "setup.py"));
}

/* _get_url_from_path: *ret stays NULL where NAME is no path. */
static enum eg_error_kind url_of_path(const struct line *l, const char *path, const char *name, const char **ret)
{
	struct eg_arena *arena = l->run->arena;

	if (looks_like_path(name) && eg_is_dir(path)) {
		if (!is_installable_dir(arena, path))
			return invalid(
				l, name,
				"the directory is not installable, neither 'setup.py' nor 'pyproject.toml' found",
				NULL);
		*ret = eg_path_to_url(arena, path);
		return EG_OK;
	}
	if (!is_archive(path))
		return EG_OK;
	if (!eg_is_file(path)) {
		const char *at = strchr(name, '@');

		if (at && !looks_like_path(eg_strndup(arena, name, (size_t)(at - name))))
			return EG_OK; /* NAME @ URL that ends like an archive */
		eg_note(l->run, "requirement '%s' looks like a filename, but the file does not exist", l->text);
	}
	*ret = eg_path_to_url(arena, path);
	return EG_OK;
}

/* What the URL says about the project: a wheel's file name, else the egg fragment. */
static enum eg_error_kind name_from_url(struct line *l)
{
	struct eg_arena *arena = l->run->arena;
	const char *filename = eg_url_filename(arena, eg_strndup(arena, l->url, strcspn(l->url, "#")));
	size_t n = strlen(filename);
	struct eg_wheel_name wheel;

	if (n <= 4 || strcmp(filename + n - 4, ".whl"))
		return set_egg(l);
	if (!eg_wheel_name_parse(arena, filename, &wheel))
		return invalid(l, l->text, "invalid wheel filename", NULL);
	l->name = eg_strf(arena, "%s==%s", wheel.name, wheel.version);
	return EG_OK;
}

/* check_first_requirement_in_file: does the file at PATH begin like a requirements file? */
static bool begins_with_requirement(const struct eg_run *run, const char *path)
{
	struct eg_run scratch = {.arena = run->arena}; /* what is wrong with the file is not the user's question */
	struct eg_text_lines lines = {0};
	struct eg_requirement req;
	const char *why;
	char *text;
	size_t n;

	if (eg_file_read(&scratch, path, EG_MAX_CONFIG, &text, &n) ||
	    eg_reqtext_lines(&scratch, path, text, n, &lines) || !lines.n)
		return false;
	const char *options = strstr(lines.v[0].text, " -");
	n = options ? (size_t)(options - lines.v[0].text) : strlen(lines.v[0].text);
	return eg_requirement_parse(run->arena, lines.v[0].text, n, &req, &why);
}

static const char *hint_for(const struct line *l, const char *name)
{
	struct eg_arena *arena = l->run->arena;
	const char *shown = eg_text_public(arena, name);

	if (strchr(name, '/')) {
		if (access(name, F_OK))
			return eg_strf(arena, "it looks like a path, but the file '%s' does not exist", shown);
		if (!begins_with_requirement(l->run, name))
			return "it looks like a path, and the path does exist";
		return eg_strf(arena, "'%s' appears to be a requirements file, use -r to install what it names", shown);
	}
	if (strchr(name, '=') && !strstr(name, "==") && !strstr(name, "~=") && !strstr(name, "!=") &&
	    !strpbrk(name, "<>"))
		return "= is not a valid operator. Did you mean == ?";
	return NULL;
}

/* The extras of a path are read as those of a requirement, in lower case. */
static enum eg_error_kind add_extras(const struct line *l, struct eg_requirement *req)
{
	struct eg_arena *arena = l->run->arena;
	struct eg_requirement placeholder = {0};
	const char *why = "";

	char *text = eg_strf(arena, "placeholder%s", l->extras);
	for (char *p = text; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	if (!eg_requirement_parse(arena, text, strlen(text), &placeholder, &why))
		return invalid(l, l->text, why, NULL);
	req->extras = placeholder.extras;
	req->n_extras = placeholder.n_extras;
	return EG_OK;
}

static enum eg_error_kind finish(const struct line *l, struct eg_pip_line *ret)
{
	struct eg_arena *arena = l->run->arena;
	struct eg_pip_line line = {.text = l->text, .origin = l->origin};
	const char *why = "";

	if (l->name && !eg_requirement_parse(arena, l->name, strlen(l->name), &line.req, &why))
		return invalid(l, l->name, why, hint_for(l, l->name));
	line.req.text = l->text;
	if (l->url)
		line.req.url = l->url;
	if (l->extras) {
		enum eg_error_kind error = add_extras(l, &line.req);
		if (error)
			return error;
	}
	if (l->marker)
		line.req.marker = l->marker;
	line.vcs = line.req.url && is_vcs(eg_url_scheme(arena, line.req.url));
	line.holds = eg_marker_holds(line.req.marker, &l->reader->interpreter->markers, "");
	*ret = line;
	return EG_OK;
}

/* "; " ends a URL, for which ";" alone is an ordinary character. */
static enum eg_error_kind split_marker(struct line *l, const char *text)
{
	struct eg_arena *arena = l->run->arena;
	const char *separator = strstr(text, eg_is_install_url(arena, text) ? "; " : ";"), *why = "";

	l->name = eg_strip(arena, text, separator ? (size_t)(separator - text) : strlen(text));
	if (!separator)
		return EG_OK;
	const char *marker = eg_strip(arena, separator + 1, strlen(separator + 1));
	if (*marker && !eg_marker_parse(arena, marker, strlen(marker), &l->marker, &why))
		return invalid(l, text, why, NULL);
	return EG_OK;
}

static struct line begin(const struct eg_pip_reader *reader, const char *text, const char *origin)
{
	return (struct line){
		.reader = reader,
		.run = reader->run,
		.text = eg_text_public(reader->run->arena, text),
		.origin = origin,
	};
}

enum eg_error_kind eg_pip_line_parse(const struct eg_pip_reader *reader, const char *text, const char *origin,
				     struct eg_pip_line *ret)
{
	struct eg_arena *arena = reader->run->arena;
	struct line l = begin(reader, text, origin);

	enum eg_error_kind error = split_marker(&l, text);
	if (error)
		return error;
	if (eg_is_install_url(arena, l.name)) {
		l.url = l.name;
		if (!strncasecmp(l.url, "file:", 5) && strstr(l.url, "../"))
			l.url = eg_path_to_url(arena,
					       eg_url_unquote(arena, eg_span_dup(arena, eg_url_split(l.url).path)));
	} else {
		const char *extras, *path = eg_strip_extras(arena, l.name, &extras);

		error = url_of_path(&l, eg_path_absolute(arena, path), l.name, &l.url);
		if (error)
			return error;
		if (l.url)
			l.extras = extras;
	}
	if (l.url && (error = name_from_url(&l)))
		return error;
	return finish(&l, ret);
}

enum eg_error_kind eg_pip_line_parse_string(const struct eg_pip_reader *reader, const char *text, const char *origin,
					    struct eg_pip_line *ret)
{
	struct line l = begin(reader, text, origin);

	l.name = text;
	return finish(&l, ret);
}

/* _parse_pip_syntax_editable */
static enum eg_error_kind split_editable(struct line *l, const char *text)
{
	static const char *const systems[] = {"git", "hg", "svn", "bzr"};
	struct eg_arena *arena = l->run->arena;
	const char *extras, *path = eg_strip_extras(arena, text, &extras);

	if (eg_is_dir(path))
		path = eg_path_to_url(arena, path);
	if (!strncasecmp(path, "file:", 5)) {
		l->url = path;
		l->extras = extras;
	} else {
		l->url = text;
		for (size_t i = 0; i < sizeof(systems) / sizeof(*systems); i++) {
			size_t n = strlen(systems[i]);

			if (!strncasecmp(text, systems[i], n) && text[n] == ':')
				l->url = eg_strf(arena, "%s+%s", systems[i], text);
		}
	}
	return set_egg(l);
}

enum eg_error_kind eg_pip_line_parse_editable(const struct eg_pip_reader *reader, const char *text, const char *origin,
					      struct eg_pip_line *ret)
{
	struct eg_arena *arena = reader->run->arena;
	struct line l = begin(reader, text, origin);
	struct eg_requirement direct = {0};
	const char *why;
	enum eg_error_kind error = EG_OK;

	if (eg_pip_reader_has(reader, eg_release(25, 3)) &&
	    eg_requirement_parse(arena, text, strlen(text), &direct, &why) && direct.url) {
		l.name = text;
		l.url = direct.url;
	} else {
		error = split_editable(&l, text);
	}
	if (error)
		return error;
	if (!is_vcs(eg_url_scheme(arena, l.url)) && strncasecmp(l.url, "file:", 5))
		return invalid(&l, text,
			       "not a valid editable requirement, it should either be a path to a local project or a "
			       "VCS URL",
			       NULL);
	if (!l.name && strncasecmp(l.url, "file:", 5))
		return invalid(&l, text,
			       "could not detect requirement name, please specify one with your_package_name @ URL",
			       NULL);
	error = finish(&l, ret);
	if (!error)
		ret->editable = true;
	return error;
}
