#pragma once

#include <string_view>
#include <utility>

#include <tl/expected.hpp>

#include "filter/kfl2/node.hpp"
#include "filter/macro_table.hpp"
#include "filter/syntax/token.hpp"

namespace remora::filter::kfl2 {

/// A query whose types fit. Immutable: threads share it.
class program {
 public:
  program(node_ptr root, bool redacts) noexcept : root_{std::move(root)}, redacts_{redacts} {}

  /// Whether the record matches, or the run-time error that nothing absorbed.
  tl::expected<bool, const char*> run(evaluation& e) const;

  /// A macro of KFL1 in it does.
  bool redacts() const noexcept { return redacts_; }

 private:
  node_ptr root_;
  bool redacts_;
};

/// Parses and checks the tokens of a KFL2 query; sections 5 and 6. @param text What the tokens point into;
/// the result does not need it.
compiled<program> compile(std::string_view text, const token_list& tokens, const macro_table& macros);

} // namespace remora::filter::kfl2
