/* pip command lines: which words are pip, and what they ask for */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "pip_place.h"
#include "tool_pip.h"
#include "words.h"

static struct eg_pip_request request;

static struct eg_strs words(struct place *place, const char *command)
{
	struct eg_strs argv = {0};
	const char *why;

	assert_true(eg_words_split(place->run.arena, command, &argv, &why));
	return argv;
}

static enum eg_error_kind read_command(struct place *place, const char *command)
{
	struct eg_strs argv = words(place, command);

	request = (struct eg_pip_request){0};
	eg_recover(&place->run);
	place->run.notes.n = 0;
	return eg_pip_command(&place->run, &interpreter, argv.v, argv.n, &request);
}

static void reads(struct place *place, const char *command)
{
	enum eg_error_kind error = read_command(place, command);

	if (error)
		fail_msg("%s: %s", command, place->run.error.message);
}

static void refuses(struct place *place, const char *command, const char *message)
{
	assert_int_equal(read_command(place, command), EG_USAGE);
	if (!strstr(place->run.error.message, message))
		fail_msg("%s: %s", command, place->run.error.message);
}

static void commands_are_split(void **state)
{
	static const struct {
		const char *command, *python;
		bool outranks;
		const char *first; /* NULL: no pip command */
	} cases[] = {
		{"pip install x", NULL, false, "install"},
		{"pip3 install x", NULL, false, "install"},
		{"pip3.11 install x", "python3.11", true, "install"},
		{"pip-3.9 list", "python3.9", true, "list"},
		{"bin/pip install x", "/opt/env/bin/python3", true, "install"},
		{"long/pip install x", "/very/long/python", true, "install"},
		{"bare/pip install x", "bare/python3", true, "install"},
		{"python -m pip install x", "python", false, "install"},
		{"python3.10 -I -m pip install x", "python3.10", true, "install"},
		{"/e/bin/python -Im pip install", "/e/bin/python", true, "install"},
		{"python -W ignore -Xdev -mpip install", "python", false, "install"},
		{"python x/__pip-runner__.py install", "python", false, "install"},
		{"pip --python /e install x", "/e", true, "--python"},
		{"pip --proxy p --python=/e install x", "/e", true, "--proxy"},
		{"pip install --python /e x", NULL, false, "install"},
		{"python -m pipx install x", NULL, false, NULL},
		{"python -c pip", NULL, false, NULL},
		{"python", NULL, false, NULL},
		{"pipenv install x", NULL, false, NULL},
		{"pip-compile x", NULL, false, NULL},
		{"pythonx -m pip install", NULL, false, NULL},
	};
	struct place *place = *state;

	place_script(place, "bin/pip", "#!/opt/env/bin/python3 -s\n");
	place_script(place, "long/pip", "#!/bin/sh\n'''exec' /very/long/python \"$0\" \"$@\"\n' '''\n");
	place_script(place, "bare/pip", "ELF");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct eg_strs argv = words(place, cases[i].command);
		struct eg_pip_invocation got = {0};
		bool is = eg_pip_split(place->run.arena, argv.v, argv.n, &got);

		if (is != (cases[i].first != NULL) || (is && got.explicit_python != cases[i].outranks) ||
		    (is && strcmp(got.python ? got.python : "-", cases[i].python ? cases[i].python : "-")))
			fail_msg("%s: %d %s", cases[i].command, is, got.python ? got.python : "-");
		if (is)
			assert_string_equal(got.argv[0], cases[i].first);
	}
}

static void the_variable_of_python_counts_as_well(void **state)
{
	struct place *place = *state;
	struct eg_strs argv = words(place, "pip install x"), own = words(place, "pip --python /f install x");
	struct eg_pip_invocation got;

	setenv("PIP_PYTHON", "/e", 1);
	assert_true(eg_pip_split(place->run.arena, argv.v, argv.n, &got));
	assert_string_equal(got.python, "/e");
	assert_true(eg_pip_split(place->run.arena, own.v, own.n, &got));
	assert_string_equal(got.python, "/f");
	reads(place, "install x");
	unsetenv("PIP_PYTHON");
}

