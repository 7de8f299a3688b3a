#include "uv_config.h"

#include <stdlib.h>
#include <unistd.h>

#include "ceilings.h"
#include "file.h"
#include "python/toml.h"
#include "tool_uv.h"

enum kind { TEXT, LIST, FLAG, FOLDERS };

struct key {
	const char *name;
	enum kind kind;
	size_t offset;
};

#define AT(field) offsetof(struct uv_values, field)

/* of the table itself and of its [pip], which outranks it */
static const struct key keys[] = {
	{"index-url", TEXT, AT(index_url)},
	{"extra-index-url", LIST, AT(extra_index_urls)},
	{"find-links", FOLDERS, AT(find_links)},
	{"no-index", FLAG, AT(no_index)},
	{"index-strategy", TEXT, AT(index_strategy)},
	{"keyring-provider", TEXT, AT(keyring_provider)},
	{"resolution", TEXT, AT(resolution)},
	{"prerelease", TEXT, AT(prerelease)},
	{"exclude-newer", TEXT, AT(exclude_newer)},
	{"torch-backend", TEXT, AT(torch_backend)},
	{"upgrade", FLAG, AT(upgrade)},
	{"upgrade-package", LIST, AT(upgrade_packages)},
	{"reinstall", FLAG, AT(reinstall)},
	{"reinstall-package", LIST, AT(reinstall_packages)},
	{"no-build-package", LIST, AT(no_build_packages)},
	{"no-binary-package", LIST, AT(no_binary_packages)},
	{"allow-insecure-host", LIST, AT(insecure_hosts)},
	{"offline", FLAG, AT(offline)},
	{"no-cache", FLAG, AT(no_cache)},
};

static const struct key own_keys[] = {
	{"no-build", FLAG, AT(no_build)},
	{"no-binary", FLAG, AT(no_binary)},
	{"constraint-dependencies", LIST, AT(constraint_texts)},
	{"override-dependencies", LIST, AT(override_texts)},
	{"exclude-dependencies", LIST, AT(exclude_texts)},
};

static const struct key pip_keys[] = {
	{"python", TEXT, AT(python)},
	{"system", FLAG, AT(system)},
	{"break-system-packages", FLAG, AT(break_system_packages)},
	{"target", TEXT, AT(target)},
	{"prefix", TEXT, AT(prefix)},
	{"no-deps", FLAG, AT(no_deps)},
	{"require-hashes", FLAG, AT(require_hashes)},
	{"no-build", FLAG, AT(no_build)},
	{"no-binary", LIST, AT(no_binary_packages)},
	{"only-binary", LIST, AT(no_build_packages)},
	{"extra", LIST, AT(extras)},
	{"all-extras", FLAG, AT(all_extras)},
	{"python-version", TEXT, AT(python_version)},
	{"python-platform", TEXT, AT(python_platform)},
};

/* what changes the answer in a way that is not forecast */
static const char *const not_modelled[] = {"exclude-newer-package", "prerelease-package", "dependency-metadata"};

#define LENGTH(array) (sizeof(array) / sizeof(*(array)))

struct config {
	struct eg_run *run;
	const char *path;
	struct uv_values *values;
	bool any;
};

static enum eg_error_kind wrong(const struct config *c, const char *key, const struct eg_toml *value)
{
	return eg_fail(c->run, EG_FORMAT, "'%s': '%s' cannot be %s", c->path, key, eg_toml_type_name(value->type));
}

/* What is not absolute and no address lies beside the file. */
static const char *beside(const struct config *c, const char *text)
{
	const char *slash = strrchr(c->path, '/');

	if (!slash || *text == '/' || strstr(text, "://"))
		return text;
	return eg_path_join(c->run->arena, eg_strndup(c->run->arena, c->path, (size_t)(slash - c->path)), text);
}

static enum eg_error_kind add_item(struct config *c, const struct key *key, const struct eg_toml *item)
{
	struct eg_strs *list = (struct eg_strs *)(void *)((char *)c->values + key->offset);

