/* Snapshots: what was installed before a transaction that touched the GPU stack, kept in the environment itself, so that
   there is a way back. */
#ifndef EG_SNAPSHOT_H
#define EG_SNAPSHOT_H

#include <cjson/cJSON.h>

#include "inventory.h"

struct eg_snapshot {
	const char *id;         /* made of what is in it: the same state has the same */
	const char *path;       /* the file */
	const char *time;       /* "2026-11-26T01:34:12Z", when it was such last */
	const char *tool;       /* of the command that came then: "pip", "uv", "conda" …; NULL: none, made by hand */
	struct eg_strs command;
	struct eg_strs indexes; /* that the command looked at, without credentials; conda: channels */
	struct eg_inventory inventory;
};

struct eg_snapshots {
	struct eg_snapshot **v; /* the newest first */
	size_t n, cap;
};

/* Keeps SNAPSHOT, whose .tool, .command, .indexes and .inventory are filled, and fills the rest; the oldest ones above
   EG_MAX_SNAPSHOTS go. In PREFIX/.envguard/snapshots, or where that cannot be written, in the account's state directory.
   RENEW: where the same state is kept already, it is now that before this command. */
enum eg_error_kind eg_snapshot_keep(struct eg_run *run, struct eg_snapshot *snapshot, bool renew);

/* All of a prefix. What cannot be read becomes a note. */
void eg_snapshot_list(struct eg_run *run, const char *prefix, struct eg_snapshots *ret);

/* One file. */
enum eg_error_kind eg_snapshot_read(struct eg_run *run, const char *path, struct eg_snapshot *ret);

/* For people: "pip install torchpack", or "by hand". */
const char *eg_snapshot_words(struct eg_arena *arena, const struct eg_snapshot *snapshot);

/* snapshot_json.c: the document "envguard.snapshot/1". Heap memory: free() it. */
char *eg_snapshot_text(struct eg_run *run, const struct eg_snapshot *snapshot);
cJSON *eg_snapshot_json(struct eg_run *run, const struct eg_snapshot *snapshot);
enum eg_error_kind eg_snapshot_parse(struct eg_run *run, const char *path, const char *text, size_t n,
				     struct eg_snapshot *ret);
enum eg_error_kind eg_snapshot_of_json(struct eg_run *run, const char *path, const cJSON *json, struct eg_snapshot *ret);

#endif
