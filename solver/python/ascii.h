/* Character classes of the packaging standards: ASCII only, whatever the locale. */
#ifndef EG_ASCII_H
#define EG_ASCII_H

#include <stdbool.h>

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline char to_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static inline bool is_letter(char c)
{
	return to_lower(c) >= 'a' && to_lower(c) <= 'z';
}

static inline bool is_alnum(char c)
{
	return is_digit(c) || is_letter(c);
}

/* What Python's str.strip() removes and \s matches, as far as it is ASCII. */
static inline bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
}

#endif
