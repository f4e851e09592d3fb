#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace remora::traffic {

/// What a body was before its content codings were applied.
struct decoded_content {
  std::string bytes;
  bool is_cut =
      false; ///< There was more, but the limit was reached, or the coded bytes broke off or were bad.
};

/// Undoes content codings (RFC 9110, section 8.4.1): gzip, x-gzip, deflate (with and without the zlib
/// wrapper), br, zstd, identity. Costs no more than `limit` bytes of output per coding, whatever the body
/// claims.
/// @param codings As in Content-Encoding: "gzip", "deflate, br"; at most three.
/// @returns Nothing when a coding is unknown, there are more than three, or nothing could be decoded.
std::optional<decoded_content> decode_content(std::string_view bytes, std::string_view codings,
                                              std::size_t limit);

} // namespace remora::traffic
