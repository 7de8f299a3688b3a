/* what the machine's driver is asked, with look-alikes of its libraries (tests/lookalike) and files below a folder */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "json_out.h"
#include "host_private.h"
#include "place.h"
#include "process.h"

#define PROBE "--probe" /* the program itself, started with other libraries: the loader reads its variables once */

static const char own_driver[] = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  525.147.05  Wed Oct 25\n";

static int probe_main(char **argv)
{
	struct eg_run run = {.arena = eg_arena_new(NULL)};
	const struct eg_probe probe = {.depth = EG_PROBE_TOOLKIT, .root = argv[2], .timeout_ms = strtol(argv[3], NULL, 10)};
	struct eg_host host;

	eg_host_probe(&run, &probe, &host);
	eg_json_write(stdout, eg_json_host(run.arena, &host, true));
	eg_arena_free(run.arena);
	return run.error.kind;
}

static int set_up(void **state)
{
	static const char *const variables[] = {"LOOKALIKE_DRIVER", "LOOKALIKE_CUDA", "LOOKALIKE_LIBCUDA", "CUDA_HOME",
						"CUDA_PATH", "CONDA_OVERRIDE_CUDA", "NVIDIA_VISIBLE_DEVICES",
						"NVIDIA_REQUIRE_CUDA", "KUBERNETES_SERVICE_HOST", "APPTAINER_CONTAINER",
						"SINGULARITY_CONTAINER"};
	int rc = place_set_up(state);

	for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++)
		unsetenv(variables[i]);
	place_dir(*state, "bin");
	setenv("PATH", place_path(*state, "bin"), 1);
	setenv("CUDA_VISIBLE_DEVICES", "3", 1); /* for the facts it does not matter: the look-alike refuses it */
	return rc;
}

/* What is told where the loader finds the libraries of FOLDER, which behave as MODE says. */
static struct eg_host probe_within(struct place *place, const char *folder, const char *mode, const char *timeout_ms)
{
	const char *const argv[] = {"/proc/self/exe", PROBE, place->dir, timeout_ms, NULL};
	const struct eg_process process = {.argv = argv, .timeout_ms = 20000, .max = 100000};
	struct eg_answer answer;
	struct eg_host host;

	setenv("LD_LIBRARY_PATH", folder, 1);
	setenv("LOOKALIKE", mode, 1);
	assert_int_equal(eg_process_run(&place->run, &process, &answer), EG_OK);
	assert_string_equal(answer.err, "");
	assert_int_equal(answer.status, 0);
	assert_int_equal(eg_host_read(&place->run, place_file(place, "host.json", answer.out), &host), EG_OK);
	return host;
}

static struct eg_host probe(struct place *place, const char *folder, const char *mode)
{
	return probe_within(place, folder, mode, "5000");
}

static void skip_with_a_driver(const struct eg_host *host)
{
	if (host->told_by && strstr(host->told_by, ".so"))
		skip(); /* this machine has one of its own */
}

static void driver_and_gpu_are_told(void **state)
{
	struct eg_host host = probe(*state, EG_LOOKALIKE "/whole", "normal");

	assert_string_equal(host.driver, "535.183.01");
	assert_string_equal(host.cuda, "12.2");
	assert_null(host.cuda_loaded);
	assert_null(host.trouble);
	assert_non_null(strstr(host.told_by, "whole/libnvidia-ml.so.1"));
	assert_int_equal(host.n_gpus, 1);
	assert_string_equal(host.gpus[0].name, "NVIDIA A100-SXM4-40GB");
	assert_memory_equal(host.gpus[0].uuid, "GPU-aaaa", 8);
	assert_int_equal(host.gpus[0].capability[0], 8);
	assert_int_equal(host.gpus[0].capability[1], 0);
	assert_int_equal(host.gpus[0].memory_mib, 40960);
	assert_false(host.gpus[0].mig);
}

static void several_gpus(void **state)
{
	struct eg_host host = probe(*state, EG_LOOKALIKE "/whole", "several");

	assert_int_equal(host.n_gpus, 4);
	assert_string_equal(host.gpus[3].name, "NVIDIA GeForce GTX 1080");
	assert_int_equal(host.gpus[3].capability[1], 1);
}

