#include "conda_files.h"

#include "ceilings.h"
#include "conda/yaml.h"
#include "file.h"

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && !strcasecmp(s + n - m, end);
}

/* One spec a line; after a line "@EXPLICIT" one URL a line. */
static void read_list(struct eg_run *run, char *text, struct eg_conda_request *request)
{
	char *state = NULL;
	bool explicit = false;

	for (char *line = strtok_r(text, "\r\n", &state); line; line = strtok_r(NULL, "\r\n", &state)) {
		line += strspn(line, " \t");
		size_t n = strlen(line);
		while (n && (line[n - 1] == ' ' || line[n - 1] == '\t'))
			line[--n] = 0;
		if (!*line || *line == '#')
			continue;
		if (!strcmp(line, "@EXPLICIT"))
			explicit = true;
		else if (explicit)
			eg_vec_push(run->arena, &request->explicit_urls, line);
		else
			eg_vec_push(run->arena, &request->specs, line);
	}
}

static void read_dependencies(struct eg_run *run, const struct eg_yaml *list, struct eg_conda_request *request)
{
	for (size_t i = 0; list && i < list->n; i++) {
		const struct eg_yaml *item = &list->items[i];

		if (item->type == EG_YAML_SCALAR && *item->text)
			eg_vec_push(run->arena, &request->specs, item->text);
		else if (item->type == EG_YAML_MAP)
			eg_yaml_texts(run->arena, item, "pip", &request->pip);
	}
}

static enum eg_error_kind read_yaml(struct eg_run *run, const char *path, const char *text, size_t n,
				    struct eg_conda_request *request)
{
	struct eg_yaml yaml;
	enum eg_error_kind kind = eg_yaml_parse(run, path, text, n, &yaml);

	if (kind)
		return kind;
	if (yaml.type != EG_YAML_MAP)
		return eg_fail(run, EG_FORMAT, "'%s' is no environment file", path);
	eg_yaml_texts(run->arena, &yaml, "channels", &request->channels);
	read_dependencies(run, eg_yaml_get(&yaml, "dependencies"), request);
	if (!request->name && !request->prefix)
		request->name = eg_yaml_text(&yaml, "name");
	if (!request->name && !request->prefix)
		request->prefix = eg_yaml_text(&yaml, "prefix");
	return EG_OK;
}

enum eg_error_kind eg_conda_file(struct eg_run *run, const char *path, struct eg_conda_request *request)
{
	char *text;
	size_t n;
	enum eg_error_kind kind = eg_file_read(run, path, EG_MAX_REQUIREMENTS, &text, &n);

	if (kind)
		return kind;
	if (ends_with(path, ".yml") || ends_with(path, ".yaml"))
		return read_yaml(run, path, text, n, request);
	read_list(run, text, request);
	return EG_OK;
}
