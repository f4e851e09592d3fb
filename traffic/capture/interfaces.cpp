#include "traffic/capture/interfaces.hpp"

#include <algorithm>
#include <cstddef>
#include <net/if.h>
#include <utility>

#include "base/nearest_names.hpp"

namespace remora::traffic {
namespace {

constexpr std::size_t max_name_shown = 64;
constexpr std::size_t max_names_shown = 20;

} // namespace

std::vector<std::string> interface_names() {
  std::vector<std::string> names;
  struct if_nameindex* const list = ::if_nameindex();
  if (list == nullptr) return names;
  for (const struct if_nameindex* entry = list; entry->if_index != 0; ++entry) {
    names.emplace_back(entry->if_name);
  }
  ::if_freenameindex(list);
  return names;
}

error unknown_interface_error(std::string_view name, const std::vector<std::string>& existing) {
  std::string message =
      "there is no network interface \"" + std::string{name.substr(0, max_name_shown)} + "\"";
  const std::vector<std::string_view> names{existing.begin(), existing.end()};
  const auto nearest = nearest_names(name, names, 1);
  if (!nearest.empty()) message += "; did you mean \"" + std::string{nearest.front()} + "\"?";
  message += "; existing: any";
  const std::size_t listed = std::min(names.size(), max_names_shown);
  for (std::size_t i = 0; i < listed; ++i) {
    message += ", " + existing[i];
  }
  if (listed < names.size()) message += ", and " + std::to_string(names.size() - listed) + " more";
  return {errc::unknown_interface, std::move(message)};
}

} // namespace remora::traffic
