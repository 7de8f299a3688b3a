/* an interpreter's facts, their cache, and which environment is meant */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <sys/utsname.h>
#include <cmocka.h>

#include "place.h"
#include "process.h"
#include "python/facts.h"
#include "python/interpreter.h"

static const char *const cleared[] = {"PYTHONPATH",  "PYTHONHOME",   "PYTHONNOUSERSITE", "PYTHONUSERBASE",
				      "VIRTUAL_ENV", "CONDA_PREFIX", "PYENV_VERSION",    "PYENV_DIR"};

static char *path_before;
static char *base; /* the interpreter that the tests were configured with, without any virtual environment around it */
static char *base_name; /* "python3.11" */

static int set_up(void **state)
{
	if (place_set_up(state))
		return -1;
	struct place *place = *state;
	setenv("ENVGUARD_CACHE_DIR", place_path(place, "cache"), 1);
	setenv("HOME", place_dir(place, "home"), 1);
	setenv("PATH", path_before, 1);
	for (size_t i = 0; i < sizeof(cleared) / sizeof(*cleared); i++)
		unsetenv(cleared[i]);
	return 0;
}

/* What EXE prints for CODE. */
static char *python(struct place *place, const char *exe, const char *code)
{
	const char *const argv[] = {exe, "-B", "-c", code, NULL};
	const struct eg_process process = {.argv = argv, .timeout_ms = 30000, .max = 100000};
	struct eg_answer answer;

	assert_int_equal(eg_process_run(&place->run, &process, &answer), EG_OK);
	assert_string_equal(answer.err, "");
	answer.out[strcspn(answer.out, "\n")] = 0;
	return answer.out;
}

static int find_base(void **state)
{
	struct place place = {.run.arena = eg_arena_new(NULL)};

	(void)state;
	base = strdup(python(&place, EG_TEST_PYTHON, "import os, sys; print(os.path.realpath(sys.executable))"));
	base_name = strdup(python(&place, base, "import sys; print('python%d.%d' % sys.version_info[:2])"));
	eg_arena_free(place.run.arena);
	return 0;
}

static struct eg_interpreter facts(struct place *place, const char *exe)
{
	struct eg_interpreter it;
	struct eg_cache *cache = eg_cache_open(&place->run);

	if (eg_interpreter_facts(&place->run, cache, exe, &it))
		fail_msg("%s", place->run.error.message);
	return it;
}

static void fails(struct place *place, const char *exe, enum eg_error_kind kind, const char *message)
{
	struct eg_interpreter it;

	assert_int_equal(eg_interpreter_facts(&place->run, eg_cache_open(&place->run), exe, &it), kind);
	assert_non_null(strstr(place->run.error.message, exe));
	assert_non_null(strstr(place->run.error.message, message));
	eg_recover(&place->run);
}

/* A virtual environment NAME; its site-packages. */
static char *make_venv(struct place *place, const char *name, const char *system_site)
{
	struct eg_arena *arena = place->run.arena;
	char *home = eg_path_absolute(arena, eg_path_join(arena, base, ".."));

	place_dir(place, eg_strf(arena, "%s/bin", name));
	place_link(place, base, eg_strf(arena, "%s/bin/python", name));
	place_file(place, eg_strf(arena, "%s/pyvenv.cfg", name),
		   eg_strf(arena, "home = %s\ninclude-system-site-packages = %s\n", home, system_site));
	return place_dir(place, eg_strf(arena, "%s/lib/%s/site-packages", name, base_name));
}

/* Makes every interpreter that reads SITE leave a file named by its process. */
static void count_starts(struct place *place, const char *site)
{
	place_file(place, eg_path_join(place->run.arena, site, "count.pth"),
		   eg_strf(place->run.arena, "import os; open('%s/%%d' %% os.getpid(), 'w').close(); print('noise')\n",
			   place_dir(place, "starts")));
}

static size_t starts(struct place *place)
{
	DIR *dir = opendir(place_path(place, "starts"));
	size_t n = 0;

	assert_non_null(dir);
	for (const struct dirent *entry; (entry = readdir(dir));)
		n += *entry->d_name != '.';
	closedir(dir);
	return n;
}

