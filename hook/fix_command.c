#include "fix_command.h"

#include <string.h>

#include "family.h"
#include "python/pep508.h"
#include "strs.h"

static bool is_safe(const char *word)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./_-";

	return *word && strspn(word, safe) == strlen(word);
}

/* 'torch<2.11', with the quotes */
static const char *quoted(struct eg_arena *arena, const char *word)
{
	const char *out = "'";

	if (is_safe(word))
		return word;
	for (size_t n; *word; word += n) {
		n = strcspn(word, "'");
		out = eg_strf(arena, "%s%.*s%s", out, (int)n, word, word[n] ? "'\\''" : "");
		n += word[n] != 0;
	}
	return eg_strf(arena, "%s'", out);
}

const char *eg_shell_words(struct eg_arena *arena, const struct eg_strs *argv)
{
	const char *out = "";

	for (size_t i = 0; i < argv->n; i++)
		out = eg_strf(arena, "%s%s%s", out, i ? " " : "", quoted(arena, argv->v[i]));
	return out;
}

/* The project that a word of the command asks for; NULL: it is no requirement. */
static const char *project_of(struct eg_arena *arena, const char *word, struct eg_requirement *ret)
{
	const char *error;

	if (*word == '-' || !eg_requirement_parse(arena, word, strlen(word), ret, &error) || ret->url)
		return NULL;
	return ret->project;
}

/* "torchvision" of "torchvision==0.16.2", extras kept */
static const char *without_version(struct eg_arena *arena, const struct eg_requirement *req)
{
	const char *text = eg_strdup(arena, req->name);

	for (size_t i = 0; i < req->n_extras; i++)
		text = eg_strf(arena, "%s%s%s", text, i ? "," : "[", req->extras[i]);
	return req->n_extras ? eg_strf(arena, "%s]", text) : text;
}

/* A command in the making, and what is done to the user's words in it. */
struct draft {
	struct eg_run *run;
	const struct eg_strs *holds;
	const char *culprit; /* may come in another version; NULL: nothing may */
	struct eg_strs words;
	struct eg_strs met; /* holds that have found their place */
};

/* The hold on PROJECT; NULL when there is none. */
static const char *hold_on(struct draft *d, const char *project)
{
	struct eg_requirement req;

	for (size_t i = 0; i < d->holds->n; i++) {
		const char *name = project_of(d->run->arena, d->holds->v[i], &req);
		if (name && !strcmp(name, project))
			return d->holds->v[i];
	}
	return NULL;
}

/* Where torch is held, its companions that the command names are free to follow. */
static bool follows_a_hold(struct draft *d, const char *project)
{
	const struct eg_family *family = eg_family_of(project);

	return family && family->framework && hold_on(d, family->framework);
}

/* "torch>=2,<2.11" of "torch>=2" and the hold "torch<2.11" */
static const char *both(struct eg_arena *arena, const struct eg_requirement *req, const char *hold)
{
	struct eg_requirement held;

	project_of(arena, hold, &held);
	return eg_strf(arena, "%s%s,%s", without_version(arena, req), eg_specset_text(arena, &req->spec),
		       eg_specset_text(arena, &held.spec));
}

/* What is held takes the place of what the user says about it only where the culprit may come in another version. */
static void add_word(struct draft *d, const char *word)
{
	struct eg_arena *arena = d->run->arena;
	struct eg_requirement req;
	const char *project = project_of(arena, word, &req);
	const char *hold = project ? hold_on(d, project) : NULL;
	bool bare = hold && !strcmp(hold, project);
	bool free = project && d->culprit && (!strcmp(project, d->culprit) || follows_a_hold(d, project));

	if (hold && !req.spec.n)
		word = hold;
	else if (hold && !bare)
		word = d->culprit ? hold : both(arena, &req, hold);
	else if (free && req.spec.n)
		word = without_version(arena, &req);
	if (hold)
		eg_vec_push(arena, &d->met, hold);
	if (!hold || !eg_strs_has(&d->words, word))
		eg_vec_push(arena, &d->words, word);
}

/* Does the word after this one stand for itself? After an option that may take a value it could be that. */
static bool is_flag(const char *word)
{
	static const char *const flags[] = {
		"-U",
		"--upgrade",
		"--pre",
		"--no-deps",
		"--force-reinstall",
		"-I",
		"--ignore-installed",
		"--user",
		"--no-cache-dir",
		"-q",
		"--quiet",
		"-v",
		"--verbose",
		"--prefer-binary",
		"--no-index",
		"--",
	};

	if (*word != '-' || strchr(word, '='))
		return true;
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		if (!strcmp(flags[i], word))
			return true;
	return false;
}

struct eg_strs eg_fix_command(struct eg_run *run, const struct eg_strs *command, const struct eg_strs *holds,
			      const char *culprit)
{
	struct draft d = {.run = run, .holds = holds, .culprit = culprit};
	bool after_verb = false;

	for (size_t i = 0; i < command->n; i++) {
		if (after_verb && is_flag(command->v[i - 1]))
			add_word(&d, command->v[i]);
		else
			eg_vec_push(run->arena, &d.words, command->v[i]);
		after_verb = after_verb || !strcmp(command->v[i], "install");
	}
	for (size_t i = 0; i < holds->n; i++)
		if (!eg_strs_has(&d.met, holds->v[i]))
			eg_vec_push(run->arena, &d.words, holds->v[i]);
	eg_vec_push(run->arena, &d.words, NULL);
	d.words.n--;
	return d.words;
}

bool eg_fix_is_held(struct eg_run *run, const struct eg_strs *holds, const char *project)
{
	struct draft d = {.run = run, .holds = holds};

	return hold_on(&d, project) != NULL;
}
