/* A policy file, and what it extends. */
#include "buf.h"
#include "ceilings.h"
#include "file.h"
#include "policy_find.h"
#include "policy_remote.h"
#include "strs.h"
#include "url.h"

struct loader {
	struct eg_run *run;
	const struct eg_policy *above;
	struct eg_policy_files *files;
	struct eg_buf *text;
	const struct eg_policy_pairs *own_keys; /* of the first file, where it is the system's or the user's */
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

static bool is_https(const char *url)
{
	return eg_span_is(eg_url_split(url).scheme, "https");
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

/* Whom does a strange folder make us call, and what would a user's cache make of the system's policy? */
static enum eg_error_kind may_fetch(struct eg_run *run, const struct eg_policy_file *file, const struct eg_policy_base *base)
{
	if (!is_https(file->path))
		return eg_fail(run, EG_FORMAT, "'%s' is no https address", file->path);
	if (!file->trusted)
		return eg_fail(run, EG_FORMAT, "'%s' is not fetched: the policy of a folder extends files only, unless the "
					       "user's own trusts it", file->path);
	if (file->place == EG_POLICY_SYSTEM && !base->sha256 && !base->signed_by)
		return eg_fail(run, EG_FORMAT, "'%s' is not fetched: the system's policy must say its sha256 or who has "
					       "signed it (signed_by)", file->path);
	return EG_OK;
}

static enum eg_error_kind read_text(struct loader *l, const struct eg_policy_file *file,
				    const struct eg_policy_base *base, char **ret, size_t *ret_n)
{
	const struct eg_policy_source source = {
		.path = file->path, .base = base, .keys = {&l->above->values.keys, l->own_keys}};
	enum eg_error_kind kind;

	if (is_address(file->path)) {
		kind = may_fetch(l->run, file, base);
		return kind ? kind : eg_policy_remote(l->run, &source, ret, ret_n);
	}
	kind = eg_file_read(l->run, file->path, EG_MAX_POLICY, ret, ret_n);
	if (kind || !base)
		return kind;
	const char *signature = eg_file_read_if(l->run, eg_strf(l->run->arena, "%s.minisig", file->path), EG_MAX_CONFIG, NULL);
	return eg_policy_seal(l->run, &source, *ret, *ret_n, signature);
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
	if (!base && (file->place == EG_POLICY_SYSTEM || file->place == EG_POLICY_USER))
		l->own_keys = &read.values.keys;
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
