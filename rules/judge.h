/* What the rules share: the matter to judge, and the questions that more than one of them asks. */
#ifndef EG_JUDGE_H
#define EG_JUDGE_H

#include "gpu_facts.h"
#include "family.h"
#include "policy.h"
#include "rule.h"
#include "variant.h"

struct eg_judge {
	struct eg_run *run;
	const struct eg_plan *plan;
	const struct eg_host *host;
	const struct eg_facts *facts;
	const struct eg_terms *terms;
	const struct eg_evidence *evidence; /* of the doctor's checks (doctor.h); NULL for a plan */
	EG_VEC(struct eg_finding) findings;
};

/* A new finding, at RULE's level for a side effect or for what was asked for; of the change, whose reasons it takes. */
struct eg_finding *eg_judge_find(struct eg_judge *judge, const struct eg_rule *rule, const struct eg_change *change,
				 const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* The change of NAME in the plan; NULL when it stays. */
const struct eg_change *eg_judge_change(const struct eg_judge *judge, const char *name);

/* Was the change asked for by name: its own, or the one that stands for it (jax for jaxlib)? */
bool eg_judge_named(const struct eg_judge *judge, const struct eg_change *change);

/* … or by a selector of conda's (pytorch-cuda, cudatoolkit), which names the build and not the version? */
bool eg_judge_requested(const struct eg_judge *judge, const struct eg_change *change);

/* What is installed as DISTRIBUTION in a sorted list, by pip or by conda under a name of its own; NULL: nothing. */
const struct eg_package *eg_stack_find(struct eg_package *const *v, size_t n, const char *distribution);

/* Exactly PACKAGE, in its tool's words: "torch==2.4.1+cu121", "pytorch=2.1.0=py3.10_cpu_0". */
const char *eg_hold_text(const struct eg_judge *judge, const struct eg_package *package);

/* Keep what CHANGE would take away. */
void eg_finding_hold(const struct eg_judge *judge, struct eg_finding *finding, const struct eg_change *change);

/* Ask for CUDA where the default is a CPU build: "jax[cuda12]", conda's "jaxlib=*=*cuda*". */
void eg_finding_hold_cuda(const struct eg_judge *judge, struct eg_finding *finding, const struct eg_package *package);

/* "torch 2.4.1+cu121 (CUDA 12.1)" */
const char *eg_judge_words(const struct eg_judge *judge, const struct eg_package *package);

struct eg_variant eg_package_variant(const struct eg_package *package);

/* Does the command itself ask for a CPU build, or for CUDA? */
bool eg_asks_cpu(const struct eg_plan *plan);
bool eg_asks_cuda(const struct eg_plan *plan);

/* Would CHANGE bring a CPU build of the very framework that the command asks CUDA of? */
bool eg_cuda_missed(const struct eg_judge *judge, const struct eg_change *change);

/* Is it a command that removes what it names? */
bool eg_is_removal(const struct eg_plan *plan);

/* The first requirement of PACKAGE on OTHER's name; NULL: none. */
const char *eg_needs(const struct eg_judge *judge, const struct eg_package *package, const struct eg_package *other);

/* The first requirement of PACKAGE on OTHER's name that OTHER does not meet; NULL: all met, or none. */
const char *eg_unmet(const struct eg_judge *judge, const struct eg_package *package, const struct eg_package *other);

/* Why COMPANION cannot work with FRAMEWORK ("needs torch==2.2.1"); NULL: it can, as far as is known. */
const char *eg_mismatch(const struct eg_judge *judge, const struct eg_package *companion,
			const struct eg_package *framework);

/* Why the host cannot run a build: "needs NVIDIA driver 580 or newer, and the host has 535.183.01"; NULL: it can, or
   nothing is known. RET_SOURCE may be NULL. */
const char *eg_cannot_run(const struct eg_judge *judge, struct eg_variant variant, const char **ret_source);

/* What conda has under NAME once the plan is done: in the plan itself, or beside what another tool plans (then only name,
   version and build are told). NULL: nothing, or no conda environment. */
const struct eg_package *eg_conda_installed(const struct eg_judge *judge, const char *name);

/* The fact that shows that PACKAGE has no code for a GPU of the host, *ret_gpu: what the build is compiled for, else what its
   CUDA still compiles for (then only the marks and the source are told). NULL: it has, or nothing is known. */
const struct eg_kernels *eg_kernels_lacking(const struct eg_judge *judge, const struct eg_package *package,
					    const struct eg_gpu **ret_gpu);

/* Is FRAMEWORK built for NumPy 1, and NUMPY (either may be NULL) a later one? The fact that shows it; NULL: no. */
const char *eg_numpy_clash(const struct eg_judge *judge, const struct eg_package *framework, const struct eg_package *numpy);

/* How grave it is that files of OWNER, which stays, are overwritten: EG_OFF for an orphan, which nobody misses. */
enum eg_level eg_overwritten_level(const struct eg_judge *judge, const struct eg_package *owner);

/* The library in the environment that TensorFlow's or JAX's PACKAGE does not work with, *ret_wants what it is made for; NULL:
   none, or nothing is known. */
const struct eg_package *eg_library_misfit(const struct eg_judge *judge, const struct eg_package *package,
					   const char **ret_wants, const char **ret_source);

/* Are windows known of PACKAGE's release? */
bool eg_has_window(const struct eg_judge *judge, const struct eg_package *package);

/* The window of PACKAGE that OTHER is outside of; NULL: none is known. RET_SOURCE may be NULL. */
const char *eg_left_window(const struct eg_judge *judge, const struct eg_package *package,
			   const struct eg_package *other, const char **ret_source);

/* The version of the nvcc that a build would find: $CUDA_HOME's, the environment's own, the first on PATH, the usual place's.
   NULL: none. */
const char *eg_nvcc_there(const struct eg_judge *judge, const char **ret_where);

/* Can what is compiled by NVCC be used with FRAMEWORK, a CUDA build? EXACT: the minor version counts as well. */
bool eg_nvcc_fits(const struct eg_package *framework, struct eg_cuda nvcc, bool exact);

/* What does not hold that the policy wants of a package as it becomes, "must stay at 2.4.1"; NULL: all does. FROM NULL: it was not
   there before. */
const char *eg_protection_broken(const struct eg_judge *judge, const struct eg_policy_protection *protection,
				 const struct eg_package *from, const struct eg_package *to);
bool eg_protection_names(const struct eg_policy_protection *protection, const struct eg_package *package);

/* What the host lacks of WANTS, "the NVIDIA driver is 470.82 and not >=535"; NULL: nothing that is known. */
const char *eg_host_lacks(const struct eg_judge *judge, const struct eg_policy_host *wants);

/* Has TELL look at each framework that is there before and after, by the variants of the two. */
typedef void eg_build_fn(struct eg_judge *judge, const struct eg_rule *rule, const struct eg_change *change,
			 struct eg_variant from, struct eg_variant to);
void eg_judge_builds(struct eg_judge *judge, const struct eg_rule *rule, eg_build_fn *tell);

/* From the findings to the judgement: the policy's word on them, sorted, with the verdict. */
void eg_judge_settle(struct eg_judge *judge, struct eg_judgement *ret);

/* Why the host cannot run a build of NAME VERSION for CUDA: its driver, or what eg_kernels_lacking says; NULL: it can, as far
   as is known. RET_SOURCE may be NULL. */
const char *eg_build_unfit(const struct eg_judge *judge, const char *name, const char *version, struct eg_cuda cuda,
			   const char **ret_source);

/* Hold PACKAGE, a framework's build that the host cannot run, to builds that it can: "torch<2.11", "jax[cuda12]". */
void eg_finding_hold_older(const struct eg_judge *judge, struct eg_finding *finding, const struct eg_package *package);

/* Says which torch a Jetson wants, where the host is one. */
void eg_finding_point_to_jetpack(const struct eg_judge *judge, struct eg_finding *finding);

/* Does the plan leave the framework's stack healthier than it was: something that did not fit before, and nothing after? */
bool eg_repairs(const struct eg_judge *judge, const struct eg_change *change);

#endif
