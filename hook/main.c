#include <stdio.h>
#include <unistd.h>

#include "command.h"
#include "shim.h"

/* Nothing was judged: the caller must not take silence for consent. */
static void out_of_memory(void)
{
	static const char message[] = "envguard: out of memory\n";

	if (write(STDERR_FILENO, message, sizeof(message) - 1) < 0)
		_exit(EG_EXIT_UNKNOWN);
	_exit(EG_EXIT_UNKNOWN);
}

int main(int argc, char **argv)
{
	struct eg_run run = {.arena = eg_arena_new(out_of_memory)};
	const char **words = (const char **)argv;
	int code = eg_shim_is(&run, words, (size_t)argc) ? eg_shim_main(&run, words, (size_t)argc) :
							   eg_command_main(&run, argc, argv);

	eg_arena_free(run.arena);
	return code;
}
