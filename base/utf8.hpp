#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace remora {

/// The offset of the first byte that is not part of well-formed UTF-8 (RFC 3629: no overlong forms, no
/// surrogates, nothing above U+10FFFF), or nothing when all of the text is.
std::optional<std::size_t> find_invalid_utf8(std::string_view text) noexcept;

/// What a JavaScript engine holds as text (UTF-8 in which each half of a surrogate pair is three bytes, and
/// a half may stand alone) as well-formed UTF-8: pairs are joined, anything else that is malformed becomes
/// U+FFFD. Text that is well-formed already comes back unchanged.
std::string to_well_formed_utf8(std::string_view text);

/// Shortens well-formed text to at most `max_bytes` without cutting a character in two.
std::string_view cut_utf8(std::string_view text, std::size_t max_bytes) noexcept;

/// Text from outside for an error message: in double quotes, control characters, quotes, backslashes and what
/// is no UTF-8 made harmless, and cut (with "...") when it is longer than `max_bytes`.
std::string quoted(std::string_view text, std::size_t max_bytes = 64);

} // namespace remora
