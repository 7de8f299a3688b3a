#include "pep440_private.h"

#include "ascii.h"
#include "ceilings.h"

bool eg_digits_scan(const char **p, const char *end, struct eg_digits *ret)
{
	const char *start = *p, *q = start;

	while (q < end && is_digit(*q))
		q++;
	*p = q;
	if (q == start)
		return false;
	while (start < q && *start == '0')
		start++;
	*ret = (struct eg_digits){start, (size_t)(q - start)};
	return true;
}

/* WORD at P in any case; the position behind it, else NULL. */
static const char *word(const char *p, const char *end, const char *w)
{
	for (; *w; w++, p++)
		if (p == end || to_lower(*p) != *w)
			return NULL;
	return p;
}

/* [._-]? WORD [._-]? [0-9]*  with one of the words; its index, or -1 and *P as it was. */
static int scan_labelled(const char **p, const char *end, const char *const *words, struct eg_digits *ret)
{
	const char *start = *p + (*p < end && eg_is_separator(**p));

	for (int i = 0; words[i]; i++) {
		const char *q = word(start, end, words[i]);

		if (!q)
			continue;
		if (q < end && eg_is_separator(*q))
			q++;
		eg_digits_scan(&q, end, ret);
		*p = q;
		return i;
	}
	return -1;
}

bool eg_release_scan(const char **p, const char *end, struct eg_version_parts *parts)
{
	const char *q = *p + (*p < end && to_lower(**p) == 'v');
	struct eg_digits n;

	const char *first = q;
	if (!eg_digits_scan(&q, end, &n))
		return false;
	if (q < end && *q == '!') {
		parts->epoch = n;
		first = ++q;
		if (!eg_digits_scan(&q, end, &n))
			return false;
	}
	while (end - q >= 2 && q[0] == '.' && is_digit(q[1])) {
		q++;
		eg_digits_scan(&q, end, &n);
	}
	parts->release = first;
	parts->release_end = q;
	*p = q;
	return true;
}

static void scan_pre(const char **p, const char *end, struct eg_version_parts *parts)
{
	/* the longer word first: none of the shorter ones can go on where it matched */
	static const char *const words[] = {"alpha", "a", "beta", "b", "preview", "pre", "c", "rc", NULL};
	static const enum eg_pre kinds[] = {EG_PRE_A,  EG_PRE_A,  EG_PRE_B,  EG_PRE_B,
					    EG_PRE_RC, EG_PRE_RC, EG_PRE_RC, EG_PRE_RC};

	int i = scan_labelled(p, end, words, &parts->pre_n);
	parts->pre = i < 0 ? EG_PRE_FINAL : kinds[i];
}

static void scan_post(const char **p, const char *end, struct eg_version_parts *parts)
{
	static const char *const words[] = {"post", "rev", "r", NULL};

	if (end - *p >= 2 && **p == '-' && is_digit((*p)[1])) {
		++*p;
		parts->post = eg_digits_scan(p, end, &parts->post_n);
	} else {
		parts->post = scan_labelled(p, end, words, &parts->post_n) >= 0;
	}
}

static void scan_local(const char **p, const char *end, struct eg_version_parts *parts)
{
	const char *q = *p;

	if (end - q < 2 || *q != '+' || !is_alnum(q[1]))
		return;
	parts->local = ++q;
	while (q < end && (is_alnum(*q) || (eg_is_separator(*q) && end - q >= 2 && is_alnum(q[1]))))
		q++;
	parts->local_end = q;
	*p = q;
}

static bool scan_parts(const char **p, const char *end, struct eg_version_parts *parts)
{
	static const char *const dev[] = {"dev", NULL};

	*parts = (struct eg_version_parts){0};
	if (!eg_release_scan(p, end, parts))
		return false;
	scan_pre(p, end, parts);
	scan_post(p, end, parts);
	parts->dev = scan_labelled(p, end, dev, &parts->dev_n) >= 0;
	scan_local(p, end, parts);
	return true;
}

static char *text_number(char *out, const struct eg_digits *number)
{
	if (!number->n) {
		*out = '0';
		return out + 1;
	}
	memcpy(out, number->s, number->n);
	return out + number->n;
}

