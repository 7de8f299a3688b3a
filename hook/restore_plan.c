/* What differs, and the commands that undo it. */
#include "restore.h"

#include <stdlib.h>

#include "file.h"
#include "python/record_files.h"
#include "strs.h"

/* The commands in the making. */
struct planning {
	struct eg_run *run;
	struct eg_arena *arena;
	const struct eg_inventory *inventory; /* NULL: a new environment */
	const struct eg_restore_target *target;
	const struct eg_restore_options *options;
	const char *prefix, *python;
	const char *conda; /* the program */
	bool uv;
	struct eg_restore *ret;
};

static void push(struct planning *p, struct eg_strs *argv, bool trial)
{
	eg_vec_push(p->arena, argv, NULL);
	argv->n--;
	eg_vec_push(p->arena, &p->ret->steps, (struct eg_restore_step){.argv = *argv, .trial = trial});
}

static void add(struct planning *p, struct eg_strs *argv, const char *const *words)
{
	for (; *words; words++)
		eg_vec_push(p->arena, argv, *words);
}

static struct eg_strs pip(struct planning *p, const char *verb)
{
	struct eg_strs argv = {0};

	if (p->uv)
		add(p, &argv, (const char *const[]){"uv", "pip", verb, "--python", p->python, NULL});
	else
		add(p, &argv, (const char *const[]){p->python, "-m", "pip", verb, NULL});
	return argv;
}

/* The words that ask pip for exactly this. */
static void add_spec(struct planning *p, struct eg_strs *argv, const struct eg_item *item)
{
	if (item->editable)
		eg_vec_push(p->arena, argv, "-e");
	eg_vec_push(p->arena, argv,
		    item->editable ? item->direct :
		    item->direct   ? eg_strf(p->arena, "%s @ %s", item->name, item->direct) :
				     eg_strf(p->arena, "%s==%s", item->name, item->version));
}

static bool is_removal(const struct eg_restore_change *change, enum eg_ecosystem ecosystem)
{
	return !change->to && change->from->ecosystem == ecosystem;
}

static bool is_wanted(const struct eg_restore_change *change, enum eg_ecosystem ecosystem)
{
	return change->to && change->to->ecosystem == ecosystem;
}

static size_t count(const struct eg_restore *restore, enum eg_ecosystem ecosystem,
		    bool (*counts)(const struct eg_restore_change *change, enum eg_ecosystem ecosystem))
{
	size_t n = 0;

	for (size_t i = 0; i < restore->changes.n; i++)
		n += counts(&restore->changes.v[i], ecosystem);
	return n;
}

static void remove_distributions(struct planning *p)
{
	struct eg_strs argv = pip(p, "uninstall");

	if (!p->uv)
		eg_vec_push(p->arena, &argv, "-y");
	for (size_t i = 0; i < p->ret->changes.n; i++)
		if (is_removal(&p->ret->changes.v[i], EG_PYTHON))
			eg_vec_push(p->arena, &argv, p->ret->changes.v[i].from->name);
	push(p, &argv, false);
}

/* The very files again although the version is there: another build, or files that a removal takes away. */
static bool is_same_version(const struct eg_restore_change *change)
{
	return change->from && change->to && !strcmp(change->from->version, change->to->version);
}

/* The words at I of GIVEN, but for an address that is there already. */
static void add_option(struct planning *p, const struct eg_strs *given, size_t i, struct eg_strs *ret)
{
	bool option = *given->v[i] == '-';
	const char *value = !option ? given->v[i] : i + 1 < given->n && *given->v[i + 1] != '-' ? given->v[i + 1] : NULL;

	if (!value || !eg_strs_has(ret, value))
		eg_vec_push(p->arena, ret, given->v[i]);
}

static void install_distributions(struct planning *p, bool trial)
{
	struct eg_strs argv = pip(p, "install"), options = {0};
	bool again = false;

	if (trial)
		add(p, &argv, (const char *const[]){"--quiet", "--dry-run", NULL});
	eg_vec_push(p->arena, &argv, "--no-deps");
	for (size_t i = 0; i < p->ret->changes.n; i++)
		again |= is_wanted(&p->ret->changes.v[i], EG_PYTHON) && is_same_version(&p->ret->changes.v[i]);
	if (again)
		eg_vec_push(p->arena, &argv, p->uv ? "--reinstall" : "--force-reinstall");
	for (size_t i = 0; i < p->ret->changes.n; i++) {
		if (!is_wanted(&p->ret->changes.v[i], EG_PYTHON))
			continue;
		add_spec(p, &argv, p->ret->changes.v[i].to);
		eg_restore_index(p->arena, p->ret->changes.v[i].to, &options);
	}
	for (size_t i = 0; i < p->target->options.n; i++)
		add_option(p, &p->target->options, i, &options);
	for (size_t i = 0; i < options.n; i++)
		eg_vec_push(p->arena, &argv, options.v[i]);
	if (p->uv && options.n) /* each version is named, so that no index can offer another one */
		add(p, &argv, (const char *const[]){"--index-strategy", "unsafe-best-match", NULL});
	push(p, &argv, trial);
}

