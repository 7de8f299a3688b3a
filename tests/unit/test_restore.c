/* Snapshots as documents, the indexes of labelled builds, what is constrained, and what a tool left behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "constrain.h"
#include "place.h"
#include "python/direct_url.h"
#include "restore.h"
#include "words.h"

static const char *joined(struct eg_arena *arena, const struct eg_strs *list)
{
	const char *out = "";

	for (size_t i = 0; i < list->n; i++)
		out = eg_strf(arena, "%s%s%s", out, i ? " " : "", list->v[i]);
	return out;
}

static void references(void **state)
{
	static const struct {
		const char *json, *reference;
	} rows[] = {
		{"{\"url\": \"https://host/x\", \"vcs_info\": {\"vcs\": \"git\", \"commit_id\": \"0123abc\"}}",
		 "git+https://host/x@0123abc"},
		{"{\"url\": \"https://host/x\", \"subdirectory\": \"py\", \"vcs_info\": {\"vcs\": \"git\", \"commit_id\": \"0\"}}",
		 "git+https://host/x@0#subdirectory=py"},
		{"{\"url\": \"https://host/x.whl\", \"archive_info\": {\"hash\": \"sha256=ab\", \"hashes\": {\"sha256\": \"cd\"}}}",
		 "https://host/x.whl#sha256=cd"},
		{"{\"url\": \"https://host/x.whl\", \"archive_info\": {\"hash\": \"sha256=ab\"}}", "https://host/x.whl#sha256=ab"},
		{"{\"url\": \"file:///src/x\", \"dir_info\": {}}", "file:///src/x"},
		{"{\"url\": \"file:///src/x\"}", NULL},
		{"[]", NULL},
		{"", NULL},
	};
	struct place *place = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *found = eg_direct_url_reference(place->run.arena, rows[i].json);
		if (rows[i].reference)
			assert_string_equal(found, rows[i].reference);
		else
			assert_null(found);
	}
}

static void indexes(void **state)
{
	static const struct {
		const char *name, *version, *options;
	} rows[] = {
		{"torch", "2.4.1+cu121", "--extra-index-url https://download.pytorch.org/whl/cu121"},
		{"torch", "2.6.0.dev20241112+cpu", "--extra-index-url https://download.pytorch.org/whl/nightly/cpu"},
		{"torch", "2.4.1+rocm6.1", "--extra-index-url https://download.pytorch.org/whl/rocm6.1"},
		{"torch-scatter", "2.1.2+pt24cu121", "--find-links https://data.pyg.org/whl/torch-2.4.0+cu121.html"},
		{"torch-sparse", "0.6.18+pt210cpu", "--find-links https://data.pyg.org/whl/torch-2.10.0+cpu.html"},
		{"jaxlib", "0.4.20+cuda12.cudnn89",
		 "--find-links https://storage.googleapis.com/jax-releases/jax_cuda_releases.html"},
		{"torch", "2.4.1", ""},
		{"torch", "2.1.0a0+41361538.nv23.6", ""},
		{"mine", "1.0+pt", ""},
	};
	struct place *place = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct eg_item item = {.name = rows[i].name, .version = rows[i].version};
		struct eg_strs options = {0};
		eg_restore_index(place->run.arena, &item, &options);
		assert_string_equal(joined(place->run.arena, &options), rows[i].options);
	}
}

static struct eg_items items_of(struct place *place, const char *const *specs, size_t n)
{
	struct eg_items items = {0};

	for (size_t i = 0; i < n; i++) {
		const char *equals = strstr(specs[i], "==");
		eg_vec_push(place->run.arena, &items, (struct eg_item){
			.name = eg_strndup(place->run.arena, specs[i], (size_t)(equals - specs[i])),
			.version = equals + 2,
		});
	}
	eg_items_sort(&items);
	return items;
}

static void documents(void **state)
{
	static const char *const specs[] = {"torch==2.4.1+cu121", "numpy==1.26.4"};
	struct place *place = *state;
	struct eg_snapshot snapshot = {.tool = "pip", .inventory = {.prefix = place->dir, .revision = 7}}, again;

	eg_vec_push(place->run.arena, &snapshot.command, "pip");
	snapshot.inventory.items = items_of(place, specs, 2);
	snapshot.inventory.items.v[1].direct = "/src/torch";
	snapshot.inventory.items.v[1].editable = true;
	assert_int_equal(eg_snapshot_keep(&place->run, &snapshot, true), EG_OK);
	assert_int_equal(eg_snapshot_read(&place->run, snapshot.path, &again), EG_OK);
	assert_string_equal(again.id, snapshot.id);
	assert_int_equal(again.inventory.revision, 7);
	assert_int_equal(again.inventory.items.n, 2);
	assert_false(eg_restore_differs(&again.inventory.items, &snapshot.inventory.items, false));
	assert_true(eg_items_find(&again.inventory.items, EG_PYTHON, "torch")->editable);

	/* the same state is kept once, another one beside it */
	assert_int_equal(eg_snapshot_keep(&place->run, &snapshot, false), EG_OK);
	snapshot.inventory.items.v[0].version = "2.0.0";
	assert_int_equal(eg_snapshot_keep(&place->run, &snapshot, true), EG_OK);
	assert_string_not_equal(again.id, snapshot.id);
	struct eg_snapshots all = {0};
	eg_snapshot_list(&place->run, place->dir, &all);
	assert_int_equal(all.n, 2);
}

