#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/integration/background.hpp"
#include "tests/integration/network_lab.hpp"
#include "tests/integration/remora_process.hpp"

namespace remora::test {

/// Waits until something is so; false when it is not within a minute.
bool becomes(const std::function<bool()>& so);

/// Watches what passes a machine's interface, as tcpdump does, from when it is made.
class watcher {
 public:
  /// @param file Where tcpdump writes a line a packet.
  watcher(const network_lab& lab, const std::string& machine, std::string file, const std::string& filter);

  /// Waits for the last packet, whose line has these words. @returns how many there were; none was missed.
  std::int64_t count_until(const std::string& words);

 private:
  std::string file_;
  process tcpdump_;
};

/// A hub and two workers on three machines, which capture what passes on port 8080.
class Cluster : public ::testing::Test {
 protected:
  static constexpr const char* traffic_filter = "tcp port 8080";

  /// Makes the machines, the keys and the files; starts nothing.
  void SetUp() override;

  /// Starts the hub and both workers and waits until both are up.
  ::testing::AssertionResult start_all();
  /// Starts it and waits until it is ready.
  ::testing::AssertionResult start_hub();
  void start_worker(const std::string& node) { daemons_.at(node)->start(); }
  background& daemon(const std::string& name) { return *daemons_.at(name); }
  /// Waits until a daemon's log has a text.
  ::testing::AssertionResult logs(const std::string& name, const std::string& text);

  /// A new key pair. @returns the public half.
  std::string make_key(const std::string& name);
  /// Writes the hub's configuration with a script, and waits until both workers run it; it must differ from
  /// the one before.
  ::testing::AssertionResult deploy(const std::string& code);
  ::testing::AssertionResult runs_everywhere(); ///< The hub's version of that script, that is.

  /// What a command of remora on the hub's machine says, as JSON; null when it fails.
  nlohmann::json ask(const std::vector<std::string>& arguments);
  bool both_are_up();
  /// The sum of a field over all nodes and times so far, or of one node; -1 when there is none.
  std::int64_t sum_of(const std::string& field, const std::string& node = {});
  /// What the job returned last on a node.
  std::int64_t newest_result(const std::string& node);
  /// Everything that may explain a failure: the last complaint of a command and the logs of all daemons.
  std::string story() const;

  std::unique_ptr<watcher> watch(const std::string& machine) const;
  /// Fetches pages between the two workers, both ways.
  void make_traffic(int pages);
  /// Waits until the traffic's connections are over on both machines, and sends one packet more, which is
  /// answered. @returns words of tcpdump's line for the answer: what passed before has been seen with it.
  std::string last_packet();

  work_folder files_;
  std::unique_ptr<network_lab> lab_;

 private:
  void enrol(const std::string& node, const std::string& hub_key);
  void write_hub_file(const std::string& scripts) const;
  /// Of the script as the hub has it; empty when it has none.
  std::string hash_at_hub();
  ::testing::AssertionResult told(bool well) const;
  /// Whether no connection of the traffic is open or about to close.
  bool is_quiet(const std::string& machine) const;

  std::map<std::string, std::unique_ptr<background>> daemons_;
  std::string last_complaint_;
  std::size_t hub_starts_ = 0;
};

} // namespace remora::test
