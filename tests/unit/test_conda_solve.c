/* The transactions of conda and mamba, on made-up channels of a few packages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>
#include <cmocka.h>

#include "file.h"
#include "conda/conda_solve.h"
#include "place.h"

/* "name version build[ noarch]" and what it depends on. */
struct made {
	const char *name, *version, *build, *depends; /* JSON */
	bool noarch;
};

static const struct made channel[] = {
	{"python", "3.10.1", "0", "[]", false},
	{"python", "3.11.1", "0", "[]", false},
	{"pip", "23.0", "0", "[]", false},
	{"pure", "1.0", "py_0", "[\"python >=3.8\"]", true},
	{"lib", "1.0", "0", "[]", false},
	{"lib", "2.0", "0", "[]", false},
	{"leaf", "1.0", "0", "[]", false},
	{"old", "1.0", "0", "[\"lib >=1\"]", false},
	{"new", "1.0", "0", "[\"lib >=2\"]", false},
	{"tree", "1.0", "0", "[\"leaf\"]", false},
	{"mutex", "1.0", "cpu", "[]", false},
	{"mutex", "1.0", "cuda", "[]", false},
	{"torch", "2.1", "cuda_0", "[\"mutex 1.0 cuda\"]", false},
	{"torch", "2.1", "cpu_0", "[\"mutex 1.0 cpu\"]", false},
	{"cpuonly", "1.0", "0", "[\"mutex * cpu\"]", false},
	{"broken", "1.0", "0", "[\"nosuchthing >=1\"]", false},
};
enum { N_MADE = sizeof(channel) / sizeof(*channel) };

static const char *record(struct place *place, const struct made *made)
{
	return eg_strf(place->run.arena,
		       "{\"name\": \"%s\", \"version\": \"%s\", \"build\": \"%s\", \"build_number\": 0, \"depends\": %s, "
		       "\"subdir\": \"linux-64\"%s, \"fn\": \"%s-%s-%s.conda\", \"channel\": \"file://%s/c/linux-64\"}",
		       made->name, made->version, made->build, made->depends, made->noarch ? ", \"noarch\": \"python\"" : "",
		       made->name, made->version, made->build, place->dir);
}

static void write_channel(struct place *place)
{
	const char *text = "{\"packages\": {}, \"packages.conda\": {";

	for (size_t i = 0; i < N_MADE; i++)
		text = eg_strf(place->run.arena, "%s%s\"%s-%s-%s.conda\": %s", text, i ? ", " : "", channel[i].name,
			       channel[i].version, channel[i].build, record(place, &channel[i]));
	place_file(place, "c/linux-64/repodata.json", eg_strf(place->run.arena, "%s}}", text));
	place_file(place, "c/noarch/repodata.json", "{\"packages\": {}, \"packages.conda\": {}}");
}

static void install(struct place *place, const char *name, const char *version, const char *build)
{
	if (!eg_is_file(place_path(place, "env/conda-meta/history")))
		place_file(place, "env/conda-meta/history", "");
	for (size_t i = 0; i < N_MADE; i++)
		if (!strcmp(channel[i].name, name) && !strcmp(channel[i].version, version) &&
		    !strcmp(channel[i].build, build)) {
			place_file(place, eg_strf(place->run.arena, "env/conda-meta/%s-%s-%s.json", name, version, build),
				   record(place, &channel[i]));
			return;
		}
	fail_msg("no record %s %s %s", name, version, build);
}

static void write_history(struct place *place, const char *specs)
{
	place_file(place, "env/conda-meta/history",
		   eg_strf(place->run.arena, "==> 2024-01-01 00:00:00 <==\n# cmd: conda create\n# update specs: %s\n", specs));
}

