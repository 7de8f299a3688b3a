/* envguard cache: where answers of indexes are kept. */
#include <inttypes.h>
#include <string.h>

#include "cache.h"
#include "command.h"
#include "file.h"

static int failed(const struct eg_run *run)
{
	eg_complain("%s", run->error.message);
	return EG_EXIT_UNKNOWN;
}

static int print_dir(struct eg_run *run)
{
	const char *dir = eg_cache_dir(run->arena);

	if (!dir) {
		eg_complain("there is no place for a cache: neither ENVGUARD_CACHE_DIR, XDG_CACHE_HOME nor HOME is set");
		return EG_EXIT_UNKNOWN;
	}
	puts(dir);
	return eg_finish_output(EG_EXIT_OK);
}

static int print_info(struct eg_run *run)
{
	struct eg_cache_info info;

	if (eg_cache_info(run, &info))
		return failed(run);
	printf("directory  %s\nentries    %" PRIu64 "\nsize       %.1f MB of at most %.0f MB\n", info.dir, info.entries,
	       (double)info.bytes / 1e6, (double)info.max_bytes / 1e6);
	return eg_finish_output(EG_EXIT_OK);
}

static int clear(struct eg_run *run)
{
	uint64_t bytes;

	if (eg_cache_clear(run, &bytes))
		return failed(run);
	printf("freed %.1f MB\n", (double)bytes / 1e6);
	return eg_finish_output(EG_EXIT_OK);
}

static int cache_main(struct eg_run *run, const struct eg_command *command, int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*main)(struct eg_run *run);
	} actions[] = {{"dir", print_dir}, {"info", print_info}, {"clear", clear}};

	if (argc < 2)
		return eg_usage_error(command, "say what to do: dir, info or clear");
	if (argc > 2)
		return eg_usage_error(command, "unexpected argument '%s'", argv[2]);
	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++)
		if (!strcmp(actions[i].name, argv[1]))
			return actions[i].main(run);
	return eg_usage_error(command, "'%s' is none of dir, info, clear", argv[1]);
}

const struct eg_command eg_command_cache = {
	.name = "cache",
	.summary = "where answers of indexes are kept: dir, info, clear",
	.help = "usage: envguard cache dir|info|clear\n\n"
		"  dir    prints the cache's directory (ENVGUARD_CACHE_DIR sets another)\n"
		"  info   what it holds\n"
		"  clear  empties it\n",
	.main = cache_main,
};
