#include "manual.h"

/* The character at S as groff(7) names it, "\[u2026]"; returns its bytes. S is UTF-8. */
static size_t write_character(FILE *out, const char *s)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t n = *p < 0x80 ? 1 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : 4;
	unsigned code = n == 1 ? *p : *p & (0x7fu >> n);

	for (size_t i = 1; i < n; i++)
		code = code << 6 | (p[i] & 0x3f);
	if (n > 1)
		fprintf(out, "\\[u%04X]", code);
	else if (*s == '\\')
		fputs("\\e", out);
	else if (*s == '-') /* as one types it */
		fputs("\\-", out);
	else
		fputc(*s, out);
	return n;
}

/* Text as troff takes it, without requests by accident. */
static void write_text(FILE *out, const char *s)
{
	for (bool begins = true; *s;) {
		if (begins && (*s == '.' || *s == '\''))
			fputs("\\&", out);
		begins = *s == '\n';
		s += write_character(out, s);
	}
}

/* As it stands on a terminal. */
static void write_help(FILE *out, const struct eg_command *command)
{
	fprintf(out, ".SS \"envguard ");
	write_text(out, command->name);
	fputs("\"\n", out);
	write_text(out, command->summary);
	fputs(".\n.PP\n.nf\n", out);
	write_text(out, command->help);
	fputs(".fi\n", out);
}

void eg_write_manual(FILE *out, const struct eg_command *const *commands, size_t n)
{
	fputs(".TH ENVGUARD 1 \"\" \"envguard " EG_VERSION "\" \"User Commands\"\n"
	      ".SH NAME\nenvguard \\- says what an install would do to a GPU environment, before it happens\n"
	      ".SH SYNOPSIS\n.B envguard\n.I command\n.RI [ argument ...]\n"
	      ".SH DESCRIPTION\nForecasts what pip, uv, conda or mamba would do to an environment with a GPU framework in it,\n"
	      "judges the outcome by the machine's driver and GPUs, and names the command to take instead.\n"
	      ".SH COMMANDS\n",
	      out);
	for (size_t i = 0; i < n; i++)
		write_help(out, commands[i]);
	fputs(".SH EXIT STATUS\n"
	      ".TP\n0\nAllowed, also with warnings.\n"
	      ".TP\n2\nThe command line is wrong.\n"
	      ".TP\n10\nBlocked; of a guarded command: nothing has been changed.\n"
	      ".TP\n11\nThe tool itself would find no solution.\n"
	      ".TP\n12\nCould not tell.\n"
	      ".PP\nA guarded command otherwise exits as the tool does.\n"
	      ".SH SEE ALSO\n.BR pip (1),\n.BR conda (1),\n.BR nvidia\\-smi (1)\n",
	      out);
}
