#include "suggest.h"

#include "suggest_private.h"

const char *const eg_suggestible[] = {"torch", "tensorflow", "jax", NULL};

bool eg_is_full(const struct eg_advisor *advisor)
{
	return advisor->ret->n >= EG_MAX_SUGGESTIONS;
}

bool eg_is_wished(const struct eg_advisor *advisor, const char *version)
{
	const char *wished = advisor->wish->version;
	size_t n = wished ? strlen(wished) : 0;

	return !wished || (!strncmp(version, wished, n) && (!version[n] || version[n] == '.'));
}

bool eg_has_python(const struct eg_advisor *advisor, const char *range)
{
	return eg_python_within(range, advisor->wish->python);
}

const char *eg_unfit(const struct eg_advisor *advisor, const char *name, const char *version, struct eg_cuda cuda,
		     const char **ret_source)
{
	const char *reason = eg_build_unfit(&advisor->judge, name, version, cuda, ret_source);

	if (reason && !advisor->ret->none)
		advisor->ret->none =
			eg_strf(advisor->run->arena, "%s %s for CUDA %d %s", name, version, cuda.major, reason);
	return reason;
}

const char *eg_fitness(const struct eg_advisor *advisor, struct eg_cuda cuda, const char **ret_source)
{
	const struct eg_host *host = advisor->judge.host;
	const struct eg_driver_floor *floor = eg_facts_driver(advisor->judge.facts, cuda);
	struct eg_arena *arena = advisor->run->arena;

	*ret_source = floor ? floor->source : NULL;
	if (host->jetpack && host->cuda)
		return eg_strf(arena, "JetPack %s has CUDA %s", host->jetpack, host->cuda);
	if (!host->driver || !floor)
		return eg_strf(arena, "it is built for CUDA %d", cuda.major);
	if (floor->cuda.minor >= 0)
		return eg_strf(arena, "driver %s runs CUDA %d.%d (%s or newer does)", host->driver, cuda.major,
			       cuda.minor, floor->driver);
	return eg_strf(arena, "driver %s runs any build of CUDA %d (%s or newer does)", host->driver, cuda.major,
		       floor->driver);
}

struct eg_strs eg_install_words(const struct eg_advisor *advisor)
{
	const char *tool = advisor->wish->tool;
	struct eg_strs words = {0};

	eg_vec_push(advisor->run->arena, &words, tool);
	if (!strcmp(tool, "uv"))
		eg_vec_push(advisor->run->arena, &words, "pip");
	eg_vec_push(advisor->run->arena, &words, "install");
	return words;
}

void eg_suggest_add(struct eg_advisor *advisor, struct eg_strs command, const char *variant, const char *why,
		    const char *source)
{
	eg_vec_push(advisor->run->arena, &command, NULL);
	command.n--;
	eg_vec_push(advisor->run->arena, advisor->ret,
		    (struct eg_suggestion){.command = command, .variant = variant, .why = why, .source = source});
}

static void no_release(struct eg_advisor *advisor)
{
	const struct eg_wish *wish = advisor->wish;
	struct eg_arena *arena = advisor->run->arena;
	const char *python = wish->python.major < 0
				     ? ""
				     : eg_strf(arena, " with Python %d.%d", wish->python.major, wish->python.minor);

	if (!advisor->ret->n && !advisor->ret->none)
		advisor->ret->none = eg_strf(arena, "no known release of %s%s%s runs here%s", wish->framework,
					     wish->version ? " " : "", wish->version ? wish->version : "", python);
}

void eg_suggest(struct eg_run *run, const struct eg_facts *facts, const struct eg_host *host,
		const struct eg_wish *wish, struct eg_suggestions *ret)
{
	static const struct {
		const char *framework, *conda;
		void (*suggest)(struct eg_advisor *advisor);
	} frameworks[] = {
		{"torch", "pytorch", eg_suggest_torch},
		{"tensorflow", "tensorflow", eg_suggest_tensorflow},
		{"jax", "jaxlib", eg_suggest_jax},
	};
	const struct eg_plan nothing = {0};
	bool conda = !strcmp(wish->tool, "conda") || !strcmp(wish->tool, "mamba");
	struct eg_advisor advisor = {
		.run = run,
		.wish = wish,
		.judge = {.run = run, .plan = &nothing, .host = host, .facts = facts},
		.gpu = eg_host_has_gpu(host),
		.aarch64 = host->platform && strstr(host->platform, "aarch64"),
		.ret = ret,
	};

	*ret = (struct eg_suggestions){0};
	for (size_t i = 0; i < sizeof(frameworks) / sizeof(*frameworks); i++) {
		if (strcmp(frameworks[i].framework, wish->framework))
			continue;
		if (conda)
			eg_suggest_conda(&advisor, frameworks[i].conda);
		else
			frameworks[i].suggest(&advisor);
	}
	no_release(&advisor);
}
