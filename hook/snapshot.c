#include "snapshot.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "ceilings.h"
#include "checksum.h"
#include "file.h"
#include "shell_words.h"

enum { ID_DIGITS = 8 };

static const char in_prefix[] = ".envguard/snapshots";

/* For a prefix that cannot be written: $XDG_STATE_HOME/envguard/snapshots/NAME, where NAME is made of the prefix. NULL
   without a home. */
static const char *state_folder(struct eg_arena *arena, const char *prefix)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	char *name = eg_strdup(arena, prefix);

	for (char *c = name; *c; c++)
		if (*c == '/')
			*c = '%';
	if (state && *state == '/')
		return eg_strf(arena, "%s/envguard/snapshots/%s", state, name);
	return home && *home == '/' ? eg_strf(arena, "%s/.local/state/envguard/snapshots/%s", home, name) : NULL;
}

const char *eg_snapshot_words(struct eg_arena *arena, const struct eg_snapshot *snapshot)
{
	return snapshot->command.n ? eg_shell_words(arena, &snapshot->command) : "by hand";
}

/* What counts of a state: the packages, and not when or by whom they were looked at. */
static const char *make_id(struct eg_run *run, const struct eg_inventory *inventory)
{
	struct eg_buf buf = {0};

	for (size_t i = 0; i < inventory->items.n; i++) {
		const struct eg_item *item = &inventory->items.v[i];
		const char *const parts[] = {item->name,   item->version, item->build, item->channel,
					     item->subdir, item->direct,  item->sha256};
		for (size_t j = 0; j < sizeof(parts) / sizeof(*parts); j++)
			eg_buf_printf(&buf, "%s ", parts[j] ? parts[j] : "-");
		eg_buf_puts(&buf, item->ecosystem == EG_CONDA ? "conda\n" : "python\n");
	}
	const char *sum = eg_sha256(run->arena, buf.n ? buf.s : "", buf.n);
	eg_buf_free(&buf);
	return eg_strndup(run->arena, sum, ID_DIGITS);
}

static const char *now(struct eg_arena *arena)
{
	time_t seconds = time(NULL);
	char text[sizeof("2026-11-26T01:34:12Z")];
	struct tm tm;

	if (!gmtime_r(&seconds, &tm) || !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm))
		return "1970-01-01T00:00:00Z";
	return eg_strdup(arena, text);
}

static bool is_snapshot_name(const char *name)
{
	return strspn(name, "0123456789abcdef") == ID_DIGITS && !strcmp(name + ID_DIGITS, ".json");
}

static void list_folder(struct eg_run *run, const char *folder, struct eg_snapshots *ret)
{
	DIR *dir = folder ? opendir(folder) : NULL;

	for (const struct dirent *entry; dir && (entry = readdir(dir));) {
		struct eg_snapshot *snapshot = EG_NEW(run->arena, struct eg_snapshot);
		struct eg_run reading = {.arena = run->arena};
		if (!is_snapshot_name(entry->d_name) || ret->n > 2 * EG_MAX_SNAPSHOTS)
			continue;
		if (eg_snapshot_read(&reading, eg_path_join(run->arena, folder, entry->d_name), snapshot))
			eg_note(run, "%s", reading.error.message);
		else
			eg_vec_push(run->arena, ret, snapshot);
	}
	if (dir)
		closedir(dir);
}

static int newest_first(const void *a, const void *b)
{
	const struct eg_snapshot *const *x = a, *const *y = b;
	int order = strcmp((*y)->time, (*x)->time);

	return order ? order : strcmp((*x)->id, (*y)->id);
}

static void list_all(struct eg_run *run, const char *const *folders, size_t n, struct eg_snapshots *ret)
{
	for (size_t i = 0; i < n; i++)
		list_folder(run, folders[i], ret);
	if (ret->n)
		qsort(ret->v, ret->n, sizeof(*ret->v), newest_first);
}

void eg_snapshot_list(struct eg_run *run, const char *prefix, struct eg_snapshots *ret)
{
	const char *const folders[] = {eg_path_join(run->arena, prefix, in_prefix), state_folder(run->arena, prefix)};

	list_all(run, folders, 2, ret);
}

enum eg_error_kind eg_snapshot_read(struct eg_run *run, const char *path, struct eg_snapshot *ret)
{
	char *text;
	size_t n;
	enum eg_error_kind kind = eg_file_read(run, path, EG_MAX_SNAPSHOT, &text, &n);

	return kind ? kind : eg_snapshot_parse(run, path, text, n, ret);
}

static size_t count(const char *folder)
{
	DIR *dir = opendir(folder);
	size_t n = 0;

	for (const struct dirent *entry; dir && (entry = readdir(dir));)
		n += is_snapshot_name(entry->d_name);
	if (dir)
		closedir(dir);
	return n;
}

static void prune(struct eg_run *run, const char *folder)
{
	struct eg_snapshots all = {0};

	list_all(run, &folder, 1, &all);
	for (size_t i = EG_MAX_SNAPSHOTS; i < all.n; i++)
		unlink(all.v[i]->path);
}

/* The folders and the file are as readable as the environment is: the umask holds. */
static enum eg_error_kind write_into(struct eg_run *run, const char *folder, struct eg_snapshot *snapshot,
				     const char *text)
{
	const char *path = eg_strf(run->arena, "%s/%s.json", folder, snapshot->id);

	for (const char *p = folder; (p = strchr(p + 1, '/'));)
		(void)mkdir(eg_strndup(run->arena, folder, (size_t)(p - folder)), 0777); /* writing the file tells */
	(void)mkdir(folder, 0777);
	enum eg_error_kind kind = eg_file_write(run, path, text, strlen(text), 0666);
	if (kind)
		return kind;
	snapshot->path = path;
	if (count(folder) > EG_MAX_SNAPSHOTS)
		prune(run, folder);
	return EG_OK;
}

static const char *kept_already(struct eg_run *run, const struct eg_snapshot *snapshot)
{
	struct eg_snapshots all = {0};

	eg_snapshot_list(run, snapshot->inventory.prefix, &all);
	for (size_t i = 0; i < all.n; i++)
		if (!strcmp(all.v[i]->id, snapshot->id))
			return all.v[i]->path;
	return NULL;
}

enum eg_error_kind eg_snapshot_keep(struct eg_run *run, struct eg_snapshot *snapshot, bool renew)
{
	const char *prefix = snapshot->inventory.prefix, *elsewhere = state_folder(run->arena, prefix);
	struct eg_run trying = {.arena = run->arena};

	snapshot->id = make_id(run, &snapshot->inventory);
	snapshot->time = now(run->arena);
	snapshot->path = renew ? NULL : kept_already(&trying, snapshot);
	if (snapshot->path)
		return EG_OK;
	char *text = eg_snapshot_text(run, snapshot);
	if (!text)
		return eg_fail(run, EG_LIMIT, "no memory for a snapshot of '%s'", prefix);
	enum eg_error_kind kind =
		write_into(&trying, eg_path_join(run->arena, prefix, in_prefix), snapshot, text);
	if (kind && elsewhere)
		kind = write_into(run, elsewhere, snapshot, text);
	else if (kind)
		eg_record_error(run, kind, "%s", trying.error.message);
	free(text);
	return kind;
}
