#include "metadata.h"

#include "ascii.h"
#include "ceilings.h"
#include "header.h"

#include <strings.h>

static bool value_is(const struct eg_field *field, const char *value)
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
static void set(struct reader *reader, const char **where, const struct eg_field *field)
{
	if (!*where)
		*where = eg_strndup(reader->arena, field->value, field->value_n);
}

static void add_requirement(struct reader *reader, const struct eg_field *field)
{
	struct eg_arena *arena = reader->arena;
	struct eg_requirement req;
	const char *error;

	if (!eg_requirement_parse(arena, field->value, field->value_n, &req, &error)) {
		if (!reader->metadata.invalid)
			reader->metadata.invalid =
				eg_strf(arena, "Requires-Dist: %.*s: %s",
					(int)(field->value_n < 200 ? field->value_n : 200), field->value, error);
		if (!eg_requirement_parse_legacy(arena, field->value, field->value_n, &req))
			return;
	}
	eg_vec_push(arena, &reader->requires_dist, req);
}

static void take(struct reader *reader, const struct eg_field *field)
{
	struct eg_metadata *metadata = &reader->metadata;

	if (eg_field_is(field, "Requires-Dist"))
		add_requirement(reader, field);
	else if (eg_field_is(field, "Provides-Extra"))
		eg_vec_push(reader->arena, &metadata->provides_extra,
			    eg_normalize(reader->arena, field->value, field->value_n));
	else if (eg_field_is(field, "Name"))
		set(reader, &metadata->name, field);
	else if (eg_field_is(field, "Version"))
		set(reader, &metadata->version, field);
	else if (eg_field_is(field, "Requires-Python"))
		set(reader, &metadata->requires_python, field);
	else if (eg_field_is(field, "Metadata-Version"))
		set(reader, &metadata->metadata_version, field);
	else if (eg_field_is(field, "Dynamic")) {
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

enum eg_error_kind eg_metadata_parse(struct eg_run *run, const char *text, size_t n, const char *what,
				     struct eg_metadata *ret)
{
	struct reader reader = {.arena = run->arena};
	const char *end = text + n, *p = eg_header_start(text, end);
	struct eg_field field;

	if (n > EG_MAX_METADATA)
		return eg_fail(run, EG_LIMIT, "metadata of '%s' is larger than %zu bytes", what, EG_MAX_METADATA);
	while (eg_header_next(&p, end, &field))
		take(&reader, &field);
	if (!reader.metadata.name)
		return eg_fail(run, EG_FORMAT, "metadata of '%s' names no distribution", what);
	reader.metadata.requires_dist = reader.requires_dist.v;
	reader.metadata.n_requires_dist = reader.requires_dist.n;
	reader.metadata.static_requires = !reader.dynamic && is_static(run->arena, reader.metadata.metadata_version);
	*ret = reader.metadata;
	return EG_OK;
}