/* The plan as words: "+lib-2.0-0 -lib-1.0-0 …", or why there is none. */
static const char *words(struct eg_arena *arena, enum eg_error_kind kind, const struct eg_plan *plan)
{
	const char *text = "";

	if (kind)
		return eg_error_name(kind);
	if (plan->status != EG_SOLVED)
		return plan->error_kind;
	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct eg_package *from = plan->changes[i].from, *to = plan->changes[i].to;

		if (from)
			text = eg_strf(arena, "%s%s-%s-%s-%s", text, *text ? " " : "", from->name, from->version, from->build);
		if (to)
			text = eg_strf(arena, "%s%s+%s-%s-%s", text, *text ? " " : "", to->name, to->version, to->build);
	}
	return text;
}

static enum eg_error_kind plan_mixed(struct place *place, bool interoperability, struct eg_conda_request *request,
				     const char *const *specs, struct eg_plan *ret)
{
	struct eg_conda_config config = {.prefix_data_interoperability = interoperability, .subdir = "linux-64", .priority = EG_PRIORITY_FLEXIBLE,
					 .allow_uninstall = true, .allow_downgrade = true};
	struct eg_conda_prefix prefix;
	struct eg_conda_record *unix_record = EG_NEW(place->run.arena, struct eg_conda_record);
	struct eg_channel made = {.name = "c", .url = eg_strf(place->run.arena, "file://%s/c", place->dir)};

	config.channel_alias = eg_strf(place->run.arena, "file://%s", place->dir);
	*unix_record = (struct eg_conda_record){.name = "__unix", .version = "0", .build = "0", .channel = "@",
						.subdir = "linux-64", .fn = "__unix", .size = -1, .virtual_package = true};
	assert_int_equal(eg_conda_prefix_read(&place->run, NULL, place_path(place, "env"), false, &prefix), EG_OK);
	for (; *specs; specs++)
		eg_vec_push(place->run.arena, &request->specs, *specs);
	struct eg_conda_situation at = {
		.request = request, .config = &config, .prefix = &prefix, .channels = &made, .n_channels = 1,
		.virtual_packages = &unix_record, .n_virtual = 1,
	};
	write_channel(place);
	*ret = (struct eg_plan){0};
	return eg_conda_solve(&place->run, NULL, NULL, &at, ret);
}

static enum eg_error_kind plan(struct place *place, struct eg_conda_request *request, const char *const *specs,
			       struct eg_plan *ret)
{
	return plan_mixed(place, false, request, specs, ret);
}

#define SPECS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define REQUEST(...) (&(struct eg_conda_request){.revision = -1, __VA_ARGS__})

#define AT_REVISION(n)  (&(struct eg_conda_request){.action = EG_CONDA_INSTALL, .revision = (n)})

#define expect(place, expected, request, ...)                                                                      \
	do {                                                                                                       \
		struct eg_plan plan_;                                                                              \
		enum eg_error_kind kind_ = plan((place), (request), SPECS(__VA_ARGS__), &plan_);                   \
		assert_string_equal(words((place)->run.arena, kind_, &plan_), (expected));                         \
	} while (0)

static void test_create(void **state)
{
	struct place *place = *state;

	expect(place, "+lib-2.0-0 +new-1.0-0", REQUEST(.action = EG_CONDA_CREATE), "new");
	expect(place, "+lib-2.0-0 +new-1.0-0", REQUEST(.action = EG_CONDA_CREATE, .tool = EG_CONDA_MAMBA), "new");
	expect(place, "unsatisfiable", REQUEST(.action = EG_CONDA_CREATE), "broken");
	expect(place, "unsatisfiable", REQUEST(.action = EG_CONDA_CREATE), "new", "lib=1");
	expect(place, "refused", REQUEST(.action = EG_CONDA_CREATE), "new[");
}

