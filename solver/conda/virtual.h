/* Virtual packages: __cuda, __glibc, __linux, __unix, __archspec, __conda, from the machine, the overrides, or host facts. */
#ifndef EG_CONDA_VIRTUAL_H
#define EG_CONDA_VIRTUAL_H

#include "config.h"
#include "record.h"

/* What is known of the machine; NULL: none (no __cuda) or unknown. CONDA_OVERRIDE_* outrank it unless GIVEN. */
struct eg_virtual_facts {
	const char *cuda, *glibc, *linux_version, *archspec;
	const char *conda_version;
	bool given; /* --host: outranks CONDA_OVERRIDE_CUDA */
};

/* MAMBA: as libmamba names and orders them. */
enum eg_error_kind eg_conda_virtual(struct eg_run *run, const struct eg_conda_config *config,
				    const struct eg_virtual_facts *facts, bool mamba, struct eg_conda_record ***ret,
				    size_t *ret_n);

#endif
