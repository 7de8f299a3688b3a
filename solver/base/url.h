/* URLs (RFC 3986), without libcurl: what the cache can answer must not load it. */
#ifndef EG_URL_H
#define EG_URL_H

#include <stdbool.h>

#include "arena.h"

/* A part of a URL; .s is NULL where the URL does not have it ("http://h?" has an empty query, "http://h" none). */
struct eg_span {
	const char *s;
	size_t n;
};

struct eg_url {
	struct eg_span scheme, user, password, host, port, path, query, fragment; /* the host of "[::1]" is "::1" */
	struct eg_span authority;
};

/* Cuts any text into its parts; never fails (appendix B). */
struct eg_url eg_url_split(const char *url);

/* URL without user and password, for people's eyes. */
char *eg_url_public(struct eg_arena *arena, const char *url);

/* URL as it goes over the wire: without user, password and fragment, control and non-ASCII bytes as %XX. */
char *eg_url_wire(struct eg_arena *arena, const char *url);

/* "scheme://host:port" in lower case, the port always there where the scheme has one. */
char *eg_url_origin(struct eg_arena *arena, const char *url);

/* From http to https on one host, both on their default ports: no other host sees what was meant for the first. */
bool eg_url_is_upgrade(struct eg_arena *arena, const char *from, const char *to);

/* REF resolved against BASE (RFC 3986, 5.2). */
char *eg_url_join(struct eg_arena *arena, const char *base, const char *ref);

/* %XX decoded, but for %00. */
char *eg_url_unquote(struct eg_arena *arena, const char *s);

bool eg_span_is(struct eg_span span, const char *lower); /* ignoring the span's case */
char *eg_span_dup(struct eg_arena *arena, struct eg_span span);

#endif
