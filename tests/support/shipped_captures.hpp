#pragma once

#include <string>
#include <vector>

#include "tests/support/byte_writer.hpp"

namespace remora::test {

struct shipped_capture {
  std::string name; ///< Of the file in tests/data/captures.
  bytes content;
  std::size_t packets; ///< That can be read from it.
  std::string damage;  ///< What is said of it behind its name; empty: nothing is wrong with it.
};

/// The captures in tests/data/captures, as they were made. make_captures writes them there.
std::vector<shipped_capture> shipped_captures();

} // namespace remora::test
