#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "actors/scripts/round.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "traffic/capture/packet_source.hpp"
#include "traffic/decode/decode_counters.hpp"
#include "worker/item_totals.hpp"

namespace remora::worker {

/// What came of reading packets, whatever the scripts made of them.
struct capture_report {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  std::uint64_t beyond_end = 0; ///< Read, but after the end that --duration sets.
  traffic::source_counters source;
  traffic::decode_counters decoded;
  item_totals items;
  std::vector<std::uint64_t> dropped_events; ///< By script: what it was too slow for, or was given up before.
  std::vector<bool> lost;                    ///< By script: it was given up.
  std::vector<actors::script_tally> last_known; ///< By script: with its last answer.
  nanoseconds run_time{0};
  bool interrupted = false;
  std::vector<error> problems;
};
using capture_report_ptr = std::shared_ptr<const capture_report>;

} // namespace remora::worker
