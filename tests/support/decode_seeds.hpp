#pragma once

#include <vector>

#include "tests/support/byte_writer.hpp"

namespace remora::test {

/// Inputs of the decode fuzz target, which says how they are read: frames of every link that is decoded, of
/// every tunnel, and fragments of datagrams, also within each other.
std::vector<bytes> decode_seeds();

} // namespace remora::test
