/* requirement lines and requirements files */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ceilings.h"
#include "pip_place.h"
#include "python/reqfile.h"
#include "python/reqline.h"
#include "python/reqtext.h"
#include "server.h"

#define H64 "0000000000000000000000000000000000000000000000000000000000000000"

static struct eg_pip_request request;

static enum eg_error_kind read_file(struct place *place, const char *name, bool constraint)
{
	struct eg_pip_reader reader = {.run = &place->run, .interpreter = &interpreter, .request = &request};

	request = (struct eg_pip_request){0};
	eg_recover(&place->run);
	return eg_reqfile_read(&reader, name, constraint);
}

static void refuses(struct place *place, const char *text, enum eg_error_kind kind, const char *message)
{
	place_file(place, "bad.txt", text);
	assert_int_equal(read_file(place, "bad.txt", false), kind);
	assert_non_null(strstr(place->run.error.message, message));
}

static const struct eg_pip_line *line(struct place *place, const char *text)
{
	const struct eg_pip_reader reader = {.run = &place->run, .interpreter = &interpreter};
	static struct eg_pip_line parsed;

	eg_recover(&place->run);
	assert_int_equal(eg_pip_line_parse(&reader, text, NULL, &parsed), EG_OK);
	return &parsed;
}

static void lines_join_lose_comments_and_take_variables(void **state)
{
	static const char text[] = "a # c\n  # d\nb#e\n\nc \\\n  ; \\\n# not part\nd\\\\\ne=${EG_ONE}${EG_TWO}$EG_ONE\ng\xc2\xa0#h\xe2\x80\xa8i\\";
	static const char *const want[] = {"a", "b#e", "c   ;", "de=1${EG_TWO}$EG_ONE", "g", "i"};
	static const size_t numbers[] = {1, 3, 5, 8, 10, 11};
	struct place *place = *state;
	struct eg_text_lines lines = {0};

	setenv("EG_ONE", "1", 1);
	unsetenv("EG_TWO");
	assert_int_equal(eg_reqtext_lines(&place->run, "r.txt", text, strlen(text), &lines), EG_OK);
	assert_int_equal(lines.n, sizeof(want) / sizeof(*want));
	for (size_t i = 0; i < lines.n; i++) {
		assert_string_equal(lines.v[i].text, want[i]);
		assert_int_equal(lines.v[i].number, numbers[i]);
	}
}

static void files_are_decoded_by_mark_comment_or_as_utf8(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *want;
	} cases[] = {
		{"\xef\xbb\xbfx", 4, "x"},
		{"\xff\xfex\0y\0", 6, "xy"},
		{"\xfe\xff\0x", 4, "x"},
		{"\xff\xfe\0\0x\0\0\0", 8, "x"},
		{"\0\0\xfe\xff\0\0\0x", 8, "x"},
		{"#\n# coding: latin-1\n\xe9", 21, "#\n# coding: latin-1\n\xc3\xa9"},
		{"#coding=cp1252\n\x80", 16, "#coding=cp1252\n\xe2\x82\xac"},
		{"", 0, ""},
	};
	struct place *place = *state;
	const char *text;
	size_t n;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(eg_reqtext_decode(&place->run, "r", cases[i].bytes, cases[i].n, &text, &n), EG_OK);
		assert_int_equal(n, strlen(cases[i].want));
		assert_memory_equal(text, cases[i].want, n);
	}
}

