#include "rule.h"

const char *eg_level_name(enum eg_level level)
{
	static const char *const names[] = {"off", "info", "warn", "block"};
	return names[level];
}

const char *eg_verdict_name(enum eg_verdict verdict)
{
	static const char *const names[] = {"allow", "warn", "block"};
	return names[verdict];
}
