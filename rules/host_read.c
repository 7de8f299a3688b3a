/* The facts file of --host. */
#include "host.h"

#include <cjson/cJSON.h>

#include "ceilings.h"
#include "file.h"
#include "gpu_facts.h"

struct reader {
	struct eg_run *run;
	const char *path;
	enum eg_error_kind kind;
};

/* "driver" of OBJECT as text; NULL for null or missing, EG_FORMAT for anything else. */
static const char *text(struct reader *r, const cJSON *object, const char *where, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	if (!item || cJSON_IsNull(item))
		return NULL;
	if (!cJSON_IsString(item)) {
		r->kind = eg_fail(r->run, EG_FORMAT, "%s: '%s%s' is neither text nor null", r->path, where, key);
		return NULL;
	}
	return eg_strdup(r->run->arena, item->valuestring);
}

/* Digits with dots between them: "535.183.01", "12.2". */
static bool is_dotted_number(const char *s)
{
	for (;;) {
		size_t n = strspn(s, "0123456789");
		if (!n || n > 9)
			return false;
		if (!s[n])
			return true;
		if (s[n] != '.')
			return false;
		s += n + 1;
	}
}

static const char *number(struct reader *r, const cJSON *object, const char *where, const char *key)
{
	const char *s = text(r, object, where, key);

	if (s && !is_dotted_number(s))
		r->kind = eg_fail(r->run, EG_FORMAT, "%s: '%s%s' is no version number: '%s'", r->path, where, key, s);
	return s;
}

static struct eg_gpu gpu(struct reader *r, const cJSON *object, int i)
{
	const char *where = eg_strf(r->run->arena, "gpus[%d].", i);
	struct eg_gpu ret = {.name = text(r, object, where, "name")};
	const char *capability = number(r, object, where, "compute_capability");
	const cJSON *memory = cJSON_GetObjectItemCaseSensitive(object, "memory_mib");

	if (!cJSON_IsObject(object))
		r->kind = eg_fail(r->run, EG_FORMAT, "%s: 'gpus[%d]' is no object", r->path, i);
	struct eg_cuda numbers = eg_cuda_parse(capability);
	if (!r->kind && capability && numbers.minor < 0)
		r->kind = eg_fail(r->run, EG_FORMAT, "%s: '%scompute_capability' wants two numbers: '%s'", r->path,
				  where, capability);
	else if (capability)
		memcpy(ret.capability, (int[]){numbers.major, numbers.minor}, sizeof(ret.capability));
	const cJSON *instances = cJSON_GetObjectItemCaseSensitive(object, "mig_instances");
	if (cJSON_IsNumber(memory) && memory->valuedouble > 0 && memory->valuedouble < 1e9)
		ret.memory_mib = (int64_t)memory->valuedouble;
	ret.uuid = text(r, object, where, "uuid");
	ret.mig = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, "mig"));
	if (cJSON_IsNumber(instances))
		ret.mig_instances = instances->valueint;
	return ret;
}

static void gpus(struct reader *r, const cJSON *object, struct eg_host *host)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(object, "gpus"), *item;

	if (!list || cJSON_IsNull(list))
		return;
	if (!cJSON_IsArray(list)) {
		r->kind = eg_fail(r->run, EG_FORMAT, "%s: 'gpus' is no list", r->path);
		return;
	}
	host->gpus = EG_ARRAY(r->run->arena, struct eg_gpu, (size_t)cJSON_GetArraySize(list));
	cJSON_ArrayForEach(item, list)
	{
		host->gpus[host->n_gpus] = gpu(r, item, (int)host->n_gpus);
		host->n_gpus++;
	}
}

static struct eg_place place(struct reader *r, const cJSON *toolkit, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(toolkit, key);
	const char *where = eg_strf(r->run->arena, "toolkit.%s.", key);

	return (struct eg_place){number(r, item, where, "version"), text(r, item, where, "path")};
}

