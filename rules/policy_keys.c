#include "policy_keys.h"

#include <fnmatch.h>
#include <stddef.h>

#include "doctor.h"
#include "strs.h"

#define FIELDS(list) list, sizeof(list) / sizeof(*(list))

const char *const eg_policy_level_words[] = {"off", "info", "warn", "block", NULL};
static const char *const on_error_words[] = {"allow", "warn", "block", NULL};
static const char *const bypass_words[] = {"allowed", "needs-reason", "forbidden", NULL};

static const struct eg_policy_field protection_fields[] = {
	{.key = "package", .type = EG_POLICY_TEXT, .offset = offsetof(struct eg_policy_protection, package),
	 .required = true, .help = "names, with * and ?; torch also stands for conda's pytorch"},
	{.key = "variant", .type = EG_POLICY_TEXT, .offset = offsetof(struct eg_policy_protection, variant),
	 .help = "\"same\": the build stays for what it is built for; else a pattern that it must match: \"cu12*\""},
	{.key = "version", .type = EG_POLICY_TEXT, .offset = offsetof(struct eg_policy_protection, version),
	 .help = "\"same\", or the one version"},
	{.key = "range", .type = EG_POLICY_RANGE, .offset = offsetof(struct eg_policy_protection, range),
	 .help = "versions that are allowed, as for pip: \">=2.4,<2.6\""},
	{.key = "present", .type = EG_POLICY_TRUTH, .offset = offsetof(struct eg_policy_protection, present),
	 .help = "must not be removed"},
	{.key = "level", .type = EG_POLICY_WORD, .offset = offsetof(struct eg_policy_protection, level),
	 .words = eg_policy_level_words, .standard = EG_BLOCK, .help = "how grave it is"},
	{.key = "reason", .type = EG_POLICY_TEXT, .offset = offsetof(struct eg_policy_protection, reason),
	 .help = "stands in the report"},
};
static const struct eg_policy_shape protection = {
	sizeof(struct eg_policy_protection), FIELDS(protection_fields), "variant version range present"};

static const struct eg_policy_field until_fields[] = {
	{.key = "driver", .type = EG_POLICY_RANGE, .offset = offsetof(struct eg_policy_until, driver),
	 .help = "the NVIDIA driver is one of these: \">=580\""},
	{.key = "cuda", .type = EG_POLICY_RANGE, .offset = offsetof(struct eg_policy_until, cuda),
	 .help = "the driver runs one of these: \">=13.0\""},
	{.key = "package", .type = EG_POLICY_NEEDS, .offset = offsetof(struct eg_policy_until, package),
	 .help = "the environment has it: \"torch>=2.6\""},
};
static const struct eg_policy_shape until = {
	sizeof(struct eg_policy_until), FIELDS(until_fields), "driver cuda package"};

static const struct eg_policy_field exception_fields[] = {
	{.key = "rule", .type = EG_POLICY_TEXT, .offset = offsetof(struct eg_policy_exception, rule), .required = true,
	 .help = "the rule that does not hold; 'envguard rules' lists them"},
	{.key = "package", .type = EG_POLICY_TEXT, .offset = offsetof(struct eg_policy_exception, package),
	 .help = "… for these packages only, with * and ?"},
	{.key = "environment", .type = EG_POLICY_TEXT, .offset = offsetof(struct eg_policy_exception, environment),
	 .help = "… in these folders only, with * and ?"},
	{.key = "reason", .type = EG_POLICY_TEXT, .offset = offsetof(struct eg_policy_exception, reason),
	 .required = true, .help = "why, for the report"},
	{.key = "owner", .type = EG_POLICY_TEXT, .offset = offsetof(struct eg_policy_exception, owner), .required = true,
	 .help = "who answers for it"},
	{.key = "expires", .type = EG_POLICY_DATE, .offset = offsetof(struct eg_policy_exception, expires),
	 .help = "its last day"},
	{.key = "until", .type = EG_POLICY_OBJECT, .offset = offsetof(struct eg_policy_exception, until), .shape = &until,
	 .help = "it is over as soon as any of this holds"},
};
static const struct eg_policy_shape exception = {
	sizeof(struct eg_policy_exception), FIELDS(exception_fields), "expires until"};

static const struct eg_policy_field source_fields[] = {
	{.key = "allow", .type = EG_POLICY_TEXTS, .offset = offsetof(struct eg_policy_sources, allow),
	 .help = "only these: addresses (and all below them) or names, with * and ?"},
	{.key = "forbid", .type = EG_POLICY_TEXTS, .offset = offsetof(struct eg_policy_sources, forbid),
	 .help = "none of these"},
};
static const struct eg_policy_shape sources = {
	sizeof(struct eg_policy_sources), FIELDS(source_fields), "allow forbid"};

