/* credentials, proxies and certificates, against a real server on this machine */
#include "fetching.h"
#include "mirrors.h"

static void credentials_stay_on_their_host(void **state)
{
	struct place *place = *state;
	struct eg_arena *arena = place->run.arena;
	const char *other = eg_strf(arena, "to/http://localhost:%d/echo", web.port);
	const char *same = eg_strf(arena, "to/http://127.0.0.1:%d/echo", web.port);
	const char *with = eg_strf(arena, "http://user:p%%40ss@127.0.0.1:%d/", web.port);
	const struct eg_response *r;

	r = get_as(place, NULL, (struct eg_job){.url = eg_strf(arena, "%secho", with)});
	assert_non_null(strstr(r->body, "authorization: Basic dXNlcjpwQHNz\n"));
	assert_null(strstr(r->url, "user"));
	r = get_as(place, NULL, (struct eg_job){.url = eg_strf(arena, "%s%s", with, same)});
	assert_non_null(strstr(r->body, "authorization: Basic dXNlcjpwQHNz\n"));
	r = get_as(place, NULL, (struct eg_job){.url = eg_strf(arena, "%s%s", with, other)});
	assert_memory_equal(r->body, "GET /echo\n", 10);
	assert_null(strstr(r->body, "authorization"));
	r = get_as(place, NULL, (struct eg_job){.url = eg_strf(arena, "%struncated", with)});
	assert_int_equal(r->kind, EG_NET);
	assert_null(strstr(r->error, "user"));
	assert_null(strstr(r->error, "ss@"));
	r = get_as(place, NULL, (struct eg_job){.url = eg_strf(arena, "%sloop", with)});
	assert_null(strstr(r->error, "user"));
}

static bool tell(void *ctx, const char *url, const char **ret_user, const char **ret_password)
{
	int *asked = ctx;

	assert_null(strchr(url, '@'));
	++*asked;
	*ret_user = "user";
	*ret_password = *asked < 100 ? "p@ss" : "wrong";
	return *asked < 1000;
}

static void credentials_come_from_where_pip_has_them(void **state)
{
	struct place *place = *state;
	int asked = 0;
	struct eg_fetch_options ask = {.credentials = tell, .credentials_ctx = &asked}, netrc = {.netrc = true};
	struct eg_job job = {.url = url_of(place, "private")};

	assert_int_equal(get_as(place, NULL, job)->status, 401);
	assert_string_equal(get_as(place, &ask, job)->body, "secret");
	assert_int_equal(asked, 1);
	asked = 500;
	assert_int_equal(get_as(place, &ask, job)->status, 401); /* wrong ones */
	assert_int_equal(asked, 501);
	asked = 5000;
	assert_int_equal(get_as(place, &ask, job)->status, 401); /* none */
	assert_int_equal(asked, 5001);

	static const char text[] = "machine 127.0.0.1 login user password p@ss\n";
	char *file = eg_path_join(place->run.arena, place->dir, ".netrc");
	assert_int_equal(eg_file_write(&place->run, file, text, sizeof(text) - 1, 0600), EG_OK);
	assert_int_equal(get_as(place, NULL, job)->status, 401);
	assert_string_equal(get_as(place, &netrc, job)->body, "secret");
	char *moved = eg_path_join(place->run.arena, place->dir, "other");
	assert_int_equal(rename(file, moved), 0);
	assert_int_equal(get_as(place, &netrc, job)->status, 401);
	setenv("NETRC", moved, 1);
	assert_string_equal(get_as(place, &netrc, job)->body, "secret");
}

static void credentials_of_a_host_are_shared_and_asked_once(void **state)
{
	struct place *place = *state;
	int asked = 0;
	struct eg_fetch_options ask = {.credentials = tell, .credentials_ctx = &asked};
	struct eg_job jobs[100];
	struct seen seen[100] = {0};

	for (size_t i = 0; i < 100; i++)
		jobs[i] = (struct eg_job){.url = url_of(place, "private")};
	get_all(place, &ask, jobs, 100, seen);
	assert_int_equal(asked, 1);
	for (size_t i = 0; i < 100; i++)
		assert_string_equal(seen[i].r.body, "secret");
	forget(seen, 100);

	struct eg_fetch *fetch = eg_fetch_new(&place->run, &(struct eg_fetch_options){0});
	struct seen two[2] = {0};
	char *with = eg_strf(place->run.arena, "http://user:p%%40ss@127.0.0.1:%d/hello", web.port);
	eg_fetch_add(fetch, &(struct eg_job){.url = with, .done = see, .ctx = &two[0]});
	assert_int_equal(eg_fetch_run(fetch), EG_OK);
	eg_fetch_add(fetch, &(struct eg_job){.url = url_of(place, "private"), .done = see, .ctx = &two[1]});
	assert_int_equal(eg_fetch_run(fetch), EG_OK);
	assert_string_equal(two[1].r.body, "secret");
	forget(two, 2);
	eg_fetch_free(fetch);
}

/* What is meant for the public address never reaches the mirror, nor the other way round. */
static void mirrors_have_credentials_of_their_own(void **state)
{
	struct place *place = *state;
	struct eg_arena *arena = place->run.arena;
	const char *pairs = eg_strf(arena, "http://index.example.org/whl=http://user:p%%40ss@127.0.0.1:%d/ "
				    "http://plain.example.org=http://127.0.0.1:%d http://dead.example.org=http://x:y@127.0.0.1:1",
				    web.port, web.port);
	const struct eg_response *r;

	assert_int_equal(eg_mirrors_add(&place->run, pairs), EG_OK);
	r = get_as(place, NULL, (struct eg_job){.url = "http://me:secret@index.example.org/whl/echo"});
	assert_non_null(strstr(r->body, "authorization: Basic dXNlcjpwQHNz\n"));
	assert_null(strstr(r->url, "@"));
	r = get_as(place, NULL, (struct eg_job){.url = "http://me:secret@plain.example.org/echo"});
	assert_memory_equal(r->body, "GET /echo\n", 10);
	assert_null(strstr(r->body, "authorization"));
	r = get_as(place, NULL, (struct eg_job){.url = "http://me:secret@dead.example.org/echo"});
	assert_non_null(strstr(r->error, "'http://dead.example.org/echo' from its mirror 'http://127.0.0.1:1/echo'"));
}

