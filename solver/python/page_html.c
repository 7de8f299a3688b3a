/* PEP 503 pages and find-links pages. */
#include "page_build.h"

#include <gumbo.h>
#include <setjmp.h>
#include <stdlib.h>

#include "fetch.h"

/* gumbo follows HTML5's rules for repairing a document, which a hostile one can make cost the square of its size; and it
   frees its tree by recursion. So it gets its memory from here: with a ceiling, a time limit, and freed without it. */
enum { BYTES_PER_BYTE = 100, LEAST_BYTES = 16 << 20, CLOCK_EVERY = 256, LEAST_MS = 2000, BYTES_PER_MS = 1000 };

struct ring {
	struct ring *next, *prev;
};

struct block {
	struct ring ring;
	size_t size;
	_Alignas(max_align_t) unsigned char bytes[];
};

struct pool {
	struct ring blocks;
	size_t used, max;
	unsigned allocations;
	int64_t deadline;
	jmp_buf out;
};

static void *pool_alloc(void *ctx, size_t size)
{
	struct pool *pool = ctx;

	if (size > pool->max - pool->used)
		longjmp(pool->out, EG_LIMIT);
	if (++pool->allocations % CLOCK_EVERY == 0 && eg_now_ms() > pool->deadline)
		longjmp(pool->out, EG_TIMEOUT);
	struct block *b = malloc(sizeof(*b) + size);
	if (!b)
		longjmp(pool->out, EG_LIMIT);
	b->size = size;
	b->ring = (struct ring){.next = pool->blocks.next, .prev = &pool->blocks};
	b->ring.next->prev = b->ring.prev->next = &b->ring;
	pool->used += size;
	return b->bytes;
}

static void pool_free(void *ctx, void *p)
{
	struct pool *pool = ctx;

	if (!p)
		return;
	struct block *b = (struct block *)((unsigned char *)p - offsetof(struct block, bytes));
	pool->used -= b->size;
	b->ring.prev->next = b->ring.next;
	b->ring.next->prev = b->ring.prev;
	free(b);
}

static void pool_clear(struct pool *pool)
{
	while (pool->blocks.next != &pool->blocks)
		pool_free(pool, ((struct block *)pool->blocks.next)->bytes);
}

/* An attribute's value; NULL when it is missing or, as for pip (Python's HTMLParser), stands there without "=". */
static const char *attribute(const GumboNode *node, const char *name)
{
	const GumboAttribute *a = gumbo_get_attribute(&node->v.element.attributes, name);

	/* gumbo then repeats the name as the value's source */
	return a && a->original_value.data != a->original_name.data ? a->value : NULL;
}

static void read_anchor(struct eg_page_builder *builder, const GumboNode *node)
{
	struct eg_page_entry e = EG_PAGE_ENTRY_NONE;
	const char *info = attribute(node, "data-core-metadata");

	e.href = attribute(node, "href");
	e.requires_python = attribute(node, "data-requires-python");
	e.yanked = attribute(node, "data-yanked");
	if (!info)
		info = attribute(node, "data-dist-info-metadata"); /* PEP 714: the old name */
	e.has_metadata = info;
	if (info && !strncmp(info, "sha256=", 7))
		e.metadata_sha256 = info + 7;
	eg_page_builder_add(builder, &e);
}

/* False when the page is of another major version (PEP 629). */
static bool read_element(struct eg_page_builder *builder, const GumboNode *node, const char **base)
{
	const char *name, *content, *href;

	switch (node->v.element.tag) {
	case GUMBO_TAG_A:
		read_anchor(builder, node);
		break;
	case GUMBO_TAG_BASE:
		href = attribute(node, "href");
		if (href && !*base)
			builder->base = *base = eg_url_join(builder->scratch, builder->url, href);
		break;
	case GUMBO_TAG_META:
		name = attribute(node, "name");
		content = attribute(node, "content");
		if (name && content && !strcmp(name, "pypi:repository-version"))
			return !eg_page_is_foreign_version(content);
		if (name && content && !strcmp(name, "pypi:project-status"))
			builder->status = eg_strdup(builder->scratch, content);
		break;
	default:
		break;
	}
	return true;
}

static const GumboNode *child(const GumboNode *node, size_t i)
{
	const GumboVector *children = NULL;

	if (node->type == GUMBO_NODE_DOCUMENT)
		children = &node->v.document.children;
	else if (node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE)
		children = &node->v.element.children;
	return children && i < children->length ? children->data[i] : NULL;
}

/* In document order, without recursion: the depth is the page's choice. */
static bool walk(struct eg_page_builder *builder, const GumboNode *root)
{
	const char *base = NULL;
	const GumboNode *node = root;

	while (node) {
		if (node->type == GUMBO_NODE_ELEMENT && !read_element(builder, node, &base))
			return false;
		const GumboNode *next = child(node, 0);
		while (!next && node != root) {
			next = child(node->parent, node->index_within_parent + 1);
			node = node->parent;
		}
		node = next;
	}
	return true;
}

static bool parse_and_walk(struct eg_page_builder *builder, struct pool *pool, const char *body, size_t n)
{
	GumboOptions options = kGumboDefaultOptions;

	options.allocator = pool_alloc;
	options.deallocator = pool_free;
	options.userdata = pool;
	options.max_errors = 0;
	return walk(builder, gumbo_parse_with_options(&options, body, n)->document);
}

enum eg_error_kind eg_page_parse_html(struct eg_run *run, struct eg_page_builder *builder, const char *body, size_t n)
{
	struct pool *const pool = EG_NEW(builder->scratch, struct pool);
	volatile bool ours = false;

	pool->max = n * BYTES_PER_BYTE + LEAST_BYTES;
	pool->deadline = eg_now_ms() + eg_left_ms(run, LEAST_MS + (int64_t)(n / BYTES_PER_MS));
	pool->blocks.next = pool->blocks.prev = &pool->blocks;
	int stopped = setjmp(pool->out);
	if (!stopped)
		ours = parse_and_walk(builder, pool, body, n);
	pool_clear(pool);
	if (stopped)
		return eg_fail(run, (enum eg_error_kind)stopped, "index page %s takes too much %s to read", builder->url,
			       stopped == EG_TIMEOUT ? "time" : "memory");
	if (!ours)
		return eg_fail(run, EG_FORMAT, "index page %s has an API version that is not supported", builder->url);
	return EG_OK;
}
