/* condarc: places, merging, variables; and what channels come of it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "conda/config.h"
#include "file.h"

struct place {
	struct eg_run run;
	char dir[32];
	struct eg_conda_config config;
	struct eg_conda_config_options options;
};

static int set_up(void **state)
{
	static const char *const unset[] = {"CONDARC", "MAMBARC", "CONDA_ROOT", "CONDA_EXE", "MAMBA_ROOT_PREFIX",
					    "CONDA_CHANNELS", "CONDA_PREFIX", "CONDA_CHANNEL_PRIORITY", "TOKEN",
					    "CONDA_PINNED_PACKAGES", "REQUESTS_CA_BUNDLE"};
	struct place *place = calloc(1, sizeof(*place));

	place->run.arena = eg_arena_new(NULL);
	strcpy(place->dir, "/tmp/eg-condarc-XXXXXX");
	*state = place;
	if (!mkdtemp(place->dir))
		return -1;
	for (size_t i = 0; i < sizeof(unset) / sizeof(*unset); i++)
		unsetenv(unset[i]);
	place->options.prefix = eg_strf(place->run.arena, "%s/env", place->dir);
	setenv("XDG_CONFIG_HOME", eg_strf(place->run.arena, "%s/xdg", place->dir), 1);
	return setenv("HOME", place->dir, 1);
}

static int tear_down(void **state)
{
	struct place *place = *state;
	int rc = system(eg_strf(place->run.arena, "rm -rf '%s'", place->dir));

	eg_arena_free(place->run.arena);
	free(place);
	return rc;
}

static void write_file(struct place *place, const char *name, const char *text)
{
	char *path = eg_strf(place->run.arena, "%s/%s", place->dir, name);
	char *dir = eg_strndup(place->run.arena, path, (size_t)(strrchr(path, '/') - path));

	assert_int_equal(eg_mkdirs(&place->run, dir), EG_OK);
	assert_int_equal(eg_file_write(&place->run, path, text, strlen(text), 0644), EG_OK);
}

static void read_config(struct place *place)
{
	assert_int_equal(eg_conda_config_read(&place->run, &place->options, &place->config), EG_OK);
}

static void assert_list(struct place *place, const struct eg_strs *list, const char *expected)
{
	const char *s = "";

	for (size_t i = 0; i < list->n; i++)
		s = eg_strf(place->run.arena, "%s%s%s", s, i ? " " : "", list->v[i]);
	assert_string_equal(s, expected);
}

static void stronger_places_come_first(void **state)
{
	struct place *place = *state;
	struct eg_strs cli = {0};

	write_file(place, "xdg/conda/condarc.d/b.yml", "channels: [d-b]\n");
	write_file(place, "xdg/conda/condarc.d/a.yaml", "channels: [d-a, shared]\n");
	write_file(place, "xdg/conda/condarc.d/ignored.txt", "channels: [no]\n");
	write_file(place, ".condarc", "channels:\n  - home\n  - shared\nchannel_priority: strict\n");
	write_file(place, "env/.condarc", "channels: [prefix]\nchannel_priority: flexible\n");
	write_file(place, "more.yml", "channels: [named]\n");
	setenv("CONDARC", eg_strf(place->run.arena, "%s/more.yml", place->dir), 1);
	setenv("CONDA_CHANNELS", "env1, env2", 1);
	read_config(place);
	assert_list(place, &place->config.channels, "env1 env2 named prefix home shared d-b d-a");
	assert_int_equal(place->config.priority, EG_PRIORITY_FLEXIBLE);
	assert_int_equal(place->config.files.n, 5);
	eg_vec_push(place->run.arena, &cli, "cli");
	place->options.channels = &cli;
	read_config(place);
	assert_string_equal(place->config.channels.v[0], "cli");
	place->options.override_channels = true;
	read_config(place);
	assert_list(place, &place->config.channels, "cli");
}

static void flags_in_comments(void **state)
{
	struct place *place = *state;

	write_file(place, "xdg/conda/condarc",
		   "channels:\n  - one  #!top\n  - two\n  - three #!bottom\n"
		   "pinned_packages: #!final\n  - python 3.9.*\n"
		   "channel_priority: strict  #!final\n"
		   "custom_channels:\n  a: https://example.org/weak #!final\n  b: https://example.org/weak\n");
	write_file(place, ".condarc", "channels: [four, three]\npinned_packages: [numpy 1.*]\nchannel_priority: disabled\n"
				      "custom_channels: {a: 'https://example.org/strong', b: 'https://example.org/strong'}\n");
	read_config(place);
	assert_list(place, &place->config.channels, "one four two three");
	assert_list(place, &place->config.pinned_packages, "python 3.9.*");
	assert_int_equal(place->config.priority, EG_PRIORITY_STRICT);
	assert_list(place, &place->config.custom_channels, "a=https://example.org/weak b=https://example.org/strong");
}

static void broken_files_are_passed_over(void **state)
{
	struct place *place = *state;

	write_file(place, ".condarc", "channels: [a\n");
	write_file(place, "env/condarc", "channels: [b]\n");
	read_config(place);
	assert_list(place, &place->config.channels, "b");
	assert_int_equal(place->run.notes.n, 1);
	assert_non_null(strstr(place->run.notes.v[0], ".condarc', line 2"));
}

static void a_value_of_the_wrong_type(void **state)
{
	struct place *place = *state;

	write_file(place, ".condarc", "channels: {a: b}\nchannel_priority: [strict]\noffline: maybe\nsubdir:\n");
	read_config(place);
	assert_list(place, &place->config.channels, "defaults");
	assert_int_equal(place->config.priority, EG_PRIORITY_FLEXIBLE);
	assert_false(place->config.offline);
	assert_int_equal(place->run.notes.n, 1);
}

static void variables(void **state)
{
	struct place *place = *state;

	setenv("CONDA_CHANNEL_PRIORITY", "disabled", 1);
	setenv("CONDA_PINNED_PACKAGES", "python=3.9&numpy <2", 1);
	setenv("TOKEN", "tk-secret", 1);
	write_file(place, ".condarc", "channels: ['https://example.org/t/${TOKEN}/lab', '$NOT_SET/x']\n");
	read_config(place);
	assert_int_equal(place->config.priority, EG_PRIORITY_DISABLED);
	assert_list(place, &place->config.pinned_packages, "python=3.9 numpy <2");
	assert_list(place, &place->config.channels, "https://example.org/t/tk-secret/lab $NOT_SET/x");
}

static void mamba_reads_its_own(void **state)
{
	struct place *place = *state;

	write_file(place, ".condarc", "channels: [conda]\nsubdir: osx-64\nplatform: linux-aarch64\nuse_only_tar_bz2: true\n"
				      "disallowed_packages: [numpy]\nno_py_pin: true\n");
	write_file(place, ".mambarc", "channels: [mamba]\nmirrored_channels:\n  x: [https://example.org/1, https://example.org/2]\n");
	write_file(place, "env/.mambarc", "channels: [prefix]\n");
	read_config(place);
	assert_list(place, &place->config.channels, "conda");
	assert_true(place->config.use_only_tar_bz2);
	assert_string_equal(place->config.subdir, "osx-64");
	assert_int_equal(place->config.disallowed_packages.n, 1);
	assert_false(place->config.no_py_pin);
	place->options.mamba = true;
	read_config(place);
	assert_list(place, &place->config.channels, "prefix mamba conda");
	assert_false(place->config.use_only_tar_bz2);
	assert_string_equal(place->config.subdir, "linux-aarch64");
	assert_int_equal(place->config.disallowed_packages.n, 0);
	assert_true(place->config.no_py_pin);
	assert_list(place, &place->config.mirrored_channels, "x=https://example.org/1 https://example.org/2");
	place->options.no_rc = true;
	read_config(place);
	assert_int_equal(place->config.channels.n, 0);
}

static void assert_channel(struct place *place, const char *value, const char *expected)
{
	struct eg_strs list = {0};
	struct eg_channel *channels;
	size_t n;
	const char *s = "";

	eg_vec_push(place->run.arena, &list, value);
	assert_int_equal(eg_conda_channels(&place->run, &place->config, &list, &channels, &n), EG_OK);
	for (size_t i = 0; i < n; i++)
		s = eg_strf(place->run.arena, "%s%s%s %s", s, i ? ", " : "", channels[i].name, channels[i].url);
	assert_string_equal(s, expected);
}

/* The same cases as conda's tests/models/test_channel.py has in its own words. */
static void channels(void **state)
{
	struct place *place = *state;

	write_file(place, ".condarc",
		   "channel_alias: https://u:p@example.org:8080/a\n"
		   "custom_channels:\n  darwin: https://example.org/x\n  deep/er: file:///srv/channels\n"
		   "custom_multichannels:\n  both: [conda-forge, https://example.org/x/darwin]\n"
		   "default_channels: [https://example.org/pkgs/main, other]\n");
	read_config(place);
	assert_channel(place, "conda-forge", "both https://u:p@example.org:8080/a/conda-forge");
	assert_channel(place, "pytorch/linux-64", "pytorch https://u:p@example.org:8080/a/pytorch");
	assert_channel(place, "pytorch/label/dev", "pytorch/label/dev https://u:p@example.org:8080/a/pytorch/label/dev");
	assert_channel(place, "darwin/sub", "darwin/sub https://example.org/x/darwin/sub");
	assert_channel(place, "deep/er", "deep/er file:///srv/channels/deep/er");
	assert_channel(place, "defaults", "defaults https://example.org/pkgs/main, "
					  "defaults https://u:p@example.org:8080/a/other");
	assert_channel(place, "both", "both https://u:p@example.org:8080/a/conda-forge, "
				      "both https://example.org/x/darwin");
	assert_channel(place, "https://example.org:8080/a/t/tk-123/lab/noarch",
		       "lab https://u:p@example.org:8080/a/t/tk-123/lab");
	assert_channel(place, "https://me:pw@example.com/conda/lab",
		       "https://example.com/conda/lab https://me:pw@example.com/conda/lab");
	assert_channel(place, "file:///srv/channels/deep/er/linux-64", "deep/er file:///srv/channels/deep/er");
	assert_channel(place, "file:///tmp/lone", "file:///tmp/lone file:///tmp/lone");
	assert_channel(place, "/tmp/a/../lone", "file:///tmp/lone file:///tmp/lone");
	assert_string_equal(eg_conda_channel_name(&place->run, &place->config, "https://example.org:8080/a/lab/linux-64"), "lab");
	assert_string_equal(eg_conda_channel_name(&place->run, &place->config, "defaults"), "defaults");
}

