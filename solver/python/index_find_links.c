/* --find-links: a directory, a page or an archive, which serve all projects at once. */
#include "index_private.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <strings.h>

#include "fetch.h"
#include "file.h"
#include "page_build.h"
#include "pep508.h"

static bool is_html_name(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && (!strcasecmp(dot, ".html") || !strcasecmp(dot, ".htm"));
}

static void add_to_group(struct eg_answer *answer, struct eg_map *groups, const char *project, struct eg_link *link)
{
	struct eg_arena *arena = answer->index->run->arena;
	struct eg_link_list *list = eg_map_get(groups, project);

	if (!list) {
		list = EG_NEW(arena, struct eg_link_list);
		eg_map_put(groups, project, list);
	}
	if (!list->n || list->v[list->n - 1] != link)
		eg_vec_push(arena, list, link);
}

/* An sdist's name does not tell where its project ends: it is put under every one that it may be of, as pip's
   _find_name_version_sep accepts them. */
void eg_find_links_group(struct eg_answer *answer, struct eg_map *groups, const struct eg_link_list *links)
{
	struct eg_arena *arena = answer->index->run->arena;

	for (size_t i = 0; i < links->n; i++) {
		const char *name = links->v[i]->file.filename;

		if (eg_is_wheel_name(name)) {
			add_to_group(answer, groups, eg_wheel_project(arena, name), links->v[i]);
			continue;
		}
		for (const char *dash = strchr(name, '-'); dash; dash = strchr(dash + 1, '-'))
			add_to_group(answer, groups, eg_normalize(arena, name, (size_t)(dash - name)), links->v[i]);
	}
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void read_directory(struct eg_answer *answer, struct eg_link_list *files, struct eg_link_list *page_links)
{
	struct eg_run *run = answer->index->run;
	const char *path = answer->source->path;
	DIR *dir = opendir(path);
	struct eg_strs names = {0};

	if (!dir) {
		eg_answer_fail(answer, EG_IO, eg_strf(run->arena, "cannot read directory '%s': %s", path, strerror(errno)));
		return;
	}
	for (const struct dirent *e; (e = readdir(dir));)
		if (is_html_name(e->d_name) || eg_is_archive_name(e->d_name))
			eg_vec_push(run->arena, &names, eg_strdup(run->arena, e->d_name));
	closedir(dir);
	if (names.n)
		qsort(names.v, names.n, sizeof(*names.v), by_name);
	for (size_t i = 0; i < names.n; i++) {
		const char *file = eg_path_join(run->arena, path, names.v[i]);

		if (is_html_name(names.v[i]))
			eg_answer_read_local(answer, file, page_links);
		else
			eg_vec_push(run->arena, files, eg_link_of_path(answer->index, file, answer->source->url));
	}
}

static struct eg_link *remote_archive(struct eg_answer *answer)
{
	struct eg_link *link = eg_index_direct(answer->index, answer->source->url);

	link->index = answer->source->url;
	return link;
}

void eg_find_links_read(struct eg_answer *answer)
{
	struct eg_index *index = answer->index;
	struct eg_arena *arena = index->run->arena;
	const struct eg_source *source = answer->source;
	struct eg_link_list files = {0};

	if (!source->path)
		eg_vec_push(arena, &files, remote_archive(answer));
	else if (eg_is_dir(source->path))
		read_directory(answer, &files, &answer->links);
	else if (is_html_name(source->path))
		eg_answer_read_local(answer, source->path, &answer->links);
	else if (eg_is_file(source->path))
		eg_vec_push(arena, &files, eg_link_of_path(index, source->path, source->url));
	else
		eg_note(index->run, "'%s' is passed over: there is no such file or directory", source->url);
	eg_find_links_group(answer, &answer->files, &files);
	eg_find_links_group(answer, &answer->page_links, &answer->links);
}
