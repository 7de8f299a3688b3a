#include "gpu_facts.h"

#include <cjson/cJSON.h>

/* The files of rules/data, embedded by the build. */
extern const char eg_data_torch[], eg_data_driver[], eg_data_jetson[];

static const struct eg_cuda unknown = {-1, -1};

/* A short run of digits at *S, which moves behind it; -1 when there is none, or too many for a version's part. */
static int small_number(const char **s)
{
	size_t n = strspn(*s, "0123456789");
	int value = 0;

	if (!n || n > 6)
		return -1;
	for (; n; n--)
		value = 10 * value + *(*s)++ - '0';
	return value;
}

struct eg_cuda eg_cuda_parse(const char *text)
{
	if (!text)
		return unknown;
	if (!strcmp(text, "cpu"))
		return (struct eg_cuda){0, 0};
	int major = small_number(&text);
	if (major < 0)
		return unknown;
	if (*text != '.')
		return (struct eg_cuda){major, -1};
	text++;
	return (struct eg_cuda){major, small_number(&text)};
}

static const char *text_of(struct eg_arena *arena, const cJSON *row, const char *key)
{
	const char *s = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, key));

	return s ? eg_strdup(arena, s) : NULL;
}

/* The "source" of ROW is a key of the document's "sources". */
static const char *source_of(struct eg_arena *arena, const cJSON *document, const cJSON *row)
{
	const char *key = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "source"));
	const cJSON *sources = cJSON_GetObjectItemCaseSensitive(document, "sources");

	return key ? text_of(arena, sources, key) : NULL;
}

static cJSON *parse(struct eg_run *run, const char *name, const char *text)
{
	cJSON *document = cJSON_Parse(text);

	if (!document)
		eg_fail(run, EG_BUG, "cannot read the facts about %s", name);
	return document;
}

static enum eg_error_kind load_torch(struct eg_run *run, struct eg_facts *facts)
{
	cJSON *document = parse(run, "torch", eg_data_torch);
	const cJSON *builds = cJSON_GetObjectItemCaseSensitive(document, "defaults");
	const cJSON *companions = cJSON_GetObjectItemCaseSensitive(document, "companions"), *row;

	if (!document)
		return EG_BUG;
	facts->builds = EG_ARRAY(run->arena, struct eg_default_build, (size_t)cJSON_GetArraySize(builds));
	cJSON_ArrayForEach(row, builds)
		facts->builds[facts->n_builds++] = (struct eg_default_build){
			.version = text_of(run->arena, row, "version"),
			.x86_64 = eg_cuda_parse(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "x86_64"))),
			.aarch64 = eg_cuda_parse(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "aarch64"))),
			.source = source_of(run->arena, document, row),
		};
	facts->companions = EG_ARRAY(run->arena, struct eg_companion_release, (size_t)cJSON_GetArraySize(companions));
	cJSON_ArrayForEach(row, companions)
		facts->companions[facts->n_companions++] = (struct eg_companion_release){
			.name = text_of(run->arena, row, "name"),
			.version = text_of(run->arena, row, "version"),
			.requires = text_of(run->arena, row, "requires"),
			.source = source_of(run->arena, document, row),
		};
	facts->aarch64_cpu_through = eg_cuda_parse(
		cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(document, "aarch64_cpu_through")));
	cJSON_Delete(document);
	return EG_OK;
}

static enum eg_error_kind load_driver(struct eg_run *run, struct eg_facts *facts)
{
	cJSON *document = parse(run, "drivers", eg_data_driver);
	const cJSON *majors = cJSON_GetObjectItemCaseSensitive(document, "majors");
	const cJSON *toolkits = cJSON_GetObjectItemCaseSensitive(document, "toolkits"), *row;

