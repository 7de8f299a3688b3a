#include "keyring.h"

#include <cjson/cJSON.h>

#include "ceilings.h"
#include "file.h"
#include "map.h"
#include "process.h"
#include "url.h"

enum { KEYRING_MS = 30000 };

struct answer {
	const char *user, *password; /* user NULL: none */
};

struct eg_keyring {
	struct eg_run *run;
	const struct eg_strs *indexes;
	const char *program; /* the `keyring` command; NULL: none */
	const char *python;  /* where the environment's own keyring package is asked; NULL: none */
	struct eg_map answers; /* by what was asked for and the user */
};

/* The same question to the package instead of its command. */
static const char importing[] =
	"import json, sys\n"
	"import keyring\n"
	"url, user = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None\n"
	"if hasattr(keyring, 'get_credential'):\n"
	"    found = keyring.get_credential(url, user)\n"
	"    found = found and {'username': found.username, 'password': found.password}\n"
	"else:\n"
	"    password = user and keyring.get_password(url, user)\n"
	"    found = password and {'username': user, 'password': password}\n"
	"print(json.dumps(found or {}))\n";

/* Is the package there? Looked for, not imported: importing may take a second. */
static bool has_package(struct eg_arena *arena, const struct eg_interpreter *interpreter)
{
	for (size_t i = 0; i < interpreter->site.n; i++)
		if (eg_is_dir(eg_path_join(arena, interpreter->site.v[i], "keyring")))
			return true;
	return false;
}

struct eg_keyring *eg_keyring_new(struct eg_run *run, const struct eg_pip_request *request,
				  const struct eg_interpreter *interpreter)
{
	const char *provider = request->keyring_provider ? request->keyring_provider : "auto";
	bool any = !strcmp(provider, "auto");

	/* "auto" might have to ask the user, which --no-input forbids */
	if (!strcmp(provider, "disabled") || (any && request->no_input))
		return NULL;
	struct eg_keyring *keyring = EG_NEW(run->arena, struct eg_keyring);
	keyring->run = run;
	keyring->indexes = &request->indexes;
	keyring->answers.arena = run->arena;
	if ((any || !strcmp(provider, "import")) && has_package(run->arena, interpreter))
		keyring->python = interpreter->exe;
	/* pip leaves out the command of its own environment, whose package it asks itself */
	const char *own = eg_path_join(run->arena, interpreter->prefix ? interpreter->prefix : "", "bin");
	if (!keyring->python && (any || !strcmp(provider, "subprocess")))
		keyring->program = eg_which(run->arena, "keyring", own);
	return keyring->program || keyring->python ? keyring : NULL;
}

static void read_answer(struct eg_arena *arena, const struct eg_answer *process, struct answer *ret)
{
	cJSON *json = cJSON_ParseWithLength(process->out, process->n);
	const char *user = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "username"));
	const char *password = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "password"));

	if (user && password)
		*ret = (struct answer){eg_strdup(arena, user), eg_strdup(arena, password)};
	cJSON_Delete(json);
}

/* SERVICE is an index's address or a host; a keyring that fails has no answer, as in pip. */
static const struct answer *ask(struct eg_keyring *keyring, const char *service, const char *user)
{
	struct eg_arena *arena = keyring->run->arena;
	const char *command[] = {keyring->program, "--mode=creds", "--output=json", "get", service, user, NULL};
	const char *package[] = {keyring->python, "-c", importing, service, user, NULL};
	const char *key = eg_strf(arena, "%s %s", service, user ? user : "");
	struct answer *answer = eg_map_get(&keyring->answers, key);
	struct eg_answer process;

	if (answer)
		return answer;
	answer = EG_NEW(arena, struct answer);
	eg_map_put(&keyring->answers, key, answer);
	struct eg_run scratch = *keyring->run; /* its errors are not the run's */
	scratch.error.kind = EG_OK;
	enum eg_error_kind error =
		eg_process_run(&scratch,
			       &(struct eg_process){.argv = keyring->python ? package : command,
						    .timeout_ms = KEYRING_MS, .max = EG_MAX_CONFIG},
			       &process);
	if (error)
		eg_note(keyring->run, "keyring is skipped: %s", scratch.error.message);
	else if (!process.status)
		read_answer(arena, &process, answer);
	return answer;
}

static bool same(struct eg_span a, struct eg_span b)
{
	return a.n == b.n && (!a.n || !memcmp(a.s, b.s, a.n));
}

static size_t common_prefix(struct eg_span a, struct eg_span b)
{
	size_t n = 0, components = 0;

	for (; n < a.n && n < b.n && a.s[n] == b.s[n]; n++)
		components += a.s[n] == '/';
	return components;
}

/* The configured index that URL belongs to: of those on its host the one whose path goes furthest with it. */
static const char *index_of(const struct eg_keyring *keyring, const char *url)
{
	struct eg_url target = eg_url_split(url);
	const char *best = NULL;
	size_t furthest = 0;

	for (size_t i = 0; i < keyring->indexes->n; i++) {
		struct eg_url index = eg_url_split(keyring->indexes->v[i]);
		size_t common = common_prefix(index.path, target.path);

		if (!same(index.host, target.host) || !same(index.port, target.port) || (best && common <= furthest))
			continue;
		best = keyring->indexes->v[i];
		furthest = common;
	}
	return best;
}

bool eg_keyring_credentials(void *context, const char *url, const char **ret_user, const char **ret_password)
{
	struct eg_keyring *keyring = context;
	struct eg_arena *arena = keyring->run->arena;
	struct eg_url target = eg_url_split(url);
	const char *index = index_of(keyring, url), *user = NULL;
	struct eg_url parts = eg_url_split(index ? index : url);

	if (parts.user.n)
		user = eg_url_unquote(arena, eg_span_dup(arena, parts.user));
	if (user && parts.password.s) {
		*ret_user = user;
		*ret_password = eg_url_unquote(arena, eg_span_dup(arena, parts.password));
		return true;
	}
	const struct answer *answer = index ? ask(keyring, eg_url_public(arena, index), user) : NULL;
	if (!answer || !answer->user) {
		const char *host = eg_span_dup(arena, target.host);

		if (target.port.n)
			host = eg_strf(arena, "%s:%s", host, eg_span_dup(arena, target.port));
		answer = ask(keyring, host, user);
	}
	if (!answer->user)
		return false;
	*ret_user = answer->user;
	*ret_password = answer->password;
	return true;
}
