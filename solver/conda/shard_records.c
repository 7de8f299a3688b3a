#include "shard_records.h"

#include "msgpack_read.h"

#define YEAR_9999 INT64_C(253402300799) /* its last second */

static void read_texts(struct eg_run *run, const msgpack_object *list, struct eg_strs *ret)
{
	for (uint32_t i = 0; list && list->type == MSGPACK_OBJECT_ARRAY && i < list->via.array.size; i++) {
		const char *text = eg_msgpack_text(run->arena, &list->via.array.ptr[i]);

		if (text)
			eg_vec_push(run->arena, ret, text);
	}
}

static void read_features(struct eg_run *run, const msgpack_object *object, struct eg_strs *ret)
{
	const char *s = eg_msgpack_text(run->arena, object);

	if (!s) {
		read_texts(run, object, ret);
		return;
	}
	for (s += strspn(s, ", "); *s; s += strspn(s, ", ")) {
		size_t n = strcspn(s, ", ");

		eg_vec_push(run->arena, ret, eg_strndup(run->arena, s, n));
		s += n;
	}
}

static enum eg_noarch read_noarch(const msgpack_object *object)
{
	if (!object)
		return EG_NOT_NOARCH;
	if (eg_msgpack_is(object, "python"))
		return EG_NOARCH_PYTHON;
	bool said = object->type == MSGPACK_OBJECT_STR ||
		    (object->type == MSGPACK_OBJECT_BOOLEAN && object->via.boolean);
	return said ? EG_NOARCH_GENERIC : EG_NOT_NOARCH;
}

static struct eg_conda_record *read_record(struct eg_run *run, const char *fn, const msgpack_object *map)
{
	struct eg_conda_record *record = EG_NEW(run->arena, struct eg_conda_record);
	int64_t timestamp = eg_msgpack_number(eg_msgpack_get(map, "timestamp"), 0);

	*record = (struct eg_conda_record){
		.fn = fn,
		.name = eg_msgpack_text(run->arena, eg_msgpack_get(map, "name")),
		.version = eg_msgpack_text(run->arena, eg_msgpack_get(map, "version")),
		.build = eg_msgpack_text(run->arena, eg_msgpack_get(map, "build")),
		.subdir = eg_msgpack_text(run->arena, eg_msgpack_get(map, "subdir")),
		.sha256 = eg_msgpack_hash(run->arena, eg_msgpack_get(map, "sha256"), 32),
		.md5 = eg_msgpack_hash(run->arena, eg_msgpack_get(map, "md5"), 16),
		.build_number = eg_msgpack_number(eg_msgpack_get(map, "build_number"), 0),
		.size = eg_msgpack_number(eg_msgpack_get(map, "size"), -1),
		.timestamp = timestamp > YEAR_9999 ? timestamp / 1000 : timestamp,
		.noarch = read_noarch(eg_msgpack_get(map, "noarch")),
	};
	if (!fn || !record->name || !*record->name || !record->version || !*record->version || !record->build)
		return NULL;
	read_texts(run, eg_msgpack_get(map, "depends"), &record->depends);
	read_texts(run, eg_msgpack_get(map, "constrains"), &record->constrains);
	read_features(run, eg_msgpack_get(map, "track_features"), &record->track_features);
	return record;
}

static void read_section(struct eg_run *run, const char *shown, const msgpack_object *section, uint64_t place,
			 struct eg_store_list_found *ret)
{
	size_t left_out = 0;

	for (uint32_t i = 0; section && section->type == MSGPACK_OBJECT_MAP && i < section->via.map.size; i++) {
		const msgpack_object_kv *entry = &section->via.map.ptr[i];
		struct eg_conda_record *record =
			read_record(run, eg_msgpack_text(run->arena, &entry->key), &entry->val);

		if (record)
			eg_vec_push(run->arena, ret, (struct eg_store_found){record, place + i});
		else
			left_out++;
	}
	if (left_out)
		eg_note(run, "'%s': %zu records are left out, as they are broken", shown, left_out);
}

enum eg_error_kind eg_shard_records(struct eg_run *run, const char *shown, const void *bytes, size_t n, uint64_t place,
				    struct eg_store_list_found *ret)
{
	msgpack_unpacked unpacked;

	msgpack_unpacked_init(&unpacked);
	bool ok = eg_msgpack_sane(bytes, n) && msgpack_unpack_next(&unpacked, bytes, n, NULL) == MSGPACK_UNPACK_SUCCESS &&
		  unpacked.data.type == MSGPACK_OBJECT_MAP;
	if (ok) {
		read_section(run, shown, eg_msgpack_get(&unpacked.data, "packages.conda"), place, ret);
		read_section(run, shown, eg_msgpack_get(&unpacked.data, "packages"), place | UINT64_C(1) << 63, ret);
	}
	msgpack_unpacked_destroy(&unpacked);
	return ok ? EG_OK : eg_fail(run, EG_FORMAT, "'%s' is no shard of a channel", shown);
}
