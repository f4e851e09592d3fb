#pragma once

#include <cstdint>

#include "base/time.hpp"
#include "traffic/bytes.hpp"
#include "traffic/link_type.hpp"

namespace remora::traffic {

/// One captured packet. `bytes` is valid only during the call that hands the frame over: it points into the
/// buffer of whoever captured it, and no copy is made.
struct frame {
  timestamp time;                          ///< When it was captured.
  std::uint32_t wire_length = 0;           ///< Bytes it had on the wire; never less than bytes.size().
  link_type link = link_type::unsupported; ///< What the bytes begin with.
  byte_view bytes; ///< What was captured of it, from the first byte of the link header.
};

/// Takes frames, one call each, on the thread that reads the source.
class frame_handler {
 public:
  frame_handler() = default;
  frame_handler(const frame_handler&) = delete;
  frame_handler& operator=(const frame_handler&) = delete;
  virtual ~frame_handler() = default;

  virtual void on_frame(const frame& packet) = 0;
};

} // namespace remora::traffic
