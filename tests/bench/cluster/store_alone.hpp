#pragma once

#include <chrono>

namespace remora::bench {

/// How many records a second the hub's store takes with nothing around it: one thread, batches as large as
/// those of a hub under load, on the disk that the hub's data would be on. What a whole hub reaches is
/// measured against it.
struct store_speed {
  double runs_per_second = 0;
  double lines_per_second = 0;
};

/// Ends the program when the store cannot be used.
store_speed measure_store(std::chrono::milliseconds time_for_each);

} // namespace remora::bench