static void test_frozen(void **state)
{
	struct place *place = *state;
	struct eg_plan made;

	install(place, "lib", "1.0", "0");
	install(place, "leaf", "1.0", "0");
	expect(place, "+old-1.0-0", REQUEST(.action = EG_CONDA_INSTALL), "old");
	/* what stands in the way is freed, and the reason is told */
	assert_int_equal(plan(place, REQUEST(.action = EG_CONDA_INSTALL), SPECS("new"), &made), EG_OK);
	assert_string_equal(words(place->run.arena, EG_OK, &made), "-lib-1.0-0 +lib-2.0-0 +new-1.0-0");
	assert_int_equal(made.changes[0].action, EG_UPGRADE);
	assert_false(made.changes[0].requested);
	assert_int_equal(made.changes[0].why.n, 2);
	assert_string_equal(made.changes[0].why.v[0], "new 1.0");
	assert_string_equal(made.changes[0].why.v[1], "lib >=2");
	assert_true(made.changes[1].requested);
	assert_int_equal(made.n_before, 2);
	assert_int_equal(made.n_after, 3);
	expect(place, "unsatisfiable", REQUEST(.action = EG_CONDA_INSTALL, .tool = EG_CONDA_MAMBA, .freeze_installed = true),
	       "new");
}

static void test_history(void **state)
{
	struct place *place = *state;

	install(place, "lib", "1.0", "0");
	write_history(place, "['lib=1']");
	expect(place, "unsatisfiable", REQUEST(.action = EG_CONDA_INSTALL), "new");
	/* mamba does not heed it */
	expect(place, "-lib-1.0-0 +lib-2.0-0 +new-1.0-0", REQUEST(.action = EG_CONDA_INSTALL, .tool = EG_CONDA_MAMBA), "new");
	expect(place, "-lib-1.0-0 +lib-2.0-0", REQUEST(.action = EG_CONDA_UPDATE), "lib");
	expect(place, "refused", REQUEST(.action = EG_CONDA_UPDATE), "lib=2");
	expect(place, "refused", REQUEST(.action = EG_CONDA_UPDATE), "leaf");
}

static void test_no_history(void **state)
{
	struct place *place = *state;

	install(place, "lib", "1.0", "0");
	assert_int_equal(unlink(place_path(place, "env/conda-meta/history")), 0);
	expect(place, "refused", REQUEST(.action = EG_CONDA_INSTALL), "old");
	expect(place, "refused", REQUEST(.action = EG_CONDA_REMOVE), "lib");
	expect(place, "+old-1.0-0", REQUEST(.action = EG_CONDA_UPDATE, .env_file = true), "old");
	expect(place, "+lib-2.0-0 +old-1.0-0", REQUEST(.action = EG_CONDA_CREATE), "old");
	expect(place, "+old-1.0-0", REQUEST(.action = EG_CONDA_INSTALL, .tool = EG_CONDA_MAMBA), "old");
}

/* A pattern for the channel, and a subdir without one, get lost on the way to libsolv. */
static void test_loose_specs(void **state)
{
	struct place *place = *state;

	expect(place, "+lib-2.0-0", REQUEST(.action = EG_CONDA_CREATE), "lib[channel='no-*']");
	expect(place, "refused", REQUEST(.action = EG_CONDA_CREATE, .tool = EG_CONDA_MAMBA), "lib[channel='no-*']");
	expect(place, "+lib-2.0-0", REQUEST(.action = EG_CONDA_CREATE), "lib[subdir=win-64]");
	expect(place, "+lib-2.0-0", REQUEST(.action = EG_CONDA_CREATE, .tool = EG_CONDA_MAMBA), "lib[subdir=win-64]");
	expect(place, "packages-not-found", REQUEST(.action = EG_CONDA_CREATE), "c/win-64::lib");
}

/* mamba reinstalls what is there, whatever is asked for. */
static void test_again(void **state)
{
	struct place *place = *state;

	install(place, "lib", "1.0", "0");
	expect(place, "-lib-1.0-0 +lib-1.0-0",
	       REQUEST(.action = EG_CONDA_INSTALL, .tool = EG_CONDA_MAMBA, .force_reinstall = true), "lib");
	expect(place, "-lib-1.0-0 +lib-1.0-0",
	       REQUEST(.action = EG_CONDA_INSTALL, .tool = EG_CONDA_MAMBA, .force_reinstall = true), "lib=2");
}