static void only_what_changes_something_is_a_transaction(void **state)
{
	static const struct {
		const char *command;
		bool is;
	} cases[] = {
		{"install x", true},          {"uninstall -y x", true},       {"--proxy install install x", true},
		{"install --help", false},    {"install x -h", false},        {"--version", false},
		{"list", false},              {"download x", false},          {"wheel x", false},
		{"", false},                  {"-V install x", false},        {"--help install", false},
		{"install -r -h", true},      {"install -- -h", true},        {"install --target", true},
		{"install --dry-run x", true},{"-q -v install x", true},      {"install --hel", false},
	};
	struct place *place = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct eg_strs argv = words(place, cases[i].command);

		if (eg_pip_is_transaction(place->run.arena, argv.v, argv.n) != cases[i].is)
			fail_msg("%s", cases[i].command);
	}
}

static void options_become_a_request(void **state)
{
	struct place *place = *state;

	place_file(place, "r.txt", "from-file\n");
	place_file(place, "c.txt", "torch<3\n");
	place_file(place, "p/pyproject.toml", "");
	reads(place, "--isolated install -U torch==2.1 -rr.txt --constraint=c.txt -e ./p numpy --no-deps "
		     "-i https://u:secret@example.org/s --extra-index-url https://two -f ~/nowhere --pre "
		     "--no-binary a,b --only-binary b --force-reinstall --upgrade-strategy eager -C k=v");
	assert_int_equal(request.action, EG_PIP_INSTALL);
	assert_int_equal(request.roots.n, 4);
	assert_string_equal(request.roots.v[0].text, "torch==2.1");
	assert_string_equal(request.roots.v[1].req.project, "numpy");
	assert_true(request.roots.v[2].editable);
	assert_string_equal(request.roots.v[3].origin, "-r r.txt (line 1)");
	assert_int_equal(request.roots.v[0].config_settings.n, 1);
	assert_int_equal(request.roots.v[3].config_settings.n, 0);
	assert_int_equal(request.constraints.n, 1);
	assert_int_equal(request.upgrade, EG_EAGER);
	assert_true(request.no_deps && request.pre && request.force_reinstall && request.isolated);
	assert_false(request.default_index || request.user || request.ignore_installed);
	assert_int_equal(request.indexes.n, 2);
	assert_string_equal(request.indexes.v[0], "https://u:secret@example.org/s");
	assert_string_equal(request.only_binary.names.v[0], "b");
	for (size_t i = 0; i < request.command.n; i++)
		assert_null(strstr(request.command.v[i], "secret"));
	assert_string_equal(request.command.v[1], "--isolated");

	reads(place, "install x");
	assert_true(request.default_index);
	assert_string_equal(request.indexes.v[0], "https://index.example.org/simple");
	assert_int_equal(request.upgrade, EG_TO_SATISFY_ONLY);
	assert_int_equal(request.timeout_s, -1);
	reads(place, "install --no-index x");
	assert_int_equal(request.indexes.n, 0);
}

static void bad_combinations_are_refused_as_by_pip(void **state)
{
	struct place *place = *state;

	refuses(place, "install", "at least one requirement");
	refuses(place, "install -f links", "maybe you meant \"pip install links\"");
	refuses(place, "install --user -t d x", "'--user' and '--target'");
	refuses(place, "install --user x", "not visible in this virtualenv");
	refuses(place, "install --prefix p --user x", "'--user' and '--prefix'");
	refuses(place, "install --platform any x", "--only-binary=:all:");
	refuses(place, "install --platform any --only-binary=:all: x", "'--target' or using '--dry-run'");
	refuses(place, "install --pre --only-final x y", "--pre cannot be used");
	refuses(place, "install --only-deps --no-deps x", "--only-dependencies");
	refuses(place, "install --require-hashes --no-require-hashes x", "mutually exclusive");
	refuses(place, "install --python e x", "before the pip subcommand");
	refuses(place, "install --upgrade-strategy wild x", "invalid choice");
	refuses(place, "install --uploaded-prior-to soon x", "ISO 8601");
	refuses(place, "install --python-version 3.x x", "must be an integer");
	refuses(place, "install ./nowhere/x", "does not exist");
	refuses(place, "uninstall", "at least one requirement to uninstall");
	refuses(place, "list", "installs and removes nothing");
	interpreter.venv = false;
	refuses(place, "install --require-virtualenv x", "could not find an activated virtualenv");
}

