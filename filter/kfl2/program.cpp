#include "filter/kfl2/program.hpp"

#include "filter/kfl2/ast.hpp"
#include "filter/kfl2/checker.hpp"

namespace remora::filter::kfl2 {

tl::expected<bool, const char*> program::run(evaluation& e) const {
  frame f{e};
  const value answer = root_->evaluate(f);
  if (const auto* failed = std::get_if<failure>(&answer)) return tl::unexpected(failed->why);
  const auto* truth = std::get_if<bool>(&answer);
  if (truth == nullptr) return tl::unexpected(no_such_overload.why); // a dyn that was no bool
  return *truth;
}

compiled<program> compile(std::string_view text, const token_list& tokens, const macro_table& macros) {
  const auto tree = parse(text, tokens);
  if (!tree) return tl::unexpected(tree.error());
  checker check{text, macros};
  typed root = check.check(**tree);
  if (!root) return tl::unexpected(*check.failure());
  if (!root.result.is(type::kind::boolean) && !root.result.is_dyn())
    return tl::unexpected(compile_error{1, 1, "query must be bool, got " + root.result.text()});
  return program{std::move(root.content), check.redacts()};
}

} // namespace remora::filter::kfl2
