#include "prompt.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "options.h"
#include "strs.h"

enum { ANSWER_MS = 180000, MAX_QUESTIONS = 5 }; /* the gates in Python wait longer (TERMINAL_PATIENCE) */

/* Set to something by what runs commands on a terminal where nobody sits: IPython's ! has a pseudo-terminal of its own. */
static const char *const unattended[] = {"CI", "JPY_PARENT_PID", "JPY_SESSION_NAME", "PIP_NO_INPUT", "CONDA_ALWAYS_YES"};

static bool is_set(const char *name)
{
	const char *value = getenv(name);

	return value && *value && eg_bool_word(value) != 0;
}

static bool somebody_sits_there(void)
{
	const char *plots = getenv("MPLBACKEND"); /* ipykernel's, whoever has started it */

	for (size_t i = 0; i < sizeof(unattended) / sizeof(*unattended); i++)
		if (is_set(unattended[i]))
			return false;
	return !plots || strncmp(plots, "module://", strlen("module://"));
}

bool eg_prompt_typed_here(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO) && getpid() == getpgrp() &&
	       tcgetpgrp(STDIN_FILENO) == getpgrp();
}

bool eg_prompt_forbidden_by(const char *const *argv, size_t argc)
{
	static const char *const words[] = {"-y", "--yes", "--no-input"};

	for (size_t i = 0; i < argc; i++)
		for (size_t k = 0; k < sizeof(words) / sizeof(*words); k++)
			if (!strcmp(argv[i], words[k]))
				return true;
	return false;
}

/* The first letter of a line, 'n' for an empty one, 0 where none comes. */
static char read_answer(int terminal)
{
	struct pollfd wait = {.fd = terminal, .events = POLLIN};
	char line[256];

	if (poll(&wait, 1, ANSWER_MS) != 1)
		return 0;
	ssize_t n = read(terminal, line, sizeof(line));
	size_t blank = 0;

	if (n <= 0)
		return 0;
	while (blank < (size_t)n && (line[blank] == ' ' || line[blank] == '\t'))
		blank++;
	return blank == (size_t)n || line[blank] == '\n' ? 'n' : line[blank];
}

/* One a line, as they are to be typed; false: there is none. */
static bool print_fixes(struct eg_run *run, const struct eg_judgement *judgement, bool really)
{
	struct eg_strs shown = {0};

	for (size_t i = 0; i < judgement->n_findings; i++)
		for (size_t k = 0; k < judgement->findings[i].fix.n; k++)
			if (!eg_strs_has(&shown, judgement->findings[i].fix.v[k]))
				eg_vec_push(run->arena, &shown, judgement->findings[i].fix.v[k]);
	for (size_t i = 0; really && i < shown.n; i++)
		fprintf(stderr, "%s\n", eg_printable(run->arena, shown.v[i]));
	return shown.n;
}

bool eg_prompt_consent(struct eg_run *run, const struct eg_judgement *judgement)
{
	bool consent = false, has_fix = print_fixes(run, judgement, false);
	int terminal = somebody_sits_there() ? open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY) : -1;

	/* to read from the background would stop this process */
	if (terminal >= 0 && tcgetpgrp(terminal) == getpgrp()) {
		for (int i = 0; i < MAX_QUESTIONS; i++) {
			fprintf(stderr, "go on all the same? [y]es, this once / [N]o%s: ", has_fix ? " / show the [f]ix" : "");
			char answer = read_answer(terminal);
			consent = answer == 'y' || answer == 'Y';
			if (!answer)
				fputc('\n', stderr);
			if (!has_fix || (answer != 'f' && answer != 'F'))
				break;
			print_fixes(run, judgement, true);
		}
	}
	if (terminal >= 0)
		close(terminal);
	return consent;
}
