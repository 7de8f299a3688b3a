/* Which build the command itself asks for, in the words that users have for it. */
#include "judge.h"

#include <ctype.h>

/* Does an address end in the index of a CPU build? ".../whl/cpu", ".../whl/nightly/cpu/" */
static bool ends_in_cpu(const char *word)
{
	size_t n = strlen(word);

	while (n && word[n - 1] == '/')
		n--;
	return n >= 4 && !strncmp(word + n - 4, "/cpu", 4);
}

/* Does a conda spec ask for a build that begins with KIND? "pytorch=2.1=cpu*", "pytorch[version='>=2',build='*cuda*']",
   "pytorch 2.1 *cuda*" */
static bool asks_build(const char *word, const char *kind)
{
	for (const char *s = strpbrk(word, "= "); s; s = strpbrk(s, "= ")) {
		s += strspn(s, "= '\"*");
		if (!strncmp(s, kind, strlen(kind)))
			return true;
	}
	return false;
}

static bool starts_with_any(const char *word, const char *const *starts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strncmp(word, starts[i], strlen(starts[i])))
			return true;
	return false;
}

static bool word_asks_cpu(const char *word)
{
	static const char *const names[] = {"cpuonly", "pytorch-cpu", "tensorflow-cpu"};

	return strstr(word, "+cpu") || strstr(word, "[cpu]") || ends_in_cpu(word) || asks_build(word, "cpu") ||
	       starts_with_any(word, names, sizeof(names) / sizeof(*names));
}

/* "+cu121", ".../whl/cu121", "[and-cuda]", "[cuda12]", "jax[tpu,cuda12_pip]" */
static bool word_asks_cuda(const char *word)
{
	static const char *const marks[] = {"+cu", "/cu"};
	static const char *const names[] = {"pytorch-cuda", "pytorch-gpu", "tensorflow-gpu", "cudatoolkit", "cuda-version",
					    "cuda-toolkit"};

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		const char *s = strstr(word, marks[i]);
		if (s && isdigit((unsigned char)s[3]))
			return true;
	}
	const char *extras = strchr(word, '['), *cuda = extras ? strstr(extras, "cuda") : NULL;
	return starts_with_any(word, names, sizeof(names) / sizeof(*names)) || asks_build(word, "cuda") ||
	       (cuda && strchr(cuda, ']') && !strchr(extras, '='));
}

static bool any(const struct eg_strs *words, bool (*asks)(const char *word))
{
	for (size_t i = 0; i < words->n; i++)
		if (asks(words->v[i]))
			return true;
	return false;
}

/* The lines of requirement and environment files are not in the command, but what they ask for is where the reasons of a
   change begin. */
static bool asked(const struct eg_plan *plan, bool (*asks)(const char *word))
{
	if (any(&plan->command, asks) || any(&plan->indexes, asks) || any(&plan->requested, asks))
		return true;
	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct eg_change *change = &plan->changes[i];
		bool by_root = change->requested || (change->to && change->to->ecosystem == EG_PYTHON);
		if (by_root && change->why.n && asks(change->why.v[0]))
			return true;
	}
	return false;
}

bool eg_asks_cpu(const struct eg_plan *plan)
{
	return asked(plan, word_asks_cpu);
}

static bool removes(const char *word)
{
	return !strcmp(word, "remove") || !strcmp(word, "uninstall");
}

bool eg_is_removal(const struct eg_plan *plan)
{
	return any(&plan->command, removes);
}

bool eg_asks_cuda(const struct eg_plan *plan)
{
	return !eg_is_removal(plan) && asked(plan, word_asks_cuda);
}
