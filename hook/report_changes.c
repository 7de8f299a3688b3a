#include "report_changes.h"

#include <stdlib.h>

#include "family.h"
#include "variant.h"

enum {
	LONG_LIST = 12, /* new packages of a group that are shown, more than that are only named */
	NAMED = 8,      /* … of which so many */
};

struct row {
	const struct eg_change *change;
	int rank;
	const char *name, *from, *to, *note;
};

struct table {
	FILE *out;
	struct eg_run *run;
	const struct eg_report_options *options;
	struct row *rows;
	size_t n;
	int name_width, from_width, to_width;
};

/* The order of rows, and where the table may be cut short. */
enum { STACK, MOVED_LIBRARY, NEW_LIBRARY, REQUESTED, MOVED, NEW, N_RANKS };

static const struct eg_package *either(const struct eg_change *change)
{
	return change->to ? change->to : change->from;
}

static int rank_of(const struct eg_change *change)
{
	const struct eg_family *family = eg_family_of(either(change)->name);
	bool is_new = !change->from;

	if (family && family->role != EG_LIBRARY)
		return STACK;
	if (family && !change->requested)
		return is_new ? NEW_LIBRARY : MOVED_LIBRARY;
	return change->requested ? REQUESTED : is_new ? NEW : MOVED;
}

/* Frameworks before what is built on them. */
static int role_of(const struct row *row)
{
	const struct eg_family *family = eg_family_of(row->name);

	return family ? (int)family->role : 0;
}

static int by_rank_and_name(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank - y->rank;
	return role_of(x) != role_of(y) ? role_of(x) - role_of(y) : strcmp(x->name, y->name);
}

/* "CUDA 12.1 → CUDA 13.2", "CUDA 12.1"; "" where nothing is known. */
static const char *note_of(struct table *t, const struct eg_change *change)
{
	struct eg_arena *arena = t->run->arena;
	const char *from = change->from ? change->from->variant : NULL, *to = change->to ? change->to->variant : NULL;
	const char *arrow = t->options->style.unicode ? "→" : "->";

	if (!from && !to)
		return "";
	if (!from || !to || !strcmp(from, to))
		return eg_printable(arena, eg_variant_words(arena, to ? to : from));
	return eg_strf(arena, "%s %s %s", eg_printable(arena, eg_variant_words(arena, from)), arrow,
		       eg_printable(arena, eg_variant_words(arena, to)));
}

static struct table table_of(FILE *out, struct eg_run *run, const struct eg_plan *plan,
			     const struct eg_report_options *options)
{
	struct table t = {.out = out, .run = run, .options = options, .n = plan->n_changes};

	t.rows = EG_ARRAY(run->arena, struct row, plan->n_changes + 1);
	for (size_t i = 0; i < t.n; i++) {
		const struct eg_change *change = &plan->changes[i];
		t.rows[i] = (struct row){
			.change = change,
			.rank = rank_of(change),
			.name = eg_printable(run->arena, either(change)->name),
			.from = change->from ? eg_printable(run->arena, change->from->version) : "",
			.to = change->to ? eg_printable(run->arena, change->to->version) : "",
			.note = note_of(&t, change),
		};
	}
	qsort(t.rows, t.n, sizeof(*t.rows), by_rank_and_name);
	return t;
}

static int max(int a, int b)
{
	return a > b ? a : b;
}

/* Columns fit the rows that are shown. */
static void measure(struct table *t, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		t->name_width = max(t->name_width, eg_columns(rows[i].name));
		t->from_width = max(t->from_width, eg_columns(rows[i].from));
		t->to_width = max(t->to_width, eg_columns(rows[i].to));
	}
}

static const char *mark_of(const struct table *t, enum eg_action action)
{
	static const char *const marks[][2] = {
		[EG_INSTALL] = {"+", "+"}, [EG_UPGRADE] = {"^", "↑"},   [EG_DOWNGRADE] = {"v", "↓"},
		[EG_REBUILD] = {"~", "~"}, [EG_REINSTALL] = {"=", "="}, [EG_REMOVE] = {"-", "-"},
	};

	return marks[action][t->options->style.unicode];
}

