/* The newest CUDA that a driver runs by itself. What its tools show may be more: the libcuda of a cuda-compat package, which
   only data-centre GPUs run ("banner" of nvidia-smi in containers; NVIDIA CUDA Compatibility, forward compatibility). */
#include "host_private.h"

#include <stdlib.h>

#include "gpu_facts.h"

static long branch_of(const char *driver)
{
	return strtol(driver, NULL, 10);
}

/* Does a toolkit that is no newer than CUDA need a later branch than DRIVER's? Not every CUDA is in the table (12.7 is not). */
static bool exceeds(const struct eg_facts *facts, struct eg_cuda cuda, const char *driver)
{
	size_t n;
	const struct eg_driver_floor *rows = eg_facts_rows(facts, EG_FACTS_DRIVER, &n);

	for (size_t i = 0; i < n; i++)
		if (rows[i].cuda.minor >= 0 && eg_cuda_compare(rows[i].cuda, cuda) <= 0 &&
		    branch_of(rows[i].driver) > branch_of(driver))
			return true;
	return false;
}

void eg_settle_ceiling(struct eg_run *run, struct eg_host *host, const char *said)
{
	struct eg_cuda cuda = eg_cuda_parse(said);
	struct eg_facts facts = {0};

	/* A Jetson's drivers are numbered otherwise: its CUDA is that of its JetPack. */
	if (host->l4t) {
		host->cuda_loaded = said && host->cuda && strcmp(said, host->cuda) ? said : NULL;
		host->cuda = host->cuda ? host->cuda : said;
		return;
	}
	host->cuda = said;
	if (!host->driver || eg_facts_load(run, &facts) || (said && !exceeds(&facts, cuda, host->driver)))
		return;
	const struct eg_driver_branch *own = eg_facts_branch(&facts, host->driver);
	if (!own)
		return;
	host->cuda = eg_strf(run->arena, "%d.%d", own->cuda.major, own->cuda.minor);
	host->cuda_loaded = said;
}
