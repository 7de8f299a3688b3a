#include "setup_cfg.h"

#include "ceilings.h"
#include "metadata_text.h"
#include "pipconf.h"

static const char *value_of(const struct eg_pipconf *config, const char *section, const char *key)
{
	for (size_t i = 0; i < config->n; i++)
		if (!strcmp(config->v[i].section, section) && !strcmp(config->v[i].key, key))
			return config->v[i].value;
	return NULL;
}

/* "attr: package.VERSION", "file: requirements.txt": only a build looks there. */
static bool is_elsewhere(const char *value)
{
	return !strncmp(value, "attr:", 5) || !strncmp(value, "file:", 5);
}

/* One requirement per line, or, as setuptools splits a list of one line, by semicolons. */
static void add_requirements(struct eg_run *run, struct eg_buf *out, const char *value, const char *extra)
{
	const char *separators = strchr(value, '\n') ? "\n" : ";";

	for (size_t n; *value; value += n + !!value[n]) {
		n = strcspn(value, separators);
		const char *line = value + strspn(value, " \t");
		const char *requirement = line < value + n ? eg_strndup(run->arena, line, (size_t)(value + n - line)) : "";

		if (*requirement && *requirement != '#')
			eg_metadata_add_requirement(out, requirement, "", extra);
	}
}

static bool write_metadata(struct eg_run *run, struct eg_buf *out, const struct eg_pipconf *config)
{
	const char *requires = value_of(config, "options", "install-requires"), *version = value_of(config, "metadata", "version");

	if (!requires || is_elsewhere(requires))
		return false;
	eg_metadata_add_field(out, "Metadata-Version", "2.1");
	eg_metadata_add_field(out, "Name", value_of(config, "metadata", "name"));
	eg_metadata_add_field(out, "Version", version && !is_elsewhere(version) ? version : NULL);
	eg_metadata_add_field(out, "Requires-Python", value_of(config, "options", "python-requires"));
	add_requirements(run, out, requires, "");
	for (size_t i = 0; i < config->n; i++) {
		const struct eg_pipconf_item *item = &config->v[i];

		if (strcmp(item->section, "options.extras_require"))
			continue;
		if (is_elsewhere(item->value))
			return false;
		eg_metadata_add_field(out, "Provides-Extra", item->key);
		add_requirements(run, out, item->value, item->key);
	}
	return !out->overflow;
}

char *eg_setup_cfg_metadata(struct eg_run *run, const char *text, size_t n, size_t *ret_n)
{
	enum eg_error_kind kind = run->error.kind;
	const char *message = run->error.message;
	struct eg_buf out = {.max = EG_MAX_METADATA};
	struct eg_pipconf config = {0};
	char *metadata = NULL;

	eg_recover(run);
	if (eg_pipconf_parse(run, "setup.cfg", text, n, &config) == EG_OK && write_metadata(run, &out, &config)) {
		metadata = eg_strndup(run->arena, out.s, out.n);
		*ret_n = out.n;
	}
	run->error.kind = kind;
	run->error.message = message;
	eg_buf_free(&out);
	return metadata;
}