static void what_is_no_text_is_refused_with_its_line(void **state)
{
	struct place *place = *state;

	setenv("LC_ALL", "C.UTF-8", 1);
	refuses(place, "a\nb\xff\n", EG_FORMAT, "invalid byte on line 2");
	refuses(place, "# coding: klingon\na\n", EG_FORMAT, "unknown encoding 'klingon'");
	place_bytes(place, "nul.txt", "a\n\0b", 4, 0644);
	assert_int_equal(read_file(place, "nul.txt", false), EG_FORMAT);
	assert_non_null(strstr(place->run.error.message, "'nul.txt' as text: NUL byte on line 2"));
	assert_int_equal(read_file(place, "absent.txt", false), EG_IO);
	assert_non_null(strstr(place->run.error.message, "cannot read requirements file 'absent.txt'"));
	assert_int_equal(read_file(place, ".", false), EG_IO);
	place->run.offline = true;
	assert_int_equal(read_file(place, "https://u:secret@example.org/r.txt", false), EG_NET);
	assert_null(strstr(place->run.error.message, "secret"));
}

static void a_file_above_the_ceiling_is_refused(void **state)
{
	struct place *place = *state;

	place_file(place, "big.txt", "a");
	assert_int_equal(truncate("big.txt", (off_t)EG_MAX_REQUIREMENTS + 1), 0);
	assert_int_equal(read_file(place, "big.txt", false), EG_LIMIT);
}

static void an_index_is_not_asked_for_a_file_of_noise(void **state)
{
	struct place *place = *state;
	char *noise = eg_alloc(place->run.arena, 2 * EG_MAX_LINES + 3);

	for (size_t i = 0; i <= EG_MAX_LINES; i++)
		memcpy(noise + 2 * i, "x\n", 2);
	place_file(place, "noise.txt", noise);
	assert_int_equal(read_file(place, "noise.txt", false), EG_LIMIT);
	assert_non_null(strstr(place->run.error.message, "noise.txt (line 20001)"));
}

static void options_and_nested_files_act_in_order(void **state)
{
	struct place *place = *state;

	place_file(place, "r.txt", "-i https://u:p@one/s\n--extra-index-url https://two\na==1 --hash=sha256:" H64
				  " \\\n  --hash sha512:" H64 H64 "\n-r sub/n.txt\n-c sub/c.txt\n--pre\n--no-binary x,Y_z --only-binary x\n"
				  "--prefer-binary --trusted-host h\n--use-feature=fast-deps\n-e git+https://h/r#egg=e\nlast;os_name=='nt'\n");
	place_file(place, "sub/n.txt", "nested\n-f wheels\n-f elsewhere\n-r deep/d.txt\n");
	place_file(place, "sub/deep/d.txt", "deep\n-c ../c.txt\n");
	place_file(place, "sub/c.txt", "-r cr.txt\nc<2\n");
	place_file(place, "sub/cr.txt", "not-a-constraint\n");
	place_file(place, "sub/wheels/x", "");
	assert_int_equal(read_file(place, "r.txt", false), EG_OK);
	assert_int_equal(request.roots.n, 7);
	assert_string_equal(request.roots.v[0].origin, "-r r.txt (line 3)");
	assert_int_equal(request.roots.v[0].hashes.n, 2);
	assert_string_equal(request.roots.v[1].req.project, "nested");
	assert_string_equal(request.roots.v[1].origin, eg_strf(place->run.arena, "-r %s/sub/n.txt (line 1)", place->dir));
	assert_string_equal(request.roots.v[3].req.project, "not-a-constraint");
	assert_true(request.roots.v[5].editable && request.roots.v[5].vcs);
	assert_false(request.roots.v[6].holds);
	assert_int_equal(request.constraints.n, 2); /* c.txt is read twice */
	assert_string_equal(request.constraints.v[0].text, "c<2");
	assert_int_equal(request.indexes.n, 2);
	assert_string_equal(request.indexes.v[0], "https://u:p@one/s");
	assert_int_equal(request.find_links.n, 2);
	assert_string_equal(request.find_links.v[0], eg_strf(place->run.arena, "%s/sub/wheels", place->dir));
	assert_string_equal(request.find_links.v[1], "elsewhere");
	assert_true(request.pre && request.all_releases.all && request.prefer_binary);
	assert_int_equal(request.no_binary.names.n, 1);
	assert_string_equal(request.no_binary.names.v[0], "y-z");
	assert_string_equal(request.only_binary.names.v[0], "x");
	assert_int_equal(request.trusted_hosts.n, 1);
}

