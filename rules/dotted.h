/* Dotted numbers: drivers, toolkits. */
#ifndef EG_DOTTED_H
#define EG_DOTTED_H

/* The order of A and B, number by number; what is missing is 0: 535.183.01 > 535.54.03 > 535. */
int eg_dotted_compare(const char *a, const char *b);

#endif