static void facts_are_those_of_the_interpreter(void **state)
{
	struct place *place = *state;
	const char *exe = base;
	struct eg_interpreter it = facts(place, exe);
	struct utsname u;

	uname(&u);
	assert_string_equal(it.exe, exe);
	assert_string_equal(it.markers.value[EG_PYTHON_FULL_VERSION],
			    python(place, exe, "import platform; print(platform.python_version())"));
	assert_string_equal(it.markers.value[EG_PLATFORM_RELEASE], u.release);
	assert_string_equal(it.markers.value[EG_PLATFORM_MACHINE], u.machine);
	assert_string_equal(it.markers.value[EG_SYS_PLATFORM], "linux");
	assert_string_equal(it.prefix, python(place, exe, "import sys; print(sys.prefix)"));
	assert_string_equal(it.purelib, python(place, exe, "import sysconfig; print(sysconfig.get_path('purelib'))"));
	assert_string_equal(it.tags.platform, python(place, exe, "import sysconfig; print(sysconfig.get_platform())"));
	assert_int_equal(it.tags.python[1], it.python[1]);
	assert_false(it.venv);
	assert_string_equal(it.user_site, python(place, exe, "import site; print(site.getusersitepackages())"));
	assert_int_not_equal(it.tags.libc, EG_LIBC_UNKNOWN);
	assert_int_equal(it.pkg_resources, it.python[1] < 11);
	setenv("_PIP_USE_IMPORTLIB_METADATA", "no", 1);
	assert_int_equal(facts(place, exe).pkg_resources, it.python[1] < 14);
	unsetenv("_PIP_USE_IMPORTLIB_METADATA");
}

static void venv_sees_its_own_site_only(void **state)
{
	struct place *place = *state;
	char *site = make_venv(place, "env", "false");
	struct eg_interpreter it = facts(place, place_path(place, "env/bin/python"));

	assert_true(it.venv);
	assert_false(it.system_site);
	assert_null(it.user_site);
	assert_null(it.externally_managed);
	assert_int_equal(it.site.n, 1);
	assert_string_equal(it.site.v[0], site);
	assert_string_equal(it.purelib, site);
	assert_string_equal(it.prefix, place_path(place, "env"));
	assert_string_not_equal(it.base_prefix, it.prefix);
	assert_string_equal(it.site_config, it.prefix);
}

static void system_and_user_site_come_after(void **state)
{
	struct place *place = *state;
	char *site = make_venv(place, "env", "true");
	struct eg_interpreter whole = facts(place, base);

	place_dir(place, whole.user_site);
	struct eg_interpreter it = facts(place, place_path(place, "env/bin/python"));
	assert_true(it.system_site);
	assert_string_equal(it.user_site, whole.user_site);
	assert_int_equal(it.site.n, 2 + whole.site.n);
	assert_string_equal(it.site.v[0], site);
	assert_string_equal(it.site.v[1], whole.user_site);
	assert_string_equal(it.site.v[2], whole.site.v[0]);
}

static void path_and_pth_add_directories(void **state)
{
	struct place *place = *state;
	char *site = make_venv(place, "env", "false"), *added = place_dir(place, "added"), *first = place_dir(place, "first");

	place_file(place, eg_path_join(place->run.arena, site, "a.pth"), eg_strf(place->run.arena, "%s\n/nonexistent\n", added));
	setenv("PYTHONPATH", first, 1);
	struct eg_interpreter it = facts(place, place_path(place, "env/bin/python"));
	assert_int_equal(it.site.n, 3);
	assert_string_equal(it.site.v[0], first);
	assert_string_equal(it.site.v[1], site);
	assert_string_equal(it.site.v[2], added);
}

static void asks_once(void **state)
{
	struct place *place = *state;
	char *site = make_venv(place, "env", "false"), *exe = place_path(place, "env/bin/python");

	count_starts(place, site);
	facts(place, exe);
	assert_int_equal(starts(place), 1);
	place_file(place, eg_path_join(place->run.arena, site, "foo-1.0.dist-info/METADATA"), "Name: foo\n");
	struct eg_interpreter it = facts(place, exe);
	assert_int_equal(starts(place), 1);
	assert_string_equal(it.site.v[0], site);
	assert_string_equal(it.markers.value[EG_OS_NAME], "posix");
}

static void asks_again_when_something_changed(void **state)
{
	struct place *place = *state;
	char *site = make_venv(place, "env", "false"), *exe = place_path(place, "env/bin/python");
	size_t expected = 1;

	count_starts(place, site);
	facts(place, exe);
	place_file(place, eg_path_join(place->run.arena, site, "more.pth"), "# nothing\n");
	facts(place, exe);
	assert_int_equal(starts(place), ++expected);
	setenv("PYTHONPATH", place->dir, 1);
	facts(place, exe);
	assert_int_equal(starts(place), ++expected);
	unsetenv("PYTHONPATH");
	char *cfg = place_path(place, "env/pyvenv.cfg");
	place_file(place, cfg, eg_strf(place->run.arena, "%s\n", eg_file_read_if(&place->run, cfg, 10000, NULL)));
	facts(place, exe);
	assert_int_equal(starts(place), ++expected);
	place->run.refresh = true;
	facts(place, exe);
	assert_int_equal(starts(place), ++expected);
}

