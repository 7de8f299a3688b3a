/* The team's policy: how grave each finding is, what must not change, and what becomes of the guard's own failures. Pure data:
   where files lie and how they are fetched is the hook's business (hook/policy_find.h). */
#ifndef EG_POLICY_H
#define EG_POLICY_H

#include "rule.h"

/* Where a file of it lies; each outranks those before it. */
enum eg_policy_place {
	EG_POLICY_BUILT_IN,
	EG_POLICY_SYSTEM,
	EG_POLICY_USER,
	EG_POLICY_PROJECT,
	EG_POLICY_PREFIX,
	EG_POLICY_GIVEN,    /* --policy, ENVGUARD_POLICY */
	EG_POLICY_VARIABLE, /* ENVGUARD_ON_ERROR, ENVGUARD_TIMEOUT */
};

const char *eg_policy_place_name(enum eg_policy_place place);

/* Where a value stands. */
struct eg_policy_mark {
	enum eg_policy_place place;
	const char *file; /* path or address; NULL: built in */
	int line;         /* 0: not of a file */
};

/* "/etc/envguard/policy.json:12" */
const char *eg_policy_mark_text(struct eg_arena *arena, const struct eg_policy_mark *mark);

enum eg_on_error { EG_ON_ERROR_ALLOW, EG_ON_ERROR_WARN, EG_ON_ERROR_BLOCK }; /* each stricter than the one before */
enum eg_bypassing { EG_BYPASS_ALLOWED, EG_BYPASS_NEEDS_REASON, EG_BYPASS_FORBIDDEN };

/* The level of one rule; -1: not said. */
struct eg_policy_level {
	struct eg_policy_mark mark;
	const char *rule;         /* its id; in a file also a glob */
	int side_effect, request;
	/* at least, by those who may only tighten */
	int least_side_effect, least_request;
	struct eg_policy_mark least_mark;
};

struct eg_policy_protection {
	struct eg_policy_mark mark;
	const char *package; /* glob */
	const char *variant; /* "same", or a glob */
	const char *version; /* "same", or one version */
	const char *range;   /* PEP 440 */
	bool present;        /* must not go */
	int level;           /* enum eg_level */
	const char *reason;
};

/* Ranges; NULL: any. */
struct eg_policy_until {
	struct eg_policy_mark mark;
	const char *driver, *cuda;
	const char *package; /* "torch>=2.6" */
};

EG_VEC_OF(eg_policy_untils, struct eg_policy_until);

struct eg_policy_exception {
	struct eg_policy_mark mark;
	const char *rule, *package, *environment; /* globs; NULL: any */
	const char *reason, *owner;
	const char *expires; /* the last day, "2026-12-31"; NULL: none */
	struct eg_policy_untils until; /* it is over as soon as any of this holds */
};

/* Indexes or channels, globs; an address without one stands for all below it. */
struct eg_policy_sources {
	struct eg_policy_mark mark;
	struct eg_strs allow, forbid;
};

struct eg_policy_host {
	struct eg_policy_mark mark;
	const char *driver, *cuda, *glibc, *compute_capability; /* ranges */
	int gpus;
	int level;
	const char *reason;
};

struct eg_policy_audit {
	struct eg_policy_mark mark;
	const char *file;
	int max_mib, keep;
	bool syslog;
	const char *collector; /* https */
	const char *token_file;
};

/* "download.example.org": "mirror.example.org"; a signer's name and key */
struct eg_policy_pair {
	struct eg_policy_mark mark;
	const char *name, *value;
};

struct eg_policy_base {
	struct eg_policy_mark mark;
	const char *from;      /* a path, relative to the file that names it, or an https URL */
	const char *sha256;
	const char *signed_by; /* a name among .keys */
	int refresh_hours, grace_days;
};

EG_VEC_OF(eg_policy_levels, struct eg_policy_level);
EG_VEC_OF(eg_policy_protections, struct eg_policy_protection);
EG_VEC_OF(eg_policy_exceptions, struct eg_policy_exception);
EG_VEC_OF(eg_policy_source_lists, struct eg_policy_sources);
EG_VEC_OF(eg_policy_hosts, struct eg_policy_host);
EG_VEC_OF(eg_policy_audits, struct eg_policy_audit);
EG_VEC_OF(eg_policy_pairs, struct eg_policy_pair);
EG_VEC_OF(eg_policy_bases, struct eg_policy_base);

