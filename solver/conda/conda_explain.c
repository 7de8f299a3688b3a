#include "conda_explain.h"

void eg_conda_explain(const struct eg_conda_state *state, const struct eg_solver_outcome *outcome,
		      struct eg_plan *plan)
{
	plan->status = EG_IMPOSSIBLE;
	plan->error_kind = "unsatisfiable";
	plan->error = "the requests cannot be met together";
	for (size_t i = 0; i < outcome->problems.n; i++)
		eg_vec_push(state->run->arena, &plan->conflict, outcome->problems.v[i].text);
}
