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

static bool word_asks_cpu(const char *word)
{
	return strstr(word, "+cpu") || strstr(word, "[cpu]") || ends_in_cpu(word) || !strcmp(word, "cpuonly") ||
	       !strncmp(word, "pytorch-cpu", 11) || strstr(word, "=cpu") || strstr(word, "=*cpu");
}

/* "+cu121", ".../whl/cu121", "[and-cuda]", "[cuda12]", "jax[tpu,cuda12_pip]" */
static bool word_asks_cuda(const char *word)
{
	static const char *const marks[] = {"+cu", "/cu"};

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		const char *s = strstr(word, marks[i]);
		if (s && isdigit((unsigned char)s[3]))
			return true;
	}
	/* conda's packages and build strings */
	static const char *const specs[] = {"pytorch-cuda", "pytorch-gpu", "cudatoolkit", "cuda-version", "cuda-toolkit"};
	for (size_t i = 0; i < sizeof(specs) / sizeof(*specs); i++)
		if (!strncmp(word, specs[i], strlen(specs[i])))
			return true;
	if (strstr(word, "=*cuda") || strstr(word, "=cuda"))
		return true;
	const char *extras = strchr(word, '['), *cuda = extras ? strstr(extras, "cuda") : NULL;
	return cuda && strchr(cuda, ']');
}

static bool any(const struct eg_strs *words, bool (*asks)(const char *word))
{
	for (size_t i = 0; i < words->n; i++)
		if (asks(words->v[i]))
			return true;
	return false;
}

bool eg_asks_cpu(const struct eg_plan *plan)
{
	return any(&plan->command, word_asks_cpu) || any(&plan->indexes, word_asks_cpu);
}

static bool is_removal(const char *word)
{
	return !strcmp(word, "remove") || !strcmp(word, "uninstall");
}

bool eg_asks_cuda(const struct eg_plan *plan)
{
	if (any(&plan->command, is_removal))
		return false;
	return any(&plan->command, word_asks_cuda) || any(&plan->indexes, word_asks_cuda);
}
