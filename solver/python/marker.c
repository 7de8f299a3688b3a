#include "marker.h"

#include "ascii.h"
#include "ceilings.h"
#include "pep440_private.h"


/* As packaging/_parser.py: where the two disagree with PEP 508's grammar, pip follows packaging. */

/* clang-format off */
#define WORD(text, variable) {text, sizeof(text) - 1, variable}
/* clang-format on */

static const struct {
	const char *name;
	size_t n;
	int variable;
} words[] = {
	[EG_OS_NAME] = WORD("os_name", EG_OS_NAME),
	[EG_SYS_PLATFORM] = WORD("sys_platform", EG_SYS_PLATFORM),
	[EG_PLATFORM_MACHINE] = WORD("platform_machine", EG_PLATFORM_MACHINE),
	[EG_PLATFORM_PYTHON_IMPLEMENTATION] = WORD("platform_python_implementation", EG_PLATFORM_PYTHON_IMPLEMENTATION),
	[EG_PLATFORM_RELEASE] = WORD("platform_release", EG_PLATFORM_RELEASE),
	[EG_PLATFORM_SYSTEM] = WORD("platform_system", EG_PLATFORM_SYSTEM),
	[EG_PLATFORM_VERSION] = WORD("platform_version", EG_PLATFORM_VERSION),
	[EG_PYTHON_VERSION] = WORD("python_version", EG_PYTHON_VERSION),
	[EG_PYTHON_FULL_VERSION] = WORD("python_full_version", EG_PYTHON_FULL_VERSION),
	[EG_IMPLEMENTATION_NAME] = WORD("implementation_name", EG_IMPLEMENTATION_NAME),
	[EG_IMPLEMENTATION_VERSION] = WORD("implementation_version", EG_IMPLEMENTATION_VERSION),
	[EG_EXTRA] = WORD("extra", EG_EXTRA),
	[EG_EXTRAS] = WORD("extras", EG_EXTRAS),
	[EG_DEPENDENCY_GROUPS] = WORD("dependency_groups", EG_DEPENDENCY_GROUPS),
	/* the spellings of PEP 345 and of setuptools */
	WORD("os.name", EG_OS_NAME),
	WORD("sys.platform", EG_SYS_PLATFORM),
	WORD("platform.version", EG_PLATFORM_VERSION),
	WORD("platform.machine", EG_PLATFORM_MACHINE),
	WORD("platform.python_implementation", EG_PLATFORM_PYTHON_IMPLEMENTATION),
	WORD("python_implementation", EG_PLATFORM_PYTHON_IMPLEMENTATION),
};

static const char *variable_name(int variable)
{
	return words[variable].name;
}

const char *eg_marker_variable_name(enum eg_marker_variable variable)
{
	return variable_name(variable);
}

bool eg_marker_is_version(int variable)
{
	return variable == EG_PYTHON_VERSION || variable == EG_PYTHON_FULL_VERSION ||
	       variable == EG_IMPLEMENTATION_VERSION || variable == EG_PLATFORM_RELEASE;
}

struct input {
	struct eg_arena *arena;
	const char *p, *end;
	const char *error;
	int depth;
};

static bool is_word_char(char c)
{
	return is_alnum(c) || c == '_' || (unsigned char)c >= 0x80;
}

static void skip_blanks(struct input *in)
{
	while (in->p < in->end && (*in->p == ' ' || *in->p == '\t'))
		in->p++;
}

static bool accept(struct input *in, char c)
{
	if (in->p == in->end || *in->p != c)
		return false;
	in->p++;
	return true;
}

static bool accept_word(struct input *in, const char *w)
{
	size_t n = strlen(w);

	if ((size_t)(in->end - in->p) < n || memcmp(in->p, w, n) ||
	    ((size_t)(in->end - in->p) > n && is_word_char(in->p[n])))
		return false;
	in->p += n;
	return true;
}

/* A side of a comparison: a variable, or EG_NO_VARIABLE and a literal. */
struct side {
	int variable;
	const char *literal;
};

/* Python's escapes in literals are kept as they are: no marker needs them. */
static bool parse_literal(struct input *in, struct side *ret)
{
	char quote = *in->p;
	const char *start = in->p + 1;
	const char *close = memchr(start, quote, (size_t)(in->end - start));

	if (!close || memchr(start, '\n', (size_t)(close - start)) || memchr(start, 0, (size_t)(close - start))) {
		in->error = "invalid quoted string";
		return false;
	}
	*ret = (struct side){EG_NO_VARIABLE, eg_strndup(in->arena, start, (size_t)(close - start))};
	in->p = close + 1;
	return true;
}

static bool parse_variable(struct input *in, struct side *ret)
{
	const char *q = in->p;

	while (q < in->end && (is_word_char(*q) || *q == '.'))
		q++;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (words[i].n == (size_t)(q - in->p) && !memcmp(words[i].name, in->p, words[i].n)) {
			*ret = (struct side){words[i].variable, NULL};
			in->p = q;
			return true;
		}
	in->error = "expected a marker variable or quoted string";
	return false;
}

static bool parse_side(struct input *in, struct side *ret)
{
	skip_blanks(in);
	if (in->p < in->end && (*in->p == '\'' || *in->p == '"'))
		return parse_literal(in, ret);
	return parse_variable(in, ret);
}

