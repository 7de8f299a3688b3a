/* What a tool hands over to its gate, and the plan that is made of it. */
#include "fuzz.h"

#include "python/pip_given.h"
#include "transaction.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct eg_run *run = fuzz_run_new();
	const struct eg_interpreter interpreter = {.version = "3.11.7", .python = {3, 11, 7}};
	struct eg_installed installed = {0};
	struct eg_transaction transaction;
	struct eg_plan plan = {0};

	if (!eg_transaction_read(run, (const char *)data, size, &transaction))
		eg_pip_given(run, &transaction, &interpreter, &installed, &plan);
	fuzz_run_free(run);
	return 0;
}
