/* The newest CUDA that a driver runs by itself. What its tools show may be more: the libcuda of a cuda-compat package, which
   only data-centre GPUs run ("banner" of nvidia-smi in containers; NVIDIA CUDA Compatibility, forward compatibility). */
#include "host_private.h"

#include <stdlib.h>

#include "gpu_facts.h"

static bool above(struct eg_cuda a, struct eg_cuda b)
{
	return a.major > b.major || (a.major == b.major && a.minor > b.minor);
}

static long branch_of(const char *driver)
{
	return strtol(driver, NULL, 10);
}

/* The newest toolkit whose first driver branch DRIVER has reached; at most LIMIT, if that is known. */
static struct eg_cuda reached(const struct eg_facts *facts, const char *driver, struct eg_cuda limit)
{
	struct eg_cuda best = {-1, -1};
	size_t n;
	const struct eg_driver_floor *rows = eg_facts_rows(facts, EG_FACTS_DRIVER, &n);

	for (size_t i = 0; i < n; i++) {
		struct eg_cuda cuda = rows[i].cuda;
		bool within = limit.major < 0 || !above(cuda, limit);
		if (cuda.minor >= 0 && within && branch_of(rows[i].driver) <= branch_of(driver) &&
		    above(cuda, best))
			best = cuda;
	}
	return best;
}

/* Does a toolkit that is no newer than CUDA need a later branch than DRIVER's? Not every CUDA is in the table (12.7 is not). */
static bool exceeds(const struct eg_facts *facts, struct eg_cuda cuda, const char *driver)
{
	size_t n;
	const struct eg_driver_floor *rows = eg_facts_rows(facts, EG_FACTS_DRIVER, &n);

	for (size_t i = 0; i < n; i++)
		if (rows[i].cuda.minor >= 0 && !above(rows[i].cuda, cuda) &&
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
	struct eg_cuda own = reached(&facts, host->driver, cuda);
	if (own.major < 0)
		return;
	host->cuda = eg_strf(run->arena, "%d.%d", own.major, own.minor);
	host->cuda_loaded = said;
}
