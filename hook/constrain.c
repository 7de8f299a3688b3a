#include "constrain.h"

#include <stdlib.h>
#include <unistd.h>

#include "buf.h"
#include "command.h"
#include "family.h"
#include "fix_spec.h"
#include "gpu_facts.h"

/* How a tool is told. */
struct way {
	const char *tool;
	enum eg_ecosystem ecosystem;
	const char *variable;  /* that takes specs, or a file of them; NULL: none that would stay with this tool alone */
	const char *separator; /* between its values */
	bool by_file;
	const char *const *elsewhere; /* the starts of options by which what is wanted stands in a file, or goes to a folder */
};

static const char *const python_elsewhere[] = {"-r", "--req", "-e", "--edit", "--group", "-t", "--target", "--prefix", "--root",
					   NULL};
static const char *const conda_elsewhere[] = {"-f", "--file", NULL};

/* pip hands PIP_CONSTRAINT down to the pip that fills a build's own environment (up to 25.2), so it is told on its command
   line. mamba: libmamba's configuration.cpp reads the variable as a list in YAML; conda: "&" as in conda's context.py. */
static const struct way ways[] = {
	{"pip", EG_PYTHON, NULL, NULL, true, python_elsewhere},
	{"uv", EG_PYTHON, "UV_CONSTRAINT", " ", true, python_elsewhere},
	{"conda", EG_CONDA, "CONDA_PINNED_PACKAGES", "&", false, conda_elsewhere},
	{"mamba", EG_CONDA, "MAMBA_PINNED_PACKAGES", ",", false, conda_elsewhere},
};

static const struct way *way_of(const struct eg_tool *tool)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		if (!strcmp(ways[i].tool, tool->name))
			return &ways[i];
	return NULL;
}

static bool begins(const char *word, const char *start)
{
	return !strncmp(word, start, strlen(start));
}

/* Is something wanted that the words do not name, or in another place than the environment? */
static bool looks_elsewhere(const struct way *way, const char *const *argv, size_t argc)
{
	for (size_t i = 1; i < argc; i++)
		for (size_t j = 0; way->elsewhere[j]; j++)
			if (begins(argv[i], way->elsewhere[j]) && strcmp(argv[i], "--require-hashes"))
				return true;
	return false;
}

/* The names of WORDS; false: one of them is a folder, a file or an address. */
static bool read_names(struct eg_arena *arena, enum eg_ecosystem ecosystem, const struct eg_strs *words,
		       struct eg_strs *ret)
{
	for (size_t i = 0; i < words->n; i++) {
		struct eg_fix_spec spec;
		bool is_path = words->v[i][0] == '.' || strchr(words->v[i], '/') || strstr(words->v[i], ".whl");
		if ((is_path && !strstr(words->v[i], "::")) || !eg_fix_spec_read(arena, ecosystem, words->v[i], &spec))
			return false;
		eg_vec_push(arena, ret, spec.project);
	}
	return words->n > 0;
}

/* The framework that a package belongs to; NULL: a library of any, or none of a GPU stack. */
static const char *framework_of(const char *name)
{
	const struct eg_family *family = eg_family_of(name);

	if (!family || family->role == EG_LIBRARY)
		return NULL;
	return family->role == EG_FRAMEWORK ? eg_distribution_name(name) : family->framework;
}

/* A framework that is named moves with its companions and with the libraries, which may be any framework's. */
static bool is_lifted(const struct eg_item *item, const struct eg_strs *named)
{
	const char *own = framework_of(item->name);

	for (size_t i = 0; i < named->n; i++) {
		const char *wanted = framework_of(named->v[i]);
		if (!strcmp(named->v[i], item->name) || (wanted && (!own || !strcmp(own, wanted))))
			return true;
	}
	return false;
}

/* A package of conda's that chooses a build (pytorch-cuda, cpuonly) asks for another one of what is there. */
static bool names_selector(struct eg_run *run, const struct way *way, const struct eg_strs *named)
{
	struct eg_facts facts;

	if (way->ecosystem != EG_CONDA || eg_facts_load(run, &facts))
		return false;
	for (size_t i = 0; i < named->n; i++)
		if (eg_facts_conda_selector(&facts, named->v[i]))
			return true;
	return false;
}

static const char *spec_of(struct eg_arena *arena, const struct eg_item *item)
{
	return item->ecosystem == EG_CONDA ? eg_strf(arena, "%s=%s=%s", item->name, item->version, item->build) :
					     eg_strf(arena, "%s==%s", item->name, item->version);
}

