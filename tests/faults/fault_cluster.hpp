#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/integration/background.hpp"
#include "tests/integration/network_lab.hpp"
#include "tests/integration/remora_process.hpp"

namespace remora::test {

/// One run of a job as both ends can name it: "script/tag/planned".
using run_name = std::string;
/// How often each was seen.
using run_counts = std::map<run_name, std::size_t>;

struct fault_options {
  const network_lab* lab = nullptr; ///< With machines "hub" and "node"; without: both on this machine.
  std::map<std::string, std::string> environment;
  std::string hub_data;    ///< "": a folder of the test's own.
  std::string worker_data; ///< Likewise.
};

/// A real hub and a real worker that captures on loopback, made to be hurt. The worker needs root.
///
/// The witness of what must not be lost is the worker's own log: with log.level debug it names each run at
/// the moment at which its spool has written it, and what is written to a file a kill does not take back. It
/// shares nothing with the way over spool, link and store but that moment.
class fault_cluster {
 public:
  explicit fault_cluster(fault_options options = {});
  ~fault_cluster();
  fault_cluster(const fault_cluster&) = delete;
  fault_cluster& operator=(const fault_cluster&) = delete;

  /// Two scripts with three jobs that run each second, one of which prints, and one job that runs on request.
  void write_scripts() const;
  void write_script(const std::string& name, const std::string& code) const;
  /// Starts both and waits until jobs of the scripts run and the hub has stored some.
  bool start_all();
  void start_worker();

  background& hub() { return hub_; }
  const background& hub() const { return hub_; }
  background& worker() { return worker_; }
  const background& worker() const { return worker_; }
  const work_folder& files() const { return files_; }
  const std::string& hub_data() const { return hub_data_; }
  const std::string& worker_data() const { return worker_data_; }
  /// "127.0.0.1:20123": where the hub's link listens.
  const std::string& link() const { return link_; }

  /// GET; null when the hub does not answer with JSON.
  nlohmann::json get(const std::string& path) const;
  /// The status and the text of an answer; 0 when there is none.
  std::pair<int, std::string> call(const std::string& method, const std::string& path) const;
  /// Asks the hub for a run of the job "asked" now. @returns whether a node was told.
  bool ask_for_a_run() const;
  /// Waits until something is so; false when it is not within two minutes.
  static bool becomes(const std::function<bool()>& so);

  /// What the worker's spool accepted, over all its lives.
  run_counts kept() const;
  /// What the hub has stored of the worker; scripts run on the hub, too.
  run_counts stored() const;
  /// Those that were kept at the time of the call and that the hub does not get to have.
  std::vector<run_name> lost() const;
  /// Waits for three more stored runs: both ends work with each other.
  bool goes_on() const;
  /// The runs of a schedule that are in `counts` more than once.
  static std::vector<run_name> repeated(const run_counts& counts);
  /// What a script printed on the worker, as the hub has it, in order.
  std::vector<std::string> lines_of_script(const std::string& script) const;

 private:
  void write_hub_file() const;

  fault_options options_;
  work_folder files_;
  std::string hub_data_;
  std::string worker_data_;
  std::string http_;
  std::string link_;
  std::string publish_;
  background hub_;
  background worker_;
};

/// Whether the long form is asked for: REMORA_FAULTS=long.
bool long_form();
/// "127.0.0.1:PORT" that nobody listens at, below those that the kernel gives to clients.
std::string quiet_address(const std::string& host);

} // namespace remora::test
