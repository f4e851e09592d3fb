#include "filter/kfl1/nodes.hpp"

#include <array>

#include <nlohmann/json.hpp>

namespace remora::filter::kfl1 {

using nlohmann::json;

value logic_chain::evaluate(evaluation& e) const {
  // What stands right of an operator is all of the rest, so one operand decides or passes the question on.
  for (std::size_t i = 0; i < ops_.size(); ++i) {
    const bool stops_at = ops_[i] == op::disjunction;
    if (is_true(operands_[i]->evaluate(e)) == stops_at || e.failure() != nullptr) return stops_at;
  }
  return is_true(operands_.back()->evaluate(e));
}

value comparison_chain::evaluate(evaluation& e) const {
  if (operands_.size() == 2) {
    const value left = operands_[0]->evaluate(e);
    return compare(e, ops_[0], left, operands_[1]->evaluate(e));
  }
  std::vector<value> values;
  values.reserve(operands_.size());
  for (const expr_ptr& operand : operands_)
    values.push_back(operand->evaluate(e));
  value right = values.back();
  for (std::size_t i = ops_.size(); i-- > 0;)
    right = compare(e, ops_[i], values[i], right);
  return right;
}

value prefixes::evaluate(evaluation& e) const {
  value v = operand_->evaluate(e);
  for (auto op = ops_.rbegin(); op != ops_.rend(); ++op) {
    if (*op == '!') {
      v = !is_true(v);
    } else if (const auto* number = std::get_if<double>(&v)) {
      v = -*number;
    }
  }
  return v;
}

path_expr::path_expr(selector s) : plain_{std::move(s.names)}, steps_{std::move(s.steps)} {
  if (!s.alias.empty()) alias_ = std::make_unique<const path>(std::move(s.alias));
}

value path_expr::evaluate(evaluation& e) const {
  field found = e.at(plain_);
  if (alias_ != nullptr && std::holds_alternative<absent>(found)) found = e.at(*alias_);
  return steps_.empty() ? to_value(found) : walk_from(e, found);
}

value path_expr::walk_from(evaluation& e, const field& start) const {
  std::vector<const json*> set;
  bool from_xml = false;
  auto first = steps_.begin();
  if (const auto* tree = std::get_if<const json*>(&start)) {
    set = {*tree};
  } else if (const auto* text = std::get_if<std::string_view>(&start)) {
    // A text is walked into as a body or not at all.
    from_xml = first->what == step::kind::xml;
    const bool is_body = from_xml || first->what == step::kind::json;
    const json* inside = !is_body ? nullptr : from_xml ? e.xml_inside(*text) : e.json_inside(*text);
    if (inside != nullptr) set = {inside};
    ++first;
  } else if (first->what == step::kind::json && steps_.size() == 1) {
    return to_value(start); // the text of a number is a number in JSON too
  }
  walk(e, first, steps_.end(), set, from_xml);
  if (set.empty()) return absent{};
  if (set.size() > 1) return &e.keep(selection{std::move(set), from_xml});
  const json& only = *set.front();
  if (!from_xml || !only.is_array()) return to_value(only, from_xml);
  // The list that an XML document has for elements of one name: its elements remain elements.
  selection several{{}, true};
  for (const json& item : only)
    several.items.push_back(&item);
  return &e.keep(std::move(several));
}

} // namespace remora::filter::kfl1
