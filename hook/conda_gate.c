#include "conda_gate.h"

#include "file.h"

extern const char eg_gate_conda[];
extern const size_t eg_gate_conda_size;

/* conda finds its plugins by entry points, and these in the metadata of a distribution. */
#define INFO "envguard_gate_conda-" EG_VERSION ".dist-info"

static const char metadata[] = "Metadata-Version: 2.1\n"
			       "Name: envguard-gate-conda\n"
			       "Version: " EG_VERSION "\n"
			       "Summary: envguard's conda plugin; 'envguard disable' removes it\n";
static const char entry_points[] = "# envguard's conda plugin\n[conda]\nenvguard-gate = envguard_gate_conda\n";
static const char installer[] = "envguard\n";
static const char record[] = "envguard_gate_conda.py,,\n" INFO "/METADATA,,\n" INFO "/entry_points.txt,,\n" INFO
			     "/INSTALLER,,\n" INFO "/RECORD,,\n";

/* The module first, and what makes conda load it last. */
enum eg_error_kind eg_conda_gate_files(struct eg_run *run, const struct eg_scope *scope, struct eg_placed_list *ret)
{
	struct eg_placed files[] = {
		{.path = "envguard_gate_conda.py", .text = eg_gate_conda, .n = eg_gate_conda_size},
		{.path = INFO, .directory = true},
		{.path = INFO "/METADATA", .text = metadata, .n = sizeof(metadata) - 1},
		{.path = INFO "/INSTALLER", .text = installer, .n = sizeof(installer) - 1},
		{.path = INFO "/RECORD", .text = record, .n = sizeof(record) - 1},
		{.path = INFO "/entry_points.txt", .text = entry_points, .n = sizeof(entry_points) - 1},
	};

	if (!scope->has_python || !eg_is_dir(eg_path_join(run->arena, scope->site, "conda/plugins")))
		return EG_OK;
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		files[i].path = eg_path_join(run->arena, scope->site, files[i].path);
		eg_vec_push(run->arena, ret, files[i]);
	}
	return EG_OK;
}

enum eg_error_kind eg_conda_gate_put(struct eg_run *run, const struct eg_scope *scope, bool *ret_changed)
{
	struct eg_placed_list files = {0};
	enum eg_error_kind kind = eg_conda_gate_files(run, scope, &files);

	return kind ? kind : eg_placed_put(run, &files, ret_changed);
}

enum eg_error_kind eg_conda_gate_remove(struct eg_run *run, const struct eg_scope *scope, bool *ret_changed)
{
	struct eg_placed_list files = {0};
	enum eg_error_kind kind = eg_conda_gate_files(run, scope, &files);

	return kind ? kind : eg_placed_remove(run, &files, ret_changed);
}
