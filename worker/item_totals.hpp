#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "traffic/dissect/dissect_counters.hpp"
#include "traffic/flow/flow_counters.hpp"

namespace remora::worker {

/// What came of making items. All zero when none were wanted.
struct item_totals {
  std::vector<std::pair<std::string, std::uint64_t>> by_protocol; ///< Sorted by name.
  traffic::flow_counters flows;
  traffic::dissect_counters dissected;
};

} // namespace remora::worker
