#include "doctor.h"

#include <stdarg.h>

#include "judge.h"

extern const struct eg_check eg_check_driver_trouble, eg_check_driver_too_old, eg_check_no_kernels, eg_check_no_gpu_left,
	eg_check_companion_mismatch, eg_check_requirement_broken, eg_check_shared_files, eg_check_pip_over_conda,
	eg_check_numpy_abi, eg_check_known_window, eg_check_cpu_build, eg_check_container_requires, eg_check_cudnn_shadowed, eg_check_toolkit_mismatch,
	eg_check_cuda_libraries, eg_check_gpus_hidden, eg_check_trial, eg_check_protected_package, eg_check_host_requirement,
	eg_check_policy_unreadable;

const struct eg_check *const eg_checks[] = {
	&eg_check_trial,
	&eg_check_driver_trouble,
	&eg_check_driver_too_old,
	&eg_check_no_kernels,
	&eg_check_no_gpu_left,
	&eg_check_gpus_hidden,
	&eg_check_companion_mismatch,
	&eg_check_requirement_broken,
	&eg_check_shared_files,
	&eg_check_pip_over_conda,
	&eg_check_numpy_abi,
	&eg_check_known_window,
	&eg_check_cpu_build,
	&eg_check_container_requires,
	&eg_check_cuda_libraries,
	&eg_check_cudnn_shadowed,
	&eg_check_toolkit_mismatch,
	&eg_check_protected_package,
	&eg_check_host_requirement,
	&eg_check_policy_unreadable,
	NULL,
};

struct eg_finding *eg_check_find(struct eg_judge *judge, const struct eg_check *check, enum eg_level level,
				 const struct eg_package *package, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	const char *message = eg_vstrf(judge->run->arena, fmt, ap);
	va_end(ap);
	eg_vec_push(judge->run->arena, &judge->findings,
		    (struct eg_finding){
			    .rule = check->id,
			    .level = level,
			    .package = package ? package->name : NULL,
			    .message = message,
		    });
	return &judge->findings.v[judge->findings.n - 1];
}

void eg_doctor(struct eg_run *run, struct eg_plan *plan, const struct eg_host *host,
	       const struct eg_evidence *evidence, const struct eg_terms *terms, struct eg_judgement *ret)
{
	const struct eg_policy policy = eg_policy_default();
	const struct eg_terms defaults = {.policy = &policy};
	struct eg_facts facts = {0};
	struct eg_judge judge = {.run = run, .plan = plan, .host = host, .facts = &facts,
				 .terms = terms ? terms : &defaults, .evidence = evidence};

	*ret = (struct eg_judgement){.verdict = EG_ALLOW};
	if (eg_facts_load(run, &facts))
		return;
	eg_variant_fill(run->arena, &facts, plan, host->platform);
	for (size_t i = 0; eg_checks[i]; i++)
		eg_checks[i]->check(&judge, eg_checks[i]);
	eg_judge_settle(&judge, ret);
}
