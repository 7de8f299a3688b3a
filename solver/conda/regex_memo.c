/* libsolv compiles the pattern of a build ("*cuda*") anew for each package that it is held against: with many builds under the
   names that are reached, half of what matching takes. This takes the place of regcomp and regfree (the linker's --wrap): the
   pattern that was given back last is kept, for whoever asks for it next. */
#include <regex.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int __real_regcomp(regex_t *regex, const char *pattern, int flags);
void __real_regfree(regex_t *regex);
int __wrap_regcomp(regex_t *regex, const char *pattern, int flags);
void __wrap_regfree(regex_t *regex);

static struct {
	char *pattern; /* NULL: none */
	int flags;
	regex_t regex;
	const regex_t *owner; /* NULL: it was given back */
} last;

int __wrap_regcomp(regex_t *regex, const char *pattern, int flags)
{
	bool kept = last.pattern && !last.owner;

	if (kept && last.flags == flags && !strcmp(last.pattern, pattern)) {
		last.owner = regex;
		*regex = last.regex;
		return 0;
	}
	int error = __real_regcomp(regex, pattern, flags);
	if (error)
		return error;
	if (kept)
		__real_regfree(&last.regex);
	free(last.pattern);
	last.pattern = strdup(pattern);
	last.flags = flags;
	last.regex = *regex;
	last.owner = regex;
	return 0;
}

void __wrap_regfree(regex_t *regex)
{
	if (last.pattern && last.owner == regex)
		last.owner = NULL;
	else
		__real_regfree(regex);
}