static char *text_dotted(char *out, const char *p, const char *end)
{
	while (p < end) {
		const char *q = p;
		bool digits = true;

		for (; q < end && !eg_is_separator(*q); q++)
			digits = digits && is_digit(*q);
		if (digits) {
			struct eg_digits n = {0};

			eg_digits_scan(&p, q, &n);
			out = text_number(out, &n);
		}
		while (p < q)
			*out++ = to_lower(*p++);
		if (q < end)
			*out++ = '.';
		p = q + (q < end);
	}
	return out;
}

static char *text_labelled(char *out, const char *label, const struct eg_digits *number)
{
	return text_number(stpcpy(out, label), number);
}

/* No part grows by more than ".post0" against "r". */
enum { TEXT_ROOM = EG_MAX_NAME + 32 };

/* Writes the normal form; returns where its local label starts, NULL without one. */
static char *canonical_text(char *out, const struct eg_version_parts *parts)
{
	static const char *const pre[] = {[EG_PRE_A] = "a", [EG_PRE_B] = "b", [EG_PRE_RC] = "rc"};
	char *local = NULL;

	if (parts->epoch.n) {
		out = text_number(out, &parts->epoch);
		*out++ = '!';
	}
	out = text_dotted(out, parts->release, parts->release_end);
	if (parts->pre != EG_PRE_FINAL)
		out = text_labelled(out, pre[parts->pre], &parts->pre_n);
	if (parts->post)
		out = text_labelled(out, ".post", &parts->post_n);
	if (parts->dev)
		out = text_labelled(out, ".dev", &parts->dev_n);
	if (parts->local) {
		*out++ = '+';
		local = out;
		out = text_dotted(out, parts->local, parts->local_end);
	}
	*out = 0;
	return local;
}

/* All of a version but its texts. */
static bool scan_version(struct eg_version_room *room, const char **p, const char *end, struct eg_version_parts *parts,
			 struct eg_version *ret)
{
	const char *q = *p;

	/* room for what the buffers hold; pip has no such limit, nor a version of that length */
	if (end - q > EG_MAX_NAME)
		end = q + EG_MAX_NAME + 1;
	if (!scan_parts(&q, end, parts) || q - *p > EG_MAX_NAME)
		return false;
	*ret = (struct eg_version){
		.prerelease = parts->pre != EG_PRE_FINAL || parts->dev,
		.postrelease = parts->post,
		.local = parts->local,
		.key = eg_version_key_make(room, parts),
	};
	*p = q;
	return true;
}

bool eg_version_scan(struct eg_arena *arena, const char **p, const char *end, struct eg_version *ret)
{
	struct eg_version_room room;
	struct eg_version version;
	struct eg_version_parts parts;
	const char *start = *p;
	char text[TEXT_ROOM];

	if (!scan_version(&room, p, end, &parts, &version))
		return false;

	const char *local = canonical_text(text, &parts);
	if (strlen(text) > EG_MAX_NAME)
		return false;
	const char *written = eg_strndup(arena, start, (size_t)(*p - start));
	const struct eg_version_key *key = version.key;
	size_t size = sizeof(*key) + key->n;

	version.text = written;
	version.canonical = strcmp(text, written) ? eg_strdup(arena, text) : written;
	version.local = local ? version.canonical + (local - text) : NULL;
	version.key = memcpy(eg_alloc(arena, size), key, size);
	*ret = version;
	return true;
}

static const char *trim(const char *s, const char **end)
{
	while (s < *end && is_blank(*s))
		s++;
	while (s < *end && is_blank((*end)[-1]))
		--*end;
	return s;
}

bool eg_version_parse(struct eg_arena *arena, const char *s, size_t n, struct eg_version *ret)
{
	const char *end = s + n;
	struct eg_version version;

	s = trim(s, &end);
	if (!eg_version_scan(arena, &s, end, &version) || s != end)
		return false;
	*ret = version;
	return true;
}

bool eg_version_parse_in(struct eg_version_room *room, const char *s, size_t n, struct eg_version *ret)
{
	const char *end = s + n;
	struct eg_version version;
	struct eg_version_parts parts;

	s = trim(s, &end);
	if (!scan_version(room, &s, end, &parts, &version) || s != end)
		return false;
	*ret = version;
	return true;
}
