#include "shim_files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "pip_gate.h"
#include "style.h"

#define SYSTEM_FOLDER "/usr/local/lib/envguard/shims"

static const char *const tools[] = {
	"pip",	  "pip3",    "pip3.8",	"pip3.9",  "pip3.10", "pip3.11", "pip3.12",
	"pip3.13", "pip3.14", "pip3.15", "uv",	  "conda",   "mamba",	"micromamba",
};
enum { N_TOOLS = sizeof(tools) / sizeof(*tools) };

const char *eg_shim_folder(struct eg_run *run, const struct eg_scope *scope)
{
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");

	if (scope->kind == EG_SCOPE_SYSTEM)
		return SYSTEM_FOLDER;
	if (scope->kind != EG_SCOPE_USER)
		return NULL;
	if (data && *data == '/') /* the specification ignores relative ones */
		return eg_path_join(run->arena, data, "envguard/shims");
	return home && *home == '/' ? eg_path_join(run->arena, home, ".local/share/envguard/shims") : NULL;
}

/* The folder, then its links: all of those that are or could be there (ALL), or those that have a tool to stand for. */
static enum eg_error_kind list_links(struct eg_run *run, const char *folder, bool all, struct eg_placed_list *ret)
{
	const char *own;
	enum eg_error_kind kind = eg_own_path(run, &own);

	if (kind)
		return kind;
	for (size_t i = 0; i < N_TOOLS; i++)
		if (all || eg_which(run->arena, tools[i], folder))
			eg_vec_push(run->arena, ret,
				    (struct eg_placed){.path = eg_path_join(run->arena, folder, tools[i]), .link = own});
	return EG_OK;
}

enum eg_error_kind eg_shim_put(struct eg_run *run, const struct eg_scope *scope, bool *ret_changed)
{
	const char *folder = eg_shim_folder(run, scope);
	struct eg_placed_list links = {0};

	if (!folder)
		return EG_OK;
	enum eg_error_kind kind = list_links(run, folder, false, &links);
	if (!kind)
		kind = eg_mkdirs(run, folder);
	if (!kind && scope->kind == EG_SCOPE_SYSTEM && chmod(folder, 0755))
		kind = eg_fail(run, EG_IO, "cannot open '%s' to everybody: %s", folder, strerror(errno));
	if (!kind)
		kind = eg_placed_put(run, &links, ret_changed);
	if (!kind)
		printf("your shell's start-up file completes it: eval \"$(envguard enable %s --shell bash)\" "
		       "(or zsh; fish: envguard enable %s --shell fish | source)\n",
		       scope->kind == EG_SCOPE_USER ? "--user" : "--system",
		       scope->kind == EG_SCOPE_USER ? "--user" : "--system");
	return kind;
}

enum eg_error_kind eg_shim_remove(struct eg_run *run, const struct eg_scope *scope, bool *ret_changed)
{
	const char *folder = eg_shim_folder(run, scope);
	struct eg_placed_list links = {0};

	if (!folder)
		return EG_OK;
	enum eg_error_kind kind = list_links(run, folder, true, &links);
	if (!kind)
		kind = eg_placed_remove(run, &links, ret_changed);
	if (!kind && !rmdir(folder))
		rmdir(eg_strndup(run->arena, folder, (size_t)(strrchr(folder, '/') - folder)));
	return kind;
}

/* First on PATH, and again before each prompt: activating an environment puts its own folder in front. */
static const struct {
	const char *name, *text; /* %1$s: the folder, quoted for the shell */
} shells[] = {
	{"bash", "_envguard_first() {\n"
		 "  local at=$? dir=%1$s\n"
		 "  case $PATH in \"$dir:\"*) ;; *) PATH=$dir:${PATH//\":$dir\"/} ;; esac\n"
		 "  return $at\n"
		 "}\n"
		 "case \";${PROMPT_COMMAND[*]};\" in *_envguard_first*) ;; "
		 "*) PROMPT_COMMAND=\"_envguard_first${PROMPT_COMMAND:+;$PROMPT_COMMAND}\" ;; esac\n"
		 "_envguard_first\n"},
	{"zsh", "_envguard_first() {\n"
		"  local dir=%1$s\n"
		"  [[ ${path[1]} == $dir ]] || path=($dir ${path:#$dir})\n"
		"}\n"
		"autoload -Uz add-zsh-hook && add-zsh-hook precmd _envguard_first\n"
		"_envguard_first\n"},
	{"fish", "function _envguard_first --on-event fish_prompt\n"
		 "  set -l dir %1$s\n"
		 "  test \"$PATH[1]\" = $dir; or set -gx PATH $dir (string match -v -- $dir $PATH)\n"
		 "end\n"
		 "_envguard_first\n"},
};

/* 'PATH', each ' in it as '\''; all three shells read that. */
static const char *quoted(struct eg_run *run, const char *path)
{
	struct eg_strs parts = {0};
	const char *text = "'";

	for (const char *p = path; *p;) {
		size_t n = strcspn(p, "'");
		eg_vec_push(run->arena, &parts, eg_strndup(run->arena, p, n));
		p += n + (p[n] == '\'');
	}
	for (size_t i = 0; i < parts.n; i++)
		text = eg_strf(run->arena, "%s%s%s", text, i ? "'\\''" : "", parts.v[i]);
	return eg_strf(run->arena, "%s'", text);
}

enum eg_error_kind eg_shim_shell(struct eg_run *run, const char *folder, const char *shell)
{
	if (!folder)
		return eg_fail(run, EG_USAGE, "--shell goes with --user or --system");
	for (size_t i = 0; i < sizeof(shells) / sizeof(*shells); i++) {
		const char *text = shells[i].text, *at = strstr(text, "%1$s");
		if (strcmp(shells[i].name, shell))
			continue;
		printf("%.*s%s%s", (int)(at - text), text, quoted(run, folder), at + 4);
		return EG_OK;
	}
	return eg_fail(run, EG_USAGE, "--shell wants bash, zsh or fish, not '%s'", shell);
}

void eg_shim_status(struct eg_run *run, const char *folder)
{
	if (!folder || !eg_is_dir(folder)) {
		puts("by name      no shims on PATH: 'envguard enable --user' makes them for pip, uv, conda and mamba");
		return;
	}
	for (size_t i = 0; i < N_TOOLS; i++) {
		const char *shim = eg_path_join(run->arena, folder, tools[i]);
		const char *first = eg_which(run->arena, tools[i], NULL), *real = eg_which(run->arena, tools[i], folder);
		if (!first || !real)
			continue;
		if (!eg_is_executable(shim))
			printf("%-12s not guarded by name: no shim for %s; 'envguard enable' again makes one\n", tools[i],
			       eg_printable(run->arena, real));
		else if (strcmp(first, shim))
			printf("%-12s NOT guarded by name: %s comes before %s on PATH\n", tools[i],
			       eg_printable(run->arena, first), eg_printable(run->arena, folder));
		else
			printf("%-12s guarded by name, before %s\n", tools[i], eg_printable(run->arena, real));
	}
}
