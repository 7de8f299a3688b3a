#include "dotted.h"

#include <stdlib.h>

int eg_dotted_compare(const char *a, const char *b)
{
	for (;;) {
		char *after_a, *after_b;
		long x = strtol(a, &after_a, 10), y = strtol(b, &after_b, 10);
		if (x != y)
			return x < y ? -1 : 1;
		if (*after_a != '.' && *after_b != '.')
			return 0;
		a = *after_a == '.' ? after_a + 1 : "0";
		b = *after_b == '.' ? after_b + 1 : "0";
	}
}
