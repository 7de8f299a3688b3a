#include "installed.h"

#include <ctype.h>
#include <strings.h>

#include "ceilings.h"
#include "direct_url.h"
#include "distinfo.h"
#include "file.h"
#include "metadata_text.h"
#include "wheel_variant.h"

/* The first line of INSTALLER that has something in it (PEP 627). */
static const char *read_installer(struct eg_run *run, const struct eg_dist *dist)
{
	const char *text = eg_file_read_if(run, eg_path_join(run->arena, dist->path, "INSTALLER"), EG_MAX_CONFIG, NULL);

	if (!text)
		return NULL;
	text += strspn(text, " \t\r\n");
	size_t n = strcspn(text, "\r\n");
	while (n && isspace((unsigned char)text[n - 1]))
		n--;
	return n && n <= EG_MAX_NAME ? eg_strndup(run->arena, text, n) : NULL;
}

static void read_direct_url(struct eg_run *run, struct eg_dist *dist)
{
	const char *path = eg_path_join(run->arena, dist->path, "direct_url.json");
	const char *text = eg_file_read_if(run, path, EG_MAX_CONFIG, NULL), *error;
	struct eg_direct_url direct;

	if (!text)
		return;
	if (!eg_direct_url_parse(run->arena, text, &direct, &error)) {
		eg_note(run, "'%s' is passed over: %s", path, error);
		return;
	}
	dist->direct_url = direct.url;
	dist->direct_json = text;
	dist->editable = direct.editable;
	dist->from_source = direct.source;
}

static bool has_requires(const struct eg_buf *headers)
{
	static const char field[] = "\nrequires-dist:";

	return headers->s && (strcasestr(headers->s, field) || !strncasecmp(headers->s, field + 1, sizeof(field) - 2));
}

static bool is_dist_info(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot && !strcmp(dot, ".dist-info");
}

/* pip/_internal/metadata/base.py, _add_egg_info_requires */
static void add_legacy_requires(struct eg_run *run, const struct eg_dist *dist, struct eg_buf *headers)
{
	const char *path = eg_path_join(run->arena, dist->path, "requires.txt"), *text;
	size_t n;

	if (is_dist_info(dist->path) || has_requires(headers) || !(text = eg_file_read_if(run, path, EG_MAX_METADATA, &n)))
		return;
	if (headers->n && headers->s[headers->n - 1] != '\n')
		eg_buf_puts(headers, "\n");
	eg_metadata_add_requires_txt(headers, text, n);
}

/* Like pip, what cannot be read counts as installed, with no requirements. */
static const struct eg_metadata *read_metadata(struct eg_run *run, const struct eg_dist *dist)
{
	struct eg_buf headers = {.max = EG_MAX_METADATA};
	struct eg_metadata *metadata = EG_NEW(run->arena, struct eg_metadata);
	int error = eg_distinfo_headers(dist->path, &headers);

	metadata->name = dist->name;
	metadata->version = dist->version.text;
	if (!error)
		add_legacy_requires(run, dist, &headers);
	if (error) {
		eg_note(run, "the metadata of %s cannot be read in '%s' (%s): its requirements are unknown", dist->project,
			dist->path, strerror(error));
	} else if (eg_metadata_parse(run, headers.n ? headers.s : "", headers.n, dist->path, metadata)) {
		eg_note(run, "%s", run->error.message);
		eg_recover(run);
	}
	eg_buf_free(&headers);
	return metadata;
}

void eg_dist_load(struct eg_run *run, struct eg_dist *dist)
{
	if (dist->metadata)
		return;
	dist->metadata = read_metadata(run, dist);
	dist->installer = read_installer(run, dist);
	read_direct_url(run, dist);
	if (is_dist_info(dist->path))
		eg_wheel_variant_read(run, dist->path, &dist->properties);
	if (dist->metadata->name)
		dist->name = dist->metadata->name;
}
