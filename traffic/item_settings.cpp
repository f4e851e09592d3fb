#include "traffic/item_settings.hpp"

namespace remora::traffic {

item_options item_options_of(const config::worker_settings& settings) {
  item_options out;
  out.flows.flows = static_cast<std::uint32_t>(settings.limits.flows);
  out.flows.held_in_total = static_cast<std::size_t>(settings.limits.reassembly.bytes);
  // Whoever may not read the file, or has none, does without its names.
  if (auto hosts = read_hosts("/etc/hosts")) out.hosts = *std::move(hosts);
  return out;
}

} // namespace remora::traffic