/* What conda 26.7.1's Channel says of the same file. */
static void channels_that_moved_and_local_ones(void **state)
{
	struct place *place = *state;
	const char *built = eg_strf(place->run.arena, "file://%s/conda-bld", place->dir);
	const char *other = eg_strf(place->run.arena, "file://%s/other", place->dir);

	write_file(place, "conda-bld/noarch/repodata.json", "{}");
	write_file(place, "other/noarch/repodata.json", "{}");
	write_file(place, ".condarc",
		   "channel_alias: https://u:p@example.org:8080/a\n"
		   "custom_channels:\n  darwin: https://example.org/x\n"
		   "migrated_channel_aliases: [https://old.example.org/b, https://older.example.org]\n"
		   "migrated_custom_channels:\n  darwin: https://s3.example.org/just/cant\n  gone: https://s3.example.org\n"
		   "use_local: true\ncroot: ~/other\nchannels: [c]\n");
	read_config(place);
	assert_list(place, &place->config.channels, "local c");
	assert_channel(place, "local", eg_strf(place->run.arena, "local %s, local %s", other, built));
	assert_channel(place, built, eg_strf(place->run.arena, "local %s", built));
	assert_channel(place, "https://old.example.org/b/lab/noarch", "lab https://u:p@example.org:8080/a/lab");
	assert_channel(place, "https://older.example.org/t/tk-1/deep/er",
		       "deep/er https://u:p@example.org:8080/a/t/tk-1/deep/er");
	assert_channel(place, "https://s3.example.org/just/cant/darwin", "darwin https://example.org/x/darwin");
	assert_channel(place, "https://me:pw@s3.example.org/just/cant/darwin/sub/linux-64",
		       "darwin/sub https://me:pw@example.org/x/darwin/sub");
	assert_channel(place, "https://s3.example.org/gone", "gone https://u:p@example.org:8080/a/gone");
	assert_channel(place, "https://s3.example.org/x", "https://s3.example.org/x https://s3.example.org/x");
}

