/* What conda's and libmamba's readers of MatchSpecs have in common. */
#include "matchspec_fields.h"

#include "fileurl.h"

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n > m && !strcmp(s + n - m, end);
}

enum eg_error_kind eg_matchspec_refuse(struct eg_run *run, const char *text, const char *why)
{
	return eg_fail(run, EG_FORMAT, "invalid MatchSpec '%s': %s", text, why);
}

bool eg_matchspec_is_file(const char *s)
{
	return ends_with(s, ".conda") || ends_with(s, ".tar.bz2");
}

void eg_matchspec_set_channel(struct eg_run *run, const struct eg_conda_config *config, struct eg_matchspec *spec,
			      const char *channel)
{
	static const char *const subdirs[] = {"noarch",        "linux-64",    "linux-32",     "linux-aarch64",
					      "linux-ppc64le", "linux-s390x", "linux-armv7l", "linux-riscv64",
					      "osx-64",        "osx-arm64",   "win-64",       "win-32",
					      "win-arm64"};
	const char *slash = strrchr(channel, '/');

	if (!*channel || !strcmp(channel, "*"))
		return;
	for (size_t i = 0; slash && i < sizeof(subdirs) / sizeof(*subdirs); i++) {
		if (strcmp(slash + 1, subdirs[i]))
			continue;
		if (!spec->subdir)
			spec->subdir = subdirs[i];
		channel = eg_strndup(run->arena, channel, (size_t)(slash - channel));
		break;
	}
	if (config && strcmp(channel, "*"))
		channel = eg_conda_channel_name(run, config, channel);
	spec->channel = !strcmp(channel, "*") ? NULL : channel;
}

/* The file of a package: name-version-build.conda below channel/subdir. */
enum eg_error_kind eg_matchspec_read_file(struct eg_run *run, const struct eg_conda_config *config, const char *file,
					  struct eg_matchspec *spec)
{
	struct eg_arena *arena = run->arena;
	const char *why;
	const char *url = strstr(file, "://") ? file : eg_path_to_url(arena, file);
	const char *slash = strrchr(url, '/');
	char *dist = eg_strdup(arena, slash + 1);

	dist[strlen(dist) - (ends_with(dist, ".conda") ? 6 : 8)] = 0;
	char *build = strrchr(dist, '-');
	if (build)
		*build++ = 0;
	char *version = build ? strrchr(dist, '-') : NULL;
	if (!version)
		return eg_fail(run, EG_FORMAT, "'%s' is no name-version-build of a package", file);
	*version++ = 0;
	eg_matchspec_set_channel(run, config, spec, eg_strndup(arena, url, (size_t)(slash - url)));
	spec->name = dist;
	spec->build = build;
	spec->fn = slash + 1;
	spec->url = url;
	spec->version = eg_conda_spec_parse(arena, version, &why);
	return spec->version ? EG_OK : eg_fail(run, EG_FORMAT, "'%s': %s", file, why);
}
