#include "record_files.h"

#include <ctype.h>

#include "ceilings.h"
#include "file.h"

struct search {
	struct eg_run *run;
	struct eg_map owners; /* path to struct eg_dist */
	EG_VEC(struct eg_overlap) found;
};

/* "libfoo.so", "libfoo.so.9", "_C.cpython-311-x86_64-linux-gnu.so" */
static bool is_native(const char *path, size_t n)
{
	const char *dot = memmem(path, n, ".so", 3);

	while (dot) {
		const char *rest = dot + 3;
		if (rest == path + n || (*rest == '.' && isdigit((unsigned char)rest[1])))
			return true;
		dot = memmem(rest, (size_t)(path + n - rest), ".so", 3);
	}
	return false;
}

static void note_overlap(struct search *s, const struct eg_dist *a, const struct eg_dist *b, const char *file)
{
	for (size_t i = 0; i < s->found.n; i++) {
		struct eg_overlap *overlap = &s->found.v[i];
		if (!strcmp(overlap->a, a->project) && !strcmp(overlap->b, b->project)) {
			overlap->n++;
			return;
		}
	}
	eg_vec_push(s->run->arena, &s->found, (struct eg_overlap){a->project, b->project, file, 1});
}

/* LINE is one of RECORD's: path, hash and size, parted by commas; a path with a comma or quote is quoted, which no library
   is. */
static void read_line(struct search *s, struct eg_dist *dist, const char *line)
{
	size_t n = strcspn(line, ",\r\n");

	if (!n || *line == '"' || !is_native(line, n))
		return;
	const char *file = eg_strndup(s->run->arena, line, n);
	const char *path = eg_path_join(s->run->arena, dist->location, file);
	struct eg_dist *owner = eg_map_get(&s->owners, path);

	if (owner && owner != dist)
		note_overlap(s, owner, dist, file);
	else
		eg_map_put(&s->owners, path, dist);
}

static void read_record(struct search *s, struct eg_dist *dist)
{
	const char *path = eg_path_join(s->run->arena, dist->path, "RECORD");
	const char *text = eg_file_read_if(s->run, path, EG_MAX_RECORD, NULL);

	for (const char *line = text ? text : ""; *line;) {
		read_line(s, dist, line);
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
}

void eg_native_overlaps(struct eg_run *run, const struct eg_installed *installed, struct eg_overlap **ret, size_t *ret_n)
{
	struct search s = {.run = run, .owners.arena = run->arena};

	for (size_t i = 0; i < installed->n; i++)
		read_record(&s, installed->v[i]);
	*ret = s.found.v;
	*ret_n = s.found.n;
}
