#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace remora::hub {

/// Where a search over several nodes goes on.
struct search_cursor {
  /// Of each node that may have more: behind which of its items; nothing: it was not looked at yet.
  std::map<std::string, std::optional<std::uint64_t>> nodes;
  std::optional<std::int64_t> left; ///< Items that the query's own limit still allows.
};

/// Where it goes on, with nodes as a cursor names them.
struct opened_cursor {
  std::map<std::uint64_t, std::optional<std::uint64_t>> nodes; ///< By node_mark().
  std::optional<std::int64_t> left;
};
std::uint64_t node_mark(const std::string& node);

/// Writes and reads the cursors that clients hand back: opaque, fit for a URL, good for one life of the hub
/// and for the question they were made for. One that was made up, cut or belongs to another question is
/// refused.
class cursor_seal {
 public:
  cursor_seal(); ///< With a key drawn at random.

  /// @param question What the cursor is good for. Errors: too_large (of some 350 nodes).
  result<std::string> close(const search_cursor& where, std::string_view question) const;
  /// Errors: invalid_usage.
  result<opened_cursor> open(const std::string& text, std::string_view question) const;

 private:
  std::string check_of(std::string_view body, std::string_view question) const;

  std::array<char, 32> key_{};
};

} // namespace remora::hub