/* A trial before the first removal. Then what goes goes first, for it may own files of what comes. */
static void plan_distributions(struct planning *p)
{
	size_t removed = count(p->ret, EG_PYTHON, is_removal), wanted = count(p->ret, EG_PYTHON, is_wanted);

	if (removed && wanted)
		install_distributions(p, true);
	if (removed)
		remove_distributions(p);
	if (wanted)
		install_distributions(p, false);
}

static void add_conda_place(struct planning *p, struct eg_strs *argv, const char *verb)
{
	add(p, argv, (const char *const[]){p->conda, verb, "--yes", "--prefix", p->prefix, NULL});
}

/* conda takes "URL#md5" (conda list --explicit --md5). */
static void install_records(struct planning *p)
{
	struct eg_strs argv = {0};

	add_conda_place(p, &argv, p->inventory ? "install" : "create");
	for (size_t i = 0; i < p->ret->changes.n; i++) {
		const struct eg_item *to = p->ret->changes.v[i].to;
		if (to && to->ecosystem == EG_CONDA)
			eg_vec_push(p->arena, &argv, to->md5 ? eg_strf(p->arena, "%s#%s", to->url, to->md5) : to->url);
	}
	push(p, &argv, false);
}

static void remove_records(struct planning *p)
{
	struct eg_strs argv = {0};

	add_conda_place(p, &argv, "remove");
	eg_vec_push(p->arena, &argv, "--force");
	for (size_t i = 0; i < p->ret->changes.n; i++)
		if (is_removal(&p->ret->changes.v[i], EG_CONDA))
			eg_vec_push(p->arena, &argv, p->ret->changes.v[i].from->name);
	push(p, &argv, false);
}

/* What comes goes in first: conda itself may live there, and need what it replaces. */
static enum eg_error_kind plan_records(struct planning *p)
{
	for (size_t i = 0; i < p->ret->changes.n; i++) {
		const struct eg_item *to = p->ret->changes.v[i].to;
		if (to && to->ecosystem == EG_CONDA && (!to->url || *to->url == '-' || !*to->url))
			return eg_fail(p->run, EG_UNSUPPORTED, "it is not known where %s %s of conda's came from",
				       to->name, to->version);
	}
	if (count(p->ret, EG_CONDA, is_wanted))
		install_records(p);
	if (count(p->ret, EG_CONDA, is_removal))
		remove_records(p);
	return EG_OK;
}

static void add_change(struct planning *p, const struct eg_item *from, const struct eg_item *to)
{
	if (!p->options->stack_only || eg_item_is_stack(from ? from : to))
		eg_vec_push(p->arena, &p->ret->changes, (struct eg_restore_change){from, to});
}

/* Without pip there would be no way on, and a list of pip's own (`pip freeze`) passes over it. */
static bool may_go(const struct planning *p, const struct eg_item *item)
{
	return p->target->whole && !(item->ecosystem == EG_PYTHON && !strcmp(item->name, "pip"));
}

static void compare(struct planning *p)
{
	static const struct eg_items nothing;
	const struct eg_items *now = p->inventory ? &p->inventory->items : &nothing, *then = &p->target->items;

	for (size_t i = 0; i < now->n; i++) {
		const struct eg_item *item = &now->v[i], *to = eg_items_find(then, item->ecosystem, item->name);
		if (to ? !eg_item_same(item, to) : may_go(p, item))
			add_change(p, item, to);
	}
	for (size_t i = 0; i < then->n; i++)
		if (!eg_items_find(now, then->v[i].ecosystem, then->v[i].name))
			add_change(p, NULL, &then->v[i]);
}

static bool is_removed(const struct planning *p, const char *name)
{
	for (size_t i = 0; i < p->ret->changes.n; i++)
		if (is_removal(&p->ret->changes.v[i], EG_PYTHON) && !strcmp(p->ret->changes.v[i].from->name, name))
			return true;
	return false;
}

static bool is_changed(const struct planning *p, const char *name)
{
	for (size_t i = 0; i < p->ret->changes.n; i++) {
		const struct eg_item *item = p->ret->changes.v[i].from ? p->ret->changes.v[i].from : p->ret->changes.v[i].to;
		if (item->ecosystem == EG_PYTHON && !strcmp(item->name, name))
			return true;
	}
	return false;
}

