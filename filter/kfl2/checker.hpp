#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "filter/kfl2/ast.hpp"
#include "filter/kfl2/node.hpp"
#include "filter/kfl2/overloads.hpp"
#include "filter/kfl2/type.hpp"
#include "filter/macro_table.hpp"

namespace remora::filter::kfl2 {

/// A compiled expression and its type; without content once checking has failed.
struct typed {
  node_ptr content;
  type result = type::kind::dyn;
  explicit operator bool() const noexcept { return content != nullptr; }
};

/// Finds out the type of every expression of a tree and compiles it on the way; section 5.3. Recurses as deep
/// as the tree, which the parser limits.
class checker {
 public:
  checker(std::string_view text, const macro_table& macros) noexcept : text_{text}, macros_{macros} {}

  typed check(const ast& a);
  /// The first error; set when a check gave nothing.
  const std::optional<compile_error>& failure() const noexcept { return failure_; }
  bool redacts() const noexcept { return redacts_; }

 private:
  struct local {
    std::string_view name;
    type is;
  };

  typed fail(std::size_t offset, std::string message);
  typed no_overload(std::size_t offset, std::string_view name, const std::vector<type>& types);
  typed undeclared(const ast& name);
  typed undeclared_call(const ast& a);
  std::string_view first_character(std::size_t offset) const noexcept;

  typed literal(const ast& a);
  typed name(const ast& a);
  typed named(std::string_view whole);
  typed select(const ast& a);
  typed unary(const ast& a);
  typed logic(const ast& a);
  typed conditional(const ast& a);
  typed list(const ast& a);
  typed map(const ast& a);
  typed call(const ast& a);
  typed method(const ast& a);
  typed has(const ast& a);
  typed fold_call(fold how, const ast& a);
  typed matches_constant(const ast& a, const std::string& pattern, node_ptr text);

  /// Checks the children and finds the overload that takes them.
  typed apply(form as, const ast& a);
  bool check_all(const ast& a, std::vector<node_ptr>& contents, std::vector<type>& types);
  const local* find_local(std::string_view name) const noexcept;

  std::string_view text_;
  const macro_table& macros_;
  std::vector<local> locals_;
  std::optional<compile_error> failure_;
  bool redacts_ = false;
};

} // namespace remora::filter::kfl2
