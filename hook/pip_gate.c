#include "pip_gate.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "ceilings.h"
#include "file.h"
#include "process.h"

extern const char eg_gate_ask[], eg_gate_pip[], eg_gate_watch[], eg_gate_pth[], eg_gate_start[];
extern const size_t eg_gate_pip_size, eg_gate_watch_size, eg_gate_pth_size, eg_gate_start_size;

#define MODULE "envguard_gate"

enum { COMPILE_MS = 20000 };

enum eg_error_kind eg_own_path(struct eg_run *run, const char **ret)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path));

	if (n <= 0 || (size_t)n == sizeof(path))
		return eg_fail(run, EG_IO, "cannot tell where envguard itself lies: %s", strerror(errno));
	*ret = eg_strndup(run->arena, path, (size_t)n);
	return EG_OK;
}

/* The module with this program's path in the place of @ENVGUARD@, as Python writes it in a string. */
static enum eg_error_kind ask_module_text(struct eg_run *run, struct eg_placed *file)
{
	static const char mark[] = "@ENVGUARD@";
	const char *own, *at = strstr(eg_gate_ask, mark);
	struct eg_buf buf = {0};
	enum eg_error_kind kind = eg_own_path(run, &own);

	if (kind)
		return kind;
	eg_buf_add(&buf, eg_gate_ask, (size_t)(at - eg_gate_ask));
	for (const char *p = own; *p; p++) {
		if ((unsigned char)*p < ' ')
			continue;
		if (*p == '"' || *p == '\\')
			eg_buf_puts(&buf, "\\");
		eg_buf_add(&buf, p, 1);
	}
	eg_buf_puts(&buf, at + sizeof(mark) - 1);
	if (buf.overflow)
		kind = eg_fail(run, EG_LIMIT, "no memory for '%s'", file->path);
	file->text = eg_strndup(run->arena, buf.n ? buf.s : "", buf.n);
	file->n = buf.n;
	eg_buf_free(&buf);
	return kind;
}

/* The modules first: what imports them must never be there without them. */
enum eg_error_kind eg_pip_gate_files(struct eg_run *run, const struct eg_scope *scope, struct eg_placed_list *ret)
{
	struct eg_placed files[] = {
		{.path = MODULE "_ask.py"},
		{.path = MODULE "_pip.py", .text = eg_gate_pip, .n = eg_gate_pip_size},
		{.path = MODULE ".py", .text = eg_gate_watch, .n = eg_gate_watch_size},
		{.path = MODULE ".pth", .text = eg_gate_pth, .n = eg_gate_pth_size},
		{.path = MODULE ".start", .text = eg_gate_start, .n = eg_gate_start_size},
	};

	if (!scope->has_python)
		return EG_OK;
	enum eg_error_kind kind = ask_module_text(run, &files[0]);
	if (kind)
		return kind;
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		files[i].path = eg_path_join(run->arena, scope->site, files[i].path);
		eg_vec_push(run->arena, ret, files[i]);
	}
	return EG_OK;
}

/* Compiled by content, not by time stamp, which image builds and copies change; a Python that cannot write there would
   compile the module at each start. */
static enum eg_error_kind compile(struct eg_run *run, const struct eg_scope *scope,
				  const struct eg_placed_list *files)
{
	static const char script[] = "import py_compile, sys\n"
				     "mode = py_compile.PycInvalidationMode.CHECKED_HASH\n"
				     "for path in sys.argv[1:]:\n"
				     "    py_compile.compile(path, doraise=True, invalidation_mode=mode)\n";
	const char *const argv[] = {scope->interpreter.exe, "-I", "-S", "-c", script, files->v[0].path,
				    files->v[1].path, files->v[2].path, NULL};
	const struct eg_process process = {.argv = argv, .timeout_ms = COMPILE_MS, .max = EG_MAX_PROBE};
	struct eg_answer answer;
	enum eg_error_kind kind = eg_process_run(run, &process, &answer);

	if (!kind && answer.status)
		kind = eg_fail(run, EG_IO, "'%s' cannot compile '%s': %s", argv[0], argv[5], answer.err);
	return kind;
}

enum eg_error_kind eg_pip_gate_put(struct eg_run *run, const struct eg_scope *scope, bool *ret_changed)
{
	struct eg_placed_list files = {0};
	enum eg_error_kind kind = eg_pip_gate_files(run, scope, &files);

	if (!kind && files.n && !eg_is_dir(scope->site))
		kind = scope->kind == EG_SCOPE_USER ? eg_mkdirs(run, scope->site) :
						      eg_fail(run, EG_NOT_FOUND, "'%s' does not exist", scope->site);
	if (!kind)
		kind = eg_placed_put(run, &files, ret_changed);
	if (!kind && files.n && *ret_changed)
		kind = compile(run, scope, &files);
	return kind;
}

/* What Python compiled of the module, and the folder for it if nothing else is in there. */
static void remove_compiled(struct eg_run *run, const struct eg_scope *scope)
{
	const char *folder = eg_path_join(run->arena, scope->site, "__pycache__");
	DIR *dir = opendir(folder);

	for (const struct dirent *entry; dir && (entry = readdir(dir));)
		if (!strncmp(entry->d_name, MODULE, sizeof(MODULE) - 1)) /* and _ask, _pip, _conda */
			unlink(eg_path_join(run->arena, folder, entry->d_name));
	if (dir)
		closedir(dir);
	rmdir(folder);
}

enum eg_error_kind eg_pip_gate_remove(struct eg_run *run, const struct eg_scope *scope, bool *ret_changed)
{
	struct eg_placed_list files = {0};
	enum eg_error_kind kind = eg_pip_gate_files(run, scope, &files);

	if (!kind && files.n && eg_placed_state(run, &files.v[0]) != EG_PLACED_FOREIGN)
		remove_compiled(run, scope);
	return kind ? kind : eg_placed_remove(run, &files, ret_changed);
}
