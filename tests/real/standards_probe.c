/* Answers questions about versions, specifiers, requirements, markers, file names, tags and metadata, so that
   compare_standards.py can hold the answers against those of the `packaging` that is inside pip.

   Fields are separated by 0x1f, questions and answers end with 0x1e. "-" stands for what does not parse. */
#include <stdio.h>
#include <stdlib.h>

#include "python/metadata.h"
#include "python/tags.h"

enum { MAX_FIELDS = 16, FIELD_END = 0x1f, RECORD_END = 0x1e, LIST_END = 0x1d };

struct probe {
	struct eg_run run;
	struct eg_arena *facts_arena; /* of what holds for many questions */
	struct eg_marker_env env;
	struct eg_tag_facts facts;
	struct eg_tags *tags;
	char *field[MAX_FIELDS];
	size_t n[MAX_FIELDS];
};

static void put(const char *s)
{
	fputs(s ? s : "", stdout);
	putchar(FIELD_END);
}

static void put_number(long long n)
{
	printf("%lld%c", n, FIELD_END);
}

static bool version_of(struct probe *p, int i, struct eg_version *ret)
{
	return eg_version_parse(p->run.arena, p->field[i], p->n[i], ret);
}

static bool specset_of(struct probe *p, int i, struct eg_specset *ret)
{
	const char *error;

	return eg_specset_parse(p->run.arena, p->field[i], p->n[i], ret, &error);
}

static void answer_version(struct probe *p)
{
	struct eg_version v;

	if (!version_of(p, 1, &v)) {
		put("-");
		return;
	}
	put(v.canonical);
	put_number(v.prerelease);
	put_number(v.postrelease);
	put(v.local);
}

static void answer_compare(struct probe *p)
{
	struct eg_version a, b;

	if (!version_of(p, 1, &a) || !version_of(p, 2, &b)) {
		put("-");
		return;
	}
	int cmp = eg_version_cmp(&a, &b);
	put_number((cmp > 0) - (cmp < 0));
}

static void answer_specset(struct probe *p)
{
	struct eg_specset set;

	if (!specset_of(p, 1, &set)) {
		put("-");
		return;
	}
	put(eg_specset_text(p->run.arena, &set));
	put_number(eg_specset_prereleases(&set));
	put_number(eg_specset_pinned(&set));
}

static void answer_contains(struct probe *p)
{
	struct eg_specset set;
	struct eg_version v;

	if (!specset_of(p, 1, &set) || !version_of(p, 2, &v))
		put("-");
	else
		put_number(eg_specset_contains(&set, &v));
}

static void put_requirement(struct probe *p, const struct eg_requirement *req)
{
	put(req->name);
	put(req->project);
	for (size_t i = 0; i < req->n_extras; i++)
		printf("%s%s", i ? "," : "", req->extras[i]);
	put("");
	put(eg_specset_text(p->run.arena, &req->spec));
	put(req->url);
	put_number(req->marker != NULL);
}

static void answer_requirement(struct probe *p)
{
	struct eg_requirement req;
	const char *error;

	if (eg_requirement_parse(p->run.arena, p->field[1], p->n[1], &req, &error))
		put_requirement(p, &req);
	else
		put("-");
}

static void answer_legacy(struct probe *p)
{
	struct eg_requirement req;
	struct eg_version v;

	if (!eg_requirement_parse_legacy(p->run.arena, p->field[1], p->n[1], &req) || !version_of(p, 2, &v))
		put("-");
	else
		put_number(eg_specset_contains(&req.spec, &v));
}

static void answer_env(struct probe *p)
{
	for (int i = 0; i < EG_N_MARKER_VARIABLES; i++)
		p->env.value[i] = eg_strdup(p->facts_arena, p->field[1 + i]);
	put("ok");
}

static void answer_marker(struct probe *p)
{
	const struct eg_marker *marker;
	const char *error;

	if (eg_marker_parse(p->run.arena, p->field[1], p->n[1], &marker, &error))
		put_number(eg_marker_holds(marker, &p->env, p->field[2]));
	else
		put("-");
}

static void answer_wheel(struct probe *p)
{
	struct eg_wheel_name w;

	if (!eg_wheel_name_parse(p->run.arena, p->field[1], &w) || w.variant) {
		put("-");
		return;
	}
	put(eg_normalize(p->run.arena, w.name, strlen(w.name)));
	put(w.version);
	put_number(w.build);
	put(w.build_rest);
	put_number(p->tags ? eg_tags_rank(p->tags, &w) : -2);
}

