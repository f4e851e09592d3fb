#include "base/nearest_names.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>

#include "base/utf8.hpp"

namespace remora {

namespace {

constexpr std::size_t max_wanted_bytes = 64;

std::string lower_case(std::string_view text) {
  std::string out{text};
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

/// How many characters must be added, removed or replaced to make one text of the other (Levenshtein).
std::size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  for (std::size_t i = 0; i < row.size(); ++i)
    row[i] = i;
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t k = 0; k < to.size(); ++k) {
      const std::size_t replaced = diagonal + (from[i] == to[k] ? 0 : 1);
      diagonal = row[k + 1];
      row[k + 1] = std::min({replaced, row[k] + 1, diagonal + 1});
    }
  }
  return row.back();
}

} // namespace

std::vector<std::string_view> nearest_names(std::string_view wanted,
                                            const std::vector<std::string_view>& names, std::size_t count) {
  if (wanted.empty() || wanted.size() > max_wanted_bytes) return {};
  const std::string sought = lower_case(wanted);
  const std::size_t furthest = std::max<std::size_t>(1, sought.size() / 3);
  std::vector<std::pair<std::size_t, std::string_view>> ranked;
  for (const std::string_view name : names) {
    if (name.size() > 2 * max_wanted_bytes) continue;
    const std::string candidate = lower_case(name);
    std::size_t distance = edit_distance(sought, candidate);
    if (const auto slash = candidate.rfind('/'); slash != std::string::npos)
      distance = std::min(distance, edit_distance(sought, std::string_view(candidate).substr(slash + 1)));
    if (distance <= furthest) ranked.emplace_back(distance, name);
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& lhs, const auto& rhs) { return lhs.first < rhs.first; });
  std::vector<std::string_view> nearest;
  for (std::size_t i = 0; i < ranked.size() && i < count; ++i)
    nearest.push_back(ranked[i].second);
  return nearest;
}

std::string did_you_mean(std::string_view wanted, const std::vector<std::string_view>& names) {
  const auto nearest = nearest_names(wanted, names, 1);
  return nearest.empty() ? std::string{} : "; did you mean " + quoted(nearest.front()) + "?";
}

} // namespace remora
