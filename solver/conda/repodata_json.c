#include "repodata_json.h"

#include <stdlib.h>
#include <yajl/yajl_parse.h>

#include "ceilings.h"

#define YEAR_9999 INT64_C(253402300799) /* its last second */

enum field {
	OTHER, NAME, VERSION, BUILD, SUBDIR, SHA256, MD5, TEXTS, /* texts first */
	BUILD_NUMBER = TEXTS, SIZE, TIMESTAMP, NUMBERS,
	DEPENDS = NUMBERS, CONSTRAINS, FEATURES, LISTS,
	NOARCH = LISTS,
};

enum { ROOT = 1, SECTION = 2, RECORD = 3, LIST = 4 }; /* how deep a value lies in them */

struct reader {
	struct eg_run *run;
	struct eg_store_writer *writer;
	const char *name;        /* of the document, for messages */
	enum eg_error_kind kind; /* of the writer, or a ceiling */
	int depth;
	enum { NOTHING, INFO, PACKAGES } section;
	enum eg_store_section packages;
	bool base_url_next;
	enum field field;
	struct eg_buf fn, texts[TEXTS], base_url;
	struct eg_store_texts lists[EG_STORE_LISTS];
	int64_t numbers[NUMBERS - TEXTS];
	enum eg_noarch noarch;
	bool broken;             /* the record at hand */
	size_t bytes;            /* of its texts */
	size_t records, left_out;
	const char *first_left_out;
	bool whole;              /* the document was an object */
	size_t idle;             /* bytes since something was read: yajl keeps what is not whole yet */
};

static const struct {
	const char *key;
	enum field field;
} fields[] = {
	{"name", NAME}, {"version", VERSION}, {"build", BUILD}, {"depends", DEPENDS}, {"build_number", BUILD_NUMBER},
	{"sha256", SHA256}, {"md5", MD5}, {"size", SIZE}, {"timestamp", TIMESTAMP}, {"subdir", SUBDIR},
	{"constrains", CONSTRAINS}, {"noarch", NOARCH}, {"track_features", FEATURES},
};

static void set_text(struct reader *reader, struct eg_buf *buf, const unsigned char *s, size_t n)
{
	buf->n = 0;
	reader->bytes += n;
	if (reader->bytes > EG_MAX_CONDA_RECORD || memchr(s, 0, n) || !eg_buf_add(buf, s, n) || !eg_buf_add(buf, "", 1))
		reader->broken = true;
	else
		buf->n = n;
}

static void add_text(struct reader *reader, struct eg_store_texts *list, const unsigned char *s, size_t n)
{
	reader->bytes += n + 1;
	if (reader->bytes > EG_MAX_CONDA_RECORD || memchr(s, 0, n) || !eg_buf_add(&list->buf, s, n) ||
	    !eg_buf_add(&list->buf, "", 1))
		reader->broken = true;
	else
		list->n++;
}

static void begin_record(struct reader *reader)
{
	for (int i = 0; i < TEXTS; i++)
		set_text(reader, &reader->texts[i], (const unsigned char *)"", 0);
	for (int i = 0; i < EG_STORE_LISTS; i++)
		reader->lists[i].buf.n = reader->lists[i].n = 0;
	reader->numbers[BUILD_NUMBER - TEXTS] = reader->numbers[TIMESTAMP - TEXTS] = 0;
	reader->numbers[SIZE - TEXTS] = -1;
	reader->noarch = EG_NOT_NOARCH;
	reader->field = OTHER;
	reader->bytes = 0;
}

static void leave_out(struct reader *reader)
{
	if (!reader->left_out++)
		reader->first_left_out = eg_strdup(reader->run->arena, reader->fn.n ? reader->fn.s : "");
}

static int end_record(struct reader *reader)
{
	const struct eg_buf *texts = reader->texts;
	int64_t timestamp = reader->numbers[TIMESTAMP - TEXTS];
	struct eg_store_record record = {
		.section = reader->packages,
		.fn = reader->fn.s,
		.name = texts[NAME].s,
		.version = texts[VERSION].s,
		.build = texts[BUILD].s,
		.subdir = texts[SUBDIR].s,
		.sha256 = texts[SHA256].s,
		.md5 = texts[MD5].s,
		.lists = {&reader->lists[0], &reader->lists[1], &reader->lists[2]},
		.build_number = reader->numbers[BUILD_NUMBER - TEXTS],
		.size = reader->numbers[SIZE - TEXTS],
		/* above the year 9999 it is milliseconds (conda's TimestampField) */
		.timestamp = timestamp > YEAR_9999 ? timestamp / 1000 : timestamp,
		.noarch = reader->noarch,
	};

	if (reader->broken || !texts[NAME].n || !texts[VERSION].n || !texts[BUILD].n) {
		leave_out(reader);
		return 1;
	}
	if (++reader->records > EG_MAX_CONDA_RECORDS)
		reader->kind = eg_fail(reader->run, EG_LIMIT, "'%s' has more than %d records", reader->name,
				       EG_MAX_CONDA_RECORDS);
	else
		reader->kind = eg_store_add(reader->writer, &record);
	return !reader->kind;
}