static enum eg_ink ink_of(enum eg_action action)
{
	static const enum eg_ink inks[] = {
		[EG_INSTALL] = EG_GREEN,  [EG_UPGRADE] = EG_CYAN,    [EG_DOWNGRADE] = EG_YELLOW,
		[EG_REBUILD] = EG_YELLOW, [EG_REINSTALL] = EG_PLAIN, [EG_REMOVE] = EG_RED,
	};

	return inks[action];
}

static void pad(FILE *out, const char *s, int width)
{
	fprintf(out, "%s%*s", s, max(0, width - eg_columns(s)), "");
}

static void print_row(struct table *t, const struct row *row)
{
	const struct eg_style *style = &t->options->style;
	const struct eg_change *change = row->change;
	const char *arrow = !change->from || !change->to ? " " : style->unicode ? "→" : "->";
	int arrow_width = style->unicode ? 1 : 2;
	FILE *out = t->out;

	fprintf(out, "  %s%s%s ", eg_ink(style, ink_of(change->action)), mark_of(t, change->action),
		eg_ink(style, EG_PLAIN));
	fputs(row->rank == STACK ? eg_ink(style, EG_BOLD) : "", out);
	pad(out, row->name, t->name_width);
	fprintf(out, "%s  ", row->rank == STACK ? eg_ink(style, EG_PLAIN) : "");
	if (!change->to && !*row->note) {
		fprintf(out, "%s\n", row->from);
		return;
	}
	if (t->from_width) {
		pad(out, row->from, t->from_width);
		fputc(' ', out);
		pad(out, arrow, arrow_width);
		fputc(' ', out);
	}
	if (*row->note) {
		pad(out, row->to, t->to_width);
		fprintf(out, "  %s%s%s", eg_ink(style, EG_DIM), row->note, eg_ink(style, EG_PLAIN));
	} else {
		fputs(row->to, out);
	}
	fputc('\n', out);
}

/* "    and 9 more: a, b, c …" */
static void print_rest(struct table *t, const struct row *rows, size_t n, const char *what)
{
	struct eg_arena *arena = t->run->arena;
	const char *text = eg_strf(arena, "and %zu %s:", n, what);

	for (size_t i = 0; i < n && i < NAMED; i++)
		text = eg_strf(arena, "%s %s%s", text, rows[i].name, i + 1 < n ? "," : "");
	if (n > NAMED)
		text = eg_strf(arena, "%s %s (-v shows all)", text, t->options->style.unicode ? "…" : "...");
	fprintf(t->out, "    %s", eg_ink(&t->options->style, EG_DIM));
	eg_write_wrapped(t->out, &t->options->style, 4, text);
	fprintf(t->out, "%s\n", eg_ink(&t->options->style, EG_PLAIN));
}

void eg_report_changes(FILE *out, struct eg_run *run, const struct eg_plan *plan,
		       const struct eg_report_options *options)
{
	struct table t = table_of(out, run, plan, options);
	size_t count[N_RANKS] = {0}, begin[N_RANKS] = {0};
	bool brief[N_RANKS] = {0};

	for (size_t i = 0; i < t.n; i++)
		count[t.rows[i].rank]++;
	for (size_t rank = 1; rank < N_RANKS; rank++)
		begin[rank] = begin[rank - 1] + count[rank - 1];
	brief[MOVED_LIBRARY] = options->verbose <= 0 && count[MOVED_LIBRARY] > 3 && count[STACK];
	brief[NEW_LIBRARY] = options->verbose <= 0 && count[NEW_LIBRARY] > 3;
	brief[NEW] = options->verbose <= 0 && count[NEW] > LONG_LIST;
	for (size_t rank = 0; rank < N_RANKS; rank++)
		if (!brief[rank])
			measure(&t, t.rows + begin[rank], count[rank]);
	static const char *const rest[N_RANKS] = {
		[MOVED_LIBRARY] = "GPU libraries that move along", [NEW_LIBRARY] = "new GPU libraries", [NEW] = "more"};
	for (size_t rank = 0; rank < N_RANKS; rank++) {
		const struct row *rows = t.rows + begin[rank];
		if (brief[rank])
			print_rest(&t, rows, count[rank], rest[rank]);
		for (size_t i = 0; !brief[rank] && i < count[rank]; i++)
			print_row(&t, &rows[i]);
	}
}
