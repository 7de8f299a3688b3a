/* The format of a policy file as a table, from which its reader, its schema and `envguard policy show` follow. */
#ifndef EG_POLICY_KEYS_H
#define EG_POLICY_KEYS_H

#include "policy.h"

enum eg_policy_type {
	EG_POLICY_WORD,    /* int: the place in .words */
	EG_POLICY_COUNT,   /* int from .min to .max */
	EG_POLICY_TRUTH,   /* bool */
	EG_POLICY_TEXT,    /* const char * */
	EG_POLICY_TEXTS,   /* struct eg_strs */
	EG_POLICY_DATE,    /* const char *, "2026-11-26" */
	EG_POLICY_RANGE,   /* const char *, PEP 440 specifiers */
	EG_POLICY_NEEDS,   /* const char *, a requirement: "torch>=2.6" */
	EG_POLICY_RELEASE, /* const char *, dotted numbers */
	EG_POLICY_HTTPS,   /* const char *, an https URL */
	EG_POLICY_DIGEST,  /* const char *, SHA-256 in hex */
	EG_POLICY_OBJECT,  /* a vector of one .shape */
	EG_POLICY_LIST,    /* a vector of .shape; each may also be a text, its first field, where .brief */
	EG_POLICY_LEVELS,  /* struct eg_policy_levels: rule → level, or a level for each kind of change */
	EG_POLICY_PAIRS,   /* struct eg_policy_pairs */
};

struct eg_policy_shape;

struct eg_policy_field {
	const char *key;
	enum eg_policy_type type;
	size_t offset;
	const char *help;             /* one line */
	const char *const *words;     /* NULL-terminated; of TEXTS, what each must be */
	int min, max, standard;       /* standard: what a COUNT or WORD is where it is not said */
	bool required, brief;
	const struct eg_policy_shape *shape;
};

/* A struct that begins with its struct eg_policy_mark. */
struct eg_policy_shape {
	size_t size;
	const struct eg_policy_field *fields;
	size_t n;
	const char *one_of; /* keys, separated by blanks, one of which must be there; NULL: none */
};

/* What becomes of a key that an earlier file has as well. A trusted file may loosen what is not enforced. */
enum eg_policy_merging {
	EG_MERGE_NONE,     /* about the file itself */
	EG_MERGE_ORDER,    /* one value: the later one, or, to tighten, the greater */
	EG_MERGE_RELEASE,  /* … the newer */
	EG_MERGE_LEVELS,
	EG_MERGE_ADD,      /* more of it is stricter: all */
	EG_MERGE_NARROW,   /* the later one instead, or, to tighten, both */
	EG_MERGE_LOOSENS,  /* more of it is looser: all, of trusted files only */
	EG_MERGE_TRUSTED,  /* the later one instead, of trusted files only */
	EG_MERGE_OWNER,    /* as LOOSENS, of the system's and the user's files only */
};

struct eg_policy_key {
	struct eg_policy_field field;
	enum eg_policy_merging merging;
};

extern const struct eg_policy_key eg_policy_keys[EG_N_POLICY_KEYS];

/* The place of KEY in the table; -1: there is none. */
int eg_policy_key_of(const char *key);

extern const char *const eg_policy_level_words[]; /* off, info, warn, block */

/* Ids of all rules and of the doctor's checks, each once. */
struct eg_strs eg_policy_rule_ids(struct eg_arena *arena);

/* Is TEXT a pattern, with *, ? or [? */
bool eg_is_glob(const char *text);

/* Does TEXT match PATTERN, NULL being any? */
bool eg_glob_matches(const char *pattern, const char *text);

/* The one of WORDS that WORD comes nearest to, for a message; NULL: none is near. */
const char *eg_nearest_word(const char *word, const char *const *words, size_t n);

#endif
