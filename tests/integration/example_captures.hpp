#pragma once

#include <string>
#include <vector>

#include "tests/support/byte_writer.hpp"

namespace remora::test {

struct example_capture {
  std::string name; ///< Of the file in examples/captures.
  bytes content;
};

/// The captures in examples/captures, made anew: the same bytes each time. make_example_captures writes them
/// there; a test holds the files against this.
std::vector<example_capture> example_captures();

} // namespace remora::test
