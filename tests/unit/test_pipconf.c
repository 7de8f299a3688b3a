/* pip.conf as configparser reads it, at every level, and PIP_* */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "file.h"
#include "python/pipconf.h"

static struct eg_run run;
static char dir[] = "/tmp/eg-pipconf-XXXXXX";

static int setup(void **state)
{
	(void)state;
	run = (struct eg_run){.arena = eg_arena_new(NULL)};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	eg_arena_free(run.arena);
	return 0;
}

static struct eg_pipconf parse(const char *text)
{
	struct eg_pipconf conf = {0};

	assert_int_equal(eg_pipconf_parse(&run, "pip.conf", text, strlen(text), &conf), EG_OK);
	return conf;
}

static void long_values_comments_and_spellings(void **state)
{
	struct eg_pipconf conf = parse("# c\n[global]\nIndex_URL = https://h/simple  \n; c\nextra-index-url:\n"
				       "    https://a\n  # not part\n\n    https://b\n[install]\n--no_deps=yes\nx = a = b\n");

	(void)state;
	assert_int_equal(conf.n, 4);
	assert_string_equal(conf.v[0].key, "index-url");
	assert_string_equal(conf.v[0].value, "https://h/simple");
	assert_string_equal(conf.v[0].where, "pip.conf, line 3");
	assert_string_equal(conf.v[1].value, "\nhttps://a\n\nhttps://b");
	assert_string_equal(conf.v[2].section, "install");
	assert_string_equal(conf.v[2].key, "no-deps");
	assert_string_equal(conf.v[3].value, "a = b");
}

static void the_default_section_stands_in_every_other(void **state)
{
	struct eg_pipconf conf = parse("[DEFAULT]\r\npre = 1\r\n[install]\r\npre = 0\r\n[global]\r\nq=1");

	(void)state;
	assert_int_equal(conf.n, 4);
	assert_string_equal(conf.v[0].section, "install");
	assert_string_equal(conf.v[1].value, "0");
	assert_string_equal(conf.v[2].section, "global");
	assert_string_equal(conf.v[2].key, "pre");
}

static void broken_files_are_named_with_their_line(void **state)
{
	static const char *const texts[] = {"a = https://u:secret@h/\n", "\n[global]\n=x\n", "[g]\nnothing\n", "[g]\na=1\nA=2\n", "[g]\n[g]\n",
					    "[g]\na=\xff\n"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct eg_pipconf conf = {0};

		eg_recover(&run);
		assert_int_equal(eg_pipconf_parse(&run, "/x/pip.conf", texts[i], strlen(texts[i]), &conf), EG_FORMAT);
		assert_non_null(strstr(run.error.message, "/x/pip.conf"));
		assert_null(strstr(run.error.message, "secret"));
	}
}

static const char *put(const char *name, const char *text)
{
	const char *path = eg_path_join(run.arena, dir, name);
	char *parent = eg_strdup(run.arena, path);

	*strrchr(parent, '/') = 0;
	assert_int_equal(eg_mkdirs(&run, parent), EG_OK);
	assert_int_equal(eg_file_write(&run, path, text, strlen(text), 0600), EG_OK);
	return path;
}

static const char *value(const struct eg_pipconf *conf, const char *section, const char *key)
{
	for (size_t i = 0; i < conf->n; i++)
		if (!strcmp(conf->v[i].section, section) && !strcmp(conf->v[i].key, key))
			return conf->v[i].value;
	return NULL;
}

static void clean_environment(void)
{
	extern char **environ;

	for (size_t i = 0; environ[i];) {
		char *name = eg_strndup(run.arena, environ[i], strcspn(environ[i], "="));

		if (strncmp(name, "PIP_", 4) || unsetenv(name))
			i++;
	}
	setenv("HOME", eg_path_join(run.arena, dir, "home"), 1);
	setenv("XDG_CONFIG_DIRS", eg_strf(run.arena, "relative:%s/etc1:%s/etc2", dir, dir), 1);
	unsetenv("XDG_CONFIG_HOME");
}

static struct eg_pipconf load(bool isolated)
{
	struct eg_pipconf conf = {0};

	assert_int_equal(eg_pipconf_load(&run, "install", eg_path_join(run.arena, dir, "site"), isolated, &conf), EG_OK);
	return conf;
}

static void levels_outrank_each_other(void **state)
{
	struct eg_pipconf conf;

	(void)state;
	clean_environment();
	put("etc1/pip/pip.conf", "[global]\na=etc1\nb=etc1\nc=etc1\nd=etc1\ne=etc1\ngone=x\n[list]\nz=1\n");
	put("etc2/pip/pip.conf", "[global]\nb=etc2\n");
	put("home/.pip/pip.conf", "[global]\nc=legacy\nd=legacy\n");
	put("home/.config/pip/pip.conf", "[global]\nd=user\n[install]\na=user\n");
	put("site/pip.conf", "[global]\ne=site\ngone=\n");
	setenv("PIP_A", "variable", 1);
	setenv("PIP_VERSION", "no", 1);
	conf = load(false);
	assert_string_equal(value(&conf, "global", "a"), "etc1");
	assert_string_equal(value(&conf, "global", "b"), "etc2");
	assert_string_equal(value(&conf, "global", "c"), "legacy");
	assert_string_equal(value(&conf, "global", "d"), "user");
	assert_string_equal(value(&conf, "global", "e"), "site");
	assert_null(value(&conf, "global", "gone"));
	assert_null(value(&conf, "list", "z"));
	assert_null(value(&conf, ":env:", "version"));
	assert_string_equal(conf.v[conf.n - 2].value, "user"); /* [install] after [global], the environment last */
	assert_string_equal(conf.v[conf.n - 1].value, "variable");

	conf = load(true);
	assert_string_equal(value(&conf, "global", "d"), "etc1");
	assert_string_equal(value(&conf, "global", "e"), "site");
	assert_null(value(&conf, "install", "a"));
	assert_null(value(&conf, ":env:", "a"));
}

static void a_named_file_replaces_the_users(void **state)
{
	struct eg_pipconf conf;

	(void)state;
	clean_environment();
	setenv("PIP_CONFIG_FILE", put("named.conf", "[global]\ne=named\n"), 1);
	conf = load(false);
	assert_string_equal(value(&conf, "global", "d"), "etc1");
	assert_string_equal(value(&conf, "global", "e"), "named");
	setenv("PIP_CONFIG_FILE", "/nowhere/pip.conf", 1);
	conf = load(false);
	assert_string_equal(value(&conf, "global", "d"), "user");
	setenv("PIP_CONFIG_FILE", "/dev/null", 1);
	setenv("PIP_PRE", "1", 1);
	conf = load(false);
	assert_null(value(&conf, "global", "a"));
	assert_string_equal(value(&conf, ":env:", "pre"), "1");
}

static int make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	char command[sizeof(dir) + 16];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(long_values_comments_and_spellings, setup, teardown),
		cmocka_unit_test_setup_teardown(the_default_section_stands_in_every_other, setup, teardown),
		cmocka_unit_test_setup_teardown(broken_files_are_named_with_their_line, setup, teardown),
		cmocka_unit_test_setup_teardown(levels_outrank_each_other, setup, teardown),
		cmocka_unit_test_setup_teardown(a_named_file_replaces_the_users, setup, teardown),
	};
	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
