#include "pipconf.h"

#include <ctype.h>
#include <stdlib.h>
#include <unistd.h>

#include "ceilings.h"
#include "file.h"
#include "map.h"
#include "options.h"

/* Settings by section and key: later ones take the place of earlier ones, whatever file they are from. */
static void put(struct eg_map *settings, struct eg_pipconf_item item)
{
	struct eg_pipconf_item *copy = EG_NEW(settings->arena, struct eg_pipconf_item);

	*copy = item;
	eg_map_put(settings, eg_strf(settings->arena, "%s\n%s", item.section, item.key), copy);
}

static enum eg_error_kind load_file(struct eg_run *run, const char *path, struct eg_map *settings)
{
	struct eg_pipconf items = {0};
	char *text;
	size_t n;

	if (access(path, F_OK))
		return EG_OK;
	enum eg_error_kind error = eg_file_read(run, path, EG_MAX_CONFIG, &text, &n);
	if (error == EG_IO) {
		eg_recover(run);
		return EG_OK;
	}
	if (!error)
		error = eg_pipconf_parse(run, path, text, n, &items);
	for (size_t i = 0; !error && i < items.n; i++)
		put(settings, items.v[i]);
	return error;
}

/* $XDG_CONFIG_DIRS, else /etc/xdg, each with pip/pip.conf; then /etc/pip.conf. */
static enum eg_error_kind load_global(struct eg_run *run, struct eg_map *settings)
{
	const char *dirs = getenv("XDG_CONFIG_DIRS");
	enum eg_error_kind error = EG_OK;
	bool any = false;

	for (const char *p = dirs; p && *p && !error;) {
		size_t n = strcspn(p, ":");

		if (*p == '/') {
			any = true;
			error = load_file(run, eg_strf(run->arena, "%.*s/pip/pip.conf", (int)n, p), settings);
		}
		p += n + (p[n] == ':');
	}
	if (!any && !error)
		error = load_file(run, "/etc/xdg/pip/pip.conf", settings);
	return error ? error : load_file(run, "/etc/pip.conf", settings);
}

static enum eg_error_kind load_user(struct eg_run *run, struct eg_map *settings)
{
	const char *home = getenv("XDG_CONFIG_HOME");
	enum eg_error_kind error = load_file(run, eg_expand_home(run->arena, "~/.pip/pip.conf"), settings);

	if (error)
		return error;
	if (!home || *home != '/')
		home = eg_expand_home(run->arena, "~/.config");
	return load_file(run, eg_strf(run->arena, "%s/pip/pip.conf", home), settings);
}

static enum eg_error_kind load_files(struct eg_run *run, const char *site, bool isolated, struct eg_map *settings)
{
	const char *named = getenv("PIP_CONFIG_FILE");
	enum eg_error_kind error;

	if (named && !strcmp(named, "/dev/null"))
		return EG_OK;
	if ((error = load_global(run, settings)))
		return error;
	bool instead_of_user = named && *named && !access(named, F_OK);
	if (!isolated && !instead_of_user && (error = load_user(run, settings)))
		return error;
	if (site && (error = load_file(run, eg_path_join(run->arena, site, "pip.conf"), settings)))
		return error;
	return named && *named ? load_file(run, named, settings) : EG_OK;
}

static void load_variables(struct eg_run *run, struct eg_map *settings)
{
	struct eg_arena *arena = run->arena;

	for (char **v = environ; v && *v; v++) {
		const char *equals = strchr(*v, '=');

		if (strncmp(*v, "PIP_", 4) || !equals || equals == *v + 4)
			continue;
		char *key = eg_strndup(arena, *v + 4, (size_t)(equals - *v) - 4);
		for (char *p = key; *p; p++)
			*p = *p == '_' ? '-' : (char)tolower((unsigned char)*p);
		if (!strcmp(key, "version") || !strcmp(key, "help"))
			continue;
		const char *where = eg_strf(arena, "environment variable %.*s", (int)(equals - *v), *v);
		put(settings, (struct eg_pipconf_item){":env:", key, equals + 1, where});
	}
}

enum eg_error_kind eg_pipconf_load(struct eg_run *run, const char *command, const char *site, bool isolated,
				   struct eg_pipconf *ret)
{
	const char *const order[] = {"global", command, ":env:"};
	struct eg_map settings = {.arena = run->arena};

	enum eg_error_kind error = load_files(run, site, isolated, &settings);
	if (error)
		return error;
	if (!isolated)
		load_variables(run, &settings);
	/* an empty value takes an earlier one away, and is then none itself */
	for (size_t section = 0; section < 3; section++)
		for (size_t i = 0; i < settings.n; i++) {
			const struct eg_pipconf_item *item = settings.v[i].value;

			if (!strcmp(item->section, order[section]) && *item->value)
				eg_vec_push(run->arena, ret, *item);
		}
	return EG_OK;
}
