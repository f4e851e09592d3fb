#pragma once

#include <memory>
#include <re2/re2.h>
#include <string>
#include <utility>
#include <vector>

#include "filter/flags.hpp"
#include "filter/kfl1/expr.hpp"
#include "filter/kfl1/selector.hpp"

/// The pieces that a KFL1 query is compiled to, without the functions.
namespace remora::filter::kfl1 {

/// A number, boolean, string or nil.
class literal final : public expr {
 public:
  explicit literal(value v) : value_{v} {}
  explicit literal(std::string text) : text_{std::move(text)}, value_{std::string_view{text_}} {}
  value evaluate(evaluation&) const override { return value_; }
  const value* constant() const noexcept override { return &value_; }

 private:
  std::string text_; ///< What a text points into.
  value value_;
};

class regex final : public expr {
 public:
  explicit regex(std::unique_ptr<const re2::RE2> pattern) : pattern_{std::move(pattern)} {}
  value evaluate(evaluation&) const override { return pattern_.get(); }

 private:
  std::unique_ptr<const re2::RE2> pattern_;
};

/// a and b or c: operators of one level that associate to the right, walked in a loop.
class logic_chain final : public expr {
 public:
  enum class op : unsigned char { conjunction, disjunction };
  logic_chain(std::vector<expr_ptr> operands, std::vector<op> ops)
      : operands_{std::move(operands)}, ops_{std::move(ops)} {}
  value evaluate(evaluation& e) const override;

 private:
  std::vector<expr_ptr> operands_;
  std::vector<op> ops_; ///< One fewer.
};

/// a == b != c, or a < b >= c: evaluated from the left, compared from the right.
class comparison_chain final : public expr {
 public:
  comparison_chain(std::vector<expr_ptr> operands, std::vector<comparison> ops)
      : operands_{std::move(operands)}, ops_{std::move(ops)} {}
  value evaluate(evaluation& e) const override;

 private:
  std::vector<expr_ptr> operands_;
  std::vector<comparison> ops_; ///< One fewer.
};

/// ! and - in front of a value, in any number.
class prefixes final : public expr {
 public:
  /// @param ops As written: "!-!".
  prefixes(std::string ops, expr_ptr operand) : ops_{std::move(ops)}, operand_{std::move(operand)} {}
  value evaluate(evaluation& e) const override;

 private:
  std::string ops_;
  expr_ptr operand_;
};

/// A path from the record.
class path_expr final : public expr {
 public:
  explicit path_expr(selector s);
  value evaluate(evaluation& e) const override;

 private:
  value walk_from(evaluation& e, const field& start) const;

  path plain_;
  std::unique_ptr<const path> alias_;
  std::vector<step> steps_;
};

class flag_expr final : public expr {
 public:
  explicit flag_expr(flag f) noexcept : flag_{f} {}
  value evaluate(evaluation& e) const override { return is_set(flag_, e); }

 private:
  flag flag_;
};

class macro_expr final : public expr {
 public:
  explicit macro_expr(std::shared_ptr<const compiled_query> macro) : macro_{std::move(macro)} {}
  /// Macros that use macros multiply: each use is a step of work.
  value evaluate(evaluation& e) const override {
    if (!e.spend(1) || macro_->root == nullptr) return macro_->root == nullptr;
    return macro_->root->evaluate(e);
  }

 private:
  std::shared_ptr<const compiled_query> macro_;
};

} // namespace remora::filter::kfl1
