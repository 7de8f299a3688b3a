/* Stands in for libFuzzer where it is not linked: runs a target over the files of its corpus. */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>

#include "fuzz.h"

static int replay(const char *path)
{
	FILE *file = fopen(path, "rb");
	if (!file) {
		perror(path);
		return 1;
	}
	/* exactly as large as the input, so that a sanitizer sees a read beyond it */
	fseek(file, 0, SEEK_END);
	long size = ftell(file);
	rewind(file);
	uint8_t *data = malloc(size > 0 ? (size_t)size : 1);
	int failed = size < 0 || !data || fread(data, 1, (size_t)size, file) != (size_t)size;
	fclose(file);
	if (failed)
		fprintf(stderr, "cannot read %s\n", path);
	else
		LLVMFuzzerTestOneInput(data, (size_t)size);
	free(data);
	return failed;
}

int main(int argc, char **argv)
{
	DIR *corpus = argc == 2 ? opendir(argv[1]) : NULL;
	if (!corpus) {
		fprintf(stderr, "usage: %s CORPUS_DIR\n", argv[0]);
		return 2;
	}
	int failed = 0, count = 0;
	for (const struct dirent *entry; (entry = readdir(corpus));) {
		char path[PATH_MAX];
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
		failed |= replay(path);
		count++;
	}
	closedir(corpus);
	printf("%d inputs\n", count);
	return failed || !count;
}
