#include "shell_words.h"

#include <string.h>

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
