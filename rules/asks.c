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

static bool word_asks_cpu(const char *word, const char *framework)
{
	static const char *const names[] = {"cpuonly", "pytorch-cpu", "tensorflow-cpu"};

	(void)framework;
	return strstr(word, "+cpu") || strstr(word, "[cpu]") || ends_in_cpu(word) || asks_build(word, "cpu") ||
	       starts_with_any(word, names, sizeof(names) / sizeof(*names));
}

/* What a requirement, a conda spec or the address of a wheel is on, as the distribution of a framework: "torch" for
   "torchvision==0.23.0+cu128"; "": none of those. */
static const char *framework_of(const char *word)
{
	const char *slash = strrchr(word, '/'), *name = slash ? slash + 1 : word;
	char project[64];
	size_t n = strcspn(name, "=<>!~[ @;");

	if (slash)
		n = strcspn(name, "-");
	if (n >= sizeof(project))
		return "";
	memcpy(project, name, n);
	project[n] = 0;
	const struct eg_family *family = eg_family_of(project);
	if (!family || family->role == EG_LIBRARY)
		return "";
	return family->framework ? family->framework : family->is ? family->is : family->name;
}

/* Has WORD MARK and a digit behind it: "+cu121", ".../cu121"? */
static bool has_cuda(const char *word, const char *mark)
{
	const char *s = strstr(word, mark);

	return s && isdigit((unsigned char)s[strlen(mark)]);
}

/* The framework that WORD asks for CUDA: of "+cu121", ".../whl/cu121" torch, of "jax[tpu,cuda12_pip]" jaxlib; "" for whichever
   ("cudatoolkit"); NULL: it does not ask. */
static const char *asks_cuda_of(const char *word)
{
	static const struct {
		const char *start, *framework;
	} names[] = {
		{"pytorch-cuda", "torch"}, {"pytorch-gpu", "torch"}, {"tensorflow-gpu", "tensorflow"},
		{"cudatoolkit", ""},       {"cuda-version", ""},     {"cuda-toolkit", ""},
	};
	const char *extras = strchr(word, '['), *cuda = extras ? strstr(extras, "cuda") : NULL;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strncmp(word, names[i].start, strlen(names[i].start)))
			return names[i].framework;
	if (has_cuda(word, "/cu"))
		return strstr(word, "/whl/") ? "torch" : "";
	if (has_cuda(word, "+cu") || asks_build(word, "cuda") || (cuda && strchr(cuda, ']') && !strchr(extras, '=')))
		return framework_of(word);
	return NULL;
}

/* FRAMEWORK: NULL for any; else only words that name just that one count. */
static bool word_asks_cuda(const char *word, const char *framework)
{
	const char *asked = asks_cuda_of(word);

	return asked && (!framework || !strcmp(asked, framework));
}

static bool any(const struct eg_strs *words, bool (*asks)(const char *word, const char *framework), const char *framework)
{
	for (size_t i = 0; i < words->n; i++)
		if (asks(words->v[i], framework))
			return true;
	return false;
}

/* The lines of requirement and environment files are not in the command, but what they ask for is where the reasons of a
   change begin. */
static bool asked(const struct eg_plan *plan, bool (*asks)(const char *word, const char *framework), const char *framework)
{
	if (any(&plan->command, asks, framework) || any(&plan->indexes, asks, framework) ||
	    any(&plan->requested, asks, framework))
		return true;
	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct eg_change *change = &plan->changes[i];
		bool by_root = change->requested || (change->to && change->to->ecosystem == EG_PYTHON);
		if (by_root && change->why.n && asks(change->why.v[0], framework))
			return true;
	}
	return false;
}

bool eg_asks_cpu(const struct eg_plan *plan)
{
	return asked(plan, word_asks_cpu, NULL);
}

static bool removes(const char *word, const char *framework)
{
	(void)framework;
	return !strcmp(word, "remove") || !strcmp(word, "uninstall");
}

bool eg_is_removal(const struct eg_plan *plan)
{
	return any(&plan->command, removes, NULL);
}

bool eg_asks_cuda(const struct eg_plan *plan)
{
	return !eg_is_removal(plan) && asked(plan, word_asks_cuda, NULL);
}

bool eg_cuda_missed(const struct eg_judge *judge, const struct eg_change *change)
{
	const struct eg_plan *plan = judge->plan;

	if (!change->to || eg_is_removal(plan) || eg_asks_cpu(plan) || eg_is_cpu_by_name(change->to) ||
	    eg_package_variant(change->to).accelerator != EG_CPU)
		return false;
	return asked(plan, word_asks_cuda, eg_distribution_name(change->to->name)) ||
	       (asked(plan, word_asks_cuda, "") && eg_judge_requested(judge, change));
}
