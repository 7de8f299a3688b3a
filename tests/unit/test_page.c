/* index pages: what is read of JSON and HTML, the packed form, and pages that are wrong */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "buf.h"
#include "python/page.h"

#define JSON "application/vnd.pypi.simple.v1+json"
#define HTML "text/html; charset=utf-8"
#define URL  "https://example.org/simple/foo/"
#define HEX  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

struct parsed {
	struct eg_run run;
	enum eg_error_kind error;
	struct eg_page page;
	struct eg_page_file files[8];
	struct eg_page_detail details[8];
	size_t n; /* files that could be read */
};

static void parse(struct parsed *p, const char *type, const char *body)
{
	char *packed;
	size_t n;

	memset(p, 0, sizeof(*p));
	p->run.arena = eg_arena_new(NULL);
	p->error = eg_page_parse(&p->run, type, URL, body, strlen(body), &packed, &n);
	if (p->error)
		return;
	assert_int_equal(eg_page_open(&p->run, packed, n, &p->page), EG_OK);
	while (p->n < 8 && eg_page_next(&p->page, &p->files[p->n])) {
		eg_page_detail(p->run.arena, &p->page, &p->files[p->n], &p->details[p->n]);
		p->n++;
	}
	assert_int_equal(p->n, p->page.n);
}

static void done(struct parsed *p)
{
	eg_arena_free(p->run.arena);
}

static void json_tells_all_of_a_file(void **state)
{
	struct parsed p;

	(void)state;
	parse(&p, JSON,
	      "{\"meta\": {\"api-version\": \"1.4\", \"_last-serial\": 7}, \"name\": \"foo\","
	      " \"project-status\": {\"status\": \"archived\", \"reason\": \"old\"}, \"versions\": [\"1.0\"], \"files\": [{"
	      "\"filename\": \"foo-1.0-py3-none-any.whl\", \"size\": 1234567890123, \"yanked\": \"broken \\u00e9\","
	      "\"url\": \"https://files.example.org/packages/01/23/"
	      "456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef/foo-1.0-py3-none-any.whl\","
	      "\"hashes\": {\"md5\": \"aa\", \"sha256\": \"" HEX "\", \"sha512\": \"bb\"},"
	      "\"core-metadata\": {\"sha256\": \"" HEX "\"}, \"requires-python\": \">=3.8\", \"provenance\": {\"a\": [{\"url\": \"x\"}]},"
	      "\"upload-time\": \"2023-10-04T12:34:56.123456Z\", \"gpg-sig\": false}]}");
	assert_int_equal(p.error, EG_OK);
	assert_int_equal(p.n, 1);
	assert_string_equal(p.page.url, URL);
	assert_string_equal(p.page.status, "archived");
	assert_string_equal(p.files[0].filename, "foo-1.0-py3-none-any.whl");
	assert_string_equal(p.files[0].requires_python, ">=3.8");
	assert_string_equal(p.files[0].yanked, "broken \xc3\xa9");
	const struct eg_page_detail *d = &p.details[0];
	assert_string_equal(d->url, "https://files.example.org/packages/01/23/"
				    "456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef/foo-1.0-py3-none-any.whl");
	assert_string_equal(d->sha256, HEX);
	assert_string_equal(d->hashes, "md5=aa sha512=bb");
	assert_true(d->has_metadata);
	assert_string_equal(d->metadata_sha256, HEX);
	assert_int_equal(d->size, 1234567890123);
	assert_int_equal(d->upload_us, 1696422896123456);
	done(&p);
}

