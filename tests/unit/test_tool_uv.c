/* uv command lines, variables and files: what they ask for */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <cmocka.h>

#include "pip_place.h"
#include "tool_uv.h"
#include "words.h"

static struct eg_uv_command command;

static enum eg_error_kind read_command(struct place *place, const char *line)
{
	struct eg_strs argv = {0};
	const char *why;

	assert_true(eg_words_split(place->run.arena, line, &argv, &why));
	eg_recover(&place->run);
	enum eg_error_kind kind = eg_uv_options(&place->run, argv.v, argv.n, &command);
	return kind ? kind : eg_uv_read(&command, &interpreter);
}

static const struct eg_uv_request *reads(struct place *place, const char *line)
{
	if (read_command(place, line))
		fail_msg("%s: %s", line, place->run.error.message);
	return &command.request;
}

static void refuses(struct place *place, const char *line, const char *message)
{
	assert_int_not_equal(read_command(place, line), EG_OK);
	if (!strstr(place->run.error.message, message))
		fail_msg("%s: %s", line, place->run.error.message);
}

static const char *joined(struct eg_arena *arena, const struct eg_strs *list)
{
	const char *text = "";

	for (size_t i = 0; i < list->n; i++)
		text = eg_strf(arena, "%s%s%s", text, i ? " " : "", list->v[i]);
	return text;
}

static bool is_transaction(struct place *place, const char *line)
{
	struct eg_strs argv = {0};
	const char *why;

	assert_true(eg_words_split(place->run.arena, line, &argv, &why));
	return eg_uv_is_transaction(place->run.arena, argv.v, argv.n);
}

static void transactions(void **state)
{
	static const struct {
		const char *line;
		bool changes;
	} cases[] = {
		{"uv pip install x", true},
		{"/opt/bin/uv --quiet pip --no-cache install x", true},
		{"uv --directory /tmp pip uninstall x", true},
		{"uv pip sync r.txt", true},
		{"uv pip install --nonsense", true}, /* for the reading to refuse */
		{"uv pip list", false},
		{"uv pip compile x", false},
		{"uv pip install --help", false},
		{"uv venv", false},
		{"uv", false},
		{"uv pip", false},
	};
	struct place *place = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (is_transaction(place, cases[i].line) != cases[i].changes)
			fail_msg("%s", cases[i].line);
}

static void options(void **state)
{
	struct place *place = *state;
	struct eg_arena *arena = place->run.arena;
	const struct eg_uv_request *r = reads(place, "uv pip install -U 'torch>=2' --reinstall-package Foo.Bar --no-deps");

	assert_int_equal(r->action, EG_UV_INSTALL);
	assert_true(r->upgrade.all);
	assert_false(r->reinstall.all);
	assert_string_equal(joined(arena, &r->reinstall.names), "foo-bar");
	assert_true(r->pip.no_deps);
	assert_string_equal(r->pip.roots.v[0].req.project, "torch");
	r = reads(place, "uv pip install x -P 'numpy<2' -P pillow --resolution lowest-direct --prerelease=allow");
	assert_string_equal(joined(arena, &r->upgrade.names), "numpy pillow");
	assert_int_equal(r->pip.constraints.n, 1); /* numpy<2 */
	assert_int_equal(r->resolution, EG_UV_LOWEST_DIRECT);
	assert_int_equal(r->prerelease, EG_UV_ALLOW);
	r = reads(place, "uv pip install x --prerelease if-necessary-or-explicit --index-strategy unsafe-best-match");
	assert_int_equal(r->prerelease, EG_UV_IF_NECESSARY);
	assert_int_equal(r->index_strategy, EG_UNSAFE_BEST_MATCH);
	r = reads(place, "uv pip install x --no-build --no-binary y");
	assert_true(r->pip.only_binary.all);
	assert_string_equal(joined(arena, &r->pip.no_binary.names), "y");
	assert_true(reads(place, "uv pip install x --exact")->exact);
	refuses(place, "uv pip install x --no-such-option", "--no-such-option");
	refuses(place, "uv pip install x --resolution best", "best");
	refuses(place, "uv pip install", "wants packages");
	refuses(place, "uv pip freeze", "are forecast");
}

