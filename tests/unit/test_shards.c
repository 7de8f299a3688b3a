/* channels over HTTP: shards (CEP 16), what is kept of them, and servers on bad days */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <msgpack.h>
#include <zstd.h>
#include <cmocka.h>

#include "checksum.h"
#include "conda/repodata.h"
#include "file.h"
#include "server.h"

struct place {
	struct eg_run run;
	char dir[32];
	struct server server;
	struct eg_conda_config config;
};

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	place->run.arena = eg_arena_new(NULL);
	strcpy(place->dir, "/tmp/eg-shards-XXXXXX");
	*state = place;
	if (!mkdtemp(place->dir))
		return -1;
	const char *argv[] = {"channel.py", place->dir, NULL};
	place->server = server_start(argv);
	place->config = (struct eg_conda_config){.subdir = "linux-64", .channel_alias = "https://example.org",
						 .use_shards = true, .ssl_verify = true, .timeout_s = 10,
						 .repodata_ttl = 1};
	unsetenv("http_proxy");
	return setenv("ENVGUARD_CACHE_DIR", eg_strf(place->run.arena, "%s/cache", place->dir), 1);
}

static int tear_down(void **state)
{
	struct place *place = *state;

	server_stop(&place->server);
	int rc = system(eg_strf(place->run.arena, "rm -rf '%s'", place->dir));
	eg_arena_free(place->run.arena);
	free(place);
	return rc;
}

static void write_bytes(struct place *place, const char *name, const void *bytes, size_t n)
{
	char *path = eg_strf(place->run.arena, "%s/demo/%s", place->dir, name);
	char *dir = eg_strndup(place->run.arena, path, (size_t)(strrchr(path, '/') - path));

	assert_int_equal(eg_mkdirs(&place->run, dir), EG_OK);
	assert_int_equal(eg_file_write(&place->run, path, bytes, n, 0644), EG_OK);
}

static void write_text(struct place *place, const char *name, const char *text)
{
	write_bytes(place, name, text, strlen(text));
}

static void put(msgpack_packer *pk, const char *s)
{
	msgpack_pack_str(pk, strlen(s));
	msgpack_pack_str_body(pk, s, strlen(s));
}

/* Returns the SHA-256 of what was written. */
static const char *write_packed(struct place *place, const char *name, const msgpack_sbuffer *buffer)
{
	size_t cap = ZSTD_compressBound(buffer->size);
	char *packed = eg_alloc(place->run.arena, cap);
	size_t n = ZSTD_compress(packed, cap, buffer->data, buffer->size, 3);
	const char *hash = eg_sha256(place->run.arena, packed, n);

	write_bytes(place, name ? name : eg_strf(place->run.arena, "linux-64/shards/%s.msgpack.zst", hash), packed, n);
	return hash;
}

static const char *write_shard(struct place *place, const char *name, const char *depends)
{
	msgpack_sbuffer buffer;
	msgpack_packer pk;
	const char *fn = eg_strf(place->run.arena, "%s-1-0.conda", name);

	msgpack_sbuffer_init(&buffer);
	msgpack_packer_init(&pk, &buffer, msgpack_sbuffer_write);
	msgpack_pack_map(&pk, 2);
	put(&pk, "packages");
	msgpack_pack_map(&pk, 0);
	put(&pk, "packages.conda");
	msgpack_pack_map(&pk, 2);
	put(&pk, "broken-1-0.conda");
	msgpack_pack_nil(&pk);
	put(&pk, fn);
	msgpack_pack_map(&pk, 6);
	put(&pk, "name"), put(&pk, name);
	put(&pk, "version"), put(&pk, "1");
	put(&pk, "build"), put(&pk, "0");
	put(&pk, "build_number"), msgpack_pack_uint64(&pk, 4);
	put(&pk, "sha256"), msgpack_pack_bin(&pk, 32), msgpack_pack_bin_body(&pk, "0123456789abcdef0123456789abcdef", 32);
	put(&pk, "depends");
	msgpack_pack_array(&pk, depends ? 1 : 0);
	if (depends)
		put(&pk, depends);
	const char *hash = write_packed(place, NULL, &buffer);
	msgpack_sbuffer_destroy(&buffer);
	return hash;
}

