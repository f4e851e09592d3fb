#include "filter/kfl2/node.hpp"

#include <array>

namespace remora::filter::kfl2 {

namespace {

constexpr failure repeated_key{"a map literal has a key twice"};

/// What may be folded over: the items of a list, the keys of a map.
const list_value* elements_of(frame& f, const value& range) {
  if (const auto* items = std::get_if<const list_value*>(&range)) return *items;
  if (const auto* map = std::get_if<const map_value*>(&range)) return f.keep(map_keys(f, **map));
  return nullptr;
}

class bytes_constant final : public node {
 public:
  explicit bytes_constant(std::string bytes) : bytes_{std::move(bytes)}, value_{bytes_value{bytes_}} {}
  value evaluate(frame&) const override { return value_; }
  const value* constant() const noexcept override { return &value_; }

 private:
  std::string bytes_;
  value value_;
};

} // namespace

node_ptr constant_node::of_bytes(std::string bytes) {
  return std::make_unique<bytes_constant>(std::move(bytes));
}

value call_node::evaluate(frame& f) const {
  std::array<value, max_arguments> values;
  for (std::size_t i = 0; i < arguments_.size(); ++i) {
    values[i] = arguments_[i]->evaluate(f);
    if (is_failure(values[i])) return values[i];
  }
  return what_(f, values.data());
}

value repeated_node::evaluate(frame& f) const {
  value v = operand_->evaluate(f);
  for (unsigned i = 0; i < times_ && !is_failure(v); ++i)
    v = what_(f, &v);
  return v;
}

value logic_node::evaluate(frame& f) const {
  value undecided = !decides_;
  for (const node_ptr& operand : operands_) {
    const value v = operand->evaluate(f);
    const auto* truth = std::get_if<bool>(&v);
    if (truth != nullptr && *truth == decides_) return decides_;
    if (truth == nullptr && !is_failure(undecided)) undecided = is_failure(v) ? v : value{no_such_overload};
  }
  return undecided;
}

value conditional_node::evaluate(frame& f) const {
  const value v = condition_->evaluate(f);
  const auto* truth = std::get_if<bool>(&v);
  if (truth == nullptr) return is_failure(v) ? v : value{no_such_overload};
  return (*truth ? yes_ : no_)->evaluate(f);
}

value list_node::evaluate(frame& f) const {
  list_value made;
  if (!f.spend(elements_.size())) return out_of_work;
  made.items.reserve(elements_.size());
  for (const node_ptr& element : elements_) {
    made.items.push_back(element->evaluate(f));
    if (is_failure(made.items.back())) return made.items.back();
  }
  return f.keep(std::move(made));
}

value map_node::evaluate(frame& f) const {
  map_value made;
  for (std::size_t i = 0; i + 1 < parts_.size(); i += 2) {
    const value key = parts_[i]->evaluate(f);
    if (is_failure(key)) return key;
    const value content = parts_[i + 1]->evaluate(f);
    if (is_failure(content)) return content;
    if (!is_failure(map_find(f, made, key))) return repeated_key;
    made.entries.emplace_back(key, content);
  }
  return f.keep(std::move(made));
}

value fold_node::evaluate(frame& f) const {
  const value range = range_->evaluate(f);
  if (is_failure(range)) return range;
  const list_value* elements = elements_of(f, range);
  if (elements == nullptr) return no_such_overload;
  f.locals.emplace_back(nullptr);
  const value answer = how_ == fold::exists || how_ == fold::all ? decide(f, elements->items)
                       : how_ == fold::exists_one                ? count_one(f, elements->items)
                                                                 : collect(f, elements->items);
  f.locals.pop_back();
  return answer;
}

value fold_node::condition(frame& f) const {
  const value v = condition_->evaluate(f);
  return is_failure(v) || std::holds_alternative<bool>(v) ? v : value{no_such_overload};
}

value fold_node::decide(frame& f, const std::vector<value>& elements) const {
  const bool decides = how_ == fold::exists;
  value undecided = !decides;
  for (const value& element : elements) {
    if (!f.spend(1)) return out_of_work;
    f.locals.back() = element;
    const value v = condition(f);
    if (is_failure(v)) {
      undecided = v;
    } else if (std::get<bool>(v) == decides) {
      return decides;
    }
  }
  return undecided;
}

value fold_node::count_one(frame& f, const std::vector<value>& elements) const {
  std::size_t count = 0;
  for (const value& element : elements) {
    if (!f.spend(1)) return out_of_work;
    f.locals.back() = element;
    const value v = condition(f);
    if (is_failure(v)) return v;
    if (std::get<bool>(v)) ++count;
  }
  return count == 1;
}

value fold_node::collect(frame& f, const std::vector<value>& elements) const {
  list_value made;
  for (const value& element : elements) {
    if (!f.spend(1)) return out_of_work;
    f.locals.back() = element;
    if (condition_ != nullptr) {
      const value v = condition(f);
      if (is_failure(v)) return v;
      if (!std::get<bool>(v)) continue;
    }
    made.items.push_back(result_ != nullptr ? result_->evaluate(f) : element);
    if (is_failure(made.items.back())) return made.items.back();
  }
  return f.keep(std::move(made));
}

value matches_node::evaluate(frame& f) const {
  const value v = text_->evaluate(f);
  if (is_failure(v)) return v;
  const auto* text = std::get_if<std::string_view>(&v);
  if (text == nullptr) return no_such_overload;
  if (!f.spend(1 + text->size() / 16)) return out_of_work;
  return re2::RE2::PartialMatch({text->data(), text->size()}, *pattern_);
}

} // namespace remora::filter::kfl2
