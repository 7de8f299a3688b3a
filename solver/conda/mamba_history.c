/* conda-meta/history as libmamba reads it: its own idea of lines and lists. */
#include "history.h"
#include "matchspec.h"

struct revision {
	struct eg_strs update, remove, neuter; /* MatchSpec texts */
};

static enum eg_error_kind stop(struct eg_run *run, const char *list)
{
	return eg_fail(run, EG_FORMAT, "conda-meta/history: mamba stops at '%s'", list);
}

/* What is between the quote at *S and its end at END, with what libmamba makes of backslashes; *S moves to the next
   quote. False: it gives up. */
static bool read_escaped(struct eg_arena *arena, const char **s, const char *end, struct eg_strs *ret)
{
	const char *open = strchr(*s + 1, '['), *close = open && open < end ? strchr(open, ']') : NULL;

	if (!close)
		return false;
	char *item = eg_strndup(arena, *s + 1, (size_t)(close - *s)), *to = item;
	for (const char *from = item; *from; from++)
		if (*from != '\\')
			*to++ = *from;
	*to = 0;
	eg_vec_push(arena, ret, item);
	*s = close[1] ? strpbrk(close + 2, "'\"") : NULL;
	return true;
}

/* "["a", "b[version=\"1\"]"]" (the loop in History::parse_comment_line) */
static bool read_list(struct eg_arena *arena, const char *list, struct eg_strs *ret)
{
	for (const char *s = strpbrk(list, "'\""); s;) {
		const char *end = strchr(s + 1, *s);

		if (!end)
			return false;
		if (end[-1] != '\\') {
			eg_vec_push(arena, ret, eg_strndup(arena, s + 1, (size_t)(end - s) - 1));
			s = strpbrk(end + 1, "'\"");
		} else if (!read_escaped(arena, &s, end, ret)) {
			return false;
		}
		if (s && !s[1])
			return false;
	}
	return true;
}

static enum eg_error_kind read_comment(struct eg_run *run, const char *line, struct revision *revision)
{
	const char *colon = strchr(line, ':');
	struct eg_strs list = {0};

	if (!colon)
		return EG_OK;
	const char *key = colon > line ? eg_strip(run->arena, line + 1, (size_t)(colon - line) - 1) : "";
	size_t n = strcspn(key, " "), length = strlen(key);
	if (length < 6 || strcmp(key + length - 6, " specs"))
		return EG_OK;
	const char *value = eg_strip(run->arena, colon + 1, strlen(colon + 1));
	if (!read_list(run->arena, value, &list))
		return stop(run, value);
	const struct {
		const char *word;
		struct eg_strs *list;
	} lists[] = {
		{"update", &revision->update}, {"install", &revision->update},   {"create", &revision->update},
		{"remove", &revision->remove}, {"uninstall", &revision->remove}, {"neutered", &revision->neuter},
	};
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		if (strlen(lists[i].word) == n && !strncmp(lists[i].word, key, n))
			*lists[i].list = list;
	return EG_OK;
}

static enum eg_error_kind apply(struct eg_run *run, const struct eg_strs *list, bool remove, struct eg_map *specs)
{
	for (size_t i = 0; i < list->n; i++) {
		struct eg_matchspec spec;
		enum eg_error_kind kind = eg_matchspec_parse_mamba(run, NULL, list->v[i], &spec);

		if (kind)
			return kind;
		eg_map_put(specs, spec.name, remove ? NULL : (void *)list->v[i]);
	}
	return EG_OK;
}

static enum eg_error_kind apply_revision(struct eg_run *run, struct revision *revision, struct eg_map *specs)
{
	enum eg_error_kind kind = apply(run, &revision->remove, true, specs);

	if (!kind)
		kind = apply(run, &revision->update, false, specs);
	if (!kind)
		kind = apply(run, &revision->neuter, false, specs);
	*revision = (struct revision){0};
	return kind;
}

/* The line as a whole: "==> 2024-01-01 00:00:00 <==" */
static bool is_head(const char *line)
{
	size_t n = strlen(line);

	return n > 6 && !strncmp(line, "==>", 3) && !strcmp(line + n - 3, "<==");
}

enum eg_error_kind eg_mamba_history(struct eg_run *run, const char *text, struct eg_map *ret)
{
	struct eg_map specs = {.arena = run->arena};
	struct revision revision = {0};
	enum eg_error_kind kind = EG_OK;

	for (size_t n; !kind && *text; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		const char *line = eg_strndup(run->arena, text, n);

		if (is_head(line))
			kind = apply_revision(run, &revision, &specs);
		else if (*line == '#')
			kind = read_comment(run, line, &revision);
	}
	if (!kind)
		kind = apply_revision(run, &revision, &specs);
	if (!kind)
		*ret = specs;
	return kind;
}