static void mig_instances_are_counted(void **state)
{
	struct eg_host host = probe(*state, EG_LOOKALIKE "/whole", "mig");

	assert_true(host.gpus[0].mig);
	assert_int_equal(host.gpus[0].mig_instances, 2);
}

static void a_driver_without_gpus(void **state)
{
	struct eg_host host = probe(*state, EG_LOOKALIKE "/whole", "no-gpu");

	assert_string_equal(host.driver, "535.183.01");
	assert_int_equal(host.n_gpus, 0);
}

static void nothing_is_there(void **state)
{
	struct eg_host host = probe(*state, place_dir(*state, "empty"), "normal");

	skip_with_a_driver(&host);
	assert_null(host.driver);
	assert_null(host.cuda);
	assert_null(host.trouble);
	assert_null(host.told_by);
	assert_memory_equal(host.platform, "linux-", 6);
}

static void a_hanging_driver_does_not_hang_us(void **state)
{
	place_file(*state, "proc/driver/nvidia/version", own_driver);
	int64_t start = eg_now_ms();
	struct eg_host host = probe_within(*state, EG_LOOKALIKE "/whole", "hang", "300");

	assert_in_range(eg_now_ms() - start, 300, 10000);
	assert_string_equal(host.driver, "525.147.05");
	assert_string_equal(host.cuda, "12.0");
	assert_non_null(strstr(host.trouble, "does not answer"));
}

static void what_was_said_before_a_hang_counts(void **state)
{
	struct eg_host host = probe_within(*state, EG_LOOKALIKE "/whole", "hang-late", "300");

	assert_string_equal(host.driver, "535.183.01");
	assert_int_equal(host.n_gpus, 1);
	assert_non_null(strstr(host.trouble, "does not answer"));
}

static void a_crashing_driver_does_not_crash_us(void **state)
{
	place_file(*state, "proc/driver/nvidia/version", own_driver);
	struct eg_host host = probe(*state, EG_LOOKALIKE "/whole", "crash");

	assert_string_equal(host.driver, "525.147.05");
	assert_non_null(strstr(host.trouble, "crashes"));
}

static void an_update_without_a_restart_is_told(void **state)
{
	place_file(*state, "proc/driver/nvidia/version", own_driver);
	struct eg_host host = probe(*state, EG_LOOKALIKE "/whole", "mismatch");

	assert_string_equal(host.driver, "525.147.05");
	assert_string_equal(host.cuda, "12.0");
	assert_non_null(strstr(host.trouble, "updated without a restart"));
}

static void a_module_that_is_not_loaded_is_told(void **state)
{
	struct eg_host host = probe(*state, EG_LOOKALIKE "/whole", "not-loaded");

	assert_null(host.driver);
	assert_non_null(strstr(host.trouble, "not loaded"));
}

static void an_old_library_lacks_functions(void **state)
{
	setenv("LOOKALIKE_DRIVER", "390.157", 1);
	setenv("LOOKALIKE_LIBCUDA", "9010", 1);
	struct eg_host host = probe(*state, EG_LOOKALIKE "/old", "old-card");

	assert_string_equal(host.driver, "390.157");
	assert_string_equal(host.cuda, "9.1"); /* no toolkit of the table */
	assert_string_equal(host.gpus[0].name, "NVIDIA GeForce GTX 1080");
	assert_int_equal(host.gpus[0].capability[0], 0);
}

static void nvml_without_libcuda(void **state)
{
	setenv("LOOKALIKE_CUDA", "0", 1);
	setenv("LOOKALIKE_DRIVER", "470.57.02", 1);
	struct eg_host host = probe(*state, EG_LOOKALIKE "/nvml", "normal");

	assert_string_equal(host.driver, "470.57.02");
	if (!host.cuda_loaded) /* a real libcuda would be asked */
		assert_string_equal(host.cuda, "11.4");
}

