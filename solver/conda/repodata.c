#include "repodata.h"

#include <fnmatch.h>
#include <regex.h>
#include <stdlib.h>

#include "map.h"
#include "subdir_source.h"

struct reach {
	struct eg_run *run;
	struct eg_subdir_sources sources;
	struct eg_store_list_found *found; /* of each source */
	struct eg_map names;               /* reached so far; those behind .done are still to be read */
	size_t done;
	bool queued;                       /* shards are on their way */
	enum eg_error_kind kind;           /* of what arrived */
};

struct arrival {
	struct reach *reach;
	size_t source;
};

/* The name a MatchSpec begins with: "channel::name >=1", "name[build=x]"; NULL: none, or a virtual package. */
static const char *spec_name(struct eg_run *run, const char *spec)
{
	const char *colons = strstr(spec, "::");
	size_t blank = strcspn(spec, " [");

	if (colons && (size_t)(colons - spec) < blank)
		spec = colons + 2;
	spec += strspn(spec, " ");
	size_t n = strcspn(spec, " \t=<>!~[(;,");
	if (!n || !strncmp(spec, "__", 2))
		return NULL;
	char *name = eg_strndup(run->arena, spec, n);
	for (char *c = name; *c; c++)
		*c += (char)(*c >= 'A' && *c <= 'Z' ? 'a' - 'A' : 0);
	return name;
}

static void reach_name(struct reach *reach, const char *name)
{
	static char reached;

	if (eg_map_get(&reach->names, name))
		return;
	eg_map_put(&reach->names, name, &reached);
	/* add_pip_as_python_dependency: nothing in the records says it */
	if (!strcmp(name, "python"))
		reach_name(reach, "pip");
}

/* Most specs begin with a name that was reached before: looked up without a copy of it. */
static void reach_spec(struct reach *reach, const char *spec)
{
	char name[64];
	size_t n = strspn(spec, "abcdefghijklmnopqrstuvwxyz0123456789._-");

	if (n < sizeof(name) && (!spec[n] || spec[n] == ' ') && strncmp(spec, "__", 2)) {
		memcpy(name, spec, n);
		name[n] = 0;
		if (n && !eg_map_get(&reach->names, name))
			reach_name(reach, eg_strdup(reach->run->arena, name));
		return;
	}
	const char *other = spec_name(reach->run, spec);
	if (other)
		reach_name(reach, other);
}

static void reach_matching(struct reach *reach, const char *pattern, const regex_t *regex)
{
	for (size_t i = 0; i < reach->sources.n; i++) {
		const struct eg_subdir_source *source = &reach->sources.v[i];
		size_t n = source->store ? eg_store_names(source->store) : source->shards ? eg_shards_names(source->shards) : 0;

		for (size_t k = 0; k < n; k++) {
			const char *name = source->store ? eg_store_name(source->store, k)
							 : eg_shards_name(source->shards, k);

			if (regex ? !regexec(regex, name, 0, NULL, 0) : !fnmatch(pattern, name, 0))
				reach_name(reach, name);
		}
	}
}

/* A name of the request: MatchSpec allows globs and ^regular expressions$ there. */
static void reach_request(struct reach *reach, const char *name)
{
	regex_t regex;
	const char *colons = strstr(name, "::");

	if (colons)
		name = colons + 2;
	if (*name == '^') {
		if (!regcomp(&regex, name, REG_EXTENDED | REG_NOSUB)) {
			reach_matching(reach, NULL, &regex);
			regfree(&regex);
		}
	} else if (name[strcspn(name, "*? =<>!~[")] == '*') {
		reach_matching(reach, eg_strndup(reach->run->arena, name, strcspn(name, " =<>!~[")), NULL);
	} else {
		reach_spec(reach, name);
	}
}

static size_t stem_length(const char *fn)
{
	size_t n = strlen(fn);

	if (n > 6 && !strcmp(fn + n - 6, ".conda"))
		return n - 6;
	return n > 8 && !strcmp(fn + n - 8, ".tar.bz2") ? n - 8 : n;
}

static int by_stem(const void *a, const void *b)
{
	const char *x = *(const char *const *)a, *y = *(const char *const *)b;
	size_t nx = stem_length(x), ny = stem_length(y);
	int order = memcmp(x, y, nx < ny ? nx : ny);

	return order ? order : (nx > ny) - (nx < ny);
}

static bool is_tar(const struct eg_store_found *found)
{
	return found->place >> 63;
}

/* Of the records behind BEFORE, all of one name: no .tar.bz2 that has a .conda beside it (CondaOrElseTarBz2), or no
   .conda at all. */
static void keep_preferred(struct reach *reach, struct eg_store_list_found *found, size_t before)
{
	bool only_tar = reach->sources.config->use_only_tar_bz2;
	struct eg_strs stems = {0};
	size_t kept = before;

	for (size_t i = before; i < found->n && !only_tar; i++)
		if (!is_tar(&found->v[i]))
			eg_vec_push(reach->run->arena, &stems, found->v[i].record->fn);
	if (!stems.n && !only_tar)
		return;
	if (stems.n)
		qsort(stems.v, stems.n, sizeof(*stems.v), by_stem);
	for (size_t i = before; i < found->n; i++) {
		const struct eg_store_found *item = &found->v[i];
		bool left_out = only_tar ? !is_tar(item)
					 : is_tar(item) && bsearch(&item->record->fn, stems.v, stems.n,
								   sizeof(*stems.v), by_stem);

		if (!left_out)
			found->v[kept++] = *item;
	}
	found->n = kept;
}

static enum eg_error_kind read_name(struct reach *reach, size_t i, const char *name)
{
	struct eg_subdir_source *source = &reach->sources.v[i];
	struct eg_store_list_found *found = &reach->found[i];
	size_t before = found->n;

