/* the policy's places and their order, which a scenario cannot reach: the system's file, and the day */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/stat.h>

#include "place.h"
#include "policy_find.h"
#include "strs.h"

static struct eg_policy policy;

static void find(struct place *place, const char *given)
{
	const struct eg_policy_search search = {
		.root = place->dir, .owner = getuid(), .given = given, .cwd = place_dir(place, "work/deep/er"),
		.prefix = place_dir(place, "work/env")};

	eg_policy_find(&place->run, &search, &policy);
}

static int set_up(void **state)
{
	int rc = place_set_up(state);
	struct place *place = *state;

	setenv("XDG_CONFIG_HOME", place_path(place, "config"), 1);
	unsetenv("ENVGUARD_POLICY");
	unsetenv("ENVGUARD_ON_ERROR");
	unsetenv("ENVGUARD_TIMEOUT");
	return rc;
}

static void without_any_the_defaults_hold(void **state)
{
	find(*state, NULL);
	assert_int_equal(policy.values.on_error, EG_ON_ERROR_WARN);
	assert_int_equal(policy.values.bypass, EG_BYPASS_ALLOWED);
	assert_int_equal(policy.values.budget_seconds, 10);
	assert_int_equal(policy.sources.n, 0);
	assert_null(policy.sha256);
}

static void all_places_in_their_order(void **state)
{
	struct place *place = *state;

	place_file(place, "etc/envguard/policy.json", "{\"budget_seconds\": 1, \"trust\": [\"*/work\", \"*/env\"]}");
	place_file(place, "config/envguard/policy.json", "{\"budget_seconds\": 2}");
	place_file(place, "work/envguard.json", "{\"budget_seconds\": 3}");
	place_file(place, "work/env/envguard.json", "{\"budget_seconds\": 4}");
	find(place, NULL);
	assert_int_equal(policy.errors.n, 0);
	assert_int_equal(policy.sources.n, 4);
	assert_int_equal(policy.values.budget_seconds, 4);
	find(place, place_file(place, "given.json", "{\"budget_seconds\": 5}"));
	assert_int_equal(policy.values.budget_seconds, 5);
	setenv("ENVGUARD_TIMEOUT", "6", 1);
	find(place, place_path(place, "given.json"));
	assert_int_equal(policy.values.budget_seconds, 6);
	assert_int_equal(strlen(policy.sha256), 64);
}

static void what_is_enforced_stays(void **state)
{
	struct place *place = *state;

	place_file(place, "etc/envguard/policy.json",
		   "{\"enforce\": [\"*\"], \"on_error\": \"block\", \"bypass\": \"needs-reason\", \"rules\": {\"numpy-abi\": \"block\"}}");
	place_file(place, "config/envguard/policy.json",
		   "{\"on_error\": \"allow\", \"bypass\": \"forbidden\", \"rules\": {\"*\": \"off\"},"
		   " \"exceptions\": [{\"rule\": \"*\", \"owner\": \"me\", \"reason\": \"r\", \"expires\": \"2099-01-01\"}]}");
	setenv("ENVGUARD_ON_ERROR", "warn", 1);
	find(place, NULL);
	assert_int_equal(policy.values.on_error, EG_ON_ERROR_BLOCK);
	assert_int_equal(policy.values.bypass, EG_BYPASS_FORBIDDEN); /* stricter is welcome */
	assert_int_equal(policy.values.exceptions.n, 0);
	assert_int_equal(eg_policy_level_of(&policy, "numpy-abi", false, EG_WARN, NULL), EG_BLOCK);
	assert_int_equal(eg_policy_level_of(&policy, "variant-changed", false, EG_BLOCK, NULL), EG_BLOCK);
	assert_true(policy.refused.n >= 4);
}

static void one_rule_can_be_enforced_alone(void **state)
{
	struct place *place = *state;

	place_file(place, "etc/envguard/policy.json", "{\"enforce\": [\"rules.numpy-abi\"]}");
	place_file(place, "config/envguard/policy.json", "{\"rules\": {\"numpy-abi\": \"off\", \"version-moved\": \"off\"},"
		   " \"exceptions\": [{\"rule\": \"numpy-abi\", \"owner\": \"me\", \"reason\": \"r\", \"expires\": \"2099-01-01\"},"
		   " {\"rule\": \"version-moved\", \"owner\": \"me\", \"reason\": \"r\", \"expires\": \"2099-01-01\"}]}");
	find(place, NULL);
	assert_int_equal(eg_policy_level_of(&policy, "numpy-abi", false, EG_WARN, NULL), EG_WARN);
	assert_int_equal(eg_policy_level_of(&policy, "version-moved", false, EG_WARN, NULL), EG_OFF);
	assert_int_equal(policy.values.exceptions.n, 1);
	assert_int_equal(policy.refused.n, 2);
}

