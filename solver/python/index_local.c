/* Links that lead to this machine's disk, and links that a user gave. */
#include "index_private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "ceilings.h"
#include "checksum.h"
#include "file.h"
#include "mirrors.h"
#include "page_build.h"
#include "sdist.h"
#include "wheel_zip.h"

char *eg_url_of_path(struct eg_arena *arena, const char *path)
{
	const char *fragment;

	/* as the path of a URL, where "%", "#" and "?" are no syntax */
	struct eg_buf quoted = {0};
	for (const char *s = path; *s; s++) {
		if (strchr("%#?@", *s))
			eg_buf_printf(&quoted, "%%%02X", (unsigned char)*s);
		else
			eg_buf_add(&quoted, s, 1);
	}
	char *url = eg_page_link_url(arena, "file:///", eg_strf(arena, "file://%s", quoted.s ? quoted.s : "/"), &fragment);
	eg_buf_free(&quoted);
	return url;
}

char *eg_path_of_url(struct eg_arena *arena, const char *url)
{
	if (strncmp(url, "file:", 5))
		return NULL;
	url += 5;
	if (!strncmp(url, "//localhost/", 12))
		url += 11;
	else if (!strncmp(url, "///", 3))
		url += 2;
	return eg_url_unquote(arena, eg_strndup(arena, url, strcspn(url, "#?")));
}

struct eg_link *eg_link_of_path(struct eg_index *index, const char *path, const char *source)
{
	struct eg_arena *arena = index->run->arena;
	const char *url = eg_url_of_path(arena, path);
	struct eg_link *link = EG_NEW(arena, struct eg_link);

	link->file.filename = eg_url_filename(arena, url);
	link->index = source;
	link->path = path;
	eg_link_slot_of(index, link)->detail.url = url;
	return link;
}

/* The value of "NAME=…" among the fields of a fragment; NULL: none. */
static char *fragment_field(struct eg_arena *arena, const char *fragment, const char *name)
{
	size_t n = strlen(name);

	for (const char *s = fragment, *and; s; s = and ? and + 1 : NULL) {
		if (!strncmp(s, name, n) && s[n] == '=')
			return eg_strndup(arena, s + n + 1, strcspn(s + n + 1, "&"));
		and = strchr(s, '&');
	}
	return NULL;
}

/* "#subdirectory=a/b/" as "a/b". */
static const char *fragment_subdirectory(struct eg_arena *arena, const char *fragment)
{
	char *s = fragment_field(arena, fragment, "subdirectory");

	if (!s)
		return NULL;
	s = eg_url_unquote(arena, s);
	for (size_t n = strlen(s); n && s[n - 1] == '/'; n--)
		s[n - 1] = 0;
	return *s ? s : NULL;
}

struct eg_link *eg_index_direct(struct eg_index *index, const char *url)
{
	struct eg_arena *arena = index->run->arena;
	struct eg_link *link = eg_map_get(&index->direct, url);

	if (link)
		return link;
	const char *hash = strchr(url, '#'), *fragment = hash ? hash + 1 : NULL, *plain = url, *path;
	if (!strstr(url, "://") && strncmp(url, "file:", 5)) {
		path = eg_path_absolute(arena, url);
		fragment = NULL;
	} else {
		plain = eg_page_link_url(arena, url, url, &fragment);
		const char *mirror = eg_mirror_of(index->run, plain);

		path = eg_path_of_url(arena, mirror ? mirror : plain);
	}
	link = EG_NEW(arena, struct eg_link);
	if (path) {
		size_t n = strlen(path);

		path = eg_strndup(arena, path, n > 1 && path[n - 1] == '/' ? n - 1 : n);
		link->path = path;
		plain = eg_url_of_path(arena, path);
	}
	link->file.filename = eg_url_filename(arena, plain);
	struct eg_link_slot *slot = eg_link_slot_of(index, link);
	slot->detail.url = plain;
	const char *sha256 = fragment_field(arena, fragment, "sha256");
	slot->detail.sha256 = sha256 ? eg_hex(arena, sha256, 32) : NULL;
	slot->subdirectory = fragment_subdirectory(arena, fragment);
	eg_map_put(&index->direct, eg_strdup(arena, url), link);
	return link;
}

struct mapping {
	void *bytes;
	size_t n;
};

