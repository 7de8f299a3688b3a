/* Compatibility tags (PEP 425, 600, 656) and the names of distribution files. */
#ifndef EG_TAGS_H
#define EG_TAGS_H

#include "pep440.h"

enum eg_libc { EG_LIBC_UNKNOWN, EG_GLIBC, EG_MUSL };

/* What the tags of an interpreter follow from. */
struct eg_tag_facts {
	const char *implementation; /* "cp", "pp" */
	int python[2];              /* 3, 11 */
	const char *abi_flags;      /* sys.abiflags: "t" for free-threaded, "d", "m", "" … */
	const char *soabi;          /* EXT_SUFFIX's ABI where it is not CPython: "pypy310_pp73"; NULL: none or CPython */
	const char *platform;       /* sysconfig.get_platform(): "linux-x86_64" */
	enum eg_libc libc;
	int libc_version[2];        /* 2, 36 */
	bool native_last;           /* linux_x86_64 behind manylinux and musllinux, as in pip before 26.3 */
};

struct eg_tags; /* an ordered list of supported tags */

/* The list that pip's get_supported() gives for that interpreter. */
struct eg_tags *eg_tags_of(struct eg_arena *arena, const struct eg_tag_facts *facts);

/* The list for --python-version/--platform/--abi/--implementation: get_supported(version, platforms, impl, abis).
   PYTHON as pip's option ("311", "3.11"; NULL: the interpreter's); empty lists: the interpreter's. */
struct eg_tags *eg_tags_for_target(struct eg_arena *arena, const struct eg_tag_facts *facts, const char *python,
				   const struct eg_strs *platforms, const char *implementation,
				   const struct eg_strs *abis);

/* All of them as text, most specific first (for --verbose and tests). */
struct eg_strs eg_tags_list(struct eg_arena *arena, const struct eg_tags *tags);

struct eg_wheel_name {
	const char *name;    /* as written */
	const char *version; /* as written */
	int64_t build;       /* build tag's number, -1: none */
	const char *build_rest;
	const char *python, *abi, *platform; /* compressed tag sets: "py2.py3", "none", "any" */
	const char *variant; /* PEP 825 label, NULL: none; pip passes such wheels over */
};

/* False when FILENAME is no valid wheel name (pip then passes it over). %XX must have been decoded. */
bool eg_wheel_name_parse(struct eg_arena *arena, const char *filename, struct eg_wheel_name *ret);

/* The smallest index in TAGS of the wheel's tags; -1: not supported. Allocates nothing; a few dozen nanoseconds. */
int eg_tags_rank(const struct eg_tags *tags, const struct eg_wheel_name *wheel);

/* NAME-VERSION.tar.gz (.zip, .tar.bz2, .tgz, .tar.xz …) for the normalised PROJECT: the version's text, which may be no
   version; else NULL. */
char *eg_sdist_version(struct eg_arena *arena, const char *filename, const char *project);

/* The version's text in the file name of a wheel or sdist, looked at no closer: a wheel's by its place, an sdist's by
   PROJECT's name; NULL where it has none. */
const char *eg_file_version(struct eg_arena *arena, const char *filename, const char *project);

#endif
