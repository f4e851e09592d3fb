#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/time.hpp"
#include "traffic/flow/sequence.hpp"

namespace remora::traffic {

/// Bytes of one segment, copied, on their way to the consumer; the bytes follow the struct in memory.
struct held_piece {
  held_piece* next = nullptr;
  timestamp arrival;
  std::uint32_t size = 0;
  std::uint32_t missing = 0; ///< Sent behind them, and not captured.

  byte_view bytes() const noexcept { return {reinterpret_cast<const std::uint8_t*>(this + 1), size}; }
  /// What a piece takes, with its share of the allocator and of the list of runs.
  static constexpr std::size_t memory_of(std::size_t size) noexcept { return 96 + size; }
};

struct held_piece_deleter {
  void operator()(held_piece* piece) const noexcept { ::operator delete(piece); }
};
using held_piece_ptr = std::unique_ptr<held_piece, held_piece_deleter>;

/// What came too early in one direction of a connection. Pieces without a hole between them form a run; runs
/// are sorted, so a segment finds its place by bisection, and joining runs moves no bytes. Where segments
/// overlap, what came first stays.
///
/// Positions are sequence numbers; `next`, the one that is expected, is handed in to every call that compares
/// them, and everything held lies behind it, less than 2^31 away.
class held_segments {
 public:
  /// What it would mean to keep a segment.
  struct plan {
    std::size_t first_run = 0; ///< The runs that it touches or overlaps: [first_run, last_run).
    std::size_t last_run = 0;
    std::size_t memory = 0;    ///< What keeping it would add to memory().
    std::uint32_t overlap = 0; ///< How many captured bytes of it are held already.

    bool adds_run() const noexcept { return first_run == last_run && memory != 0; }
  };

  held_segments() = default;
  held_segments(const held_segments&) = delete;
  held_segments& operator=(const held_segments&) = delete;
  ~held_segments();

  bool empty() const noexcept { return runs_.empty(); }
  std::size_t runs() const noexcept { return runs_.size(); }
  std::size_t memory() const noexcept { return memory_; }      ///< Of pieces.
  std::uint64_t byte_count() const noexcept { return bytes_; } ///< Captured bytes.
  /// @pre !empty()
  std::uint32_t first() const noexcept { return runs_.front().start; }
  std::uint32_t end() const noexcept { return runs_.back().end; }
  timestamp first_arrival() const noexcept { return runs_.front().head->arrival; }

  /// @pre distance(next, segment.sequence) > 0 and segment.length() > 0
  plan plan_for(const tcp_segment& segment, std::uint32_t next) const noexcept;
  /// @param how What plan_for() said of the same segment, nothing having changed since.
  void insert(const tcp_segment& segment, timestamp arrival, const plan& how);

  /// Takes out the piece that first() names. @pre !empty()
  held_piece_ptr pop() noexcept;

 private:
  struct run {
    std::uint32_t start = 0;
    std::uint32_t end = 0;
    held_piece* head = nullptr;
    held_piece* tail = nullptr;
  };

  held_piece* make_piece(const tcp_segment& part, timestamp arrival);
  static void append(run& to, const run& more) noexcept;

  std::vector<run> runs_;
  std::size_t memory_ = 0;
  std::uint64_t bytes_ = 0;
};

} // namespace remora::traffic
