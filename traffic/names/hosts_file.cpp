#include "traffic/names/hosts_file.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <fcntl.h>

#include "base/file_descriptor.hpp"

namespace remora::traffic {

namespace {

constexpr std::size_t most_entries = 200'000;
constexpr std::size_t most_bytes = 16u << 20u;
constexpr std::size_t longest_name = 255;

/// The next word of a line, which is taken off it; "" at its end.
std::string_view take_word(std::string_view& line) {
  constexpr std::string_view blanks = " \t\r";
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(blanks));
  line.remove_prefix(word.size());
  return word;
}

} // namespace

std::optional<ip_address> parse_ip_address(std::string_view text) {
  char terminated[INET6_ADDRSTRLEN] = "";
  if (text.size() >= sizeof terminated) return std::nullopt;
  std::memcpy(terminated, text.data(), text.size());
  ip_address out;
  if (::inet_pton(AF_INET, terminated, out.bytes.data() + 12) == 1) {
    out.bytes[10] = out.bytes[11] = 0xFF;
    return out;
  }
  if (::inet_pton(AF_INET6, terminated, out.bytes.data()) == 1) return out;
  return std::nullopt;
}

bool is_presentable_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= longest_name && std::none_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
}

std::vector<hosts_entry> parse_hosts(std::string_view text) {
  std::vector<hosts_entry> out;
  while (!text.empty() && out.size() < most_entries) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    line = line.substr(0, line.find('#'));
    const auto ip = parse_ip_address(take_word(line));
    const std::string_view name = take_word(line);
    if (ip && is_presentable_name(name)) out.push_back({*ip, std::string{name}});
  }
  return out;
}

result<std::vector<hosts_entry>> read_hosts(const std::string& path) {
  const auto failed = [&] {
    const errc why = errno == ENOENT                     ? errc::not_found
                     : errno == EACCES || errno == EPERM ? errc::permission_denied
                                                         : errc::io_failed;
    return tl::unexpected{error{why, "cannot read " + path + ": " + std::strerror(errno)}};
  };
  const file_descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (!file) return failed();
  std::string text;
  char piece[16'384];
  while (text.size() < most_bytes) {
    const ssize_t got = ::read(file.number(), piece, sizeof piece);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed();
    if (got == 0) break;
    text.append(piece, static_cast<std::size_t>(got));
  }
  return parse_hosts(text);
}

} // namespace remora::traffic