static void answer_facts(struct probe *p)
{
	p->facts = (struct eg_tag_facts){
		.implementation = eg_strdup(p->facts_arena, p->field[1]),
		.python = {atoi(p->field[2]), atoi(p->field[3])},
		.abi_flags = eg_strdup(p->facts_arena, p->field[4]),
		.platform = eg_strdup(p->facts_arena, p->field[5]),
		.libc = EG_GLIBC,
		.libc_version = {atoi(p->field[6]), atoi(p->field[7])},
		.native_last = atoi(p->field[8]),
	};
	p->tags = eg_tags_of(p->facts_arena, &p->facts);
	put("ok");
}

static struct eg_strs list_of(struct probe *p, int i)
{
	struct eg_strs list = {0};
	char *save = NULL;

	for (char *w = strtok_r(p->field[i], ",", &save); w; w = strtok_r(NULL, ",", &save))
		eg_vec_push(p->facts_arena, &list, eg_strdup(p->facts_arena, w));
	return list;
}

static void answer_target(struct probe *p)
{
	struct eg_strs platforms = list_of(p, 2), abis = list_of(p, 4);

	p->tags = eg_tags_for_target(p->facts_arena, &p->facts, *p->field[1] ? p->field[1] : NULL, &platforms,
				     *p->field[3] ? p->field[3] : NULL, &abis);
	put("ok");
}

static void answer_tags(struct probe *p)
{
	struct eg_strs list = eg_tags_list(p->run.arena, p->tags);

	for (size_t i = 0; i < list.n; i++)
		put(list.v[i]);
}

static void answer_sdist(struct probe *p)
{
	const char *version = eg_sdist_version(p->run.arena, p->field[1], p->field[2]);

	put(version ? version : "-");
}

static void answer_metadata(struct probe *p)
{
	struct eg_metadata m;

	if (eg_metadata_parse(&p->run, p->field[1], p->n[1], "probe", &m)) {
		eg_recover(&p->run);
		put("-");
		return;
	}
	put(m.name);
	put(m.version);
	put(m.requires_python);
	put_number(m.invalid != NULL);
	for (size_t i = 0; i < m.provides_extra.n; i++)
		printf("%s%c", m.provides_extra.v[i], LIST_END);
	put("");
	for (size_t i = 0; !m.invalid && i < m.n_requires_dist; i++)
		printf("%s%c", eg_requirement_text(p->run.arena, &m.requires_dist[i]), LIST_END);
	put("");
}

static void answer(struct probe *p)
{
	static const struct {
		const char *name;
		void (*answer)(struct probe *p);
	} questions[] = {
		{"version", answer_version}, {"compare", answer_compare}, {"specset", answer_specset},
		{"contains", answer_contains}, {"requirement", answer_requirement}, {"legacy", answer_legacy},
		{"env", answer_env}, {"marker", answer_marker}, {"wheel", answer_wheel}, {"facts", answer_facts},
		{"target", answer_target}, {"tags", answer_tags}, {"sdist", answer_sdist}, {"metadata", answer_metadata},
	};

	for (size_t i = 0; i < sizeof(questions) / sizeof(*questions); i++)
		if (!strcmp(p->field[0], questions[i].name))
			questions[i].answer(p);
	putchar(RECORD_END);
}

static void take_apart(struct probe *p, char *record)
{
	static char empty[1];

	for (int i = 0; i < MAX_FIELDS; i++) {
		char *end = record ? strchr(record, FIELD_END) : NULL;

		p->field[i] = record ? record : empty;
		if (end)
			*end = 0;
		p->n[i] = strlen(p->field[i]);
		record = end ? end + 1 : NULL;
	}
}

int main(void)
{
	struct probe probe = {.facts_arena = eg_arena_new(NULL)};
	char *record = NULL;
	size_t room = 0;
	ssize_t n;

	while ((n = getdelim(&record, &room, RECORD_END, stdin)) > 0) {
		if (record[n - 1] == RECORD_END)
			record[n - 1] = 0;
		probe.run.arena = eg_arena_new(NULL);
		take_apart(&probe, record);
		answer(&probe);
		eg_arena_free(probe.run.arena);
	}
	free(record);
	eg_arena_free(probe.facts_arena);
	return 0;
}
