#include "protocol/wire/cbor_check.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "base/utf8.hpp"
#include "protocol/wire/cbor_reader.hpp"

namespace remora::wire {

namespace {

/// A key, without a constructor: thousands of them would be cleared for each message, to be used by none.
struct key_view {
  const char* data;
  std::size_t size;
};

/// A list or map that is being read.
struct level {
  bool is_map = false;
  std::uint64_t pending = 0;                ///< Values that are still to come; of a map keys and values.
  std::size_t keys = 0;                     ///< Of a map: how many were read.
  std::array<key_view, max_map_keys> known; ///< The first `keys` of them.
};

class checker {
 public:
  explicit checker(std::string_view bytes) noexcept : reader_{bytes} {}

  tl::expected<void, std::string> run() {
    do {
      const std::size_t at = reader_.offset();
      const auto item = reader_.next();
      if (!item) return refused(at, item.error());
      if (auto why = take(*item)) return refused(at, *why);
    } while (depth_ > 0);
    if (reader_.remaining() > 0) return refused(reader_.offset(), "bytes follow the end of the message");
    return {};
  }

 private:
  static tl::unexpected<std::string> refused(std::size_t at, const std::string& why) {
    return tl::unexpected<std::string>{"at byte " + std::to_string(at) + ": " + why};
  }

  /// Puts one value in its place. @returns why it may not stand there.
  std::optional<std::string> take(const cbor_item& item) {
    if (++items_ > max_message_items) return "more than " + std::to_string(max_message_items) + " values";
    if (depth_ == 0 && item.kind != cbor_kind::map) return "a message is a map, but this is " + words(item);
    if (item.kind == cbor_kind::text && find_invalid_utf8(item.bytes)) return "text that is not UTF-8";
    if (item.kind == cbor_kind::fraction && item.argument == 0) return "a number that is not finite";
    if (depth_ > 0) {
      level& inside = levels_[depth_ - 1];
      const bool is_key = inside.is_map && inside.pending % 2 == 0;
      --inside.pending;
      if (is_key) return take_key(inside, item);
    }
    if (item.kind == cbor_kind::list || item.kind == cbor_kind::map) {
      if (auto why = open(item)) return why;
    }
    close_finished();
    return std::nullopt;
  }

  static std::optional<std::string> take_key(level& inside, const cbor_item& item) {
    if (item.kind != cbor_kind::text) return "a key must be text, but is " + words(item);
    if (item.bytes.size() > max_key_bytes)
      return "a key is longer than " + std::to_string(max_key_bytes) + " bytes";
    const auto end = inside.known.begin() + static_cast<std::ptrdiff_t>(inside.keys);
    const auto is_this = [&](const key_view& each) {
      return std::string_view{each.data, each.size} == item.bytes;
    };
    if (std::any_of(inside.known.begin(), end, is_this))
      return "a map has the key " + quoted(item.bytes) + " twice";
    // open() made sure that there is room.
    inside.known[inside.keys++] = {item.bytes.data(), item.bytes.size()};
    return std::nullopt;
  }

  std::optional<std::string> open(const cbor_item& item) {
    const bool is_map = item.kind == cbor_kind::map;
    if (depth_ == max_message_depth)
      return "more than " + std::to_string(max_message_depth) + " lists and maps within each other";
    if (is_map && item.argument > max_map_keys)
      return "a map has more than " + std::to_string(max_map_keys) + " keys";
    level& opened = levels_[depth_++];
    opened.is_map = is_map;
    opened.pending = is_map ? 2 * item.argument : item.argument;
    opened.keys = 0;
    return std::nullopt;
  }

  void close_finished() noexcept {
    while (depth_ > 0 && levels_[depth_ - 1].pending == 0)
      --depth_;
  }

  static std::string words(const cbor_item& item) { return std::string{to_string(item.kind)}; }

  cbor_reader reader_;
  std::size_t items_ = 0;
  std::size_t depth_ = 0;
  std::array<level, max_message_depth> levels_;
};

} // namespace

tl::expected<void, std::string> check_cbor(std::string_view bytes) {
  if (bytes.size() > max_message_bytes)
    return tl::unexpected<std::string>{"it has " + std::to_string(bytes.size()) + " bytes; at most " +
                                       std::to_string(max_message_bytes) + " are accepted"};
  return checker{bytes}.run();
}

} // namespace remora::wire