static void deleted_or_replaced_interpreter_is_not_remembered(void **state)
{
	struct place *place = *state;
	char *exe;

	make_venv(place, "env", "false");
	exe = place_path(place, "env/bin/python");
	facts(place, exe);
	unlink(exe);
	fails(place, exe, EG_NOT_FOUND, "no Python interpreter");
	place_script(place, exe, "#!/bin/sh\necho broken >&2; exit 7\n");
	fails(place, exe, EG_FORMAT, "exit status 7: broken");
}

static void launcher_is_asked_every_time(void **state)
{
	struct place *place = *state;
	struct eg_arena *arena = place->run.arena;

	make_venv(place, "one", "false");
	make_venv(place, "two", "false");
	char *exe = place_script(place, "launch", "#!/bin/sh\nexec \"${0%/*}/current/bin/python\" \"$@\"\n");
	place_link(place, "one", "current");
	assert_string_equal(facts(place, exe).prefix, place_path(place, "current"));
	assert_int_equal(unlink(place_path(place, "current")), 0);
	place_link(place, "two", "current");
	place_file(place, eg_strf(arena, "two/pyvenv.cfg"), "home = /nonexistent\n");
	assert_string_equal(facts(place, exe).prefix, place_path(place, "current"));
	place_script(place, exe, "#!/bin/sh\nexec \"${0%/*}/one/bin/python\" \"$@\"\n");
	assert_string_equal(facts(place, exe).prefix, place_path(place, "one"));
}

static void what_is_no_python_is_refused(void **state)
{
	struct place *place = *state;

	fails(place, place_path(place, "missing"), EG_NOT_FOUND, "No such file");
	fails(place, place_dir(place, "dir"), EG_NOT_FOUND, "directory");
	if (!getenv("EG_UNDER_VALGRIND")) { /* there posix_spawn does not tell */
		fails(place, place_file(place, "text", "x"), EG_IO, "executable");
		fails(place, place_script(place, "elf", "\177ELFgarbage"), EG_IO, "");
	}
	fails(place, place_script(place, "true", "#!/bin/sh\n"), EG_FORMAT, "exit status 0");
	fails(place, place_script(place, "crash", "#!/bin/sh\nkill -SEGV $$\n"), EG_FORMAT, "signal 11");
	fails(place, place_script(place, "flood", "#!/bin/sh\nexec yes\n"), EG_LIMIT, "more than");
	fails(place, place_script(place, "garbage", "#!/bin/sh\necho 'envguard-interpreter:{\"python\": '\n"), EG_FORMAT,
	      "unreadable");
	fails(place, place_script(place, "partial", "#!/bin/sh\necho 'envguard-interpreter:{\"python\": [3, 11, 1]}'\n"),
	      EG_FORMAT, "where its packages lie");
	fails(place, place_script(place, "strange", "#!/bin/sh\necho 'envguard-interpreter:[[], {}]'\n"), EG_FORMAT,
	      "unreadable");
	fails(place, place_script(place, "old", "#!/bin/sh\necho 'envguard-interpreter:{\"python\": [2, 7, 18]}'\n"),
	      EG_UNSUPPORTED, "Python 2.7.18");
}

static void tag_facts_of_other_builds_are_read(void **state)
{
	struct place *place = *state;
	static const char json[] =
		"{\"python\": [3, 9, 17], \"tags\": {\"implementation\": \"pp\", \"abi_flags\": \"\", "
		"\"soabi\": \"pypy39_pp73\", \"platform\": \"linux-aarch64\", \"libc\": \"musl\", \"libc_version\": [1, 2]}, "
		"\"prefix\": \"/p\", \"base_prefix\": \"/p\", \"purelib\": \"/p/l\", \"platlib\": \"/p/l\"}";
	struct eg_interpreter it;

	assert_int_equal(eg_facts_read(&place->run, json, sizeof(json) - 1, "pypy3", &it), EG_OK);
	assert_string_equal(it.tags.implementation, "pp");
	assert_string_equal(it.tags.soabi, "pypy39_pp73");
	assert_string_equal(it.tags.platform, "linux-aarch64");
	assert_int_equal(it.tags.libc, EG_MUSL);
	assert_int_equal(it.tags.libc_version[1], 2);
	assert_int_equal(it.site.n, 0);
	assert_null(it.default_index);
}

