#include "history.h"

#include <ctype.h>

#include "matchspec.h"
#include "python_list.h"

struct revision {
	bool command;
	struct eg_strs update, remove, neuter; /* MatchSpec texts */
};

/* Python's str.splitlines also ends lines here. */
static size_t line_break(const char *s)
{
	static const char *const breaks[] = {"\r\n", "\n",   "\r",       "\v",           "\f",          "\x1c",
					     "\x1d", "\x1e", "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9"};

	for (size_t i = 0; i < sizeof(breaks) / sizeof(*breaks); i++)
		if (!strncmp(s, breaks[i], strlen(breaks[i])))
			return strlen(breaks[i]);
	return 0;
}

static bool is_blank(char c)
{
	return isspace((unsigned char)c) || (c >= 0x1c && c <= 0x1f);
}

static const char *skip_blanks(const char *s)
{
	while (is_blank(*s))
		s++;
	return s;
}

/* The next line, without blanks at its ends; NULL after the last. */
static const char *next_line(struct eg_arena *arena, const char **text, size_t *number)
{
	const char *start = *text, *end = start;

	if (!*start)
		return NULL;
	while (*end && !line_break(end))
		end++;
	*text = end + (*end ? line_break(end) : 0);
	(*number)++;
	start = skip_blanks(start);
	while (end > start && is_blank(end[-1]))
		end--;
	return end > start ? eg_strndup(arena, start, (size_t)(end - start)) : "";
}