static void test_pins(void **state)
{
	struct place *place = *state;

	install(place, "lib", "1.0", "0");
	place_file(place, "env/conda-meta/pinned", "# a comment\nlib 1.*\n");
	expect(place, "pin-conflict", REQUEST(.action = EG_CONDA_INSTALL), "lib=2");
	expect(place, "unsatisfiable", REQUEST(.action = EG_CONDA_INSTALL), "new");
	expect(place, "-lib-1.0-0 +lib-2.0-0", REQUEST(.action = EG_CONDA_INSTALL, .no_pin = true), "lib=2");
	expect(place, "", REQUEST(.action = EG_CONDA_UPDATE, .all = true), NULL);
}

static void test_remove(void **state)
{
	struct place *place = *state;

	install(place, "tree", "1.0", "0");
	install(place, "leaf", "1.0", "0");
	install(place, "lib", "1.0", "0");
	write_history(place, "['tree', 'lib']");
	expect(place, "-leaf-1.0-0 -tree-1.0-0", REQUEST(.action = EG_CONDA_REMOVE), "tree");
	expect(place, "-tree-1.0-0", REQUEST(.action = EG_CONDA_REMOVE, .tool = EG_CONDA_MAMBA, .no_prune_deps = true),
	       "tree");
	expect(place, "-leaf-1.0-0", REQUEST(.action = EG_CONDA_REMOVE, .force_remove = true), "leaf");
	expect(place, "packages-not-found", REQUEST(.action = EG_CONDA_REMOVE), "mutex");
	expect(place, "-leaf-1.0-0 -lib-1.0-0 -tree-1.0-0", REQUEST(.action = EG_CONDA_REMOVE, .all = true), NULL);
}

static void test_cpuonly(void **state)
{
	struct place *place = *state;

	install(place, "torch", "2.1", "cuda_0");
	install(place, "mutex", "1.0", "cuda");
	write_history(place, "['torch=2.1']");
	expect(place, "+cpuonly-1.0-0 -mutex-1.0-cuda +mutex-1.0-cpu -torch-2.1-cuda_0 +torch-2.1-cpu_0",
	       REQUEST(.action = EG_CONDA_INSTALL), "cpuonly");
	expect(place, "+cpuonly-1.0-0", REQUEST(.action = EG_CONDA_INSTALL, .no_deps = true), "cpuonly");
	expect(place, "-mutex-1.0-cuda +mutex-1.0-cpu -torch-2.1-cuda_0 +torch-2.1-cpu_0",
	       REQUEST(.action = EG_CONDA_INSTALL, .only_deps = true), "cpuonly");
	expect(place, "-mutex-1.0-cuda +mutex-1.0-cpu -torch-2.1-cuda_0 +torch-2.1-cpu_0",
	       REQUEST(.action = EG_CONDA_INSTALL, .tool = EG_CONDA_MAMBA), "torch=*=cpu*");
}

static void test_relink(void **state)
{
	struct place *place = *state;

	install(place, "python", "3.10.1", "0");
	install(place, "pure", "1.0", "py_0");
	expect(place, "-pure-1.0-py_0 +pure-1.0-py_0 -python-3.10.1-0 +python-3.11.1-0",
	       REQUEST(.action = EG_CONDA_INSTALL), "python=3.11");
	/* who asks mamba for python asks for pip */
	expect(place, "+pip-23.0-0 -pure-1.0-py_0 +pure-1.0-py_0 -python-3.10.1-0 +python-3.11.1-0",
	       REQUEST(.action = EG_CONDA_INSTALL, .tool = EG_CONDA_MAMBA), "python=3.11");
	/* a python that nobody asks to change stays */
	expect(place, "", REQUEST(.action = EG_CONDA_UPDATE, .all = true), NULL);
	expect(place, "", REQUEST(.action = EG_CONDA_INSTALL, .satisfied_skip_solve = true), "pure");
	expect(place, "-pure-1.0-py_0 +pure-1.0-py_0", REQUEST(.action = EG_CONDA_INSTALL, .force_reinstall = true), "pure");
}

