/* Requirements and markers; the cases are those of packaging's own tests and of real metadata. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "buf.h"
#include "ceilings.h"
#include "python/pep508.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static const struct eg_marker_env linux_311 = {{
	[EG_OS_NAME] = "posix",
	[EG_SYS_PLATFORM] = "linux",
	[EG_PLATFORM_MACHINE] = "x86_64",
	[EG_PLATFORM_PYTHON_IMPLEMENTATION] = "CPython",
	[EG_PLATFORM_RELEASE] = "5.15.0-91-generic",
	[EG_PLATFORM_SYSTEM] = "Linux",
	[EG_PLATFORM_VERSION] = "#101-Ubuntu SMP",
	[EG_PYTHON_VERSION] = "3.11",
	[EG_PYTHON_FULL_VERSION] = "3.11.7",
	[EG_IMPLEMENTATION_NAME] = "cpython",
	[EG_IMPLEMENTATION_VERSION] = "3.11.7",
}};

static int arena_setup(void **state)
{
	*state = eg_arena_new(NULL);
	return 0;
}

static int arena_teardown(void **state)
{
	eg_arena_free(*state);
	return 0;
}

static void requirements_are_read_and_written(void **state)
{
	static const struct {
		const char *text, *normal, *project, *url;
		bool marker;
	} cases[] = {
		{"torch", "torch", "torch", NULL, false},
		{"  torch >= 2.0 , < 3 ", "torch<3,>=2.0", "torch", NULL, false},
		{"torch (==2.1.2)", "torch==2.1.2", "torch", NULL, false},
		{"torch(==2.1.2) ; extra == 'x'", "torch==2.1.2", "torch", NULL, true},
		{"torch ()", "torch", "torch", NULL, false},
		{"Flask_SQLAlchemy[B-c,a.a , A_A]>=1", "Flask_SQLAlchemy[a-a,b-c]>=1", "flask-sqlalchemy", NULL, false},
		{"name[]", "name", "name", NULL, false},
		{"name [quux, strange];python_version<'2.7' and platform_version=='2'", "name[quux,strange]", "name", NULL, true},
		{"a_", "a_", "a-", NULL, false},
		{"A.-_b", "A.-_b", "a-b", NULL, false},
		{"3to2", "3to2", "3to2", NULL, false},
		{"name>=1,", "name>=1", "name", NULL, false},
		{"name~=1.0,!=1.1.*", "name!=1.1.*,~=1.0", "name", NULL, false},
		{"name===1.0+weird_stuff;os_name=='a'", "name===1.0+weird_stuff", "name", NULL, true},
		{"name===1,>=0", "name===1,>=0", "name", NULL, false},
		{"name@https://example.org/n.whl", "name @ https://example.org/n.whl", "name", "https://example.org/n.whl", false},
		{"name @ https://example.org/n.whl#a=b&c;os_name=='a'", "name @ https://example.org/n.whl#a=b&c;os_name=='a'",
		 "name", "https://example.org/n.whl#a=b&c;os_name=='a'", false},
		{"name[x] @ file:///tmp/n.whl ; os_name=='a'", "name[x] @ file:///tmp/n.whl", "name", "file:///tmp/n.whl", true},
		{"name @ git+ssh://git@example.org/a.git@v1 ", "name @ git+ssh://git@example.org/a.git@v1", "name",
		 "git+ssh://git@example.org/a.git@v1", false},
		{"nvidia-cublas-cu12 (==12.1.3.1) ; platform_system == \"Linux\" and platform_machine == \"x86_64\"",
		 "nvidia-cublas-cu12==12.1.3.1", "nvidia-cublas-cu12", NULL, true},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct eg_requirement req;
		const char *error = NULL;

		if (!eg_requirement_parse(*state, cases[i].text, strlen(cases[i].text), &req, &error))
			fail_msg("'%s': %s", cases[i].text, error);
		assert_string_equal(req.text, cases[i].text);
		assert_string_equal(eg_requirement_text(*state, &req), cases[i].normal);
		assert_string_equal(req.project, cases[i].project);
		assert_int_equal(req.marker != NULL, cases[i].marker);
		if (cases[i].url)
			assert_string_equal(req.url, cases[i].url);
		else
			assert_null(req.url);
	}
}

static void what_is_no_requirement_is_refused(void **state)
{
	static const char *const cases[] = {
		"", "  ", "-a", "_a", ".a", "a-", "a.", "\xc3\xa4", "a\xc3\xa4", "a b", "a>=", "a>=1.0.*", "a>=1.0+x", "a==1.0-foo",
		"a (>=1", "a >=1)", "a[", "a[x", "a[x y]", "a[x,]", "a[,x]", "a;", "a;os_name", "a;os_name==", "a;os_name=='x",
		"a;os_name=='x' and", "a;(os_name=='x'", "a;os_name=='x')", "a;nonsense=='x'", "a;'x' not  'y'",
		"a;os_name not = 'x'", "a;os_name is 'x'", "a @", "a @ ", "a @ u x", "a>=1 <2", "a>=1,,<2", "a===1, >=2", "a==1;;",
		"a;python_versions=='x'", "a;os_name=='a'andos_name=='b'", "a>=1\n", "a;os_name=='\n'", "a = 1", "a[b]c",
	};
	struct eg_requirement req = {.name = "untouched"};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *error = NULL;

		if (eg_requirement_parse(*state, cases[i], strlen(cases[i]), &req, &error))
			fail_msg("'%s' is no requirement", cases[i]);
		assert_non_null(error);
		assert_string_equal(req.name, "untouched");
	}
	assert_false(eg_requirement_parse(*state, "a\0b", 3, &req, &(const char *){NULL}));
}

static void an_error_says_what_and_where(void **state)
{
	struct eg_requirement req;
	const char *error;

	assert_false(eg_requirement_parse(*state, "torch>=2;sys_platfrom=='x'", 26, &req, &error));
	assert_string_equal(error, "expected a marker variable or quoted string, at 'sys_platfrom=='x''");
}

static const struct eg_marker *marker(struct eg_arena *arena, const char *text)
{
	const struct eg_marker *m = NULL;
	const char *error = NULL;

	if (!eg_marker_parse(arena, text, strlen(text), &m, &error))
		fail_msg("'%s' is a marker: %s", text, error);
	return m;
}

static void markers_hold_where_packaging_says_so(void **state)
{
	static const struct {
		const char *text, *extra;
		bool holds;
	} cases[] = {
		{"os_name == 'posix'", "", true},
		{"os_name=='nt'or os_name=='posix'", "", true},
		{"os.name == \"posix\" and sys.platform == 'linux' and platform.machine == 'x86_64'", "", true},
		{"platform.python_implementation == 'CPython' and python_implementation == 'CPython'", "", true},
		{"platform.version != '2'", "", true},
		{"sys_platform == 'win32' and sys_platform == 'x' or os_name == 'posix'", "", true},
		{"os_name == 'posix' or sys_platform == 'x' and sys_platform == 'y'", "", true},
		{"(os_name == 'posix' or sys_platform == 'x') and sys_platform == 'y'", "", false},
		{"((((os_name == 'posix'))))", "", true},
		{"python_version >= '3.9'", "", true},
		{"python_version < '3.9'", "", false},
		{"python_version < '3.100'", "", true},
		{"python_version ~= '3.8'", "", true},
		{"python_version == '3.11.*'", "", true},
		{"python_version == '3.11.0'", "", true},
		{"python_version === '3.11'", "", true},
		{"python_version === '3.11.0'", "", false},
		{"python_version > '=3.11'", "", true},
		{"python_version in '2.7, 3.11'", "", true},
		{"python_version not in '2.7, 3.9'", "", true},
		{"python_version == 'abc'", "", false},
		{"python_version != 'abc'", "", true},
		{"python_full_version < '3.11.7'", "", false},
		{"python_full_version <= '3.11.7'", "", true},
		{"'3.9' <= python_version", "", true},
		{"'3.9' < python_version", "", true},
		{"'3.12' >= python_version", "", true},
		{"'3.11.5' ~= python_version", "", true},
		{"'3.10' ~= python_version", "", false},
		{"'3.11' === python_version", "", true},
		{"'abc' != python_version", "", false},
		{"'2' in python_version", "", false},
		{"'.11' in python_version", "", true},
		{"'linux' in sys_platform", "", true},
		{"'win' not in sys_platform", "", true},
		{"sys_platform in 'linux darwin'", "", true},
		{"platform_release >= '5'", "", false},
		{"platform_release == '5.15.0-91-generic'", "", true},
		{"platform_machine >= 'a'", "", false},
		{"platform_machine >= 'x86_64'", "", true},
		{"platform_machine < 'z'", "", false},
		{"implementation_name == 'cpython' and implementation_version >= '3.0'", "", true},
		{"sys_platform ~= 'linux'", "", false},
		{"os_name == sys_platform", "", false},
		{"'a' == 'a'", "", false},
		{"extra == 'test'", "", false},
		{"extra == 'test'", "test", true},
		{"extra == 'Test.Extra_X'", "test-extra-x", true},
		{"'TEST' == extra", "test", true},
		{"extra != 'test'", "", true},
		{"extra == 'a' or extra == 'b'", "b", true},
		{"'test' in extras", "test", true},
		{"'test' in extras", "", false},
		{"'test' not in extras", "", true},
		{"'x' in dependency_groups", "x", false},
		{"extras == 'x'", "x", false},
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		if (eg_marker_holds(marker(*state, cases[i].text), &linux_311, cases[i].extra) != cases[i].holds)
			fail_msg("%s with extra '%s' is %d", cases[i].text, cases[i].extra, cases[i].holds);
	assert_true(eg_marker_holds(NULL, &linux_311, ""));
}

static void locks_ask_for_several_extras_at_once(void **state)
{
	static const struct {
		const char *text;
		bool holds;
	} cases[] = {
		{"'GPU_x' in extras and 'docs' in extras", true},
		{"'docs' not in extras", false},
		{"'test' in extras or 'dev' in dependency_groups", true},
		{"'dev' in extras", false},
		{"'docs' not  in dependency_groups and os_name == 'posix'", true},
		{"extra == 'docs' and extra == 'gpu-x'", true},
		{"(extra != 'docs' and extra != 'test') or (extra == 'docs' and extra == 'test')", false},
		{"extra != 'test' and sys_platform == 'linux'", true},
	};
	struct eg_marker_sets sets = {0};

	eg_vec_push(*state, &sets.extras, "docs");
	eg_vec_push(*state, &sets.extras, "gpu-x");
	eg_vec_push(*state, &sets.groups, "dev");
	for (size_t i = 0; i < COUNT(cases); i++)
		if (eg_marker_holds_with(marker(*state, cases[i].text), &linux_311, &sets) != cases[i].holds)
			fail_msg("%s is %d", cases[i].text, !cases[i].holds);
}

static void a_python_built_from_a_checkout_has_a_version(void **state)
{
	struct eg_marker_env env = linux_311;

	env.value[EG_PYTHON_FULL_VERSION] = "3.14.0a1+";
	assert_true(eg_marker_holds(marker(*state, "python_full_version >= '3.14.0a1'"), &env, ""));
	assert_true(eg_marker_holds(marker(*state, "'3.14.0' > python_full_version"), &env, "") == false);
	env.value[EG_PYTHON_FULL_VERSION] = NULL;
	assert_false(eg_marker_holds(marker(*state, "python_full_version >= '3'"), &env, ""));
}

static void extras_have_a_limit(void **state)
{
	struct eg_buf text = {0};
	struct eg_requirement req;
	const char *why;

	eg_buf_puts(&text, "x[e");
	for (int i = 0; i < 1000; i++)
		eg_buf_printf(&text, ",e%d", i);
	eg_buf_puts(&text, "]");
	assert_false(eg_requirement_parse(*state, text.s, text.n, &req, &why));
	assert_non_null(strstr(why, "too many extras"));
	eg_buf_free(&text);
}

static void parentheses_have_a_limit(void **state)
{
	char text[2 * EG_MAX_MARKER_DEPTH + 64];

	for (int depth = EG_MAX_MARKER_DEPTH; depth <= EG_MAX_MARKER_DEPTH + 1; depth++) {
		const struct eg_marker *m;
		const char *error;

		memset(text, '(', (size_t)depth);
		char *p = stpcpy(text + depth, "os_name=='posix'");
		memset(p, ')', (size_t)depth);
		assert_int_equal(eg_marker_parse(*state, text, (size_t)(p - text + depth), &m, &error),
				 depth <= EG_MAX_MARKER_DEPTH);
	}
}

static void a_long_chain_is_no_deep_one(void **state)
{
	char *text = eg_alloc(*state, 4000000), *p = stpcpy(text, "os_name=='a'");

	for (int i = 0; i < 100000; i++)
		p = stpcpy(p, " or os_name=='a'");
	p = stpcpy(p, " or os_name=='posix'");
	assert_true(eg_marker_holds(marker(*state, text), &linux_311, ""));
}

static void a_marker_alone_ends_where_it_ends(void **state)
{
	const struct eg_marker *m = NULL;
	const char *error;

	assert_false(eg_marker_parse(*state, "os_name == 'a' b", 16, &m, &error));
	assert_string_equal(error, "expected end of marker expression, at 'b'");
	assert_false(eg_marker_parse(*state, "(os_name == 'a'", 15, &m, &error));
	assert_null(m);
	/* "== 3.11 " makes a specifier all the same */
	assert_true(eg_marker_holds(marker(*state, "python_version == ' 3.11 '"), &linux_311, ""));
}