static void libcuda_without_nvml(void **state)
{
	place_file(*state, "proc/driver/nvidia/version", own_driver);
	setenv("LOOKALIKE_LIBCUDA", "12000", 1);
	struct eg_host host = probe(*state, EG_LOOKALIKE "/cuda", "normal");

	if (host.told_by && strstr(host.told_by, "libnvidia-ml"))
		skip(); /* a real one */
	assert_string_equal(host.driver, "525.147.05");
	assert_string_equal(host.cuda, "12.0");
	assert_int_equal(host.n_gpus, 2);
	assert_string_equal(host.gpus[1].name, "NVIDIA L4");
	assert_int_equal(host.gpus[1].capability[1], 9);
	assert_int_equal(host.gpus[1].memory_mib, 23034);
}

static void the_driver_s_own_ceiling_wins_over_cuda_compat(void **state)
{
	static const struct {
		const char *driver, *said, *own, *loaded;
	} rows[] = {
		{"550.54.14", "12060", "12.4", "12.6"}, {"535.183.01", "12040", "12.2", "12.4"},
		{"565.57.01", "12070", "12.7", NULL},   {"520.56.06", "11080", "11.8", NULL},
		{"591.64", "13010", "13.1", NULL},      {"610.43.02", "13030", "13.3", NULL},
		{"700.10.01", "14000", "14.0", NULL},   {"418.39", "10010", "10.1", NULL},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		setenv("LOOKALIKE_DRIVER", rows[i].driver, 1);
		setenv("LOOKALIKE_CUDA", rows[i].said, 1);
		struct eg_host host = probe(*state, EG_LOOKALIKE "/whole", "normal");
		assert_string_equal(host.driver, rows[i].driver);
		assert_string_equal(host.cuda, rows[i].own);
		if (rows[i].loaded)
			assert_string_equal(host.cuda_loaded, rows[i].loaded);
		else
			assert_null(host.cuda_loaded);
	}
}

static void the_driver_s_own_libcuda_is_believed(void **state)
{
	struct place *place = *state;
	char *folder = place_dir(place, "lib"), *bytes;
	size_t n;

	assert_int_equal(eg_file_read(&place->run, EG_LOOKALIKE "/whole/libcuda.so.1", 1 << 24, &bytes, &n), EG_OK);
	place_bytes(place, "lib/libcuda.so.612.10.01", bytes, n, 0755);
	place_link(place, "libcuda.so.612.10.01", "lib/libcuda.so.1");
	place_link(place, EG_LOOKALIKE "/whole/libnvidia-ml.so.1", "lib/libnvidia-ml.so.1");
	setenv("LOOKALIKE_CUDA", "13040", 1);
	setenv("LOOKALIKE_DRIVER", "612.10.01", 1); /* older than what the table says of 13.4 */
	assert_string_equal(probe(place, folder, "normal").cuda, "13.4");
	setenv("LOOKALIKE_DRIVER", "580.95.05", 1);
	assert_string_equal(probe(place, folder, "normal").cuda, "13.0");
}

static void cuda_compat_on_geforce_is_told(void **state)
{
	struct eg_host host = probe(*state, EG_LOOKALIKE "/cuda", "compat-on-geforce");

	if (host.told_by && strstr(host.told_by, "libnvidia-ml"))
		skip();
	assert_non_null(strstr(host.trouble, "data-centre GPUs only"));
}

static void override_replaces_the_ceiling(void **state)
{
	setenv("CONDA_OVERRIDE_CUDA", "11.8", 1);
	assert_string_equal(probe(*state, EG_LOOKALIKE "/whole", "normal").cuda, "11.8");
	setenv("CONDA_OVERRIDE_CUDA", "", 1);
	assert_null(probe(*state, EG_LOOKALIKE "/whole", "normal").cuda);
}

static void nvidia_smi_is_asked_where_no_library_is_found(void **state)
{
	place_script(*state, "bin/nvidia-smi",
		     "#!/bin/sh\n"
		     "case \"$1\" in\n"
		     "'') echo '| NVIDIA-SMI 610.43.02    KMD Version: 610.43.02    CUDA UMD Version: 13.3 |' ;;\n"
		     "*) echo 'NVIDIA H100 80GB HBM3, 9.0, 81559, GPU-1234, Enabled'; echo 'NVIDIA T400, [N/A], [N/A], GPU-2, [N/A]' ;;\n"
		     "esac\n");
	struct eg_host host = probe(*state, place_dir(*state, "empty"), "normal");

	skip_with_a_driver(&host);
	assert_string_equal(host.driver, "610.43.02");
	assert_string_equal(host.cuda, "13.3");
	assert_int_equal(host.n_gpus, 2);
	assert_string_equal(host.gpus[0].name, "NVIDIA H100 80GB HBM3");
	assert_int_equal(host.gpus[0].capability[0], 9);
	assert_int_equal(host.gpus[0].memory_mib, 81559);
	assert_true(host.gpus[0].mig);
	assert_int_equal(host.gpus[1].capability[0], 0);
}

