#include "sdist.h"

#include <stdlib.h>
#include <strings.h>

#include "ceilings.h"
#include "metadata_text.h"
#include "pyproject.h"
#include "setup_cfg.h"
#include "tar.h"

enum { MAX_DEPTH = 3 }; /* of an *.egg-info: "src/NAME.egg-info/PKG-INFO" */

/* "PKG-INFO" of "NAME-1.0/PKG-INFO", or of "NAME-1.0/SUBDIRECTORY/PKG-INFO"; NULL: not below the project's directory. */
static const char *below(const struct eg_sdist_files *files, const char *path)
{
	const char *slash = strchr(!strncmp(path, "./", 2) ? path + 2 : path, '/');
	size_t n = files->subdirectory ? strlen(files->subdirectory) : 0;

	if (slash && n)
		slash = strncmp(slash + 1, files->subdirectory, n) || slash[1 + n] != '/' ? NULL : slash + 1 + n;
	return slash && slash[1] ? slash + 1 : NULL;
}

static bool in_egg_info(const char *path, const char **ret_name)
{
	const char *slash = strrchr(path, '/');
	static const char suffix[] = ".egg-info";
	size_t n = slash ? (size_t)(slash - path) : 0, k = sizeof(suffix) - 1, depth = 0;

	for (const char *s = path; *s; s++)
		depth += *s == '/';
	*ret_name = slash ? slash + 1 : "";
	return n > k && depth < MAX_DEPTH && !memcmp(path + n - k, suffix, k);
}

struct eg_metadata_text *eg_sdist_wants(struct eg_sdist_files *files, const char *path)
{
	const char *name;
	struct eg_metadata_text *found = NULL;

	if (!strcmp(path, "PKG-INFO"))
		found = &files->pkg_info;
	else if (!strcmp(path, "pyproject.toml"))
		found = &files->pyproject;
	if (in_egg_info(path, &name)) {
		files->egg_info = true;
		if (!strcmp(name, "PKG-INFO"))
			found = &files->egg_pkg_info;
		else if (!strcmp(name, "requires.txt"))
			found = &files->requires_txt;
	}
	return found && !found->text ? found : NULL;
}

struct version {
	int major, minor;
};

static struct version metadata_version(struct eg_arena *arena, const struct eg_metadata_text *text)
{
	char *s = text->text ? eg_metadata_field(arena, text->text, text->n, "Metadata-Version") : NULL, *end;
	struct version v = {0};

	if (s) {
		v.major = (int)strtol(s, &end, 10);
		v.minor = *end == '.' ? (int)strtol(end + 1, NULL, 10) : 0;
	}
	return v;
}

static bool at_least(struct version v, int major, int minor)
{
	return v.major > major || (v.major == major && v.minor >= minor);
}

/* PEP 643: from 2.2 on, a field that is not dynamic is what a build will give. */
static bool is_static(struct eg_run *run, const struct eg_metadata_text *text)
{
	struct eg_metadata metadata;

	if (!at_least(metadata_version(run->arena, text), 2, 2))
		return false;
	struct eg_set_aside earlier = eg_error_set_aside(run);
	enum eg_error_kind e = eg_metadata_parse(run, text->text, text->n, "PKG-INFO", &metadata);
	eg_error_put_back(run, earlier);
	return !e && metadata.static_requires;
}

/* PKG-INFO's name, version and Requires-Python with the requirements of requires.txt. */
static void write_egg_info(struct eg_run *run, const struct eg_sdist_files *files, struct eg_metadata_text *ret)
{
	static const char *const copied[] = {"Name", "Version", "Requires-Python"};
	const struct eg_metadata_text *info = files->pkg_info.text ? &files->pkg_info : &files->egg_pkg_info;
	struct eg_buf out = {.max = EG_MAX_METADATA};

	eg_metadata_add_field(&out, "Metadata-Version", "2.1");
	for (size_t i = 0; i < sizeof(copied) / sizeof(*copied); i++)
		eg_metadata_add_field(&out, copied[i], eg_metadata_field(run->arena, info->text, info->n, copied[i]));
	if (files->requires_txt.text)
		eg_metadata_add_requires_txt(&out, files->requires_txt.text, files->requires_txt.n);
	ret->text = eg_strndup(run->arena, out.s, out.n);
	ret->n = out.n;
	eg_buf_free(&out);
}

static bool read_pyproject(struct eg_run *run, const struct eg_sdist_files *files, const char *source,
			   struct eg_metadata_text *ret)
{
	const struct eg_metadata_text *info = files->pkg_info.text ? &files->pkg_info : &files->egg_pkg_info;
	const char *version = info->text ? eg_metadata_field(run->arena, info->text, info->n, "Version") : NULL;

	if (!files->pyproject.text)
		return false;
	struct eg_pyproject said = eg_pyproject_read(run, files->pyproject.text, files->pyproject.n, version, files->root);
	ret->text = said.metadata;
	ret->n = said.n;
	if (said.from_files)
		ret->assumed = eg_strf(run->arena, "the files that the pyproject.toml of %s names", source);
	else if (!said.version && info != &files->pkg_info)
		ret->assumed = eg_strf(run->arena, "the pyproject.toml of %s, whose version only its build tells", source);
	return ret->text;
}

