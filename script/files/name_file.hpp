#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "script/files/data_root.hpp"

namespace remora::script {

class capture_desk;

/// The file in a script's folder that has pcap.nameResolutionHistory(). It is not protected: what the script
/// makes of it stays until there are other names, and it comes back when the script has deleted it.
class name_file {
 public:
  static constexpr const char* name = "name_resolution_history.json";
  static constexpr std::chrono::seconds between_looks{3};

  /// Writes it when it is not there or there are other names; at most every between_looks. When that fails it
  /// is as it was: the script may need what it asked for to make room.
  void refresh(data_root& in, capture_desk& from, std::chrono::steady_clock::time_point now);

 private:
  std::optional<std::chrono::steady_clock::time_point> looked_;
  std::optional<std::uint64_t> written_; ///< Version.
  bool said_why_not_ = false;
};

} // namespace remora::script
