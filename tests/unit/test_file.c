/* files, directories, paths */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "file.h"

struct place {
	struct eg_run run;
	char dir[32];
};

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	place->run.arena = eg_arena_new(NULL);
	strcpy(place->dir, "/tmp/eg-file-XXXXXX");
	*state = place;
	return mkdtemp(place->dir) ? 0 : -1;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	char *command = eg_strf(place->run.arena, "rm -rf '%s'", place->dir);
	int rc = system(command);

	eg_arena_free(place->run.arena);
	free(place);
	return rc;
}

static char *in(struct place *place, const char *name)
{
	return eg_path_join(place->run.arena, place->dir, name);
}

static void what_was_written_is_read(void **state)
{
	struct place *place = *state;
	char *path = in(place, "f"), *s = NULL;
	size_t n = 0;

	assert_int_equal(eg_file_write(&place->run, path, "a\0b", 3, 0644), EG_OK);
	assert_int_equal(eg_file_read(&place->run, path, 3, &s, &n), EG_OK);
	assert_int_equal(n, 3);
	assert_memory_equal(s, "a\0b", 4);
	assert_int_equal(eg_file_write(&place->run, path, "", 0, 0644), EG_OK);
	assert_int_equal(eg_file_read(&place->run, path, 0, &s, &n), EG_OK);
	assert_int_equal(n, 0);
	assert_string_equal(s, "");
}