static const struct eg_policy_field host_fields[] = {
	{.key = "driver", .type = EG_POLICY_RANGE, .offset = offsetof(struct eg_policy_host, driver),
	 .help = "the NVIDIA driver, where there is one"},
	{.key = "cuda", .type = EG_POLICY_RANGE, .offset = offsetof(struct eg_policy_host, cuda),
	 .help = "the newest CUDA that the driver runs"},
	{.key = "glibc", .type = EG_POLICY_RANGE, .offset = offsetof(struct eg_policy_host, glibc), .help = "the C library"},
	{.key = "compute_capability", .type = EG_POLICY_RANGE,
	 .offset = offsetof(struct eg_policy_host, compute_capability), .help = "of every GPU"},
	{.key = "gpus", .type = EG_POLICY_COUNT, .offset = offsetof(struct eg_policy_host, gpus), .min = 0, .max = 256,
	 .help = "at least so many"},
	{.key = "level", .type = EG_POLICY_WORD, .offset = offsetof(struct eg_policy_host, level),
	 .words = eg_policy_level_words, .standard = EG_WARN, .help = "how grave it is"},
	{.key = "reason", .type = EG_POLICY_TEXT, .offset = offsetof(struct eg_policy_host, reason),
	 .help = "stands in the report"},
};
static const struct eg_policy_shape host = {
	sizeof(struct eg_policy_host), FIELDS(host_fields), "driver cuda glibc compute_capability gpus"};

static const struct eg_policy_field audit_fields[] = {
	{.key = "file", .type = EG_POLICY_TEXT, .offset = offsetof(struct eg_policy_audit, file),
	 .help = "a line of JSON for each judged transaction; ~ is the user's home"},
	{.key = "max_mib", .type = EG_POLICY_COUNT, .offset = offsetof(struct eg_policy_audit, max_mib), .min = 1,
	 .max = 1024, .standard = 10, .help = "the file is put aside above this size"},
	{.key = "keep", .type = EG_POLICY_COUNT, .offset = offsetof(struct eg_policy_audit, keep), .min = 0, .max = 100,
	 .standard = 5, .help = "files that were put aside: FILE.1 is the newest"},
	{.key = "syslog", .type = EG_POLICY_TRUTH, .offset = offsetof(struct eg_policy_audit, syslog),
	 .help = "the same line to syslog or the journal"},
	{.key = "collector", .type = EG_POLICY_HTTPS, .offset = offsetof(struct eg_policy_audit, collector),
	 .help = "lines are posted there, many at once, by a process apart"},
	{.key = "token_file", .type = EG_POLICY_TEXT, .offset = offsetof(struct eg_policy_audit, token_file),
	 .help = "a file with the collector's bearer token"},
};
static const struct eg_policy_shape audit = {
	sizeof(struct eg_policy_audit), FIELDS(audit_fields), "file syslog collector"};

static const struct eg_policy_field base_fields[] = {
	{.key = "from", .type = EG_POLICY_TEXT, .offset = offsetof(struct eg_policy_base, from), .required = true,
	 .help = "a file, relative to this one, or an https URL"},
	{.key = "sha256", .type = EG_POLICY_DIGEST, .offset = offsetof(struct eg_policy_base, sha256),
	 .help = "its checksum"},
	{.key = "signed_by", .type = EG_POLICY_TEXT, .offset = offsetof(struct eg_policy_base, signed_by),
	 .help = "whose signature FROM.minisig must be: a name among the keys"},
	{.key = "refresh_hours", .type = EG_POLICY_COUNT, .offset = offsetof(struct eg_policy_base, refresh_hours),
	 .min = 0, .max = 8760, .standard = 24, .help = "how long a fetched copy is not asked for again"},
	{.key = "grace_days", .type = EG_POLICY_COUNT, .offset = offsetof(struct eg_policy_base, grace_days), .min = 0,
	 .max = 365, .standard = 7, .help = "how long it holds where the server cannot be reached"},
};
static const struct eg_policy_shape base = {sizeof(struct eg_policy_base), FIELDS(base_fields), NULL};

#define VALUE(field) offsetof(struct eg_policy_values, field)

