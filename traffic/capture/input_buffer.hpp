#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/error.hpp"
#include "base/time.hpp"
#include "traffic/bytes.hpp"
#include "traffic/capture/byte_source.hpp"

namespace remora::traffic {

/// Reads a byte source in large blocks and shows a window onto it: what was fetched and not yet consumed. A
/// file is not mapped into memory, because one that is cut short while it is read would then kill the
/// process.
class input_buffer {
 public:
  enum class fill : std::uint8_t {
    ready,  ///< The window has what was asked for.
    idle,   ///< Not yet; ask again.
    end,    ///< The source ended before; the window holds what is left.
    failed, ///< Reading failed; see failure().
  };

  /// @param capacity Bytes read at once, at least 1.
  input_buffer(std::unique_ptr<byte_source> source, std::size_t capacity);

  /// Fetches until the window has `count` bytes; the caller has checked `count` against a limit of its own,
  /// since the buffer grows to it. Earlier views into the window become invalid.
  fill ensure(std::size_t count, milliseconds wait) {
    return end_ - begin_ >= count ? fill::ready : fetch(count, wait);
  }

  /// The first byte of the window.
  const std::uint8_t* data() const noexcept { return storage_.get() + begin_; }
  std::size_t size() const noexcept { return end_ - begin_; }
  byte_view window() const noexcept { return {data(), size()}; }

  /// Moves the window on by `count` bytes, or by all that it holds. The bytes stay readable until ensure().
  void consume(std::size_t count) noexcept {
    const std::size_t moved = count < size() ? count : size();
    begin_ += moved;
    offset_ += moved;
  }

  /// Where in the source the window begins.
  std::uint64_t offset() const noexcept { return offset_; }
  const error& failure() const noexcept { return failure_; }
  bool streaming() const noexcept { return source_->streaming(); }

 private:
  fill fetch(std::size_t count, milliseconds wait);
  void move_to_front() noexcept;
  void grow(std::size_t capacity);

  std::unique_ptr<byte_source> source_;
  std::size_t capacity_;
  std::unique_ptr<std::uint8_t[]> storage_; // not a vector: it would zero what is about to be read
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t offset_ = 0;
  error failure_;
};

} // namespace remora::traffic
