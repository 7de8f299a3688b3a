#include "pipfetch.h"

#include <stdlib.h>

#include "ceilings.h"
#include "keyring.h"

struct eg_fetch_options eg_pip_fetch_options(struct eg_run *run, const struct eg_pip_request *request,
					     const struct eg_interpreter *interpreter)
{
	struct eg_strs hosts = {0};
	struct eg_fetch_options options = {
		.user_agent = "envguard",
		.netrc = true,
		.proxy = request->no_proxy_env && !request->proxy ? "" : request->proxy,
		.ca_bundle = request->cert,
		.client_cert = request->client_cert,
		.timeout_s = request->timeout_s > 0 ? request->timeout_s : 0,
		.retries =
			request->retries >= 0 && request->retries < EG_MAX_RETRIES ? request->retries : EG_MAX_RETRIES,
	};

	for (size_t i = 0; i < request->trusted_hosts.n; i++)
		eg_vec_push(run->arena, &hosts, request->trusted_hosts.v[i]);
	eg_vec_push(run->arena, &hosts, NULL);
	options.trusted_hosts = hosts.v;
	/* requests takes these where pip's --cert is not given and the environment counts */
	if (!options.ca_bundle && !request->no_proxy_env && !request->proxy) {
		const char *bundle = getenv("REQUESTS_CA_BUNDLE");

		options.ca_bundle = bundle && *bundle ? bundle : getenv("CURL_CA_BUNDLE");
	}
	options.credentials_ctx = eg_keyring_new(run, request, interpreter);
	if (options.credentials_ctx)
		options.credentials = eg_keyring_credentials;
	return options;
}