static void writing_honours_mode_umask_and_links(void **state)
{
	struct place *place = *state;
	mode_t old = umask(027);
	struct stat st;

	assert_int_equal(eg_file_write(&place->run, in(place, "f"), "1", 1, 0666), EG_OK);
	umask(old);
	assert_int_equal(stat(in(place, "f"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	assert_int_equal(symlink("f", in(place, "l")), 0);
	assert_int_equal(eg_file_write(&place->run, in(place, "l"), "22", 2, 0644), EG_OK);
	assert_int_equal(lstat(in(place, "l"), &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_string_equal(eg_file_read_if(&place->run, in(place, "f"), 9, NULL), "22");
}

static void failures_say_what_and_why(void **state)
{
	struct place *place = *state;
	char *path = in(place, "f"), *s = NULL;

	assert_int_equal(eg_file_read(&place->run, path, 9, &s, NULL), EG_IO);
	assert_non_null(strstr(place->run.error.message, "No such file"));
	assert_non_null(strstr(place->run.error.message, path));
	eg_recover(&place->run);
	assert_int_equal(eg_file_read(&place->run, place->dir, 9, &s, NULL), EG_IO);
	eg_recover(&place->run);
	assert_int_equal(eg_file_write(&place->run, path, "0123456789", 10, 0644), EG_OK);
	assert_int_equal(eg_file_read(&place->run, path, 9, &s, NULL), EG_LIMIT);
	eg_recover(&place->run);
	assert_null(eg_file_read_if(&place->run, path, 9, NULL));
	assert_int_equal(eg_file_write(&place->run, in(place, "no/such/dir"), "", 0, 0644), EG_IO);
	assert_null(s);
}

static void pipes_and_proc_are_read(void **state)
{
	struct place *place = *state;
	int fd[2];
	char *s = NULL;
	size_t n = 0;
	static const char block[50000];

	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], block, sizeof(block)), sizeof(block));
	close(fd[1]);
	char *path = eg_strf(place->run.arena, "/dev/fd/%d", fd[0]);
	assert_int_equal(eg_file_read(&place->run, path, sizeof(block), &s, &n), EG_OK);
	assert_int_equal(n, sizeof(block));
	close(fd[0]);
	assert_int_equal(eg_file_read(&place->run, "/proc/self/status", 1 << 20, &s, &n), EG_OK);
	assert_memory_equal(s, "Name:", 5);
	assert_int_equal(eg_file_read(&place->run, "/dev/zero", 100000, &s, &n), EG_LIMIT);
}

static void directories_are_made_with_their_parents(void **state)
{
	struct place *place = *state;

	assert_int_equal(eg_mkdirs(&place->run, in(place, "a/b//c/")), EG_OK);
	assert_true(eg_is_dir(in(place, "a/b/c")));
	assert_int_equal(eg_mkdirs(&place->run, in(place, "a/b/c")), EG_OK);
	assert_int_equal(eg_file_write(&place->run, in(place, "f"), "", 0, 0644), EG_OK);
	assert_int_equal(eg_mkdirs(&place->run, in(place, "f/g")), EG_IO);
	assert_false(eg_is_dir(in(place, "f")));
	assert_true(eg_is_file(in(place, "f")));
	assert_false(eg_is_file(in(place, "a")));
}

static void paths_join_and_become_absolute(void **state)
{
	struct place *place = *state;
	struct eg_arena *arena = place->run.arena;
	static const char *const absolute[][2] = {
		{"/a/./b//c/../d/", "/a/b/d"}, {"/", "/"},    {"/../..", "/"}, {"/a/..", "/"},
		{"/a/...", "/a/..."},          {"//a", "/a"}, {"/.a", "/.a"},
	};

	for (size_t i = 0; i < sizeof(absolute) / sizeof(*absolute); i++)
		assert_string_equal(eg_path_absolute(arena, absolute[i][0]), absolute[i][1]);
	char *cwd = getcwd(NULL, 0);
	assert_string_equal(eg_path_absolute(arena, "."), cwd);
	assert_string_equal(eg_path_absolute(arena, "x/../y"), eg_path_join(arena, cwd, "y"));
	free(cwd);
	assert_string_equal(eg_path_join(arena, "/a", "b"), "/a/b");
	assert_string_equal(eg_path_join(arena, "/a/", "b"), "/a/b");
	assert_string_equal(eg_path_join(arena, "/a", "/b"), "/b");
	assert_string_equal(eg_path_join(arena, "", "b"), "b");
}

static void programs_are_found_past_the_skipped_directory(void **state)
{
	struct place *place = *state;
	struct eg_arena *arena = place->run.arena;
	char *old = eg_strdup(arena, getenv("PATH"));

	assert_int_equal(eg_mkdirs(&place->run, in(place, "shims")), EG_OK);
	assert_int_equal(eg_mkdirs(&place->run, in(place, "bin/notthis")), EG_OK);
	assert_int_equal(symlink("shims", in(place, "link")), 0);
	assert_int_equal(eg_file_write(&place->run, in(place, "shims/tool"), "", 0, 0755), EG_OK);
	assert_int_equal(eg_file_write(&place->run, in(place, "bin/tool"), "", 0, 0755), EG_OK);
	assert_int_equal(eg_file_write(&place->run, in(place, "bin/text"), "", 0, 0644), EG_OK);
	setenv("PATH", eg_strf(arena, "%s:%s:%s", in(place, "none"), in(place, "link/"), in(place, "bin")), 1);
	assert_string_equal(eg_which(arena, "tool", NULL), in(place, "link/tool"));
	assert_string_equal(eg_which(arena, "tool", in(place, "shims")), in(place, "bin/tool"));
	assert_null(eg_which(arena, "text", NULL));
	assert_null(eg_which(arena, "notthis", NULL));
	assert_string_equal(eg_which(arena, in(place, "shims/tool"), NULL), in(place, "shims/tool"));
	setenv("PATH", old, 1);
}

static void cache_directory_follows_the_environment(void **state)
{
	struct place *place = *state;
	struct eg_arena *arena = place->run.arena;

	setenv("HOME", "/h", 1);
	unsetenv("XDG_CACHE_HOME");
	unsetenv("ENVGUARD_CACHE_DIR");
	assert_string_equal(eg_cache_dir(arena), "/h/.cache/envguard");
	setenv("XDG_CACHE_HOME", "relative", 1);
	assert_string_equal(eg_cache_dir(arena), "/h/.cache/envguard");
	setenv("XDG_CACHE_HOME", "/x", 1);
	assert_string_equal(eg_cache_dir(arena), "/x/envguard");
	setenv("ENVGUARD_CACHE_DIR", "/c/../d", 1);
	assert_string_equal(eg_cache_dir(arena), "/d");
	unsetenv("XDG_CACHE_HOME");
	unsetenv("ENVGUARD_CACHE_DIR");
	unsetenv("HOME");
	assert_null(eg_cache_dir(arena));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_written_is_read),
		TEST(writing_honours_mode_umask_and_links),
		TEST(failures_say_what_and_why),
		TEST(pipes_and_proc_are_read),
		TEST(directories_are_made_with_their_parents),
		TEST(paths_join_and_become_absolute),
		TEST(programs_are_found_past_the_skipped_directory),
		TEST(cache_directory_follows_the_environment),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
