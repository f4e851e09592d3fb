#include "traffic/capture/filter_set.hpp"

namespace remora::traffic {

result<void> filter_set::prepare(link_type link) {
  if (empty() || link == link_type::unsupported) return {};
  auto compiled = libpcap::filter_program::compile(text_, link);
  if (!compiled) return pass_on(std::move(compiled));
  for (entry& known : entries_) {
    if (known.link == link) return {};
  }
  entries_.push_back({link, std::move(*compiled)});
  return {};
}

filter_set::entry& filter_set::entry_of(link_type link) {
  for (entry& known : entries_) {
    if (known.link == link) return known;
  }
  entries_.push_back({link, std::nullopt});
  if (auto compiled = libpcap::filter_program::compile(text_, link))
    entries_.back().program = std::move(*compiled);
  return entries_.back();
}

bool filter_set::matches(const frame& packet) {
  if (empty()) return true;
  if (packet.link == link_type::unsupported) return false;
  const entry& known = entry_of(packet.link);
  return known.program && known.program->matches(packet);
}

} // namespace remora::traffic