static void banners_of_all_releases(void **state)
{
	static const struct {
		const char *text, *driver, *cuda;
	} rows[] = {
		{"Wed Nov 25 2026\n+---+\n| NVIDIA-SMI 470.57.02    Driver Version: 470.57.02    CUDA Version: 11.4     |\n",
		 "470.57.02", "11.4"},
		{"| NVIDIA-SMI 535.183.01             Driver Version: 535.183.01   CUDA Version: 12.2     |", "535.183.01", "12.2"},
		{"| NVIDIA-SMI 590.51        Driver Version: 591.64        CUDA Version: 13.1     |", "591.64", "13.1"},
		{"| NVIDIA-SMI 610.43.02              KMD Version: 610.43.02     CUDA UMD Version: 13.3     |", "610.43.02", "13.3"},
		{"| NVIDIA-SMI 450.57       Driver Version: 450.57       CUDA Version: 11.0     |", "450.57", "11.0"},
		{"| NVIDIA-SMI 390.157                Driver Version: 390.157                   |", "390.157", NULL},
		{"| NVIDIA-SMI 525.60.13    Driver Version: 525.60.13    CUDA Version: N/A      |", "525.60.13", NULL},
		{"| NVIDIA-SMI 525.60.13    Driver Version: 525.60.13    CUDA Version: ERR!     |", "525.60.13", NULL},
		{"NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.", NULL, NULL},
		{"", NULL, NULL},
	};
	struct place *place = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *driver = NULL, *cuda = NULL;
		eg_smi_banner(place->run.arena, rows[i].text, &driver, &cuda);
		assert_string_equal(driver ? driver : "", rows[i].driver ? rows[i].driver : "");
		assert_string_equal(cuda ? cuda : "", rows[i].cuda ? rows[i].cuda : "");
	}
}

static void a_jetson_is_known_by_its_files(void **state)
{
	static const char compatible[] = "nvidia,p3737-0000+p3701-0000\0nvidia,tegra234";

	place_file(*state, "etc/nv_tegra_release", "# R35 (release), REVISION: 2.1, GCID: 32413640, BOARD: t186ref, EABI: aarch64\n");
	place_file(*state, "proc/device-tree/model", "NVIDIA Orin NX Developer Kit");
	place_bytes(*state, "proc/device-tree/compatible", compatible, sizeof(compatible), 0644);
	place_file(*state, "proc/driver/nvidia/version", "NVRM version: NVIDIA UNIX Open Kernel Module for aarch64  35.2.1  Release Build\n");
	struct eg_host host = probe(*state, place_dir(*state, "empty"), "normal");

	skip_with_a_driver(&host);
	assert_string_equal(host.jetpack, "5.1");
	assert_string_equal(host.l4t, "35.2.1");
	assert_string_equal(host.cuda, "11.4");
	assert_null(host.driver);
	assert_string_equal(host.model, "NVIDIA Orin NX Developer Kit");
	assert_int_equal(host.n_gpus, 1);
	assert_int_equal(host.gpus[0].capability[0], 8);
	assert_int_equal(host.gpus[0].capability[1], 7);
}

static void rocm_and_amd_gpus(void **state)
{
	place_file(*state, "opt/rocm/.info/version", "6.2.0-66\n");
	place_file(*state, "sys/class/kfd/kfd/topology/nodes/0/properties", "cpu_cores_count 16\ngfx_target_version 0\n");
	place_file(*state, "sys/class/kfd/kfd/topology/nodes/1/properties", "simd_count 96\ngfx_target_version 110000\n");
	place_file(*state, "sys/class/kfd/kfd/topology/nodes/2/properties", "gfx_target_version 90010\n");
	struct eg_host host = probe(*state, EG_LOOKALIKE "/whole", "normal");

	assert_string_equal(host.rocm, "6.2.0");
	assert_int_equal(host.amd_gpus.n, 2);
	assert_string_equal(host.amd_gpus.v[0], "gfx1100");
	assert_string_equal(host.amd_gpus.v[1], "gfx90a");
}

