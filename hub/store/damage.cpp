#include "hub/store/damage.hpp"

#include "base/log.hpp"

namespace remora::hub {

void damage::note(std::string_view table, std::int64_t row) {
  constexpr std::size_t most_rows = 10'000;
  auto found = rows_.find(table);
  if (found == rows_.end()) found = rows_.emplace(std::string{table}, std::set<std::int64_t>{}).first;
  if (found->second.empty())
    log::error("store-row-damaged", "table=", table, " row=", row, " answer=left-out");
  if (found->second.size() < most_rows) found->second.insert(row);
}

std::size_t damage::rows() const noexcept {
  std::size_t sum = 0;
  for (const auto& [table, rows] : rows_)
    sum += rows.size();
  return sum;
}

} // namespace remora::hub