/* A package that stays loses the files that one which goes has overwritten: it is installed again. */
static void mend(struct planning *p, const char *gone, const char *stays)
{
	const struct eg_item *item = eg_items_find(&p->inventory->items, EG_PYTHON, stays);

	if (item && is_removed(p, gone) && !is_changed(p, stays))
		add_change(p, item, item);
}

static void mend_overlaps(struct planning *p)
{
	struct eg_overlap *overlaps;
	size_t n;

	if (!p->inventory || !p->inventory->installed || !count(p->ret, EG_PYTHON, is_removal))
		return;
	eg_native_overlaps(p->run, p->inventory->installed, &overlaps, &n);
	for (size_t i = 0; i < n; i++) {
		mend(p, overlaps[i].a, overlaps[i].b);
		mend(p, overlaps[i].b, overlaps[i].a);
	}
}

/* Which programs do it. */
static void choose_tools(struct planning *p)
{
	static const char *const condas[] = {"conda", "mamba", "micromamba"};
	bool uv = eg_which(p->arena, "uv", NULL) != NULL;

	p->uv = uv && (p->target->uv || (p->inventory && !p->inventory->own_pip && !p->target->conda));
	p->conda = condas[0];
	for (size_t i = sizeof(condas) / sizeof(*condas); i-- > 0;)
		if (eg_which(p->arena, condas[i], NULL))
			p->conda = condas[i];
}

static void make_environment(struct planning *p)
{
	const char *version = p->target->python_version, *own = NULL;
	struct eg_strs argv = {0};

	if (version) {
		size_t n = strcspn(version, ".");
		n += version[n] ? 1 + strcspn(version + n + 1, ".") : 0;
		own = eg_strf(p->arena, "python%.*s", (int)n, version);
	}
	if (p->uv) {
		add(p, &argv, (const char *const[]){"uv", "venv", NULL});
		if (own)
			add(p, &argv, (const char *const[]){"--python", own + strlen("python"), NULL});
	} else {
		add(p, &argv, (const char *const[]){own ? own : "python3", "-m", "venv", NULL});
	}
	eg_vec_push(p->arena, &argv, p->prefix);
	push(p, &argv, false);
}

/* The tool reads the file itself. */
static enum eg_error_kind plan_file(struct planning *p)
{
	struct eg_strs argv = {0};

	if (p->target->conda) {
		add(p, &argv, (const char *const[]){p->conda, "env", p->inventory ? "update" : "create", "--prefix", p->prefix,
						    "--file", p->target->file, NULL});
		push(p, &argv, false);
		return EG_OK;
	}
	if (!p->inventory)
		make_environment(p);
	argv = pip(p, "install");
	add(p, &argv, (const char *const[]){"-r", p->target->file, NULL});
	push(p, &argv, false);
	return EG_OK;
}

enum eg_error_kind eg_restore_plan(struct eg_run *run, const struct eg_inventory *inventory,
				   const struct eg_restore_target *target, const struct eg_restore_options *options,
				   struct eg_restore *ret)
{
	struct planning p = {
		.run = run,
		.arena = run->arena,
		.inventory = inventory,
		.target = target,
		.options = options,
		.prefix = inventory ? inventory->prefix : options->into,
		.ret = ret,
	};

	p.python = inventory && inventory->python ? inventory->python : eg_strf(run->arena, "%s/bin/python", p.prefix);
	choose_tools(&p);
	if (inventory && target->conda && !inventory->conda)
		return eg_fail(run, EG_USAGE, "%s is conda's, and '%s' is no environment of conda's: --into makes one",
			       target->title, p.prefix);
	if (target->file)
		return plan_file(&p);
	compare(&p);
	mend_overlaps(&p);
	if (!inventory && !target->conda)
		make_environment(&p);
	enum eg_error_kind kind = plan_records(&p);
	if (!kind)
		plan_distributions(&p);
	return kind;
}

bool eg_restore_differs(const struct eg_items *now, const struct eg_items *then, bool stack_only)
{
	for (size_t i = 0; i < now->n; i++) {
		const struct eg_item *item = &now->v[i], *other = eg_items_find(then, item->ecosystem, item->name);
		if ((!stack_only || eg_item_is_stack(item)) && (!other || !eg_item_same(item, other)))
			return true;
	}
	for (size_t i = 0; i < then->n; i++)
		if ((!stack_only || eg_item_is_stack(&then->v[i])) &&
		    !eg_items_find(now, then->v[i].ecosystem, then->v[i].name))
			return true;
	return false;
}
