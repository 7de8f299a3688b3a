#include "ceilings.h"
#include "file.h"
#include "uv.h"

/* Does pyvenv.cfg have the key KEY (with VALUE, where that is not NULL)? */
static bool says(const char *text, const char *key, const char *value)
{
	for (const char *line = text; line && *line;) {
		const char *p = line + strspn(line, " \t"), *end = strchr(line, '\n');
		size_t n = strlen(key);

		if (!strncmp(p, key, n)) {
			p += n + strspn(p + n, " \t");
			if (*p == '=') {
				p += 1 + strspn(p + 1, " \t");
				return !value || !strncmp(p, value, strlen(value));
			}
		}
		line = end ? end + 1 : NULL;
	}
	return false;
}

struct eg_strs eg_uv_seeds(struct eg_run *run, const struct eg_interpreter *interpreter)
{
	static const char *const names[] = {"uv", "pip", "setuptools", "wheel"};
	const char *path = eg_path_join(run->arena, interpreter->prefix, "pyvenv.cfg");
	const char *config = eg_file_read_if(run, path, EG_MAX_CONFIG, NULL);
	bool since_312 = interpreter->python[0] > 3 || (interpreter->python[0] == 3 && interpreter->python[1] >= 12);
	struct eg_strs seeds = {0};

	/* `uv venv` without --seed made it: whatever is there was put there */
	if (config && says(config, "uv", NULL) && !says(config, "seed", "true"))
		return seeds;
	for (size_t i = 0; i < (since_312 ? 2 : 4); i++)
		eg_vec_push(run->arena, &seeds, names[i]);
	return seeds;
}
