/* The files of rules/data, embedded by the build, into tables. */
#include "gpu_facts.h"

#include <cjson/cJSON.h>

extern const char eg_data_torch[], eg_data_driver[], eg_data_jetson[], eg_data_kernels[], eg_data_tensorflow[],
	eg_data_numpy[], eg_data_trees[];

/* A document under reading. */
struct document {
	struct eg_run *run;
	cJSON *json;
};

static enum eg_error_kind open_document(struct eg_run *run, const char *text, struct document *ret)
{
	*ret = (struct document){.run = run, .json = cJSON_Parse(text)};
	return ret->json ? EG_OK : eg_fail(run, EG_BUG, "cannot read the facts compiled in: '%.40s'", text);
}

static const cJSON *at(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

static const char *text_of(const struct document *d, const cJSON *row, const char *key)
{
	const char *s = cJSON_GetStringValue(at(row, key));

	return s ? eg_strdup(d->run->arena, s) : NULL;
}

/* The "source" of ROW is a key of the document's "sources". */
static const char *source_of(const struct document *d, const cJSON *row)
{
	const char *key = cJSON_GetStringValue(at(row, "source"));

	return key ? text_of(d, at(d->json, "sources"), key) : NULL;
}

static struct eg_cuda cuda_at(const cJSON *row, const char *key)
{
	return eg_cuda_parse(cJSON_GetStringValue(at(row, key)));
}

static size_t length(const cJSON *list)
{
	return (size_t)cJSON_GetArraySize(list);
}

static enum eg_error_kind load_torch(struct eg_run *run, struct eg_facts *facts)
{
	struct document d;
	const cJSON *row;

	if (open_document(run, eg_data_torch, &d))
		return EG_BUG;
	facts->builds = EG_ARRAY(run->arena, struct eg_default_build, length(at(d.json, "defaults")));
	cJSON_ArrayForEach (row, at(d.json, "defaults"))
		facts->builds[facts->n_builds++] = (struct eg_default_build){
			.version = text_of(&d, row, "version"),
			.x86_64 = cuda_at(row, "x86_64"),
			.aarch64 = cuda_at(row, "aarch64"),
			.source = source_of(&d, row),
		};
	facts->companions = EG_ARRAY(run->arena, struct eg_companion_release, length(at(d.json, "companions")));
	cJSON_ArrayForEach (row, at(d.json, "companions"))
		facts->companions[facts->n_companions++] = (struct eg_companion_release){
			.name = text_of(&d, row, "name"),
			.version = text_of(&d, row, "version"),
			.requires = text_of(&d, row, "requires"),
			.source = source_of(&d, row),
		};
	facts->aarch64_cpu_through = cuda_at(d.json, "aarch64_cpu_through");
	cJSON_Delete(d.json);
	return EG_OK;
}

static enum eg_error_kind load_driver(struct eg_run *run, struct eg_facts *facts)
{
	static const char *const lists[] = {"majors", "toolkits"}; /* in the order of eg_facts_driver's search */
	struct document d;
	const cJSON *row;

	if (open_document(run, eg_data_driver, &d))
		return EG_BUG;
	size_t n = length(at(d.json, lists[0])) + length(at(d.json, lists[1]));
	facts->drivers = EG_ARRAY(run->arena, struct eg_driver_floor, n);
	for (size_t i = 0; i < 2; i++)
		cJSON_ArrayForEach (row, at(d.json, lists[i]))
			facts->drivers[facts->n_drivers++] = (struct eg_driver_floor){
				.cuda = cuda_at(row, "cuda"),
				.driver = text_of(&d, row, "driver"),
				.source = source_of(&d, row),
			};
	cJSON_Delete(d.json);
	return EG_OK;
}

static enum eg_error_kind load_kernels(struct eg_run *run, struct eg_facts *facts)
{
	struct document d;
	const cJSON *row, *arch;

	if (open_document(run, eg_data_kernels, &d))
		return EG_BUG;
	facts->kernels = EG_ARRAY(run->arena, struct eg_kernels, length(at(d.json, "kernels")));
	cJSON_ArrayForEach (row, at(d.json, "kernels")) {
		struct eg_kernels *kernels = &facts->kernels[facts->n_kernels++];
		*kernels = (struct eg_kernels){
			.series = text_of(&d, row, "series"),
			.cuda = cuda_at(row, "cuda"),
			.aarch64 = !strcmp(cJSON_GetStringValue(at(row, "platform")), "aarch64"),
			.ptx = cuda_at(row, "ptx"),
			.secondary = cJSON_IsTrue(at(row, "secondary")),
			.source = source_of(&d, row),
		};
		cJSON_ArrayForEach (arch, at(row, "arch"))
			if (kernels->n < EG_MAX_ARCH)
				kernels->arch[kernels->n++] = eg_cuda_parse(cJSON_GetStringValue(arch));
	}
	cJSON_Delete(d.json);
	return EG_OK;
}

static enum eg_error_kind load_tensorflow(struct eg_run *run, struct eg_facts *facts)
{
	struct document d;
	const cJSON *row, *requirement;

	if (open_document(run, eg_data_tensorflow, &d))
		return EG_BUG;
	facts->extras = EG_ARRAY(run->arena, struct eg_extra_release, length(at(d.json, "and_cuda")));
	cJSON_ArrayForEach (row, at(d.json, "and_cuda")) {
		struct eg_extra_release *extra = &facts->extras[facts->n_extras++];
		*extra = (struct eg_extra_release){
			.name = "tensorflow",
			.version = text_of(&d, row, "version"),
			.source = source_of(&d, row),
		};
		cJSON_ArrayForEach (requirement, at(row, "requires"))
			eg_vec_push(run->arena, &extra->requires,
				    eg_strdup(run->arena, cJSON_GetStringValue(requirement)));
	}
	cJSON_Delete(d.json);
	return EG_OK;
}

static enum eg_error_kind load_numpy(struct eg_run *run, struct eg_facts *facts)
{
	struct document d;
	const cJSON *row;

	if (open_document(run, eg_data_numpy, &d))
		return EG_BUG;
	facts->numpy = EG_ARRAY(run->arena, struct eg_numpy_bound, length(at(d.json, "numpy2")));
	cJSON_ArrayForEach (row, at(d.json, "numpy2"))
		facts->numpy[facts->n_numpy++] = (struct eg_numpy_bound){
			.name = text_of(&d, row, "name"),
			.from = cuda_at(row, "from"),
			.source = source_of(&d, row),
		};
	cJSON_Delete(d.json);
	return EG_OK;
}

static enum eg_error_kind load_trees(struct eg_run *run, struct eg_facts *facts)
{
	struct document d;
	const cJSON *row, *name;

	if (open_document(run, eg_data_trees, &d))
		return EG_BUG;
	facts->trees = EG_ARRAY(run->arena, struct eg_tree, length(at(d.json, "trees")));
	cJSON_ArrayForEach (row, at(d.json, "trees")) {
		struct eg_tree *tree = &facts->trees[facts->n_trees++];
		*tree = (struct eg_tree){.folder = text_of(&d, row, "tree"), .source = source_of(&d, row)};
		cJSON_ArrayForEach (name, at(row, "names"))
			eg_vec_push(run->arena, &tree->names, eg_strdup(run->arena, cJSON_GetStringValue(name)));
	}
	cJSON_Delete(d.json);
	return EG_OK;
}

enum eg_error_kind eg_facts_load(struct eg_run *run, struct eg_facts *ret)
{
	static enum eg_error_kind (*const loaders[])(struct eg_run *run, struct eg_facts *facts) = {
		load_torch, load_driver, load_kernels, load_tensorflow, load_numpy, load_trees,
	};
	struct eg_facts facts = {0};
	enum eg_error_kind kind = EG_OK;

	for (size_t i = 0; i < sizeof(loaders) / sizeof(*loaders) && !kind; i++)
		kind = loaders[i](run, &facts);
	if (!kind)
		*ret = facts;
	return kind;
}

enum eg_error_kind eg_facts_l4t(struct eg_run *run, const char *release, struct eg_l4t *ret)
{
	enum eg_error_kind kind = EG_NOT_FOUND;
	struct document d;
	const cJSON *row;

	if (open_document(run, eg_data_jetson, &d))
		return EG_BUG;
	cJSON_ArrayForEach (row, at(d.json, "l4t")) {
		if (strcmp(cJSON_GetStringValue(at(row, "l4t")), release))
			continue;
		*ret = (struct eg_l4t){text_of(&d, row, "jetpack"), text_of(&d, row, "cuda")};
		kind = EG_OK;
		break;
	}
	cJSON_Delete(d.json);
	return kind;
}