static void test_explicit(void **state)
{
	struct place *place = *state;
	struct eg_conda_request *request = REQUEST(.action = EG_CONDA_INSTALL);

	install(place, "lib", "1.0", "0");
	eg_vec_push(place->run.arena, &request->explicit_urls,
		    eg_strf(place->run.arena, "file://%s/c/linux-64/lib-2.0-0.conda#00", place->dir));
	expect(place, "-lib-1.0-0 +lib-2.0-0", request, NULL);
	request = REQUEST(.action = EG_CONDA_INSTALL);
	eg_vec_push(place->run.arena, &request->explicit_urls, "lib.conda");
	expect(place, "format", request, NULL);
	/* files and names do not go together, and are nothing to update */
	request = REQUEST(.action = EG_CONDA_INSTALL);
	eg_vec_push(place->run.arena, &request->explicit_urls, "file:///c/linux-64/lib-2.0-0.conda");
	expect(place, "refused", request, "leaf");
	request = REQUEST(.action = EG_CONDA_UPDATE);
	eg_vec_push(place->run.arena, &request->explicit_urls, "file:///c/linux-64/lib-2.0-0.conda");
	expect(place, "refused", request, NULL);
}

static void test_revision(void **state)
{
	struct place *place = *state;

	install(place, "lib", "2.0", "0");
	place_file(place, "env/conda-meta/history",
		   "==> 2024-01-01 00:00:00 <==\n# cmd: conda create\n+c/linux-64::lib-1.0-0\n+c/linux-64::leaf-1.0-0\n"
		   "==> 2024-01-02 00:00:00 <==\n# cmd: conda update\n-c/linux-64::lib-1.0-0\n-c/linux-64::leaf-1.0-0\n"
		   "+c/linux-64::lib-2.0-0\n");
	expect(place, "+leaf-1.0-0 -lib-2.0-0 +lib-1.0-0", AT_REVISION(0), NULL);
	expect(place, "", AT_REVISION(1), NULL);
	expect(place, eg_error_name(EG_NOT_FOUND), AT_REVISION(2), NULL);
}

static void test_pip(void **state)
{
	struct place *place = *state;
	struct eg_plan made;
	enum eg_error_kind kind;

	install(place, "python", "3.10.1", "0");
	place_file(place, "env/lib/python3.10/site-packages/lib-0.5.dist-info/METADATA",
		   "Metadata-Version: 2.1\nName: Lib\nVersion: 0.5\nRequires-Dist: leaf==1.0\n");
	/* conda does not look: lib is laid over pip's */
	kind = plan(place, REQUEST(.action = EG_CONDA_INSTALL), SPECS("old"), &made);
	assert_string_equal(words(place->run.arena, kind, &made), "+lib-2.0-0 +old-1.0-0");
	struct eg_package *lib = eg_package_find(made.before, made.n_before, "lib");
	assert_non_null(lib);
	assert_int_equal(lib->ecosystem, EG_PYTHON);
	assert_string_equal(lib->installer, "pip");
	assert_string_equal(lib->requires.v[0], "leaf ==1.0");
	assert_string_equal(eg_package_find(made.after, made.n_after, "lib")->version, "2.0");
	kind = plan_mixed(place, true, REQUEST(.action = EG_CONDA_INSTALL), SPECS("old"), &made);
	assert_string_equal(words(place->run.arena, kind, &made), "-lib-0.5-pypi_0 +lib-2.0-0 +old-1.0-0");
}

static void test_timeout(void **state)
{
	struct place *place = *state;

	place->run.deadline = 1;
	expect(place, eg_error_name(EG_TIMEOUT), REQUEST(.action = EG_CONDA_CREATE), "new");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_create, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(test_frozen, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(test_history, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(test_no_history, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(test_loose_specs, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(test_again, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(test_pins, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(test_remove, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(test_cpuonly, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(test_relink, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(test_explicit, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(test_revision, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(test_pip, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(test_timeout, place_set_up, place_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
