#include "style.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { WIDTH_DEFAULT = 100, WIDTH_MIN = 40, WIDTH_MAX = 120 };

bool eg_color_choice_parse(const char *word, enum eg_color_choice *ret)
{
	static const char *const words[] = {"auto", "always", "never"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!strcmp(word, words[i])) {
			*ret = (enum eg_color_choice)i;
			return true;
		}
	return false;
}

/* The value of an environment variable that is set to something; NULL otherwise. */
static const char *setting(const char *variable)
{
	const char *value = getenv(variable);

	return value && *value ? value : NULL;
}

static bool locale_is_utf8(void)
{
	static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++) {
		const char *value = setting(variables[i]);
		if (value)
			return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
	}
	return false;
}

static int width_of(FILE *out)
{
	struct winsize size;

	if (ioctl(fileno(out), TIOCGWINSZ, &size) || !size.ws_col)
		return WIDTH_DEFAULT;
	return size.ws_col < WIDTH_MIN ? WIDTH_MIN : size.ws_col > WIDTH_MAX ? WIDTH_MAX : size.ws_col;
}

struct eg_style eg_style_for(FILE *out, enum eg_color_choice choice)
{
	const char *term = getenv("TERM");
	bool terminal = isatty(fileno(out));
	bool wanted = terminal && !setting("NO_COLOR") && !(term && !strcmp(term, "dumb"));

	return (struct eg_style){
		.color = choice == EG_COLOR_ALWAYS || (choice == EG_COLOR_AUTO && wanted),
		.unicode = locale_is_utf8(),
		.width = terminal ? width_of(out) : WIDTH_DEFAULT,
	};
}

const char *eg_ink(const struct eg_style *style, enum eg_ink ink)
{
	static const char *const codes[] = {
		[EG_PLAIN] = "\033[0m",     [EG_BOLD] = "\033[1m",   [EG_DIM] = "\033[2m",   [EG_RED] = "\033[1;31m",
		[EG_YELLOW] = "\033[1;33m", [EG_GREEN] = "\033[32m", [EG_CYAN] = "\033[36m",
	};
	return style->color ? codes[ink] : "";
}

/* Length of the well-formed UTF-8 sequence at S; 0 when there is none (RFC 3629: no overlong forms, no surrogates). */
static size_t utf8_length(const unsigned char *s)
{
	static const struct {
		unsigned char first, last, second_first, second_last;
		size_t n;
	} forms[] = {
		{0x00, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
		{0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
		{0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		if (s[0] < forms[i].first || s[0] > forms[i].last)
			continue;
		if (forms[i].n > 1 && (s[1] < forms[i].second_first || s[1] > forms[i].second_last))
			return 0;
		for (size_t k = 2; k < forms[i].n; k++)
			if ((s[k] & 0xc0) != 0x80)
				return 0;
		return forms[i].n;
	}
	return 0;
}

static bool is_control(const unsigned char *s, size_t n)
{
	return (n == 1 && (s[0] < 0x20 || s[0] == 0x7f)) || (n == 2 && s[0] == 0xc2 && s[1] < 0xa0);
}

/* Takes "user:password@" out of the addresses in S: commands, requirements and messages quote them. */
static void hide_credentials(char *s)
{
	for (char *at = strstr(s, "://"); at; at = strstr(at, "://")) {
		at += strlen("://");
		char *end = at + strcspn(at, "/?# \t\"'");
		char *host = memrchr(at, '@', (size_t)(end - at));
		if (host)
			memmove(at, host + 1, strlen(host + 1) + 1);
	}
}

static const char *cleaned(struct eg_arena *arena, const char *s, bool keep_controls)
{
	size_t length = strlen(s), n = 0;
	char *out = eg_alloc(arena, length + 1);

	for (size_t i = 0; i < length;) {
		size_t step = utf8_length((const unsigned char *)s + i);
		if (step && (keep_controls || !is_control((const unsigned char *)s + i, step))) {
			memcpy(out + n, s + i, step);
			n += step;
		} else {
			out[n++] = '?';
		}
		i += step ? step : 1;
	}
	hide_credentials(out);
	return out;
}

const char *eg_printable(struct eg_arena *arena, const char *s)
{
	return s ? cleaned(arena, s, false) : "";
}

const char *eg_utf8(struct eg_arena *arena, const char *s)
{
	return s ? cleaned(arena, s, true) : NULL;
}

int eg_columns(const char *s)
{
	int n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

void eg_write_wrapped(FILE *out, const struct eg_style *style, int at, const char *text)
{
	int column = at;

	while (*text) {
		size_t n = strcspn(text, " ");
		int columns = 0;
		for (size_t i = 0; i < n; i++)
			columns += ((unsigned char)text[i] & 0xc0) != 0x80;
		if (column > at && column + 1 + columns > style->width) {
			fprintf(out, "\n%*s", at, "");
			column = at;
		}
		bool follows = column > at;
		fprintf(out, "%s%.*s", follows ? " " : "", (int)n, text);
		column += columns + follows;
		text += n;
		text += strspn(text, " ");
	}
}
