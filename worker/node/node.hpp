#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/link/counters.hpp"
#include "base/error.hpp"
#include "protocol/node_stats.hpp"
#include "script/hook_counters.hpp"
#include "worker/node/job_book.hpp"
#include "worker/node/node_options.hpp"
#include "worker/node/uplink.hpp"
#include "worker/spool/record_spool.hpp"
#include "worker/traffic_store.hpp"

namespace remora::worker {

/// How a node stands, in numbers.
struct node_view {
  node_stats stats;
  uplink_view uplink;
  spool_stats spool;
  link::link_statistics link;
  std::uint64_t capture_gaps = 0;
  bool capturing = true;
  std::uint64_t tcp_packets = 0;
  std::uint64_t icmp_packets = 0;
  std::uint64_t dns_packets = 0; ///< Of port 53.
  std::vector<job_counts> jobs;
  std::map<std::string, script::hook_table> hooks; ///< By title.
  std::uint64_t heap_bytes = 0;                    ///< Of all scripts.
  item_totals items;
  std::optional<traffic_store_view> store; ///< Nothing while nothing is kept.
};

/// Why a node does not do all of its work yet, for /readyz: "there is no deployment yet: ...". Empty: it
/// does. Whether its hub can be reached does not matter once there is something to run, nor do scripts that
/// do not load: starting again would help neither.
std::vector<std::string> reasons_not_ready(const uplink_view& uplink, bool capturing);

/// A node at work: captures, runs the scripts that its hub wants, and delivers what comes of them. Every
/// function but start() and stop() may be called from any thread.
class node {
 public:
  using source_opener = std::function<result<std::unique_ptr<traffic::packet_source>>()>;

  /// Opens the capture and the data folder, runs the last deployment, and looks for the hub. That there is no
  /// hub is no error. Errors: those of traffic::open_live(), record_spool::open() and
  /// link::worker_socket::open(); nothing was started then.
  /// @param open Opens the capture, now and whenever it was lost. Called on two threads, one at a time.
  static result<std::unique_ptr<node>> start(const node_options& options, source_opener open);

  node(const node&) = delete;
  node& operator=(const node&) = delete;
  /// After stop(). Without it, or after it said false, it may wait for ever for a script.
  ~node();

  /// Ends everything: scripts finish, what they left is sent or on disk, the hub hears a goodbye. Takes three
  /// seconds at most. @returns false when a script does not end: then the process is to leave without
  /// destructors; nothing is lost by that.
  bool stop();

  node_view view() const;
  /// A part that everything depends on has died: the process should end, and be started again.
  std::optional<error> failure() const;
  /// reasons_not_ready() now. Never waits for the disk.
  std::vector<std::string> not_ready() const;
  /// The uplink and the capture have both done something in the last ten seconds.
  bool is_healthy() const;

 private:
  class parts;
  explicit node(std::unique_ptr<parts> made);
  std::unique_ptr<parts> parts_;
};

} // namespace remora::worker
