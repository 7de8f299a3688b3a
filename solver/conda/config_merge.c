#include "config_source.h"
#include "strs.h"

struct matches {
	struct {
		const struct eg_config_source *source;
		const struct eg_yaml *value;
	} *v;
	size_t n, cap;
};

static const struct eg_yaml *value_in(const struct eg_config_source *source, const char *names)
{
	for (names += strspn(names, " "); *names; names += strspn(names, " ")) {
		size_t n = strcspn(names, " ");

		for (size_t i = 0; i < source->yaml.n; i++)
			if (!strncmp(source->yaml.items[i].key, names, n) && !source->yaml.items[i].key[n])
				return &source->yaml.items[i];
		names += n;
	}
	return NULL;
}

enum eg_config_flag eg_config_flag(const struct eg_config_source *source, const struct eg_yaml *value)
{
	static const struct {
		const char *word;
		enum eg_config_flag flag;
	} flags[] = {{"final", EG_FLAG_FINAL}, {"top", EG_FLAG_TOP}, {"bottom", EG_FLAG_BOTTOM}};
	const char *comment = value->line < source->lines.n ? strrchr(source->lines.v[value->line], '#') : NULL;

	if (!comment)
		return EG_FLAG_NONE;
	comment += strspn(comment, "#! \t");
	size_t n = strcspn(comment, "#! \t\r");
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		if (strlen(flags[i].word) == n && !strncmp(comment, flags[i].word, n))
			return flags[i].flag;
	return EG_FLAG_NONE;
}

/* Weakest first, up to the first that is final. */
static void find(struct eg_run *run, const struct eg_config_sources *sources, const char *names, enum eg_yaml_type type,
		 struct matches *ret)
{
	for (size_t i = 0; i < sources->n; i++) {
		const struct eg_config_source *source = &sources->v[i];
		const struct eg_yaml *value = value_in(source, names);

		if (!value || (value->type == EG_YAML_SCALAR && !*value->text))
			continue;
		if (value->type != type) {
			eg_note(run, "'%s': '%s' has the wrong type and is passed over",
				source->path ? source->path : "environment", value->key);
			continue;
		}
		struct matches *matches = ret;
		if (matches->n == matches->cap) {
			size_t cap = matches->cap ? 2 * matches->cap : 8;

			matches->v = eg_realloc(run->arena, matches->v, matches->cap * sizeof(*matches->v),
						cap * sizeof(*matches->v));
			matches->cap = cap;
		}
		matches->v[matches->n].source = source;
		matches->v[matches->n++].value = value;
		if (source->path && eg_config_flag(source, value) == EG_FLAG_FINAL)
			return;
	}
}

const char *eg_config_text(const struct eg_config_sources *sources, const char *names)
{
	const char *last = NULL;

	for (size_t i = 0; i < sources->n; i++) {
		const struct eg_config_source *source = &sources->v[i];
		const struct eg_yaml *value = value_in(source, names);

		if (!value || value->type != EG_YAML_SCALAR || !*value->text)
			continue;
		last = value->text;
		if (source->path && eg_config_flag(source, value) == EG_FLAG_FINAL)
			return last;
	}
	return last;
}

static void add_new(struct eg_run *run, struct eg_strs *list, const char *s)
{
	if (!eg_strs_has(list, s))
		eg_vec_push(run->arena, list, s);
}

static void add_flagged(struct eg_run *run, const struct matches *matches, size_t i, enum eg_config_flag flag,
			struct eg_strs *ret)
{
	const struct eg_yaml *value = matches->v[i].value;

	for (size_t k = 0; k < value->n; k++) {
		const struct eg_yaml *item = &value->items[k];

		if (item->type != EG_YAML_SCALAR || !*item->text)
			continue;
		if (flag == EG_FLAG_NONE || eg_config_flag(matches->v[i].source, item) == flag)
			add_new(run, ret, item->text);
	}
}

static void reverse(struct eg_strs *list)
{
	for (size_t i = 0; i < list->n / 2; i++) {
		const char *s = list->v[i];

		list->v[i] = list->v[list->n - 1 - i];
		list->v[list->n - 1 - i] = s;
	}
}

/* SequenceLoadedParameter.merge: stronger sources first, but for lines that are marked. */
bool eg_config_list(struct eg_run *run, const struct eg_config_sources *sources, const char *names, struct eg_strs *ret)
{
	struct matches matches = {0};
	struct eg_strs top = {0}, bottom = {0}, whole = {0};

	find(run, sources, names, EG_YAML_LIST, &matches);
	for (size_t i = 0; i < matches.n; i++)
		add_flagged(run, &matches, i, EG_FLAG_TOP, &top);
	for (size_t i = matches.n; i-- > 0;)
		add_flagged(run, &matches, i, EG_FLAG_NONE, &top);
	for (size_t i = matches.n; i-- > 0;)
		add_flagged(run, &matches, i, EG_FLAG_BOTTOM, &bottom);
	reverse(&bottom);
	reverse(&top);
	for (size_t i = 0; i < bottom.n; i++)
		add_new(run, &whole, bottom.v[i]);
	for (size_t i = 0; i < top.n; i++)
		add_new(run, &whole, top.v[i]);
	reverse(&whole);
	*ret = whole;
	return matches.n > 0;
}

static const char *entry_text(struct eg_run *run, const struct eg_yaml *item)
{
	const char *text = item->type == EG_YAML_SCALAR ? item->text : "";

	for (size_t i = 0; item->type == EG_YAML_LIST && i < item->n; i++)
		if (item->items[i].type == EG_YAML_SCALAR)
			text = eg_strf(run->arena, "%s%s%s", text, *text ? " " : "", item->items[i].text);
	return eg_strf(run->arena, "%s=%s", item->key, text);
}

static void set_entry(struct eg_run *run, struct eg_strs *map, const char *key, const char *entry)
{
	size_t n = strlen(key);

	for (size_t i = 0; i < map->n; i++)
		if (!strncmp(map->v[i], key, n) && map->v[i][n] == '=') {
			map->v[i] = entry;
			return;
		}
	eg_vec_push(run->arena, map, entry);
}

/* MapLoadedParameter.merge: the strongest source has each key, unless a weaker one marked it final. */
bool eg_config_map(struct eg_run *run, const struct eg_config_sources *sources, const char *names, struct eg_strs *ret)
{
	struct matches matches = {0};
	struct eg_strs map = {0};

	find(run, sources, names, EG_YAML_MAP, &matches);
	for (size_t pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < matches.n; i++) {
			size_t at = pass ? matches.n - 1 - i : i; /* final ones: the weakest has the last word */
			const struct eg_yaml *value = matches.v[at].value;

			for (size_t k = 0; k < value->n; k++)
				if (!pass || eg_config_flag(matches.v[at].source, &value->items[k]) == EG_FLAG_FINAL)
					set_entry(run, &map, value->items[k].key, entry_text(run, &value->items[k]));
		}
	*ret = map;
	return matches.n > 0;
}

void eg_config_pairs(struct eg_run *run, const struct eg_config_sources *sources, const char *name, const char *key,
		     const char *value, struct eg_strs *ret)
{
	struct matches matches = {0};

	find(run, sources, name, EG_YAML_LIST, &matches);
	for (size_t i = 0; i < matches.n; i++)
		for (size_t k = 0; k < matches.v[i].value->n; k++) {
			const char *a = eg_yaml_text(&matches.v[i].value->items[k], key);
			const char *b = eg_yaml_text(&matches.v[i].value->items[k], value);

			if (a && b)
				eg_vec_push(run->arena, ret, eg_strf(run->arena, "%s=%s", a, b));
		}
}
