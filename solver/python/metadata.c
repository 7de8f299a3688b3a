#include "metadata.h"

#include "ascii.h"
#include "ceilings.h"

#include <stdio.h>
#include <strings.h>

/* The header of core metadata, as Python's email parser (compat32) reads it for pip. */

struct field {
	const char *name, *value;
	size_t name_n, value_n;
};

/* Line ends are \n, \r\n and \r. The position behind the line at P. */
static const char *line_end(const char *p, const char *end)
{
	const char *lf = memchr(p, '\n', (size_t)(end - p));
	const char *cr = memchr(p, '\r', (size_t)((lf ? lf : end) - p));

	if (cr)
		return cr + 1 < end && cr[1] == '\n' ? cr + 2 : cr + 1;
	return lf ? lf + 1 : end;
}

static bool continues(const char *p, const char *end)
{
	return p < end && (*p == ' ' || *p == '\t');
}

/* The field at *P, its continuation lines included; false where the header ends: at the first line that is no field. */
static bool next_field(const char **p, const char *end, struct field *ret)
{
	const char *colon = *p;

	while (colon < end && *colon > ' ' && *colon < 0x7f && *colon != ':')
		colon++;
	if (colon == end || *colon != ':')
		return false;

	const char *value = colon + 1, *next = line_end(value, end);
	while (continues(next, end))
		next = line_end(next, end);
	const char *value_end = next;
	while (value < value_end && is_blank(*value))
		value++;
	while (value < value_end && is_blank(value_end[-1]))
		value_end--;
	*ret = (struct field){*p, value, (size_t)(colon - *p), (size_t)(value_end - value)};
	*p = next;
	return true;
}

static bool is(const struct field *field, const char *name)
{
	return to_lower(*field->name) == to_lower(*name) && strlen(name) == field->name_n &&
	       !strncasecmp(field->name, name, field->name_n);
}

static bool value_is(const struct field *field, const char *value)
{
	return strlen(value) == field->value_n && !strncasecmp(field->value, value, field->value_n);
}

struct reader {
	struct eg_arena *arena;
	struct eg_metadata metadata;
	EG_VEC(struct eg_requirement) requires_dist;
	bool dynamic; /* something that a resolution reads */
};

/* The first one counts, as for Message.get. */
static void set(struct reader *reader, const char **where, const struct field *field)
{
	if (!*where)
		*where = eg_strndup(reader->arena, field->value, field->value_n);
}

static void add_requirement(struct reader *reader, const struct field *field)
{
	struct eg_arena *arena = reader->arena;
	struct eg_requirement req;
	const char *error;

	if (!eg_requirement_parse(arena, field->value, field->value_n, &req, &error)) {
		if (!reader->metadata.invalid)
			reader->metadata.invalid = eg_strf(arena, "Requires-Dist: %.*s: %s",
							   (int)(field->value_n < 200 ? field->value_n : 200),
							   field->value, error);
		if (!eg_requirement_parse_legacy(arena, field->value, field->value_n, &req))
			return;
	}
	eg_vec_push(arena, &reader->requires_dist, req);
}

static void take(struct reader *reader, const struct field *field)
{
	struct eg_metadata *metadata = &reader->metadata;

	if (is(field, "Requires-Dist"))
		add_requirement(reader, field);
	else if (is(field, "Provides-Extra"))
		eg_vec_push(reader->arena, &metadata->provides_extra,
			    eg_normalize(reader->arena, field->value, field->value_n));
	else if (is(field, "Name"))
		set(reader, &metadata->name, field);
	else if (is(field, "Version"))
		set(reader, &metadata->version, field);
	else if (is(field, "Requires-Python"))
		set(reader, &metadata->requires_python, field);
	else if (is(field, "Metadata-Version"))
		set(reader, &metadata->metadata_version, field);
	else if (is(field, "Dynamic")) {
		metadata->dynamic_requires = metadata->dynamic_requires || value_is(field, "Requires-Dist");
		reader->dynamic = reader->dynamic || value_is(field, "Requires-Dist") ||
				  value_is(field, "Provides-Extra") || value_is(field, "Requires-Python");
	}
}

/* PEP 643: what is not dynamic is what a build will give, from 2.2 on. */
static bool is_static(struct eg_arena *arena, const char *metadata_version)
{
	struct eg_version version, since;

	return metadata_version && eg_version_parse(arena, metadata_version, strlen(metadata_version), &version) &&
	       eg_version_parse(arena, "2.2", 3, &since) && eg_version_cmp(&version, &since) >= 0;
}

static const char *start_of_header(const char *p, const char *end)
{
	if (end - p >= 3 && !memcmp(p, "\xef\xbb\xbf", 3))
		p += 3; /* which pip refuses */
	if (end - p >= 5 && !memcmp(p, "From ", 5))
		p = line_end(p, end); /* of an mbox */
	while (continues(p, end))
		p = line_end(p, end);
	return p;
}

enum eg_error_kind eg_metadata_parse(struct eg_run *run, const char *text, size_t n, const char *what,
				     struct eg_metadata *ret)
{
	struct reader reader = {.arena = run->arena};
	const char *end = text + n, *p = start_of_header(text, end);
	struct field field;

	if (n > EG_MAX_METADATA)
		return eg_fail(run, EG_LIMIT, "metadata of '%s' is larger than %zu bytes", what, EG_MAX_METADATA);
	while (next_field(&p, end, &field))
		take(&reader, &field);
	if (!reader.metadata.name)
		return eg_fail(run, EG_FORMAT, "metadata of '%s' names no distribution", what);
	reader.metadata.requires_dist = reader.requires_dist.v;
	reader.metadata.n_requires_dist = reader.requires_dist.n;
	reader.metadata.static_requires = !reader.dynamic && is_static(run->arena, reader.metadata.metadata_version);
	*ret = reader.metadata;
	return EG_OK;
}
