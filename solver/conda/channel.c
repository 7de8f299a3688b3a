/* Names, multichannels, paths and URLs to channels: conda's models/channel.py; libmamba's ChannelResolveParams differs
   in what the members of a multichannel are called. */
#include <string.h>

#include "config.h"
#include "file.h"
#include "fileurl.h"
#include "url.h"

/* "https", "user:password", "host/label", "token", "conda-forge/label/dev"; NULL or "" where there is none. */
struct place {
	const char *scheme, *auth, *location, *token, *name;
};

static const char *const known_subdirs[] = {
	"noarch", "emscripten-wasm32", "wasi-wasm32", "freebsd-64", "linux-32", "linux-64", "linux-aarch64",
	"linux-armv6l", "linux-armv7l", "linux-ppc64", "linux-ppc64le", "linux-riscv64", "linux-s390x", "osx-64",
	"osx-arm64", "win-32", "win-64", "win-arm64", "zos-z",
};

static const char *strip_slashes(struct eg_arena *arena, const char *s)
{
	s += strspn(s, "/");
	size_t n = strlen(s);

	while (n && s[n - 1] == '/')
		n--;
	return eg_strndup(arena, s, n);
}

static const char *join(struct eg_arena *arena, const char *a, const char *b)
{
	size_t n = strlen(a);

	while (n > 1 && a[n - 1] == '/')
		n--;
	if (!*b)
		return eg_strndup(arena, a, n);
	return eg_strf(arena, "%.*s%s%s", (int)n, a, n == 1 && *a == '/' ? "" : "/", b); /* nothing is the root, as in join_url */
}

/* "name/linux-64" is "name". */
static const char *without_subdir(struct eg_arena *arena, const char *subdir, const char *s)
{
	const char *slash = strrchr(s, '/');
	bool is_subdir = slash && !strcmp(slash + 1, subdir);

	for (size_t i = 0; slash && i < sizeof(known_subdirs) / sizeof(*known_subdirs); i++)
		is_subdir |= !strcmp(slash + 1, known_subdirs[i]);
	return is_subdir ? eg_strndup(arena, s, (size_t)(slash - s)) : s;
}

/* "/t/TOKEN" taken out of PATH (split_anaconda_token). */
static const char *without_token(struct eg_arena *arena, const char *path, const char **ret_token)
{
	const char *t = strncmp(path, "t/", 2) ? strstr(path, "/t/") : path - 1;

	*ret_token = "";
	if (!t || !t[3] || t[3] == '/')
		return path;
	size_t n = strcspn(t + 3, "/");
	*ret_token = eg_strndup(arena, t + 3, n);
	return t < path ? t + 3 + n : eg_strf(arena, "%.*s%s", (int)(t - path), path, t + 3 + n);
}

/* split_scheme_auth_token; .location is the rest of the URL. */
static struct place split(struct eg_arena *arena, const char *url)
{
	struct eg_url parts = eg_url_split(url);
	struct place place = {.scheme = "", .auth = "", .token = "", .name = ""};

	if (!strstr(url, "://")) {
		place.location = without_token(arena, url, &place.token);
		return place;
	}
	place.scheme = eg_span_dup(arena, parts.scheme);
	const char *authority = parts.authority.s ? eg_span_dup(arena, parts.authority) : "";
	const char *at = strrchr(authority, '@');
	if (at) {
		place.auth = eg_strndup(arena, authority, (size_t)(at - authority));
		authority = at + 1;
	}
	const char *path = without_token(arena, parts.path.s ? eg_span_dup(arena, parts.path) : "", &place.token);
	size_t n = strlen(path);
	while (n && path[n - 1] == '/')
		n--;
	place.location = eg_strf(arena, "%s%.*s", authority, (int)n, path);
	return place;
}

/* Whether URL is PREFIX or below it, by path segments; *ret_rest is what follows. */
static bool below(const char *url, const char *prefix, const char **ret_rest)
{
	size_t n = strlen(prefix);

	while (n && prefix[n - 1] == '/')
		n--;
	if (!n || strncmp(url, prefix, n) || (url[n] && url[n] != '/'))
		return false;
	*ret_rest = url + n + strspn(url + n, "/");
	return true;
}

