#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "base/time.hpp"
#include "traffic/bytes.hpp"

namespace remora::traffic {

/// Where the bytes of a capture file come from: a file, a pipe, memory.
class byte_source {
 public:
  enum class state : std::uint8_t { data, idle, end };
  struct outcome {
    state what;
    std::size_t bytes; ///< More than 0 with `data`, otherwise 0.
  };

  byte_source() = default;
  byte_source(const byte_source&) = delete;
  byte_source& operator=(const byte_source&) = delete;
  virtual ~byte_source() = default;

  /// Reads up to `count` (> 0) bytes. A pipe that has nothing is waited for, `wait` at most, then `idle`; a
  /// signal makes it `idle` sooner. Errors: io_failed.
  virtual result<outcome> read(std::uint8_t* to, std::size_t count, milliseconds wait) = 0;

  /// True for what may be idle: its bytes arrive while it is read.
  virtual bool streaming() const noexcept = 0;
};

/// Opens a file for reading from its start to its end; "-" is standard input.
/// Errors: not_found, permission_denied, io_failed (a folder, …); each message begins with the path.
result<std::unique_ptr<byte_source>> open_byte_source(const std::string& path);

/// Bytes in memory, handed out in pieces of at most `piece` bytes. The view must outlive the source.
std::unique_ptr<byte_source> make_memory_source(byte_view content, std::size_t piece = SIZE_MAX);

} // namespace remora::traffic
