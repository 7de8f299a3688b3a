/* Whose certificates are believed, and which hosts need none. */
#include <dirent.h>
#include <stdlib.h>

#include "fetch_transfer.h"
#include "file.h"

static const char system_dir[] = "/etc/ssl/certs";

/* "host" holds for every port, "host:port" for one. */
bool eg_fetch_trusts(const struct eg_fetch *fetch, const struct eg_url *url)
{
	struct eg_arena *arena = fetch->run->arena;

	for (const char *const *v = fetch->options.trusted_hosts; v && *v; v++) {
		struct eg_url trusted = eg_url_split(eg_strf(arena, "//%s", *v));

		if (eg_span_is(url->host, eg_span_dup(arena, trusted.host)) &&
		    (!trusted.port.n || eg_span_is(url->port, eg_span_dup(arena, trusted.port))))
			return true;
	}
	return false;
}

/* Are there names as openssl-rehash(1) makes them? */
static bool is_hashed(const char *path)
{
	DIR *dir = opendir(path);
	bool found = false;

	if (!dir)
		return false;
	for (struct dirent *e; !found && (e = readdir(dir));)
		found = strspn(e->d_name, "0123456789abcdef") == 8 && !strcmp(e->d_name + 8, ".0");
	closedir(dir);
	return found;
}

void eg_fetch_find_certificates(struct eg_fetch *fetch)
{
	static const char *const variables[] = {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE",
						"SSL_CERT_DIR"};
	const char *bundle = fetch->options.ca_bundle;

	for (size_t i = 0; !bundle && i < sizeof(variables) / sizeof(*variables); i++) {
		bundle = getenv(variables[i]);
		bundle = bundle && *bundle ? bundle : NULL;
	}
	if (bundle && eg_is_dir(bundle))
		fetch->ca_dir = bundle;
	else
		fetch->ca_file = bundle;
	/* OpenSSL takes 30 ms to read the bundle of them all */
	if (!bundle && fetch->curl->openssl && is_hashed(system_dir))
		fetch->quick_ca_dir = system_dir;
}

void eg_transfer_set_certificates(struct transfer *t)
{
	struct eg_fetch *fetch = t->fetch;
	const struct eg_curl *curl = fetch->curl;
	const char *dir = fetch->quick_ca_dir ? fetch->quick_ca_dir : fetch->ca_dir;

	t->quick = fetch->quick_ca_dir && !t->host->trusted;
	if (t->host->trusted) {
		curl->easy_setopt(t->easy, CURLOPT_SSL_VERIFYPEER, 0L);
		curl->easy_setopt(t->easy, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	if (dir || fetch->ca_file) { /* either alone: the built-in ones do not hold beside them */
		curl->easy_setopt(t->easy, CURLOPT_CAPATH, dir);
		curl->easy_setopt(t->easy, CURLOPT_CAINFO, fetch->ca_file);
	}
	if (fetch->options.client_cert)
		curl->easy_setopt(t->easy, CURLOPT_SSLCERT, fetch->options.client_cert);
}

/* A bundle may hold what the directory does not, as where it alone was mounted into a container. */
bool eg_transfer_verify_again(struct transfer *t)
{
	t->fetch->quick_ca_dir = NULL;
	return t->quick;
}
