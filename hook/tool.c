#include "tool.h"

#include <string.h>

static const struct eg_tool *const tools[] = {&eg_tool_pip, &eg_tool_uv, &eg_tool_conda, &eg_tool_mamba};
enum { N_TOOLS = sizeof(tools) / sizeof(*tools) };

const struct eg_tool *eg_tool_of(struct eg_run *run, const char *const *argv, size_t argc)
{
	for (size_t i = 0; argc && i < N_TOOLS; i++)
		if (tools[i]->recognises(run, argv, argc))
			return tools[i];
	return NULL;
}

const struct eg_tool *eg_tool_named(const char *name)
{
	for (size_t i = 0; i < N_TOOLS; i++)
		if (!strcmp(tools[i]->name, name))
			return tools[i];
	return NULL;
}
