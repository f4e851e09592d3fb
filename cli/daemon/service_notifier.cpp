#include "cli/daemon/service_notifier.hpp"

#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.hpp"

namespace remora::cli {

namespace {

using variables = std::map<std::string, std::string>;

std::optional<std::uint64_t> number(const variables& all, const char* name) {
  const auto found = all.find(name);
  if (found == all.end()) return std::nullopt;
  const char* const end = found->second.data() + found->second.size();
  std::uint64_t out = 0;
  const auto read = std::from_chars(found->second.data(), end, out);
  return read.ec == std::errc{} && read.ptr == end ? std::optional{out} : std::nullopt;
}

/// A socket connected to the manager's; none when the address is none or nobody is there.
file_descriptor connect_to(const std::string& address) {
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  const bool abstract = !address.empty() && address.front() == '@';
  const bool absolute = !address.empty() && address.front() == '/';
  if ((!abstract && !absolute) || address.size() < 2 || address.size() >= sizeof to.sun_path) return {};
  std::memcpy(to.sun_path, address.data(), address.size());
  if (abstract) to.sun_path[0] = '\0';
  // An abstract name has no end but the length; a path has a zero that counts.
  const auto length =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size() + (abstract ? 0 : 1));
  file_descriptor made{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): what the socket API takes
  if (!made || ::connect(made.number(), reinterpret_cast<const sockaddr*>(&to), length) != 0) return {};
  // A manager that hangs must not hang us.
  const timeval longest{1, 0};
  ::setsockopt(made.number(), SOL_SOCKET, SO_SNDTIMEO, &longest, sizeof longest);
  return made;
}

std::string on_one_line(std::string_view text) {
  constexpr std::size_t most = 512;
  std::string out{text.substr(0, most)};
  for (char& c : out)
    if (c == '\n' || c == '\r') c = ' ';
  return out;
}

} // namespace

service_notifier service_notifier::from(const variables& environment) {
  service_notifier made;
  const auto address = environment.find("NOTIFY_SOCKET");
  if (address == environment.end()) return made;
  made.socket_ = connect_to(address->second);
  if (!made.socket_) {
    log::warn("service-manager", "the socket that NOTIFY_SOCKET names cannot be reached: ", address->second);
    return made;
  }
  const auto for_process = number(environment, "WATCHDOG_PID");
  const auto silence = number(environment, "WATCHDOG_USEC");
  constexpr std::uint64_t most = 1'000'000'000'000; // of microseconds: eleven days, and the product fits
  const bool ours = !for_process || *for_process == static_cast<std::uint64_t>(::getpid());
  if (ours && silence && *silence > 0 && *silence <= most)
    made.watchdog_ = std::chrono::microseconds{*silence};
  return made;
}

void service_notifier::say(const std::string& lines, bool must_arrive) const {
  const int flags = MSG_NOSIGNAL | (must_arrive ? 0 : MSG_DONTWAIT);
  if (socket_) ::send(socket_.number(), lines.data(), lines.size(), flags);
}

void service_notifier::ready(std::string_view text) const {
  say("READY=1\nSTATUS=" + on_one_line(text) + '\n', true);
}

void service_notifier::reloading() const {
  using std::chrono::microseconds;
  const auto now = std::chrono::steady_clock::now().time_since_epoch(); // CLOCK_MONOTONIC
  say("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(std::chrono::duration_cast<microseconds>(now).count()) +
          '\n',
      true);
}

void service_notifier::stopping() const { say("STOPPING=1\n", true); }
void service_notifier::status(std::string_view text) const {
  say("STATUS=" + on_one_line(text) + '\n', false);
}
void service_notifier::alive() const { say("WATCHDOG=1\n", false); }

} // namespace remora::cli