	if (source->store && !eg_store_read(source->store, name, found))
		return eg_fail(reach->run, EG_IO, "the cached records of '%s' are damaged: clear the cache",
			       source->base_url);
	if (source->shards) {
		enum eg_error_kind kind = eg_shards_read(source->shards, name, found);

		if (kind)
			return kind;
	}
	keep_preferred(reach, found, before);
	for (; before < found->n; before++) {
		const struct eg_strs *depends = &found->v[before].record->depends;

		for (size_t k = 0; k < depends->n; k++)
			reach_spec(reach, depends->v[k]);
	}
	return EG_OK;
}

/* What was reached and not looked up yet. Shards that are not there are queued, and read when they arrive. */
static enum eg_error_kind look_up(struct reach *reach)
{
	enum eg_error_kind kind = EG_OK;

	for (; reach->done < reach->names.n && !kind; reach->done++) {
		const char *name = reach->names.v[reach->done].key;

		for (size_t i = 0; i < reach->sources.n && !kind; i++) {
			if (reach->sources.v[i].shards && eg_shards_want(reach->sources.v[i].shards, name))
				reach->queued = true;
			else
				kind = read_name(reach, i, name);
		}
	}
	return kind;
}

/* A shard: what its records need is asked for without waiting for the others. */
static void arrived(void *ctx, const char *name)
{
	const struct arrival *arrival = ctx;
	struct reach *reach = arrival->reach;

	if (!reach->kind)
		reach->kind = read_name(reach, arrival->source, name);
	if (!reach->kind)
		reach->kind = look_up(reach);
}

static void listen(struct reach *reach)
{
	struct arrival *arrivals = EG_ARRAY(reach->run->arena, struct arrival, reach->sources.n);

	for (size_t i = 0; i < reach->sources.n; i++) {
		arrivals[i] = (struct arrival){reach, i};
		if (reach->sources.v[i].shards)
			eg_shards_listen(reach->sources.v[i].shards, arrived, &arrivals[i]);
	}
}

static enum eg_error_kind follow(struct reach *reach)
{
	enum eg_error_kind kind = look_up(reach);

	if (kind || !reach->queued)
		return kind;
	kind = eg_fetch_run(reach->sources.fetch);
	return kind ? eg_fail(reach->run, kind, "cannot fetch the shards of a channel") : reach->kind;
}

static int by_place(const void *a, const void *b)
{
	const struct eg_store_found *x = a, *y = b;

	return (x->place > y->place) - (x->place < y->place);
}

static void settle(struct reach *reach, size_t i)
{
	const struct eg_subdir_source *source = &reach->sources.v[i];
	struct eg_store_list_found *found = &reach->found[i];
	struct eg_subdir *subdir = source->subdir;

	if (found->n)
		qsort(found->v, found->n, sizeof(*found->v), by_place);
	subdir->records = EG_ARRAY(reach->run->arena, struct eg_conda_record *, found->n);
	subdir->n_records = found->n;
	for (size_t k = 0; k < found->n; k++) {
		struct eg_conda_record *record = found->v[k].record;

		record->channel = subdir->channel->name;
		if (!record->subdir)
			record->subdir = subdir->subdir;
		record->url = eg_strf(reach->run->arena, "%s/%s", source->base_url, record->fn);
		subdir->records[k] = record;
	}
}

static enum eg_error_kind read_all(struct reach *reach, const struct eg_strs *names)
{
	enum eg_error_kind kind = eg_subdir_sources_open(&reach->sources);

	for (size_t i = 0; i < names->n && !kind; i++)
		reach_request(reach, names->v[i]);
	if (!kind) {
		listen(reach);
		kind = follow(reach);
	}
	for (size_t i = 0; i < reach->sources.n && !kind; i++)
		settle(reach, i);
	eg_subdir_sources_close(&reach->sources);
	return kind;
}

/* Channels of one name are one to the solver. */
static size_t rank_of(const struct eg_channel *channels, size_t i)
{
	size_t rank = 0;

	for (size_t k = 0; k < i; k++) {
		size_t first = 0;

		if (!strcmp(channels[k].name, channels[i].name))
			return rank_of(channels, k);
		while (strcmp(channels[first].name, channels[k].name))
			first++;
		rank += first == k;
	}
	return rank;
}

enum eg_error_kind eg_conda_universe_load(struct eg_run *run, struct eg_cache *cache, struct eg_fetch *fetch,
					  const struct eg_conda_config *config, const struct eg_channel *channels,
					  size_t n_channels, const struct eg_strs *names, struct eg_conda_universe *ret)
{
	size_t n = 2 * n_channels;
	struct eg_subdir *subdirs = EG_ARRAY(run->arena, struct eg_subdir, n);
	struct reach reach = {
		.run = run,
		.sources = {.run = run, .cache = cache, .fetch = fetch, .config = config,
			    .v = EG_ARRAY(run->arena, struct eg_subdir_source, n), .n = n},
		.found = EG_ARRAY(run->arena, struct eg_store_list_found, n),
		.names.arena = run->arena,
	};

	for (size_t i = 0; i < n; i++) {
		subdirs[i] = (struct eg_subdir){
			.channel = &channels[i / 2],
			.subdir = i % 2 ? "noarch" : config->subdir,
			.rank = rank_of(channels, i / 2),
		};
		reach.sources.v[i].subdir = &subdirs[i];
	}
	enum eg_error_kind kind = read_all(&reach, names);
	if (kind)
		return kind;
	*ret = (struct eg_conda_universe){.subdirs = subdirs, .n_subdirs = n};
	return EG_OK;
}
