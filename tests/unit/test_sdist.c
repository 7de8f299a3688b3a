/* what sdists and project folders say without a build, and archives that are wrong */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>
#include <bzlib.h>
#include <cmocka.h>

#include "archive.h"
#include "file.h"
#include "python/metadata_text.h"
#include "python/sdist.h"

#define STATIC     "Metadata-Version: 2.2\nName: foo\nVersion: 1.0\nRequires-Dist: bar>=1\n\nlong text\n"
#define DYNAMIC    "Metadata-Version: 2.2\nName: foo\nVersion: 1.0\nDynamic: Requires-Dist\nRequires-Dist: bar>=1\n"
#define OLD        "Metadata-Version: 1.1\nName: foo\nVersion: 1.0\n"
#define FLIT       "Metadata-Version: 2.1\nName: foo\nVersion: 1.0\n"
#define PYPROJECT  "[project]\nname = 'foo'\nversion = '2.0'\nrequires-python = '>=3.9'\ndependencies = ['bar>1; os_name == \"nt\"']\n" \
		   "[project.optional-dependencies]\nx = ['baz @ https://example.org/a;b ; os_name == \"posix\"', 'qux']\n"
#define REQUIRES   "bar>=1\nurl @ https://example.org/a;b\n\n[x]\nbaz\n\n[:python_version < '3']\nold\n\n[y:os_name == 'nt']\nwin ; sys_platform == 'x'\n"

struct files {
	const char *name, *text;
};

struct result {
	struct eg_run run;
	enum eg_error_kind error;
	struct eg_metadata_text text;
};

static void judge(struct result *r, const char *filename, const void *bytes, size_t n)
{
	memset(r, 0, sizeof(*r));
	r->run.arena = eg_arena_new(NULL);
	r->error = eg_sdist_metadata(&r->run, filename, "sdist x", NULL, bytes, n, &r->text);
}

static void done(struct result *r)
{
	eg_arena_free(r->run.arena);
}

static struct eg_buf tar_of(const struct files *files)
{
	struct eg_buf tar = {0};

	tar_add_raw(&tar, "foo-1.0/", '5', 0, "", 0);
	for (; files->name; files++)
		tar_add(&tar, files->name, files->text);
	tar_end(&tar);
	return tar;
}

static void judge_tar_gz(struct result *r, const struct files *files)
{
	struct eg_buf tar = tar_of(files), gz = deflated(tar.s, tar.n, 31);

	judge(r, "foo-1.0.tar.gz", gz.s, gz.n);
	eg_buf_free(&tar);
	eg_buf_free(&gz);
}

static const char *lines_of(struct result *r)
{
	return eg_strndup(r->run.arena, r->text.text, r->text.n);
}

static void static_pkg_info_is_exact(void **state)
{
	struct result r;

	(void)state;
	judge_tar_gz(&r, (const struct files[]){{"foo-1.0/setup.py", ""}, {"foo-1.0/PKG-INFO", STATIC},
						{"foo-1.0/foo.egg-info/requires.txt", "other\n"}, {0}});
	assert_int_equal(r.error, EG_OK);
	assert_string_equal(lines_of(&r), STATIC);
	assert_null(r.text.assumed);
	assert_null(r.text.unknown);
	done(&r);
}

static void a_static_project_table_is_exact(void **state)
{
	struct result r;

	(void)state;
	judge_tar_gz(&r, (const struct files[]){{"foo-1.0/PKG-INFO", DYNAMIC}, {"foo-1.0/pyproject.toml", PYPROJECT}, {0}});
	assert_int_equal(r.error, EG_OK);
	assert_null(r.text.assumed);
	assert_string_equal(lines_of(&r),
			    "Metadata-Version: 2.2\nName: foo\nVersion: 2.0\nRequires-Python: >=3.9\n"
			    "Requires-Dist: bar>1 ; (os_name == \"nt\")\nProvides-Extra: x\n"
			    "Requires-Dist: baz @ https://example.org/a;b ; (os_name == \"posix\") and extra == 'x'\n"
			    "Requires-Dist: qux ; extra == 'x'\n");
	done(&r);
}