/* a needs b, b needs nothing; c is not reached. */
static void write_shards(struct place *place)
{
	static const char *const names[] = {"a", "b", "c"};
	const char *hashes[] = {write_shard(place, "a", "b >=1"), write_shard(place, "b", NULL), write_shard(place, "c", NULL)};
	msgpack_sbuffer buffer;
	msgpack_packer pk;

	msgpack_sbuffer_init(&buffer);
	msgpack_packer_init(&pk, &buffer, msgpack_sbuffer_write);
	msgpack_pack_map(&pk, 2);
	put(&pk, "info");
	msgpack_pack_map(&pk, 2);
	put(&pk, "base_url"), put(&pk, "https://example.org/files");
	put(&pk, "shards_base_url"), put(&pk, "./shards");
	put(&pk, "shards");
	msgpack_pack_map(&pk, 3);
	for (size_t i = 0; i < 3; i++) {
		put(&pk, names[i]);
		msgpack_pack_bin(&pk, 32);
		for (size_t k = 0; k < 32; k++) {
			char pair[3] = {hashes[i][2 * k], hashes[i][2 * k + 1], 0}, byte = (char)strtoul(pair, NULL, 16);

			msgpack_pack_bin_body(&pk, &byte, 1);
		}
	}
	write_packed(place, "linux-64/repodata_shards.msgpack.zst", &buffer);
	msgpack_sbuffer_destroy(&buffer);
}

static enum eg_error_kind load(struct place *place, const char *mode, struct eg_conda_universe *ret)
{
	struct eg_channel *channel = EG_NEW(place->run.arena, struct eg_channel);
	struct eg_strs names = {0};

	eg_vec_push(place->run.arena, &names, "a");
	*channel = (struct eg_channel){
		.name = "demo", .url = eg_strf(place->run.arena, "http://127.0.0.1:%d%s/demo", place->server.port, mode)};
	return eg_conda_universe_load(&place->run, eg_cache_open(&place->run), NULL, &place->config, channel, 1, &names, ret);
}

static void counted(struct eg_fetch *fetch, const struct eg_job *job, const struct eg_response *response)
{
	(void)fetch;
	*(long *)job->ctx = response->status == 200 ? strtol(response->body, NULL, 10) : -1;
}

/* Requests so far. */
static long requests(struct place *place)
{
	struct eg_fetch *fetch = eg_fetch_new(&place->run, &(struct eg_fetch_options){0});
	long n = -1;
	struct eg_job job = {.url = eg_strf(place->run.arena, "http://127.0.0.1:%d/count", place->server.port), .max = 100,
			     .done = counted, .ctx = &n};

	eg_fetch_add(fetch, &job);
	eg_fetch_run(fetch);
	eg_fetch_free(fetch);
	return n;
}

static const char noarch[] = "{\"packages\": {}}";
static const char monolith[] =
	"{\"packages.conda\": {\"a-1-0.conda\": {\"name\": \"a\", \"version\": \"1\", \"build\": \"0\", \"depends\": []}}}";

static void only_shards_that_are_reached(void **state)
{
	struct place *place = *state;
	struct eg_conda_universe universe;

	write_shards(place);
	write_text(place, "noarch/repodata.json", noarch);
	assert_int_equal(load(place, "/fresh", &universe), EG_OK);
	assert_int_equal(universe.subdirs[0].n_records, 2);
	const struct eg_conda_record *record = universe.subdirs[0].records[0];
	assert_string_equal(record->fn, "a-1-0.conda");
	assert_string_equal(record->url, "https://example.org/files/a-1-0.conda");
	assert_int_equal(record->build_number, 4);
	assert_string_equal(record->sha256, "3031323334353637383961626364656630313233343536373839616263646566");
	assert_int_equal(record->depends.n, 1);
	/* the index and two shards; noarch has neither shards nor packed files */
	assert_int_equal(requests(place), 3 + 4);
	assert_int_equal(load(place, "/fresh", &universe), EG_OK);
	assert_int_equal(universe.subdirs[0].n_records, 2);
	assert_int_equal(requests(place), 7);
	place->run.refresh = true;
	assert_int_equal(load(place, "/fresh", &universe), EG_OK);
	assert_int_equal(universe.subdirs[0].n_records, 2);
	assert_int_equal(requests(place), 9);
}

static void a_shard_that_lies(void **state)
{
	struct place *place = *state;
	struct eg_conda_universe universe;

	write_shards(place);
	write_text(place, "noarch/repodata.json", noarch);
	assert_int_equal(system(eg_strf(place->run.arena, "for f in '%s'/demo/linux-64/shards/*; do echo x > $f; done",
					place->dir)), 0);
	assert_int_equal(load(place, "/plain", &universe), EG_FORMAT);
	assert_non_null(strstr(place->run.error.message, "not what the index promises"));
	eg_recover(&place->run);
	assert_int_equal(system(eg_strf(place->run.arena, "rm '%s'/demo/linux-64/shards/*", place->dir)), 0);
	assert_int_equal(load(place, "/plain", &universe), EG_NET);
	assert_non_null(strstr(place->run.error.message, "answered 404"));
	eg_recover(&place->run);
	write_text(place, "linux-64/repodata_shards.msgpack.zst", "no zstd");
	assert_int_equal(load(place, "/plain", &universe), EG_FORMAT);
}

