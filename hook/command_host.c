/* envguard host: what this machine is to a GPU framework. */
#include <string.h>

#include "command.h"
#include "json_out.h"

struct page {
	FILE *out;
	struct eg_run *run;
	const struct eg_host *host;
};

static void line(const struct page *p, const char *label, const char *text)
{
	fprintf(p->out, "%-11s %s\n", label, eg_printable(p->run->arena, text));
}

static void line_if(const struct page *p, const char *label, const char *text)
{
	if (text)
		line(p, label, text);
}

static void print_gpu(const struct page *p, const struct eg_gpu *gpu)
{
	struct eg_arena *arena = p->run->arena;
	const char *text = gpu->name ? gpu->name : "a GPU of unknown name";

	if (gpu->capability[0])
		text = eg_strf(arena, "%s, compute capability %d.%d", text, gpu->capability[0], gpu->capability[1]);
	if (gpu->memory_mib)
		text = eg_strf(arena, "%s, %.1f GiB", text, (double)gpu->memory_mib / 1024);
	if (gpu->mig)
		text = eg_strf(arena, "%s, divided (MIG) into %d instance%s", text, gpu->mig_instances,
			       gpu->mig_instances == 1 ? "" : "s");
	line(p, "GPU", text);
}

static void print_cuda(const struct page *p)
{
	const struct eg_host *host = p->host;
	struct eg_arena *arena = p->run->arena;

	if (host->cuda)
		line(p, "CUDA", eg_strf(arena, "%s is the newest that %s runs by itself", host->cuda,
					host->jetpack ? "the JetPack" : host->driver ? "the driver" : "the host"));
	if (host->cuda_loaded)
		line(p, "", eg_strf(arena, "programs load a libcuda for %s (cuda-compat)", host->cuda_loaded));
}

static void print_place(const struct page *p, const char *label, const struct eg_place *place)
{
	if (place->path)
		line(p, label, eg_strf(p->run->arena, "%s at %s", place->version ? place->version : "unknown version",
				       place->path));
}

static void print_surroundings(const struct page *p)
{
	const struct eg_host *host = p->host;
	struct eg_arena *arena = p->run->arena;
	const char *names = "";

	line_if(p, "platform", host->platform);
	line_if(p, "glibc", host->glibc);
	line_if(p, "ROCm", host->rocm);
	for (size_t i = 0; i < host->amd_gpus.n; i++)
		names = eg_strf(arena, "%s%s%s", names, i ? ", " : "", host->amd_gpus.v[i]);
	line_if(p, "AMD GPU", *names ? names : NULL);
	if (host->wsl)
		line(p, "WSL", "the driver is that of Windows");
	line_if(p, "container", host->container);
	if (host->container)
		line_if(p, "", host->visible ? eg_strf(arena, "NVIDIA_VISIBLE_DEVICES=%s", host->visible) : NULL);
	line_if(p, "", host->require_cuda ? eg_strf(arena, "NVIDIA_REQUIRE_CUDA=%s", host->require_cuda) : NULL);
}

static void print_host(const struct page *p)
{
	const struct eg_host *host = p->host;

	line(p, "driver", host->driver ? host->driver : host->jetpack ? "that of the JetPack" : "none found");
	print_cuda(p);
	for (size_t i = 0; i < host->n_gpus; i++)
		print_gpu(p, &host->gpus[i]);
	line_if(p, "told by", host->told_by);
	line_if(p, "trouble", host->trouble);
	line_if(p, "board", host->model);
	if (host->jetpack)
		line(p, "JetPack", host->l4t ? eg_strf(p->run->arena, "%s (L4T %s)", host->jetpack, host->l4t) : host->jetpack);
	print_place(p, "nvcc", &host->toolkit.nvcc);
	print_place(p, "CUDA_HOME", &host->toolkit.cuda_home);
	print_place(p, "toolkit", &host->toolkit.usual);
	print_place(p, "cuDNN", &host->toolkit.cudnn);
	print_surroundings(p);
}

static int host_main(struct eg_run *run, const struct eg_command *command, int argc, char **argv)
{
	static const struct eg_probe everything = {.depth = EG_PROBE_TOOLKIT};
	bool json = argc > 1 && !strcmp(argv[1], "--json");
	const char *file = argc > 2 && !strcmp(argv[argc - 2], "--host") ? argv[argc - 1] : NULL;
	struct eg_host host;

	if (argc > 1 + json + 2 * !!file)
		return eg_usage_error(command, "unexpected argument '%s'", argv[1 + json]);
	if (file && eg_host_read(run, file, &host)) {
		eg_complain("%s", eg_printable(run->arena, run->error.message));
		return EG_EXIT_UNKNOWN;
	}
	if (!file)
		eg_host_probe(run, &everything, &host);
	if (json)
		eg_json_write(stdout, eg_json_host(run->arena, &host, true));
	else
		print_host(&(struct page){.out = stdout, .run = run, .host = &host});
	return eg_finish_output(EG_EXIT_OK);
}

const struct eg_command eg_command_host = {
	.name = "host",
	.summary = "what this machine is to a GPU framework: driver, CUDA, GPUs",
	.help = "usage: envguard host [--json] [--host FILE]\n\n"
		"Says which NVIDIA driver, GPUs, toolkit and cuDNN are here, and who told so. The driver is asked in a\n"
		"process of its own, for five seconds at most: one that hangs or crashes does no harm.\n"
		"CUDA_VISIBLE_DEVICES does not matter; CONDA_OVERRIDE_CUDA replaces the CUDA version.\n\n"
		"  --json       as a file that --host of this and other commands takes, so that a login node or an\n"
		"               image build can judge for a GPU node:\n"
		"                 gpu-node$ envguard host --json > gpu-node.json\n"
		"                 login$    envguard dry-run --host gpu-node.json torch\n"
		"  --host FILE  tell what such a file says\n",
	.main = host_main,
};