static void proxies_are_used(void **state)
{
	struct place *place = *state;
	char *proxy = eg_strf(place->run.arena, "http://127.0.0.1:%d", web.port);
	struct eg_fetch_options options = {.proxy = proxy};
	struct eg_job job = {.url = "http://nowhere.example.org/echo"};

	assert_non_null(strstr(get_as(place, &options, job)->body, "host: nowhere.example.org\n"));
	setenv("HTTP_PROXY", proxy, 1);
	assert_non_null(strstr(get_as(place, NULL, job)->body, "host: nowhere.example.org\n"));
	setenv("no_proxy", "example.org", 1);
	assert_int_equal(get_as(place, NULL, job)->kind, EG_NET);
	assert_non_null(strstr(get_as(place, &options, job)->body, "host: nowhere.example.org\n"));
	options.proxy = "http://user:secret@127.0.0.1:1/";
	assert_null(strstr(get_as(place, &options, job)->error, "secret"));
	options.proxy = "odd://user:secret@127.0.0.1:1/";
	assert_null(strstr(get_as(place, &options, job)->error, "secret"));
}

static void make_certificate(struct place *place, const char *name)
{
	char *command = eg_strf(
		place->run.arena,
		"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost "
		"-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout %s/%s.key -out %s/%s.pem 2>/dev/null",
		place->dir, name, place->dir, name);
	assert_int_equal(system(command), 0);
}

static void certificates_are_verified(void **state)
{
	struct place *place = *state;
	struct eg_arena *arena = place->run.arena;

	if (system("openssl version >/dev/null 2>&1")) {
		print_message("openssl is not installed\n");
		skip();
	}
	make_certificate(place, "server");
	make_certificate(place, "other");
	char *pem = eg_strf(arena, "%s/server.pem", place->dir), *key = eg_strf(arena, "%s/server.key", place->dir);
	struct server tls = server_start((const char *const[]){"web.py", pem, key, NULL});
	char *port = eg_strf(arena, "127.0.0.1:%d", tls.port);
	struct eg_job job = {.url = eg_strf(arena, "https://user:secret@%s/hello", port)};
	struct eg_fetch_options bundle = {.ca_bundle = pem},
				other = {.ca_bundle = eg_strf(arena, "%s/other.pem", place->dir)};
	struct eg_fetch_options host = {.trusted_hosts = (const char *const[]){"elsewhere", "127.0.0.1", NULL}};
	struct eg_fetch_options with_port = {.trusted_hosts = (const char *const[]){port, NULL}};
	struct eg_fetch_options wrong_port = {.trusted_hosts = (const char *const[]){"127.0.0.1:1", NULL}};
	struct eg_fetch_options missing = {.ca_bundle = "/no/such/bundle.pem"};

	const struct eg_response *r = get_as(place, NULL, job);
	assert_int_equal(r->kind, EG_NET);
	assert_non_null(
		strstr(r->error, eg_strf(arena, "'https://%s/hello': the server's certificate does not verify", port)));
	assert_null(strstr(r->error, "secret"));
	assert_int_equal(get_as(place, &other, job)->kind, EG_NET);
	assert_int_equal(get_as(place, &wrong_port, job)->kind, EG_NET);
	assert_non_null(strstr(get_as(place, &missing, job)->error, "the CA bundle cannot be used"));
	assert_int_equal(get_as(place, &bundle, job)->status, 200);
	assert_int_equal(get_as(place, &host, job)->status, 200);
	assert_int_equal(get_as(place, &with_port, job)->status, 200);
	char *dir = eg_path_join(arena, place->dir, "hashed");
	assert_int_equal(eg_mkdirs(&place->run, dir), EG_OK);
	assert_int_equal(system(eg_strf(arena, "cp '%s' '%s' && openssl rehash '%s'", pem, dir, dir)), 0);
	bundle.ca_bundle = dir;
	assert_int_equal(get_as(place, &bundle, job)->status, 200);
	bundle.ca_bundle = pem;
	setenv("SSL_CERT_FILE", pem, 1);
	assert_int_equal(get_as(place, NULL, job)->status, 200);
	unsetenv("SSL_CERT_FILE");

	/* a downgrade is refused; what is trusted for one host is not for the one it redirects to */
	job.url = eg_strf(arena, "https://%s/to/http://localhost:%d/hello", port, web.port);
	assert_non_null(strstr(get_as(place, &bundle, job)->error, "redirected from https to 'http://localhost"));
	job.url = eg_strf(arena, "https://%s/to/https://localhost:%d/hello", port, tls.port);
	assert_non_null(strstr(get_as(place, &host, job)->error, "does not verify"));
	assert_int_equal(get_as(place, &bundle, job)->status, 200);
	server_stop(&tls);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(credentials_stay_on_their_host),
		TEST(credentials_come_from_where_pip_has_them),
		TEST(credentials_of_a_host_are_shared_and_asked_once),
		TEST(mirrors_have_credentials_of_their_own),
		TEST(proxies_are_used),
		TEST(certificates_are_verified),
	};
	return cmocka_run_group_tests(tests, start_server, stop_server);
}
