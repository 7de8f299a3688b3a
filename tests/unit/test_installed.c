/* what is installed: .dist-info, .egg-info, .egg-link, eggs, and what is broken about them */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "place.h"
#include "python/installed.h"

/* How pip lists what is installed. */
enum backend { IMPORTLIB, PKG_RESOURCES };

/* Reads the directories of PLACE that are named, in that order. */
static struct eg_installed read_sites(struct place *place, enum backend backend, const char *first, const char *second)
{
	const char *site[] = {place_path(place, first), second ? place_path(place, second) : NULL};
	const struct eg_interpreter it = {
		.pkg_resources = backend == PKG_RESOURCES,
		.site = {.v = site, .n = second ? 2 : 1},
		.user_site = site[1],
	};
	struct eg_installed installed;

	assert_int_equal(eg_installed_read(&place->run, &it, &installed), EG_OK);
	assert_int_equal(place->run.error.kind, EG_OK);
	return installed;
}

static struct eg_installed read_site(struct place *place)
{
	return read_sites(place, IMPORTLIB, "site", NULL);
}

/* The distribution PROJECT with all that is known of it. */
static struct eg_dist *load(struct place *place, const struct eg_installed *installed, const char *project)
{
	struct eg_dist *dist = eg_map_get(&installed->by_project, project);

	if (!dist)
		fail_msg("%s is not installed", project);
	eg_dist_load(&place->run, dist);
	assert_int_equal(place->run.error.kind, EG_OK);
	assert_non_null(dist->metadata);
	return dist;
}

static void requires(const struct eg_dist *dist, size_t i, const char *text)
{
	assert_true(i < dist->metadata->n_requires_dist);
	assert_string_equal(dist->metadata->requires_dist[i].text, text);
}

static void directory_names_tell_names_and_versions(void **state)
{
	struct place *place = *state;

	place_file(place, "site/Foo_Bar.baz-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: Foo-Bar.baz\nVersion: 1.0\n");
	place_file(place, "site/torch-2.1.2+cu118.dist-info/METADATA", "Name: torch\nVersion: 2.1.2+cu118\n");
	place_dir(place, "site/epoch-1!2.0.dev1.dist-info");
	place_dir(place, "site/numpy");
	place_file(place, "site/six.py", "");
	struct eg_installed installed = read_site(place);
	assert_int_equal(installed.n, 3);
	const struct eg_dist *foo = eg_installed_get(&installed, "foo-bar-baz");
	assert_string_equal(foo->name, "Foo_Bar.baz");
	assert_string_equal(foo->version.canonical, "1.0");
	assert_string_equal(foo->location, place_path(place, "site"));
	assert_string_equal(foo->path, place_path(place, "site/Foo_Bar.baz-1.0.dist-info"));
	assert_null(foo->metadata);
	assert_string_equal(eg_installed_get(&installed, "torch")->version.local, "cu118");
	assert_string_equal(eg_installed_get(&installed, "epoch")->version.canonical, "1!2.0.dev1");
	assert_null(eg_installed_get(&installed, "numpy"));
	assert_string_equal(load(place, &installed, "foo-bar-baz")->name, "Foo-Bar.baz");
}

static void first_site_wins(void **state)
{
	struct place *place = *state;

	place_dir(place, "site/a-1.dist-info");
	place_dir(place, "user/A-2.dist-info");
	place_dir(place, "user/b-3.dist-info");
	struct eg_installed installed = read_sites(place, IMPORTLIB, "site", "user");
	assert_int_equal(installed.n, 2);
	assert_string_equal(eg_installed_get(&installed, "a")->version.canonical, "1");
	assert_false(eg_installed_get(&installed, "a")->in_user_site);
	assert_true(eg_installed_get(&installed, "b")->in_user_site);
}

static void absent_sites_are_empty(void **state)
{
	struct place *place = *state;

	place_file(place, "file", "");
	struct eg_installed installed = read_sites(place, IMPORTLIB, "missing", "file");
	assert_int_equal(installed.n, 0);
	assert_int_equal(place->run.notes.n, 0);
}

static void duplicates_in_one_directory_are_sorted_by_pkg_resources(void **state)
{
	struct place *place = *state;

	place_dir(place, "site/a-1.2.dist-info/x");
	place_dir(place, "site/a-1.1.dist-info/x");
	place_dir(place, "site/a-1.3.dist-info/x");
	struct eg_installed installed = read_sites(place, PKG_RESOURCES, "site", NULL);
	assert_int_equal(installed.n, 1);
	assert_string_equal(installed.v[0]->version.canonical, "1.1");
}

