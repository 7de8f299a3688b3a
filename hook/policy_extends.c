/* A policy file, and what it extends. */
#include "buf.h"
#include "ceilings.h"
#include "file.h"
#include "policy_find.h"
#include "strs.h"
#include "url.h"

struct loader {
	struct eg_run *run;
	const struct eg_policy *above;
	struct eg_policy_files *files;
	struct eg_buf *text;
	struct eg_strs open; /* files that are being read, each extended by the one before */
	size_t n;
};

static enum eg_error_kind load(struct loader *l, const struct eg_policy_file *file, const struct eg_policy_base *base);

static const char *folder_of(struct eg_arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? eg_strndup(arena, path, (size_t)(slash - path) + 1) : "";
}

static bool is_address(const char *from)
{
	return strstr(from, "://") != NULL;
}

static enum eg_error_kind load_base(struct loader *l, const struct eg_policy_file *file, const struct eg_policy_base *base)
{
	struct eg_arena *arena = l->run->arena;
	struct eg_policy_file next = {.place = file->place, .trusted = file->trusted, .path = base->from};

	if (is_address(file->path))
		next.path = eg_url_join(arena, file->path, base->from);
	else if (!is_address(base->from))
		next.path = eg_path_join(arena, folder_of(arena, file->path), base->from);
	enum eg_error_kind kind = load(l, &next, base);
	if (kind && l->open.n == 1) /* of a longer way its beginning will do */
		l->run->error.message = eg_strf(arena, "%s (extended by %s)", l->run->error.message,
						eg_policy_mark_text(arena, &base->mark));
	return kind;
}

static enum eg_error_kind read_text(struct loader *l, const struct eg_policy_file *file,
				    const struct eg_policy_base *base, char **ret, size_t *ret_n)
{
	(void)base;
	if (is_address(file->path))
		return eg_fail(l->run, EG_UNSUPPORTED, "cannot fetch '%s'", file->path);
	return eg_file_read(l->run, file->path, EG_MAX_POLICY, ret, ret_n);
}

/* BASE: how another file names this one; NULL: nobody does. */
static enum eg_error_kind load(struct loader *l, const struct eg_policy_file *file, const struct eg_policy_base *base)
{
	struct eg_arena *arena = l->run->arena;
	struct eg_policy_file read = *file;
	char *text;
	size_t n;
	const char *own = is_address(file->path) ? file->path : eg_path_absolute(arena, file->path);

	if (eg_strs_has(&l->open, own))
		return eg_fail(l->run, EG_FORMAT, "'%s' extends itself", file->path);
	if (l->n++ == EG_MAX_POLICY_FILES)
		return eg_fail(l->run, EG_LIMIT, "a policy of more than %d files", EG_MAX_POLICY_FILES);
	enum eg_error_kind kind = read_text(l, file, base, &text, &n);
	if (kind)
		return kind;
	if (l->text)
		eg_buf_add(l->text, text, n);
	kind = eg_policy_read(l->run, text, n, EG_VERSION, &read);
	eg_vec_push(arena, &l->open, own);
	for (size_t i = 0; !kind && i < read.values.extends.n; i++)
		kind = load_base(l, &read, &read.values.extends.v[i]);
	l->open.n--;
	if (!kind)
		eg_vec_push(arena, l->files, read);
	return kind;
}

enum eg_error_kind eg_policy_load(struct eg_run *run, const struct eg_policy *above, const struct eg_policy_file *file,
				  struct eg_policy_files *ret, struct eg_buf *ret_text)
{
	struct loader l = {.run = run, .above = above, .files = ret, .text = ret_text};

	return load(&l, file, NULL);
}