static void json_with_the_least(void **state)
{
	struct parsed p;

	(void)state;
	parse(&p, JSON "; charset=utf-8",
	      "{\"files\": [{\"filename\": \"other.whl\", \"url\": \"../../files/foo-1.tar.gz\", \"yanked\": false},"
	      "{\"filename\": \"no-url-1.0.tar.gz\"}, {\"url\": \"foo-1.exe\"}, {\"url\": \"foo-2.zip\", \"yanked\": true,"
	      "\"core-metadata\": false, \"dist-info-metadata\": true},"
	      "{\"url\": \"foo-3.whl\", \"yanked\": \"\", \"dist-info-metadata\": true}]}");
	assert_int_equal(p.error, EG_OK);
	assert_int_equal(p.n, 3);
	assert_null(p.page.status);
	assert_string_equal(p.files[0].filename, "foo-1.tar.gz"); /* of the URL, as pip takes it */
	assert_string_equal(p.details[0].url, "https://example.org/files/foo-1.tar.gz");
	assert_null(p.files[0].yanked);
	assert_null(p.files[0].requires_python);
	assert_null(p.details[0].sha256);
	assert_null(p.details[0].hashes);
	assert_int_equal(p.details[0].size, -1);
	assert_int_equal(p.details[0].upload_us, -1);
	assert_string_equal(p.files[1].yanked, "");
	assert_false(p.details[1].has_metadata);
	assert_null(p.files[2].yanked); /* as for pip */
	assert_true(p.details[2].has_metadata);
	assert_null(p.details[2].metadata_sha256);
	done(&p);
}

static void html_tells_what_pip_reads(void **state)
{
	struct parsed p;

	(void)state;
	parse(&p, HTML,
	      "<!DOCTYPE html><html><head><meta name=\"pypi:repository-version\" content=\"1.3\">"
	      "<meta name=\"pypi:project-status\" content=\"quarantined\"></head><body><a href='../'>up</a>"
	      "<a href=\"foo-1.0%2Bcu118-py3-none-any.whl#sha256=" HEX "\" data-requires-python=\"&gt;=3.7,&lt;4\""
	      " data-core-metadata=\"sha256=" HEX "\" data-yanked=\"why &amp; when\">foo</a><br>"
	      "<A HREF=\"foo-1.0+cu118.tar.gz#md5=0a\" data-dist-info-metadata=true data-yanked>x</A>"
	      "<a href=\" /a b/foo-2.zip#egg=foo&sha256=" HEX " \" data-yanked=\"\">y</a><a name=here>no</a><a href=\"\">z</a>");
	assert_int_equal(p.error, EG_OK);
	assert_int_equal(p.n, 3);
	assert_string_equal(p.page.status, "quarantined");
	assert_string_equal(p.files[0].filename, "foo-1.0+cu118-py3-none-any.whl");
	assert_string_equal(p.details[0].url, URL "foo-1.0%2Bcu118-py3-none-any.whl");
	assert_string_equal(p.details[0].sha256, HEX);
	assert_string_equal(p.details[0].metadata_sha256, HEX);
	assert_string_equal(p.files[0].requires_python, ">=3.7,<4");
	assert_string_equal(p.files[0].yanked, "why & when");
	assert_string_equal(p.details[1].url, URL "foo-1.0%2Bcu118.tar.gz");
	assert_string_equal(p.details[1].hashes, "md5=0a");
	assert_true(p.details[1].has_metadata);
	assert_null(p.details[1].metadata_sha256);
	assert_null(p.files[1].yanked); /* no "=": pip 26 does not see it */
	assert_string_equal(p.details[2].url, "https://example.org/a%20b/foo-2.zip");
	assert_string_equal(p.details[2].sha256, HEX);
	assert_string_equal(p.files[2].yanked, "");
	done(&p);
}

static void html_base_moves_relative_links(void **state)
{
	struct parsed p;

	(void)state;
	parse(&p, HTML, "<base href=\"https://cdn.example.org/w/\"><base href='https://no/'><a href='foo-1.whl'>a</a>"
			"<a href='//x.org/foo-2.whl'>b</a>");
	assert_int_equal(p.n, 2);
	assert_string_equal(p.details[0].url, "https://cdn.example.org/w/foo-1.whl");
	assert_string_equal(p.details[1].url, "https://x.org/foo-2.whl");
	done(&p);
}