static void leftovers_are_passed_over(void **state)
{
	struct place *place = *state;

	place_dir(place, "site/~orch-2.1.0.dist-info");
	place_dir(place, "site/-orch-2.1.0.dist-info");
	place_dir(place, "site/two\nlines-1.dist-info");
	place_dir(place, "site/.dist-info");
	place_dir(place, "site/argparse-1.4.0.dist-info");
	assert_int_equal(read_site(place).n, 0);
	assert_true(place_noted(place, "'~orch-2.1.0.dist-info'"));
	assert_true(place_noted(place, "'two?lines-1.dist-info'"));
}

static void metadata_tells_the_version_where_the_directory_does_not(void **state)
{
	struct place *place = *state;

	place_file(place, "site/a.dist-info/METADATA", "Name: a\nVersion: 1.5\n");
	place_file(place, "site/b-x_y.dist-info/METADATA", "Name: b\nVersion: 2.0\n");
	place_dir(place, "site/c-what.dist-info");
	place_dir(place, "site/d.dist-info");
	struct eg_installed installed = read_site(place);
	assert_int_equal(installed.n, 3);
	assert_string_equal(eg_installed_get(&installed, "a")->version.canonical, "1.5");
	assert_string_equal(eg_installed_get(&installed, "b")->version.canonical, "2.0");
	assert_string_equal(eg_installed_get(&installed, "c")->version.text, "what");
	assert_null(eg_installed_get(&installed, "c")->version.key);
	assert_true(place_noted(place, "d.dist-info"));
}

static void empty_directory_counts_for_importlib_only(void **state)
{
	struct place *place = *state;

	place_dir(place, "site/a-1.0.dist-info");
	place_file(place, "site/b-1.0.dist-info/INSTALLER", "pip\n");
	assert_int_equal(read_sites(place, PKG_RESOURCES, "site", NULL).n, 1);
	struct eg_installed installed = read_sites(place, IMPORTLIB, "site", NULL);
	assert_int_equal(installed.n, 2);
	assert_int_equal(load(place, &installed, "a")->metadata->n_requires_dist, 0);
	assert_true(place_noted(place, "its requirements are unknown"));
}

static void metadata_installer_and_origin_are_loaded(void **state)
{
	struct place *place = *state;

	place_file(place, "site/a-1.0.dist-info/METADATA",
		   "Metadata-Version: 2.1\r\nName: A\r\nVersion: 1.0\r\nRequires-Dist: b>=1\r\nRequires-Dist: c; extra == 'x'\r\n"
		   "Provides-Extra: x\r\n\r\nRequires-Dist: only prose\r\n");
	place_file(place, "site/a-1.0.dist-info/INSTALLER", "\n  conda \nuv\n");
	place_file(place, "site/a-1.0.dist-info/direct_url.json",
		   "{\"url\": \"https://example.org/a-1.0-py3-none-any.whl\", \"archive_info\": {\"hash\": \"sha256=00\"}}");
	struct eg_installed installed = read_site(place);
	const struct eg_dist *a = load(place, &installed, "a");
	assert_string_equal(a->installer, "conda");
	assert_string_equal(a->direct_url, "https://example.org/a-1.0-py3-none-any.whl");
	assert_non_null(strstr(a->direct_json, "sha256=00"));
	assert_null(a->editable);
	assert_int_equal(a->metadata->n_requires_dist, 2);
	requires(a, 0, "b>=1");
	assert_string_equal(a->metadata->provides_extra.v[0], "x");
}

static void editable_is_where_the_project_lies(void **state)
{
	struct place *place = *state;

	place_file(place, "site/a-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: a\nVersion: 1.0\n");
	place_file(place, "site/a-1.0.dist-info/direct_url.json",
		   "{\"url\": \"file:///home/u/my%20project\", \"dir_info\": {\"editable\": true}}");
	place_file(place, "site/b-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: b\nVersion: 1.0\n");
	place_file(place, "site/b-1.0.dist-info/direct_url.json", "{\"url\": \"file:///b\", \"dir_info\": {\"editable\": false}}");
	struct eg_installed installed = read_site(place);
	assert_string_equal(load(place, &installed, "a")->editable, "/home/u/my project");
	assert_null(load(place, &installed, "b")->editable);
}