/* A list, or one text with blanks or commas between the features. */
static void add_features(struct reader *reader, const unsigned char *s, size_t n)
{
	for (size_t i = 0, end; i < n; i = end + 1) {
		for (end = i; end < n && s[end] != ' ' && s[end] != ','; end++)
			;
		if (end > i)
			add_text(reader, &reader->lists[FEATURES - DEPENDS], s + i, end - i);
	}
}

static int on_string(void *ctx, const unsigned char *s, size_t n)
{
	struct reader *reader = ctx;
	enum field field = reader->field;

	reader->idle = 0;
	if (reader->section == INFO && reader->depth == SECTION && reader->base_url_next)
		set_text(reader, &reader->base_url, s, n);
	if (reader->section != PACKAGES)
		return 1;
	if (reader->depth == SECTION)
		leave_out(reader);
	if (reader->depth == LIST && field >= DEPENDS && field < LISTS)
		add_text(reader, &reader->lists[field - DEPENDS], s, n);
	if (reader->depth != RECORD)
		return 1;
	if (field > OTHER && field < TEXTS)
		set_text(reader, &reader->texts[field], s, n);
	else if (field == FEATURES)
		add_features(reader, s, n);
	else if (field == NOARCH)
		reader->noarch = n == 6 && !memcmp(s, "python", 6) ? EG_NOARCH_PYTHON : EG_NOARCH_GENERIC;
	else if (field == DEPENDS || field == BUILD_NUMBER)
		reader->broken = true;
	return 1;
}

static int on_number(void *ctx, const char *s, size_t n)
{
	struct reader *reader = ctx;
	enum field field = reader->field;
	char text[32];

	reader->idle = 0;
	if (reader->section == PACKAGES && reader->depth == SECTION)
		leave_out(reader);
	if (reader->section != PACKAGES || reader->depth != RECORD)
		return 1;
	if (field > OTHER && field < TEXTS && field != SHA256 && field != MD5)
		reader->broken = true;
	if (field < TEXTS || field >= NUMBERS || n >= sizeof(text))
		return 1;
	memcpy(text, s, n);
	text[n] = 0;
	double value = strtod(text, NULL);
	if (value >= 0 && value < 9e18)
		reader->numbers[field - TEXTS] = (int64_t)value;
	return 1;
}

static int on_boolean(void *ctx, int value)
{
	struct reader *reader = ctx;

	reader->idle = 0;
	if (reader->section != PACKAGES)
		return 1;
	if (reader->depth == SECTION)
		leave_out(reader);
	if (reader->depth == RECORD && reader->field == NOARCH && value)
		reader->noarch = EG_NOARCH_GENERIC;
	return 1;
}

static int on_null(void *ctx)
{
	return on_boolean(ctx, 0);
}

static int on_open(struct reader *reader, bool list)
{
	reader->idle = 0;
	if (++reader->depth > EG_MAX_JSON_DEPTH) {
		reader->kind = eg_fail(reader->run, EG_LIMIT, "'%s' is no repodata: it has more than %d levels",
				       reader->name, EG_MAX_JSON_DEPTH);
		return 0;
	}
	if (reader->depth == ROOT)
		reader->whole = !list;
	if (reader->section != PACKAGES)
		return 1;
	if (reader->depth == SECTION && list)
		reader->section = NOTHING;
	if (reader->depth == RECORD) {
		begin_record(reader);
		reader->broken |= list;
	}
	/* an object for a list, a list for a text */
	if (reader->depth == LIST && reader->field != OTHER &&
	    (!list || reader->field < DEPENDS || reader->field >= LISTS))
		reader->broken = true;
	return 1;
}

static int on_object(void *ctx)
{
	return on_open(ctx, false);
}

static int on_array(void *ctx)
{
	return on_open(ctx, true);
}

static int on_close(void *ctx)
{
	struct reader *reader = ctx;

	reader->idle = 0;
	reader->depth--;
	if (reader->section == PACKAGES && reader->depth == SECTION)
		return end_record(reader);
	if (reader->depth == ROOT)
		reader->section = NOTHING;
	return 1;
}

