#include "wheel_variant.h"

#include <cjson/cJSON.h>

#include "ceilings.h"
#include "file.h"

/* {"nvidia": {"sm_arch": ["80_real", "90_real"]}} */
static void add_properties(struct eg_run *run, const cJSON *variant, struct eg_strs *ret)
{
	const cJSON *namespace, *feature, *value;

	cJSON_ArrayForEach(namespace, variant)
		cJSON_ArrayForEach(feature, namespace)
			cJSON_ArrayForEach(value, feature)
				if (feature->string && cJSON_IsString(value))
					eg_vec_push(run->arena, ret,
						    eg_strf(run->arena, "%s :: %s :: %s", namespace->string, feature->string,
							    value->valuestring));
}

void eg_wheel_variant_read(struct eg_run *run, const char *info, struct eg_strs *ret)
{
	const char *text = eg_file_read_if(run, eg_path_join(run->arena, info, "variant.json"), EG_MAX_CONFIG, NULL);
	cJSON *json = text ? cJSON_Parse(text) : NULL;
	const cJSON *variants = cJSON_GetObjectItemCaseSensitive(json, "variants");

	/* In a wheel the object names its own variant alone. */
	if (cJSON_IsObject(variants) && cJSON_GetArraySize(variants) == 1) {
		add_properties(run, variants->child, ret);
		eg_vec_push(run->arena, ret, eg_strdup(run->arena, variants->child->string));
	}
	cJSON_Delete(json);
}
