#include "traffic/names/proc_net.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>

#include "base/file_descriptor.hpp"

namespace remora::traffic {

namespace {

constexpr std::size_t most_bytes = 32u << 20u;

std::string_view word(std::string_view& line) noexcept {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  const std::string_view taken = line.substr(0, line.find(' '));
  line.remove_prefix(taken.size());
  return taken;
}

template <class Number>
bool read_number(std::string_view text, Number& to, int base) noexcept {
  const auto done = std::from_chars(text.data(), text.data() + text.size(), to, base);
  return !text.empty() && done.ec == std::errc{} && done.ptr == text.data() + text.size();
}

bool read_address(std::string_view hex, ip_address& to) noexcept {
  if (hex.size() != 8 && hex.size() != 32) return false;
  std::size_t at = 0;
  if (hex.size() == 8) {
    to.bytes[10] = to.bytes[11] = 0xFF;
    at = 12;
  }
  for (; !hex.empty(); hex.remove_prefix(8), at += 4) {
    std::uint32_t machine_order = 0;
    if (!read_number(hex.substr(0, 8), machine_order, 16)) return false;
    std::memcpy(to.bytes.data() + at, &machine_order, 4);
  }
  return true;
}

} // namespace

std::optional<proc_socket> parse_proc_socket(std::string_view line) noexcept {
  proc_socket out;
  word(line);
  const std::string_view local = word(line);
  const auto colon = local.find(':');
  if (colon == std::string_view::npos || !read_address(local.substr(0, colon), out.local.ip) ||
      !read_number(local.substr(colon + 1), out.local.port, 16))
    return std::nullopt;
  for (int skipped = 0; skipped < 7; ++skipped)
    word(line);
  if (!read_number(word(line), out.inode, 10)) return std::nullopt;
  return out;
}

std::uint64_t parse_socket_link(std::string_view link) noexcept {
  constexpr std::string_view head = "socket:[";
  std::uint64_t inode = 0;
  if (link.substr(0, head.size()) != head || link.back() != ']') return 0;
  link.remove_prefix(head.size());
  link.remove_suffix(1);
  return read_number(link, inode, 10) ? inode : 0;
}

std::string read_proc_file(const std::string& path) {
  std::string out;
  const file_descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  char piece[16'384];
  while (file && out.size() < most_bytes) {
    const ssize_t got = ::read(file.number(), piece, sizeof piece);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    out.append(piece, static_cast<std::size_t>(got));
  }
  return out;
}

} // namespace remora::traffic
