/* Points of a search to come back to: pins in the order they were made, and all that is known of each identifier. */
#ifndef EG_SEARCH_STATE_H
#define EG_SEARCH_STATE_H

#include "search.h"

struct eg_state {
	EG_VEC(struct eg_identifier *) pinned;   /* in order */
	EG_VEC(struct eg_candidate *) pin;       /* by identifier number */
	EG_VEC(struct eg_criterion *) criteria;  /* in order of their first appearance */
	EG_VEC(unsigned) position;               /* by identifier number: index into criteria plus one */
	struct eg_causes causes;                 /* of the latest backtracking */
};

struct eg_states {
	struct eg_state **v;
	size_t n, cap;
};

/* The states of one search, the latest last. */
struct eg_stack {
	struct eg_arena *arena;
	struct eg_states states;
	struct eg_states spare; /* states that are done with: their vectors are used again */
};

struct eg_state *eg_stack_top(const struct eg_stack *stack);
struct eg_state *eg_state_copy(struct eg_stack *stack, const struct eg_state *from);
void eg_stack_push_copy(struct eg_stack *stack);
struct eg_state *eg_stack_pop(struct eg_stack *stack);

/* Nobody uses STATE any more. */
void eg_state_drop(struct eg_stack *stack, struct eg_state *state);

/* NULL where nothing is known of ID. */
struct eg_criterion *eg_state_criterion(const struct eg_state *state, const struct eg_identifier *id);
void eg_state_set_criterion(struct eg_stack *stack, struct eg_state *state, struct eg_criterion *criterion);

struct eg_candidate *eg_state_pin(const struct eg_state *state, const struct eg_identifier *id);
void eg_state_unpin(struct eg_state *state, const struct eg_identifier *id);

/* The newest pin goes last: backtracking takes the last one first. */
void eg_state_set_pin(struct eg_stack *stack, struct eg_state *state, struct eg_identifier *id,
		      struct eg_candidate *candidate);

/* Does the pin, if there is one, satisfy all that is asked of its identifier? */
bool eg_state_satisfied(const struct eg_state *state, struct eg_criterion *criterion);

#endif
