/* How versions are taken apart and compared. Private to the files that read versions, requirements and file names. */
#ifndef EG_PEP440_PRIVATE_H
#define EG_PEP440_PRIVATE_H

#include "ceilings.h"
#include "pep440.h"

/* Digits without leading zeros; n 0: the number zero, written or implied. */
struct eg_digits {
	const char *s;
	size_t n;
};

enum eg_pre { EG_PRE_DEV_ONLY = 1, EG_PRE_A, EG_PRE_B, EG_PRE_RC, EG_PRE_FINAL };

struct eg_version_parts {
	struct eg_digits epoch;
	const char *release, *release_end;
	enum eg_pre pre; /* never EG_PRE_DEV_ONLY */
	bool post, dev;
	struct eg_digits pre_n, post_n, dev_n;
	const char *local, *local_end; /* NULL: none */
};

/* Moves *P behind the digits there; false when there are none. */
bool eg_digits_scan(const char **p, const char *end, struct eg_digits *ret);

static inline bool eg_is_separator(char c)
{
	return c == '.' || c == '-' || c == '_';
}

/* v? (N!)? N(.N)*  at *P */
bool eg_release_scan(const char **p, const char *end, struct eg_version_parts *parts);

enum { EG_KEY_HEAD = 16 };

/* The comparison key of a version: bytes whose order is that of PEP 440.

   epoch, release components without trailing zeros, 0, pre, post, dev, local, 0

   Every part delimits itself, so no key is the start of another, and one memcmp decides. */
struct eg_version_key {
	uint64_t head[2];   /* the first EG_KEY_HEAD bytes as big-endian numbers: enough for nearly all versions */
	uint16_t n;         /* bytes in all */
	uint16_t release;   /* where the 0 after the release stands */
	uint16_t pre, post; /* ends of these parts */
	uint16_t public_n;  /* end of the public version: the local label follows */
	bool dev;
	unsigned char bytes[];
};

/* Epoch and release as written, trailing zeros included: what `==1.2.*` and `~=1.2.0` compare. */
struct eg_release_prefix {
	uint16_t n;
	unsigned char bytes[];
};

/* <0, 0, >0; NULL is below all. */
int eg_version_key_cmp(const struct eg_version_key *a, const struct eg_version_key *b);

/* After a change of the bytes, EG_KEY_HEAD zeros behind them. */
void eg_version_key_set_head(struct eg_version_key *key);

/* Reads a version at *P as far as it goes (no blanks around) and moves *P behind it. False when there is none. */
bool eg_version_scan(struct eg_arena *arena, const char **p, const char *end, struct eg_version *ret);

/* The operator at P: the position behind it, else NULL. */
const char *eg_op_scan(const char *p, const char *end, enum eg_op *ret);

/* Reads one specifier at *P as far as it goes, and moves *P behind it. */
bool eg_specifier_scan(struct eg_arena *arena, const char **p, const char *end, struct eg_specifier *ret,
		       const char **ret_error);

/* SPECIFIER (, SPECIFIER)* at *P, as far as it goes, as in a requirement; none at all is an empty set. */
bool eg_specset_scan(struct eg_arena *arena, const char **p, const char *end, struct eg_specset *ret,
		     const char **ret_error);

/* What pip before 24.1 took besides: reads it at *P as far as it goes; and does VERSION satisfy it? */
bool eg_legacy_scan(struct eg_arena *arena, const char **p, const char *end, struct eg_specifier *ret);
bool eg_legacy_contains(const struct eg_specifier *spec, const char *version);

/* The prefix of a version's text; without its last component where DROP_LAST. NULL when nothing would be left. */
const struct eg_release_prefix *eg_release_prefix(struct eg_arena *arena, const char *text, bool drop_last);

/* A number of d digits takes at most d + 3 bytes in a key, a text segment with its separator one more than its own
   length; the rest is constant. */
enum { EG_KEY_ROOM = 4 * EG_MAX_NAME + 64 };

/* For versions that live as long as a comparison: no arena, no .text and no .canonical. */
struct eg_version_room {
	_Alignas(struct eg_version_key) unsigned char bytes[EG_KEY_ROOM];
};
struct eg_version_key *eg_version_key_make(struct eg_version_room *room, const struct eg_version_parts *parts);
bool eg_version_parse_in(struct eg_version_room *room, const char *s, size_t n, struct eg_version *ret);
const struct eg_release_prefix *eg_release_prefix_in(struct eg_version_room *room, const char *text, bool drop_last);

#endif
