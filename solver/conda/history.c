#include "history.h"

#include <ctype.h>

#include "matchspec.h"

static char *strip(char *s)
{
	s += strspn(s, " \t\r");
	size_t n = strlen(s);

	while (n && isspace((unsigned char)s[n - 1]))
		s[--n] = 0;
	return s;
}

static char *next_line(char **state)
{
	char *line = strtok_r(NULL, "\n", state);

	return line ? strip(line) : NULL;
}

static bool is_head(const char *line)
{
	const char *arrow = strncmp(line, "==>", 3) ? NULL : strstr(line + 3, "<==");

	return arrow;
}

/* "['a', "b c"]": Python's repr of a list of texts. */
static void read_python_list(struct eg_run *run, const char *s, struct eg_strs *ret)
{
	for (s++; *s && *s != ']';) {
		if (*s != '\'' && *s != '"') {
			s++;
			continue;
		}
		char quote = *s++, *item = eg_strdup(run->arena, s);
		size_t n = 0;

		for (; *s && *s != quote; s++) {
			s += *s == '\\' && s[1];
			item[n++] = *s;
		}
		s += *s == quote;
		item[n] = 0;
		eg_vec_push(run->arena, ret, item);
	}
}

/* Before conda 4.5: commas between the specs, and inside of them (_parse_old_format_specs_string). */
static void read_old_list(struct eg_run *run, const char *s, struct eg_strs *ret)
{
	while (*s) {
		size_t n = strcspn(s, ",");
		const char *item = eg_strndup(run->arena, s, n);

		if (ret->n && strchr("=!<>~", *item) && *item)
			ret->v[ret->n - 1] = eg_strf(run->arena, "%s,%s", ret->v[ret->n - 1], item);
		else
			eg_vec_push(run->arena, ret, item);
		s += n + (s[n] == ',');
	}
}

enum action { NOTHING, UPDATE, REMOVE, NEUTER };

/* "# update specs: [...]" */
static enum action read_comment(struct eg_run *run, const char *line, struct eg_strs *ret)
{
	static const struct {
		const char *word;
		enum action action;
	} actions[] = {{"update", UPDATE}, {"install", UPDATE}, {"create", UPDATE},
		       {"remove", REMOVE}, {"uninstall", REMOVE}, {"neutered", NEUTER}};
	const char *word = line + 1 + strspn(line + 1, " \t");
	size_t n = strcspn(word, " \t");
	const char *specs = word + n + strspn(word + n, " \t");

	if (strncmp(specs, "specs:", 6))
		return NOTHING;
	specs += 6 + strspn(specs + 6, " \t");
	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++) {
		if (strlen(actions[i].word) != n || strncmp(word, actions[i].word, n))
			continue;
		if (*specs == '[')
			read_python_list(run, specs, ret);
		else
			read_old_list(run, specs, ret);
		return actions[i].action;
	}
	return NOTHING;
}

static const char *spec_name(struct eg_run *run, const char *text)
{
	struct eg_matchspec spec;
	struct eg_run quiet = {.arena = run->arena};

	return eg_matchspec_parse(&quiet, NULL, text, &spec) ? NULL : spec.name;
}

/* What one revision's comments say of each kind; only those of a revision with a command count. */
struct revision {
	struct eg_strs update, remove, neuter;
	bool command;
};

static void apply_revision(struct eg_run *run, const struct revision *revision, struct eg_map *specs)
{
	const struct eg_strs *const put[] = {&revision->update, &revision->neuter};

	if (!revision->command)
		return;
	for (size_t i = 0; i < revision->remove.n; i++) {
		const char *name = spec_name(run, revision->remove.v[i]);

		if (name)
			eg_map_put(specs, name, NULL);
	}
	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < put[k]->n; i++) {
			const char *text = put[k]->v[i], *name = spec_name(run, text);
			size_t n = strlen(text);

			if (name && n && text[n - 1] != '@')
				eg_map_put(specs, name, eg_strdup(run->arena, text));
		}
}

static void read_line(struct eg_run *run, const char *line, struct revision *revision)
{
	struct eg_strs specs = {0};
	const char *word = line + 1 + strspn(line + 1, " \t");

	if (!strncmp(word, "cmd:", 4)) {
		revision->command |= word[4 + strspn(word + 4, " \t")] != 0;
		return;
	}
	enum action action = read_comment(run, line, &specs);
	if (!specs.n) /* takes nothing from a line before it */
		return;
	if (action == UPDATE)
		revision->update = specs;
	else if (action == REMOVE)
		revision->remove = specs;
	else if (action == NEUTER)
		revision->neuter = specs;
}

void eg_conda_history(struct eg_run *run, char *text, const struct eg_map *installed, struct eg_strs *ret_specs,
		      size_t *ret_revisions)
{
	struct eg_map specs = {.arena = run->arena};
	struct revision revision = {0};
	size_t revisions = 0;
	char *state = NULL, *first = strtok_r(text, "\n", &state);

	for (char *line = first ? strip(first) : NULL; line; line = next_line(&state)) {
		if (is_head(line)) {
			apply_revision(run, &revision, &specs);
			revision = (struct revision){0};
			revisions++;
		} else if (*line == '#' && revisions) {
			read_line(run, line, &revision);
		}
	}
	apply_revision(run, &revision, &specs);
	for (size_t i = 0; i < specs.n; i++)
		if (specs.v[i].value && eg_map_get(installed, specs.v[i].key))
			eg_vec_push(run->arena, ret_specs, (const char *)specs.v[i].value);
	*ret_revisions = revisions;
}

bool eg_conda_history_state(struct eg_run *run, char *text, size_t n, struct eg_strs *ret)
{
	static char present;
	struct eg_map state_of = {.arena = run->arena};
	size_t revisions = 0;
	bool fresh = false;
	char *state = NULL, *first = strtok_r(text, "\n", &state);

	for (char *line = first ? strip(first) : NULL; line; line = next_line(&state)) {
		if (is_head(line)) {
			if (revisions++ > n)
				break;
			fresh = true;
			continue;
		}
		if (!revisions || revisions > n + 1 || !*line || *line == '#')
			continue;
		if (fresh && *line != '+' && *line != '-') /* a whole state, not a difference */
			state_of = (struct eg_map){.arena = run->arena};
		fresh = false;
		bool sign = *line == '+' || *line == '-';
		eg_map_put(&state_of, eg_strdup(run->arena, line + sign), *line == '-' ? NULL : &present);
	}
	if (revisions <= n)
		return false;
	for (size_t i = 0; i < state_of.n; i++)
		if (state_of.v[i].value)
			eg_vec_push(run->arena, ret, state_of.v[i].key);
	return true;
}
