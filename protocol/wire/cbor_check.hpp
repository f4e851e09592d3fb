#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace remora::wire {

/// The largest message, in bytes. A little less than the 1 MiB that the sockets let through, so that what the
/// layers below put in front of it fits too.
inline constexpr std::size_t max_message_bytes = (1u << 20) - 4096;
/// Values in a message; keys, lists and maps count too.
inline constexpr std::size_t max_message_items = 65'536;
/// Lists and maps within each other, the outermost counted.
inline constexpr std::size_t max_message_depth = 16;
/// Keys of one map, and bytes of one key.
inline constexpr std::size_t max_map_keys = 128;
inline constexpr std::size_t max_key_bytes = 64;

/// Whether `bytes` are exactly one map that may be decoded: within the limits above, keys are text and differ
/// within a map, text is well-formed UTF-8, fractions are finite, nothing follows. Uses a fixed amount of
/// memory (about 40 KiB of stack) and time linear in the size.
/// Errors: "at byte 12: a map has the key \"tag\" twice".
tl::expected<void, std::string> check_cbor(std::string_view bytes);

} // namespace remora::wire
