#include "filter/kfl2/checker.hpp"

#include <algorithm>

#include "base/utf8.hpp"
#include "filter/kfl2/variables.hpp"
#include "filter/syntax/pattern.hpp"

namespace remora::filter::kfl2 {

namespace {

/// src.pod.name as one name. Nothing when it does not begin with a name, or is longer than any variable's.
std::optional<std::string> dotted_name(const ast& a, std::size_t most) {
  std::vector<std::string_view> parts;
  const ast* here = &a;
  for (; here->what == ast::kind::select && parts.size() < most; here = here->children[0].get())
    parts.push_back(here->text);
  if (here->what != ast::kind::name) return std::nullopt;
  std::string whole = here->text;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part)
    whole.append(".").append(*part);
  return whole;
}

const ast& first_of(const ast& a) {
  const ast* here = &a;
  while (here->what == ast::kind::select)
    here = here->children[0].get();
  return *here;
}

/// The names of types are values, so that type(x) can be compared with them.
std::optional<type::kind> find_type(std::string_view name) noexcept {
  constexpr std::pair<std::string_view, type::kind> types[] = {
      {"bool", type::kind::boolean},  {"int", type::kind::integer}, {"uint", type::kind::uinteger},
      {"double", type::kind::number}, {"string", type::kind::text}, {"bytes", type::kind::bytes},
      {"list", type::kind::list},     {"map", type::kind::map},     {"null_type", type::kind::null},
      {"type", type::kind::type},
  };
  for (const auto& [known, what] : types)
    if (known == name) return what;
  return std::nullopt;
}

constexpr std::size_t most_parts = 3; ///< Of a variable's name, behind the first.

bool is_bool(const type& t) noexcept { return t.is(type::kind::boolean) || t.is_dyn(); }

std::optional<fold> find_fold(const ast& a) noexcept {
  const std::size_t arguments = a.children.size() - 1;
  if (arguments == 2) {
    if (a.text == "exists") return fold::exists;
    if (a.text == "all") return fold::all;
    if (a.text == "exists_one") return fold::exists_one;
    if (a.text == "filter") return fold::filter;
  }
  if (a.text == "map" && (arguments == 2 || arguments == 3)) return fold::map;
  return std::nullopt;
}

bool is_fold_name(std::string_view name) noexcept {
  return name == "exists" || name == "all" || name == "exists_one" || name == "filter" || name == "map";
}

} // namespace

typed checker::fail(std::size_t offset, std::string message) {
  if (!failure_) failure_ = error_at(text_, offset, std::move(message));
  return {};
}

typed checker::no_overload(std::size_t offset, std::string_view name, const std::vector<type>& types) {
  std::string list;
  for (const type& t : types)
    list += (list.empty() ? "" : ", ") + t.text();
  return fail(offset, "no overload for \"" + std::string{name} + "\" with (" + list + ')');
}

typed checker::undeclared(const ast& name) {
  return fail(name.offset, "undeclared name " + remora::quoted(name.text));
}

typed checker::check(const ast& a) {
  switch (a.what) {
    case ast::kind::literal:
      return literal(a);
    case ast::kind::name:
      return name(a);
    case ast::kind::select:
      return select(a);
    case ast::kind::index:
    case ast::kind::binary:
      return apply(form::op, a);
    case ast::kind::call:
      return call(a);
    case ast::kind::method:
      return method(a);
    case ast::kind::list:
      return list(a);
    case ast::kind::map:
      return map(a);
    case ast::kind::unary:
      return unary(a);
    case ast::kind::all_of:
    case ast::kind::any_of:
      return logic(a);
    case ast::kind::conditional:
      break;
  }
  return conditional(a);
}

typed checker::literal(const ast& a) {
  const auto constant = [](value v, type::kind is) -> typed {
    return {std::make_unique<constant_node>(v), is};
  };
  if (const auto* truth = std::get_if<bool>(&a.content)) return constant(*truth, type::kind::boolean);
  if (const auto* n = std::get_if<std::int64_t>(&a.content)) return constant(*n, type::kind::integer);
  if (const auto* n = std::get_if<std::uint64_t>(&a.content)) return constant(*n, type::kind::uinteger);
  if (const auto* n = std::get_if<double>(&a.content)) return constant(*n, type::kind::number);
  if (const auto* text = std::get_if<std::string>(&a.content))
    return {std::make_unique<constant_node>(*text), type::kind::text};
  if (const auto* bytes = std::get_if<ast::bytes>(&a.content))
    return {constant_node::of_bytes(bytes->content), type::kind::bytes};
  return constant(nullptr, type::kind::null);
}

const checker::local* checker::find_local(std::string_view name) const noexcept {
  const auto found =
      std::find_if(locals_.rbegin(), locals_.rend(), [&](const local& l) { return l.name == name; });
  return found != locals_.rend() ? &*found : nullptr;
}