static void broken_direct_url_is_a_note(void **state)
{
	struct place *place = *state;
	static const char *const broken[] = {
		"", "[]", "{\"url\": 1}", "{\"url\": \"x\"}", "{\"url\": \"x\", \"dir_info\": {}, \"vcs_info\": {}}", "\xff\xfe{",
	};

	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
		place->run.notes.n = 0;
		place_file(place, "site/a-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: a\nVersion: 1.0\n");
		place_file(place, "site/a-1.0.dist-info/direct_url.json", broken[i]);
		struct eg_installed installed = read_site(place);
		assert_null(load(place, &installed, "a")->direct_url);
		assert_true(place_noted(place, "direct_url.json"));
	}
}

static void egg_info_is_read(void **state)
{
	struct place *place = *state;

	place_file(place, "site/Old_One-1.0_1-py3.8.egg-info/PKG-INFO", "Metadata-Version: 1.1\nName: Old-One\nVersion: 1.0-1\n");
	place_file(place, "site/Old_One-1.0_1-py3.8.egg-info/requires.txt",
		   "# needed\nb>=1\n\n[:python_version < \"3.0\"]\nc\n\n[Test_Extra]\nd\n[gpu:sys_platform == \"linux\"]\ne<2\n");
	place_file(place, "site/flat-2.0.egg-info", "Metadata-Version: 1.0\nName: flat\nVersion: 2.0\nSummary: x\n");
	place_dir(place, "site/bare-3.0-py3.8.egg-info");
	place_dir(place, "site/unknown.egg-info");
	struct eg_installed installed = read_site(place);
	assert_int_equal(installed.n, 3);
	const struct eg_dist *old = load(place, &installed, "old-one");
	assert_string_equal(old->version.canonical, "1.0.post1");
	assert_int_equal(old->metadata->n_requires_dist, 4);
	requires(old, 0, "b>=1");
	const struct eg_marker_env env = {.value[EG_PYTHON_VERSION] = "3.11", .value[EG_SYS_PLATFORM] = "linux"};
	const struct eg_requirement *req = old->metadata->requires_dist;
	assert_false(eg_marker_holds(req[1].marker, &env, ""));
	assert_false(eg_marker_holds(req[2].marker, &env, ""));
	assert_true(eg_marker_holds(req[2].marker, &env, "test-extra"));
	assert_true(eg_marker_holds(req[3].marker, &env, "gpu"));
	assert_int_equal(old->metadata->provides_extra.n, 2);
	assert_string_equal(load(place, &installed, "flat")->version.canonical, "2.0");
	assert_string_equal(eg_installed_get(&installed, "bare")->version.canonical, "3.0");
}

static void requires_txt_gives_way_to_metadata(void **state)
{
	struct place *place = *state;

	place_file(place, "site/a.egg-info/PKG-INFO", "Metadata-Version: 2.1\nName: a\nVersion: 1\nRequires-Dist: b\n");
	place_file(place, "site/a.egg-info/requires.txt", "c\n");
	struct eg_installed installed = read_site(place);
	const struct eg_dist *a = load(place, &installed, "a");
	assert_int_equal(a->metadata->n_requires_dist, 1);
	requires(a, 0, "b");
}

static void egg_link_leads_to_the_project(void **state)
{
	struct place *place = *state;

	place_file(place, "src/My_Proj.egg-info/PKG-INFO", "Metadata-Version: 2.1\nName: my-proj\nVersion: 0.1\n");
	place_file(place, "site/my-proj.egg-link", "\n  ../src  \n.\n");
	place_file(place, "site/gone.egg-link", "/nonexistent\n.");
	place_file(place, "site/empty.egg-link", "\n");
	struct eg_installed installed = read_site(place);
	assert_int_equal(installed.n, 1);
	const struct eg_dist *dist = load(place, &installed, "my-proj");
	assert_string_equal(dist->editable, place_path(place, "src"));
	assert_string_equal(dist->location, place_path(place, "src"));
	assert_int_equal(read_sites(place, PKG_RESOURCES, "site", NULL).n, 0);
	installed = read_sites(place, PKG_RESOURCES, "site", "src");
	assert_string_equal(load(place, &installed, "my-proj")->editable, place_path(place, "src"));
}