/* On musl the loader is asked for the version; here it is only found. */
static void loader_is_read_from_the_executable(void **state)
{
	struct place *place = *state;
	static const char code[] = "import os; text = open('" EG_TESTS "/../solver/python/probe.py').read();"
				   "exec(text[:text.rindex('main()')]);"
				   "print(os.path.basename(elf_interpreter(sys.executable)).startswith('ld'))";

	assert_string_equal(python(place, base, code), "True");
}

static void hanging_interpreter_ends_with_the_budget(void **state)
{
	struct place *place = *state;

	place->run.deadline = eg_now_ms() + 200;
	fails(place, place_script(place, "hang", "#!/bin/sh\nsleep 60\n"), EG_TIMEOUT, "in time");
}

static void paths_are_bytes(void **state)
{
	struct place *place = *state;
	char *site = make_venv(place, "en\xff\xc3\xa9v \"q\"", "false");

	assert_string_equal(facts(place, place_path(place, "en\xff\xc3\xa9v \"q\"/bin/python")).site.v[0], site);
}

static struct eg_environment find(struct place *place, const char *exe, const char *prefix)
{
	struct eg_environment env;

	if (eg_environment_find(&place->run, exe, prefix, &env))
		fail_msg("%s", place->run.error.message);
	return env;
}

static void finds_fail(struct place *place, const char *exe, const char *prefix, enum eg_error_kind kind)
{
	struct eg_environment env;

	assert_int_equal(eg_environment_find(&place->run, exe, prefix, &env), kind);
	eg_recover(&place->run);
}

static void named_python_is_a_path_a_name_or_an_environment(void **state)
{
	struct place *place = *state;

	make_venv(place, "env", "false");
	place_dir(place, "env/conda-meta");
	place_dir(place, "empty");
	place_script(place, "path/python3.99", "#!/bin/sh\n");
	setenv("PATH", place_path(place, "path"), 1);
	assert_string_equal(find(place, place_path(place, "env"), NULL).python, place_path(place, "env/bin/python"));
	struct eg_environment env = find(place, place_path(place, "env/bin/python"), NULL);
	assert_string_equal(env.prefix, place_path(place, "env"));
	assert_true(env.conda);
	assert_string_equal(find(place, "python3.99", NULL).python, place_path(place, "path/python3.99"));
	assert_string_equal(find(place, "3.99", NULL).python, place_path(place, "path/python3.99"));
	finds_fail(place, "3.98", NULL, EG_NOT_FOUND);
	finds_fail(place, place_path(place, "nothing/bin/python"), NULL, EG_NOT_FOUND);
	finds_fail(place, place_path(place, "empty"), NULL, EG_NOT_FOUND);
	finds_fail(place, "", NULL, EG_USAGE);
}

static void prefix_is_where_a_link_leads_unless_a_venv_lies_there(void **state)
{
	struct place *place = *state;

	make_venv(place, "env", "false");
	place_dir(place, "conda/conda-meta");
	place_script(place, "conda/bin/python3.10", "");
	place_link(place, "python3.10", "conda/bin/python3");
	place_dir(place, "tools");
	place_link(place, "../conda/bin/python3", "tools/python3");
	place_link(place, "loop", "tools/loop");
	struct eg_environment env = find(place, place_path(place, "tools/python3"), NULL);
	assert_string_equal(env.prefix, place_path(place, "conda"));
	assert_string_equal(env.python, place_path(place, "tools/python3"));
	assert_true(env.conda);
	assert_string_equal(find(place, place_path(place, "env/bin/python"), NULL).prefix, place_path(place, "env"));
	finds_fail(place, place_path(place, "tools/loop"), NULL, EG_NOT_FOUND);
}

static void named_prefix_may_be_new(void **state)
{
	struct place *place = *state;

	make_venv(place, "env", "false");
	struct eg_environment env = find(place, NULL, place_path(place, "env"));
	assert_true(env.exists);
	assert_string_equal(env.python, place_path(place, "env/bin/python"));
	env = find(place, NULL, place_path(place, "new"));
	assert_false(env.exists);
	assert_null(env.python);
	assert_string_equal(env.prefix, place_path(place, "new"));
	assert_null(find(place, NULL, place->dir).python);
	finds_fail(place, NULL, place_path(place, "env/pyvenv.cfg"), EG_IO);
	finds_fail(place, NULL, place_path(place, "env/pyvenv.cfg/x"), EG_IO);
}

