/* A project's directory, as "pip install DIR" and "-e DIR" name it. */
#include "sdist.h"

#include <dirent.h>

#include "ceilings.h"
#include "file.h"

static enum eg_error_kind take_as(struct eg_run *run, const char *root, const char *path, struct eg_metadata_text *text)
{
	const char *file = eg_path_join(run->arena, root, path);
	char *s;

	if (!text || !eg_is_file(file))
		return EG_OK;
	enum eg_error_kind e = eg_file_read(run, file, EG_MAX_METADATA, &s, &text->n);
	if (!e)
		text->text = s;
	return e;
}

static enum eg_error_kind take(struct eg_run *run, const char *root, const char *path, struct eg_sdist_files *files)
{
	return take_as(run, root, path, eg_sdist_wants(files, path));
}

/* The *.egg-info directories directly in DIR ("" or "src"). */
static enum eg_error_kind take_egg_infos(struct eg_run *run, const char *root, const char *dir,
					 struct eg_sdist_files *files)
{
	static const char *const names[] = {"PKG-INFO", "requires.txt"};
	static const char suffix[] = ".egg-info";
	DIR *d = opendir(*dir ? eg_path_join(run->arena, root, dir) : root);
	enum eg_error_kind error = EG_OK;

	if (!d)
		return EG_OK;
	for (const struct dirent *e; !error && (e = readdir(d));) {
		size_t n = strlen(e->d_name), k = sizeof(suffix) - 1;

		if (n <= k || strcmp(e->d_name + n - k, suffix))
			continue;
		for (size_t i = 0; !error && i < sizeof(names) / sizeof(*names); i++)
			error = take(run, root,
				     eg_strf(run->arena, "%s%s%s/%s", dir, *dir ? "/" : "", e->d_name, names[i]), files);
	}
	closedir(d);
	return error;
}

enum eg_error_kind eg_folder_metadata(struct eg_run *run, const char *path, struct eg_metadata_text *ret)
{
	struct eg_sdist_files files = {.root = path};
	enum eg_error_kind e = take(run, path, "PKG-INFO", &files);

	e = e ? e : take(run, path, "pyproject.toml", &files);
	e = e ? e : take_as(run, path, "setup.cfg", &files.setup_cfg);
	e = e ? e : take_egg_infos(run, path, "", &files);
	e = e ? e : take_egg_infos(run, path, "src", &files);
	if (e)
		return e;
	bool project = files.pyproject.text || eg_is_file(eg_path_join(run->arena, path, "setup.py"));
	if (!project)
		return eg_fail(run, EG_FORMAT, "'%s' has neither a pyproject.toml nor a setup.py", path);
	eg_sdist_judge(run, &files, "the directory", ret);
	return EG_OK;
}