static bool parse_test(struct input *in, struct eg_marker *item)
{
	const char *behind;

	skip_blanks(in);
	if (accept_word(in, "in")) {
		item->test = EG_TEST_IN;
		return true;
	}
	if (accept_word(in, "not")) {
		skip_blanks(in);
		if (!accept_word(in, "in")) {
			in->error = "expected 'in' after 'not'";
			return false;
		}
		item->test = EG_TEST_NOT_IN;
		return true;
	}
	behind = eg_op_scan(in->p, in->end, &item->op);
	if (!behind) {
		in->error = "expected a marker operator, one of <=, <, !=, ==, >=, >, ~=, ===, in, not in";
		return false;
	}
	in->p = behind;
	return true;
}

/* Specifier(OP + LITERAL), NULL when that is none. */
static const struct eg_specifier *make_specifier(struct eg_arena *arena, enum eg_op op, const char *literal)
{
	const char *op_text = eg_op_text(op), *error;
	char *joined = eg_alloc(arena, strlen(op_text) + strlen(literal) + 1);
	const char *text = joined, *end = stpcpy(stpcpy(joined, op_text), literal);
	struct eg_specifier *spec = EG_NEW(arena, struct eg_specifier);

	if (!eg_specifier_scan(arena, &text, end, spec, &error))
		return NULL;
	while (text < end && is_blank(*text))
		text++;
	return text == end ? spec : NULL;
}

/* What the comparison needs of the literal, worked out once. */
static void prepare(struct eg_arena *arena, struct eg_marker *item, const struct side *left, const struct side *right)
{
	item->variable_first = left->variable != EG_NO_VARIABLE;
	item->variable = item->variable_first ? left->variable : right->variable;
	item->literal = item->variable_first ? right->literal : left->literal;
	if (!item->literal)
		item->literal = variable_name(right->variable); /* packaging takes the second variable for its name */
	else if (item->variable >= EG_EXTRA && item->variable <= EG_DEPENDENCY_GROUPS)
		item->literal = eg_normalize(arena, item->literal, strlen(item->literal));
	if (item->test != EG_TEST_OP || !eg_marker_is_version(item->variable))
		return;
	if (item->variable_first) {
		item->spec = make_specifier(arena, item->op, item->literal);
	} else {
		struct eg_version *version = EG_NEW(arena, struct eg_version);

		if (eg_version_parse(arena, item->literal, strlen(item->literal), version))
			item->version = version;
	}
}

static struct eg_marker *parse_item(struct input *in)
{
	struct eg_marker *item = EG_NEW(in->arena, struct eg_marker);
	struct side left, right;

	item->kind = EG_MARKER_COMPARE;
	if (!parse_side(in, &left) || !parse_test(in, item) || !parse_side(in, &right))
		return NULL;
	prepare(in->arena, item, &left, &right);
	return item;
}

struct markers {
	const struct eg_marker **v;
	size_t n, cap;
};

static const struct eg_marker *make_group(struct eg_arena *arena, enum eg_marker_kind kind, const struct markers *list)
{
	if (list->n == 1)
		return list->v[0];
	struct eg_marker *group = EG_NEW(arena, struct eg_marker);
	*group = (struct eg_marker){.kind = kind, .v = list->v, .n = list->n};
	return group;
}

static const struct eg_marker *parse_any(struct input *in);

static const struct eg_marker *parse_atom(struct input *in)
{
	const struct eg_marker *marker;

	skip_blanks(in);
	if (accept(in, '(')) {
		if (in->depth == EG_MAX_MARKER_DEPTH) {
			in->error = "too many nested parentheses";
			return NULL;
		}
		in->depth++;
		marker = parse_any(in);
		in->depth--;
		if (marker && !accept(in, ')')) {
			in->error = "expected matching ')' after marker expression";
			return NULL;
		}
	} else {
		marker = parse_item(in);
	}
	skip_blanks(in);
	return marker;
}

static const struct eg_marker *parse_all(struct input *in)
{
	struct markers list = {0};

	do {
		const struct eg_marker *atom = parse_atom(in);

		if (!atom)
			return NULL;
		if (!list.n && !accept_word(in, "and"))
			return atom;
		eg_vec_push(in->arena, &list, atom);
	} while (list.n == 1 || accept_word(in, "and"));
	return make_group(in->arena, EG_MARKER_ALL, &list);
}

static const struct eg_marker *parse_any(struct input *in)
{
	struct markers list = {0};

	do {
		const struct eg_marker *all = parse_all(in);

		if (!all)
			return NULL;
		if (!list.n && !accept_word(in, "or"))
			return all;
		eg_vec_push(in->arena, &list, all);
	} while (list.n == 1 || accept_word(in, "or"));
	return make_group(in->arena, EG_MARKER_ANY, &list);
}

bool eg_marker_scan(struct eg_arena *arena, const char **p, const char *end, const struct eg_marker **ret,
		    const char **ret_error)
{
	struct input in = {.arena = arena, .p = *p, .end = end};
	const struct eg_marker *marker = parse_any(&in);

	*p = in.p;
	if (!marker) {
		*ret_error = in.error;
		return false;
	}
	*ret = marker;
	return true;
}

bool eg_marker_parse(struct eg_arena *arena, const char *s, size_t n, const struct eg_marker **ret,
		     const char **ret_error)
{
	const char *p = s, *end = s + n, *error = NULL;
	const struct eg_marker *marker;

	if (eg_marker_scan(arena, &p, end, &marker, &error)) {
		if (p == end) {
			*ret = marker;
			return true;
		}
		error = "expected end of marker expression";
	}
	*ret_error = eg_strf(arena, "%s, at '%.*s'", error, (int)(end - p < 40 ? end - p : 40), p);
	return false;
}
