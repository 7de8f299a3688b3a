#include "yaml.h"

#include <yaml.h>

#include "ceilings.h"

struct reader {
	struct eg_run *run;
	const char *name;
	yaml_document_t *document;
	size_t nodes; /* seen so far: an alias repeats what it names */
};

static enum eg_error_kind read_node(struct reader *reader, const yaml_node_t *node, int depth, struct eg_yaml *ret);

static bool is_null(const yaml_node_t *node)
{
	const char *text = (const char *)node->data.scalar.value;

	return node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	       (!*text || !strcmp(text, "~") || !strcasecmp(text, "null"));
}

static enum eg_error_kind read_list(struct reader *reader, const yaml_node_t *node, int depth, struct eg_yaml *ret)
{
	const yaml_node_item_t *item = node->data.sequence.items.start;
	size_t n = (size_t)(node->data.sequence.items.top - item);

	ret->type = EG_YAML_LIST;
	ret->items = EG_ARRAY(reader->run->arena, struct eg_yaml, n);
	for (; ret->n < n; ret->n++) {
		const yaml_node_t *child = yaml_document_get_node(reader->document, item[ret->n]);
		enum eg_error_kind kind = read_node(reader, child, depth, &ret->items[ret->n]);

		if (kind)
			return kind;
	}
	return EG_OK;
}

static struct eg_yaml *entry(struct eg_yaml *map, const char *key)
{
	for (size_t i = 0; i < map->n; i++)
		if (!strcmp(map->items[i].key, key))
			return &map->items[i];
	return &map->items[map->n++];
}

static enum eg_error_kind read_map(struct reader *reader, const yaml_node_t *node, int depth, struct eg_yaml *ret)
{
	const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
	size_t n = (size_t)(node->data.mapping.pairs.top - pair);

	ret->type = EG_YAML_MAP;
	ret->items = EG_ARRAY(reader->run->arena, struct eg_yaml, n);
	for (size_t i = 0; i < n; i++) {
		const yaml_node_t *key = yaml_document_get_node(reader->document, pair[i].key);
		struct eg_yaml value = {0};

		if (key->type != YAML_SCALAR_NODE)
			return eg_fail(reader->run, EG_FORMAT, "'%s', line %zu: a key that is no text", reader->name,
				       key->start_mark.line + 1);
		enum eg_error_kind kind = read_node(
			reader, yaml_document_get_node(reader->document, pair[i].value), depth, &value);
		if (kind)
			return kind;
		value.line = key->start_mark.line;
		value.key = eg_strdup(reader->run->arena, (const char *)key->data.scalar.value);
		*entry(ret, value.key) = value;
	}
	return EG_OK;
}

static enum eg_error_kind read_node(struct reader *reader, const yaml_node_t *node, int depth, struct eg_yaml *ret)
{
	if (depth > EG_MAX_YAML_DEPTH || ++reader->nodes > EG_MAX_YAML_NODES)
		return eg_fail(reader->run, EG_LIMIT, "'%s' is nested too deeply or holds too much", reader->name);
	*ret = (struct eg_yaml){.text = "", .line = node->start_mark.line};
	if (node->type == YAML_SEQUENCE_NODE)
		return read_list(reader, node, depth + 1, ret);
	if (node->type == YAML_MAPPING_NODE)
		return read_map(reader, node, depth + 1, ret);
	if (node->type == YAML_SCALAR_NODE && !is_null(node))
		ret->text = eg_strdup(reader->run->arena, (const char *)node->data.scalar.value);
	ret->plain = node->type == YAML_SCALAR_NODE && node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	return EG_OK;
}

enum eg_error_kind eg_yaml_parse(struct eg_run *run, const char *name, const char *text, size_t n, struct eg_yaml *ret)
{
	yaml_parser_t parser;
	yaml_document_t document;
	struct reader reader = {.run = run, .name = name, .document = &document};
	struct eg_yaml tree = {.type = EG_YAML_MAP};
	enum eg_error_kind kind = EG_OK;

	if (!yaml_parser_initialize(&parser))
		return eg_fail(run, EG_LIMIT, "'%s': no memory", name);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, n);
	if (!yaml_parser_load(&parser, &document)) {
		kind = eg_fail(run, EG_FORMAT, "'%s', line %zu: %s", name, parser.problem_mark.line + 1,
			       parser.problem ? parser.problem : "no YAML");
	} else {
		const yaml_node_t *root = yaml_document_get_root_node(&document);

		if (root)
			kind = read_node(&reader, root, 0, &tree);
		yaml_document_delete(&document);
	}
	yaml_parser_delete(&parser);
	if (!kind)
		*ret = tree;
	return kind;
}

const struct eg_yaml *eg_yaml_get(const struct eg_yaml *map, const char *key)
{
	for (size_t i = 0; map && map->type == EG_YAML_MAP && i < map->n; i++)
		if (!strcmp(map->items[i].key, key))
			return &map->items[i];
	return NULL;
}

const char *eg_yaml_text(const struct eg_yaml *map, const char *key)
{
	const struct eg_yaml *value = eg_yaml_get(map, key);

	return value && value->type == EG_YAML_SCALAR && *value->text ? value->text : NULL;
}

void eg_yaml_texts(struct eg_arena *arena, const struct eg_yaml *map, const char *key, struct eg_strs *ret)
{
	const struct eg_yaml *value = eg_yaml_get(map, key);

	if (value && value->type == EG_YAML_SCALAR && *value->text)
		eg_vec_push(arena, ret, value->text);
	for (size_t i = 0; value && value->type == EG_YAML_LIST && i < value->n; i++)
		if (value->items[i].type == EG_YAML_SCALAR && *value->items[i].text)
			eg_vec_push(arena, ret, value->items[i].text);
}
