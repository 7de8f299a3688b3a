/* The rules: a plan and a host in, findings and a verdict out. One rule is one file and one row of the list in rule.c. */
#ifndef EG_RULE_H
#define EG_RULE_H

#include "host.h"
#include "plan.h"

enum eg_level { EG_OFF, EG_INFO, EG_WARN, EG_BLOCK };

const char *eg_level_name(enum eg_level level);

struct eg_finding {
	const char *rule;
	enum eg_level level;
	const char *package;
	const char *message;
	struct eg_strs why;  /* the requirement chain that causes it */
	struct eg_strs hold; /* requirements that would keep what the rule protects, if the request can be met with them */
	const char *instead; /* a distribution to ask for in the place of .package, cupy-cuda12x; NULL: none */
	struct eg_strs fix;  /* commands, best first: only such as were simulated and found clean */
	size_t n_moving;     /* the last so many of .fix move the framework all the same, but then by request */
	const char *fix_unmet; /* what one with --no-deps leaves unmet; NULL: nothing */
	const char *no_fix;  /* why there is none; NULL when .fix has some */
	const char *source;  /* the fact that it rests on */
	bool requested;      /* it is about what the command names */
	enum eg_level original; /* before the policy and the user had their say */
	const char *level_by;   /* the policy's file and line that changed the level; NULL: none did */
	const struct eg_policy_exception *exception; /* that lets it pass; NULL: none */
	const char *bypass;  /* the user's reason for going on, "" without one; NULL: no word of the user's */
};

enum eg_verdict { EG_ALLOW, EG_VERDICT_WARN, EG_VERDICT_BLOCK };

const char *eg_verdict_name(enum eg_verdict verdict);

struct eg_judgement {
	struct eg_finding *findings; /* the gravest first */
	size_t n_findings;
	enum eg_verdict verdict;
};

/* Is there a GPU framework before or after the plan? Without, the host's driver and GPUs do not matter. */
bool eg_plan_has_framework(const struct eg_plan *plan);

/* Would something be compiled with the machine's CUDA toolkit, so that it matters which one that is? */
bool eg_plan_compiles(struct eg_run *run, const struct eg_plan *plan);

struct eg_terms; /* policy.h */

/* Fills the variants of PLAN's packages, and judges. HOST may have nothing known. TERMS NULL: no policy. */
void eg_judge(struct eg_run *run, struct eg_plan *plan, const struct eg_host *host, const struct eg_terms *terms,
	      struct eg_judgement *ret);

struct eg_judge;

struct eg_rule {
	const char *id;
	enum eg_level side_effect, request; /* the gravest word about what was not, and what was, asked for by name */
	const char *help;                   /* one line */
	const char *source;                 /* what its findings rest on, or the table whose rows they name */
	bool of_policy;                     /* it speaks for the policy, also where there is no GPU to guard */
	void (*check)(struct eg_judge *judge, const struct eg_rule *rule);
};

/* All rules, NULL-terminated. */
extern const struct eg_rule *const eg_rules[];

#endif