	/* "torch = { … }"-like entries of newer releases narrow what they are about: of no weight here */
	if (item->type == EG_TOML_TABLE)
		return EG_OK;
	if (item->type != EG_TOML_STRING)
		return wrong(c, key->name, item);
	eg_vec_push(c->run->arena, list, key->kind == FOLDERS ? beside(c, item->text) : item->text);
	return EG_OK;
}

static enum eg_error_kind take(struct config *c, const struct key *key, const struct eg_toml *value)
{
	void *field = (char *)c->values + key->offset;
	enum eg_error_kind kind = EG_OK;

	switch (key->kind) {
	case TEXT:
		if (value->type != EG_TOML_STRING && value->type != EG_TOML_TIME)
			return wrong(c, key->name, value);
		if (!*(const char **)field)
			*(const char **)field = value->text;
		break;
	case FLAG:
		if (value->type != EG_TOML_BOOLEAN)
			return wrong(c, key->name, value);
		*(int *)field |= value->integer != 0;
		break;
	case LIST:
	case FOLDERS:
		if (value->type != EG_TOML_ARRAY)
			return wrong(c, key->name, value);
		for (size_t i = 0; i < value->n && !kind; i++)
			kind = add_item(c, key, &value->items[i]);
		break;
	}
	return kind;
}

static enum eg_error_kind take_all(struct config *c, const struct eg_toml *table, const struct key *v, size_t n)
{
	enum eg_error_kind kind = EG_OK;

	for (size_t i = 0; table && i < n && !kind; i++) {
		const struct eg_toml *value = eg_toml_get(table, v[i].name);

		kind = value ? take(c, &v[i], value) : EG_OK;
	}
	return kind;
}

static bool is_true(const struct eg_toml *table, const char *key)
{
	const struct eg_toml *value = eg_toml_get(table, key);

	return value && value->type == EG_TOML_BOOLEAN && value->integer;
}

/* [[index]]: explicit ones count only for what [tool.uv.sources] sends there. */
static void take_indexes(struct config *c, const struct eg_toml *array)
{
	for (size_t i = 0; array && i < array->n; i++) {
		const struct eg_toml *index = &array->items[i];
		const char *url = eg_toml_string(index, "url"), *format = eg_toml_string(index, "format");
		const char *name = eg_toml_string(index, "name");

		if (!url)
			continue;
		url = beside(c, url);
		if (name) {
			eg_vec_push(c->run->arena, &c->values->index_names, name);
			eg_vec_push(c->run->arena, &c->values->named_indexes, url);
		}
		if (is_true(index, "explicit"))
			continue;
		if (format && !strcmp(format, "flat"))
			eg_vec_push(c->run->arena, &c->values->find_links, url);
		else if (!is_true(index, "default"))
			eg_vec_push(c->run->arena, &c->values->indexes, url);
		else if (!c->values->default_index && !c->values->index_url)
			c->values->default_index = url;
	}
}

enum eg_error_kind uv_parse_config(struct eg_run *run, const char *path, const char *text, size_t n, bool pyproject,
				   struct uv_values *values, bool *ret_any)
{
	struct config c = {run, path, values, false};
	const struct eg_toml *root, *pip;
	enum eg_error_kind kind = eg_toml_parse(run, path, text, n, &root);

	if (kind)
		return kind;
	if (pyproject) {
		const struct eg_toml *tool = eg_toml_get(root, "tool");

		root = tool ? eg_toml_get(tool, "uv") : NULL;
	}
	*ret_any = root && root->type == EG_TOML_TABLE;
	if (!*ret_any)
		return EG_OK;
	pip = eg_toml_get(root, "pip");
	if ((kind = take_all(&c, pip, keys, LENGTH(keys))) || (kind = take_all(&c, pip, pip_keys, LENGTH(pip_keys))) ||
	    (kind = take_all(&c, root, keys, LENGTH(keys))) || (kind = take_all(&c, root, own_keys, LENGTH(own_keys))))
		return kind;
	take_indexes(&c, eg_toml_array(root, "index"));
	for (size_t i = 0; i < LENGTH(not_modelled); i++)
		if (eg_toml_get(root, not_modelled[i]))
			values->not_modelled = eg_strf(run->arena, "'%s' of '%s'", not_modelled[i], path);
	return EG_OK;
}

