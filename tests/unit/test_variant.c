/* which accelerator build a package is */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "conda_variant.h"
#include "variant.h"

static struct eg_run *run;
static struct eg_facts facts;

static int setup(void **state)
{
	(void)state;
	static struct eg_run static_run;
	run = &static_run;
	run->arena = eg_arena_new(NULL);
	return eg_facts_load(run, &facts);
}

static int teardown(void **state)
{
	(void)state;
	eg_arena_free(run->arena);
	return 0;
}

/* The variant of one package alone in an environment. */
static const char *variant_of(struct eg_package package, const char *platform)
{
	struct eg_package *all[] = {&package};
	struct eg_plan plan = {.after = all, .n_after = 1};

	eg_variant_fill(run->arena, &facts, &plan, platform);
	return package.variant;
}

static struct eg_package package(const char *name, const char *version)
{
	return (struct eg_package){.name = name, .version = version};
}

static void labels_tell(void **state)
{
	static const struct {
		const char *label, *variant;
	} rows[] = {
		{"cpu", "cpu"}, {"cpu.cxx11.abi", "cpu"}, {"cu118", "cu118"}, {"cu92", "cu92"}, {"cu118.cxx11.abi", "cu118"},
		{"rocm6.0", "rocm6.0"}, {"rocm5.4.2", "rocm5.4.2"}, {"xpu", "xpu"}, {"nv23.03", "nv23.03"},
		{"8aa34602.nv23.03", "nv23.03"}, {"cuda11.cudnn86", "cu11"}, {"pt24cu121", "cu121"}, {"pt113cpu", "cpu"},
		{"cu12torch2.9cxx11abitrue", "cu12"}, {"4136153", "4136153"}, {"computecanada", "computecanada"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_string_equal(eg_variant_of_label(run->arena, rows[i].label), rows[i].variant);
}

static void texts_have_a_meaning(void **state)
{
	static const struct {
		const char *text;
		struct eg_variant variant;
		const char *words;
	} rows[] = {
		{NULL, {EG_UNTOLD, -1, -1}, "unknown build"},      {"cpu", {EG_CPU, -1, -1}, "CPU only"},
		{"cu121", {EG_CUDA, 12, 1}, "CUDA 12.1"},          {"cu92", {EG_CUDA, 9, 2}, "CUDA 9.2"},
		{"cu12", {EG_CUDA, 12, -1}, "CUDA 12"},            {"cu132", {EG_CUDA, 13, 2}, "CUDA 13.2"},
		{"rocm6.0", {EG_ROCM, 6, 0}, "ROCm 6.0"},          {"nv23.03", {EG_VENDOR, -1, -1}, "NVIDIA build nv23.03"},
		{"local", {EG_VENDOR, -1, -1}, "own build"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct eg_variant variant = eg_variant_parse(rows[i].text);
		assert_int_equal(variant.accelerator, rows[i].variant.accelerator);
		assert_int_equal(variant.major, rows[i].variant.major);
		assert_int_equal(variant.minor, rows[i].variant.minor);
		assert_string_equal(eg_variant_words(run->arena, rows[i].text), rows[i].words);
	}
}

static bool same(const char *a, const char *b)
{
	return eg_variant_same(eg_variant_parse(a), eg_variant_parse(b));
}

static void an_untold_part_fits_any(void **state)
{
	(void)state;
	assert_true(same("cu12", "cu121"));
	assert_true(same(NULL, "cu121"));
	assert_false(same("cu118", "cu121"));
	assert_false(same("cu11", "cu121"));
	assert_false(same("cpu", "cu121"));
	assert_false(same("rocm6.0", "cu121"));
}

/* Records of the channels pytorch, conda-forge and defaults. */
static void condas_builds_tell(void **state)
{
	static const struct {
		const char *name, *build, *depends[3], *variant;
	} rows[] = {
		{"pytorch", "py3.10_cuda11.8_cudnn8.7.0_0", {NULL}, "cu118"},
		{"pytorch", "py3.5_cuda10.1.243_cudnn7.6.3_0", {NULL}, "cu101"},
		{"pytorch", "py3.10_cpu_0", {"pytorch-mutex 1.0 cpu"}, "cpu"},
		{"pytorch", "cuda129_mkl_py313_h88633ae_301", {"__cuda", "cuda-version >=12.9,<13"}, "cu129"},
		{"pytorch", "gpu_cuda113py39h19ae3d8_1", {"cudatoolkit 11.3.*"}, "cu113"},
		{"pytorch", "cpu_generic_py310_h1a2b3c4_1", {NULL}, "cpu"},
		{"torchvision", "py310_cu118", {"pytorch 2.1.0", "pytorch-cuda 11.8.*"}, "cu118"},
		{"torchvision", "cuda_py313_h6be0d2c_2", {"pytorch * cuda*", "cuda-version >=12.9,<13"}, "cu12"},
		{"torchvision", "py36_cpu", {"pytorch 1.9.0"}, "cpu"},
		{"jaxlib", "cuda126py312hd27b167_200", {"__cuda"}, "cu126"},
		{"jaxlib", "cpu_py314h3a2952f_0", {NULL}, "cpu"},
		{"cupy", "py312h7d319b9_2", {"cuda-nvrtc", "cuda-version >=12.0,<13.0a0"}, "cu12"},
		{"cupy", "py39h1234567_0", {"cudatoolkit 11.2|11.2.*"}, "cu112"},
		{"tensorflow", "gpu_py38h8a7d6ce_0", {"_tflow_select 2.1.0 gpu", "tensorflow-base 2.4.1 gpu_py38h29c2da4_0"},
		 "cuda"},
		{"tensorflow", "mkl_py38h3c9a1e5_0", {"_tflow_select 2.3.0 mkl"}, "cpu"},
		{"tensorflow", "py310h1234567_0", {"tensorflow-base 2.18.0 cuda126py310h1234567_0"}, "cu126"},
		{"onnxruntime", "py312h58f8b1d_0_cuda", {"__cuda", "cuda-version >=12.6,<13"}, "cu12"},
		{"jaxlib", "py39h1234567_0", {"scipy >=1.2"}, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct eg_package p = {.ecosystem = EG_CONDA, .name = rows[i].name, .version = "1.0", .build = rows[i].build};
		for (size_t k = 0; k < 3 && rows[i].depends[k]; k++)
			eg_vec_push(run->arena, &p.requires, rows[i].depends[k]);
		const char *variant = variant_of(p, "linux-64");
		if (!rows[i].variant)
			assert_null(variant);
		else
			assert_string_equal(variant, rows[i].variant);
	}
}

static void torch_of_the_default_index_tells_by_its_libraries(void **state)
{
	const char *pins[] = {"filelock", "nvidia-cuda-runtime-cu12==12.1.105", "nvidia-cudnn-cu12==9.1.0.70"};
	const char *toolkit[] = {"cuda-toolkit[cublas,cudart]==13.0.2", "triton==3.6.0"};
	const char *none[] = {"filelock", "sympy"};
	struct eg_package torch = package("torch", "2.4.1");

	(void)state;
	torch.requires = (struct eg_strs){.v = pins, .n = 3};
	assert_string_equal(variant_of(torch, "linux-64"), "cu121");
	torch.requires = (struct eg_strs){.v = toolkit, .n = 2};
	assert_string_equal(variant_of(torch, "linux-64"), "cu130");
	/* neither a label nor libraries: somebody else's build */
	torch.requires = (struct eg_strs){.v = none, .n = 2};
	assert_null(variant_of(torch, "linux-64"));
	assert_string_equal(variant_of(torch, "linux-aarch64"), "cpu");
}

static void torch_that_carries_its_libraries_is_the_default_build(void **state)
{
	(void)state;
	assert_string_equal(variant_of(package("torch", "1.12.1"), "linux-64"), "cu102");
	assert_string_equal(variant_of(package("torch", "1.13.1"), "linux-64"), "cu117");
	assert_string_equal(variant_of(package("torch", "2.11.0"), "linux-aarch64"), "cu130");
	assert_null(variant_of(package("torch", "99.0"), "linux-64"));
	assert_string_equal(variant_of(package("torch", "1.12.1"), "linux-aarch64"), "cpu");
	assert_null(variant_of(package("torch", "2.12.0"), "linux-aarch64"));
}

static void the_file_outranks_the_platform(void **state)
{
	struct eg_package torch = package("torch", "2.9.0");

	(void)state;
	torch.file = "torch-2.9.0-cp312-cp312-manylinux_2_28_aarch64.whl";
	assert_string_equal(variant_of(torch, "linux-64"), "cpu");
}

static void the_index_tells_where_the_version_does_not(void **state)
{
	struct eg_package torch = package("torch", "2.1.0");

	(void)state;
	torch.index = "https://download.pytorch.org/whl/cpu";
	assert_string_equal(variant_of(torch, "linux-64"), "cpu");
	torch.index = "https://example.org/simple";
	assert_string_equal(variant_of(torch, "linux-64"), "cu121");
	struct eg_package paddle = package("paddlepaddle-gpu", "3.0.0");
	paddle.index = "https://www.paddlepaddle.org.cn/packages/stable/cu126/";
	assert_string_equal(variant_of(paddle, "linux-64"), "cu126");
}

static void others_tell_by_name_version_or_neighbour(void **state)
{
	struct eg_package jaxlib = package("jaxlib", "0.6.2"), plugin = package("jax-cuda12-plugin", "0.6.2");
	struct eg_package *both[] = {&plugin, &jaxlib};
	struct eg_plan plan = {.after = both, .n_after = 2};

	(void)state;
	assert_string_equal(variant_of(package("cupy-cuda12x", "13.6.0"), "linux-64"), "cu12");
	assert_string_equal(variant_of(package("cupy-cuda110", "9.6.0"), "linux-64"), "cu110");
	assert_string_equal(variant_of(package("mxnet-cu101mkl", "1.6.0"), "linux-64"), "cu101");
	assert_string_equal(variant_of(package("paddlepaddle-gpu", "2.6.1.post117"), "linux-64"), "cu117");
	assert_null(variant_of(package("paddlepaddle-gpu", "2.6.2"), "linux-64"));
	assert_string_equal(variant_of(package("onnxruntime", "1.22.0"), "linux-64"), "cpu");
	assert_string_equal(variant_of(package("onnxruntime-gpu", "1.18.1"), "linux-64"), "cu11");
	assert_string_equal(variant_of(package("onnxruntime-gpu", "1.22.0"), "linux-64"), "cu12");
	assert_string_equal(variant_of(package("onnxruntime-gpu", "1.29.0"), "linux-64"), "cu13");
	assert_string_equal(variant_of(package("jaxlib", "0.4.20+cuda11.cudnn86"), "linux-64"), "cu11");
	assert_string_equal(variant_of(jaxlib, "linux-64"), "cpu");
	eg_variant_fill(run->arena, &facts, &plan, "linux-64");
	assert_string_equal(jaxlib.variant, "cu12");
	assert_null(variant_of(package("requests", "2.0"), "linux-64"));
}

static void what_conda_or_a_developer_built_is_not_guessed(void **state)
{
	struct eg_package torch = package("torch", "1.11.0");

	(void)state;
	torch.installer = "conda";
	assert_null(variant_of(torch, "linux-64"));
	torch = package("torch", "2.1.0a0");
	assert_string_equal(variant_of(torch, "linux-64"), "local");
	torch = package("torch", "2.4.1");
	torch.editable = true;
	assert_string_equal(variant_of(torch, "linux-64"), "local");
}

static void torchvision_of_the_default_index_is_of_its_torch_build(void **state)
{
	(void)state;
	assert_string_equal(variant_of(package("torchvision", "0.20.1"), "linux-64"), "cu124");
	assert_string_equal(variant_of(package("torchaudio", "0.10.0"), "linux-64"), "cu102");
	assert_null(variant_of(package("torchvision", "0.29.2"), "linux-64"));
	assert_null(variant_of(package("torchtext", "0.18.0"), "linux-64"));
}

static void every_cuda_has_a_driver_and_its_source(void **state)
{
	static const struct {
		struct eg_cuda cuda;
		const char *driver;
	} rows[] = {
		{{13, 2}, "580"}, {{12, 8}, "525.60.13"}, {{11, 8}, "450.80.02"}, {{11, -1}, "450.80.02"}, {{10, 2}, "440.33"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct eg_driver_floor *floor = eg_facts_driver(&facts, rows[i].cuda);
		assert_non_null(floor);
		assert_string_equal(floor->driver, rows[i].driver);
		assert_non_null(floor->source);
	}
	assert_null(eg_facts_driver(&facts, (struct eg_cuda){8, 0}));
}

/* What the table says of conda's build strings is what is read from them. */
static void every_build_string_of_conda_tells(void **state)
{
	size_t n, told = 0;
	const struct eg_conda_build *rows = eg_facts_rows(&facts, EG_FACTS_CONDA_BUILDS, &n);

	(void)state;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; !strcmp(rows[i].cuda_from, "build") && k < rows[i].examples.n; k++) {
			const char *build = rows[i].examples.v[k];
			struct eg_package conda = {.ecosystem = EG_CONDA, .name = "pytorch", .build = build};
			if (strchr(build, ' '))
				continue; /* a version and a build, of a selector */
			struct eg_variant variant = eg_variant_parse(eg_conda_variant(run->arena, &conda));
			assert_int_equal(variant.accelerator, strstr(build, "cpu") ? EG_CPU : EG_CUDA);
			told++;
		}
	assert_true(told >= 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(labels_tell),
		cmocka_unit_test(condas_builds_tell),
		cmocka_unit_test(texts_have_a_meaning),
		cmocka_unit_test(an_untold_part_fits_any),
		cmocka_unit_test(torch_of_the_default_index_tells_by_its_libraries),
		cmocka_unit_test(torch_that_carries_its_libraries_is_the_default_build),
		cmocka_unit_test(the_file_outranks_the_platform),
		cmocka_unit_test(the_index_tells_where_the_version_does_not),
		cmocka_unit_test(others_tell_by_name_version_or_neighbour),
		cmocka_unit_test(what_conda_or_a_developer_built_is_not_guessed),
		cmocka_unit_test(torchvision_of_the_default_index_is_of_its_torch_build),
		cmocka_unit_test(every_cuda_has_a_driver_and_its_source),
		cmocka_unit_test(every_build_string_of_conda_tells),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
