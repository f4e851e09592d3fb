#pragma once

#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/e2e/servers/room.hpp"

namespace remora::test {

/// What remora said of some traffic: its items in their order, without those of probes, and its summary.
struct account {
  std::vector<nlohmann::json> items;
  nlohmann::json summary;
};

/// Begins the words of probes: whatever has it in it is none of the test's traffic.
inline constexpr const char* probe_mark = "remora-probe-";

/// `remora run -i` and tcpdump side by side, on one interface of a machine.
class capture {
 public:
  /// Sends a message that has the word in it and is answered.
  using probe = std::function<void(const std::string& word)>;

  /// Returns when both see what passes: when probes have become items.
  /// @throws std::runtime_error when none has in time.
  capture(const room& in, const std::string& machine, const std::string& interface, probe send);

  /// Waits until both have seen everything that passed so far, and ends them. Neither has lost a packet.
  account finish();
  /// What remora makes of the file that tcpdump wrote, after `finish`.
  account of_file() const;
  const std::string& file() const { return pcap_; }

 private:
  probe send_;
  std::string pcap_;
  std::string out_;
  std::string
      first_; ///< The word of the first probe that was seen whole; of the one before there may be a half.
  process tcpdump_;
  process remora_;
};

} // namespace remora::test