/* A field for each key of the format (policy_keys.c). */
struct eg_policy_values {
	const char *schema, *about, *minimum_envguard;
	struct eg_policy_bases extends;
	struct eg_strs enforce, trust;
	struct eg_policy_levels rules;
	struct eg_policy_protections protect;
	struct eg_policy_exceptions exceptions;
	struct eg_policy_source_lists indexes, channels; /* in force: each must be content */
	struct eg_policy_hosts host;
	int on_error, bypass, budget_seconds;
	struct eg_policy_audits audit; /* in force: at most one */
	struct eg_policy_pairs mirrors, keys;
};

enum { EG_N_POLICY_KEYS = 18 };

/* One file, read. */
struct eg_policy_file {
	enum eg_policy_place place;
	const char *path;
	bool trusted; /* it may also loosen what those before it say */
	struct eg_policy_values values;
	struct eg_policy_mark marks[EG_N_POLICY_KEYS]; /* .line 0: the key is not in it */
};

struct eg_policy_remark {
	struct eg_policy_mark mark;
	const char *text;
};

EG_VEC_OF(eg_policy_remarks, struct eg_policy_remark);

/* All of them together: what is in force. */
struct eg_policy {
	struct eg_policy_values values;
	struct eg_policy_mark marks[EG_N_POLICY_KEYS]; /* of keys with one value: where it comes from */
	struct eg_strs sources;           /* "system: /etc/envguard/policy.json", each that is in force */
	struct eg_policy_remarks refused; /* attempts to loosen what may not be loosened */
	struct eg_policy_remarks errors;  /* files that are not in force, and why */
	const char *sha256;               /* of all sources' texts; NULL: there is none */
};

/* What holds where there is no policy. */
struct eg_policy eg_policy_default(void);

/* TEXT (N bytes and a NUL, changed) of .path into *file. ENVGUARD is this program's version. EG_FORMAT, "FILE:LINE:COLUMN: …",
   with the nearest valid word where one is not known. */
enum eg_error_kind eg_policy_read(struct eg_run *run, char *text, size_t n, const char *envguard,
				  struct eg_policy_file *file);

/* FILE on top of what is in force. What it may not loosen stays, with a remark. */
void eg_policy_merge(struct eg_arena *arena, struct eg_policy *policy, const struct eg_policy_file *file);

/* The JSON Schema of the format. */
char *eg_policy_schema(struct eg_arena *arena);

/* The level of a finding of RULE when it would be DEFAULT_LEVEL; *ret_mark (may be NULL): who said so, .file NULL: nobody. */
enum eg_level eg_policy_level_of(const struct eg_policy *policy, const char *rule, bool requested,
				 enum eg_level default_level, struct eg_policy_mark *ret_mark);

/* Does RANGE (PEP 440) hold VERSION? A version that is none satisfies nothing. */
bool eg_range_holds(struct eg_arena *arena, const char *range, const char *version);

/* Days from TODAY to DAY ("2026-11-26"), negative when it is over. */
int eg_days_until(const char *today, const char *day);

/* The user's word against a finding (ENVGUARD_ALLOW). */
struct eg_bypass {
	const char *rule, *reason; /* "": none given */
};

/* What a judgement is made under. NULL: the default policy and nothing else. */
struct eg_terms {
	const struct eg_policy *policy;
	const struct eg_bypass *bypasses;
	size_t n_bypasses;
	const char *today; /* "2026-11-26" */
	struct eg_strs *remarks; /* what the user is to be told of it, each once; NULL: nobody wants to know */
};

/* Findings of an earlier judgement of PLAN, at the levels that the rules gave them, under other terms; what the policy's own rules
   find is found anew. */
void eg_judge_again(struct eg_run *run, const struct eg_plan *plan, const struct eg_host *host,
		    const struct eg_terms *terms, const struct eg_finding *findings, size_t n, struct eg_judgement *ret);

void eg_terms_remark(struct eg_arena *arena, const struct eg_terms *terms, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