static void eggs_on_the_path_are_read(void **state)
{
	struct place *place = *state;

	place_file(place, "foo-1.0-py3.8.egg/EGG-INFO/PKG-INFO", "Metadata-Version: 1.1\nName: Foo\nVersion: 1.0\n");
	place_file(place, "foo-1.0-py3.8.egg/EGG-INFO/requires.txt", "bar\n");
	place_file(place, "bare-2.0-py3.8.egg/EGG-INFO/x", "");
	struct eg_installed installed = read_sites(place, IMPORTLIB, "foo-1.0-py3.8.egg", "bare-2.0-py3.8.egg");
	assert_int_equal(installed.n, 2);
	requires(load(place, &installed, "foo"), 0, "bar");
	assert_string_equal(eg_installed_get(&installed, "bare")->version.canonical, "2.0");
}

static void broken_metadata_is_a_note(void **state)
{
	struct place *place = *state;

	place_file(place, "site/a-1.0.dist-info/METADATA", "<html>no metadata at all</html>\n");
	place_bytes(place, "site/b-1.0.dist-info/METADATA", "\0\0\0\377\n\0", 6, 0644);
	place_dir(place, "site/c-1.0.dist-info/METADATA");
	place_file(place, "site/d-1.0.dist-info", "");
	place_link(place, "e-1.0.dist-info", "site/e-1.0.dist-info");
	place_file(place, "site/f-1.0.dist-info/METADATA", "");
	struct eg_installed installed = read_site(place);
	assert_int_equal(installed.n, 6);
	for (size_t i = 0; i < installed.n; i++) {
		place->run.notes.n = 0;
		assert_int_equal(load(place, &installed, installed.v[i]->project)->metadata->n_requires_dist, 0);
		assert_true(place_noted(place, installed.v[i]->project));
	}
}

static void long_description_is_not_read(void **state)
{
	struct place *place = *state;
	size_t n = 20 << 20;
	char *text = malloc(n);
	static const char head[] = "Metadata-Version: 2.1\nName: a\nVersion: 1.0\nRequires-Dist: b\n\n";

	memset(text, 'x', n);
	memcpy(text, head, sizeof(head) - 1);
	place_bytes(place, "site/a-1.0.dist-info/METADATA", text, n, 0644);
	free(text);
	struct eg_installed installed = read_site(place);
	requires(load(place, &installed, "a"), 0, "b");
	assert_int_equal(place->run.notes.n, 0);
}

static void endless_header_is_refused(void **state)
{
	struct place *place = *state;
	size_t n = 9 << 20;
	char *text = malloc(n);

	memset(text, 'x', n);
	memcpy(text, "Name: a\nSummary: ", 17);
	place_bytes(place, "site/a-1.0.dist-info/METADATA", text, n, 0644);
	free(text);
	struct eg_installed installed = read_site(place);
	assert_int_equal(load(place, &installed, "a")->metadata->n_requires_dist, 0);
	assert_true(place_noted(place, "a-1.0.dist-info"));
}

static void blank_line_may_lie_across_chunks(void **state)
{
	struct place *place = *state;

	for (size_t pad = 16384 - 80; pad < 16384 - 60; pad++) {
		struct eg_arena *arena = place->run.arena;
		char *summary = eg_alloc(arena, pad + 1);

		memset(summary, 's', pad);
		place_file(place, "site/a-1.0.dist-info/METADATA",
			   eg_strf(arena, "Metadata-Version: 2.1\nName: a\nVersion: 1.0\nRequires-Dist: b\nSummary: %s\r\n\r\n"
					  "Requires-Dist: c\n", summary));
		struct eg_installed installed = read_site(place);
		assert_int_equal(load(place, &installed, "a")->metadata->n_requires_dist, 1);
	}
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, place_set_up, place_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(directory_names_tell_names_and_versions),
		CASE(first_site_wins),
		CASE(absent_sites_are_empty),
		CASE(duplicates_in_one_directory_are_sorted_by_pkg_resources),
		CASE(leftovers_are_passed_over),
		CASE(metadata_tells_the_version_where_the_directory_does_not),
		CASE(empty_directory_counts_for_importlib_only),
		CASE(metadata_installer_and_origin_are_loaded),
		CASE(editable_is_where_the_project_lies),
		CASE(broken_direct_url_is_a_note),
		CASE(egg_info_is_read),
		CASE(requires_txt_gives_way_to_metadata),
		CASE(egg_link_leads_to_the_project),
		CASE(eggs_on_the_path_are_read),
		CASE(broken_metadata_is_a_note),
		CASE(long_description_is_not_read),
		CASE(endless_header_is_refused),
		CASE(blank_line_may_lie_across_chunks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
