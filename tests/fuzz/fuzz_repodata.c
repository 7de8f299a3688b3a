/* repodata.json into a store, read back by name; and shards: no input crashes. The first byte says what it is. */
#include "fuzz.h"

#include <stdio.h>
#include <unistd.h>

#include "conda/repodata_json.h"
#include "conda/shard_records.h"

static void through_a_store(struct eg_run *run, const struct eg_packed *packed)
{
	FILE *file = tmpfile();
	const char *base_url;
	uint64_t bytes;

	if (!file)
		abort();
	struct eg_store_writer *writer = eg_store_writer_new(run, fileno(file));
	enum eg_error_kind kind = eg_repodata_json(run, packed, writer, &base_url);
	if (!kind)
		kind = eg_store_finish(writer, "fuzz", base_url, &bytes);
	eg_store_writer_free(writer);
	if (!kind) {
		struct eg_store *store = eg_store_open(run->arena, fileno(file));
		struct eg_store_list_found found = {0};

		if (!store)
			abort();
		for (size_t i = 0; i < eg_store_names(store); i++)
			if (!eg_store_read(store, eg_store_name(store, i), &found))
				abort();
		eg_store_close(store);
	}
	fclose(file);
}

/* A store with bytes of the input in it. */
static void damaged_store(struct eg_run *run, const char *bytes, size_t n)
{
	FILE *file = tmpfile();

	if (!file || (n && fwrite(bytes, 1, n, file) != n) || fflush(file))
		abort();
	struct eg_store *store = eg_store_open(run->arena, fileno(file));
	struct eg_store_list_found found = {0};

	for (size_t i = 0; store && i < eg_store_names(store) && i < 1000; i++)
		eg_store_read(store, eg_store_name(store, i), &found);
	if (store)
		eg_store_close(store);
	fclose(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct eg_run *run = fuzz_run_new();
	const char *bytes = (const char *)data + 1;
	size_t n = size - 1;

	if (size) {
		struct eg_packed packed = {.name = "repodata.json", .packing = (enum eg_packing)(*data % 3), .bytes = bytes,
					   .n = n, .max = 1 << 22};
		struct eg_store_list_found found = {0};

		if (*data % 5 == 3)
			eg_shard_records(run, "shard", bytes, n, 0, &found);
		else if (*data % 5 == 4)
			damaged_store(run, bytes, n);
		else
			through_a_store(run, &packed);
	}
	fuzz_run_free(run);
	return 0;
}