static void files_at_an_address_are_got(void **state)
{
	struct place *place = *state;
	struct eg_arena *a = place->run.arena;
	struct server web = server_start((const char *[]){"web.py", NULL});

	place_file(place, "r.txt", eg_strf(a, "-r http://user:secret@127.0.0.1:%d/hello\n", web.port));
	assert_int_equal(read_file(place, "r.txt", false), EG_FORMAT);
	const char *where = eg_strf(a, "'hello, world' (from -r http://127.0.0.1:%d/hello (line 1))", web.port);
	assert_non_null(strstr(place->run.error.message, where));
	assert_int_equal(read_file(place, eg_strf(a, "http://user:secret@127.0.0.1:%d/absent", web.port), false), EG_NET);
	assert_non_null(strstr(place->run.error.message, "404"));
	assert_null(strstr(place->run.error.message, "secret"));
	assert_int_equal(read_file(place, "file:r.txt", false), EG_IO);
	assert_int_equal(read_file(place, eg_strf(a, "file://%s/absent.txt", place->dir), false), EG_IO);
	server_stop(&web);
}

static void mistakes_name_file_and_line(void **state)
{
	struct place *place = *state;

	refuses(place, "a\nb=1\n", EG_FORMAT, "'b=1' (from -r bad.txt (line 2))");
	refuses(place, "b=1\n", EG_FORMAT, "Did you mean == ?");
	refuses(place, "a\n\nx --hash=md5:1\n", EG_FORMAT, "bad.txt (line 3)");
	refuses(place, "-r\n", EG_USAGE, "-r option requires 1 argument (-r bad.txt (line 1))");
	refuses(place, "-f 'open\n", EG_FORMAT, "no closing quotation");
	refuses(place, "-r absent.txt\n", EG_IO, "(named in 'bad.txt')");
	refuses(place, "x @ https://user:secret@h/x y\n", EG_FORMAT, "bad.txt (line 1)");
	assert_null(strstr(place->run.error.message, "secret"));
	place_file(place, "c.txt", "a[b]\n");
	assert_int_equal(read_file(place, "c.txt", true), EG_FORMAT);
	place_file(place, "c.txt", "-e git+https://h/r#egg=e\n");
	assert_int_equal(read_file(place, "c.txt", true), EG_FORMAT);
	place_file(place, "c.txt", "https://h/x.tar.gz\n");
	assert_int_equal(read_file(place, "c.txt", true), EG_FORMAT);
}

static void unknown_options_are_passed_over_with_a_note(void **state)
{
	struct place *place = *state;

	place_file(place, "r.txt", "a --from-the-future=1\n--also-new\nb\n");
	assert_int_equal(read_file(place, "r.txt", false), EG_OK);
	assert_int_equal(request.roots.n, 2);
	assert_int_equal(request.unknown_options.n, 2);
	assert_int_equal(place->run.notes.n, 2);
}

static void files_that_name_each_other_end(void **state)
{
	struct place *place = *state;

	place_file(place, "a.txt", "x\n-r b.txt\n");
	place_file(place, "b.txt", "-c a.txt\n");
	assert_int_equal(read_file(place, "a.txt", false), EG_FORMAT);
	assert_non_null(strstr(place->run.error.message, "recursively references itself"));
	for (int i = 0; i < 40; i++)
		place_file(place, eg_strf(place->run.arena, "n%d.txt", i),
			  eg_strf(place->run.arena, "-r n%d.txt\n-r n%d.txt\n", i + 1, i + 1));
	assert_int_equal(read_file(place, "n0.txt", false), EG_LIMIT);
	place_file(place, "n12.txt", "end\n"); /* 2^12 files */
	assert_int_equal(read_file(place, "n0.txt", false), EG_LIMIT);
}