static void quoting_is_pips(void **state)
{
	static const char *const cases[][2] = {
		{"https://h/a%2fb/f-1.whl", "https://h/a%2Fb/f-1.whl"},
		{"https://h/a%40b@c/f-1.whl", "https://h/a%40b@c/f-1.whl"},
		{"https://h/%7Ea/%2bf%zz-1.whl", "https://h/~a/%2Bf%25zz-1.whl"},
		{"https://h/f-1.whl?a=b c", "https://h/f-1.whl?a=b c"},
		{"https://h/\xc3\xa9-1.whl", "https://h/%C3%A9-1.whl"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct parsed p;
		struct eg_buf body = {0};

		eg_buf_printf(&body, "<a href=\"%s\">x</a>", cases[i][0]);
		parse(&p, HTML, body.s);
		assert_int_equal(p.n, 1);
		assert_string_equal(p.details[0].url, cases[i][1]);
		done(&p);
		eg_buf_free(&body);
	}
}

static void refuses_what_is_no_page(void **state)
{
	static const struct {
		const char *type, *body, *message;
	} cases[] = {
		{JSON, "{\"files\": [", "valid JSON"},
		{JSON, "[]", "no JSON object"},
		{JSON, "", "valid JSON"},
		{JSON, "{\"meta\": {\"api-version\": \"2.0\"}, \"files\": []}", "API version '2.0'"},
		{JSON, "{\"files\": [{\"url\": \"\xff\xfe.whl\"}]}", "valid JSON"},
		{HTML, "<meta name='pypi:repository-version' content='2.0'>", "API version"},
		{"application/vnd.pypi.simple.v2+json", "{}", "content type"},
		{"application/json", "{}", "content type is 'application/json'"},
		{NULL, "", "'unknown'"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct parsed p;

		parse(&p, cases[i].type, cases[i].body);
		assert_int_equal(p.error, EG_FORMAT);
assert_non_null(strstr(p.run.error.message, cases[i].message));
		assert_non_null(strstr(p.run.error.message, URL));
		done(&p);
	}
}

static void odd_json_is_passed_over(void **state)
{
	static const char *const bodies[] = {
		"{\"files\": {\"url\": \"foo-1.whl\"}}",
		"{\"files\": [[{\"url\": \"foo-1.whl\"}]]}",
		"{\"files\": [{\"url\": {\"url\": \"foo-1.whl\"}}, {\"url\": [\"foo-1.whl\"]}, 7, null, \"foo-1.whl\"]}",
		"{\"other\": [{\"url\": \"foo-1.whl\"}], \"meta\": 3}",
		"{\"files\": [{\"url\": \"foo\\n-1.whl\"}, {\"url\": \"foo\\u001b[31m-1.whl\"}, {\"url\": \".whl\"}]}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++) {
		struct parsed p;

		parse(&p, JSON, bodies[i]);
		assert_int_equal(p.error, EG_OK);
		assert_int_equal(p.n, 0);
		done(&p);
	}
}

static void wrong_hashes_are_none(void **state)
{
	struct parsed p;

	(void)state;
	parse(&p, JSON, "{\"files\": [{\"url\": \"foo-1.whl\", \"hashes\": {\"sha256\": \"xyz\"}, \"size\": -5,"
			"\"core-metadata\": {\"sha256\": \"12\"}, \"upload-time\": \"yesterday\"}]}");
	assert_int_equal(p.n, 1);
	assert_null(p.details[0].sha256);
	assert_true(p.details[0].has_metadata);
	assert_null(p.details[0].metadata_sha256);
	assert_int_equal(p.details[0].size, -1);
	assert_int_equal(p.details[0].upload_us, -1);
	done(&p);
}

static char *repeat(const char *head, const char *s, size_t n)
{
	struct eg_buf buf = {0};

	eg_buf_puts(&buf, head);
	for (size_t i = 0; i < n; i++)
		eg_buf_puts(&buf, s);
	return buf.s;
}

/* Neither the stack nor the memory nor the time of a run is a page's to spend. */
static void hostile_nesting_is_bounded(void **state)
{
	static const struct {
		const char *type, *head, *s;
		size_t n;
	} cases[] = {
		{HTML, "", "<div>", 5000},
		{HTML, "", "<b><i><p>", 3000},
		{JSON, "{\"files\":", "[", 300000},
		{JSON, "{\"files\":[{\"url\":", "{\"url\":", 400000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *body = repeat(cases[i].head, cases[i].s, cases[i].n);
		struct parsed p;

		parse(&p, cases[i].type, body);
		assert_int_equal(p.n, 0);
		done(&p);
		free(body);
	}
}

static void html_that_costs_the_square_of_its_size_is_given_up(void **state)
{
	struct eg_run run = {.arena = eg_arena_new(NULL), .deadline = eg_now_ms() + 200};
	char *body = repeat("", "<div>", 1000000), *packed;
	size_t n;

	(void)state;
	assert_int_equal(eg_page_parse(&run, HTML, URL, body, strlen(body), &packed, &n), EG_TIMEOUT);
	eg_arena_free(run.arena);
	free(body);
}

/* An sdist is put under each project that its name may begin with. */
static void file_names_have_a_limit(void **state)
{
	struct eg_buf body = {0};
	struct parsed p;

	(void)state;
	eg_buf_puts(&body, "<a href='foo-1.0.zip'></a><a href='a");
	for (int i = 0; i < 600; i++)
		eg_buf_puts(&body, "-a");
	eg_buf_puts(&body, ".zip'></a>");
	parse(&p, HTML, body.s);
	assert_int_equal(p.n, 1);
	eg_buf_free(&body);
	done(&p);
}

static void a_damaged_packed_page_is_refused_or_harmless(void **state)
{
	struct eg_run run = {.arena = eg_arena_new(NULL)};
	static const char body[] = "{\"files\": [{\"url\": \"foo-1.whl\", \"size\": 7, \"requires-python\": \"<4\", \"hashes\":"
				   "{\"md5\": \"1\", \"sha256\": \"" HEX "\"}}, {\"url\": \"foo-2.whl\", \"yanked\": \"no\"}]}";
	char *packed;
	size_t n;

	(void)state;
	assert_int_equal(eg_page_parse(&run, JSON, URL, body, sizeof(body) - 1, &packed, &n), EG_OK);
	for (size_t cut = 0; cut < n; cut++) {
		struct eg_page page;
		char *copy = malloc(cut + 1);

		memcpy(copy, packed, cut);
		eg_recover(&run);
		assert_int_equal(eg_page_open(&run, copy, cut, &page), EG_FORMAT);
		free(copy);
	}
	for (size_t at = 0; at < n; at++)
		for (int flip = 1; flip < 256; flip *= 2) {
			struct eg_page page;
			struct eg_page_file file;
			struct eg_page_detail detail;
			char *copy = malloc(n);

			memcpy(copy, packed, n);
			copy[at] = (char)(copy[at] ^ flip);
			eg_recover(&run);
			if (eg_page_open(&run, copy, n, &page) == EG_OK)
				while (eg_page_next(&page, &file)) {
					eg_page_detail(run.arena, &page, &file, &detail);
					assert_non_null(detail.url);
				}
			free(copy);
		}
	eg_arena_free(run.arena);
}

static void times_are_pythons(void **state)
{
	(void)state;
	assert_int_equal(eg_iso_time("1970-01-01"), 0);
	assert_int_equal(eg_iso_time("2024-02-29T00:00:00Z"), 1709164800000000);
	assert_int_equal(eg_iso_time("2024-02-29T02:00:00.5+02:00"), 1709164800500000);
	assert_int_equal(eg_iso_time("2024-02-28 19:00-0500"), 1709164800000000);
	static const char *const wrong[] = {"", "2024", "2024-13-01", "2024-01-01T", "2024-01-01T25:00", "2024-01-01T10:00x"};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_int_equal(eg_iso_time(wrong[i]), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_tells_all_of_a_file),
		cmocka_unit_test(json_with_the_least),
		cmocka_unit_test(html_tells_what_pip_reads),
		cmocka_unit_test(html_base_moves_relative_links),
		cmocka_unit_test(quoting_is_pips),
		cmocka_unit_test(refuses_what_is_no_page),
		cmocka_unit_test(odd_json_is_passed_over),
		cmocka_unit_test(wrong_hashes_are_none),
		cmocka_unit_test(hostile_nesting_is_bounded),
		cmocka_unit_test(html_that_costs_the_square_of_its_size_is_given_up),
		cmocka_unit_test(file_names_have_a_limit),
		cmocka_unit_test(a_damaged_packed_page_is_refused_or_harmless),
		cmocka_unit_test(times_are_pythons),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
