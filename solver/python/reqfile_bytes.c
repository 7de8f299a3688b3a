#include "reqfile.h"

#include <strings.h>

#include "file.h"
#include "fileurl.h"
#include "pipfetch.h"
#include "ceilings.h"

struct answer {
	struct eg_run *run;
	const char *what, *url;
	enum eg_error_kind error;
	const char *bytes;
	size_t n;
};

static void answered(struct eg_fetch *fetch, const struct eg_job *job, const struct eg_response *response)
{
	struct answer *answer = job->ctx;

	(void)fetch;
	if (response->error)
		answer->error = eg_fail(answer->run, response->kind ? response->kind : EG_NET,
					"cannot read %s '%s': %s", answer->what, answer->url, response->error);
	else if (response->status != 200)
		answer->error = eg_fail(answer->run, EG_NET, "cannot read %s '%s': HTTP status %ld", answer->what,
					answer->url, response->status);
	else
		answer->bytes = eg_strndup(answer->run->arena, response->body ? response->body : "", response->n);
	answer->n = response->n;
}

static enum eg_error_kind download(struct eg_run *run, const struct eg_fetch_options *options, const char *what,
				   const char *url, const char **ret, size_t *ret_n)
{
	struct answer answer = {.run = run, .what = what, .url = eg_text_public(run->arena, url)};

	if (run->offline)
		return eg_fail(run, EG_NET, "cannot read %s '%s' while offline", what, answer.url);
	struct eg_fetch *fetch = eg_fetch_new(run, options);
	eg_fetch_add(fetch, &(struct eg_job){.url = url, .max = EG_MAX_REQUIREMENTS, .done = answered, .ctx = &answer});
	enum eg_error_kind error = eg_fetch_run(fetch);
	eg_fetch_free(fetch);
	if (!error)
		error = answer.error;
	if (!error && !answer.bytes)
		error = eg_fail(run, EG_NET, "cannot read %s '%s': no answer", what, answer.url);
	if (error)
		return error;
	*ret = answer.bytes;
	*ret_n = answer.n;
	return EG_OK;
}

bool eg_is_file_url(const char *file)
{
	return !strncasecmp(file, "http:", 5) || !strncasecmp(file, "https:", 6) || !strncasecmp(file, "file:", 5);
}

enum eg_error_kind eg_reqfile_bytes(const struct eg_pip_reader *reader, const char *what, const char *file,
				    const char **ret, size_t *ret_n)
{
	struct eg_run *run = reader->run;
	const char *path = file;
	char *bytes;

	if (eg_is_file_url(file)) {
		path = eg_url_to_path(run->arena, file);
		if (!path && !strncasecmp(file, "file:", 5))
			return eg_fail(run, EG_IO, "cannot read %s '%s': not an absolute path on this host", what,
				       file);
		if (!path) {
			struct eg_fetch_options options =
				eg_pip_fetch_options(run, reader->request, reader->interpreter);

			return download(run, &options, what, file, ret, ret_n);
		}
	}
	enum eg_error_kind error = eg_file_read(run, path, EG_MAX_REQUIREMENTS, &bytes, ret_n);
	if (error) {
		const char *message = run->error.message;

		const char *rest = strchr(message, '\''); /* after "cannot read" */

		eg_recover(run);
		return eg_fail(run, error, "cannot read %s %s", what, rest ? rest : message);
	}
	*ret = bytes;
	return EG_OK;
}