static void active_environment_is_the_first_on_path(void **state)
{
	struct place *place = *state;
	char *venv = place_dir(place, "venv"), *conda = place_dir(place, "conda");
	struct eg_arena *arena = place->run.arena;

	place_script(place, "sys/bin/python3", "#!/bin/sh\n");
	setenv("PATH", place_path(place, "sys/bin"), 1);
	assert_string_equal(find(place, NULL, NULL).prefix, place_path(place, "sys"));
	setenv("CONDA_PREFIX", conda, 1);
	assert_string_equal(find(place, NULL, NULL).prefix, conda);
	setenv("VIRTUAL_ENV", venv, 1);
	assert_string_equal(find(place, NULL, NULL).prefix, venv);
	setenv("PATH", eg_strf(arena, "/nowhere:%s/bin/:%s/bin", conda, venv), 1);
	assert_string_equal(find(place, NULL, NULL).prefix, conda);
	setenv("PATH", eg_strf(arena, "%s/bin:%s/bin", venv, conda), 1);
	assert_string_equal(find(place, NULL, NULL).prefix, venv);
	setenv("VIRTUAL_ENV", place_path(place, "deleted"), 1);
	assert_string_equal(find(place, NULL, NULL).prefix, conda);
	assert_true(place_noted(place, "deleted"));
}

static void no_environment_at_all_is_an_error(void **state)
{
	setenv("PATH", "/nonexistent", 1);
	finds_fail(*state, NULL, NULL, EG_NOT_FOUND);
}

static void pyenv_shim_leads_to_the_version_meant(void **state)
{
	struct place *place = *state;
	static const char shim[] = "#!/usr/bin/env bash\nexec \"/x/libexec/pyenv\" exec \"$program\" \"$@\"\n";

	place_script(place, "pyenv/shims/python3", shim);
	place_script(place, "pyenv/versions/3.10.2/bin/python3", "");
	place_script(place, "pyenv/versions/3.10.13/bin/python3", "");
	place_script(place, "pyenv/versions/3.12.1/bin/python3", "");
	place_script(place, "sys/bin/python3", "");
	place_file(place, "pyenv/version", "# chosen\n  3.12.1 and more\n");
	setenv("PATH", eg_strf(place->run.arena, "%s:%s", place_path(place, "pyenv/shims"), place_path(place, "sys/bin")), 1);
	setenv("PYENV_DIR", place_dir(place, "work/deep"), 1);
	assert_string_equal(find(place, NULL, NULL).prefix, place_path(place, "pyenv/versions/3.12.1"));
	place_file(place, "work/.python-version", "3.10\r\n");
	assert_string_equal(find(place, NULL, NULL).prefix, place_path(place, "pyenv/versions/3.10.13"));
	setenv("PYENV_VERSION", "python-3.10.2:3.12.1", 1);
	assert_string_equal(find(place, NULL, NULL).prefix, place_path(place, "pyenv/versions/3.10.2"));
	setenv("PYENV_VERSION", "system", 1);
	assert_string_equal(find(place, NULL, NULL).prefix, place_path(place, "sys"));
	setenv("PYENV_VERSION", "3.77", 1);
	assert_string_equal(find(place, NULL, NULL).python, place_path(place, "pyenv/shims/python3"));
	setenv("PYENV_VERSION", "../../sys", 1);
	assert_string_equal(find(place, NULL, NULL).python, place_path(place, "pyenv/shims/python3"));
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, place_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(facts_are_those_of_the_interpreter),
		CASE(venv_sees_its_own_site_only),
		CASE(system_and_user_site_come_after),
		CASE(path_and_pth_add_directories),
		CASE(asks_once),
		CASE(asks_again_when_something_changed),
		CASE(deleted_or_replaced_interpreter_is_not_remembered),
		CASE(launcher_is_asked_every_time),
		CASE(what_is_no_python_is_refused),
		CASE(tag_facts_of_other_builds_are_read),
		CASE(loader_is_read_from_the_executable),
		CASE(hanging_interpreter_ends_with_the_budget),
		CASE(paths_are_bytes),
		CASE(named_python_is_a_path_a_name_or_an_environment),
		CASE(prefix_is_where_a_link_leads_unless_a_venv_lies_there),
		CASE(named_prefix_may_be_new),
		CASE(active_environment_is_the_first_on_path),
		CASE(no_environment_at_all_is_an_error),
		CASE(pyenv_shim_leads_to_the_version_meant),
	};

	path_before = strdup(getenv("PATH"));
	int rc = cmocka_run_group_tests(tests, find_base, NULL);
	free(path_before);
	free(base);
	free(base_name);
	return rc;
}
