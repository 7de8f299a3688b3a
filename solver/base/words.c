#include "words.h"

#include "buf.h"

/* One word from *P on, as shlex.split in POSIX mode reads it; false at an open quotation or a lone backslash. */
static bool word(const char **p, struct eg_buf *out, const char **ret_error)
{
	char quote = 0;

	for (; **p; ++*p) {
		char c = **p;

		if (!quote && strchr(" \t\r\n", c))
			return true;
		if (quote ? c == quote : c == '"' || c == '\'') {
			quote = quote ? 0 : c;
			continue;
		}
		if (c == '\\' && quote != '\'') {
			if (!(*p)[1]) {
				*ret_error = "no escaped character";
				return false;
			}
			if (!quote || (*p)[1] == '"' || (*p)[1] == '\\')
				c = *++*p;
		}
		eg_buf_add(out, &c, 1);
	}
	if (quote)
		*ret_error = "no closing quotation";
	return !quote;
}

bool eg_words_split(struct eg_arena *arena, const char *s, struct eg_strs *ret, const char **ret_error)
{
	while (*(s += strspn(s, " \t\r\n"))) {
		struct eg_buf out = {0};
		bool ok = word(&s, &out, ret_error);

		if (ok)
			eg_vec_push(arena, ret, eg_strndup(arena, out.s ? out.s : "", out.n));
		eg_buf_free(&out);
		if (!ok)
			return false;
	}
	return true;
}