	if (!document)
		return EG_BUG;
	size_t n = (size_t)(cJSON_GetArraySize(majors) + cJSON_GetArraySize(toolkits));
	facts->drivers = EG_ARRAY(run->arena, struct eg_driver_floor, n);
	cJSON_ArrayForEach(row, majors)
		facts->drivers[facts->n_drivers++] = (struct eg_driver_floor){
			.cuda = {cJSON_GetObjectItemCaseSensitive(row, "major")->valueint, -1},
			.driver = text_of(run->arena, row, "driver"),
			.source = source_of(run->arena, document, row),
		};
	cJSON_ArrayForEach(row, toolkits)
		facts->drivers[facts->n_drivers++] = (struct eg_driver_floor){
			.cuda = eg_cuda_parse(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "cuda"))),
			.driver = text_of(run->arena, row, "driver"),
			.source = source_of(run->arena, document, row),
		};
	cJSON_Delete(document);
	return EG_OK;
}

enum eg_error_kind eg_facts_load(struct eg_run *run, struct eg_facts *ret)
{
	struct eg_facts facts = {0};
	enum eg_error_kind kind = load_torch(run, &facts);

	if (!kind)
		kind = load_driver(run, &facts);
	if (!kind)
		*ret = facts;
	return kind;
}

static size_t public_length(const char *version)
{
	return strcspn(version, "+");
}

/* "2.4" of "2.4.1" */
static size_t series_length(const char *version)
{
	size_t major = strcspn(version, ".");

	return version[major] ? major + 1 + strspn(version + major + 1, "0123456789") : major;
}

static const struct eg_default_build *nearest_build(const struct eg_facts *facts, const char *version)
{
	const struct eg_default_build *nearest = NULL;
	size_t n = public_length(version), series = series_length(version);

	for (size_t i = 0; i < facts->n_builds; i++) {
		const struct eg_default_build *build = &facts->builds[i];
		if (strlen(build->version) == n && !strncmp(build->version, version, n))
			return build;
		if (series_length(build->version) == series && !strncmp(build->version, version, series))
			nearest = build;
	}
	return nearest;
}

struct eg_cuda eg_facts_build(const struct eg_facts *facts, const char *version, bool aarch64)
{
	const struct eg_default_build *build = nearest_build(facts, version);
	struct eg_cuda series = eg_cuda_parse(version), last_cpu = facts->aarch64_cpu_through;

	if (!build || !aarch64)
		return build ? build->x86_64 : unknown;
	bool cpu = series.major < last_cpu.major || (series.major == last_cpu.major && series.minor <= last_cpu.minor);
	return build->aarch64.major < 0 && cpu ? (struct eg_cuda){0, 0} : build->aarch64;
}

const struct eg_companion_release *eg_facts_companion(const struct eg_facts *facts, const char *name,
						      const char *version)
{
	size_t n = public_length(version);

	for (size_t i = 0; i < facts->n_companions; i++) {
		const struct eg_companion_release *row = &facts->companions[i];
		if (!strcmp(row->name, name) && strlen(row->version) == n && !strncmp(row->version, version, n))
			return row;
	}
	return NULL;
}

const struct eg_driver_floor *eg_facts_driver(const struct eg_facts *facts, struct eg_cuda cuda)
{
	/* The majors come first: within them any toolkit runs on the major's first driver. */
	for (size_t i = 0; i < facts->n_drivers; i++) {
		const struct eg_cuda *row = &facts->drivers[i].cuda;
		if (row->major == cuda.major && (row->minor == -1 || row->minor == cuda.minor))
			return &facts->drivers[i];
	}
	return NULL;
}

enum eg_error_kind eg_facts_l4t(struct eg_run *run, const char *release, struct eg_l4t *ret)
{
	cJSON *document = parse(run, "Jetson", eg_data_jetson);
	enum eg_error_kind kind = document ? EG_NOT_FOUND : EG_BUG;
	const cJSON *row;

	cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(document, "l4t"))
	{
		if (strcmp(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "l4t")), release))
			continue;
		*ret = (struct eg_l4t){text_of(run->arena, row, "jetpack"), text_of(run->arena, row, "cuda")};
		kind = EG_OK;
		break;
	}
	cJSON_Delete(document);
	return kind;
}
