#include "report_changes.h"

#include <stdlib.h>

#include "family.h"
#include "variant.h"

enum {
	LONG_LIST = 12, /* new packages of a group that are shown, more than that are only named */
	NAMED = 8,      /* … of which so many */
};

struct table {
	FILE *out;
	struct eg_run *run;
	const struct eg_report_options *options;
	struct eg_change_row *rows;
	size_t n;
	int name_width, from_width, to_width;
};

static const struct eg_package *either(const struct eg_change *change)
{
	return change->to ? change->to : change->from;
}

static enum eg_change_rank rank_of(const struct eg_change *change)
{
	const struct eg_family *family = eg_family_of(either(change)->name);
	bool is_new = !change->from;

	if (family && family->role != EG_LIBRARY)
		return EG_CHANGE_STACK;
	if (family && !change->requested)
		return is_new ? EG_CHANGE_NEW_LIBRARY : EG_CHANGE_MOVED_LIBRARY;
	return change->requested ? EG_CHANGE_REQUESTED : is_new ? EG_CHANGE_NEW : EG_CHANGE_MOVED;
}

/* Frameworks before what is built on them. */
static int role_of(const struct eg_change_row *row)
{
	const struct eg_family *family = eg_family_of(row->name);

	return family ? (int)family->role : 0;
}

static int by_rank_and_name(const void *a, const void *b)
{
	const struct eg_change_row *x = a, *y = b;

	if (x->rank != y->rank)
		return (int)x->rank - (int)y->rank;
	return role_of(x) != role_of(y) ? role_of(x) - role_of(y) : strcmp(x->name, y->name);
}

static const char *note_of(struct eg_arena *arena, const struct eg_change *change, bool unicode)
{
	const char *from = change->from ? change->from->variant : NULL, *to = change->to ? change->to->variant : NULL;

	if (!from && !to)
		return "";
	if (!from || !to || !strcmp(from, to))
		return eg_printable(arena, eg_variant_words(arena, to ? to : from));
	return eg_strf(arena, "%s %s %s", eg_printable(arena, eg_variant_words(arena, from)), unicode ? "→" : "->",
		       eg_printable(arena, eg_variant_words(arena, to)));
}

struct eg_change_row *eg_change_rows(struct eg_run *run, const struct eg_plan *plan, bool unicode)
{
	struct eg_change_row *rows = EG_ARRAY(run->arena, struct eg_change_row, plan->n_changes + 1);

	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct eg_change *change = &plan->changes[i];
		rows[i] = (struct eg_change_row){
			.change = change,
			.rank = rank_of(change),
			.name = eg_printable(run->arena, either(change)->name),
			.from = change->from ? eg_printable(run->arena, change->from->version) : "",
			.to = change->to ? eg_printable(run->arena, change->to->version) : "",
			.note = note_of(run->arena, change, unicode),
		};
	}
	qsort(rows, plan->n_changes, sizeof(*rows), by_rank_and_name);
	return rows;
}

static int max(int a, int b)
{
	return a > b ? a : b;
}

/* Columns fit the rows that are shown. */
static void measure(struct table *t, const struct eg_change_row *rows, size_t n)
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

static void print_row(struct table *t, const struct eg_change_row *row)
{
	const struct eg_style *style = &t->options->style;
	const struct eg_change *change = row->change;
	const char *arrow = !change->from || !change->to ? " " : style->unicode ? "→" : "->";
	int arrow_width = style->unicode ? 1 : 2;
	FILE *out = t->out;

	fprintf(out, "  %s%s%s ", eg_ink(style, ink_of(change->action)), mark_of(t, change->action),
		eg_ink(style, EG_PLAIN));
	fputs(row->rank == EG_CHANGE_STACK ? eg_ink(style, EG_BOLD) : "", out);
	pad(out, row->name, t->name_width);
	fprintf(out, "%s  ", row->rank == EG_CHANGE_STACK ? eg_ink(style, EG_PLAIN) : "");
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
static void print_rest(struct table *t, const struct eg_change_row *rows, size_t n, const char *what)
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
	struct table t = {
		.out = out,
		.run = run,
		.options = options,
		.rows = eg_change_rows(run, plan, options->style.unicode),
		.n = plan->n_changes,
	};
	size_t count[EG_N_CHANGE_RANKS] = {0}, begin[EG_N_CHANGE_RANKS] = {0};
	bool brief[EG_N_CHANGE_RANKS] = {0};

	for (size_t i = 0; i < t.n; i++)
		count[t.rows[i].rank]++;
	for (size_t rank = 1; rank < EG_N_CHANGE_RANKS; rank++)
		begin[rank] = begin[rank - 1] + count[rank - 1];
	brief[EG_CHANGE_MOVED_LIBRARY] = options->verbose <= 0 && count[EG_CHANGE_MOVED_LIBRARY] > 3 && count[EG_CHANGE_STACK];
	brief[EG_CHANGE_NEW_LIBRARY] = options->verbose <= 0 && count[EG_CHANGE_NEW_LIBRARY] > 3;
	brief[EG_CHANGE_NEW] = options->verbose <= 0 && count[EG_CHANGE_NEW] > LONG_LIST;
	for (size_t rank = 0; rank < EG_N_CHANGE_RANKS; rank++)
		if (!brief[rank])
			measure(&t, t.rows + begin[rank], count[rank]);
	static const char *const rest[EG_N_CHANGE_RANKS] = {
		[EG_CHANGE_MOVED_LIBRARY] = "GPU libraries that move along", [EG_CHANGE_NEW_LIBRARY] = "new GPU libraries", [EG_CHANGE_NEW] = "more"};
	for (size_t rank = 0; rank < EG_N_CHANGE_RANKS; rank++) {
		const struct eg_change_row *rows = t.rows + begin[rank];
		if (brief[rank])
			print_rest(&t, rows, count[rank], rest[rank]);
		for (size_t i = 0; !brief[rank] && i < count[rank]; i++)
			print_row(&t, &rows[i]);
	}
}
