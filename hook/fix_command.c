#include "fix_command.h"

#include <ctype.h>

#include "fix_spec.h"
#include "strs.h"
#include "torch_build.h"

/* A command in the making. */
struct writing {
	struct eg_arena *arena;
	enum eg_ecosystem ecosystem;
	const struct eg_fix_draft *draft;
	struct eg_strs named;  /* the words that name packages, as pointers into the command */
	struct eg_strs met;    /* specs that have found their place */
	struct eg_strs words;
	bool indexed;          /* the index of the label is among the words */
};

/* The draft's spec on PROJECT; NULL: none. */
static const char *spec_on(struct writing *w, const char *project, struct eg_fix_spec *ret)
{
	for (size_t i = 0; i < w->draft->specs.n; i++)
		if (eg_fix_spec_read(w->arena, w->ecosystem, w->draft->specs.v[i], ret) && !strcmp(ret->project, project))
			return w->draft->specs.v[i];
	return NULL;
}

static bool add_named(struct writing *w, const char *word)
{
	struct eg_fix_spec user, hold, merged;

	if (!eg_fix_spec_read(w->arena, w->ecosystem, word, &user)) {
		eg_vec_push(w->arena, &w->words, word);
		return true;
	}
	if (eg_strs_has(&w->draft->without, user.project))
		return true;
	bool is_free = eg_strs_has(&w->draft->free, user.project);
	const char *spec = spec_on(w, user.project, &hold);
	if (spec && !eg_fix_spec_merge(w->arena, &user, &hold, is_free, &merged))
		return false;
	if (!spec && is_free) {
		merged = user;
		merged.version = "";
		merged.build = NULL;
	}
	if (spec)
		eg_vec_push(w->arena, &w->met, spec);
	if (spec || is_free)
		word = eg_fix_spec_text(w->arena, &merged);
	if (!spec || !eg_strs_has(&w->words, word))
		eg_vec_push(w->arena, &w->words, word);
	return true;
}

/* Where the label stands in an address of PyTorch's builds, ".../whl/cu118"; NULL: it is none. */
static const char *label_in(const char *word)
{
	const char *whl = strstr(word, "/whl/"), *label = whl ? whl + strlen("/whl/") : NULL;

	if (!label || !strstr(word, "://"))
		return NULL;
	if (!strncmp(label, "cu", 2) && isdigit((unsigned char)label[2]))
		return label;
	return !strncmp(label, "cpu", 3) || !strncmp(label, "rocm", 4) || !strncmp(label, "xpu", 3) ? label : NULL;
}

/* An index of other builds of PyTorch gives way to the one that is wanted. */
static void add_other(struct writing *w, const char *word)
{
	const char *label = w->draft->label ? label_in(word) : NULL;

	if (label) {
		word = eg_strf(w->arena, "%.*s%s%s", (int)(label - word), word, w->draft->label,
			       label + strcspn(label, "/"));
		w->indexed = true;
	}
	eg_vec_push(w->arena, &w->words, word);
}

static bool is_named(const struct writing *w, const char *word)
{
	for (size_t i = 0; i < w->named.n; i++)
		if (w->named.v[i] == word)
			return true;
	return false;
}

/* Options end at "--": what is added stands before it. */
static void add_options(struct writing *w)
{
	for (size_t i = 0; i < w->draft->options.n; i++)
		if (!eg_strs_has(&w->words, w->draft->options.v[i]))
			eg_vec_push(w->arena, &w->words, w->draft->options.v[i]);
	if (w->draft->label && !w->indexed) {
		eg_vec_push(w->arena, &w->words, "--extra-index-url");
		eg_vec_push(w->arena, &w->words, eg_torch_index(w->arena, w->draft->label));
	}
}

/* Words that do not go on into the new command, from the I-th on: options that go, and the environment where another is
   made. 0: it does. */
static size_t skipped(const struct writing *w, const struct eg_strs *command, size_t i)
{
	static const char *const places[] = {"-n", "--name", "-p", "--prefix"};

	if (eg_strs_has(&w->draft->dropped, command->v[i]))
		return 1;
	for (size_t k = 0; w->draft->elsewhere && k < sizeof(places) / sizeof(*places); k++) {
		size_t n = strlen(places[k]);
		if (!strcmp(command->v[i], places[k]))
			return 2;
		if (!strncmp(command->v[i], places[k], n) && (n == 2 || command->v[i][n] == '='))
			return 1;
	}
	return 0;
}

/* "conda install": "conda create -n NAME" */
static bool add_elsewhere(struct writing *w, const char *word)
{
	const char *const words[] = {"create", "-n", w->draft->elsewhere};

	if (!w->draft->elsewhere || strcmp(word, "install"))
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		eg_vec_push(w->arena, &w->words, words[i]);
	return true;
}

static bool add_words(struct writing *w, const struct eg_strs *command)
{
	bool optioned = false;

	for (size_t i = 0; i < command->n; i++) {
		size_t skip = skipped(w, command, i);
		if (skip) {
			i += skip - 1;
			continue;
		}
		if (!strcmp(command->v[i], "--") && !optioned) {
			optioned = true;
			add_options(w);
		}
		bool named = is_named(w, command->v[i]);
		if (named && !add_named(w, command->v[i]))
			return false;
		if (!named && !add_elsewhere(w, command->v[i]))
			add_other(w, command->v[i]);
	}
	for (size_t i = 0; i < w->draft->specs.n; i++)
		if (!eg_strs_has(&w->met, w->draft->specs.v[i]))
			eg_vec_push(w->arena, &w->words, w->draft->specs.v[i]);
	if (!optioned)
		add_options(w);
	return true;
}

bool eg_fix_command(struct eg_run *run, const struct eg_tool *tool, const struct eg_strs *command,
		    const struct eg_fix_draft *draft, struct eg_strs *ret)
{
	struct writing w = {.arena = run->arena, .ecosystem = tool->ecosystem, .draft = draft};

	if ((!draft->whole && !tool->named(run, command->v, command->n, &w.named)) || !add_words(&w, command))
		return false;
	eg_vec_push(run->arena, &w.words, NULL);
	w.words.n--;
	*ret = w.words;
	return true;
}
