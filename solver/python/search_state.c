#include "search_state.h"

struct eg_state *eg_stack_top(const struct eg_stack *stack)
{
	return stack->states.v[stack->states.n - 1];
}

#define COPY_VEC(arena, to, from)                                                                                  \
	do {                                                                                                       \
		if ((to)->cap < (from)->n) {                                                                       \
			(to)->cap = (from)->cap;                                                                   \
			(to)->v = eg_alloc_array((arena), (to)->cap, sizeof(*(to)->v));                            \
		}                                                                                                  \
		if ((from)->n)                                                                                     \
			memcpy((to)->v, (from)->v, (from)->n * sizeof(*(to)->v));                                  \
		(to)->n = (from)->n;                                                                               \
	} while (0)

struct eg_state *eg_state_copy(struct eg_stack *stack, const struct eg_state *from)
{
	struct eg_state *to = stack->spare.n ? stack->spare.v[--stack->spare.n] : EG_NEW(stack->arena, struct eg_state);

	COPY_VEC(stack->arena, &to->pinned, &from->pinned);
	COPY_VEC(stack->arena, &to->pin, &from->pin);
	COPY_VEC(stack->arena, &to->criteria, &from->criteria);
	COPY_VEC(stack->arena, &to->position, &from->position);
	to->causes = from->causes;
	return to;
}

void eg_state_drop(struct eg_stack *stack, struct eg_state *state)
{
	eg_vec_push(stack->arena, &stack->spare, state);
}

void eg_stack_push_copy(struct eg_stack *stack)
{
	struct eg_state *state = eg_state_copy(stack, eg_stack_top(stack));

	eg_vec_push(stack->arena, &stack->states, state);
}

struct eg_state *eg_stack_pop(struct eg_stack *stack)
{
	return stack->states.v[--stack->states.n];
}

struct eg_criterion *eg_state_criterion(const struct eg_state *state, const struct eg_identifier *id)
{
	unsigned position = id->number < state->position.n ? state->position.v[id->number] : 0;

	return position ? state->criteria.v[position - 1] : NULL;
}

void eg_state_set_criterion(struct eg_stack *stack, struct eg_state *state, struct eg_criterion *criterion)
{
	while (state->position.n <= criterion->id->number)
		eg_vec_push(stack->arena, &state->position, 0);
	unsigned *position = &state->position.v[criterion->id->number];
	if (*position) {
		state->criteria.v[*position - 1] = criterion;
		return;
	}
	eg_vec_push(stack->arena, &state->criteria, criterion);
	*position = (unsigned)state->criteria.n;
}

struct eg_candidate *eg_state_pin(const struct eg_state *state, const struct eg_identifier *id)
{
	return id->number < state->pin.n ? state->pin.v[id->number] : NULL;
}

void eg_state_unpin(struct eg_state *state, const struct eg_identifier *id)
{
	if (!eg_state_pin(state, id))
		return;
	state->pin.v[id->number] = NULL;
	for (size_t i = state->pinned.n; i-- > 0;)
		if (state->pinned.v[i] == id) {
			memmove(&state->pinned.v[i], &state->pinned.v[i + 1],
				(--state->pinned.n - i) * sizeof(*state->pinned.v));
			return;
		}
}

void eg_state_set_pin(struct eg_stack *stack, struct eg_state *state, struct eg_identifier *id,
		      struct eg_candidate *candidate)
{
	eg_state_unpin(state, id);
	while (state->pin.n <= id->number)
		eg_vec_push(stack->arena, &state->pin, NULL);
	state->pin.v[id->number] = candidate;
	eg_vec_push(stack->arena, &state->pinned, id);
}

bool eg_state_satisfied(const struct eg_state *state, struct eg_criterion *criterion)
{
	const struct eg_candidate *pin = eg_state_pin(state, criterion->id);

	if (!pin)
		return false;
	if (criterion->checked != pin) {
		criterion->satisfied = true;
		for (const struct eg_infos *i = criterion->infos; i && criterion->satisfied; i = i->next)
			criterion->satisfied = eg_req_satisfied(i->info->req, pin);
		criterion->checked = pin;
	}
	return criterion->satisfied;
}