/* A project's file and an environment's: stricter is welcome, looser is not. */
static void folders_only_tighten(void **state)
{
	struct place *place = *state;

	place_file(place, "config/envguard/policy.json",
		   "{\"indexes\": {\"allow\": [\"https://a.example\", \"https://b.example\"]}, \"on_error\": \"warn\"}");
	place_file(place, "work/envguard.json",
		   "{\"indexes\": {\"allow\": [\"https://b.example\"]}, \"on_error\": \"allow\", \"bypass\": \"forbidden\","
		   " \"rules\": {\"variant-changed\": \"warn\", \"numpy-abi\": \"block\"},"
		   " \"protect\": [{\"package\": \"torch\", \"present\": true}], \"keys\": {\"me\": \"RWQ\"}}");
	find(place, NULL);
	assert_int_equal(policy.values.indexes.n, 2);
	assert_int_equal(policy.values.on_error, EG_ON_ERROR_WARN);
	assert_int_equal(policy.values.bypass, EG_BYPASS_FORBIDDEN);
	assert_int_equal(policy.values.protect.n, 1);
	assert_int_equal(policy.values.keys.n, 0);
	assert_int_equal(eg_policy_level_of(&policy, "variant-changed", false, EG_BLOCK, NULL), EG_BLOCK);
	assert_int_equal(eg_policy_level_of(&policy, "variant-changed", true, EG_INFO, NULL), EG_WARN);
	assert_int_equal(eg_policy_level_of(&policy, "numpy-abi", false, EG_WARN, NULL), EG_BLOCK);
	assert_int_equal(policy.refused.n, 3);
}

static void assert_not_in_force(struct place *place, const char *part)
{
	find(place, NULL);
	assert_int_equal(policy.errors.n, 1);
	assert_non_null(strstr(policy.errors.v[0].text, part));
	assert_int_equal(policy.values.on_error, EG_ON_ERROR_WARN);
}

static void the_system_s_file_is_the_system_s_alone(void **state)
{
	struct place *place = *state;
	const char *path = place_file(place, "etc/envguard/policy.json", "{\"on_error\": \"block\"}");
	const struct eg_policy_search search = {.root = place->dir, .owner = getuid() + 1};

	chmod(path, 0664);
	assert_not_in_force(place, "others than its owner");
	chmod(path, 0644);
	chmod(place_path(place, "etc/envguard"), 0777);
	assert_not_in_force(place, "others than its owner");
	chmod(place_path(place, "etc/envguard"), 0755);
	find(place, NULL);
	assert_int_equal(policy.values.on_error, EG_ON_ERROR_BLOCK);
	eg_policy_find(&place->run, &search, &policy);
	assert_int_equal(policy.errors.n, getuid() == 0 ? 0 : 1);
}

static void one_that_others_can_write_is_not_the_user_s(void **state)
{
	chmod(place_file(*state, "config/envguard/policy.json", "{\"on_error\": \"block\"}"), 0666);
	assert_not_in_force(*state, "others than its owner");
}

static void a_broken_one_leaves_the_rest_in_force(void **state)
{
	struct place *place = *state;
	char *huge = eg_alloc(place->run.arena, 2 << 20);

	memset(huge, ' ', (2 << 20) - 1);
	place_file(place, "etc/envguard/policy.json", "{\"bypass\": \"forbidden\"}");
	place_file(place, "config/envguard/policy.json", huge);
	assert_not_in_force(place, "config/envguard/policy.json");
	assert_int_equal(policy.values.bypass, EG_BYPASS_FORBIDDEN);
}

