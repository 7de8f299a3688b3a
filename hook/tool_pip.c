#include "tool_pip.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "file.h"
#include "pip_options.h"

/* WORD is NAME, NAME3, NAME3.11 or NAME-3.11. */
static bool is_program(const char *word, const char *name)
{
	size_t n = strlen(name);

	if (strncmp(word, name, n))
		return false;
	word += n;
	word += *word == '-' && word[1];
	for (; *word; word++)
		if (!isdigit((unsigned char)*word) && (*word != '.' || !isdigit((unsigned char)word[1])))
			return false;
	return true;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_python(const char *word)
{
	const char *name = base_name(word);

	return is_program(name, "python") || is_program(name, "pypy");
}

/* OpenMMLab's `mim install …` hands its words to pip. */
static bool is_mim(const char *name, const char *const *argv, size_t argc)
{
	return !strcmp(name, "mim") && argc > 1 && (!strcmp(argv[1], "install") || !strcmp(argv[1], "uninstall"));
}

/* The interpreter in a script's first line, or in the second where the first could not hold it
   ("#!/bin/sh" and "'''exec' /long/path/python …", as distlib writes it); NULL: none. */
static const char *python_of_script(struct eg_arena *arena, const char *script)
{
	char head[4096];
	int fd = open(script, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return NULL;
	ssize_t n = read(fd, head, sizeof(head) - 1);
	close(fd);
	head[n > 0 ? n : 0] = 0;
	if (strncmp(head, "#!", 2))
		return NULL;
	const char *p = head + 2 + strspn(head + 2, " ");
	const char *exec = strstr(head, "\n'''exec' ");
	if (!strncmp(p, "/bin/sh", 7) && exec)
		p = exec + strlen("\n'''exec' ");
	bool quoted = *p == '"';
	p += quoted;
	char *python = eg_strndup(arena, p, strcspn(p, quoted ? "\"\n" : " \t\r\n"));
	return is_python(python) ? python : NULL;
}

/* The interpreter that PROGRAM, a path of a pip, runs with. */
static const char *python_beside(struct eg_arena *arena, const char *program)
{
	const char *python = python_of_script(arena, program);

	if (python)
		return python;
	const char *dir = eg_strndup(arena, program, (size_t)(base_name(program) - program));
	python = eg_strf(arena, "%spython", dir);
	return eg_is_executable(python) ? python : eg_strf(arena, "%spython3", dir);
}

/* "python [options] -m pip", or a pip that is run as a file; the number of words, 0: another program. */
static size_t words_of_module(const char *const *argv, size_t argc)
{
	for (size_t i = 1; i < argc; i++) {
		const char *word = argv[i];

		if (word[0] != '-') {
			const char *name = base_name(word);
			return !strcmp(name, "__pip-runner__.py") || !strcmp(name, "pip.pyz") ? i + 1 : 0;
		}
		for (const char *letter = word + 1; *letter; letter++) {
			if (*letter == 'c' || *letter == '-')
				return 0;
			if (*letter == 'm') {
				const char *module = letter[1] ? letter + 1 : i + 1 < argc ? argv[i + 1] : "";
				bool pip = !strcmp(module, "pip") || !strcmp(module, "pip.__main__");

				return pip ? i + 1 + !letter[1] : 0;
			}
			if (*letter == 'W' || *letter == 'X') {
				i += !letter[1];
				break;
			}
		}
	}
	return 0;
}

/* What stands before the command's name. ret_rest: the command's name and all after it. */
static enum eg_error_kind general_options(struct eg_arena *arena, const char *const *argv, size_t argc,
					  struct pip_values *ret, struct eg_strs *ret_rest)
{
	struct eg_run scratch = {.arena = arena};
	struct eg_option_context context = {.run = &scratch};
	struct eg_option_table table = pip_option_table(arena, NULL, 0);
	struct eg_strs unknown = {0};

	return eg_options_parse(&context, &table, argv, argc, ret, ret_rest, &unknown);
}

bool eg_pip_split(struct eg_arena *arena, const char *const *argv, size_t argc, struct eg_pip_invocation *ret)
{
	struct eg_pip_request request = {0};
	struct pip_values values = pip_values_default(&request);
	struct eg_pip_invocation invocation = {0};
	struct eg_strs rest = {0};

	if (!argc)
		return false;
	const char *name = base_name(argv[0]);
	if (is_program(name, "pip") || is_mim(name, argv, argc)) {
		const char *version = name + strcspn(name, "0123456789");

		invocation.words = 1;
		invocation.mim = is_mim(name, argv, argc);
		invocation.explicit_python = name != argv[0] || strchr(version, '.');
		if (name != argv[0])
			invocation.python = python_beside(arena, argv[0]);
		else if (strchr(version, '.'))
			invocation.python = eg_strf(arena, "python%s", version);
	} else if (is_python(argv[0])) {
		invocation.words = words_of_module(argv, argc);
		invocation.python = argv[0];
		invocation.explicit_python = name != argv[0] || strchr(name, '.');
	}
	if (!invocation.words)
		return false;
	invocation.argv = argv + invocation.words;
	invocation.argc = argc - invocation.words;
	const char *variable = getenv("PIP_PYTHON"); /* the option's, as any option has one */
	bool readable = !general_options(arena, invocation.argv, invocation.argc, &values, &rest);
	if (readable && !values.python && !values.isolated && variable && *variable)
		values.python = variable;
	if (readable && values.python) {
		invocation.python = values.python;
		invocation.explicit_python = true;
	}
	*ret = invocation;
	return true;
}

bool eg_pip_is_transaction(struct eg_arena *arena, const char *const *argv, size_t argc)
{
	struct eg_pip_request request = {0};
	struct pip_values values = pip_values_default(&request);
	struct eg_run scratch = {.arena = arena};
	struct eg_option_context context = {.run = &scratch};
	struct eg_strs rest = {0}, arguments = {0}, unknown = {0};

	if (general_options(arena, argv, argc, &values, &rest) || values.help || !rest.n)
		return false;
	if (strcmp(rest.v[0], "install") && strcmp(rest.v[0], "uninstall"))
		return false;
	struct eg_option_table table = pip_option_table(arena, rest.v[0], 0);
	/* a command line that pip refuses is for eg_pip_command to explain */
	enum eg_error_kind error =
		eg_options_parse(&context, &table, rest.v + 1, rest.n - 1, &values, &arguments, &unknown);
	return error || !values.help;
}

bool eg_pip_named(struct eg_run *run, const char *const *argv, size_t argc, struct eg_strs *ret)
{
	struct eg_pip_invocation invocation;
	struct eg_pip_request request = {0};
	struct pip_values values = pip_values_default(&request);
	struct eg_run scratch = {.arena = run->arena};
	struct eg_option_context context = {.run = &scratch};
	struct eg_strs rest = {0}, unknown = {0};

	if (!eg_pip_split(run->arena, argv, argc, &invocation) ||
	    general_options(run->arena, invocation.argv, invocation.argc, &values, &rest) || !rest.n ||
	    strcmp(rest.v[0], "install"))
		return false;
	struct eg_option_table table = pip_option_table(run->arena, rest.v[0], 0);
	return !eg_options_parse(&context, &table, rest.v + 1, rest.n - 1, &values, ret, &unknown);
}

struct eg_pip_release eg_pip_release_of(const struct eg_interpreter *interpreter)
{
	struct eg_pip_release release = {0, 0};

	for (size_t i = 0; i < interpreter->site.n; i++) {
		DIR *dir = opendir(interpreter->site.v[i]);

		for (const struct dirent *entry; dir && !release.major && (entry = readdir(dir));) {
			char *end;

			if (strncmp(entry->d_name, "pip-", 4) || !strstr(entry->d_name, ".dist-info"))
				continue;
			release.major = (int)strtol(entry->d_name + 4, &end, 10);
			release.minor = *end == '.' ? (int)strtol(end + 1, NULL, 10) : 0;
		}
		if (dir)
			closedir(dir);
		if (release.major)
			break;
	}
	return release;
}