static void hold(struct eg_run *run, const struct way *way, const struct eg_watch *watch, const struct eg_strs *named,
		 struct eg_strs *ret)
{
	for (size_t i = 0; i < watch->before.items.n; i++) {
		const struct eg_item *item = &watch->before.items.v[i];
		if (item->ecosystem == way->ecosystem && eg_item_is_stack(item) && !is_lifted(item, named) &&
		    !eg_watch_plans(watch, item->name))
			eg_vec_push(run->arena, ret, spec_of(run->arena, item));
	}
}

/* A file of the specs in the folder for such; NULL: it cannot be written. */
static const char *write_file(struct eg_run *run, const struct eg_strs *held)
{
	const char *folder = getenv("TMPDIR");
	char *path = eg_strf(run->arena, "%s/envguard-constraints-XXXXXX.txt", folder && *folder ? folder : "/tmp");
	int fd = mkstemps(path, 4);
	struct eg_buf buf = {0};

	if (fd < 0)
		return NULL;
	for (size_t i = 0; i < held->n; i++)
		eg_buf_printf(&buf, "%s\n", held->v[i]);
	bool whole = !buf.overflow && write(fd, buf.s, buf.n) == (ssize_t)buf.n;
	eg_buf_free(&buf);
	close(fd);
	if (whole)
		return path;
	unlink(path);
	return NULL;
}

static void add_to_variable(struct eg_run *run, const struct way *way, const char *value)
{
	const char *own = getenv(way->variable);

	setenv(way->variable, own && *own ? eg_strf(run->arena, "%s%s%s", own, way->separator, value) : value, 1);
}

/* Does the command line itself name constraints? Then uv looks at no variable. */
static bool has_constraints(const char *const *argv, size_t argc)
{
	for (size_t i = 1; i < argc; i++)
		if (begins(argv[i], "-c") || begins(argv[i], "--constraint"))
			return true;
	return false;
}

/* Behind the word "install". */
static void add_to_command(struct eg_run *run, const char *const *argv, size_t argc, const char *file,
			   struct eg_strs *ret)
{
	bool added = false;

	ret->n = 0;
	for (size_t i = 0; i < argc; i++) {
		eg_vec_push(run->arena, ret, argv[i]);
		if (i && !added && !strcmp(argv[i], "install")) {
			eg_vec_push(run->arena, ret, "--constraint");
			eg_vec_push(run->arena, ret, file);
			added = true;
		}
	}
	eg_vec_push(run->arena, ret, NULL);
	ret->n--;
}

static const char *joined(struct eg_arena *arena, const struct eg_strs *list, const char *separator)
{
	const char *out = "";

	for (size_t i = 0; i < list->n; i++)
		out = eg_strf(arena, "%s%s%s", out, i ? separator : "", list->v[i]);
	return out;
}

void eg_constrain_held(struct eg_run *run, const struct eg_tool *tool, const char *const *argv, size_t argc,
		       const struct eg_watch *watch, struct eg_strs *ret)
{
	const struct way *way = way_of(tool);
	struct eg_strs words = {0}, named = {0};

	if (way && watch->due && !watch->certain && !watch->judged_inside && tool->named &&
	    !looks_elsewhere(way, argv, argc) && tool->named(run, argv, argc, &words) &&
	    read_names(run->arena, way->ecosystem, &words, &named) && !names_selector(run, way, &named))
		hold(run, way, watch, &named, ret);
}

void eg_constrain(struct eg_run *run, const struct eg_tool *tool, const char *const *argv, size_t argc,
		  const struct eg_watch *watch, struct eg_constraints *ret)
{
	const struct way *way = way_of(tool);

	*ret = (struct eg_constraints){0};
	for (size_t i = 0; i <= argc; i++)
		eg_vec_push(run->arena, &ret->argv, i < argc ? argv[i] : NULL);
	ret->argv.n--;
	eg_constrain_held(run, tool, argv, argc, watch, &ret->held);
	if (!ret->held.n)
		return;
	if (!way->by_file) {
		add_to_variable(run, way, joined(run->arena, &ret->held, way->separator));
		return;
	}
	ret->file = write_file(run, &ret->held);
	if (!ret->file)
		ret->held.n = 0;
	else if (way->variable && !has_constraints(argv, argc))
		add_to_variable(run, way, ret->file);
	else
		add_to_command(run, argv, argc, ret->file, &ret->argv);
}

void eg_constrain_end(struct eg_run *run, const struct eg_constraints *constraints, int status)
{
	if (constraints->file)
		unlink(constraints->file);
	if (status && constraints->held.n)
		eg_complain("%s %s held as %s, as the outcome of this command could not be told: name in it what shall "
			    "move, or let it go without by ENVGUARD=off",
			    eg_printable(run->arena, joined(run->arena, &constraints->held, ", ")),
			    constraints->held.n == 1 ? "was" : "were",
			    constraints->held.n == 1 ? "a constraint" : "constraints");
}