static void settings_of_all_kinds(void **state)
{
	struct place *place = *state;

	write_file(place, ".condarc",
		   "local_repodata_ttl: 1200\nprotect_frozen_envs: false\nignore_pinned: true\nforce: yes\n"
		   "repodata_fns: [current_repodata.json]\nupdate_modifier: update_deps\noverride_channels_enabled: no\n"
		   "channel_settings:\n  - channel: lab\n    auth: first\n  - {channel: https://example.org/*, auth: second}\n"
		   "  - channel: none\n");
	read_config(place);
	assert_int_equal(place->config.repodata_ttl, 1200);
	assert_false(place->config.protect_frozen_envs);
	assert_true(place->config.ignore_pinned);
	assert_true(place->config.force_reinstall);
	assert_list(place, &place->config.repodata_fns, "current_repodata.json");
	assert_string_equal(place->config.update_modifier, "update_deps");
	assert_list(place, &place->config.channel_auth, "lab=first https://example.org/*=second");
	place->options.override_channels = true;
	assert_int_equal(eg_conda_config_read(&place->run, &place->options, &place->config), EG_USAGE);
	eg_recover(&place->run);
	place->options.override_channels = false;
	setenv("CONDA_LOCAL_REPODATA_TTL", "true", 1);
	read_config(place);
	assert_int_equal(place->config.repodata_ttl, 1);
	place->options.mamba = true; /* which has no variable for it */
	setenv("MAMBA_LOCAL_REPODATA_TTL", "7", 1);
	read_config(place);
	unsetenv("CONDA_LOCAL_REPODATA_TTL");
	unsetenv("MAMBA_LOCAL_REPODATA_TTL");
	assert_int_equal(place->config.repodata_ttl, 1200);
	assert_int_equal(place->config.repodata_fns.n, 0);
}