static void names_are_normalised(void **state)
{
	assert_string_equal(eg_normalize(*state, "Foo__.-Bar", 10), "foo-bar");
	assert_string_equal(eg_normalize(*state, "-a-", 3), "-a-");
	assert_string_equal(eg_normalize(*state, "", 0), "");
	assert_string_equal(eg_marker_variable_name(EG_IMPLEMENTATION_VERSION), "implementation_version");
	assert_string_equal(eg_marker_variable_name(EG_OS_NAME), "os_name");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requirements_are_read_and_written),
		cmocka_unit_test(what_is_no_requirement_is_refused),
		cmocka_unit_test(an_error_says_what_and_where),
		cmocka_unit_test(markers_hold_where_packaging_says_so),
		cmocka_unit_test(locks_ask_for_several_extras_at_once),
		cmocka_unit_test(a_python_built_from_a_checkout_has_a_version),
		cmocka_unit_test(extras_have_a_limit),
		cmocka_unit_test(parentheses_have_a_limit),
		cmocka_unit_test(a_long_chain_is_no_deep_one),
		cmocka_unit_test(a_marker_alone_ends_where_it_ends),
		cmocka_unit_test(names_are_normalised),
	};
	return cmocka_run_group_tests(tests, arena_setup, arena_teardown);
}
