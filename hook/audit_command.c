/* A command line as it may be written down. */
#include <strings.h>

#include "audit.h"
#include "fileurl.h"

static const char hidden[] = "***";

/* "--token", "index-password", "AWS_SECRET" */
static bool names_secret(const char *name, size_t n)
{
	static const char *const words[] = {"token", "password", "passwd", "secret", "apikey", "api-key", "api_key", "credential"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		size_t m = strlen(words[i]);
		for (size_t k = 0; k + m <= n; k++)
			if (!strncasecmp(name + k, words[i], m))
				return true;
	}
	return false;
}

/* The values of an address's parameters that are secrets by their names: "?token=…&x=1" */
static const char *without_parameters(struct eg_arena *arena, const char *word)
{
	const char *query = strstr(word, "://") ? strchr(word, '?') : NULL;

	if (!query)
		return word;
	const char *text = eg_strndup(arena, word, (size_t)(query - word));
	for (const char *p = query; *p;) {
		size_t n = 1 + strcspn(p + 1, "&#"), name = strcspn(p, "=");
		if (name < n && (names_secret(p, name) || !strncasecmp(p + 1, "sig", 3)))
			text = eg_strf(arena, "%s%.*s=%s", text, (int)name, p, hidden);
		else
			text = eg_strf(arena, "%s%.*s", text, (int)n, p);
		p += n;
	}
	return text;
}

struct eg_strs eg_command_public(struct eg_arena *arena, const struct eg_strs *argv)
{
	struct eg_strs words = {0};
	bool value = false; /* of the option before */

	for (size_t i = 0; argv && i < argv->n; i++) {
		const char *word = argv->v[i], *equals = strchr(word, '=');
		size_t name = equals ? (size_t)(equals - word) : strlen(word);
		bool secret = (word[0] == '-' || equals) && !memchr(word, '/', name) && names_secret(word, name);
		if (value)
			eg_vec_push(arena, &words, hidden);
		else if (secret && equals)
			eg_vec_push(arena, &words, eg_strf(arena, "%.*s=%s", (int)name, word, hidden));
		else
			eg_vec_push(arena, &words, without_parameters(arena, eg_text_public(arena, word)));
		value = !value && secret && !equals;
	}
	return words;
}
