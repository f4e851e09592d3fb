#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "filter/syntax/token.hpp"

namespace remora::filter::kfl2 {

/// What a KFL2 text says, before anybody asks whether the types fit.
struct ast {
  enum class kind : std::uint8_t {
    literal,
    name,       ///< text.
    select,     ///< children[0] . text
    index,      ///< children[0] [ children[1] ]
    call,       ///< text ( children )
    method,     ///< children[0] . text ( the others )
    list,       ///< The elements.
    map,        ///< Key, value, key, value.
    unary,      ///< text, `count` times, before children[0].
    binary,     ///< children[0] text children[1]
    all_of,     ///< Joined by &&, two or more.
    any_of,     ///< Joined by ||.
    conditional ///< children[0] ? children[1] : children[2]
  };
  struct bytes {
    std::string content;
  };
  using constant =
      std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double, std::string, bytes>;

  kind what = kind::literal;
  std::size_t offset = 0; ///< What errors point at: operator, dot, opening parenthesis, or first character.
  std::size_t name_offset = 0; ///< Of a call's or method's name.
  std::string text;
  std::size_t count = 0;
  bool rooted = false; ///< A name or call written with a leading dot.
  constant content = nullptr;
  std::vector<std::unique_ptr<ast>> children;
  std::vector<std::size_t> operator_offsets; ///< all_of, any_of: one fewer than children.
  std::size_t depth = 1;
};
using ast_ptr = std::unique_ptr<ast>;

/// Parses the tokens of a KFL2 query; section 5.1. Errors: what cannot stand where it does, reserved words,
/// wrong escapes, more than 200 levels.
compiled<ast_ptr> parse(std::string_view text, const token_list& tokens);

} // namespace remora::filter::kfl2