static enum eg_error_kind read_file(struct eg_run *run, const char *path, bool pyproject, struct uv_values *values,
				    bool *ret_any)
{
	size_t n;
	const char *text = eg_file_read_if(run, path, EG_MAX_CONFIG, &n);

	*ret_any = false;
	return text ? uv_parse_config(run, path, text, n, pyproject, values, ret_any) : EG_OK;
}

/* A pyproject.toml that cannot be read is told and passed over, as by uv: it may be for other tools. */
static enum eg_error_kind read_pyproject(struct eg_run *run, const char *path, struct uv_values *values, bool *ret_any)
{
	const struct uv_values before = *values;
	enum eg_error_kind kind = read_file(run, path, true, values, ret_any);

	if (kind != EG_FORMAT)
		return kind;
	eg_note(run, "%s: no configuration is taken from it", run->error.message);
	eg_recover(run);
	*values = before;
	*ret_any = false;
	return EG_OK;
}

/* The nearest uv.toml or [tool.uv] upwards from the working directory (or --project), in a project from the root of its
   workspace. */
static enum eg_error_kind read_project(struct eg_run *run, struct uv_values *values)
{
	char *cwd = getcwd(NULL, 0);
	char *dir = cwd ? eg_strdup(run->arena, cwd) : NULL;
	enum eg_error_kind kind = EG_OK;
	bool found = false;

	free(cwd);
	if (values->project)
		dir = eg_path_absolute(run->arena, values->project);
	const char *root = dir ? eg_uv_workspace_root(run, dir) : NULL;
	if (root)
		dir = eg_strdup(run->arena, root);
	for (char *slash; dir && !found && !kind && (slash = strrchr(dir, '/')); *slash = 0) {
		kind = read_file(run, eg_strf(run->arena, "%s/uv.toml", dir), false, values, &found);
		if (!kind && !found)
			kind = read_pyproject(run, eg_strf(run->arena, "%s/pyproject.toml", dir), values, &found);
	}
	return kind;
}

static enum eg_error_kind read_user(struct eg_run *run, struct uv_values *values)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	bool found;

	if (config && *config)
		return read_file(run, eg_strf(run->arena, "%s/uv/uv.toml", config), false, values, &found);
	return home && *home ? read_file(run, eg_strf(run->arena, "%s/.config/uv/uv.toml", home), false, values, &found)
			     : EG_OK;
}

static enum eg_error_kind read_system(struct eg_run *run, struct uv_values *values)
{
	const char *dirs = getenv("XDG_CONFIG_DIRS");
	enum eg_error_kind kind = EG_OK;
	bool found = false;

	for (dirs = dirs && *dirs ? dirs : "/etc/xdg"; *dirs && !found && !kind;) {
		size_t n = strcspn(dirs, ":");

		if (n)
			kind = read_file(run, eg_strf(run->arena, "%.*s/uv/uv.toml", (int)n, dirs), false, values, &found);
		dirs += n + (dirs[n] == ':');
	}
	return kind || found ? kind : read_file(run, "/etc/uv/uv.toml", false, values, &found);
}

enum eg_error_kind uv_read_config(struct eg_run *run, struct uv_values *values)
{
	enum eg_error_kind kind;
	bool found;

	if (values->config_file) {
		if (access(values->config_file, R_OK))
			return eg_fail(run, EG_IO, "cannot read the configuration '%s'", values->config_file);
		return read_file(run, values->config_file, false, values, &found);
	}
	if (values->no_config)
		return EG_OK;
	if ((kind = read_project(run, values)) || (kind = read_user(run, values)))
		return kind;
	return read_system(run, values);
}
