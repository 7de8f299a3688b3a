/* Versions and version specifiers: PEP 440, as pip's vendored `packaging` reads them. */
#ifndef EG_PEP440_H
#define EG_PEP440_H

#include <stdbool.h>
#include <stdint.h>

#include "vec.h"

struct eg_version {
	const char *text;      /* as written */
	const char *canonical; /* normalised: str(Version(text)) */
	bool prerelease;       /* a, b, rc or dev part */
	bool postrelease;
	const char *local;     /* normalised local label, NULL: none */
	const void *key;       /* for eg_version_cmp */
};

/* False when S (N bytes) is no PEP 440 version; nor is, for us, what is longer than EG_MAX_NAME. */
bool eg_version_parse(struct eg_arena *arena, const char *s, size_t n, struct eg_version *ret);

/* <0, 0, >0 in the order of PEP 440, local labels included. Below all of them: what has no .key (legacy). */
int eg_version_cmp(const struct eg_version *a, const struct eg_version *b);

enum eg_op { EG_OP_EQ, EG_OP_NE, EG_OP_LE, EG_OP_GE, EG_OP_LT, EG_OP_GT, EG_OP_COMPATIBLE, EG_OP_ARBITRARY };

struct eg_specifier {
	enum eg_op op;
	bool wildcard;             /* ==1.2.* or !=1.2.* */
	bool legacy;               /* no PEP 440 specifier, but one to pip before 24.1: only .op and .text are set */
	const char *text;          /* the version as written, ".*" included */
	struct eg_version version; /* without ".*"; .key NULL under === with something that is no version */
	const struct eg_release_prefix *prefix; /* private: what a wildcard or ~= compares */
};

/* A set of specifiers, all of which must hold; empty: any version. */
struct eg_specset {
	const struct eg_specifier *v;
	size_t n;
};

/* ">=1.2,<2", blanks allowed. False when it is no specifier set; *ret_error then says why. */
bool eg_specset_parse(struct eg_arena *arena, const char *s, size_t n, struct eg_specset *ret, const char **ret_error);

/* `packaging`'s contains(version, prereleases=True): pre-releases count as any other version. A version without .key
   (legacy) satisfies nothing but the === that names it. */
bool eg_specifier_contains(const struct eg_specifier *spec, const struct eg_version *version);
bool eg_specset_contains(const struct eg_specset *set, const struct eg_version *version);

/* Does some specifier name a pre-release (SpecifierSet.prereleases)? Up to pip 24.0 (packaging 21.3), `<2.0a1` and
   `>2.0a1` did not count. */
bool eg_specset_prereleases(const struct eg_specset *set);

/* Pinned as pip means it: === or == without a wildcard. */
bool eg_specset_pinned(const struct eg_specset *set);

/* The operator's text, "~=" … */
const char *eg_op_text(enum eg_op op);

/* The set as pip prints it: sorted, joined with commas. */
char *eg_specset_text(struct eg_arena *arena, const struct eg_specset *set);

#endif