static void dynamic_dependencies_are_assumed_from_the_egg_info(void **state)
{
	struct result r;

	(void)state;
	judge_tar_gz(&r, (const struct files[]){{"foo-1.0/PKG-INFO", DYNAMIC},
						{"foo-1.0/pyproject.toml", "[project]\nname='foo'\ndynamic=['dependencies']\n"},
						{"foo-1.0/src/foo.egg-info/requires.txt", REQUIRES},
						{"foo-1.0/src/foo.egg-info/PKG-INFO", DYNAMIC}, {0}});
	assert_int_equal(r.error, EG_OK);
	assert_string_equal(r.text.assumed, "the egg-info of the sdist");
	assert_string_equal(lines_of(&r),
			    "Metadata-Version: 2.1\nName: foo\nVersion: 1.0\nRequires-Dist: bar>=1\n"
			    "Requires-Dist: url @ https://example.org/a;b\nProvides-Extra: x\nRequires-Dist: baz ; extra == 'x'\n"
			    "Requires-Dist: old ; (python_version < '3')\nProvides-Extra: y\n"
			    "Requires-Dist: win ; (sys_platform == 'x') and (os_name == 'nt') and extra == 'y'\n");
	done(&r);
}

static void an_egg_info_without_requirements_has_none(void **state)
{
	struct result r;

	(void)state;
	judge_tar_gz(&r, (const struct files[]){{"foo-1.0/PKG-INFO", OLD}, {"foo-1.0/foo.egg-info/SOURCES.txt", "x"}, {0}});
	assert_int_equal(r.error, EG_OK);
	assert_non_null(r.text.assumed);
	assert_string_equal(lines_of(&r), "Metadata-Version: 2.1\nName: foo\nVersion: 1.0\n");
	done(&r);
}

static void pkg_info_of_other_backends_is_assumed(void **state)
{
	struct result r;

	(void)state;
	judge_tar_gz(&r, (const struct files[]){{"foo-1.0/PKG-INFO", FLIT}, {0}});
	assert_string_equal(r.text.assumed, "the PKG-INFO of the sdist");
	assert_string_equal(lines_of(&r), FLIT);
	done(&r);
	judge_tar_gz(&r, (const struct files[]){{"foo-1.0/PKG-INFO", OLD "Requires-Dist: bar\n"}, {0}});
	assert_non_null(r.text.assumed);
	done(&r);
}

