/* condarc files: no input crashes, and every channel in them resolves to something without a secret in its name. */
#include "fuzz.h"

#include <stdio.h>
#include <unistd.h>

#include "conda/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct eg_run *run = fuzz_run_new();
	char path[] = "/tmp/eg-condarc-XXXXXX.yml";
	int fd = mkstemps(path, 4);
	struct eg_conda_config_options options = {.mamba = size % 2, .rc_file = path};
	struct eg_conda_config config;
	struct eg_channel *channels;
	size_t n;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	close(fd);
	if (!eg_conda_config_read(run, &options, &config) &&
	    !eg_conda_channels(run, &config, &config.channels, &channels, &n))
		for (size_t i = 0; i < n; i++) {
			if (!channels[i].url || !channels[i].name)
				abort();
			eg_conda_url_public(run->arena, channels[i].url);
		}
	unlink(path);
	fuzz_run_free(run);
	return 0;
}
