#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace remora::traffic::http {

/// The first line of a message, as places in its head.
struct start_line {
  std::uint32_t method_size = 0; ///< Requests; the method is at the beginning.
  std::uint32_t target_begin = 0;
  std::uint32_t target_size = 0;
  std::uint16_t status = 0; ///< Responses: 100 to 999.
  std::uint8_t major = 0;   ///< 0.9 stands for a request that names no version.
  std::uint8_t minor = 9;

  bool is_simple() const noexcept { return major == 0 && minor == 9; }
};

/// Methods that are longer are not methods.
constexpr std::size_t longest_method = 32;

/// Reads "METHOD TARGET HTTP/1.1" (RFC 9112, section 3) without its line end. What servers bear is borne:
/// more than one space, a target with spaces in it, none at all, something after the version. "GET /x" alone
/// is a simple request (RFC 1945, section 4.1).
std::optional<start_line> parse_request_line(std::string_view line) noexcept;

/// Reads "HTTP/1.1 200 OK" (RFC 9112, section 4); the reason may be missing.
std::optional<start_line> parse_status_line(std::string_view line) noexcept;

/// Whether a line may go on like this and become a request line or a status line. False only when it cannot.
bool may_become_request_line(std::string_view beginning) noexcept;
bool may_become_status_line(std::string_view beginning) noexcept;

/// A request line whose version is named: nothing else looks like it.
bool is_full_request_line(std::string_view line) noexcept;

/// A character of a token (RFC 9110, section 5.6.2).
bool is_token_character(char c) noexcept;

/// The line without the CR before its LF.
inline std::string_view without_cr(std::string_view line) noexcept {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

} // namespace remora::traffic::http
