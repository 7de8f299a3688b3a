#include "pip_checks.h"

#include <unistd.h>

#include "file.h"
#include "python/project.h"
#include "python/reqline.h"

enum eg_error_kind pip_check_general(struct eg_run *run, const struct pip_values *values,
				     const struct eg_interpreter *interpreter)
{
	if (values->require_virtualenv && !interpreter->venv)
		return eg_fail(run, EG_USAGE, "could not find an activated virtualenv (required)");
	return EG_OK;
}

/* check_only_deps_option_does_not_conflict */
static enum eg_error_kind check_only_deps(struct eg_run *run, const struct pip_values *values)
{
	const char *other = NULL;

	if (values->scripts.n)
		other = "--requirements-from-script";
	if (values->groups.n)
		other = "--group";
	if (values->requirements.n)
		other = "--requirement";
	if (values->no_deps)
		other = "--no-deps";
	if (!values->only_deps || !other)
		return EG_OK;
	return eg_fail(run, EG_USAGE, "cannot use '--only-dependencies' in combination with '%s'", other);
}

static bool only_binary_for_all(const struct eg_pip_request *request)
{
	return request->only_binary.all && !request->only_binary.names.n && !request->no_binary.all &&
	       !request->no_binary.names.n;
}

/* check_dist_restriction */
static enum eg_error_kind check_targets(struct eg_run *run, const struct pip_values *values, int release)
{
	bool dry_run = values->dry_run && (!release || release >= eg_release(23, 3));

	if (!values->python_version && !values->implementation && !values->platforms.n && !values->abis.n)
		return EG_OK;
	if (!only_binary_for_all(values->head.request) && !values->no_deps)
		return eg_fail(run, EG_USAGE,
			       "when restricting platform and interpreter constraints using "
			       "--python-version, --platform, --abi, or --implementation, either --no-deps must be "
			       "set, or --only-binary=:all: must be set and --no-binary must not be set (or must be "
			       "set to :none:)");
	if (!dry_run && !values->target)
		return eg_fail(run, EG_USAGE,
			       "can not use any platform or abi specific options unless installing via "
			       "'--target' or using '--dry-run'");
	for (size_t i = 0; i < values->requirements.n; i++) {
		const char *extras, *file = eg_strip_extras(run->arena, values->requirements.v[i], &extras);

		if (eg_is_pylock(run->arena, file))
			return eg_fail(run, EG_USAGE,
				       "platform and interpreter constraints using --python-version, "
				       "--platform, --abi, or --implementation, are not supported when selecting "
				       "requirements from '%s'",
				       file);
	}
	return EG_OK;
}

enum eg_error_kind pip_check_install(struct eg_run *run, const struct pip_values *values, int release)
{
	const struct eg_pip_request *request = values->head.request;
	enum eg_error_kind error;

	if (values->user == 1 && values->target)
		return eg_fail(run, EG_USAGE, "can not combine '--user' and '--target'");
	if ((error = check_only_deps(run, values)))
		return error;
	if (values->build_constraints.n && !values->build_isolation)
		return eg_fail(run, EG_USAGE, "--build-constraint cannot be used with --no-build-isolation");
	if ((error = check_targets(run, values, release)))
		return error;
	if (values->pre && (request->all_releases.all || request->all_releases.names.n || request->only_final.all ||
			    request->only_final.names.n))
		return eg_fail(run, EG_USAGE, "--pre cannot be used with --all-releases or --only-final");
	if (values->target && !access(values->target, F_OK) && !eg_is_dir(values->target))
		return eg_fail(run, EG_USAGE, "target path '%s' exists but is not a directory", values->target);
	return EG_OK;
}

/* test_writable_dir: the directory itself, or the nearest parent that exists. */
static bool is_writable(struct eg_arena *arena, const char *path)
{
	char *dir = eg_strdup(arena, path);

	for (char *slash; !eg_is_dir(dir) && (slash = strrchr(dir, '/'));)
		slash[slash == dir] = 0;
	return eg_is_dir(dir) && !access(dir, W_OK);
}

enum eg_error_kind pip_decide_user(struct eg_run *run, const struct pip_values *values,
				   const struct eg_interpreter *interpreter, bool *ret)
{
	const char *root = values->root ? values->root : "";

	if (values->user == 1) {
		if (values->prefix)
			return eg_fail(run, EG_USAGE,
				       "can not combine '--user' and '--prefix' as they imply different "
				       "installation locations");
		if (interpreter->venv && !interpreter->system_site)
			return eg_fail(run, EG_USAGE,
				       "can not perform a '--user' install: user site-packages are not "
				       "visible in this virtualenv");
		if (!interpreter->user_site)
			return eg_fail(run, EG_USAGE,
				       "can not perform a '--user' install: user site-packages are "
				       "disabled for this Python");
		*ret = true;
		return EG_OK;
	}
	*ret = values->user < 0 && !values->prefix && !values->target && interpreter->user_site &&
	       interpreter->purelib && interpreter->platlib &&
	       !(is_writable(run->arena, eg_strf(run->arena, "%s%s", root, interpreter->purelib)) &&
		 is_writable(run->arena, eg_strf(run->arena, "%s%s", root, interpreter->platlib)));
	return EG_OK;
}
