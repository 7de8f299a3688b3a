#include "json_out.h"

#include "policy.h"

static cJSON *text(struct eg_arena *arena, const char *s)
{
	return s ? cJSON_CreateString(eg_utf8(arena, s)) : cJSON_CreateNull();
}

void eg_json_text(struct eg_arena *arena, cJSON *object, const char *key, const char *s)
{
	cJSON_AddItemToObject(object, key, text(arena, s));
}

void eg_json_number(cJSON *object, const char *key, int64_t n)
{
	cJSON_AddItemToObject(object, key, n < 0 ? cJSON_CreateNull() : cJSON_CreateNumber((double)n));
}

void eg_json_list(struct eg_arena *arena, cJSON *object, const char *key, const struct eg_strs *strs)
{
	cJSON *list = cJSON_AddArrayToObject(object, key);

	for (size_t i = 0; i < strs->n; i++)
		cJSON_AddItemToArray(list, text(arena, strs->v[i]));
}

static void add_exception(struct eg_arena *arena, cJSON *object, const struct eg_policy_exception *exception)
{
	cJSON *item = exception ? cJSON_AddObjectToObject(object, "exception") : cJSON_AddNullToObject(object, "exception");

	if (!exception)
		return;
	eg_json_text(arena, item, "owner", exception->owner);
	eg_json_text(arena, item, "reason", exception->reason);
	eg_json_text(arena, item, "expires", exception->expires);
	eg_json_text(arena, item, "where", eg_policy_mark_text(arena, &exception->mark));
}

void eg_json_findings(struct eg_arena *arena, cJSON *document, const struct eg_judgement *judgement)
{
	cJSON *list = cJSON_AddArrayToObject(document, "findings");

	for (size_t i = 0; i < judgement->n_findings; i++) {
		const struct eg_finding *finding = &judgement->findings[i];
		cJSON *object = cJSON_CreateObject();
		eg_json_text(arena, object, "rule", finding->rule);
		eg_json_text(arena, object, "level", eg_level_name(finding->level));
		eg_json_text(arena, object, "package", finding->package);
		eg_json_text(arena, object, "message", finding->message);
		eg_json_list(arena, object, "why", &finding->why);
		eg_json_list(arena, object, "fix", &finding->fix);
		eg_json_text(arena, object, "fix_unmet", finding->fix_unmet);
		eg_json_text(arena, object, "no_fix", finding->no_fix);
		eg_json_text(arena, object, "source", finding->source);
		cJSON_AddBoolToObject(object, "requested", finding->requested);
		eg_json_text(arena, object, "default_level", eg_level_name(finding->original));
		eg_json_text(arena, object, "level_by", finding->level_by);
		add_exception(arena, object, finding->exception);
		eg_json_text(arena, object, "bypass", finding->bypass);
		cJSON_AddItemToArray(list, object);
	}
}

static cJSON *gpu_json(struct eg_arena *arena, const struct eg_gpu *gpu, bool whole)
{
	cJSON *object = cJSON_CreateObject();
	bool known = gpu->capability[0] > 0;

	eg_json_text(arena, object, "name", gpu->name);
	eg_json_text(arena, object, "compute_capability",
		     known ? eg_strf(arena, "%d.%d", gpu->capability[0], gpu->capability[1]) : NULL);
	if (!whole)
		return object;
	eg_json_number(object, "memory_mib", gpu->memory_mib ? gpu->memory_mib : -1);
	eg_json_text(arena, object, "uuid", gpu->uuid);
	cJSON_AddBoolToObject(object, "mig", gpu->mig);
	eg_json_number(object, "mig_instances", gpu->mig ? gpu->mig_instances : -1);
	return object;
}

static void add_place(struct eg_arena *arena, cJSON *object, const char *key, const struct eg_place *place)
{
	cJSON *entry = place->path || place->version ? cJSON_AddObjectToObject(object, key) : NULL;

	if (!entry) {
		cJSON_AddNullToObject(object, key);
		return;
	}
	eg_json_text(arena, entry, "version", place->version);
	eg_json_text(arena, entry, "path", place->path);
}

static void add_more(struct eg_arena *arena, cJSON *object, const struct eg_host *host)
{
	eg_json_text(arena, object, "platform", host->platform);
	eg_json_text(arena, object, "jetpack", host->jetpack);
	eg_json_text(arena, object, "glibc", host->glibc);
	eg_json_text(arena, object, "cuda_loaded", host->cuda_loaded);
	eg_json_text(arena, object, "trouble", host->trouble);
	eg_json_text(arena, object, "told_by", host->told_by);
	eg_json_text(arena, object, "model", host->model);
	eg_json_text(arena, object, "l4t", host->l4t);
	cJSON_AddBoolToObject(object, "wsl", host->wsl);
	eg_json_text(arena, object, "container", host->container);
	eg_json_text(arena, object, "nvidia_visible_devices", host->visible);
	eg_json_text(arena, object, "nvidia_require_cuda", host->require_cuda);
	eg_json_text(arena, object, "rocm", host->rocm);
	eg_json_list(arena, object, "amd_gpus", &host->amd_gpus);
	cJSON *toolkit = cJSON_AddObjectToObject(object, "toolkit");
	add_place(arena, toolkit, "nvcc", &host->toolkit.nvcc);
	add_place(arena, toolkit, "cuda_home", &host->toolkit.cuda_home);
	add_place(arena, toolkit, "usr_local_cuda", &host->toolkit.usual);
	add_place(arena, toolkit, "cudnn", &host->toolkit.cudnn);
	cJSON_AddBoolToObject(toolkit, "cudnn_first", host->toolkit.cudnn_first);
}

cJSON *eg_json_host(struct eg_arena *arena, const struct eg_host *host, bool whole)
{
	cJSON *object = cJSON_CreateObject();

	eg_json_text(arena, object, "driver", host->driver);
	eg_json_text(arena, object, "cuda", host->cuda);
	cJSON *gpus = cJSON_AddArrayToObject(object, "gpus");
	for (size_t i = 0; i < host->n_gpus; i++)
		cJSON_AddItemToArray(gpus, gpu_json(arena, &host->gpus[i], whole));
	if (whole)
		add_more(arena, object, host);
	return object;
}

static void print_scalar(FILE *out, const cJSON *item)
{
	char *text = cJSON_PrintUnformatted(item);

	fputs(text ? text : "null", out);
	cJSON_free(text);
}

static bool is_short(const cJSON *container)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, container)
		if (cJSON_IsObject(item) || cJSON_IsArray(item))
			return false;
	return cJSON_IsArray(container) || !container->child;
}

/* As one would write it: lists of plain values on a line of their own, the rest indented. */
static void print_value(FILE *out, const cJSON *value, int depth)
{
	bool object = cJSON_IsObject(value), list = cJSON_IsArray(value), brief = is_short(value);
	const cJSON *item;

	if (!object && !list) {
		print_scalar(out, value);
		return;
	}
	fputc(object ? '{' : '[', out);
	cJSON_ArrayForEach (item, value) {
		if (!brief)
			fprintf(out, "\n%*s", 2 * (depth + 1), "");
		if (object)
			fprintf(out, "\"%s\": ", item->string);
		print_value(out, item, depth + 1);
		fputs(!item->next ? "" : brief ? ", " : ",", out);
	}
	if (!brief)
		fprintf(out, "\n%*s", 2 * depth, "");
	fputc(object ? '}' : ']', out);
}

void eg_json_write(FILE *out, cJSON *document)
{
	print_value(out, document, 0);
	fputc('\n', out);
	cJSON_Delete(document);
}