/// A macro or a variable; nothing, and no failure, when there is none.
typed checker::named(std::string_view whole) {
  if (auto macro = macros_.find(whole)) {
    redacts_ = redacts_ || macro->facts.redacts;
    return {std::make_unique<macro_node>(std::move(macro)), type::kind::boolean};
  }
  const variable* found = find_variable(whole);
  if (found == nullptr) return {};
  return {std::make_unique<variable_reference>(*found->content), found->result};
}

typed checker::name(const ast& a) {
  if (const local* l = a.rooted ? nullptr : find_local(a.text))
    return {std::make_unique<local_node>(static_cast<std::size_t>(l - locals_.data())), l->is};
  if (typed found = named(a.text)) return found;
  if (const auto what = find_type(a.text))
    return {std::make_unique<constant_node>(value{type_value{*what}}), type::kind::type};
  return undeclared(a);
}

typed checker::select(const ast& a) {
  // The longest declared name wins; what is bound by exists() hides them all.
  const ast& first = first_of(a);
  const bool is_local = first.what == ast::kind::name && !first.rooted && find_local(first.text) != nullptr;
  if (!is_local) {
    const auto whole = dotted_name(a, most_parts);
    if (typed found = whole ? named(*whole) : typed{}) return found;
  }
  typed object = check(*a.children[0]);
  if (!object) return {};
  if (!object.result.is(type::kind::map) && !object.result.is_dyn())
    return fail(a.offset, "type " + object.result.text() + " has no member " + remora::quoted(a.text));
  const auto index = resolve(form::op, "[]", {object.result, type::kind::text});
  if (!index)
    return fail(a.offset, "type " + object.result.text() + " has no member " + remora::quoted(a.text));
  std::vector<node_ptr> contents;
  contents.push_back(std::move(object.content));
  contents.push_back(std::make_unique<constant_node>(a.text));
  return {std::make_unique<call_node>(index->what, std::move(contents)), index->result};
}

bool checker::check_all(const ast& a, std::vector<node_ptr>& contents, std::vector<type>& types) {
  for (const ast_ptr& child : a.children) {
    typed checked = check(*child);
    if (!checked) return false;
    contents.push_back(std::move(checked.content));
    types.push_back(std::move(checked.result));
  }
  return true;
}

typed checker::apply(form as, const ast& a) {
  std::vector<node_ptr> contents;
  std::vector<type> types;
  if (!check_all(a, contents, types)) return {};
  const auto found = resolve(as, a.text, types);
  if (!found) return no_overload(a.offset, a.text, types);
  if (a.text == "matches" && contents[1]->constant() != nullptr) {
    const auto* pattern = std::get_if<std::string_view>(contents[1]->constant());
    if (pattern != nullptr) return matches_constant(a, std::string{*pattern}, std::move(contents[0]));
  }
  return {std::make_unique<call_node>(found->what, std::move(contents)), found->result};
}

typed checker::matches_constant(const ast& a, const std::string& pattern, node_ptr text) {
  auto compiled_pattern = compile_pattern(pattern);
  if (!compiled_pattern) return fail(a.children[1]->offset, std::move(compiled_pattern).error());
  return {std::make_unique<matches_node>(*std::move(compiled_pattern), std::move(text)), type::kind::boolean};
}

typed checker::unary(const ast& a) {
  typed operand = check(*a.children[0]);
  if (!operand) return {};
  const auto found = resolve(form::op, a.text, {operand.result});
  if (!found) return no_overload(a.offset, a.text, {operand.result});
  return {std::make_unique<repeated_node>(found->what, a.count, std::move(operand.content)), found->result};
}

typed checker::logic(const ast& a) {
  const bool any = a.what == ast::kind::any_of;
  std::vector<node_ptr> contents;
  type left = type::kind::boolean;
  for (std::size_t i = 0; i < a.children.size(); ++i) {
    typed operand = check(*a.children[i]);
    if (!operand) return {};
    const bool good = is_bool(left) && is_bool(operand.result);
    if (i == 0) {
      left = operand.result;
    } else if (!good) {
      return no_overload(a.operator_offsets[i - 1], any ? "||" : "&&", {left, operand.result});
    } else {
      left = type::kind::boolean;
    }
    contents.push_back(std::move(operand.content));
  }
  return {std::make_unique<logic_node>(any, std::move(contents)), type::kind::boolean};
}

typed checker::conditional(const ast& a) {
  std::vector<node_ptr> contents;
  std::vector<type> types;
  if (!check_all(a, contents, types)) return {};
  if (!is_bool(types[0]) || !compatible(types[1], types[2])) return no_overload(a.offset, a.text, types);
  return {std::make_unique<conditional_node>(std::move(contents[0]), std::move(contents[1]),
                                             std::move(contents[2])),
          join(types[1], types[2])};
}

