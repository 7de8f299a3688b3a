#include "pipoptions.h"

static struct eg_pip_request *request_of(void *values)
{
	return ((struct eg_pip_values *)values)->request;
}

static enum eg_error_kind add(const struct eg_option_context *context, const char *opt, const char *value,
			      struct eg_format_control *target, struct eg_format_control *other)
{
	if (value[0] == '-')
		return eg_fail(context->run, EG_USAGE, "%s option requires 1 argument", opt);
	eg_format_control_add(context->run->arena, value, target, other);
	return EG_OK;
}

enum eg_error_kind eg_pip_no_binary(const struct eg_option_context *context, const char *opt, const char *value,
				    void *values)
{
	struct eg_pip_request *request = request_of(values);

	return add(context, opt, value, &request->no_binary, &request->only_binary);
}

enum eg_error_kind eg_pip_only_binary(const struct eg_option_context *context, const char *opt, const char *value,
				      void *values)
{
	struct eg_pip_request *request = request_of(values);

	return add(context, opt, value, &request->only_binary, &request->no_binary);
}

enum eg_error_kind eg_pip_all_releases(const struct eg_option_context *context, const char *opt, const char *value,
				       void *values)
{
	struct eg_pip_request *request = request_of(values);

	return add(context, opt, value, &request->all_releases, &request->only_final);
}

enum eg_error_kind eg_pip_only_final(const struct eg_option_context *context, const char *opt, const char *value,
				     void *values)
{
	struct eg_pip_request *request = request_of(values);

	return add(context, opt, value, &request->only_final, &request->all_releases);
}
