#pragma once

#include <cstddef>
#include <memory>
#include <re2/re2.h>
#include <string>
#include <utility>
#include <vector>

#include "filter/kfl1/expr.hpp"
#include "filter/kfl2/value.hpp"

/// The pieces that a KFL2 query is compiled to.
namespace remora::filter::kfl2 {

/// Immutable: threads share it.
class node {
 public:
  node() = default;
  node(const node&) = delete;
  node& operator=(const node&) = delete;
  virtual ~node() = default;

  virtual value evaluate(frame& f) const = 0;
  /// The value that evaluate() always gives, when that is known.
  virtual const value* constant() const noexcept { return nullptr; }
};
using node_ptr = std::unique_ptr<const node>;

/// What operators and functions are: their arguments are no failures, and as many as their signature says.
using native_function = value (*)(frame& f, const value* arguments);

/// A literal, with the text or list that its value points to.
class constant_node final : public node {
 public:
  explicit constant_node(value v) noexcept : value_{v} {}
  explicit constant_node(std::string text) : text_{std::move(text)}, value_{std::string_view{text_}} {}
  static node_ptr of_bytes(std::string bytes);
  /// A list of constants, which stay alive with it.
  constant_node(list_value items, std::vector<node_ptr> elements)
      : elements_{std::move(elements)}, list_{std::move(items)}, value_{&list_} {}

  value evaluate(frame&) const override { return value_; }
  const value* constant() const noexcept override { return &value_; }

 private:
  std::string text_;
  std::vector<node_ptr> elements_;
  list_value list_;
  value value_;
};

class call_node final : public node {
 public:
  static constexpr std::size_t max_arguments = 3;
  call_node(native_function what, std::vector<node_ptr> arguments)
      : what_{what}, arguments_{std::move(arguments)} {}
  value evaluate(frame& f) const override;

 private:
  native_function what_;
  std::vector<node_ptr> arguments_;
};

/// ! and -, which may stand in a row: applied once or twice, which is what more of them amount to.
class repeated_node final : public node {
 public:
  repeated_node(native_function what, std::size_t times, node_ptr operand)
      : what_{what}, times_{times % 2 == 1 ? 1U : 2U}, operand_{std::move(operand)} {}
  value evaluate(frame& f) const override;

 private:
  native_function what_;
  unsigned times_;
  node_ptr operand_;
};

/// a && b && c, or with ||: a side that decides wins over errors of the others, wherever it stands.
class logic_node final : public node {
 public:
  logic_node(bool decides, std::vector<node_ptr> operands)
      : decides_{decides}, operands_{std::move(operands)} {}
  value evaluate(frame& f) const override;

 private:
  bool decides_; ///< false for &&, true for ||.
  std::vector<node_ptr> operands_;
};

class conditional_node final : public node {
 public:
  conditional_node(node_ptr condition, node_ptr yes, node_ptr no)
      : condition_{std::move(condition)}, yes_{std::move(yes)}, no_{std::move(no)} {}
  value evaluate(frame& f) const override;

 private:
  node_ptr condition_, yes_, no_;
};

class list_node final : public node {
 public:
  explicit list_node(std::vector<node_ptr> elements) : elements_{std::move(elements)} {}
  value evaluate(frame& f) const override;

 private:
  std::vector<node_ptr> elements_;
};

class map_node final : public node {
 public:
  /// @param parts Key, value, key, value.
  explicit map_node(std::vector<node_ptr> parts) : parts_{std::move(parts)} {}
  value evaluate(frame& f) const override;

 private:
  std::vector<node_ptr> parts_;
};

/// The variable of an enclosing exists() or its kin.
class local_node final : public node {
 public:
  explicit local_node(std::size_t index) noexcept : index_{index} {}
  value evaluate(frame& f) const override { return f.locals[index_]; }

 private:
  std::size_t index_; ///< From the outermost.
};

enum class fold : unsigned char { exists, all, exists_one, filter, map };

/// range.exists(x, condition) and its kin.
class fold_node final : public node {
 public:
  /// @param condition Null for map without one. @param result What map() makes of an element; else null.
  fold_node(fold how, node_ptr range, node_ptr condition, node_ptr result)
      : how_{how}, range_{std::move(range)}, condition_{std::move(condition)}, result_{std::move(result)} {}
  value evaluate(frame& f) const override;

 private:
  value decide(frame& f, const std::vector<value>& elements) const;
  value count_one(frame& f, const std::vector<value>& elements) const;
  value collect(frame& f, const std::vector<value>& elements) const;
  /// The condition for the element that is the newest local.
  value condition(frame& f) const;

  fold how_;
  node_ptr range_, condition_, result_;
};

/// matches() with a pattern that was known when the query was compiled.
class matches_node final : public node {
 public:
  matches_node(std::unique_ptr<const re2::RE2> pattern, node_ptr text)
      : pattern_{std::move(pattern)}, text_{std::move(text)} {}
  value evaluate(frame& f) const override;

 private:
  std::unique_ptr<const re2::RE2> pattern_;
  node_ptr text_;
};

/// A variable, which all queries share.
class variable_reference final : public node {
 public:
  explicit variable_reference(const node& content) noexcept : content_{content} {}
  value evaluate(frame& f) const override { return content_.evaluate(f); }

 private:
  const node& content_;
};

/// A custom macro, which is KFL1.
class macro_node final : public node {
 public:
  explicit macro_node(std::shared_ptr<const kfl1::compiled_query> macro) : macro_{std::move(macro)} {}
  value evaluate(frame& f) const override {
    return macro_->root == nullptr || kfl1::is_true(macro_->root->evaluate(f.e));
  }

 private:
  std::shared_ptr<const kfl1::compiled_query> macro_;
};

} // namespace remora::filter::kfl2