static void what_a_file_extends_comes_first(void **state)
{
	struct place *place = *state;

	place_file(place, "config/envguard/a.json", "{\"budget_seconds\": 1, \"on_error\": \"block\", \"extends\": [\"sub/b.json\"]}");
	place_file(place, "config/envguard/sub/b.json", "{\"budget_seconds\": 2, \"bypass\": \"forbidden\"}");
	place_file(place, "config/envguard/policy.json", "{\"budget_seconds\": 3, \"extends\": [{\"from\": \"a.json\"}]}");
	find(place, NULL);
	assert_int_equal(policy.errors.n, 0);
	assert_int_equal(policy.values.budget_seconds, 3);
	assert_int_equal(policy.values.on_error, EG_ON_ERROR_BLOCK);
	assert_int_equal(policy.values.bypass, EG_BYPASS_FORBIDDEN);
	assert_int_equal(policy.sources.n, 3);
	place_file(place, "config/envguard/sub/b.json", "{\"extends\": [\"../a.json\"]}");
	assert_not_in_force(place, "extends itself");
}

/* A copy in a user's cache must not decide what the system says. */
static void the_system_s_file_fetches_only_what_is_sealed(void **state)
{
	place_file(*state, "etc/envguard/policy.json", "{\"extends\": [\"https://127.0.0.1:1/policy.json\"]}");
	assert_not_in_force(*state, "must say its sha256");
	place_file(*state, "etc/envguard/policy.json", "{\"extends\": [{\"from\": \"http://127.0.0.1:1/p.json\", \"signed_by\": \"me\"}]}");
	assert_not_in_force(*state, "no https address");
}

static void days_are_counted(void **state)
{
	(void)state;
	assert_int_equal(eg_days_until("2026-11-26", "2026-11-26"), 0);
	assert_int_equal(eg_days_until("2026-12-31", "2027-01-01"), 1);
	assert_int_equal(eg_days_until("2028-02-28", "2028-03-01"), 2);
	assert_int_equal(eg_days_until("2027-02-28", "2027-03-01"), 1);
	assert_int_equal(eg_days_until("2027-03-01", "2026-03-01"), -365);
}

/* numpy under torch 2.2, on DAY; the remarks into *ret. */
static enum eg_verdict judged_on(struct place *place, const char *day, struct eg_strs *ret)
{
	struct eg_package torch = {.name = "torch", .version = "2.4.1+cu121"};
	struct eg_package *list[] = {&torch};
	struct eg_change change = {.action = EG_REMOVE, .from = &torch};
	struct eg_plan plan = {.tool = "pip", .changes = &change, .n_changes = 1, .before = list, .n_before = 1};
	const struct eg_host host = {.platform = "linux-64"};
	const struct eg_terms terms = {.policy = &policy, .today = day, .remarks = ret};
	struct eg_judgement judgement;

	eg_judge(&place->run, &plan, &host, &terms, &judgement);
	return judgement.verdict;
}

static void an_exception_ends_by_its_day(void **state)
{
	struct place *place = *state;
	struct eg_strs remarks = {0};

	place_file(place, "config/envguard/policy.json",
		   "{\"exceptions\": [{\"rule\": \"framework-removed\", \"owner\": \"ops\", \"reason\": \"r\", \"expires\": \"2026-11-26\"}]}");
	find(place, NULL);
	assert_int_equal(judged_on(place, "2026-11-01", &remarks), EG_ALLOW);
	assert_int_equal(remarks.n, 0);
	assert_int_equal(judged_on(place, "2026-11-20", &remarks), EG_ALLOW);
	assert_non_null(strstr(remarks.v[0], "ends in 6 days"));
	remarks.n = 0;
	assert_int_equal(judged_on(place, "2026-11-26", &remarks), EG_ALLOW);
	assert_non_null(strstr(remarks.v[0], "ends today"));
	remarks.n = 0;
	assert_int_equal(judged_on(place, "2026-11-27", &remarks), EG_VERDICT_BLOCK);
	assert_non_null(strstr(remarks.v[0], "ended on 2026-11-26"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, place_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_any_the_defaults_hold),
		TEST(all_places_in_their_order),
		TEST(what_is_enforced_stays),
		TEST(one_rule_can_be_enforced_alone),
		TEST(folders_only_tighten),
		TEST(the_system_s_file_is_the_system_s_alone),
		TEST(one_that_others_can_write_is_not_the_user_s),
		TEST(a_broken_one_leaves_the_rest_in_force),
		TEST(what_a_file_extends_comes_first),
		TEST(the_system_s_file_fetches_only_what_is_sealed),
		TEST(days_are_counted),
		TEST(an_exception_ends_by_its_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