static void index_order(void **state)
{
	struct place *place = *state;
	struct eg_arena *arena = place->run.arena;
	const char *files = eg_strf(arena, "uv pip install -r %s -i https://i.example/s",
				    place_file(place, "r.txt", "--extra-index-url https://f.example/s\nx\n"));
	static const struct {
		const char *line, *indexes;
	} cases[] = {
		{"uv pip install x", "https://index.example.org/simple"},
		{"uv pip install x --extra-index-url https://a/s --index b=https://b/s",
		 "https://b/s https://a/s https://index.example.org/simple"},
		{"uv pip install x -i https://i/s --extra-index-url https://a/s", "https://a/s https://i/s"},
		{"uv pip install x --default-index n=https://d/s -i https://i/s", "https://d/s"},
		{"uv pip install x --no-index -f /wheels --extra-index-url https://a/s", ""},
		{"uv pip install x --torch-backend cu128",
		 "https://index.example.org/simple https://download.pytorch.org/whl/cu128"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_string_equal(joined(arena, &reads(place, cases[i].line)->pip.indexes), cases[i].indexes);
	assert_int_equal(command.request.n_torch_indexes, 1);
	assert_string_equal(joined(arena, &reads(place, files)->pip.indexes), "https://f.example/s https://i.example/s");
	refuses(place, "uv pip install x --torch-backend cu999", "cu999");
}

static void variables(void **state)
{
	struct place *place = *state;
	struct eg_arena *arena = place->run.arena;

	setenv("UV_EXTRA_INDEX_URL", "https://a/s https://b/s", 1);
	setenv("UV_DEFAULT_INDEX", "https://d/s", 1);
	setenv("UV_INDEX_STRATEGY", "unsafe-first-match", 1);
	setenv("UV_NO_BUILD", "1", 1);
	setenv("UV_CONSTRAINT", place_file(place, "c.txt", "numpy<2\n"), 1);
	const struct eg_uv_request *r = reads(place, "uv pip install x");
	assert_string_equal(joined(arena, &r->pip.indexes), "https://a/s https://b/s https://d/s");
	assert_int_equal(r->index_strategy, EG_UNSAFE_FIRST_MATCH);
	assert_true(r->pip.only_binary.all);
	assert_int_equal(r->pip.constraints.n, 1);
	r = reads(place, "uv pip install x --extra-index-url https://c/s --index-strategy first-index");
	assert_string_equal(joined(arena, &r->pip.indexes), "https://c/s https://d/s");
	assert_int_equal(r->index_strategy, EG_FIRST_INDEX);
	setenv("UV_INDEX_MY_OWN_USERNAME", "me", 1);
	setenv("UV_INDEX_MY_OWN_PASSWORD", "a/b@c", 1);
	assert_string_equal(reads(place, "uv pip install x --index my-own=https://o/s")->pip.indexes.v[0],
			    "https://me:a%2Fb%40c@o/s");
	setenv("UV_NO_BUILD", "perhaps", 1);
	refuses(place, "uv pip install x", "UV_NO_BUILD");
	for (const char *const *name = (const char *const[]){"UV_EXTRA_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_STRATEGY",
							     "UV_NO_BUILD", "UV_CONSTRAINT", "UV_INDEX_MY_OWN_USERNAME",
							     "UV_INDEX_MY_OWN_PASSWORD", NULL}; *name; name++)
		unsetenv(*name);
}

static void files(void **state)
{
	struct place *place = *state;
	struct eg_arena *arena = place->run.arena;

	place_file(place, "o.txt", "numpy==1.26.4\n");
	place_file(place, "x.txt", "Pillow\n");
	place_file(place, "pyproject.toml", "[project]\nname = 'p'\nversion = '1'\ndependencies = ['torch>=2']\n"
					    "[project.optional-dependencies]\ngpu = ['triton']\n"
					    "[dependency-groups]\ndev = ['pytest']\n");
	const struct eg_uv_request *r = reads(place, "uv pip install x --overrides o.txt --excludes x.txt");
	assert_string_equal(r->overrides.v[0].req.project, "numpy");
	assert_string_equal(joined(arena, &r->excludes), "pillow");
	assert_int_equal(r->pip.roots.n, 1);
	r = reads(place, "uv pip install -r pyproject.toml --extra gpu --group dev");
	assert_int_equal(r->pip.roots.n, 3);
	assert_true(r->pip.roots.v[1].holds);
	assert_false(reads(place, "uv pip install -r pyproject.toml")->pip.roots.v[1].holds);
	place_file(place, "r.txt", "a\nb==2\n");
	r = reads(place, "uv pip sync r.txt");
	assert_int_equal(r->action, EG_UV_SYNC);
	assert_true(r->exact && r->pip.no_deps);
	assert_int_equal(r->pip.roots.n, 2);
	r = reads(place, "uv pip uninstall -y a b");
	assert_int_equal(r->action, EG_UV_UNINSTALL);
	assert_int_equal(r->pip.roots.n, 2);
	refuses(place, "uv pip install -r missing.txt", "missing.txt");
}

static void configuration(void **state)
{
	struct place *place = *state;
	struct eg_arena *arena = place->run.arena;

	place_file(place, "pyproject.toml", "[tool.uv]\nextra-index-url = ['https://p/s']\nresolution = 'lowest'\n"
					    "upgrade-package = ['numpy']\nconstraint-dependencies = ['numpy<2']\n"
					    "[[tool.uv.index]]\nurl = 'https://n/s'\n"
					    "[[tool.uv.index]]\nurl = 'https://d/s'\ndefault = true\n"
					    "[[tool.uv.index]]\nurl = 'https://e/s'\nexplicit = true\n"
					    "[tool.uv.pip]\nresolution = 'lowest-direct'\nno-deps = true\n");
	place_file(place, ".config/uv/uv.toml", "resolution = 'highest'\nextra-index-url = ['https://u/s']\n"
						"index-strategy = 'unsafe-best-match'\n");
	const struct eg_uv_request *r = reads(place, "uv pip install x --extra-index-url https://c/s");
	assert_string_equal(joined(arena, &r->pip.indexes), "https://n/s https://c/s https://p/s https://u/s https://d/s");
	assert_int_equal(r->resolution, EG_UV_LOWEST_DIRECT);
	assert_int_equal(r->index_strategy, EG_UNSAFE_BEST_MATCH);
	assert_true(r->pip.no_deps);
	assert_int_equal(r->pip.constraints.n, 1);
	assert_string_equal(joined(arena, &r->upgrade.names), "numpy");
	assert_int_equal(reads(place, "uv --no-config pip install x")->pip.constraints.n, 0);
	place_file(place, "other.toml", "no-index = true\n");
	assert_int_equal(reads(place, "uv --config-file other.toml pip install x")->pip.indexes.n, 0);
	place_file(place, "uv.toml", "prerelease = 'allow'\n"); /* stands before the pyproject.toml beside it */
	r = reads(place, "uv pip install x");
	assert_int_equal(r->prerelease, EG_UV_ALLOW);
	assert_int_equal(r->pip.constraints.n, 0);
	place_file(place, "uv.toml", "prerelease = ['allow']\n");
	refuses(place, "uv pip install x", "'prerelease' cannot be array");
	refuses(place, "uv --config-file missing.toml pip install x", "missing.toml");
}

static const struct eg_uv_request *reads_project(struct place *place, const char *line)
{
	struct eg_strs argv = {0};
	const char *why;

	assert_true(eg_words_split(place->run.arena, line, &argv, &why));
	assert_int_equal(eg_uv_options(&place->run, argv.v, argv.n, &command), EG_OK);
	assert_int_equal(eg_uv_project_find(&place->run, &command.values, &command.project), EG_OK);
	if (eg_uv_read(&command, &interpreter))
		fail_msg("%s: %s", line, place->run.error.message);
	return &command.request;
}

static const char *roots_of(struct eg_arena *arena, const struct eg_uv_request *request)
{
	struct eg_strs names = {0};

	for (size_t i = 0; i < request->pip.roots.n; i++)
		eg_vec_push(arena, &names, request->pip.roots.v[i].req.project);
	return joined(arena, &names);
}

static void project_commands(void **state)
{
	struct place *place = *state;

	place_file(place, "inline.py", "# /// script\n# dependencies = []\n# ///\n");
	struct uv_values values = {0};
	assert_false(eg_uv_is_in_project(place->run.arena, &values));
	place_file(place, "pyproject.toml", "[project]\nname = 'p'\ndependencies = ['a', 'b<2']\n"
					    "[project.optional-dependencies]\nx = ['c']\n[dependency-groups]\ndev = ['d']\n"
					    "[tool.uv.sources]\nb = { index = 'own' }\nz = { git = 'https://g/z' }\n"
					    "[[tool.uv.index]]\nname = 'own'\nurl = 'https://own/s'\nexplicit = true\n");
	static const struct {
		const char *line;
		bool changes;
	} cases[] = {
		{"uv sync", true},           {"uv run python -c 1", true},  {"uv run --no-sync x", false},
		{"uv run inline.py", false}, {"uv run --isolated x", false}, {"uv run -m pytest --help", true},
		{"uv run --help", false},    {"uv lock", false},        {"uv add x", true},
		{"uv add x --no-sync", false}, {"uv remove x", true}, {"uv add x --frozen", false},
		{"uv add --script a.py x", false}, {"uv sync --script a.py", false}, {"uv sync --frozen", true},
		{"uv run --script a.py", false}, {"uv run -s a.py x", false},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (is_transaction(place, cases[i].line) != cases[i].changes)
			fail_msg("%s", cases[i].line);
	setenv("UV_NO_SYNC", "1", 1);
	assert_false(is_transaction(place, "uv run python"));
	assert_true(is_transaction(place, "uv sync"));
	unsetenv("UV_NO_SYNC");
	struct eg_uv_project project;
	values.project = place_dir(place, "below");
	assert_int_equal(eg_uv_project_find(&place->run, &values, &project), EG_OK);
	assert_string_equal(project.root, place->dir);
	assert_string_equal(project.environment, place_path(place, ".venv"));
	place_file(place, "uv.lock", "version = 1\n[[package]]\nname = 'a'\nversion = '1.5'\n");
	const struct eg_uv_request *r = reads_project(place, "uv add 'b>=3' e");
	assert_string_equal(roots_of(place->run.arena, r), "a c d b e");
	assert_string_equal(joined(place->run.arena, r->synced), "a d b e");
	assert_string_equal(joined(place->run.arena, &r->pip.indexes), "https://index.example.org/simple https://own/s");
	assert_int_equal(r->n_explicit_indexes, 1);
	assert_ptr_equal(eg_map_get(r->sources, "b"), (void *)2);
	assert_string_equal(((struct eg_version *)eg_map_get(r->preferred, "a"))->canonical, "1.5");
	place_file(place, "more.txt", "f\n-c cap.txt\n");
	place_file(place, "cap.txt", "f<2\n");
	r = reads_project(place, "uv add -r more.txt --optional x c");
	assert_string_equal(roots_of(place->run.arena, r), "a b d f c"); /* the old c goes, the extra's own */
	assert_string_equal(r->pip.constraints.v[0].req.project, "f");
	r = reads_project(place, "uv add a --dev");
	assert_string_equal(roots_of(place->run.arena, r), "a b c d a"); /* the project's own a stays */
	r = reads_project(place, "uv remove b --extra x --no-dev");
	assert_string_equal(roots_of(place->run.arena, r), "a c d");
	assert_string_equal(joined(place->run.arena, r->synced), "a c");
	assert_true(reads_project(place, "uv sync")->exact);
}

static void workspaces(void **state)
{
	struct place *place = *state;
	struct eg_uv_project project;
	struct uv_values values = {0};
	static const struct {
		const char *dir, *root;
	} cases[] = {
		{"", ""}, {"libs/a", ""}, {"libs/a/src", ""}, {"libs/old", "libs/old"}, {"examples/x", "examples/x"},
	};

	place_file(place, "pyproject.toml", "[tool.uv]\nextra-index-url = ['https://w/s']\n"
					    "[tool.uv.workspace]\nmembers = ['./libs/*']\nexclude = ['libs/old']\n");
	place_file(place, "libs/a/pyproject.toml", "[project]\nname = 'a'\n[tool.uv]\nextra-index-url = ['https://a/s']\n");
	place_file(place, "libs/old/pyproject.toml", "[project]\nname = 'old'\n");
	place_file(place, "examples/x/pyproject.toml", "[project]\nname = 'x'\n");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		values.project = place_dir(place, cases[i].dir);
		assert_int_equal(eg_uv_project_find(&place->run, &values, &project), EG_OK);
		const char *root = *cases[i].root ? place_path(place, cases[i].root) : place->dir;
		if (strcmp(project.root, root))
			fail_msg("%s has %s", cases[i].dir, project.root);
	}
	/* a workspace is configured at its root */
	const char *line = eg_strf(place->run.arena, "uv --project %s pip install x", place_path(place, "libs/a"));
	assert_string_equal(reads(place, line)->pip.indexes.v[0], "https://w/s");
	place_file(place, "pyproject.toml", "[tool.uv\n");
	assert_string_equal(reads(place, line)->pip.indexes.v[0], "https://a/s");
	assert_int_equal(reads(place, "uv pip install x")->pip.indexes.n, 1);
}

static void active_environments(void **state)
{
	struct place *place = *state;
	struct eg_arena *arena = place->run.arena;
	const char *conda = place_dir(place, "conda"), *project = place_dir(place, "project/src");

	unsetenv("VIRTUAL_ENV");
	unsetenv("_CONDA_ROOT");
	setenv("CONDA_PREFIX", conda, 1);
	setenv("CONDA_DEFAULT_ENV", "base", 1);
	assert_int_equal(chdir(project), 0);
	assert_string_equal(eg_uv_active_environment(arena), conda);
	place_file(place, "project/.venv/pyvenv.cfg", "");
	assert_string_equal(eg_uv_active_environment(arena), place_path(place, "project/.venv"));
	setenv("CONDA_DEFAULT_ENV", "conda", 1); /* an environment of that name is no base */
	assert_string_equal(eg_uv_active_environment(arena), conda);
	setenv("_CONDA_ROOT", conda, 1);
	assert_string_equal(eg_uv_active_environment(arena), place_path(place, "project/.venv"));
	setenv("VIRTUAL_ENV", "/elsewhere", 1);
	assert_string_equal(eg_uv_active_environment(arena), "/elsewhere");
	unsetenv("VIRTUAL_ENV");
	unsetenv("CONDA_PREFIX");
	assert_int_equal(chdir(place_dir(place, "project/.venv/lib")), 0);
	assert_string_equal(eg_uv_active_environment(arena), place_path(place, "project/.venv"));
	assert_int_equal(chdir("/"), 0);
}

static void times(void **state)
{
	struct eg_arena *arena = ((struct place *)*state)->run.arena;

	setenv("TZ", "UTC", 1);
	tzset();
	assert_string_equal(uv_time(arena, "2025-01-31"), "2025-02-01T00:00:00Z");
	assert_string_equal(uv_time(arena, "2025-01-31T10:00:00Z"), "2025-01-31T10:00:00Z");
	assert_non_null(uv_time(arena, "3 days"));
	assert_non_null(uv_time(arena, "P1W"));
	assert_null(uv_time(arena, "yesterday"));
	assert_null(uv_time(arena, "2025-13-01"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(transactions, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(options, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(index_order, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(variables, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(files, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(configuration, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(project_commands, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(workspaces, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(active_environments, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(times, pip_set_up, pip_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
