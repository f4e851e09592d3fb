#include "filter/record.hpp"

#include <utility>

namespace remora::filter {

namespace {
std::atomic<std::size_t> known_kinds{0};
} // namespace

record_kind::record_kind() noexcept : number_{known_kinds.fetch_add(1)} {}

path::path(std::vector<std::string> names) : names_{std::move(names)} {}

std::vector<std::string> path::split(std::string_view dotted) {
  std::vector<std::string> names;
  for (;;) {
    const auto dot = dotted.find('.');
    names.emplace_back(dotted.substr(0, dot));
    if (dot == std::string_view::npos) return names;
    dotted.remove_prefix(dot + 1);
  }
}

std::uintptr_t path::binding(const record_kind& kind) const {
  if (kind.number_ >= bound_kinds) return kind.bind(*this);
  // Two threads may both ask; they get and store the same number.
  auto& slot = bindings_[kind.number_];
  std::uintptr_t bound = slot.load(std::memory_order_relaxed);
  if (bound == 0) {
    bound = kind.bind(*this) + 1;
    slot.store(bound, std::memory_order_relaxed);
  }
  return bound - 1;
}

} // namespace remora::filter