static struct place alias_of(struct eg_arena *arena, const struct eg_conda_config *config)
{
	return split(arena, config->channel_alias);
}

/* host:port and path. */
static void split_location(struct eg_arena *arena, struct place *place)
{
	const char *slash = strchr(place->location, '/');
	const char *whole = place->location;

	if (!slash)
		return;
	if (slash == whole) { /* a file */
		const char *last = strrchr(whole, '/');

		place->location = last == whole ? "/" : eg_strndup(arena, whole, (size_t)(last - whole));
		place->name = last + 1;
		return;
	}
	place->location = eg_strndup(arena, whole, (size_t)(slash - whole));
	place->name = strip_slashes(arena, slash);
	if (!strncmp(slash, "/conda/", 7)) { /* Anaconda Enterprise Repository */
		place->location = eg_strf(arena, "%s/conda", place->location);
		place->name = strip_slashes(arena, slash + 7);
	}
}

/* Channel.make_simple_channel: a member of a multichannel. */
static struct place simple(struct eg_arena *arena, const struct eg_conda_config *config, const char *url)
{
	struct place place = split(arena, url), alias = alias_of(arena, config);
	const char *rest;

	if (!*place.scheme) {
		alias.name = strip_slashes(arena, url);
		return alias;
	}
	if (below(place.location, alias.location, &rest)) {
		place.location = alias.location;
		place.name = strip_slashes(arena, rest);
	} else {
		const char *slash = strchr(place.location, '/');

		place.name = slash ? strip_slashes(arena, slash) : "";
		place.location = slash ? eg_strndup(arena, place.location, (size_t)(slash - place.location)) : place.location;
	}
	return place;
}

typedef EG_VEC(struct place) places;

static void add_words(struct eg_arena *arena, const struct eg_conda_config *config, const char *words, places *ret)
{
	for (words += strspn(words, " "); *words; words += strspn(words, " ")) {
		size_t n = strcspn(words, " ");

		eg_vec_push(arena, ret, simple(arena, config, eg_strndup(arena, words, n)));
		words += n;
	}
}

/* The value of NAME in a list of "name=value"; NULL: none. */
static const char *value_of(const struct eg_strs *map, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < map->n; i++)
		if (!strncmp(map->v[i], name, n) && map->v[i][n] == '=')
			return map->v[i] + n + 1;
	return NULL;
}

/* The members of a multichannel; false: there is none of this name. "local" is reserved; custom_multichannels outrank
   default_channels. */
static bool members(struct eg_arena *arena, const struct eg_conda_config *config, const char *name, places *ret)
{
	bool local = !config->mamba && !strcmp(name, "local");
	const struct eg_strs *list = local ? &config->local_channels : &config->default_channels;
	const char *words = local ? NULL : value_of(&config->custom_multichannels, name);

	if (words) {
		add_words(arena, config, words, ret);
		return true;
	}
	if (!local && strcmp(name, "defaults") != 0)
		return false;
	for (size_t i = 0; i < list->n; i++)
		eg_vec_push(arena, ret, simple(arena, config, list->v[i]));
	return true;
}

/* All of them: those of custom_channels with their name, then the members of the multichannels. */
static void custom_places(struct eg_arena *arena, const struct eg_conda_config *config, places *ret)
{
	for (size_t i = 0; i < config->custom_channels.n; i++) {
		const char *entry = config->custom_channels.v[i], *equals = strchr(entry, '=');
		struct place place = split(arena, equals + 1), alias = alias_of(arena, config);

		place = *place.scheme ? place : alias;
		place.name = strip_slashes(arena, eg_strndup(arena, entry, (size_t)(equals - entry)));
		eg_vec_push(arena, ret, place);
	}
	for (size_t i = 0; i < config->custom_multichannels.n; i++)
		add_words(arena, config, strchr(config->custom_multichannels.v[i], '=') + 1, ret);
	if (!value_of(&config->custom_multichannels, "defaults"))
		members(arena, config, "defaults", ret);
	if (!config->mamba)
		members(arena, config, "local", ret);
}

/* _get_channel_for_name: the longest leading part of NAME that is a custom channel says where it is. */
static struct place named(struct eg_arena *arena, const struct eg_conda_config *config, const char *name)
{
	struct place place = alias_of(arena, config);
	places custom = {0};
	size_t best = 0;
	const char *rest;

