/* TOML, dependency groups, script metadata, lock files */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "pip_place.h"
#include "python/project.h"
#include "python/toml.h"

static struct eg_pip_request request;

static void toml_becomes_a_tree(void **state)
{
	struct place *place = *state;
	static const char text[] = "a = 'x'\nb = [1, 2.5, true]\n[t]\nwhen = 2023-01-02T03:04:05Z\n";
	const struct eg_toml *tree, *b;

	assert_int_equal(eg_toml_parse(&place->run, "x.toml", text, strlen(text), &tree), EG_OK);
	assert_string_equal(eg_toml_string(tree, "a"), "x");
	b = eg_toml_array(tree, "b");
	assert_int_equal(b->n, 3);
	assert_int_equal(b->items[0].integer, 1);
	assert_true(b->items[1].number > 2.4 && b->items[2].integer == 1);
	assert_string_equal(eg_toml_get(eg_toml_get(tree, "t"), "when")->text, "2023-01-02T03:04:05Z");
	assert_null(eg_toml_string(tree, "b"));
	assert_int_equal(eg_toml_parse(&place->run, "x.toml", "a = 1\nb = =\n", 12, &tree), EG_FORMAT);
	assert_non_null(strstr(place->run.error.message, "'x.toml'"));
	assert_non_null(strstr(place->run.error.message, "line 2"));
	eg_recover(&place->run);
	assert_int_equal(eg_toml_parse(&place->run, "x.toml", "[\\e", 3, &tree), EG_FORMAT);
}

static const struct eg_pip_reader *reader(struct place *place)
{
	static struct eg_pip_reader reader;

	reader = (struct eg_pip_reader){.run = &place->run, .interpreter = &interpreter, .request = &request};
	return &reader;
}

static enum eg_error_kind group(struct place *place, const char *name)
{
	request = (struct eg_pip_request){0};
	eg_recover(&place->run);
	return eg_project_group(reader(place), "pyproject.toml", name);
}

static void groups_include_groups(void **state)
{
	static const char *const bad[] = {"loop", "self", "number", "other", "spec", "none"};
	struct place *place = *state;

	place_file(place, "pyproject.toml",
		   "[dependency-groups]\ntest = ['pytest>7', 'cov; os_name==\"nt\"']\n"
		   "'De.v' = [{include-group = 'TEST'}, 'ruff', {include-group = 'test'}]\nloop = [{include-group = 'loop2'}]\n"
		   "loop2 = [{include-group = 'loop'}]\nself = [{include-group = 'self'}]\nnumber = [1]\n"
		   "other = [{include = 'x'}]\nspec = ['a b']\n");
	assert_int_equal(group(place, "de-V"), EG_OK);
	assert_int_equal(request.roots.n, 5);
	assert_string_equal(request.roots.v[2].req.project, "ruff");
	assert_false(request.roots.v[1].holds);
	assert_string_equal(request.roots.v[0].origin, "--group de-V (pyproject.toml)");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(group(place, bad[i]), EG_FORMAT);
		assert_int_equal(request.roots.n, 0);
	}
	place_file(place, "pyproject.toml", "[dependency-groups]\na-b = []\nA_B = []\nx = []\n");
	assert_int_equal(group(place, "x"), EG_FORMAT);
	place_file(place, "pyproject.toml", "[project]\nname='x'\n");
	assert_int_equal(group(place, "x"), EG_FORMAT);
	unlink("pyproject.toml");
	assert_int_equal(group(place, "x"), EG_IO);
}

static enum eg_error_kind script(struct place *place, const char *text, const char *python)
{
	request = (struct eg_pip_request){0};
	eg_recover(&place->run);
	place_file(place, "s.py", text);
	return eg_script_requirements(reader(place), "s.py", python);
}

static void scripts_carry_their_requirements(void **state)
{
	struct place *place = *state;

	assert_int_equal(script(place, "#!/x\n# /// other\n# ///\n# /// script\r\n# requires-python = '>=3.8'\r\n#\r\n# dependencies"
				       " = [\r\n#   'a>1',\r\n# 'b']\r\n# ///\r\nimport a\n", "3.11.7"), EG_OK);
	assert_int_equal(request.roots.n, 2);
	assert_string_equal(request.roots.v[0].req.project, "a");
	assert_int_equal(script(place, "# /// script\n# requires-python = '<3'\n# ///\n", "3.11.7"), EG_UNSUPPORTED);
	assert_int_equal(script(place, "# /// script\n# requires-python = '<3'\n# ///\n", NULL), EG_OK);
	assert_int_equal(script(place, "# /// script\n# a=1\n\n# ///\n", NULL), EG_FORMAT);
	assert_int_equal(script(place, "# /// script\n# a=\n# ///\n", NULL), EG_FORMAT);
	assert_int_equal(script(place, "# /// script\n# a=1\n# ///\n\n# /// script\n# a=1\n# ///\n", NULL), EG_FORMAT);
	assert_int_equal(script(place, "print()\n", NULL), EG_FORMAT);
}

#define LOCK "lock-version = '1.0'\ncreated-by = 't'\n"
#define WHEEL(file) "{name = '" file "', url = 'https://h/" file "', hashes = {sha256 = '00'}}"

