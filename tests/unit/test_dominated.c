/* builds that another one stands in for: which are left out, and that no answer changes by it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "conda/dominated.h"
#include "conda/solver_run.h"
#include "place.h"

enum { NAMES = 7, MOST = 60, WORLDS = 400 };

struct world {
	struct eg_conda_record records[MOST], *list[MOST], *installed[NAMES];
	size_t n, n_installed;
	unsigned seed;
};

/* The same numbers everywhere: rand() differs between C libraries. */
static unsigned pick(struct world *world, unsigned below)
{
	world->seed = world->seed * 1103515245u + 12345u;
	return (world->seed >> 16) % below;
}

static const char *made_spec(struct place *place, struct world *world, unsigned name)
{
	static const char *const forms[] = {"", " >=%", " <%", " %.*", " >=%,<9", " %.* *b", " * *a"};
	char version[] = {(char)('1' + pick(world, 4)), 0}, *text = eg_strf(place->run.arena, "n%u", name);

	for (const char *form = forms[pick(world, sizeof(forms) / sizeof(*forms))]; *form; form++)
		text = eg_strf(place->run.arena, "%s%.*s", text, 1, *form == '%' ? version : form);
	return text;
}

static void add_record(struct place *place, struct world *world, unsigned name, const struct eg_conda_record *like)
{
	struct eg_arena *arena = place->run.arena;
	struct eg_conda_record *record = &world->records[world->n];

	*record = (struct eg_conda_record){
		.name = eg_strf(arena, "n%u", name),
		.version = eg_strf(arena, "%u.%u", 1 + pick(world, 4), pick(world, 3)),
		.build_number = pick(world, 3),
		.subdir = "linux-64",
		.channel = "c",
		.url = eg_strf(arena, "%zu", world->n),
	};
	record->build = eg_strf(arena, "h%zu_%c", world->n, pick(world, 2) ? 'a' : 'b');
	if (like) {
		record->depends = like->depends;
		record->constrains = like->constrains;
	} else {
		for (unsigned k = pick(world, 3); k--;)
			eg_vec_push(arena, &record->depends, made_spec(place, world, (name + 1 + pick(world, NAMES - 1)) % NAMES));
		if (!pick(world, 3))
			eg_vec_push(arena, &record->constrains, made_spec(place, world, (name + 1 + pick(world, NAMES - 1)) % NAMES));
	}
	if (!pick(world, 12))
		eg_vec_push(arena, &record->track_features, "slow");
	world->list[world->n++] = record;
}

/* Builds in families that need the same, a few of them installed (whether or not that is consistent). */
static void make_world(struct place *place, struct world *world, unsigned seed)
{
	*world = (struct world){.seed = seed};
	for (unsigned name = 0; name < NAMES; name++) {
		for (unsigned family = 1 + pick(world, 3); family--;) {
			size_t first = world->n;

			add_record(place, world, name, NULL);
			for (unsigned k = pick(world, 3); k--;)
				add_record(place, world, name, &world->records[first]);
		}
		if (!pick(world, 3))
			world->installed[world->n_installed++] = world->list[world->n - 1 - pick(world, 2) * (world->n > 1)];
	}
}

static struct eg_conda_pool *make_pool(struct place *place, const struct world *world)
{
	static const struct eg_channel channel = {.name = "c", .url = "file:///c"};
	struct eg_subdir *subdir = EG_NEW(place->run.arena, struct eg_subdir);
	struct eg_conda_universe *universe = EG_NEW(place->run.arena, struct eg_conda_universe);
	static const struct eg_conda_config config = {.priority = EG_PRIORITY_FLEXIBLE};

	*subdir = (struct eg_subdir){.channel = &channel, .subdir = "linux-64", .n_records = world->n};
	subdir->records = EG_ARRAY(place->run.arena, struct eg_conda_record *, world->n);
	memcpy(subdir->records, world->list, world->n * sizeof(*subdir->records));
	*universe = (struct eg_conda_universe){.subdirs = subdir, .n_subdirs = 1};
	struct eg_conda_pool_options options = {
		.config = &config, .universe = universe, .installed = world->installed, .n_installed = world->n_installed};
	return eg_conda_pool_new(&place->run, &options);
}

static void ask(struct place *place, const struct world *world, struct eg_solver_request request, bool all,
		struct eg_solver_outcome *ret)
{
	struct eg_conda_pool *pool = make_pool(place, world);

	request.all_builds = all;
	eg_solver_run(pool, &request, ret);
	eg_conda_pool_free(pool);
}

