#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "traffic/decode/decoded_packet.hpp"

namespace remora::traffic {

/// What became of one fragment.
enum class fragment_fate : std::uint8_t {
  stored,
  trimmed,    ///< Stored in part: IPv4, and what came first in its place was kept.
  duplicate,  ///< Brought nothing new.
  completing, ///< The datagram was whole with it.
  cut_off,    ///< Not captured to its end, so of no use.
  malformed,  ///< Empty, not the last and no multiple of 8 bytes long, or with headers that cannot be read.
  refused,    ///< Its datagram was dropped because of it, or had been before.
};
inline constexpr std::size_t fragment_fate_count = 7;

/// How a datagram ended that fragments were stored of.
enum class datagram_end : std::uint8_t {
  completed,
  timed_out,
  evicted,      ///< The oldest, when there was no more room.
  overlapping,  ///< IPv6 (RFC 5722).
  too_long,     ///< More than 65,535 bytes.
  inconsistent, ///< Fragments that contradict each other about where it ends.
};
inline constexpr std::size_t datagram_end_count = 6;

std::string_view to_string(fragment_fate fate) noexcept;
std::string_view to_string(datagram_end end) noexcept;

/// Always: fragments() = the sum over all fates, and opened() = the sum over all ends + those still open.
class fragment_counters {
 public:
  void add(fragment_fate fate) noexcept { ++fates_[static_cast<std::size_t>(fate)], ++fragments_; }
  void add_opened() noexcept { ++opened_; }
  void add(datagram_end end) noexcept { ++ends_[static_cast<std::size_t>(end)]; }

  std::uint64_t fragments() const noexcept { return fragments_; }
  std::uint64_t opened() const noexcept { return opened_; }
  std::uint64_t of(fragment_fate fate) const noexcept { return fates_[static_cast<std::size_t>(fate)]; }
  std::uint64_t of(datagram_end end) const noexcept { return ends_[static_cast<std::size_t>(end)]; }

 private:
  std::uint64_t fragments_ = 0;
  std::uint64_t opened_ = 0;
  std::array<std::uint64_t, fragment_fate_count> fates_{};
  std::array<std::uint64_t, datagram_end_count> ends_{};
};

struct fragment_limits {
  std::size_t datagrams = 4096;                ///< That are not whole yet.
  std::size_t bytes = 8u << 20u;               ///< That all of them take, bookkeeping included.
  nanoseconds wait = std::chrono::seconds{30}; ///< From the first fragment of a datagram to arrive.
};

/// A datagram that is whole.
struct datagram_view {
  std::uint8_t protocol = 0; ///< What it begins with.
  byte_view bytes;
};

/// Puts IP fragments together: IPv4 (RFC 791), where of bytes that arrive twice the first are kept, and IPv6
/// (RFC 8200), where overlapping fragments end the datagram (RFC 5722) but a repeated one does no harm. What
/// belongs together is told by source, destination, identification and, in IPv4, protocol.
///
/// The clock is the latest capture time seen, which never goes back. Memory stays within the limits plus one
/// datagram; the work for a fragment grows with its length and the logarithm of what is stored. One thread
/// uses it.
class fragment_table {
 public:
  explicit fragment_table(fragment_limits limits = {}) noexcept : limits_{limits} {}
  fragment_table(const fragment_table&) = delete;
  fragment_table& operator=(const fragment_table&) = delete;

  /// Takes a fragment. @pre fragment.fragment.is_fragment(), as decode() said. Its views may point into the
  /// datagram that was returned last (a fragment within a tunnel that was fragmented itself).
  /// @returns the datagram if it is whole now: decode_transport() reads it. Valid until the next one is
  /// whole.
  std::optional<datagram_view> add(const decoded_packet& fragment, timestamp time);

  /// Drops what has waited too long. Every add() does so too.
  void expire(timestamp now);

  const fragment_counters& counters() const noexcept { return counters_; }
  std::size_t open() const noexcept { return open_; }   ///< Datagrams that are not whole yet.
  std::size_t bytes() const noexcept { return bytes_; } ///< What limits.bytes bounds.

 private:
  struct key {
    ip_address source;
    ip_address destination;
    std::uint32_t id = 0;
    std::uint16_t version_and_protocol = 0;

    bool operator<(const key& other) const noexcept;
  };
  struct piece {
    std::uint32_t length = 0;
    std::uint32_t at = 0; ///< Where in `stored`.
  };
  /// Pieces do not overlap; the key is the offset in the datagram.
  using pieces = std::map<std::uint32_t, piece>;
  struct datagram {
    timestamp first;
    bool dropped = false; ///< Kept without its bytes, so that what follows of it is refused.
    std::uint8_t protocol = 0;
    std::uint32_t covered = 0; ///< Bytes in all pieces.
    std::optional<std::uint32_t> total;
    std::vector<std::uint8_t> stored; ///< In the order of arrival.
    pieces parts;
    std::size_t charged = 0;
    std::list<const key*>::iterator age;
  };
  using datagrams = std::map<key, datagram>; // a tree: no choice of keys makes it slow
  enum class storing : std::uint8_t { nothing_new, some, all, contradicts };

  fragment_fate take(const decoded_packet& fragment, byte_view data);
  fragment_fate store(datagrams::iterator which, const decoded_packet& fragment, byte_view data);
  datagrams::iterator find_or_open(const key& which);
  void drop(datagrams::iterator which, datagram_end end);
  void erase(datagrams::iterator which);
  void erase_oldest(datagram_end why);
  void charge(datagram& which);
  void assemble(const datagram& from);

  static bool agrees_on_end(const datagram& with, std::uint32_t end, bool more) noexcept;
  static storing store_v4(datagram& to, std::uint32_t offset, byte_view data);
  static storing store_v6(datagram& to, std::uint32_t offset, byte_view data);
  static pieces::iterator first_behind(pieces& parts, std::uint32_t offset);
  static void add_piece(datagram& to, pieces::iterator before, std::uint32_t offset, byte_view data);

  fragment_limits limits_;
  fragment_counters counters_;
  datagrams datagrams_;
  std::list<const key*> by_age_; ///< The oldest first; the keys are those of datagrams_.
  timestamp now_ = timestamp::min();
  std::size_t open_ = 0;
  std::size_t bytes_ = 0;
  std::vector<std::uint8_t> whole_; ///< The datagram that was returned last.
  std::uint8_t whole_protocol_ = 0;
};

} // namespace remora::traffic
