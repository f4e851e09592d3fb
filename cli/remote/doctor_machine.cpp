#include <algorithm>
#include <cerrno>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/file_descriptor.hpp"
#include "cli/remote/doctor.hpp"
#include "traffic/capture/interfaces.hpp"

namespace remora::cli {

std::string_view to_string(verdict_level level) noexcept {
  switch (level) {
    case verdict_level::ok:
      return "ok";
    case verdict_level::warning:
      return "warning";
    case verdict_level::problem:
      return "problem";
  }
  return "problem";
}

int try_to_capture() noexcept {
  const file_descriptor socket{::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL))};
  return socket ? 0 : errno;
}

namespace {

finding judge_capture(int capture_error) {
  if (capture_error == 0) return {verdict_level::ok, "capture", "this user may capture on this machine", ""};
  if (capture_error == EPERM || capture_error == EACCES)
    return {
        verdict_level::warning, "capture", "this user may not capture on this machine",
        "remora run -i and remora-worker need CAP_NET_RAW: sudo setcap cap_net_raw+ep on the program, "
        "AmbientCapabilities=CAP_NET_RAW in its systemd unit, or --cap-add NET_RAW for a container; reading "
        "files needs nothing"};
  return {verdict_level::problem, "capture",
          "this machine gives no packet sockets: " + errno_text(capture_error),
          "is it Linux, with packet sockets (CONFIG_PACKET) in its kernel?"};
}

} // namespace

findings judge_machine(const config::settings& settings, const std::vector<std::string>& interfaces,
                       int capture_error) {
  findings out{judge_capture(capture_error)};
  std::string names;
  for (const std::string& name : interfaces)
    names += (names.empty() ? "" : ", ") + name;
  out.push_back({interfaces.empty() ? verdict_level::problem : verdict_level::ok, "interfaces",
                 interfaces.empty() ? "this machine has no network interfaces" : names,
                 interfaces.empty() ? "a container sees the host's with --network host" : ""});
  for (const std::string& wanted : settings.worker.capture.interfaces)
    if (wanted != "any" && std::find(interfaces.begin(), interfaces.end(), wanted) == interfaces.end())
      out.push_back({verdict_level::problem, "interfaces",
                     traffic::unknown_interface_error(wanted, interfaces).message,
                     "correct worker.capture.interfaces"});
  return out;
}

} // namespace remora::cli
