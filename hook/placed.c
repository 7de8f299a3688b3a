#include "placed.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ceilings.h"
#include "file.h"
#include "style.h"

enum { HEAD = 400 }; /* so early does each of our files name us */

static enum eg_placed_state link_state(const struct eg_placed *file)
{
	char target[PATH_MAX];
	ssize_t n = readlink(file->path, target, sizeof(target) - 1);

	if (n < 0)
		return EG_PLACED_FOREIGN;
	target[n] = 0;
	if (!strcmp(target, file->link))
		return EG_PLACED_SAME;
	return strstr(target, "envguard") ? EG_PLACED_DIFFERENT : EG_PLACED_FOREIGN;
}

enum eg_placed_state eg_placed_state(struct eg_run *run, const struct eg_placed *file)
{
	struct stat st;
	size_t n;

	if (lstat(file->path, &st))
		return EG_PLACED_MISSING;
	if (file->directory)
		return S_ISDIR(st.st_mode) ? EG_PLACED_SAME : EG_PLACED_FOREIGN;
	if (file->link)
		return link_state(file);
	const char *text = S_ISREG(st.st_mode) ? eg_file_read_if(run, file->path, EG_MAX_CONFIG, &n) : NULL;
	if (!text)
		return EG_PLACED_FOREIGN;
	if (n == file->n && !memcmp(text, file->text, n))
		return EG_PLACED_SAME;
	return strstr(eg_strndup(run->arena, text, n < HEAD ? n : HEAD), "envguard") ? EG_PLACED_DIFFERENT :
											EG_PLACED_FOREIGN;
}

static void tell(struct eg_run *run, const char *done, const struct eg_placed *file)
{
	printf("%s %s\n", done, eg_printable(run->arena, file->path));
}

static enum eg_error_kind put_link(struct eg_run *run, const struct eg_placed *file)
{
	const char *beside = eg_strf(run->arena, "%s.new", file->path);

	unlink(beside);
	if (symlink(file->link, beside) || rename(beside, file->path))
		return eg_fail(run, EG_IO, "cannot create '%s': %s", file->path, strerror(errno));
	return EG_OK;
}

static enum eg_error_kind put(struct eg_run *run, const struct eg_placed *file)
{
	if (file->link)
		return put_link(run, file);
	if (!file->directory)
		return eg_file_write(run, file->path, file->text, file->n, 0644);
	return mkdir(file->path, 0755) ? eg_fail(run, EG_IO, "cannot create '%s': %s", file->path, strerror(errno)) :
					 EG_OK;
}

enum eg_error_kind eg_placed_put(struct eg_run *run, const struct eg_placed_list *list, bool *ret_changed)
{
	for (size_t i = 0; i < list->n; i++)
		if (eg_placed_state(run, &list->v[i]) == EG_PLACED_FOREIGN)
			return eg_fail(run, EG_IO, "'%s' is there already and does not look like envguard's: it is left alone",
				       list->v[i].path);
	for (size_t i = 0; i < list->n; i++) {
		const struct eg_placed *file = &list->v[i];
		if (eg_placed_state(run, file) == EG_PLACED_SAME)
			continue;
		enum eg_error_kind kind = put(run, file);
		if (kind)
			return kind;
		tell(run, "wrote  ", file);
		if (ret_changed)
			*ret_changed = true;
	}
	return EG_OK;
}

enum eg_error_kind eg_placed_remove(struct eg_run *run, const struct eg_placed_list *list, bool *ret_changed)
{
	for (size_t i = list->n; i-- > 0;) {
		const struct eg_placed *file = &list->v[i];
		enum eg_placed_state state = eg_placed_state(run, file);
		if (state == EG_PLACED_MISSING || state == EG_PLACED_FOREIGN)
			continue;
		if (file->directory ? rmdir(file->path) : unlink(file->path)) {
			if (file->directory && errno == ENOTEMPTY)
				continue;
			return eg_fail(run, EG_IO, "cannot remove '%s': %s", file->path, strerror(errno));
		}
		tell(run, "removed", file);
		*ret_changed = true;
	}
	return EG_OK;
}
