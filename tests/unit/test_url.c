/* URLs: joining, hiding credentials, quoting */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "url.h"

/* RFC 3986, 5.4: all of its examples, strict */
static void references_resolve_as_the_rfc_says(void **state)
{
	struct eg_arena *arena = eg_arena_new(NULL);
	static const char *const examples[][2] = {
		{"g:h", "g:h"},
		{"g", "http://a/b/c/g"},
		{"./g", "http://a/b/c/g"},
		{"g/", "http://a/b/c/g/"},
		{"/g", "http://a/g"},
		{"//g", "http://g"},
		{"?y", "http://a/b/c/d;p?y"},
		{"g?y", "http://a/b/c/g?y"},
		{"#s", "http://a/b/c/d;p?q#s"},
		{"g#s", "http://a/b/c/g#s"},
		{"g?y#s", "http://a/b/c/g?y#s"},
		{";x", "http://a/b/c/;x"},
		{"g;x", "http://a/b/c/g;x"},
		{"g;x?y#s", "http://a/b/c/g;x?y#s"},
		{"", "http://a/b/c/d;p?q"},
		{".", "http://a/b/c/"},
		{"./", "http://a/b/c/"},
		{"..", "http://a/b/"},
		{"../", "http://a/b/"},
		{"../g", "http://a/b/g"},
		{"../..", "http://a/"},
		{"../../", "http://a/"},
		{"../../g", "http://a/g"},
		{"../../../g", "http://a/g"},
		{"../../../../g", "http://a/g"},
		{"/./g", "http://a/g"},
		{"/../g", "http://a/g"},
		{"g.", "http://a/b/c/g."},
		{".g", "http://a/b/c/.g"},
		{"g..", "http://a/b/c/g.."},
		{"..g", "http://a/b/c/..g"},
		{"./../g", "http://a/b/g"},
		{"./g/.", "http://a/b/c/g/"},
		{"g/./h", "http://a/b/c/g/h"},
		{"g/../h", "http://a/b/c/h"},
		{"g;x=1/./y", "http://a/b/c/g;x=1/y"},
		{"g;x=1/../y", "http://a/b/c/y"},
		{"g?y/./x", "http://a/b/c/g?y/./x"},
		{"g?y/../x", "http://a/b/c/g?y/../x"},
		{"g#s/./x", "http://a/b/c/g#s/./x"},
		{"g#s/../x", "http://a/b/c/g#s/../x"},
		{"http:g", "http:g"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++)
		assert_string_equal(eg_url_join(arena, "http://a/b/c/d;p?q", examples[i][0]), examples[i][1]);
	eg_arena_free(arena);
}

static void index_pages_resolve(void **state)
{
	struct eg_arena *arena = eg_arena_new(NULL);

	(void)state;
	assert_string_equal(eg_url_join(arena, "https://example.org", "a.whl"), "https://example.org/a.whl");
	assert_string_equal(
		eg_url_join(arena, "https://example.org/simple/torch/", "../../packages/t%2Bcu118.whl#sha256=0"),
		"https://example.org/packages/t%2Bcu118.whl#sha256=0");
	assert_string_equal(eg_url_join(arena, "https://u:p@example.org/s/", "x"), "https://u:p@example.org/s/x");
	assert_string_equal(eg_url_join(arena, "file:///srv/simple/a/index.html", "../f.whl"),
			    "file:///srv/simple/f.whl");
	assert_string_equal(eg_url_join(arena, "https://example.org/a/", "//files.example.org/f.whl"),
			    "https://files.example.org/f.whl");
	assert_string_equal(eg_url_join(arena, "https://example.org/a?x", "#f"), "https://example.org/a?x#f");
	assert_string_equal(eg_url_join(arena, "", "a/../b"), "/b");
	eg_arena_free(arena);
}

static void credentials_are_not_shown(void **state)
{
	struct eg_arena *arena = eg_arena_new(NULL);
	static const char *const urls[][2] = {
		{"https://user:secret@example.org/a?b#c", "https://example.org/a?b#c"},
		{"https://token@example.org", "https://example.org"},
		{"https://u:p@ss@example.org:8443/", "https://example.org:8443/"},
		{"https://example.org/a@b", "https://example.org/a@b"},
		{"https://example.org?u:p@x", "https://example.org?u:p@x"},
		{"git+https://u:p@[::1]:80/x", "git+https://[::1]:80/x"},
		{"/plain/path@1", "/plain/path@1"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(*urls); i++)
		assert_string_equal(eg_url_public(arena, urls[i][0]), urls[i][1]);
	eg_arena_free(arena);
}

static void parts_are_told_apart(void **state)
{
	struct eg_arena *arena = eg_arena_new(NULL);
	struct eg_url url = eg_url_split("HTTPS://us%40er:pa:ss@[2001:DB8::1]:8443/p?q");

	(void)state;
	assert_string_equal(eg_span_dup(arena, url.user), "us%40er");
	assert_string_equal(eg_span_dup(arena, url.password), "pa:ss");
	assert_string_equal(eg_span_dup(arena, url.host), "2001:DB8::1");
	assert_string_equal(eg_span_dup(arena, url.port), "8443");
	assert_true(eg_span_is(url.scheme, "https"));
	assert_null(url.fragment.s);
	url = eg_url_split("http://example.org");
	assert_null(url.user.s);
	assert_null(url.password.s);
	assert_null(url.port.s);
	assert_null(url.query.s);
	assert_string_equal(eg_url_origin(arena, "HTTP://u@Example.ORG/x"), "http://example.org:80");
	assert_string_equal(eg_url_origin(arena, "https://example.org"), "https://example.org:443");
	assert_string_equal(eg_url_origin(arena, "https://[::1]/x"), "https://[::1]:443");
	assert_string_equal(eg_url_origin(arena, "https://[::1]:9/x"), "https://[::1]:9");
	eg_arena_free(arena);
}

static void only_the_same_host_is_an_upgrade(void **state)
{
	struct eg_arena *arena = eg_arena_new(NULL);

	(void)state;
	assert_true(eg_url_is_upgrade(arena, "http://example.org/a", "https://EXAMPLE.org/b"));
	assert_true(eg_url_is_upgrade(arena, "http://example.org:80", "https://example.org:443/b"));
	assert_false(eg_url_is_upgrade(arena, "http://example.org", "https://example.com"));
	assert_false(eg_url_is_upgrade(arena, "http://example.org", "https://example.org.evil"));
	assert_false(eg_url_is_upgrade(arena, "http://example.org", "https://example.org:8443"));
	assert_false(eg_url_is_upgrade(arena, "http://example.org:8080", "https://example.org"));
	assert_false(eg_url_is_upgrade(arena, "https://example.org", "http://example.org"));
	assert_false(eg_url_is_upgrade(arena, "http://example.org", "http://example.org"));
	assert_false(eg_url_is_upgrade(arena, "", ""));
	eg_arena_free(arena);
}

static void quoting(void **state)
{
	struct eg_arena *arena = eg_arena_new(NULL);

	(void)state;
	assert_string_equal(eg_url_unquote(arena, "a%2Bb%20c%e2%82%ac"), "a+b c\xe2\x82\xac");
	assert_string_equal(eg_url_unquote(arena, "%"), "%");
	assert_string_equal(eg_url_unquote(arena, "%2"), "%2");
	assert_string_equal(eg_url_unquote(arena, "%zz%00%2"), "%zz%00%2");
	assert_string_equal(eg_url_wire(arena, "http://u:p@h/a b\n\xc3\xa4%20#f"), "http://h/a%20b%0A%C3%A4%20");
	eg_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(references_resolve_as_the_rfc_says),
		cmocka_unit_test(index_pages_resolve),
		cmocka_unit_test(credentials_are_not_shown),
		cmocka_unit_test(parts_are_told_apart),
		cmocka_unit_test(only_the_same_host_is_an_upgrade),
		cmocka_unit_test(quoting),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