static void targets_need_binaries_and_a_place(void **state)
{
	struct place *place = *state;

	reads(place, "install --platform manylinux2014_x86_64 --platform any --python-version 39 --only-binary=:all: -t d x");
	assert_true(request.targets && request.ignore_installed);
	assert_int_equal(request.platforms.n, 2);
	assert_string_equal(request.python_version, "39");
	reads(place, "install --abi abi3 --no-deps --dry-run x");
	place_file(place, "file", "");
	refuses(place, "install -t file x", "is not a directory");
}

static void the_environments_pip_decides_what_is_known(void **state)
{
	struct place *place = *state;

	place_file(place, "site/pip-22.3.dist-info/METADATA", "");
	eg_vec_push(place->run.arena, &interpreter.site, place_path(place, "site"));
	struct eg_pip_release release = eg_pip_release_of(&interpreter);
	assert_int_equal(release.major, 22);
	assert_int_equal(release.minor, 3);
	reads(place, "install x --group dev --all-releases=a --future");
	assert_int_equal(request.roots.n, 1);
	assert_int_equal(request.unknown_options.n, 3);
	assert_int_equal(place->run.notes.n, 3);
	assert_int_equal(request.all_releases.names.n, 0);
}

static void configuration_comes_before_the_command_line(void **state)
{
	struct place *place = *state;

	place_file(place, ".config/pip/pip.conf", "[global]\nindex-url = https://conf\nextra-index-url = https://a https://b\n"
						  "timeout = 60\n[install]\nno-deps = yes\n");
	setenv("PIP_EXTRA_INDEX_URL", "https://env", 1);
	setenv("PIP_CONSTRAINT", "c.txt", 1);
	place_file(place, "c.txt", "x<2\n");
	reads(place, "install x --extra-index-url https://cli");
	assert_int_equal(request.indexes.n, 3);
	assert_string_equal(request.indexes.v[0], "https://conf");
	assert_string_equal(request.indexes.v[1], "https://env");
	assert_string_equal(request.indexes.v[2], "https://cli");
	assert_true(request.no_deps);
	assert_int_equal(request.timeout_s, 60);
	assert_int_equal(request.constraints.n, 1);
	reads(place, "install --isolated x");
	assert_true(request.default_index);
	assert_int_equal(request.constraints.n, 0);
	setenv("PIP_NO_DEPS", "perhaps", 1);
	refuses(place, "install x", "environment variable PIP_NO_DEPS");
	unsetenv("PIP_NO_DEPS");
	unsetenv("PIP_EXTRA_INDEX_URL");
	unsetenv("PIP_CONSTRAINT");
}

static void hashes_anywhere_are_required_everywhere(void **state)
{
	struct place *place = *state;

	place_file(place, "r.txt", "x==1 --hash=sha256:00\n");
	reads(place, "install -r r.txt y");
	assert_true(request.require_hashes);
	reads(place, "install -r r.txt y --no-require-hashes");
	assert_false(request.require_hashes);
}

static void removals_name_each_project_once(void **state)
{
	struct place *place = *state;

	place_file(place, "r.txt", "B==1\nc\n");
	reads(place, "uninstall -y a b 'A;os_name==\"nt\"' -r r.txt https://h/x.zip");
	assert_int_equal(request.action, EG_PIP_UNINSTALL);
	assert_int_equal(request.roots.n, 3);
	assert_true(request.roots.v[0].holds);
	assert_string_equal(request.roots.v[2].req.project, "c");
	assert_int_equal(place->run.notes.n, 1);
}

static void dates_are_in_utc(void **state)
{
	struct place *place = *state;

	setenv("TZ", "UTC", 1);
	reads(place, "install --uploaded-prior-to 2023-01-02T03:04:05+02:00 x");
	assert_string_equal(request.uploaded_prior_to, "2023-01-02T01:04:05Z");
	reads(place, "install --uploaded-prior-to 20230102 x");
	assert_string_equal(request.uploaded_prior_to, "2023-01-02T00:00:00Z");
	reads(place, "install --uploaded-prior-to P3D x");
	assert_int_equal(strlen(request.uploaded_prior_to), 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(commands_are_split, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(the_variable_of_python_counts_as_well, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(only_what_changes_something_is_a_transaction, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(options_become_a_request, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(bad_combinations_are_refused_as_by_pip, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(targets_need_binaries_and_a_place, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(the_environments_pip_decides_what_is_known, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(configuration_comes_before_the_command_line, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(hashes_anywhere_are_required_everywhere, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(removals_name_each_project_once, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(dates_are_in_utc, pip_set_up, pip_tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