static enum eg_error_kind lock(struct place *place, const char *text, struct eg_pylock_choice choice)
{
	request = (struct eg_pip_request){.no_binary.names = request.no_binary.names};
	eg_recover(&place->run);
	place_file(place, "sub/pylock.toml", text);
	choice.file = "sub/pylock.toml";
	return eg_pylock_read(reader(place), &choice);
}

static void locks_give_one_file_for_this_environment(void **state)
{
	static const char text[] =
		LOCK "default-groups = ['main']\n"
		"[[packages]]\nname = 'torch'\nversion = '2.1'\nwheels = ["
		WHEEL("torch-2.1-cp39-cp39-linux_x86_64.whl") "," WHEEL("torch-2.1-py3-none-any.whl") ","
		WHEEL("torch-2.1-cp311-cp311-linux_x86_64.whl") "]\n"
		"[[packages]]\nname = 'win'\nmarker = \"os_name == 'nt'\"\nversion = '1'\nsdist = {path = 'win-1.zip', hashes = {md5 = '0'}}\n"
		"[[packages]]\nname = 'extra'\nmarker = \"'gpu' in extras\"\nsdist = {path = 'extra-1.5.tar.gz', hashes = {sha512 = '0'}}\n"
		"[[packages]]\nname = 'main'\nmarker = \"'main' in dependency_groups\"\narchive = {url = 'https://h/m.zip', hashes = {sha256 = '1'}, subdirectory = 's'}\n"
		"[[packages]]\nname = 'repo'\nvcs = {type = 'git', url = 'https://h/r', commit-id = 'abc'}\n";
	struct place *place = *state;
	struct eg_pylock_choice choice = {.default_groups = true};

	request = (struct eg_pip_request){0};
	eg_vec_push(place->run.arena, &choice.extras, "gpu");
	assert_int_equal(lock(place, text, choice), EG_OK);
	assert_int_equal(request.roots.n, 4);
	assert_string_equal(request.roots.v[0].text, "torch==2.1");
	assert_string_equal(request.roots.v[0].locked, "https://h/torch-2.1-cp311-cp311-linux_x86_64.whl");
	assert_string_equal(request.roots.v[0].hashes.v[0], "sha256:00");
	assert_string_equal(request.roots.v[1].text, "extra==1.5");
	assert_string_equal(request.roots.v[1].locked,
			    eg_strf(place->run.arena, "file://%s/sub/extra-1.5.tar.gz", place->dir));
	assert_string_equal(request.roots.v[2].req.url, "https://h/m.zip#subdirectory=s");
	assert_null(request.roots.v[2].locked);
	assert_true(request.roots.v[3].vcs);
	assert_int_equal(lock(place, text, (struct eg_pylock_choice){0}), EG_OK);
	assert_int_equal(request.roots.n, 2);
}

static void locks_that_cannot_hold_are_refused(void **state)
{
	static const struct {
		const char *text;
		enum eg_error_kind kind;
	} cases[] = {
		{"lock-version = '2.0'\ncreated-by='t'\npackages = []\n", EG_FORMAT},
		{"lock-version = '1.0'\ncreated-by='t'\n", EG_FORMAT},
		{LOCK "requires-python = '<3'\npackages = []\n", EG_UNSUPPORTED},
		{LOCK "environments = [\"os_name == 'nt'\"]\npackages = []\n", EG_UNSUPPORTED},
		{LOCK "[[packages]]\nname = 'A'\nvcs = {}\n", EG_FORMAT},
		{LOCK "[[packages]]\nname = 'a'\nvcs = {type='git', url='u'}\n", EG_FORMAT},
		{LOCK "[[packages]]\nname = 'a'\nwheels = [" WHEEL("a-1-cp27-none-any.whl") "]\n", EG_UNSUPPORTED},
		{LOCK "[[packages]]\nname = 'a'\nwheels = [" WHEEL("b-1-py3-none-any.whl") "]\n", EG_FORMAT},
		{LOCK "[[packages]]\nname = 'a'\nversion='1'\nsdist = {url = 'u'}\n", EG_FORMAT},
		{LOCK "[[packages]]\nname = 'a'\nmarker = 'nonsense'\n", EG_FORMAT},
		{"not toml", EG_FORMAT},
	};
	struct place *place = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (lock(place, cases[i].text, (struct eg_pylock_choice){0}) != cases[i].kind)
			fail_msg("%zu: %s", i, place->run.error.message ? place->run.error.message : "accepted");
	assert_true(eg_is_pylock(place->run.arena, "a/pylock.toml") && eg_is_pylock(place->run.arena, "pylock.x.toml") &&
		    eg_is_pylock(place->run.arena, "https://h/pylock.toml?x"));
	assert_false(eg_is_pylock(place->run.arena, "pylock.a.b.toml") || eg_is_pylock(place->run.arena, "pylock..toml") ||
		     eg_is_pylock(place->run.arena, "xpylock.toml"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(toml_becomes_a_tree, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(groups_include_groups, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(scripts_carry_their_requirements, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(locks_give_one_file_for_this_environment, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(locks_that_cannot_hold_are_refused, pip_set_up, pip_tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