static void repodata_is_kept_and_asked_for_again(void **state)
{
	struct place *place = *state;
	struct eg_conda_universe universe;

	write_text(place, "linux-64/repodata.json", monolith);
	write_text(place, "noarch/repodata.json", noarch);
	place->config.use_shards = false;
	assert_int_equal(load(place, "/t/tk-secret/plain", &universe), EG_OK);
	assert_int_equal(universe.subdirs[0].n_records, 1);
	assert_null(strstr(universe.subdirs[0].records[0]->url, "secret"));
	long before = requests(place);
	assert_int_equal(load(place, "/t/tk-secret/plain", &universe), EG_OK);
	assert_int_equal(universe.subdirs[0].n_records, 1);
	assert_int_equal(requests(place), before + 2); /* 304 twice, of the form that was there */
	place->run.offline = true;
	assert_int_equal(load(place, "/t/tk-secret/plain", &universe), EG_OK);
	assert_int_equal(load(place, "/plain", &universe), EG_NET); /* another key: the token may open other packages */
	assert_non_null(strstr(place->run.error.message, "offline"));
	place->run.offline = false;
	assert_int_equal(requests(place), before + 2);
}

static void the_caches_of_conda_are_used(void **state)
{
	struct place *place = *state;
	struct eg_conda_universe universe;
	const char *url = eg_strf(place->run.arena, "http://127.0.0.1:%d/plain/demo/linux-64/", place->server.port);
	const char *stem = eg_strf(place->run.arena, "pkgs/cache/%.8s", eg_md5(place->run.arena, url, strlen(url)));

	write_text(place, "noarch/repodata.json", noarch);
	write_text(place, eg_strf(place->run.arena, "%s.json", stem), monolith);
	assert_int_equal(system(eg_strf(place->run.arena,
					"cd '%s/demo' && python3 -c \"import os, json, time; s = os.stat('%s.json'); json.dump({'etag': 'e',"
					" 'cache_control': 'public, max-age=1200', 'mtime_ns': s.st_mtime_ns, 'size': s.st_size,"
					" 'refresh_ns': time.time_ns()}, open('%s.info.json', 'w'))\"",
					place->dir, stem, stem)), 0);
	eg_vec_push(place->run.arena, &place->config.pkgs_dirs, eg_strf(place->run.arena, "%s/demo/pkgs", place->dir));
	assert_int_equal(load(place, "/plain", &universe), EG_OK);
	assert_int_equal(universe.subdirs[0].n_records, 1);
	assert_int_equal(requests(place), 4); /* of noarch alone */
}

/* What conda 26.7 keeps in a database, by URL; its _private/shards/cache.py has the same table. */
static void the_shards_of_conda_are_used(void **state)
{
	struct place *place = *state;
	struct eg_conda_universe universe;
	void *sqlite = dlopen("libsqlite3.so.0", RTLD_NOW);

	if (!sqlite)
		skip();
	dlclose(sqlite);
	write_shards(place);
	write_text(place, "noarch/repodata.json", noarch);
	assert_int_equal(system(eg_strf(place->run.arena,
					"cd '%s/demo' && mkdir -p pkgs/cache && python3 -c \"import os, sqlite3;"
					" c = sqlite3.connect('pkgs/cache/repodata_shards.db');"
					" c.execute('CREATE TABLE shards (url TEXT PRIMARY KEY, package TEXT, shard BLOB, timestamp TIMESTAMP"
					" DEFAULT CURRENT_TIMESTAMP)');"
					" [c.execute('INSERT INTO shards (url, package, shard) VALUES (?, ?, ?)',"
					" ('http://127.0.0.1:%d/plain/demo/linux-64/shards/' + f, f, open('linux-64/shards/' + f, 'rb').read()))"
					" for f in os.listdir('linux-64/shards')]; c.commit()\" && rm -r linux-64/shards",
					place->dir, place->server.port)), 0);
	eg_vec_push(place->run.arena, &place->config.pkgs_dirs, eg_strf(place->run.arena, "%s/demo/pkgs", place->dir));
	assert_int_equal(load(place, "/plain", &universe), EG_OK);
	assert_int_equal(universe.subdirs[0].n_records, 2);
	write_text(place, "pkgs/cache/repodata_shards.db", "no database");
	assert_int_equal(load(place, "/plain", &universe), EG_OK); /* ours by now */
}