static void nothing_said_is_unknown(void **state)
{
	static const struct files cases[][3] = {
		{{"foo-1.0/PKG-INFO", OLD}, {"foo-1.0/setup.py", "x"}, {0}},
		{{"foo-1.0/setup.py", "x"}, {0}},
		{{"foo-1.0/PKG-INFO", "not metadata at all"}, {"foo-1.0/pyproject.toml", "[project\n"}, {0}},
		{{"foo-1.0/a/b/c/foo.egg-info/requires.txt", "bar"}, {"foo-1.0/tests/PKG-INFO", STATIC}, {0}},
		{{0}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct result r;

		judge_tar_gz(&r, cases[i]);
		assert_int_equal(r.error, EG_OK);
		assert_non_null(strstr(r.text.unknown, "only running its build"));
		done(&r);
	}
}

static void every_packing_is_read(void **state)
{
	const struct files files[] = {{"foo-1.0/PKG-INFO", STATIC}, {0}};
	struct eg_buf tar = tar_of(files);
	struct zip_maker zip = {0};
	struct result r;

	(void)state;
	judge(&r, "foo-1.0.tar", tar.s, tar.n);
	assert_string_equal(lines_of(&r), STATIC);
	done(&r);

	unsigned n = (unsigned)tar.n + 1000;
	char *packed = malloc(n);
	BZ2_bzBuffToBuffCompress(packed, &n, tar.s, (unsigned)tar.n, 9, 0, 0);
	judge(&r, "foo-1.0.tar.bz2", packed, n);
	assert_string_equal(lines_of(&r), STATIC);
	done(&r);
	free(packed);

	/* gzip members one after another are one file */
	struct eg_buf a = deflated(tar.s, 700, 31), b = deflated(tar.s + 700, tar.n - 700, 31);
	eg_buf_add(&a, b.s, b.n);
	judge(&r, "foo-1.0.tgz", a.s, a.n);
	assert_string_equal(lines_of(&r), STATIC);
	done(&r);
	eg_buf_free(&a);
	eg_buf_free(&b);
	eg_buf_free(&tar);

	zip_add(&zip, "foo-1.0/PKG-INFO", STATIC, strlen(STATIC), true);
	struct eg_buf archive = zip_done(&zip);
	judge(&r, "foo-1.0.zip", archive.s, archive.n);
	assert_string_equal(lines_of(&r), STATIC);
	done(&r);
	eg_buf_free(&archive);

	judge(&r, "foo-1.0.tar.xz", "", 0);
	assert_int_equal(r.error, EG_UNSUPPORTED);
	done(&r);
}

static void a_subdirectory_is_the_project(void **state)
{
	const struct files files[] = {{"repo-main/pyproject.toml", PYPROJECT}, {"repo-main/a/b/PKG-INFO", STATIC},
				      {"repo-main/a/bc/PKG-INFO", OLD}, {0}};
	struct eg_buf tar = tar_of(files);
	struct result r = {.run.arena = eg_arena_new(NULL)};

	(void)state;
	assert_int_equal(eg_sdist_metadata(&r.run, "main.tar", "x", "a/b", tar.s, tar.n, &r.text), EG_OK);
	assert_string_equal(lines_of(&r), STATIC);
	assert_int_equal(eg_sdist_metadata(&r.run, "main.tar", "x", "a", tar.s, tar.n, &r.text), EG_OK);
	assert_non_null(r.text.unknown);
	assert_int_equal(eg_sdist_metadata(&r.run, "main.tar", "x", NULL, tar.s, tar.n, &r.text), EG_OK);
	assert_non_null(strstr(lines_of(&r), "Version: 2.0"));
	done(&r);
	eg_buf_free(&tar);
}

static void long_names_are_read(void **state)
{
	static const char deep[] = "foo-1.0/a-directory-with-quite-a-long-name-that-does-not-fit-into-one-hundred-bytes-of-header/"
				   "foo.egg-info/requires.txt";
	static const char pax_path[] = "130 path=";
	struct eg_buf tar = {0}, record = {0};
	struct result r;

	(void)state;
	tar_add(&tar, "foo-1.0/PKG-INFO", OLD);
	tar_add_raw(&tar, "././@LongLink", 'L', sizeof(deep), deep, sizeof(deep));
	tar_add(&tar, "foo-1.0/short", "bar\n");
	tar_end(&tar);
	judge(&r, "foo-1.0.tar", tar.s, tar.n);
	assert_non_null(strstr(lines_of(&r), "Requires-Dist: bar"));
	done(&r);
	eg_buf_free(&tar);

	eg_buf_printf(&record, "%zu path=%s\n", sizeof(pax_path) - 1 + strlen(deep) + 1, deep);
	assert_int_equal(record.n, sizeof(pax_path) - 1 + strlen(deep) + 1);
	tar_add(&tar, "foo-1.0/PKG-INFO", OLD);
	tar_add_raw(&tar, "x", 'x', record.n, record.s, record.n);
	tar_add(&tar, "foo-1.0/short", "qux\n");
	tar_end(&tar);
	judge(&r, "foo-1.0.tar", tar.s, tar.n);
	assert_non_null(strstr(lines_of(&r), "Requires-Dist: qux"));
	done(&r);
	eg_buf_free(&tar);
	eg_buf_free(&record);
}

static void bombs_and_lies_are_refused(void **state)
{
	enum { ZEROS = 1 << 24, TIMES = 33 };
	static char zeros[ZEROS];
	struct eg_buf tar = {0}, bomb = {0};
	struct result r;

	(void)state;
	/* two files of half a gigabyte each, as gzip members of 16 MB of zeros */
	tar_add_raw(&tar, "foo-1.0/data", '0', (uint64_t)ZEROS * TIMES, "", 0);
	struct eg_buf head = deflated(tar.s, tar.n, 31), member = deflated(zeros, sizeof(zeros), 31);
	for (int i = 0; i < 2 * (TIMES + 1); i++)
		eg_buf_add(&bomb, i % (TIMES + 1) ? member.s : head.s, i % (TIMES + 1) ? member.n : head.n);
	assert_true(bomb.n < 2 << 20);
	judge(&r, "foo-1.0.tar.gz", bomb.s, bomb.n);
	assert_int_equal(r.error, EG_LIMIT);
	done(&r);
	eg_buf_free(&tar);
	eg_buf_free(&bomb);
	eg_buf_free(&head);
	eg_buf_free(&member);

	tar_add_raw(&tar, "foo-1.0/PKG-INFO", '0', (uint64_t)1 << 32, "x", 1);
	judge(&r, "foo-1.0.tar", tar.s, tar.n);
	assert_int_equal(r.error, EG_LIMIT);
	done(&r);
	eg_buf_free(&tar);

	tar_add_raw(&tar, "foo-1.0/PKG-INFO", '0', 9 << 20, "x", 1);
	judge(&r, "foo-1.0.tar", tar.s, tar.n);
	assert_int_equal(r.error, EG_LIMIT); /* of metadata */
	done(&r);
	eg_buf_free(&tar);

	tar_add_raw(&tar, "foo-1.0/x", '0', 5000, "x", 1);
	judge(&r, "foo-1.0.tar", tar.s, tar.n);
	assert_int_equal(r.error, EG_FORMAT);
	done(&r);
	eg_buf_free(&tar);
}

/* Any number of extension headers may stand before an entry; they must not fill the memory. */
static void endless_headers_take_no_memory(void **state)
{
	static char name[60000];
	struct eg_buf tar = {0};
	struct result r;

	(void)state;
	memset(name, 'a', sizeof(name) - 1);
	for (int i = 0; i < 1000; i++)
		tar_add_raw(&tar, "././@LongLink", 'L', sizeof(name), name, sizeof(name));
	tar_end(&tar);
	judge(&r, "foo-1.0.tar", tar.s, tar.n);
	assert_int_equal(r.error, EG_OK);
	assert_true(eg_arena_used(r.run.arena) < 1 << 20);
	done(&r);
	eg_buf_free(&tar);
}

static void every_truncation_and_flip_is_survived(void **state)
{
	const struct files files[] = {{"foo-1.0/setup.py", "x"}, {"foo-1.0/PKG-INFO", STATIC}, {0}};
	struct eg_buf tar = tar_of(files), gz = deflated(tar.s, tar.n, 31);
	struct result r;

	(void)state;
	for (size_t n = 0; n < gz.n; n++) {
		char *cut = malloc(n + 1);

		memcpy(cut, gz.s, n);
		judge(&r, "foo-1.0.tar.gz", cut, n);
		done(&r);
		free(cut);
	}
	for (size_t at = 0; at < 2048; at++) {
		char was = tar.s[at];

		tar.s[at] = (char)0xff;
		judge(&r, "foo-1.0.tar", tar.s, tar.n);
		tar.s[at] = was;
		done(&r);
	}
	eg_buf_free(&tar);
	eg_buf_free(&gz);
}

static void write_file(struct result *r, const char *dir, const char *path, const char *text)
{
	const char *file = eg_path_join(r->run.arena, dir, path);

	eg_mkdirs(&r->run, eg_strndup(r->run.arena, file, (size_t)(strrchr(file, '/') - file)));
	assert_int_equal(eg_file_write(&r->run, file, text, strlen(text), 0644), EG_OK);
}

static void folders_are_judged_alike(void **state)
{
	char dir[] = "/tmp/eg-folder-XXXXXX";
	struct result r = {.run.arena = eg_arena_new(NULL)};

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(eg_folder_metadata(&r.run, dir, &r.text), EG_FORMAT);
	assert_non_null(strstr(r.run.error.message, "neither a pyproject.toml nor a setup.py"));
	eg_recover(&r.run);

	write_file(&r, dir, "setup.py", "");
	assert_int_equal(eg_folder_metadata(&r.run, dir, &r.text), EG_OK);
	assert_non_null(r.text.unknown);

	write_file(&r, dir, "src/foo.egg-info/PKG-INFO", OLD);
	write_file(&r, dir, "src/foo.egg-info/requires.txt", "bar\n");
	assert_int_equal(eg_folder_metadata(&r.run, dir, &r.text), EG_OK);
	assert_string_equal(r.text.assumed, "the egg-info of the directory");
	assert_non_null(strstr(lines_of(&r), "Requires-Dist: bar\n"));

	write_file(&r, dir, "pyproject.toml", PYPROJECT);
	assert_int_equal(eg_folder_metadata(&r.run, dir, &r.text), EG_OK);
	assert_null(r.text.assumed);
	assert_non_null(strstr(lines_of(&r), "Version: 2.0\n"));

	write_file(&r, dir, "pyproject.toml", "[project]\nname = 'foo'\ndynamic = ['version']\n");
	assert_int_equal(eg_folder_metadata(&r.run, dir, &r.text), EG_OK);
	assert_non_null(strstr(r.text.assumed, "version"));
	assert_non_null(strstr(lines_of(&r), "Version: 1.0\n"));

	write_file(&r, dir, "pyproject.toml", "[project]\nname = 'foo'\ndynamic = ['dependencies', 'optional-dependencies']\n"
					      "[tool.setuptools.dynamic]\ndependencies = {file = ['r.txt']}\n"
					      "optional-dependencies = {x = {file = 'x.txt'}}\n");
	assert_int_equal(eg_folder_metadata(&r.run, dir, &r.text), EG_OK);
	assert_string_equal(r.text.assumed, "the egg-info of the directory"); /* the files are not there */
	write_file(&r, dir, "r.txt", "# all\nbar>=1 # why\r\n\n  baz ; os_name == 'nt'\n");
	write_file(&r, dir, "x.txt", "qux");
	assert_int_equal(eg_folder_metadata(&r.run, dir, &r.text), EG_OK);
	assert_string_equal(r.text.assumed, "the files that the pyproject.toml of the directory names");
	assert_non_null(strstr(lines_of(&r), "Requires-Dist: bar>=1\nRequires-Dist: baz ; (os_name == 'nt')\n"
					     "Provides-Extra: x\nRequires-Dist: qux ; extra == 'x'\n"));
	write_file(&r, dir, "x.txt", "-r r.txt");
	assert_int_equal(eg_folder_metadata(&r.run, dir, &r.text), EG_OK);
	assert_string_equal(r.text.assumed, "the egg-info of the directory");
	assert_int_equal(system(eg_strf(r.run.arena, "rm -rf %s", dir)), 0);
	done(&r);
}

static void a_setup_cfg_says_what_is_assumed(void **state)
{
	char dir[] = "/tmp/eg-folder-XXXXXX";
	struct result r = {.run.arena = eg_arena_new(NULL)};

	(void)state;
	assert_non_null(mkdtemp(dir));
	write_file(&r, dir, "setup.py", "import setuptools; setuptools.setup()");
	write_file(&r, dir, "setup.cfg", "[metadata]\nname = foo\nversion = attr: foo.__version__\n[options]\n"
					 "install_requires =\n  bar>=1; os_name == 'posix'\n  # no\n\n  baz\npython_requires = >=3.8\n"
					 "[options.extras_require]\ntest_it = pytest>=7; hypothesis\n");
	assert_int_equal(eg_folder_metadata(&r.run, dir, &r.text), EG_OK);
	assert_string_equal(r.text.assumed, "the setup.cfg of the directory");
	assert_string_equal(lines_of(&r), "Metadata-Version: 2.1\nName: foo\nRequires-Python: >=3.8\n"
					  "Requires-Dist: bar>=1 ; (os_name == 'posix')\nRequires-Dist: baz\n"
					  "Provides-Extra: test-it\nRequires-Dist: pytest>=7 ; extra == 'test-it'\n"
					  "Requires-Dist: hypothesis ; extra == 'test-it'\n");
	static const char *const silent[] = {
		"[options]\ninstall_requires = file: requirements.txt\n",
		"[metadata]\nname = foo\n",
		"install_requires = foo\n",
		"[options]\ninstall_requires = a\n[options.extras_require]\nx = file: x.txt\n",
	};
	for (size_t i = 0; i < sizeof(silent) / sizeof(*silent); i++) {
		write_file(&r, dir, "setup.cfg", silent[i]);
		assert_int_equal(eg_folder_metadata(&r.run, dir, &r.text), EG_OK);
		assert_non_null(r.text.unknown);
	}
	assert_int_equal(system(eg_strf(r.run.arena, "rm -rf %s", dir)), 0);
	done(&r);
}

static void the_core_of_metadata_is_kept(void **state)
{
	static const char text[] = "Metadata-Version: 2.1\r\nName: foo\r\nSummary: x\r\n  Requires-Dist: no\r\n"
				   "Requires-Dist: bar\r\n  >=1\r\nDescription: Requires-Dist: no\r\n\r\nRequires-Dist: no\r\n";
	struct eg_arena *arena = eg_arena_new(NULL);
	size_t n;

	(void)state;
	assert_string_equal(eg_metadata_core(arena, text, sizeof(text) - 1, &n),
			    "Metadata-Version: 2.1\r\nName: foo\r\nRequires-Dist: bar\r\n  >=1\r\n");
	assert_string_equal(eg_metadata_field(arena, text, sizeof(text) - 1, "name"), "foo");
	assert_null(eg_metadata_field(arena, text, sizeof(text) - 1, "Version"));
	eg_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(static_pkg_info_is_exact),
		cmocka_unit_test(a_static_project_table_is_exact),
		cmocka_unit_test(dynamic_dependencies_are_assumed_from_the_egg_info),
		cmocka_unit_test(an_egg_info_without_requirements_has_none),
		cmocka_unit_test(pkg_info_of_other_backends_is_assumed),
		cmocka_unit_test(nothing_said_is_unknown),
		cmocka_unit_test(every_packing_is_read),
		cmocka_unit_test(a_subdirectory_is_the_project),
		cmocka_unit_test(long_names_are_read),
		cmocka_unit_test(bombs_and_lies_are_refused),
		cmocka_unit_test(endless_headers_take_no_memory),
		cmocka_unit_test(every_truncation_and_flip_is_survived),
		cmocka_unit_test(folders_are_judged_alike),
		cmocka_unit_test(a_setup_cfg_says_what_is_assumed),
		cmocka_unit_test(the_core_of_metadata_is_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
