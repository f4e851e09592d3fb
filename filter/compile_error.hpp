#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "base/error.hpp"

namespace remora::filter {

/// Why a query does not compile, and where in its text.
struct compile_error {
  unsigned line = 1;   ///< From 1.
  unsigned column = 1; ///< From 1, in code points; one past the last when the text ended too soon.
  std::string message; ///< unexpected token "and": one line, no full stop.

  /// 1:5: unexpected token "?"
  std::string text() const;
};

/// The error that belongs to the byte at `offset` of a query.
compile_error error_at(std::string_view query, std::size_t offset, std::string message);

/// For terminals and API answers: the text of the error, the line of the query, and a caret under the place.
///
///     1:5: unexpected token "?"
///     htt ??? a : p
///         ^
///
/// Of a long line the part around the place is shown. Control characters are shown as spaces.
std::string with_caret(std::string_view query, const compile_error& failed);

/// The same for callers that pass errors on: errc::invalid_filter with text().
error to_error(const compile_error& failed);

template <class T>
using compiled = tl::expected<T, compile_error>;

} // namespace remora::filter