const struct eg_policy_key eg_policy_keys[EG_N_POLICY_KEYS] = {
	{{.key = "$schema", .type = EG_POLICY_TEXT, .offset = VALUE(schema), .help = "for editors"}, EG_MERGE_NONE},
	{{.key = "about", .type = EG_POLICY_TEXT, .offset = VALUE(about), .help = "whose policy it is, for people"},
	 EG_MERGE_NONE},
	{{.key = "minimum_envguard", .type = EG_POLICY_RELEASE, .offset = VALUE(minimum_envguard),
	  .help = "the oldest envguard that understands this file"}, EG_MERGE_RELEASE},
	{{.key = "extends", .type = EG_POLICY_LIST, .offset = VALUE(extends), .shape = &base, .brief = true,
	  .help = "policies that this one builds on: files or https URLs"}, EG_MERGE_NONE},
	{{.key = "enforce", .type = EG_POLICY_TEXTS, .offset = VALUE(enforce),
	  .help = "keys that no later file may loosen: \"on_error\", \"rules\", \"rules.numpy-abi\", \"*\""}, EG_MERGE_ADD},
	{{.key = "trust", .type = EG_POLICY_TEXTS, .offset = VALUE(trust),
	  .help = "folders whose own policy may also loosen, with * and ?; others may only tighten"}, EG_MERGE_OWNER},
	{{.key = "rules", .type = EG_POLICY_LEVELS, .offset = VALUE(rules),
	  .help = "the level of what a rule finds, also with * in its name; 'envguard rules' lists them"},
	 EG_MERGE_LEVELS},
	{{.key = "protect", .type = EG_POLICY_LIST, .offset = VALUE(protect), .shape = &protection,
	  .help = "packages, and what must not change about them"}, EG_MERGE_ADD},
	{{.key = "exceptions", .type = EG_POLICY_LIST, .offset = VALUE(exceptions), .shape = &exception,
	  .help = "findings that are let pass: by whom, why and until when"}, EG_MERGE_LOOSENS},
	{{.key = "indexes", .type = EG_POLICY_OBJECT, .offset = VALUE(indexes), .shape = &sources,
	  .help = "package indexes that Python packages may come from"}, EG_MERGE_NARROW},
	{{.key = "channels", .type = EG_POLICY_OBJECT, .offset = VALUE(channels), .shape = &sources,
	  .help = "channels that conda packages may come from"}, EG_MERGE_NARROW},
	{{.key = "host", .type = EG_POLICY_OBJECT, .offset = VALUE(host), .shape = &host,
	  .help = "what a machine must be to be given a GPU framework"}, EG_MERGE_NARROW},
	{{.key = "on_error", .type = EG_POLICY_WORD, .offset = VALUE(on_error), .words = on_error_words,
	  .standard = EG_ON_ERROR_WARN,
	  .help = "what becomes of a command that could not be judged: let through, silently or with a line, or blocked"},
	 EG_MERGE_ORDER},
	{{.key = "budget_seconds", .type = EG_POLICY_COUNT, .offset = VALUE(budget_seconds), .min = 1, .max = 3600,
	  .standard = 10, .help = "time for a judgement; then on_error holds"}, EG_MERGE_ORDER},
	{{.key = "bypass", .type = EG_POLICY_WORD, .offset = VALUE(bypass), .words = bypass_words,
	  .standard = EG_BYPASS_ALLOWED, .help = "may a user go on in spite of a block (ENVGUARD_ALLOW, ENVGUARD=off)?"},
	 EG_MERGE_ORDER},
	{{.key = "audit", .type = EG_POLICY_OBJECT, .offset = VALUE(audit), .shape = &audit,
	  .help = "where each judged transaction is written down"}, EG_MERGE_TRUSTED},
	{{.key = "mirrors", .type = EG_POLICY_PAIRS, .offset = VALUE(mirrors),
	  .help = "indexes and channels that are fetched from elsewhere: public address → mirror"}, EG_MERGE_LOOSENS},
	{{.key = "keys", .type = EG_POLICY_PAIRS, .offset = VALUE(keys),
	  .help = "minisign public keys of those whose signature counts: name → key"}, EG_MERGE_OWNER},
};

int eg_policy_key_of(const char *key)
{
	for (int i = 0; i < EG_N_POLICY_KEYS; i++)
		if (!strcmp(eg_policy_keys[i].field.key, key))
			return i;
	return -1;
}

struct eg_strs eg_policy_rule_ids(struct eg_arena *arena)
{
	struct eg_strs ids = {0};

	for (size_t i = 0; eg_rules[i]; i++)
		eg_vec_push(arena, &ids, eg_rules[i]->id);
	for (size_t i = 0; eg_checks[i]; i++)
		if (!eg_strs_has(&ids, eg_checks[i]->id))
			eg_vec_push(arena, &ids, eg_checks[i]->id);
	return ids;
}

bool eg_is_glob(const char *text)
{
	return strpbrk(text, "*?[") != NULL;
}

bool eg_glob_matches(const char *pattern, const char *text)
{
	return !pattern || !fnmatch(pattern, text, 0);
}

/* Letters to change, add or leave out that lead from A to B (Levenshtein), up to LIMIT. */
static size_t distance(const char *a, const char *b, size_t limit)
{
	enum { LONGEST = 40 };
	size_t n = strlen(a), m = strlen(b), row[LONGEST + 1];

	if (n > LONGEST || m > LONGEST)
		return limit;
	for (size_t k = 0; k <= m; k++)
		row[k] = k;
	for (size_t i = 1; i <= n; i++) {
		size_t corner = row[0];
		row[0] = i;
		for (size_t k = 1; k <= m; k++) {
			size_t best = corner + (a[i - 1] != b[k - 1]);
			corner = row[k];
			best = row[k] + 1 < best ? row[k] + 1 : best;
			row[k] = row[k - 1] + 1 < best ? row[k - 1] + 1 : best;
		}
	}
	return row[m] < limit ? row[m] : limit;
}

const char *eg_nearest_word(const char *word, const char *const *words, size_t n)
{
	size_t least = strlen(word) / 2 + 2;
	const char *nearest = NULL;

	for (size_t i = 0; i < n; i++) {
		size_t d = distance(word, words[i], least);
		if (d >= least)
			continue;
		least = d;
		nearest = words[i];
	}
	return nearest;
}
