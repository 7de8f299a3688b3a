#include "shard_db.h"

#include <dlfcn.h>

#include "file.h"
#include "fileurl.h"

/* Of sqlite3.h, whose interface does not change (sqlite.org, "Datatypes and C interface"). */
enum { OK = 0, ROW = 100, OPEN_READONLY = 1, OPEN_URI = 0x40 };

struct sqlite {
	int (*open_v2)(const char *name, void **ret, int flags, const char *vfs);
	int (*prepare_v2)(void *db, const char *sql, int n, void **ret, const char **tail);
	int (*bind_text)(void *statement, int number, const char *text, int n, void (*destroy)(void *));
	int (*step)(void *statement);
	const void *(*column_blob)(void *statement, int number);
	int (*column_bytes)(void *statement, int number);
	int (*finalize)(void *statement);
	int (*close)(void *db);
};

static const struct {
	const char *name;
	size_t offset;
} symbols[] = {
	{"sqlite3_open_v2", offsetof(struct sqlite, open_v2)},
	{"sqlite3_prepare_v2", offsetof(struct sqlite, prepare_v2)},
	{"sqlite3_bind_text", offsetof(struct sqlite, bind_text)},
	{"sqlite3_step", offsetof(struct sqlite, step)},
	{"sqlite3_column_blob", offsetof(struct sqlite, column_blob)},
	{"sqlite3_column_bytes", offsetof(struct sqlite, column_bytes)},
	{"sqlite3_finalize", offsetof(struct sqlite, finalize)},
	{"sqlite3_close", offsetof(struct sqlite, close)},
};

static bool load(struct sqlite *ret)
{
	void *library = dlopen("libsqlite3.so.0", RTLD_NOW | RTLD_LOCAL);

	for (size_t i = 0; library && i < sizeof(symbols) / sizeof(*symbols); i++) {
		void *address = dlsym(library, symbols[i].name);

		if (!address)
			return false;
		memcpy((char *)ret + symbols[i].offset, &address, sizeof(address));
	}
	return library;
}

static char *read_row(struct eg_run *run, const struct sqlite *sqlite, void *db, const char *url, size_t max, size_t *ret_n)
{
	void *statement = NULL;
	char *copy = NULL;

	if (sqlite->prepare_v2(db, "SELECT shard FROM shards WHERE url = ?", -1, &statement, NULL) == OK &&
	    sqlite->bind_text(statement, 1, url, -1, NULL) == OK && sqlite->step(statement) == ROW) {
		const void *blob = sqlite->column_blob(statement, 0);
		int n = sqlite->column_bytes(statement, 0);

		if (blob && n > 0 && (size_t)n <= max) {
			copy = eg_alloc(run->arena, (size_t)n + 1);
			memcpy(copy, blob, (size_t)n);
			*ret_n = (size_t)n;
		}
	}
	sqlite->finalize(statement);
	return copy;
}

char *eg_shard_db_get(struct eg_run *run, const char *path, const char *url, size_t max, size_t *ret_n)
{
	struct sqlite sqlite;
	void *db = NULL;
	char *blob = NULL;

	if (!eg_is_file(path) || !load(&sqlite))
		return NULL;
	/* immutable: no lock, and no files beside it */
	const char *name = eg_strf(run->arena, "%s?immutable=1", eg_path_to_url(run->arena, path));
	if (sqlite.open_v2(name, &db, OPEN_READONLY | OPEN_URI, NULL) == OK)
		blob = read_row(run, &sqlite, db, url, max, ret_n);
	sqlite.close(db);
	return blob;
}