static bool read_setup_cfg(struct eg_run *run, const struct eg_sdist_files *files, const char *source,
			   struct eg_metadata_text *ret)
{
	if (!files->setup_cfg.text)
		return false;
	ret->text = eg_setup_cfg_metadata(run, files->setup_cfg.text, files->setup_cfg.n, &ret->n);
	if (ret->text)
		ret->assumed = eg_strf(run->arena, "the setup.cfg of %s", source);
	return ret->text;
}

void eg_sdist_judge(struct eg_run *run, const struct eg_sdist_files *files, const char *source,
		    struct eg_metadata_text *ret)
{
	const struct eg_metadata_text *info = files->pkg_info.text ? &files->pkg_info : &files->egg_pkg_info;
	struct eg_metadata_text found = {0};

	if (files->pkg_info.text && is_static(run, &files->pkg_info)) {
		found = files->pkg_info;
	} else if (read_pyproject(run, files, source, &found) || read_setup_cfg(run, files, source, &found)) {
		;
	} else if (files->egg_info && info->text) {
		write_egg_info(run, files, &found);
		found.assumed = eg_strf(run->arena, "the egg-info of %s", source);
	} else if (info->text && (at_least(metadata_version(run->arena, info), 2, 1) ||
				  eg_metadata_field(run->arena, info->text, info->n, "Requires-Dist") ||
				  eg_metadata_field(run->arena, info->text, info->n, "Platform"))) {
		/* setuptools ships an egg-info; other backends write what they know into PKG-INFO; one by plain distutils
		   always names the platform, and distutils knows no requirements */
		found = *info;
		found.assumed = eg_strf(run->arena, "the PKG-INFO of %s", source);
	} else {
		found.unknown = eg_strf(run->arena, "%s does not say what it requires; only running its build could tell",
					source);
	}
	*ret = found;
}

static enum eg_error_kind read_tar(struct eg_run *run, struct eg_tar *tar, struct eg_sdist_files *files)
{
	struct eg_tar_entry entry;
	enum eg_error_kind e;

	while (!files->done && eg_tar_next(tar, &entry, &e)) {
		const char *path = below(files, entry.path);
		struct eg_metadata_text *text = path ? eg_sdist_wants(files, path) : NULL;
		char *s;

		if (!text)
			continue;
		e = eg_tar_read(tar, EG_MAX_METADATA, &s, &text->n);
		if (e)
			return e;
		text->text = s;
		files->done = text == &files->pkg_info && is_static(run, text);
	}
	return files->done ? EG_OK : e;
}

static enum eg_error_kind read_zip(struct eg_run *run, const char *what, const void *bytes, size_t n,
				   struct eg_sdist_files *files)
{
	struct eg_sparse file = {.arena = run->arena, .size = n};
	const struct eg_sparse_chunk all = {0, (unsigned char *)(uintptr_t)bytes, n};
	struct eg_need need;
	struct eg_zip zip;
	struct eg_zip_entry entry;
	enum eg_error_kind e;

	eg_vec_push(run->arena, &file.chunks, all);
	e = eg_zip_open(run, &file, what, &zip, &need);
	while (!e && eg_zip_next(run, &zip, &entry, &e)) {
		const char *path = entry.name_n < EG_MAX_NAME ? below(files, eg_strndup(run->arena, entry.name, entry.name_n))
							    : NULL;
		struct eg_metadata_text *text = path ? eg_sdist_wants(files, path) : NULL;
		char *s;

		if (!text)
			continue;
		e = eg_zip_read(run, &zip, &entry, EG_MAX_METADATA, &s, &text->n, &need);
		text->text = e ? NULL : s;
	}
	return e;
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);

	return n > k && !strcasecmp(s + n - k, end);
}

enum eg_error_kind eg_sdist_metadata(struct eg_run *run, const char *filename, const char *what, const char *subdirectory,
				     const void *bytes, size_t n, struct eg_metadata_text *ret)
{
	static const struct {
		const char *extension;
		enum eg_compression compression;
	} tars[] = {
		{".tar.gz", EG_GZIP}, {".tgz", EG_GZIP}, {".tar.bz2", EG_BZIP2}, {".tbz", EG_BZIP2}, {".tar", EG_PLAIN},
	};
	struct eg_sdist_files files = {.subdirectory = subdirectory};

	if (ends_with(filename, ".zip")) {
		enum eg_error_kind e = read_zip(run, what, bytes, n, &files);
		if (!e)
			eg_sdist_judge(run, &files, "the sdist", ret);
		return e;
	}
	for (size_t i = 0; i < sizeof(tars) / sizeof(*tars); i++) {
		if (!ends_with(filename, tars[i].extension))
			continue;
		struct eg_tar *tar = eg_tar_open(run, what, tars[i].compression, bytes, n);
		enum eg_error_kind e = read_tar(run, tar, &files);
		eg_tar_close(tar);
		if (!e)
			eg_sdist_judge(run, &files, "the sdist", ret);
		return e;
	}
	return eg_fail(run, EG_UNSUPPORTED, "%s is packed in a way that is not supported", what);
}
