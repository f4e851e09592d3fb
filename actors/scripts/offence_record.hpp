#pragma once

#include <cstddef>

#include "base/time.hpp"

namespace remora::actors {

/// How long a script pauses that was ended for using up its time or memory: not at all for the first two
/// times, then 10 s, 20 s, 40 s and so on to 10 minutes. Ten quiet minutes make it a beginner again.
class offence_record {
 public:
  /// Notes an offence. @returns the pause before the script is started afresh; zero: at once.
  nanoseconds add(timestamp now);

 private:
  static constexpr std::size_t free_offences = 2;
  static constexpr std::chrono::seconds first_pause{10};
  static constexpr std::chrono::minutes longest_pause{10};
  static constexpr std::chrono::minutes memory{10};

  std::size_t count_ = 0;
  timestamp quiet_since_; ///< When the last pause was over.
};

} // namespace remora::actors