	custom_places(arena, config, &custom);
	for (size_t i = 0; i < custom.n; i++) {
		size_t n = strlen(custom.v[i].name);

		if (n > best && below(name, custom.v[i].name, &rest)) {
			best = n;
			place = custom.v[i];
		}
	}
	place.name = name;
	return place;
}

/* migrated_custom_channels and migrated_channel_aliases: a URL of where a channel used to be. */
static bool moved(struct eg_arena *arena, const struct eg_conda_config *config, const char *location, struct place *ret)
{
	const struct eg_strs *custom = &config->migrated_custom_channels, *aliases = &config->migrated_channel_aliases;
	size_t best = 0;
	const char *rest;

	for (size_t i = 0; i < custom->n; i++) {
		const char *equals = strchr(custom->v[i], '='), *name = eg_strndup(arena, custom->v[i], (size_t)(equals - custom->v[i]));
		size_t n = strlen(name);

		if (n <= best || !below(location, join(arena, split(arena, equals + 1).location, name), &rest))
			continue;
		best = n;
		*ret = named(arena, config, join(arena, name, rest));
	}
	for (size_t i = 0; i < aliases->n && !best; i++) {
		const char *old = split(arena, aliases->v[i]).location;

		if (*old && !strncmp(location, old, strlen(old))) {
			*ret = alias_of(arena, config);
			ret->name = strip_slashes(arena, location + strlen(old));
			return true;
		}
	}
	return best;
}

/* parse_conda_channel_url */
static struct place of_url(struct eg_arena *arena, const struct eg_conda_config *config, const char *url)
{
	struct place place = split(arena, url), alias = alias_of(arena, config);
	places custom = {0};
	size_t best = 0;
	const char *rest, *auth = place.auth, *token = place.token;

	place.location = without_subdir(arena, config->subdir, place.location);
	const char *whole = place.location;
	bool has_moved = !config->mamba && moved(arena, config, whole, &place);
	if (!has_moved)
		custom_places(arena, config, &custom);
	for (size_t i = 0; i < custom.n; i++) {
		const struct place *other = &custom.v[i];
		size_t n = strlen(other->name);

		if (n <= best || !below(whole, join(arena, other->location, other->name), &rest))
			continue;
		best = n;
		place.location = other->location;
		place.name = join(arena, other->name, rest);
		place.auth = other->auth;
		place.token = other->token;
	}
	if (!has_moved && !best && below(whole, alias.location, &rest) && *rest) {
		place.location = alias.location;
		place.name = rest;
		place.auth = alias.auth;
		place.token = alias.token;
	} else if (!has_moved && !best) {
		split_location(arena, &place);
	}
	place.auth = *auth ? auth : place.auth;
	place.token = *token ? token : place.token;
	place.name = eg_url_unquote(arena, place.name);
	return place;
}

static bool is_path(const char *s)
{
	return *s == '/' || *s == '~' || !strncmp(s, "./", 2) || !strncmp(s, "..", 2) || !strcmp(s, ".");
}

/* Channel.from_value, but for multichannels. */
static struct place of_value(struct eg_arena *arena, const struct eg_conda_config *config, const char *value)
{
	if (strstr(value, "://"))
		return of_url(arena, config, value);
	if (is_path(value))
		return of_url(arena, config,
			      eg_path_to_url(arena, eg_path_absolute(arena, eg_conda_expand(arena, value))));
	return named(arena, config, strip_slashes(arena, without_subdir(arena, config->subdir, value)));
}

/* tokenized_startswith: the shorter one decides how much is compared. */
static bool same_start(const char *a, const char *b)
{
	for (;;) {
		size_t n = strcspn(a, "/"), m = strcspn(b, "/");

		if (n != m || memcmp(a, b, n))
			return false;
		if (!a[n] || !b[m])
			return true;
		a += n + 1;
		b += m + 1;
	}
}