static void urls_paths_and_wheels_are_told_from_names(void **state)
{
	struct place *place = *state;
	struct eg_arena *a = place->run.arena;

	place_file(place, "proj/pyproject.toml", "");
	place_file(place, "w-1-py3-none-any.whl", "");
	assert_string_equal(line(place, "./proj[B.c, a]; os_name == 'posix'")->req.url,
			    eg_strf(a, "file://%s/proj", place->dir));
	assert_int_equal(line(place, "./proj[B.c, a]; os_name == 'posix'")->req.n_extras, 2);
	assert_null(line(place, "./proj")->req.name);
	assert_null(line(place, "proj")->req.url);
	assert_string_equal(line(place, "w-1-py3-none-any.whl")->req.project, "w");
	assert_true(line(place, "w-1-py3-none-any.whl")->req.spec.n == 1);
	const struct eg_pip_line *l =
		line(place, "https://u:secret@h/t-2.1.2%2Bcu118-cp311-cp311-linux_x86_64.whl#sha256=" H64);
	assert_string_equal(l->req.spec.v[0].text, "2.1.2+cu118");
	assert_null(strstr(l->text, "secret"));
	assert_non_null(strstr(l->req.url, "secret"));
	assert_string_equal(line(place, "https://h/x-1.zip#egg=Name&subdirectory=y")->req.project, "name");
	assert_true(line(place, "n @ git+ssh://git@h/r@v1 ; os_name=='nt'")->vcs);
	assert_false(line(place, "n @ git+ssh://git@h/r@v1 ; os_name=='nt'")->holds);
	line(place, "absent-1.tar.gz");
	assert_int_equal(place->run.notes.n, 1);
}

static void hints_say_what_was_meant(void **state)
{
	static const struct {
		const char *text, *hint;
	} cases[] = {
		{"./reqs.txt", "use -r"},
		{"./none/x", "does not exist"},
		{"x=1", "Did you mean =="},
		{"./empty", "neither 'setup.py' nor 'pyproject.toml'"},
		{"https://h/bad.whl", "invalid wheel filename"},
	};
	struct place *place = *state;
	const struct eg_pip_reader reader = {.run = &place->run, .interpreter = &interpreter};
	struct eg_pip_line parsed;

	place_file(place, "reqs.txt", "# r\n\ntorch==1\n");
	place_file(place, "empty/x", "");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		eg_recover(&place->run);
		assert_int_equal(eg_pip_line_parse(&reader, cases[i].text, NULL, &parsed), EG_USAGE);
		assert_non_null(strstr(place->run.error.message, cases[i].hint));
	}
}

static void format_controls_exclude_each_other(void **state)
{
	struct place *place = *state;
	struct eg_arena *a = place->run.arena;
	struct eg_format_control no = {0}, only = {0};

	eg_format_control_add(a, "a,B_c", &no, &only);
	eg_format_control_add(a, "b-c", &only, &no);
	assert_true(eg_format_control_names(&no, "a") && !eg_format_control_names(&no, "b-c"));
	eg_format_control_add(a, "x,:all:", &only, &no);
	assert_true(only.all && !only.names.n && !no.names.n);
	eg_format_control_add(a, ":all:,:none:,q", &no, &only);
	assert_false(only.all || no.all);
	assert_string_equal(no.names.v[0], "q");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lines_join_lose_comments_and_take_variables, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(files_are_decoded_by_mark_comment_or_as_utf8, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(what_is_no_text_is_refused_with_its_line, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(a_file_above_the_ceiling_is_refused, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(an_index_is_not_asked_for_a_file_of_noise, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(options_and_nested_files_act_in_order, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(files_at_an_address_are_got, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(mistakes_name_file_and_line, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(unknown_options_are_passed_over_with_a_note, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(files_that_name_each_other_end, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(urls_paths_and_wheels_are_told_from_names, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(hints_say_what_was_meant, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(format_controls_exclude_each_other, pip_set_up, pip_tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
