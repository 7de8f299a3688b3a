#include "finding_words.h"

#include <ctype.h>
#include <fnmatch.h>

#include "ceilings.h"
#include "file.h"

/* pip's -r and -c files, conda's environment files, and what uv reads. */
static bool is_list_of_requirements(const char *path)
{
	static const char *const patterns[] = {"*.txt", "*.in", "*.yml", "*.yaml", "*.toml"};

	for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++)
		if (!fnmatch(patterns[i], path, 0))
			return eg_is_file(path);
	return false;
}

/* "FILE", "--requirement=FILE", "-rFILE" */
static const char *file_of(const char *word)
{
	const char *value = strchr(word, '=');

	if (*word != '-')
		return is_list_of_requirements(word) ? word : NULL;
	value = value ? value + 1 : word + strspn(word, "-") + (word[1] != 0);
	return is_list_of_requirements(value) ? value : NULL;
}

static bool in_name(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("-_.", c));
}

/* Does LINE ask for the project whose name the N bytes at NAME are? Its first word does, behind "- " or a quote. */
static bool asks_for(const char *line, const char *name, size_t n)
{
	line += strspn(line, " \t-\"'");
	for (size_t i = 0; i < n; i++) {
		bool dash = strchr("-_.", name[i]), dash_there = line[i] && strchr("-_.", line[i]);

		if (dash != dash_there || (!dash && tolower((unsigned char)name[i]) != tolower((unsigned char)line[i])))
			return false;
	}
	return !in_name(line[n]);
}

/* From 1; 0: not there. */
static int line_of(struct eg_run *run, const char *path, const char *name, size_t n)
{
	const char *text = eg_file_read_if(run, path, EG_MAX_REQUIREMENTS, NULL);

	for (int line = 1; text && *text; line++) {
		if (asks_for(text, name, n))
			return line;
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return 0;
}

bool eg_finding_origin(struct eg_run *run, const struct eg_plan *plan, const struct eg_finding *finding,
		       struct eg_origin *ret)
{
	const char *name = finding->why.n ? finding->why.v[0] : finding->package ? finding->package : "";
	const char *first = NULL;
	size_t n = 0;

	while (in_name(name[n]))
		n++;
	for (size_t i = 0; i < plan->command.n; i++) {
		const char *file = file_of(plan->command.v[i]);
		int line = file && n ? line_of(run, file, name, n) : 0;

		first = first ? first : file;
		if (line) {
			*ret = (struct eg_origin){file, line};
			return true;
		}
	}
	*ret = (struct eg_origin){first, 1};
	return first;
}

const char *eg_finding_words(struct eg_arena *arena, const struct eg_finding *finding)
{
	const char *words = eg_printable(arena, finding->message);

	for (size_t i = 0; i < finding->why.n; i++)
		words = eg_strf(arena, "%s%s%s", words, i ? " -> " : "\nbecause: ", eg_printable(arena, finding->why.v[i]));
	for (size_t i = 0; i < finding->fix.n; i++) {
		bool moves = i + finding->n_moving >= finding->fix.n;

		words = eg_strf(arena, "%s\n%s: %s", words, moves ? "anyway" : i ? "or" : "instead",
				eg_printable(arena, finding->fix.v[i]));
	}
	if (!finding->fix.n && finding->no_fix)
		words = eg_strf(arena, "%s\nno fix: %s", words, eg_printable(arena, finding->no_fix));
	return words;
}