static void nothing_secret_is_shown(void **state)
{
	struct place *place = *state;
	struct eg_arena *arena = place->run.arena;

	assert_string_equal(eg_conda_url_public(arena, "https://u:p@example.org/t/tk-1/lab/linux-64"),
			    "https://example.org/lab/linux-64");
	assert_string_equal(eg_conda_url_public(arena, "https://example.org/t/tk-1"), "https://example.org");
	assert_string_equal(eg_conda_url_public(arena, "https://example.org/test/t"), "https://example.org/test/t");
	assert_string_equal(eg_conda_url_public(arena, "file:///srv/lab"), "file:///srv/lab");
}

static void channels_that_are_not_allowed(void **state)
{
	struct place *place = *state;

	write_file(place, ".condarc", "channels: [good, evil]\ndenylist_channels: [evil]\n");
	assert_int_equal(eg_conda_config_read(&place->run, &place->options, &place->config), EG_USAGE);
	assert_non_null(strstr(place->run.error.message, "/evil' is not allowed"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(stronger_places_come_first, set_up, tear_down),
		cmocka_unit_test_setup_teardown(flags_in_comments, set_up, tear_down),
		cmocka_unit_test_setup_teardown(broken_files_are_passed_over, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_value_of_the_wrong_type, set_up, tear_down),
		cmocka_unit_test_setup_teardown(variables, set_up, tear_down),
		cmocka_unit_test_setup_teardown(mamba_reads_its_own, set_up, tear_down),
		cmocka_unit_test_setup_teardown(channels, set_up, tear_down),
		cmocka_unit_test_setup_teardown(channels_that_moved_and_local_ones, set_up, tear_down),
		cmocka_unit_test_setup_teardown(settings_of_all_kinds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nothing_secret_is_shown, set_up, tear_down),
		cmocka_unit_test_setup_teardown(channels_that_are_not_allowed, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