static void damaged(void **state)
{
	static const char *const texts[] = {
		"",
		"{",
		"[]",
		"{}",
		"{\"schema\": \"envguard.snapshot/2\"}",
		"{\"schema\": \"envguard.snapshot/1\", \"id\": \"0\", \"time\": \"0\"}",
		"{\"schema\": \"envguard.snapshot/1\", \"id\": \"0\", \"time\": \"0\", \"prefix\": \"/\", \"packages\": [1]}",
		"{\"schema\": \"envguard.snapshot/1\", \"id\": \"0\", \"time\": \"0\", \"prefix\": \"/\", \"packages\": [{\"name\": \"-r\", "
		"\"version\": \"1\"}]}",
	};
	struct place *place = *state;
	struct eg_snapshot snapshot;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		eg_recover(&place->run);
		assert_int_equal(eg_snapshot_parse(&place->run, "x.json", texts[i], strlen(texts[i]), &snapshot), EG_FORMAT);
	}
}

static const char *held(struct place *place, const struct eg_watch *watch, const char *line)
{
	struct eg_strs argv = {0}, found = {0};
	const char *why;

	assert_true(eg_words_split(place->run.arena, line, &argv, &why));
	eg_vec_push(place->run.arena, &argv, NULL);
	argv.n--;
	eg_constrain_held(&place->run, eg_tool_of(&place->run, argv.v, argv.n), argv.v, argv.n, watch, &found);
	return joined(place->run.arena, &found);
}

static void constraints(void **state)
{
	static const char *const specs[] = {"torch==2.4.1+cu121", "torchvision==0.19.1+cu121", "jaxlib==0.4.30",
					    "nvidia-cudnn-cu12==9.1.0.70", "numpy==1.26.4"};
	static const char all[] = "jaxlib==0.4.30 nvidia-cudnn-cu12==9.1.0.70 torch==2.4.1+cu121 torchvision==0.19.1+cu121";
	static const struct {
		const char *command, *held;
	} rows[] = {
		{"pip install foo", all},
		{"uv pip install 'foo>=2' bar[x]", all},
		{"pip install foo torch", "jaxlib==0.4.30"},
		{"pip install torchvision", "jaxlib==0.4.30"},
		{"pip install -U 'jax[cuda12]'", "torch==2.4.1+cu121 torchvision==0.19.1+cu121"},
		{"pip install nvidia-cudnn-cu12", "jaxlib==0.4.30 torch==2.4.1+cu121 torchvision==0.19.1+cu121"},
		{"pip install numpy", all},
		/* what they want, or where, is not told by their words */
		{"pip install -r req.txt", ""},
		{"pip install -e .", ""},
		{"pip install .", ""},
		{"pip install https://host/torch-2.5.0-py3-none-any.whl", ""},
		{"pip install --target lib foo", ""},
		{"pip uninstall foo", ""},
		{"uv pip sync req.txt", ""},
		{"uv sync", ""},
	};
	struct place *place = *state;
	struct eg_watch watch = {.due = true, .before.items = items_of(place, specs, 5)};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (strcmp(held(place, &watch, rows[i].command), rows[i].held))
			fail_msg("%s: holds '%s'", rows[i].command, held(place, &watch, rows[i].command));
	watch.certain = true;
	assert_string_equal(held(place, &watch, "pip install foo"), "");
}