static enum eg_error_kind map_file(struct eg_run *run, const char *path, size_t max, struct mapping *ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;
	enum eg_error_kind e = EG_OK;

	*ret = (struct mapping){0};
	if (fd < 0 || fstat(fd, &st))
		e = eg_fail(run, EG_IO, "cannot read '%s': %s", path, strerror(errno));
	else if (!S_ISREG(st.st_mode))
		e = eg_fail(run, EG_IO, "cannot read '%s': it is no regular file", path);
	else if ((uint64_t)st.st_size > max)
		e = eg_fail(run, EG_LIMIT, "'%s' is larger than %zu bytes", path, max);
	else if (st.st_size) {
		ret->bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		ret->n = (size_t)st.st_size;
		if (ret->bytes == MAP_FAILED) {
			*ret = (struct mapping){0};
			e = eg_fail(run, EG_IO, "cannot read '%s': %s", path, strerror(errno));
		}
	}
	if (fd >= 0)
		close(fd);
	return e;
}

static void unmap(const struct mapping *file)
{
	if (file->n)
		munmap(file->bytes, file->n);
}

static enum eg_error_kind has_hash(struct eg_run *run, const char *path, const char *sha256, const void *bytes, size_t n)
{
	const char *actual = sha256 ? eg_sha256(run->arena, bytes, n) : NULL;

	if (!actual || !strcmp(actual, sha256))
		return EG_OK;
	return eg_fail(run, EG_FORMAT, "'%s' has the wrong hash: sha256 should be %s and is %s", path, sha256, actual);
}

/* An index of files may serve METADATA beside the wheel (PEP 658), or instead of it. */
static enum eg_error_kind beside(struct eg_run *run, struct eg_link_slot *slot, struct eg_metadata_text *ret)
{
	const char *path = eg_strf(run->arena, "%s.metadata", slot->link->path);
	char *text;
	enum eg_error_kind e = eg_file_read(run, path, EG_MAX_METADATA, &text, &ret->n);

	if (e)
		return e;
	ret->text = text;
	return has_hash(run, path, slot->detail.metadata_sha256, text, ret->n);
}

static enum eg_error_kind of_wheel(struct eg_run *run, struct eg_link_slot *slot, struct eg_metadata_text *ret)
{
	const char *path = slot->link->path;
	struct mapping file;
	char *text;
	enum eg_error_kind e = EG_OK;

	if (slot->detail.sha256) {
		e = map_file(run, path, EG_MAX_LOCAL_WHEEL, &file);
		if (e)
			return e;
		e = has_hash(run, path, slot->detail.sha256, file.bytes, file.n);
		unmap(&file);
	}
	if (!e)
		e = eg_wheel_metadata_of_file(run, path, eg_wheel_project(run->arena, slot->link->file.filename), &text,
					      &ret->n);
	if (!e)
		ret->text = text;
	return e;
}

static enum eg_error_kind of_sdist(struct eg_run *run, struct eg_link_slot *slot, struct eg_metadata_text *ret)
{
	const char *path = slot->link->path;
	struct mapping file;
	enum eg_error_kind e = map_file(run, path, EG_MAX_SDIST, &file);

	if (e)
		return e;
	e = has_hash(run, path, slot->detail.sha256, file.bytes, file.n);
	if (!e)
		e = eg_sdist_metadata(run, slot->link->file.filename, eg_strf(run->arena, "sdist '%s'", path),
				      slot->subdirectory, file.bytes, file.n, ret);
	unmap(&file);
	return e;
}

enum eg_error_kind eg_local_metadata(struct eg_run *run, struct eg_link_slot *slot, struct eg_metadata_text *ret)
{
	const char *path = slot->link->path;

	if (eg_is_dir(path))
		return eg_folder_metadata(run, slot->subdirectory ? eg_path_join(run->arena, path, slot->subdirectory) : path,
					  ret);
	if (slot->detail.has_metadata && eg_is_file(eg_strf(run->arena, "%s.metadata", path)))
		return beside(run, slot, ret);
	if (!eg_is_file(path))
		return eg_fail(run, EG_NOT_FOUND, "there is no file or directory '%s'", path);
	return eg_is_wheel_name(slot->link->file.filename) ? of_wheel(run, slot, ret) : of_sdist(run, slot, ret);
}