static void add_job(struct place *place, struct eg_solver_request *request, enum eg_job_kind kind, const char *text)
{
	struct eg_solver_job job = {.kind = kind, .clean_deps = true};

	assert_int_equal(eg_matchspec_parse(&place->run, NULL, text, &job.spec), EG_OK);
	eg_vec_push(place->run.arena, &request->jobs, job);
}

static struct eg_solver_request made_request(struct place *place, struct world *world)
{
	static const enum eg_job_kind kinds[] = {EG_JOB_INSTALL, EG_JOB_INSTALL, EG_JOB_UPDATE, EG_JOB_REMOVE, EG_JOB_FREEZE, EG_JOB_PIN};
	struct eg_solver_request request = {.allow_downgrade = pick(world, 2), .allow_uninstall = true};

	add_job(place, &request, EG_JOB_INSTALL, made_spec(place, world, pick(world, NAMES)));
	for (unsigned k = pick(world, 3); k--;)
		add_job(place, &request, kinds[pick(world, sizeof(kinds) / sizeof(*kinds))],
			made_spec(place, world, pick(world, NAMES)));
	if (!pick(world, 4))
		eg_vec_push(place->run.arena, &request.jobs, (struct eg_solver_job){.kind = EG_JOB_UPDATE_ALL, .spec.name = ""});
	return request;
}

static int by_address(const void *a, const void *b)
{
	const struct eg_conda_record *x = *(struct eg_conda_record *const *)a, *y = *(struct eg_conda_record *const *)b;

	return (x > y) - (x < y);
}

#define assert_same_records(a, b)                                                             \
	do {                                                                                  \
		assert_int_equal((a)->n, (b)->n);                                             \
		if ((a)->n) {                                                                 \
			qsort((a)->v, (a)->n, sizeof(*(a)->v), by_address);                   \
			qsort((b)->v, (b)->n, sizeof(*(b)->v), by_address);                   \
			assert_memory_equal((a)->v, (b)->v, (a)->n * sizeof(*(a)->v));        \
		}                                                                             \
	} while (0)

static void the_same_answers(void **state)
{
	struct place *place = *state;
	size_t solved = 0;

	for (unsigned seed = 1; seed <= WORLDS; seed++) {
		struct eg_solver_outcome all, some;
		struct world world;

		make_world(place, &world, seed);
		struct eg_solver_request request = made_request(place, &world);
		ask(place, &world, request, true, &all);
		ask(place, &world, request, false, &some);
		assert_int_equal(all.solved, some.solved);
		assert_same_records(&all.installed, &some.installed);
		assert_same_records(&all.removed, &some.removed);
		assert_int_equal(all.problems.n, some.problems.n);
		solved += all.solved && all.installed.n;
	}
	assert_in_range(solved, WORLDS / 4, WORLDS * 9 / 10); /* neither all trivial nor all impossible */
}

static void put(struct place *place, struct world *world, const char *name, const char *version, const char *dependency)
{
	struct eg_conda_record *record = &world->records[world->n];

	*record = (struct eg_conda_record){.name = name, .version = version, .build = "0", .subdir = "linux-64", .channel = "c"};
	if (*dependency)
		eg_vec_push(place->run.arena, &record->depends, dependency);
	world->list[world->n++] = record;
}

/* What is left of four builds of one name: as many pairs fewer. */
static void which_are_left(void **state)
{
	struct place *place = *state;
	static const struct {
		const char *other; /* what another package depends on */
		const char *older; /* what the oldest build depends on */
		unsigned saved;
	} cases[] = {
		{"lib", "leaf", 6},          /* the newest */
		{"lib >=1.1", "leaf", 6},
		{"lib <1.3", "leaf", 5},     /* the newest, and the newest below 1.3 */
		{"lib 1.1.*", "leaf", 5},
		{"lib <1.3", "leaf >=1", 3}, /* and the oldest, which needs something else */
		{"lib !=1.2,!=1.1", "leaf", 6},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world = {0};

		put(place, &world, "leaf", "1", "");
		put(place, &world, "other", "1", cases[i].other);
		put(place, &world, "lib", "1.0", cases[i].older);
		put(place, &world, "lib", "1.1", "leaf");
		put(place, &world, "lib", "1.3", "leaf");
		put(place, &world, "lib", "1.2", "leaf");
		struct eg_conda_pool *pool = make_pool(place, &world);
		assert_int_equal(eg_conda_drop_dominated(pool, NULL), cases[i].saved);
		eg_conda_pool_free(pool);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(which_are_left, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(the_same_answers, place_set_up, place_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