static void pins(void **state)
{
	struct place *place = *state;
	struct eg_item items[] = {
		{.ecosystem = EG_CONDA, .name = "pytorch", .version = "2.1.0", .build = "py3.10_cuda11.8_cudnn8.7.0_0"},
		{.ecosystem = EG_PYTHON, .name = "torchaudio", .version = "2.1.0"},
	};
	struct eg_watch watch = {.due = true, .before.items = {.v = items, .n = 2}};
	static const char pin[] = "pytorch=2.1.0=py3.10_cuda11.8_cudnn8.7.0_0";

	assert_string_equal(held(place, &watch, "mamba install scipy"), pin);
	assert_string_equal(held(place, &watch, "conda install -n some 'scipy>=1' conda-forge::numpy"), pin);
	assert_string_equal(held(place, &watch, "mamba install 'pytorch>=2.2' scipy"), "");
	assert_string_equal(held(place, &watch, "mamba install pytorch-cuda=12.1"), "");
	assert_string_equal(held(place, &watch, "conda install cpuonly"), "");
	assert_string_equal(held(place, &watch, "conda install --file list.txt"), "");
	assert_string_equal(held(place, &watch, "conda remove scipy"), "");
}

static void handed_over(void **state)
{
	static const char *const specs[] = {"torch==2.4.1+cu121"};
	static const char *const then[] = {"torch-2.3.0.dist-info", "nvidia_cudnn_cu12-9.1.0.70.dist-info", "numpy-1.0.dist-info",
					   "torch.dist-info", "torch-x.dist-info"};
	struct place *place = *state;
	struct eg_package to = {.name = "torch", .version = "2.5.0"}, from = {.name = "triton", .version = "3.0.0"};
	struct eg_change changes[] = {{.from = &to, .to = &to}, {.from = &from}};
	struct eg_plan plan = {.changes = changes, .n_changes = 2};
	struct eg_watch watch = {.due = true, .plan = &plan, .snapshot = "0123abcd", .before = {.prefix = place->dir}}, again;
	struct eg_strs none = {0}, entries = {.v = (const char **)then, .n = 5};

	watch.before.items = items_of(place, specs, 1);
	char *text = eg_watch_text(&place->run, &watch, &none);
	assert_int_equal(eg_watch_parse(&place->run, text, strlen(text), &again), EG_OK);
	free(text);
	assert_string_equal(again.snapshot, "0123abcd");
	assert_true(eg_watch_plans(&again, "torch") && eg_watch_plans(&again, "triton") && !eg_watch_plans(&again, "numpy"));
	assert_string_equal(again.before.items.v[0].version, "2.4.1+cu121");
	assert_int_equal(eg_watch_parse(&place->run, "{}", 2, &again), EG_FORMAT);

	/* what was there when the tool began counts, not what its builds have made of it */
	eg_watch_recall(&place->run, &entries, &watch);
	assert_int_equal(watch.before.items.n, 2);
	assert_string_equal(eg_items_find(&watch.before.items, EG_PYTHON, "torch")->version, "2.3.0");
	assert_null(watch.snapshot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(references, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(indexes, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(documents, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(damaged, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(constraints, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(pins, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(handed_over, place_set_up, place_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