/* local_repodata_ttl: 0 asks always, 1 as the server says, more is a number of seconds. */
static void how_long_an_answer_holds(void **state)
{
	static const struct {
		const char *mode;
		int ttl;
		long asked; /* by the second run */
	} times[] = {{"/fresh", 1, 0}, {"/fresh", 0, 2}, {"/plain", 1, 2}, {"/plain", 600, 0}};
	struct place *place = *state;
	struct eg_conda_universe universe;

	write_text(place, "linux-64/repodata.json", monolith);
	write_text(place, "noarch/repodata.json", noarch);
	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
		place->config.repodata_ttl = times[i].ttl;
		place->run.refresh = true;
		assert_int_equal(load(place, times[i].mode, &universe), EG_OK);
		place->run.refresh = false;
		long before = requests(place);
		assert_int_equal(load(place, times[i].mode, &universe), EG_OK);
		assert_int_equal(requests(place) - before, times[i].asked);
	}
}

/* What mamba keeps below cache/shards, by hash; and conda's index of shards. */
static void the_shards_of_mamba_are_used(void **state)
{
	struct place *place = *state;
	struct eg_conda_universe universe;

	write_shards(place);
	write_text(place, "noarch/repodata.json", noarch);
	assert_int_equal(system(eg_strf(place->run.arena,
					"cd '%s/demo' && mkdir -p pkgs/cache && mv linux-64/shards pkgs/cache/shards", place->dir)), 0);
	assert_int_equal(load(place, "/plain", &universe), EG_NET); /* nobody has them */
	eg_recover(&place->run);
	eg_vec_push(place->run.arena, &place->config.pkgs_dirs, eg_strf(place->run.arena, "%s/demo/pkgs", place->dir));
	assert_int_equal(load(place, "/plain", &universe), EG_OK);
	assert_int_equal(universe.subdirs[0].n_records, 2);
}

static void servers_on_bad_days(void **state)
{
	static const struct {
		const char *mode, *says;
	} bad[] = {{"/t/tk-secret/403", "answered 403: credentials"}, {"/500", "answered 500"}, {"/404", "is no channel"},
		   {"/401", "answered 401: credentials"}};
	struct place *place = *state;
	struct eg_conda_universe universe;

	place->config.retries = 0;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(load(place, bad[i].mode, &universe), EG_NET);
		assert_non_null(strstr(place->run.error.message, bad[i].says));
		assert_null(strstr(place->run.error.message, "secret"));
		eg_recover(&place->run);
	}
	server_stop(&place->server);
	assert_int_equal(load(place, "/plain", &universe), EG_NET);
	assert_non_null(strstr(place->run.error.message, "cannot be reached"));
	const char *argv[] = {"channel.py", place->dir, NULL};
	place->server = server_start(argv);
}

/* A mirror answers where the channel itself does not. */
static void mirrors(void **state)
{
	struct place *place = *state;
	struct eg_conda_universe universe;
	struct eg_channel channel = {.name = "demo",
				     .url = eg_strf(place->run.arena, "http://127.0.0.1:%d/500/demo", place->server.port)};
	struct eg_strs names = {0};

	write_text(place, "linux-64/repodata.json", monolith);
	write_text(place, "noarch/repodata.json", noarch);
	eg_vec_push(place->run.arena, &names, "a");
	eg_vec_push(place->run.arena, &channel.mirrors,
		    eg_strf(place->run.arena, "http://127.0.0.1:%d/plain/demo", place->server.port));
	assert_int_equal(eg_conda_universe_load(&place->run, eg_cache_open(&place->run), NULL, &place->config, &channel, 1,
						&names, &universe), EG_OK);
	assert_int_equal(universe.subdirs[0].n_records, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(only_shards_that_are_reached, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_shard_that_lies, set_up, tear_down),
		cmocka_unit_test_setup_teardown(repodata_is_kept_and_asked_for_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_caches_of_conda_are_used, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_shards_of_conda_are_used, set_up, tear_down),
		cmocka_unit_test_setup_teardown(how_long_an_answer_holds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_shards_of_mamba_are_used, set_up, tear_down),
		cmocka_unit_test_setup_teardown(servers_on_bad_days, set_up, tear_down),
		cmocka_unit_test_setup_teardown(mirrors, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
