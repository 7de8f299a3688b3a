/* What a tool is about to do, in its own words: the JSON document "envguard.transaction/1" that a gate hands over. */
#ifndef EG_TRANSACTION_H
#define EG_TRANSACTION_H

#include <stdbool.h>

#include "run.h"

/* One package that will be put in place. NULL where nothing is said. */
struct eg_given {
	const char *name, *version; /* as the tool writes them; never NULL */
	const char *build, *channel, *subdir; /* conda */
	int64_t build_number;
	const char *file, *url, *sha256;
	int64_t size;            /* -1: not said */
	bool requested;          /* the command names it */
	bool replaces;           /* what is installed under the name goes */
	bool editable, direct;   /* Python: of a folder; of an address instead of an index */
	struct eg_strs extras;
	struct eg_strs requires; /* Requires-Dist with markers, or conda's depends */
	struct eg_strs constrains;
};

struct eg_transaction {
	const char *tool, *tool_version;
	struct eg_strs command;   /* as one types it; a NULL stands behind */
	const char *python;       /* pip: the interpreter that runs it */
	const char *prefix;       /* conda */
	bool removes;             /* pip uninstall: .requested goes */
	bool upgrade;             /* --upgrade, conda update */
	bool typed;               /* at a terminal, by somebody who can be asked */
	bool after;               /* it will hand back, when the tool has ended, what it is given for that */
	bool known;               /* false: the tool did not tell its list, so its command is to be forecast */
	struct eg_strs indexes;   /* may carry credentials */
	struct eg_strs requested; /* requirements or specs of the command and its files */
	struct eg_strs removed;   /* conda: names that are unlinked */
	struct eg_strs before;    /* pip: names of the .dist-info folders when it began */
	struct eg_given *given;
	size_t n_given;
};

/* EG_FORMAT when TEXT (N bytes) is no such document. */
enum eg_error_kind eg_transaction_read(struct eg_run *run, const char *text, size_t n, struct eg_transaction *ret);

#endif
