/* What compiles CUDA code here, and the cuDNN that the loader would find. */
#include "host_private.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "ceilings.h"
#include "file.h"
#include "process.h"

enum { NVCC_MS = 3000 };

static const char *number_at(struct eg_arena *arena, const char *s)
{
	size_t n = strspn(s, "0123456789.");

	return n && isdigit((unsigned char)*s) ? eg_strndup(arena, s, n) : NULL;
}

/* "12.4.1" of version.json: {"cuda": {"name": "CUDA SDK", "version": "12.4.1"}, …} (since CUDA 11.1) */
static const char *of_json(struct eg_run *run, const char *text)
{
	cJSON *json = text ? cJSON_Parse(text) : NULL;
	const cJSON *cuda = cJSON_GetObjectItemCaseSensitive(json, "cuda");
	const char *version = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(cuda, "version"));
	const char *ret = version ? number_at(run->arena, version) : NULL;

	cJSON_Delete(json);
	return ret;
}

/* "10.2.89" of version.txt: "CUDA Version 10.2.89" */
static const char *of_text(struct eg_run *run, const char *text)
{
	static const char start[] = "CUDA Version ";

	return text && !strncmp(text, start, strlen(start)) ? number_at(run->arena, text + strlen(start)) : NULL;
}

/* The toolkit in FOLDER, as its own files tell; no version where they do not. */
static struct eg_place toolkit_in(struct eg_run *run, const char *folder)
{
	struct eg_arena *arena = run->arena;
	struct eg_place ret = {.path = folder};

	ret.version = of_json(run, eg_file_read_if(run, eg_path_join(arena, folder, "version.json"), EG_MAX_CONFIG, NULL));
	if (!ret.version)
		ret.version = of_text(run, eg_file_read_if(run, eg_path_join(arena, folder, "version.txt"), EG_MAX_CONFIG, NULL));
	return ret;
}

/* "12.4" of "Cuda compilation tools, release 12.4, V12.4.131" */
static const char *ask_nvcc(struct eg_run *run, const char *nvcc)
{
	static const char label[] = "release ";
	const char *const argv[] = {nvcc, "--version", NULL};
	const struct eg_process process = {.argv = argv, .timeout_ms = NVCC_MS, .max = EG_MAX_DRIVER_ANSWER};
	struct eg_answer answer = {0};
	bool failed_before = run->error.kind;

	if (eg_process_run(run, &process, &answer)) {
		if (!failed_before)
			eg_recover(run);
		return NULL;
	}
	const char *release = strstr(answer.out, label);
	return release ? number_at(run->arena, release + strlen(label)) : NULL;
}

/* A toolkit of its own has its version beside bin/; a distribution's and conda's nvcc has to be asked. */
static struct eg_place find_nvcc(struct eg_run *run)
{
	struct eg_place ret = {.path = eg_which(run->arena, "nvcc", NULL)};

	if (!ret.path)
		return ret;
	char *real = realpath(ret.path, NULL);
	if (real)
		ret.version = toolkit_in(run, eg_path_absolute(run->arena, eg_path_join(run->arena, real, "../.."))).version;
	free(real);
	if (!ret.version)
		ret.version = ask_nvcc(run, ret.path);
	return ret;
}

static struct eg_place named_home(struct eg_run *run)
{
	static const char *const variables[] = {"CUDA_HOME", "CUDA_PATH"};

	for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++) {
		const char *value = getenv(variables[i]);
		if (value && *value)
			return toolkit_in(run, eg_strdup(run->arena, value));
	}
	return (struct eg_place){0};
}

/* "8.9.7" of libcudnn.so.8.9.7, which libcudnn.so.8 leads to; "8" where the link tells no more. */
static struct eg_place cudnn_at(struct eg_run *run, const char *path)
{
	static const char stem[] = "libcudnn.so.";
	struct eg_place ret = {.path = path};
	char *real = realpath(path, NULL);
	const char *places[] = {real, path};

	for (size_t i = 0; !ret.version && i < 2; i++) {
		const char *s = places[i] ? strstr(places[i], stem) : NULL;
		ret.version = s ? number_at(run->arena, s + strlen(stem)) : NULL;
	}
	free(real);
	return ret;
}

/* In one folder of LD_LIBRARY_PATH. */
static const char *cudnn_in(struct eg_run *run, const char *folder)
{
	const char *found = NULL;
	DIR *dir = opendir(folder);

	for (const struct dirent *entry; dir && (entry = readdir(dir));)
		if (!strncmp(entry->d_name, "libcudnn.so.", 12) && (!found || strlen(entry->d_name) < strlen(found)))
			found = eg_strdup(run->arena, entry->d_name);
	if (dir)
		closedir(dir);
	return found ? eg_path_join(run->arena, folder, found) : NULL;
}

/* The loader's cache holds the paths of its libraries as text, each with a NUL. */
static const char *cudnn_of_cache(struct eg_run *run, const struct eg_probe *probe)
{
	static const char stem[] = "/libcudnn.so.";
	size_t n;
	const char *path = eg_probe_path(run->arena, probe, "/etc/ld.so.cache");
	const char *bytes = eg_file_read_if(run, path, EG_MAX_LOADER_CACHE, &n);
	const char *s = bytes ? memmem(bytes, n, stem, strlen(stem)) : NULL;

	for (const char *start = s; s && start > bytes; start--)
		if (!start[-1])
			return eg_probe_path(run->arena, probe, start);
	return NULL;
}

static struct eg_place find_cudnn(struct eg_run *run, const struct eg_probe *probe, bool *ret_first)
{
	const char *path = getenv("LD_LIBRARY_PATH"), *found = NULL;

	for (const char *p = path; !found && p && *p;) {
		size_t n = strcspn(p, ":");
		if (n)
			found = cudnn_in(run, eg_strndup(run->arena, p, n));
		p += n + (p[n] == ':');
	}
	*ret_first = found;
	if (!found)
		found = cudnn_of_cache(run, probe);
	return found ? cudnn_at(run, found) : (struct eg_place){0};
}

void eg_probe_toolkit(struct eg_run *run, const struct eg_probe *probe, struct eg_toolkit *ret)
{
	const char *usual = eg_probe_path(run->arena, probe, "/usr/local/cuda");

	*ret = (struct eg_toolkit){
		.nvcc = find_nvcc(run),
		.cuda_home = named_home(run),
	};
	ret->cudnn = find_cudnn(run, probe, &ret->cudnn_first);
	if (eg_is_dir(usual))
		ret->usual = toolkit_in(run, usual);
}
