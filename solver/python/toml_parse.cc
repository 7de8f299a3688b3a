/* The only C++ here: toml++ behind one C function. Nothing is thrown past it. */
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 1
#include <sstream>
#include <toml++/toml.h>

extern "C" {
#include "run.h"
}
#include "toml.h"

namespace
{

const char *copy(eg_arena *arena, std::string_view s)
{
	return eg_strndup(arena, s.data(), s.size());
}

template <typename T> const char *shown(eg_arena *arena, const T &value)
{
	std::ostringstream out;

	out << value;
	return copy(arena, out.str());
}

/* The parser has its own ceiling on nesting, so the recursion is bounded. */
void convert(eg_arena *arena, const toml::node &node, eg_toml *ret)
{
	size_t i = 0;

	switch (node.type()) {
	case toml::node_type::table:
		ret->type = EG_TOML_TABLE;
		ret->n = node.as_table()->size();
		ret->items = static_cast<eg_toml *>(eg_alloc_array(arena, ret->n, sizeof(eg_toml)));
		for (const auto &[key, value] : *node.as_table()) {
			ret->items[i].key = copy(arena, key.str());
			convert(arena, value, &ret->items[i++]);
		}
		break;
	case toml::node_type::array:
		ret->type = EG_TOML_ARRAY;
		ret->n = node.as_array()->size();
		ret->items = static_cast<eg_toml *>(eg_alloc_array(arena, ret->n, sizeof(eg_toml)));
		for (const auto &value : *node.as_array())
			convert(arena, value, &ret->items[i++]);
		break;
	case toml::node_type::string:
		ret->type = EG_TOML_STRING;
		ret->text = copy(arena, node.as_string()->get());
		break;
	case toml::node_type::integer:
		ret->type = EG_TOML_INTEGER;
		ret->integer = node.as_integer()->get();
		break;
	case toml::node_type::floating_point:
		ret->type = EG_TOML_FLOAT;
		ret->number = node.as_floating_point()->get();
		break;
	case toml::node_type::boolean:
		ret->type = EG_TOML_BOOLEAN;
		ret->integer = node.as_boolean()->get();
		break;
	case toml::node_type::date:
		ret->type = EG_TOML_TIME;
		ret->text = shown(arena, node.as_date()->get());
		break;
	case toml::node_type::time:
		ret->type = EG_TOML_TIME;
		ret->text = shown(arena, node.as_time()->get());
		break;
	case toml::node_type::date_time:
		ret->type = EG_TOML_TIME;
		ret->text = shown(arena, node.as_date_time()->get());
		break;
	default:
		break;
	}
}

}

extern "C" eg_error_kind eg_toml_parse(eg_run *run, const char *name, const char *text, size_t n, const eg_toml **ret)
{
	try {
		toml::parse_result result = toml::parse(std::string_view(text, n), std::string_view(name));

		if (!result)
			return eg_fail(run, EG_FORMAT, "cannot parse '%s' as TOML: %.*s (line %u)", name,
				       static_cast<int>(result.error().description().size()),
				       result.error().description().data(),
				       static_cast<unsigned>(result.error().source().begin.line));
		eg_toml *tree = EG_NEW(run->arena, eg_toml);
		convert(run->arena, result.table(), tree);
		*ret = tree;
		return EG_OK;
	} catch (...) {
		return eg_fail(run, EG_LIMIT, "cannot parse '%s' as TOML: out of memory", name);
	}
}
