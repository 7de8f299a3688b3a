#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attend.h"
#include "constrain.h"
#include "file.h"
#include "gate.h"
#include "tool.h"
#include "tool_pip.h"

enum { EXIT_NOT_EXECUTABLE = 126, EXIT_NOT_FOUND = 127 }; /* as a shell says it */

/* "PID:PATH" of the script that this very process was before it came back to us: pyenv's and asdf's shims look on PATH
   themselves. */
static const char trail[] = "ENVGUARD_SHIM";

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

bool eg_shim_is(struct eg_run *run, const char *const *argv, size_t argc)
{
	const struct eg_tool *tool = argc ? eg_tool_of(run, argv, 1) : NULL;

	return tool && strncmp(base_name(argv[0]), "python", 6) && strncmp(base_name(argv[0]), "pypy", 4);
}

static bool is_ourselves(const char *path)
{
	struct stat own, other;

	return !stat("/proc/self/exe", &own) && !stat(path, &other) && own.st_dev == other.st_dev &&
	       own.st_ino == other.st_ino;
}

/* The path that this process has already been, NULL: none. */
static const char *been(struct eg_run *run)
{
	const char *said = getenv(trail);
	const char *own = eg_strf(run->arena, "%ld:", (long)getpid());

	return said && !strncmp(said, own, strlen(own)) ? said + strlen(own) : NULL;
}

/* The first NAME on PATH that is not this program; behind what this process has been before. */
static const char *find_real(struct eg_run *run, const char *name)
{
	const char *path = getenv("PATH"), *behind = been(run);

	for (const char *p = path ? path : "/bin:/usr/bin"; *p;) { /* the default as execvp(3) has it */
		size_t n = strcspn(p, ":");
		const char *file = eg_path_join(run->arena, n ? eg_strndup(run->arena, p, n) : ".", name);
		p += n + (p[n] == ':');
		if (behind) {
			if (!strcmp(file, behind))
				behind = NULL;
		} else if (eg_is_executable(file) && !is_ourselves(file)) {
			return file;
		}
	}
	return NULL;
}

static bool is_shell_script(const char *path)
{
	char head[64];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof(head) - 1);

	if (fd >= 0)
		close(fd);
	head[n > 0 ? n : 0] = 0;
	head[strcspn(head, "\n")] = 0;
	return !strncmp(head, "#!", 2) && strstr(head, "sh");
}

/* Our own switch, --envguard-allow=RULE[:REASON], is for us and for the gate, not for the tool. */
static size_t take_switches(struct eg_run *run, const char **argv, size_t argc)
{
	static const char ours[] = "--envguard-allow=";
	size_t n = 0;

	for (size_t i = 0; i < argc; i++) {
		if (strncmp(argv[i], ours, sizeof(ours) - 1)) {
			argv[n++] = argv[i];
			continue;
		}
		const char *before = getenv("ENVGUARD_ALLOW"), *rule = argv[i] + sizeof(ours) - 1;
		setenv("ENVGUARD_ALLOW", before && *before ? eg_strf(run->arena, "%s;%s", before, rule) : rule, 1);
	}
	argv[n] = NULL;
	return n;
}

/* A pipe or a terminal among the command's files would be empty when the tool comes to read it. */
static bool reads_once(const char *const *argv, size_t argc)
{
	struct stat st;

	for (size_t i = 1; i < argc; i++) {
		const char *equals = argv[i][0] == '-' ? strchr(argv[i], '=') : NULL;
		const char *word = equals ? equals + 1 : !strncmp(argv[i], "-r", 2) && argv[i][2] ? argv[i] + 2 : argv[i];
		if (!strcmp(word, "-") || (!stat(word, &st) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)))
			return true;
	}
	return false;
}

static bool names_probe(const char *const *argv, size_t argc)
{
	for (size_t i = 1; i < argc; i++)
		if (!strcmp(argv[i], EG_GATE_PROBE))
			return true;
	return false;
}

/* The command as it is typed by the tool's name alone: beside a shim lies no environment. */
static const char *const *by_name(struct eg_arena *arena, const char *const *argv, size_t argc)
{
	const char **words = EG_ARRAY(arena, const char *, argc + 1);

	memcpy(words, argv, (argc + 1) * sizeof(*words));
	words[0] = base_name(argv[0]);
	return words;
}

/* May the tool begin? */
static bool let_through(struct eg_run *run, const char *real, const char *const *argv, size_t argc,
			struct eg_watch *ret_watch)
{
	struct eg_guard_options options = {.argv = by_name(run->arena, argv, argc), .argc = argc};
	const struct eg_policy_search search = {0};
	const struct eg_strs command = {.v = (const char **)argv, .n = argc};
	struct eg_pip_invocation invocation;
	struct eg_terms terms;

	if (names_probe(argv, argc))
		return false;
	eg_terms_find(run, &search, &terms);
	if (eg_gate_is_off(run, &terms, &command))
		return true;
	if (reads_once(argv, argc))
		return eg_gate_fails(run, &terms, &command, "the command reads from a pipe, which can be done only once");
	if (eg_pip_split(run->arena, &real, 1, &invocation)) /* a pip works for the environment that it lies in */
		options.python = invocation.python;
	return eg_gate_command(run, &options, ret_watch);
}

/* What becomes of this process, or of a child that is waited for. */
struct becoming {
	struct eg_run *run;
	const char *real;
	const char *const *argv;
	const char *watched; /* the prefix that is looked after; NULL: none is */
};

static int become(void *ctx)
{
	const struct becoming *tool = ctx;

	if (tool->watched)
		eg_watch_leave(tool->run, tool->watched);
	if (is_shell_script(tool->real))
		setenv(trail, eg_strf(tool->run->arena, "%ld:%s", (long)getpid(), tool->real), 1);
	execv(tool->real, (char *const *)tool->argv);
	eg_complain("cannot run '%s': %s", tool->real, strerror(errno));
	return EXIT_NOT_EXECUTABLE;
}

/* The tool is waited for only where there is something to look at afterwards. */
static int run_tool(struct eg_run *run, const struct eg_tool *tool, struct becoming *becoming, size_t argc,
		    const struct eg_watch *watch)
{
	struct eg_constraints constraints;
	int status;

	if (!watch->due || (tool->lasts && tool->lasts(run->arena, becoming->argv, argc)))
		return become(becoming);
	eg_constrain(run, tool, becoming->argv, argc, watch, &constraints);
	becoming->argv = constraints.argv.v;
	becoming->watched = watch->before.prefix;
	if (eg_attend(run, become, becoming, &status)) {
		becoming->watched = NULL;
		return become(becoming);
	}
	eg_watch_end(run, watch);
	eg_constrain_end(run, &constraints, status);
	return eg_attend_follow(status);
}

int eg_shim_main(struct eg_run *run, const char **argv, size_t argc)
{
	const char *name = base_name(argv[0]), *real = find_real(run, name);
	const struct eg_tool *tool = eg_tool_of(run, argv, 1);
	struct eg_watch watch = {0};

	if (!real) {
		eg_complain("'%s' is guarded, and there is no real one on PATH", name);
		return EXIT_NOT_FOUND;
	}
	argc = take_switches(run, argv, argc);
	bool back = been(run) != NULL; /* judged already */
	if (!back && tool && tool->changes && tool->changes(run->arena, argv, argc) &&
	    !let_through(run, real, argv, argc, &watch))
		return EG_EXIT_BLOCKED;
	return run_tool(run, tool, &(struct becoming){.run = run, .real = real, .argv = argv}, argc, &watch);
}
