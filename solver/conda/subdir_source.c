#include "subdir_source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ceilings.h"
#include "file.h"
#include "fileurl.h"
#include "mirrors.h"
#include "store_build.h"
#include "subdir_fetch.h"

/* The file of a local channel, in the order in which conda looks for them. -1: none. */
static int open_local(struct eg_run *run, const char *dir, const char *fn, struct eg_packed *ret)
{
	static const struct {
		const char *suffix;
		enum eg_packing packing;
	} forms[] = {{".zst", EG_ZSTD}, {".bz2", EG_BZIP2}, {"", EG_PLAIN}};

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		char *path = eg_strf(run->arena, "%s/%s%s", dir, fn, forms[i].suffix);
		int fd = open(path, O_RDONLY | O_CLOEXEC);

		if (fd < 0 && errno != ENOENT && errno != ENOTDIR) {
			eg_fail(run, EG_IO, "cannot read '%s': %s", path, strerror(errno));
			return -1;
		}
		if (fd < 0)
			continue;
		*ret = (struct eg_packed){.name = path, .packing = forms[i].packing, .fd = fd, .max = EG_MAX_REPODATA};
		return fd;
	}
	return -1;
}

static enum eg_error_kind open_directory(struct eg_subdir_sources *sources, struct eg_subdir_source *source,
					 const char *url, const char *dir)
{
	struct eg_run *run = sources->run;
	struct eg_packed packed;
	struct stat st;
	int fd = open_local(run, dir, eg_conda_repodata_fn(sources->config), &packed);

	if (fd < 0 && run->error.kind)
		return run->error.kind;
	if (fd < 0)
		return eg_subdir_missing(sources, source, url);
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		return eg_fail(run, EG_IO, "cannot read '%s': no file", packed.name);
	}
	const char *identity = eg_strf(run->arena, "%s %lld %lld.%09ld %llu", packed.name, (long long)st.st_size,
				       (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec, (unsigned long long)st.st_ino);
	enum eg_error_kind kind = EG_OK;
	source->store = eg_store_cached(run, sources->cache, url);
	if (source->store && strcmp(eg_store_identity(source->store), identity)) {
		eg_store_close(source->store);
		source->store = NULL;
	}
	if (!source->store)
		kind = eg_store_build(run, sources->cache, url, identity, &packed, &source->store);
	close(fd);
	return kind;
}

enum eg_error_kind eg_subdir_missing(struct eg_subdir_sources *sources, struct eg_subdir_source *source,
				     const char *public_url)
{
	const char *fn = eg_conda_repodata_fn(sources->config);

	/* RepodataFetch.fetch_latest: nothing stands for a file of another name */
	if (strcmp(fn, "repodata.json") != 0)
		return eg_fail(sources->run, EG_NET, "channel '%s' has no %s, which repodata_fns asks for", public_url, fn);
	/* a channel is known by its noarch (UnavailableInvalidChannel); libmamba likewise */
	if (strcmp(source->subdir->subdir, "noarch") != 0 || sources->config->allow_non_channel_urls)
		return EG_OK;
	return eg_fail(sources->run, EG_NET, "'%s' is no channel: it has no %s", public_url, fn);
}

const char *eg_conda_repodata_fn(const struct eg_conda_config *config)
{
	return config->repodata_fns.n ? config->repodata_fns.v[0] : "repodata.json";
}

/* info.base_url of CEP 15 may be relative to where the repodata lies. */
static void set_base_url(struct eg_run *run, struct eg_subdir_source *source)
{
	const char *here = eg_strf(run->arena, "%s/%s", source->subdir->channel->url, source->subdir->subdir);
	const char *said = source->store ? eg_store_base_url(source->store)
			   : source->shards ? eg_shards_base_url(source->shards) : "";

	if (*said)
		here = eg_url_join(run->arena, eg_strf(run->arena, "%s/", here), said);
	char *public = eg_conda_url_public(run->arena, here);
	size_t n = strlen(public);
	while (n && public[n - 1] == '/')
		public[--n] = 0;
	source->base_url = public;
}

/* Connections of our own, as conda is told to make them. */
static struct eg_fetch *connect(struct eg_subdir_sources *sources)
{
	const struct eg_conda_config *config = sources->config;
	struct eg_run *run = sources->run;
	const char **hosts = EG_ARRAY(run->arena, const char *, sources->n + 1);
	bool https = false;

	for (size_t i = 0; i < sources->n; i++) {
		const char *url = sources->v[i].subdir->channel->url;

		https |= !strncmp(url, "https:", 6);
		hosts[i] = eg_span_dup(run->arena, eg_url_split(url).host);
	}
	struct eg_fetch_options options = {
		.user_agent = "envguard",
		.proxy = https ? config->proxy_https : config->proxy_http,
		.ca_bundle = config->ca_bundle,
		.client_cert = config->client_cert,
		.trusted_hosts = config->ssl_verify ? NULL : hosts,
		.timeout_s = config->timeout_s,
		.retries = config->retries,
		.netrc = true,
	};
	return eg_fetch_new(run, &options);
}

enum eg_error_kind eg_subdir_sources_open(struct eg_subdir_sources *sources)
{
	struct eg_run *run = sources->run;
	enum eg_error_kind kind = EG_OK;

	for (size_t i = 0; i < sources->n && !kind; i++) {
		struct eg_subdir_source *source = &sources->v[i];
		const char *url = eg_strf(run->arena, "%s/%s", source->subdir->channel->url, source->subdir->subdir);
		const char *mirror = eg_mirror_of(run, eg_conda_url_public(run->arena, url));
		const char *dir = eg_url_to_path(run->arena, mirror ? mirror : url);

		source->local = dir;
		kind = dir ? open_directory(sources, source, url, dir) : EG_OK;
	}
	sources->own_fetch = !sources->fetch;
	if (sources->own_fetch)
		sources->fetch = connect(sources);
	if (!kind)
		kind = eg_subdir_sources_fetch(sources);
	for (size_t i = 0; i < sources->n && !kind; i++)
		set_base_url(run, &sources->v[i]);
	return kind;
}

void eg_subdir_sources_close(struct eg_subdir_sources *sources)
{
	for (size_t i = 0; i < sources->n; i++)
		if (sources->v[i].store)
			eg_store_close(sources->v[i].store);
	if (sources->own_fetch)
		eg_fetch_free(sources->fetch);
}
