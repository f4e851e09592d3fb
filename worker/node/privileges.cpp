#include "worker/node/privileges.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <linux/capability.h>
#include <string>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace remora::worker {

namespace {

// The kernel takes 64 capabilities as two times 32; CAP_NET_RAW (13) is among the first.
constexpr std::uint32_t net_raw = 1U << CAP_NET_RAW;
using capability_sets = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;

bool read_sets(capability_sets& to) {
  __user_cap_header_struct about{_LINUX_CAPABILITY_VERSION_3, 0};
  return ::syscall(SYS_capget, &about, to.data()) == 0;
}

result<void> write_sets(std::uint32_t permitted, std::uint32_t effective) {
  __user_cap_header_struct about{_LINUX_CAPABILITY_VERSION_3, 0};
  capability_sets sets{};
  sets[0].permitted = permitted;
  sets[0].effective = effective;
  if (::syscall(SYS_capset, &about, sets.data()) == 0) return {};
  return fail(errc::permission_denied, "privileges cannot be given up: " + errno_text(errno));
}

std::uint32_t possible() {
  capability_sets sets{};
  return read_sets(sets) ? sets[0].permitted & net_raw : 0;
}

} // namespace

result<void> keep_only_raw_sockets() {
  // Older kernels know no ambient set; what cannot be there need not be cleared.
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return fail(errc::permission_denied, "privileges cannot be given up: " + errno_text(errno));
  return write_sets(possible(), 0);
}

result<void> give_up_raw_sockets() { return write_sets(0, 0); }

raw_sockets_allowed::raw_sockets_allowed() {
  const std::uint32_t may = possible();
  static_cast<void>(write_sets(may, may)); // raising what is permitted cannot fail
}

raw_sockets_allowed::~raw_sockets_allowed() { static_cast<void>(write_sets(possible(), 0)); }

} // namespace remora::worker
