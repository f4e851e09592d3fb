#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/remote/screen.hpp"

namespace remora::cli {

enum class tone : std::uint8_t { plain, good, doubtful, bad, faint };

/// A text in the colour of a tone, when the reader sees colours.
std::string toned(const std::string& text, tone in, const screen& reader);

/// Rows under headings. What stands in cells may come from anywhere: control characters are escaped.
class table {
 public:
  struct cell {
    // Implicit on purpose: a row is written as its texts. NOLINTBEGIN(google-explicit-constructor)
    cell(std::string says, tone in = tone::plain) : text{std::move(says)}, shade{in} {}
    cell(const char* says, tone in = tone::plain) : text{says}, shade{in} {}
    // NOLINTEND(google-explicit-constructor)
    std::string text;
    tone shade;
  };

  /// @param headings "NAME"; a column whose heading begins with ">" is aligned to the right: numbers.
  explicit table(std::vector<std::string> headings);

  /// As many cells as there are headings.
  void row(std::vector<cell> cells);
  bool empty() const noexcept { return rows_.empty(); }

  /// Aligned with blanks on a terminal; else a line a row with tabs between, so that cut(1) and awk(1) can
  /// take it apart.
  std::string text(const screen& reader) const;

  /// RFC 4180, headings in lower case. Cells that a spreadsheet would take for a formula get a ' in front.
  std::string csv() const;

 private:
  std::string aligned(const screen& reader) const;

  std::vector<std::string> headings_;
  std::vector<bool> right_;
  std::vector<std::vector<cell>> rows_;
};

} // namespace remora::cli
