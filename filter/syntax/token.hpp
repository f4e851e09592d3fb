#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "filter/compile_error.hpp"

namespace remora::filter {

enum class token_kind : std::uint8_t {
  identifier,
  number, ///< As written; which forms are numbers is for the dialect to say.
  text,   ///< A quoted string, with what stands before its quotes.
  symbol, ///< One character, ASCII or not.
  end,    ///< Behind the last one.
};

/// A piece of a query. Views point into the query's text.
struct token {
  token_kind kind = token_kind::end;
  std::size_t offset = 0;
  std::string_view raw;    ///< As written; empty at the end.
  std::string_view body;   ///< Text: what stands between the quotes, escapes not yet resolved.
  std::string_view prefix; ///< Text: r, b, br or rb, in either case; else empty.
  char quote = 0;          ///< Text: ", ' or `.

  bool is(char symbol) const noexcept {
    return kind == token_kind::symbol && raw.size() == 1 && raw[0] == symbol;
  }
  bool is_word(std::string_view word) const noexcept { return kind == token_kind::identifier && raw == word; }
  std::size_t end_offset() const noexcept { return offset + raw.size(); }
};

using token_list = std::vector<token>; ///< Never empty: the last one is the end.

/// Cuts a query into tokens; white space and comments go. Errors: what is no UTF-8, a string or comment that
/// is not terminated.
compiled<token_list> lex(std::string_view query);

/// unexpected token "TOKEN" at its place.
compile_error unexpected(std::string_view query, const token& t);

} // namespace remora::filter