typed checker::list(const ast& a) {
  std::vector<node_ptr> contents;
  std::vector<type> types;
  if (!check_all(a, contents, types)) return {};
  type element = types.empty() ? type{type::kind::dyn} : types.front();
  for (const type& t : types)
    element = compatible(element, t) ? join(element, t) : type{type::kind::dyn};
  type result = type::list_of(std::move(element));
  list_value items;
  for (const node_ptr& content : contents)
    if (content->constant() != nullptr) items.items.push_back(*content->constant());
  if (items.items.size() == contents.size())
    return {std::make_unique<constant_node>(std::move(items), std::move(contents)), std::move(result)};
  return {std::make_unique<list_node>(std::move(contents)), std::move(result)};
}

typed checker::map(const ast& a) {
  std::vector<node_ptr> contents;
  std::vector<type> types;
  if (!check_all(a, contents, types)) return {};
  type key = types.empty() ? type{type::kind::dyn} : types[0];
  type element = types.empty() ? type{type::kind::dyn} : types[1];
  for (std::size_t i = 0; i < types.size(); i += 2) {
    key = compatible(key, types[i]) ? join(key, types[i]) : type{type::kind::dyn};
    element = compatible(element, types[i + 1]) ? join(element, types[i + 1]) : type{type::kind::dyn};
  }
  return {std::make_unique<map_node>(std::move(contents)), type::map_of(std::move(key), std::move(element))};
}

typed checker::call(const ast& a) {
  if (a.text == "has") return has(a);
  if (!is_known(form::function, a.text)) return undeclared_call(a);
  return apply(form::function, a);
}

typed checker::undeclared_call(const ast& a) {
  return fail(a.name_offset, "undeclared name " + remora::quoted(a.text));
}

typed checker::method(const ast& a) {
  if (const auto how = find_fold(a)) return fold_call(*how, a);
  if (!is_fold_name(a.text) && !is_known(form::method, a.text)) return undeclared_call(a);
  return apply(form::method, a);
}

/// has(m.k): whether the key is there, not what it holds.
typed checker::has(const ast& a) {
  if (a.children.size() != 1 || a.children[0]->what != ast::kind::select) {
    std::vector<node_ptr> contents;
    std::vector<type> types;
    return check_all(a, contents, types) ? no_overload(a.offset, a.text, types) : typed{};
  }
  const ast& member = *a.children[0];
  typed object = check(*member.children[0]);
  if (!object) return {};
  const auto is_in = resolve(form::op, "in", {type::kind::text, object.result});
  const bool is_map = object.result.is(type::kind::map) || object.result.is_dyn();
  if (!is_in || !is_map)
    return fail(member.offset,
                "type " + object.result.text() + " has no member " + remora::quoted(member.text));
  std::vector<node_ptr> contents;
  contents.push_back(std::make_unique<constant_node>(member.text));
  contents.push_back(std::move(object.content));
  return {std::make_unique<call_node>(is_in->what, std::move(contents)), type::kind::boolean};
}

typed checker::fold_call(fold how, const ast& a) {
  typed range = check(*a.children[0]);
  if (!range) return {};
  const ast& variable_name = *a.children[1];
  if (variable_name.what != ast::kind::name || variable_name.rooted)
    return fail(variable_name.offset, "unexpected token " +
                                          remora::quoted(first_character(variable_name.offset)) +
                                          " (expected the name of a variable)");
  if (!range.result.is(type::kind::list) && !range.result.is(type::kind::map) && !range.result.is_dyn())
    return no_overload(a.offset, a.text, {range.result});

  locals_.push_back(
      {variable_name.text, range.result.is(type::kind::map) ? range.result.key() : range.result.element()});
  const bool is_map_call = how == fold::map;
  const bool has_condition = !is_map_call || a.children.size() == 4;
  typed condition = has_condition ? check(*a.children[2]) : typed{};
  typed result = is_map_call && !failure_ ? check(*a.children.back()) : typed{};
  locals_.pop_back();
  if (failure_) return {};
  if (has_condition && !is_bool(condition.result))
    return no_overload(a.offset, a.text, {range.result, condition.result});

  type made = type::kind::boolean;
  if (is_map_call) made = type::list_of(result.result);
  if (how == fold::filter)
    made = type::list_of(range.result.is(type::kind::map) ? range.result.key() : range.result.element());
  return {std::make_unique<fold_node>(how, std::move(range.content), std::move(condition.content),
                                      std::move(result.content)),
          std::move(made)};
}

/// What stands at an offset, for a message: a word or a single character.
std::string_view checker::first_character(std::size_t offset) const noexcept {
  const std::string_view rest = text_.substr(offset);
  const std::size_t word = rest.find_first_of(" \t\r\n.,()[]{}+-*/%!=<>&|?:\"'");
  return rest.substr(0, std::max<std::size_t>(word, 1));
}

} // namespace remora::filter::kfl2