static void wsl_and_containers(void **state)
{
	place_file(*state, "proc/sys/kernel/osrelease", "5.15.153.1-microsoft-standard-WSL2\n");
	place_file(*state, ".dockerenv", "");
	setenv("NVIDIA_VISIBLE_DEVICES", "all", 1);
	setenv("NVIDIA_REQUIRE_CUDA", "cuda>=12.2 brand=tesla,driver>=470,driver<471", 1);
	struct eg_host host = probe(*state, EG_LOOKALIKE "/whole", "normal");

	assert_true(host.wsl);
	assert_string_equal(host.container, "docker");
	assert_string_equal(host.visible, "all");
	assert_memory_equal(host.require_cuda, "cuda>=12.2 ", 11);
}

static void toolkits_are_found(void **state)
{
	struct place *place = *state;

	place_script(place, "bin/nvcc", "#!/bin/sh\necho 'Cuda compilation tools, release 12.4, V12.4.131'\n");
	place_file(place, "usr/local/cuda/version.json", "{\"cuda\": {\"name\": \"CUDA SDK\", \"version\": \"12.4.1\"}}");
	place_file(place, "opt/cuda-10.2/version.txt", "CUDA Version 10.2.89\n");
	place_file(place, "lib/libcudnn.so.8.9.7", "");
	place_link(place, "libcudnn.so.8.9.7", "lib/libcudnn.so.8");
	setenv("CUDA_HOME", place_path(place, "opt/cuda-10.2"), 1);
	struct eg_host host = probe(place, eg_strf(place->run.arena, "%s:%s", EG_LOOKALIKE "/whole", place_path(place, "lib")),
				    "normal");

	assert_string_equal(host.toolkit.nvcc.version, "12.4");
	assert_string_equal(host.toolkit.nvcc.path, place_path(place, "bin/nvcc"));
	assert_string_equal(host.toolkit.cuda_home.version, "10.2.89");
	assert_string_equal(host.toolkit.usual.version, "12.4.1");
	assert_string_equal(host.toolkit.cudnn.version, "8.9.7");
	assert_non_null(strstr(host.toolkit.cudnn.path, "lib/libcudnn.so.8"));
}

static void cudnn_of_the_loader_s_cache(void **state)
{
	static const char cache[] = "glibc-ld.so.cache1.1\0libcudnn.so.9\0/usr/lib/x86_64-linux-gnu/libcudnn.so.9\0rest";

	place_bytes(*state, "etc/ld.so.cache", cache, sizeof(cache), 0644);
	struct eg_host host = probe(*state, EG_LOOKALIKE "/whole", "normal");

	assert_string_equal(host.toolkit.cudnn.version, "9");
	assert_non_null(strstr(host.toolkit.cudnn.path, "/usr/lib/x86_64-linux-gnu/libcudnn.so.9"));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(driver_and_gpu_are_told, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(several_gpus, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(mig_instances_are_counted, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(a_driver_without_gpus, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(nothing_is_there, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(a_hanging_driver_does_not_hang_us, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(what_was_said_before_a_hang_counts, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(a_crashing_driver_does_not_crash_us, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(an_update_without_a_restart_is_told, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(a_module_that_is_not_loaded_is_told, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(an_old_library_lacks_functions, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(nvml_without_libcuda, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(libcuda_without_nvml, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(the_driver_s_own_ceiling_wins_over_cuda_compat, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(the_driver_s_own_libcuda_is_believed, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(cuda_compat_on_geforce_is_told, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(override_replaces_the_ceiling, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(nvidia_smi_is_asked_where_no_library_is_found, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(banners_of_all_releases, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(a_jetson_is_known_by_its_files, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(rocm_and_amd_gpus, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(wsl_and_containers, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(toolkits_are_found, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(cudnn_of_the_loader_s_cache, set_up, place_tear_down),
	};

	if (argc == 4 && !strcmp(argv[1], PROBE))
		return probe_main(argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
