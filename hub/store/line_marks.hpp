#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "hub/store/database.hpp"

namespace remora::hub {

/// Up to where each node's lines are stored. Made for one batch: reads the marks of the nodes in it, moves
/// them on, and writes those that moved.
class line_marks {
 public:
  explicit line_marks(database& in) noexcept : in_{in} {}

  /// Moves a node's mark on to a line. @returns false when the line lies at or before it, so was stored
  /// already.
  result<bool> pass(const std::string& node, std::uint64_t incarnation, std::uint64_t sequence);
  result<void> write();

 private:
  struct mark {
    std::uint64_t incarnation = 0;
    std::uint64_t sequence = 0;
    bool moved = false;
  };
  result<mark> read(const std::string& node);

  database& in_;
  std::map<std::string, mark> marks_;
};

} // namespace remora::hub