static enum field field_of(const unsigned char *key, size_t n)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		if (strlen(fields[i].key) == n && !memcmp(fields[i].key, key, n))
			return fields[i].field;
	return OTHER;
}

static bool is(const unsigned char *key, size_t n, const char *word)
{
	return strlen(word) == n && !memcmp(key, word, n);
}

static int on_key(void *ctx, const unsigned char *key, size_t n)
{
	struct reader *reader = ctx;

	reader->idle = 0;
	if (reader->depth == ROOT) {
		bool conda = is(key, n, "packages.conda");

		reader->section = conda || is(key, n, "packages") ? PACKAGES : is(key, n, "info") ? INFO : NOTHING;
		reader->packages = conda ? EG_STORE_CONDA : EG_STORE_TAR_BZ2;
	} else if (reader->depth == SECTION && reader->section == INFO) {
		reader->base_url_next = is(key, n, "base_url");
	} else if (reader->depth == SECTION && reader->section == PACKAGES) {
		reader->broken = false;
		reader->bytes = 0;
		set_text(reader, &reader->fn, key, n);
	} else if (reader->depth == RECORD) {
		reader->field = field_of(key, n);
	}
	return 1;
}

struct parsing {
	struct reader reader;
	yajl_handle yajl;
};

static enum eg_error_kind complain(struct parsing *p, const char *bytes, size_t n)
{
	struct eg_run *run = p->reader.run;

	if (p->reader.kind)
		return p->reader.kind;
	unsigned char *why = yajl_get_error(p->yajl, 0, (const unsigned char *)bytes, n);
	const char *line = eg_strndup(run->arena, (char *)why, strcspn((char *)why, "\n"));
	yajl_free_error(p->yajl, why);
	return eg_fail(run, EG_FORMAT, "'%s' is no repodata: %s", p->reader.name, line);
}

static enum eg_error_kind parse_piece(void *ctx, const char *bytes, size_t n)
{
	struct parsing *p = ctx;

	p->reader.idle += n;
	if (yajl_parse(p->yajl, (const unsigned char *)bytes, n) != yajl_status_ok)
		return complain(p, bytes, n);
	if (p->reader.idle > 2 * EG_MAX_CONDA_RECORD)
		return eg_fail(p->reader.run, EG_LIMIT, "'%s' is no repodata: %zu MiB of it are one text or nothing", p->reader.name,
			       p->reader.idle >> 20);
	return EG_OK;
}

static enum eg_error_kind parse_all(struct eg_run *run, const struct eg_packed *packed, struct parsing *p)
{
	enum eg_error_kind kind = eg_unpack(run, packed, parse_piece, p);

	if (kind)
		return kind;
	if (yajl_complete_parse(p->yajl) != yajl_status_ok)
		return complain(p, "", 0);
	if (!p->reader.whole)
		return eg_fail(run, EG_FORMAT, "'%s' is no repodata: no JSON object", packed->name);
	return EG_OK;
}

enum eg_error_kind eg_repodata_json(struct eg_run *run, const struct eg_packed *packed, struct eg_store_writer *writer,
				    const char **ret_base_url)
{
	static const yajl_callbacks callbacks = {
		.yajl_null = on_null, .yajl_boolean = on_boolean, .yajl_number = on_number, .yajl_string = on_string,
		.yajl_start_map = on_object, .yajl_map_key = on_key, .yajl_end_map = on_close,
		.yajl_start_array = on_array, .yajl_end_array = on_close,
	};
	struct parsing p = {.reader = {.run = run, .writer = writer, .name = packed->name}};
	struct reader *reader = &p.reader;

	p.yajl = yajl_alloc(&callbacks, NULL, reader);
	enum eg_error_kind kind = p.yajl ? parse_all(run, packed, &p) : eg_fail(run, EG_LIMIT, "no memory to read JSON");
	if (!kind) {
		if (reader->left_out)
			eg_note(run, "'%s': %zu records are left out, as they are broken; the first is '%s'", packed->name,
				reader->left_out, reader->first_left_out);
		*ret_base_url = reader->base_url.n ? eg_strdup(run->arena, reader->base_url.s) : "";
	}
	if (p.yajl)
		yajl_free(p.yajl);
	eg_buf_free(&reader->fn);
	eg_buf_free(&reader->base_url);
	for (int i = 0; i < TEXTS; i++)
		eg_buf_free(&reader->texts[i]);
	for (int i = 0; i < EG_STORE_LISTS; i++)
		eg_buf_free(&reader->lists[i].buf);
	return kind;
}