static void toolkit(struct reader *r, const cJSON *json, struct eg_toolkit *ret)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, "toolkit");

	if (item && !cJSON_IsNull(item) && !cJSON_IsObject(item))
		r->kind = eg_fail(r->run, EG_FORMAT, "%s: 'toolkit' is no object", r->path);
	*ret = (struct eg_toolkit){
		.nvcc = place(r, item, "nvcc"),
		.cuda_home = place(r, item, "cuda_home"),
		.usual = place(r, item, "usr_local_cuda"),
		.cudnn = place(r, item, "cudnn"),
		.cudnn_first = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(item, "cudnn_first")),
	};
}

static void amd_gpus(struct reader *r, const cJSON *json, struct eg_host *host)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(json, "amd_gpus"))
	{
		if (cJSON_IsString(item))
			eg_vec_push(r->run->arena, &host->amd_gpus, eg_strdup(r->run->arena, item->valuestring));
		else
			r->kind = eg_fail(r->run, EG_FORMAT, "%s: 'amd_gpus' is no list of texts", r->path);
	}
}

/* What `envguard host --json` writes beyond the keys that everybody may count on. */
static void more(struct reader *r, const cJSON *json, struct eg_host *host)
{
	host->cuda_loaded = number(r, json, "", "cuda_loaded");
	host->trouble = text(r, json, "", "trouble");
	host->told_by = text(r, json, "", "told_by");
	host->model = text(r, json, "", "model");
	host->l4t = number(r, json, "", "l4t");
	host->wsl = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "wsl"));
	host->container = text(r, json, "", "container");
	host->visible = text(r, json, "", "nvidia_visible_devices");
	host->require_cuda = text(r, json, "", "nvidia_require_cuda");
	host->rocm = number(r, json, "", "rocm");
	amd_gpus(r, json, host);
	toolkit(r, json, &host->toolkit);
}

/* A driver tells the CUDA that it runs by itself, where the file has no word about it. */
static void fill_cuda(struct eg_run *run, struct eg_host *host)
{
	struct eg_facts facts;

	if (!host->driver || host->cuda || host->jetpack || eg_facts_load(run, &facts))
		return;
	const struct eg_driver_branch *branch = eg_facts_branch(&facts, host->driver);
	if (branch && !branch->secondary)
		host->cuda = eg_strf(run->arena, "%d.%d", branch->cuda.major, branch->cuda.minor);
}

static void object(struct reader *r, const cJSON *json, struct eg_host *host)
{
	if (!cJSON_IsObject(json)) {
		r->kind = eg_fail(r->run, EG_FORMAT, "%s: host facts are an object, {\"driver\": …}", r->path);
		return;
	}
	host->driver = number(r, json, "", "driver");
	host->cuda = number(r, json, "", "cuda");
	host->platform = text(r, json, "", "platform");
	host->jetpack = text(r, json, "", "jetpack");
	host->glibc = number(r, json, "", "glibc");
	host->given = true;
	gpus(r, json, host);
	more(r, json, host);
	if (!cJSON_HasObjectItem(json, "cuda"))
		fill_cuda(r->run, host);
}

static int line_of(const char *text_start, const char *at)
{
	int line = 1;

	for (const char *s = text_start; s < at; s++)
		line += *s == '\n';
	return line;
}

enum eg_error_kind eg_host_read(struct eg_run *run, const char *path, struct eg_host *ret)
{
	struct reader r = {.run = run, .path = path};
	struct eg_host host = {0};
	const char *end;
	char *bytes;
	size_t n;

	r.kind = eg_file_read(run, path, EG_MAX_CONFIG, &bytes, &n);
	if (r.kind)
		return r.kind;
	cJSON *json = cJSON_ParseWithLengthOpts(bytes, n, &end, false);
	if (!json)
		return eg_fail(run, EG_FORMAT, "%s: line %d: no JSON", path, line_of(bytes, end));
	object(&r, json, &host);
	cJSON_Delete(json);
	if (!r.kind)
		*ret = host;
	return r.kind;
}
