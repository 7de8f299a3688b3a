#include "policy_find.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "checksum.h"
#include "file.h"
#include "options.h"
#include "policy_keys.h"
#include "strs.h"

struct finder {
	struct eg_run *run;
	const struct eg_policy_search *search;
	struct eg_policy *policy;
	struct eg_strs seen; /* paths, links resolved */
	struct eg_buf text;  /* of all that is in force */
};

const char *eg_policy_system_path(struct eg_arena *arena, const char *root)
{
	return eg_strf(arena, "%s/etc/envguard/policy.json", root ? root : "");
}

const char *eg_policy_user_path(struct eg_arena *arena)
{
	const char *config = getenv("XDG_CONFIG_HOME");

	if (!config || *config != '/')
		config = eg_expand_home(arena, "~/.config");
	return *config == '/' ? eg_path_join(arena, config, "envguard/policy.json") : NULL;
}

static void add_error(struct finder *f, enum eg_policy_place place, const char *path, const char *text)
{
	eg_vec_push(f->run->arena, &f->policy->errors,
		    (struct eg_policy_remark){.mark = {.place = place, .file = path}, .text = text});
}

/* Who else than OWNER can change PATH; NULL: nobody. */
static const char *open_to_others(struct eg_arena *arena, const char *path, bool owned, unsigned owner)
{
	struct stat st;

	if (stat(path, &st))
		return NULL;
	if (owned && st.st_uid != owner && st.st_uid != 0)
		return eg_strf(arena, "'%s' belongs to user %u, not to %s", path, (unsigned)st.st_uid,
			       owner ? eg_strf(arena, "user %u", owner) : "root");
	if (st.st_mode & (owned ? S_IWGRP | S_IWOTH : S_IWOTH))
		return eg_strf(arena, "'%s' can be changed by others than its owner (mode %04o)", path,
			       (unsigned)st.st_mode & 07777);
	return NULL;
}

static bool is_trusted(struct finder *f, const char *folder)
{
	const struct eg_strs *trust = &f->policy->values.trust;
	char *real = realpath(folder, NULL);
	bool trusted = false;

	for (size_t i = 0; real && i < trust->n; i++)
		trusted = trusted || eg_glob_matches(eg_expand_home(f->run->arena, trust->v[i]), real);
	free(real);
	return trusted;
}

static bool first_time(struct finder *f, const char *path)
{
	char *real = realpath(path, NULL);
	const char *copy = eg_strdup(f->run->arena, real ? real : path);

	free(real);
	if (eg_strs_has(&f->seen, copy))
		return false;
	eg_vec_push(f->run->arena, &f->seen, copy);
	return true;
}

/* PATH in force, where it is there and good. What the run has recorded stays as it is. */
static void take(struct finder *f, enum eg_policy_place place, const char *path, bool trusted)
{
	struct eg_run quiet = *f->run;
	struct eg_policy_file file = {.place = place, .path = path, .trusted = trusted};
	struct eg_policy_files files = {0};
	struct eg_buf text = {0};

	quiet.error.kind = EG_OK;
	if (eg_policy_load(&quiet, f->policy, &file, &files, &text)) {
		add_error(f, place, path, quiet.error.message);
	} else {
		eg_buf_add(&f->text, text.n ? text.s : "", text.n);
		for (size_t i = 0; i < files.n; i++) {
			eg_policy_merge(f->run->arena, f->policy, &files.v[i]);
			eg_vec_push(f->run->arena, &f->policy->sources, files.v[i].path);
		}
	}
	f->run->notes = quiet.notes;
	eg_buf_free(&text);
}

/* A file that need not be there, as stat(2) sees it. */
static bool is_there(const char *path)
{
	struct stat st;

	return !stat(path, &st) || errno == EACCES;
}

static void take_system(struct finder *f)
{
	const char *path = eg_policy_system_path(f->run->arena, f->search->root);
	const char *folder = eg_strndup(f->run->arena, path, (size_t)(strrchr(path, '/') - path));

	if (!is_there(path))
		return;
	const char *open = open_to_others(f->run->arena, folder, true, f->search->owner);
	if (!open)
		open = open_to_others(f->run->arena, path, true, f->search->owner);
	if (open)
		add_error(f, EG_POLICY_SYSTEM, path, open);
	else
		take(f, EG_POLICY_SYSTEM, path, true);
}

static void take_user(struct finder *f)
{
	const char *path = eg_policy_user_path(f->run->arena);

	if (!path || !is_there(path) || !first_time(f, path))
		return;
	const char *open = open_to_others(f->run->arena, path, false, 0);
	if (open)
		add_error(f, EG_POLICY_USER, path, open);
	else
		take(f, EG_POLICY_USER, path, true);
}

