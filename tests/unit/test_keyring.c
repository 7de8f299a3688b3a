/* credentials from a keyring command */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "pip_place.h"
#include "python/keyring.h"

static struct eg_pip_request request;

static struct eg_keyring *keyring(struct place *place, const char *provider, const char *script)
{
	request = (struct eg_pip_request){.keyring_provider = provider};
	place_script(place, "bin/keyring", script);
	setenv("PATH", eg_strf(place->run.arena, "%s:/usr/bin:/bin", place_path(place, "bin")), 1);
	return eg_keyring_new(&place->run, &request, &interpreter);
}

static void the_command_is_asked_by_index_then_by_host(void **state)
{
	struct place *place = *state;
	const char *user, *password;
	struct eg_keyring *k = keyring(place, "subprocess",
		"#!/bin/sh\necho \"$@\" >> log\ncase \"$4\" in host.example) echo '{\"username\":\"u\",\"password\":\"p\"}';;"
		" *) exit 1;; esac\n");

	eg_vec_push(place->run.arena, &request.indexes, "https://other.example/simple");
	eg_vec_push(place->run.arena, &request.indexes, "https://host.example/a/simple");
	assert_true(eg_keyring_credentials(k, "https://host.example/a/simple/torch/", &user, &password));
	assert_string_equal(user, "u");
	assert_string_equal(password, "p");
	assert_true(eg_keyring_credentials(k, "https://host.example/a/simple/numpy/", &user, &password));
	assert_false(eg_keyring_credentials(k, "https://third.example/", &user, &password));
	char *log = eg_file_read_if(&place->run, "log", 10000, NULL);
	assert_string_equal(log, "--mode=creds --output=json get https://host.example/a/simple\n"
				 "--mode=creds --output=json get host.example\n"
				 "--mode=creds --output=json get third.example\n");
}

static void an_index_brings_its_own(void **state)
{
	struct place *place = *state;
	const char *user, *password;
	struct eg_keyring *k = keyring(place, "subprocess", "#!/bin/sh\n[ \"$5\" = me ] && echo '{\"username\":\"me\",\"password\":\"x\"}'\n");

	eg_vec_push(place->run.arena, &request.indexes, "https://a%40b:p%3A@host.example/simple");
	eg_vec_push(place->run.arena, &request.indexes, "https://me@second.example/simple");
	assert_true(eg_keyring_credentials(k, "https://host.example/simple/x", &user, &password));
	assert_string_equal(user, "a@b");
	assert_string_equal(password, "p:");
	assert_true(eg_keyring_credentials(k, "https://second.example/simple/x", &user, &password));
	assert_string_equal(password, "x");
}

static void a_keyring_that_fails_has_no_answer(void **state)
{
	static const char *const scripts[] = {"#!/bin/sh\nexit 3\n", "#!/bin/sh\necho nothing\n", "#!/bin/sh\necho '{}'\n",
					      "#!/nowhere/x\n", "#!/bin/sh\necho '{\"username\":1,\"password\":2}'\n"};
	struct place *place = *state;
	const char *user = NULL, *password = NULL;

	for (size_t i = 0; i < sizeof(scripts) / sizeof(*scripts); i++) {
		struct eg_keyring *k = keyring(place, "auto", scripts[i]);

		assert_false(eg_keyring_credentials(k, "https://host.example/", &user, &password));
		assert_int_equal(place->run.error.kind, EG_OK);
		assert_null(user);
	}
}

static void some_requests_ask_no_keyring(void **state)
{
	struct place *place = *state;

	assert_null(keyring(place, "disabled", "#!/bin/sh\n"));
	assert_null(keyring(place, "import", "#!/bin/sh\n"));
	assert_non_null(keyring(place, "auto", "#!/bin/sh\n"));
	request.no_input = true;
	assert_null(eg_keyring_new(&place->run, &request, &interpreter));
	request.keyring_provider = "subprocess";
	assert_non_null(eg_keyring_new(&place->run, &request, &interpreter));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_command_is_asked_by_index_then_by_host, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(an_index_brings_its_own, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(a_keyring_that_fails_has_no_answer, pip_set_up, pip_tear_down),
		cmocka_unit_test_setup_teardown(some_requests_ask_no_keyring, pip_set_up, pip_tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