/* The multichannel that has a member of this name (Channel.canonical_name). */
static const char *multi_of(struct eg_arena *arena, const struct eg_conda_config *config, const char *name)
{
	for (size_t i = 0; i < config->custom_multichannels.n; i++) {
		const char *entry = config->custom_multichannels.v[i], *equals = strchr(entry, '=');
		places of = {0};

		add_words(arena, config, equals + 1, &of);
		for (size_t k = 0; k < of.n; k++)
			if (!strcmp(of.v[k].name, name))
				return eg_strndup(arena, entry, (size_t)(equals - entry));
	}
	if (!value_of(&config->custom_multichannels, "defaults"))
		for (size_t i = 0; i < config->default_channels.n; i++)
			if (!strcmp(simple(arena, config, config->default_channels.v[i]).name, name))
				return "defaults";
	for (size_t i = 0; i < config->local_channels.n; i++)
		if (!strcmp(simple(arena, config, config->local_channels.v[i]).name, name))
			return "local";
	return NULL;
}

static const char *canonical(struct eg_arena *arena, const struct eg_conda_config *config, const struct place *place)
{
	const char *multi = config->mamba ? NULL : multi_of(arena, config, place->name);
	places custom = {0};

	if (multi)
		return multi;
	custom_places(arena, config, &custom);
	for (size_t i = 0; i < custom.n; i++)
		if (*place->name && same_start(place->name, custom.v[i].name))
			return place->name;
	if (!strcmp(alias_of(arena, config).location, place->location))
		return place->name;
	return eg_strf(arena, "%s://%s", place->scheme, join(arena, place->location, place->name));
}

static const char *url_of(struct eg_arena *arena, const struct place *place)
{
	const char *base = place->location;

	if (*place->token)
		base = join(arena, base, eg_strf(arena, "t/%s", place->token));
	base = join(arena, base, place->name);
	return eg_strf(arena, "%s://%s%s%s", *place->scheme ? place->scheme : "https", place->auth, *place->auth ? "@" : "",
		       base);
}

static void add_mirrors(struct eg_arena *arena, const char *words, struct eg_channel *channel)
{
	bool first = true;

	for (words += strspn(words, " "); *words; words += strspn(words, " ")) {
		size_t n = strcspn(words, " "), length = n;
		const char *url = words;

		words += n;
		while (length && url[length - 1] == '/')
			length--;
		if (!strncmp(url, "oci:", 4))
			continue;
		url = eg_strndup(arena, url, length);
		if (first)
			channel->url = url;
		else
			eg_vec_push(arena, &channel->mirrors, url);
		first = false;
	}
}

enum eg_error_kind eg_conda_channels(struct eg_run *run, const struct eg_conda_config *config,
				     const struct eg_strs *list, struct eg_channel **ret, size_t *ret_n)
{
	EG_VEC(struct eg_channel) channels = {0};
	struct eg_arena *arena = run->arena;

	for (size_t i = 0; i < list->n; i++) {
		places found = {0};
		const char *value = list->v[i], *mirrors = value_of(&config->mirrored_channels, value);

		if (strstr(value, "://") || is_path(value) ||
		    !members(arena, config, without_subdir(arena, config->subdir, value), &found))
			eg_vec_push(arena, &found, of_value(arena, config, value));
		for (size_t k = 0; k < found.n; k++) {
			struct eg_channel channel = {
				.name = canonical(arena, config, &found.v[k]),
				.url = url_of(arena, &found.v[k]),
			};
			bool known = false;

			for (size_t j = 0; j < channels.n && !known; j++)
				known = !strcmp(channels.v[j].url, channel.url);
			if (mirrors)
				add_mirrors(arena, mirrors, &channel);
			if (!known)
				eg_vec_push(arena, &channels, channel);
		}
	}
	*ret = channels.v;
	*ret_n = channels.n;
	return EG_OK;
}

const char *eg_conda_channel_name(struct eg_run *run, const struct eg_conda_config *config, const char *channel)
{
	places found = {0};

	if (!strstr(channel, "://") && !is_path(channel) &&
	    members(run->arena, config, without_subdir(run->arena, config->subdir, channel), &found) && !config->mamba)
		return without_subdir(run->arena, config->subdir, channel);
	struct place place = of_value(run->arena, config, channel);
	return canonical(run->arena, config, &place);
}

char *eg_conda_url_public(struct eg_arena *arena, const char *url)
{
	struct place place = split(arena, url);

	place.auth = place.token = "";
	if (!*place.scheme)
		return eg_strdup(arena, place.location);
	return eg_strf(arena, "%s://%s", place.scheme, place.location);
}