/* "==> 2024-01-01 00:00:00 <==" */
static bool is_head(const char *line)
{
	return !strncmp(line, "==>", 3) && line[3] && strstr(line + 4, "<==");
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

/* What follows "# WORD specs:", with the word's length; NULL: no such comment (History.spec_pat). */
static const char *specs_of(const char *word, size_t *ret_n)
{
	size_t n = 0;

	while (is_word(word[n]))
		n++;
	const char *rest = skip_blanks(word + n);
	if (n && !strncmp(rest, "specs:", 6)) {
		*ret_n = n;
		return skip_blanks(rest + 6);
	}
	if (n > 5 && !strncmp(word + n - 5, "specs:", 6)) {
		*ret_n = n - 5;
		return skip_blanks(word + n + 1);
	}
	return NULL;
}

/* "==1.0" and the like: nothing but an operator and a version without a blank (version_relation_re). */
static bool is_relation(const char *s)
{
	size_t n = strspn(s, "=!<>~");
	bool operator = (n == 1 && strchr("=<>", *s)) || (n == 2 && (strchr("=!<>~", *s) && s[1] == '='));

	if (!operator || !s[n])
		return false;
	while (s[n] && !is_blank(s[n]))
		n++;
	return !s[n];
}

/* Before conda 4.5: commas between the specs, and inside of them (_parse_old_format_specs_string). */
static void read_old_list(struct eg_arena *arena, const char *s, struct eg_strs *ret)
{
	for (;;) {
		size_t n = strcspn(s, ",");
		const char *item = eg_strndup(arena, s, n);

		if (ret->n && is_relation(item))
			ret->v[ret->n - 1] = eg_strf(arena, "%s,%s", ret->v[ret->n - 1], item);
		else
			eg_vec_push(arena, ret, item);
		if (!s[n])
			return;
		s += n + 1;
	}
}

static struct eg_strs *list_of(struct revision *revision, const char *word, size_t n)
{
	const struct {
		const char *word;
		struct eg_strs *list;
	} lists[] = {
		{"update", &revision->update}, {"install", &revision->update},   {"create", &revision->update},
		{"remove", &revision->remove}, {"uninstall", &revision->remove}, {"neutered", &revision->neuter},
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		if (strlen(lists[i].word) == n && !strncmp(lists[i].word, word, n))
			return lists[i].list;
	return NULL;
}

/* A comment of a revision; false: conda stops at it (_parse_comment_line). */
static bool read_comment(struct eg_arena *arena, const char *line, struct revision *revision)
{
	const char *word = skip_blanks(line + 1), *specs;
	struct eg_strs all = {0}, list = {0};
	size_t n;

	if (!strncmp(word, "cmd:", 4) && word[4])
		revision->command = true;
	specs = specs_of(word, &n);
	if (!specs)
		return true;
	if (*specs == '[') {
		if (!eg_python_list(arena, specs, &all))
			return false;
	} else if (strchr(specs, '[')) {
		return false;
	} else {
		read_old_list(arena, specs, &all);
	}
	for (size_t i = 0; i < all.n; i++) /* "feature@" was how features were asked for */
		if (*all.v[i] && all.v[i][strlen(all.v[i]) - 1] != '@')
			eg_vec_push(arena, &list, all.v[i]);
	struct eg_strs *into = list_of(revision, word, n);
	if (into && list.n)
		*into = list;
	return true;
}

static enum eg_error_kind apply(struct eg_run *run, const struct eg_strs *list, bool remove, struct eg_map *specs)
{
	for (size_t i = 0; i < list->n; i++) {
		struct eg_matchspec spec;
		enum eg_error_kind kind = eg_matchspec_parse(run, NULL, list->v[i], &spec);

		if (kind)
			return kind;
		const char *name = strchr(spec.name, '*') ? "*" : spec.name;
		eg_map_put(specs, name, remove ? NULL : (void *)list->v[i]);
	}
	return EG_OK;
}

/* Comments of a revision without a command count for nothing. */
static enum eg_error_kind apply_revision(struct eg_run *run, struct revision *revision, struct eg_map *specs)
{
	enum eg_error_kind kind = EG_OK;

	if (revision->command) {
		kind = apply(run, &revision->remove, true, specs);
		if (!kind)
			kind = apply(run, &revision->update, false, specs);
		if (!kind)
			kind = apply(run, &revision->neuter, false, specs);
	}
	*revision = (struct revision){0};
	return kind;
}

enum eg_error_kind eg_conda_history(struct eg_run *run, const char *text, struct eg_map *ret)
{
	struct eg_map specs = {.arena = run->arena};
	struct revision revision = {0};
	size_t number = 0;
	bool begun = false;

	for (const char *line; (line = next_line(run->arena, &text, &number));) {
		if (is_head(line)) {
			enum eg_error_kind kind = apply_revision(run, &revision, &specs);

			if (kind)
				return kind;
			begun = true;
		} else if (*line == '#' && begun && !read_comment(run->arena, line, &revision)) {
			return eg_fail(run, EG_FORMAT,
				       "conda-meta/history, line %zu: '%s' is no list of specs, and conda "
				       "stops at it",
				       number, line);
		}
	}
	enum eg_error_kind kind = apply_revision(run, &revision, &specs);
	if (!kind)
		*ret = specs;
	return kind;
}

/* A revision's lines are the packages themselves, or what was added and taken away. */
static bool is_difference(const struct eg_strs *lines)
{
	for (size_t i = 0; i < lines->n; i++)
		if (strchr("+-", *lines->v[i]))
			return true;
	return false;
}

static enum eg_error_kind apply_lines(struct eg_run *run, const struct eg_strs *lines, struct eg_map *packages)
{
	static char present;
	bool difference = is_difference(lines);

	if (!difference) /* also where there are none: then nothing is left */
		*packages = (struct eg_map){.arena = run->arena};
	for (size_t i = 0; i < lines->n; i++) {
		const char *line = lines->v[i];

		if (difference && !strchr("+-", *line))
			return eg_fail(run, EG_FORMAT, "conda-meta/history: '%s' is neither added nor taken away",
				       line);
		eg_map_put(packages, difference ? line + 1 : line, difference && *line == '-' ? NULL : &present);
	}
	return EG_OK;
}

static void take(struct eg_arena *arena, const struct eg_map *packages, struct eg_strs *ret)
{
	for (size_t i = 0; i < packages->n; i++)
		if (packages->v[i].value)
			eg_vec_push(arena, ret, packages->v[i].key);
}

enum eg_error_kind eg_conda_history_state(struct eg_run *run, const char *text, size_t n, struct eg_strs *ret,
					  bool *ret_found)
{
	struct eg_map packages = {.arena = run->arena};
	struct eg_strs lines = {0};
	size_t number = 0, revisions = 0;
	enum eg_error_kind kind = EG_OK;

	for (const char *line; !kind && (line = next_line(run->arena, &text, &number));) {
		if (!is_head(line)) {
			if (*line && *line != '#' && revisions)
				eg_vec_push(run->arena, &lines, line);
			continue;
		}
		kind = revisions ? apply_lines(run, &lines, &packages) : EG_OK;
		if (revisions++ == n + 1)
			take(run->arena, &packages, ret);
		lines.n = 0;
	}
	if (!kind && revisions)
		kind = apply_lines(run, &lines, &packages);
	if (revisions == n + 1)
		take(run->arena, &packages, ret);
	*ret_found = revisions > n;
	return kind;
}

int64_t eg_conda_history_latest(struct eg_arena *arena, const char *text)
{
	int64_t n = -1;
	size_t number = 0;

	for (const char *line; (line = next_line(arena, &text, &number));)
		n += is_head(line);
	return n;
}