/* The nearest from FOLDER upwards; NULL: none. */
static const char *nearest(struct finder *f, const char *folder)
{
	struct eg_arena *arena = f->run->arena;
	char *dir = eg_path_absolute(arena, folder);

	for (;;) {
		const char *path = eg_path_join(arena, dir, EG_POLICY_PROJECT_FILE);
		char *slash = strrchr(dir, '/');
		if (eg_is_file(path))
			return path;
		if (!slash || !dir[1])
			return NULL;
		slash[slash == dir] = 0;
	}
}

static const char *folder_of(struct eg_arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == path ? "/" : eg_strndup(arena, path, (size_t)(slash - path));
}

static void take_project(struct finder *f)
{
	struct eg_arena *arena = f->run->arena;
	const char *prefix = f->search->prefix ? eg_path_absolute(arena, f->search->prefix) : NULL;
	const char *own = prefix ? eg_path_join(arena, prefix, EG_POLICY_PROJECT_FILE) : NULL;
	const char *const from[] = {f->search->cwd ? f->search->cwd : ".", prefix ? folder_of(arena, prefix) : NULL};

	for (size_t i = 0; i < sizeof(from) / sizeof(*from); i++) {
		const char *path = from[i] ? nearest(f, from[i]) : NULL;
		if (path && (!own || strcmp(path, own)) && first_time(f, path))
			take(f, EG_POLICY_PROJECT, path, is_trusted(f, folder_of(arena, path)));
	}
	if (own && eg_is_file(own) && first_time(f, own))
		take(f, EG_POLICY_PREFIX, own, is_trusted(f, prefix));
}

static void take_given(struct finder *f)
{
	const char *path = f->search->given ? f->search->given : getenv("ENVGUARD_POLICY");

	if (path && *path)
		take(f, EG_POLICY_GIVEN, path, true);
}

static void set_variable(struct finder *f, const char *variable, const char *key, int value)
{
	struct eg_policy_file file = {.place = EG_POLICY_VARIABLE, .path = variable, .trusted = true};
	int index = eg_policy_key_of(key);

	*(int *)(void *)((char *)&file.values + eg_policy_keys[index].field.offset) = value;
	file.marks[index] = (struct eg_policy_mark){.place = EG_POLICY_VARIABLE, .file = variable};
	eg_policy_merge(f->run->arena, f->policy, &file);
}

static void not_understood(struct finder *f, const char *variable, const char *said, const char *wants)
{
	eg_vec_push(f->run->arena, &f->policy->refused,
		    (struct eg_policy_remark){
			    .mark = {.place = EG_POLICY_VARIABLE, .file = variable},
			    .text = eg_strf(f->run->arena, "'%s' is not followed: it wants %s", said, wants)});
}

static void take_variables(struct finder *f)
{
	const struct eg_policy_field *on_error = &eg_policy_keys[eg_policy_key_of("on_error")].field;
	const struct eg_policy_field *budget = &eg_policy_keys[eg_policy_key_of("budget_seconds")].field;
	const char *said = getenv("ENVGUARD_ON_ERROR");
	int word = said && *said ? 0 : -1;

	for (; word >= 0 && on_error->words[word] && strcasecmp(on_error->words[word], said); word++)
		;
	if (word >= 0 && on_error->words[word])
		set_variable(f, "ENVGUARD_ON_ERROR", "on_error", word);
	else if (word >= 0)
		not_understood(f, "ENVGUARD_ON_ERROR", said, "allow, warn or block");

	said = getenv("ENVGUARD_TIMEOUT");
	char *end = NULL;
	long seconds = said && *said ? strtol(said, &end, 10) : 0;
	if (end && !*end && seconds >= budget->min && seconds <= budget->max)
		set_variable(f, "ENVGUARD_TIMEOUT", "budget_seconds", (int)seconds);
	else if (end)
		not_understood(f, "ENVGUARD_TIMEOUT", said, eg_strf(f->run->arena, "seconds from 1 to %d", budget->max));
}

void eg_policy_find(struct eg_run *run, const struct eg_policy_search *search, struct eg_policy *ret)
{
	struct finder f = {.run = run, .search = search, .policy = ret};

	*ret = eg_policy_default();
	take_system(&f);
	take_user(&f);
	take_project(&f);
	take_given(&f);
	take_variables(&f);
	if (f.text.n)
		ret->sha256 = eg_sha256(run->arena, f.text.s, f.text.n);
	eg_buf_free(&f.text);
}
