#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/session/hub_sessions.hpp"
#include "hub/jobs/job_book.hpp"
#include "hub/queries/query_desk.hpp"
#include "hub/records/record_intake.hpp"
#include "hub/registry/node_registry.hpp"
#include "hub/scripts/action_relay.hpp"
#include "hub/scripts/deployment_server.hpp"
#include "hub/service.hpp"

namespace remora::hub {

/// What the hub does with its nodes, without threads: who is there, what they run, what they deliver. It has
/// no clock, socket or disk; what it is told and what it answers comes from one thread, that of the hub's
/// actor.
class hub_core final : private session::hub_sessions_owner {
 public:
  struct parts {
    session::hub_session_settings session;
    session::hub_transport* out = nullptr; ///< Outlives the core.
    std::function<std::uint16_t()> publish_port;
    std::string software; ///< Version of remora.
    /// Hands work to the store; `then` is called where the core lives, once it is done.
    std::function<void(store_thread::work, std::function<void()> then)> store;
    std::function<timestamp()> wall;
    std::function<protocol::moment()> steady;
    std::function<void()> every_second;
    std::function<void(topic)> changed; ///< Told of everything that may be followed.
  };

  explicit hub_core(parts with);

  /// The jobs that were known when the hub stopped.
  void load_jobs(const std::vector<job_definition>& known) { jobs_.load(known); }

  // From the link.
  void peer_connected(const std::string& name, const std::string& address);
  void peer_gone(const std::string& name);
  void peer_message(const std::string& name, std::string_view bytes);

  /// There is a new deployment.
  void deploy(published_ptr newest);

  /// Does what is due, then says when to call again.
  protocol::moment tick();

  std::vector<node_view> nodes() const { return nodes_.nodes(scripts_.newest()); }
  std::vector<script_on_node> script_status(const std::string& title) const;
  std::vector<job_view> jobs() const;
  result<job_names> find_jobs(const job_selection& which) const { return jobs_.find(which); }
  /// Has the nodes that have such jobs run or remove them. Errors: see job_book::find().
  result<order_outcome> order(protocol::job_action what, const job_selection& which);
  /// The nodes that have such jobs, by whether they can be reached now.
  order_outcome reachable(const job_names& jobs) const;
  std::uint64_t generation() const noexcept;

  /// Questions for the traffic that nodes have stored.
  query_desk& queries() noexcept { return queries_; }

  const intake_counters& records() const noexcept { return records_.counters(); }
  /// Why records cannot be stored at the moment; "" when they can.
  const std::string& trouble() const noexcept { return records_.trouble(); }
  const session::session_counters& link() const noexcept { return sessions_.counters(); }
  std::size_t nodes_up() const noexcept { return nodes_.up(); }
  const action_relay& actions() const noexcept { return actions_; }

 private:
  // hub_sessions_owner
  result<protocol::welcome> greet(const std::string& node, const protocol::hello& who) override;
  void joined(const std::string& node, const std::string& address, const protocol::hello& who,
              bool new_life) override;
  void left(const std::string& node, session::departure why) override;
  void heartbeat(const std::string& node, const protocol::heartbeat& health) override;
  void said(const std::string& node, const protocol::message& what) override;
  void received(const std::string& node, const protocol::message& what,
                protocol::stream_position at) override;
  void has_room(const std::string& node) override;
  protocol::hub_heartbeat describe_health() override;

  node_line line_to_nodes();
  void take_state(const std::string& node, const script_state& state);
  void take_jobs(const std::string& node, const protocol::jobs_changed& said);
  void take_request(const std::string& node, const protocol::job_request& asked);
  void send_order(const std::string& node, const protocol::job_order& order, order_outcome& out);
  void forget_jobs(const std::string& node);
  void store_jobs(const std::string& node, const std::string& script, std::vector<scheduled_job> jobs);

  parts with_;
  node_registry nodes_;
  job_book jobs_;
  session::hub_sessions sessions_;
  deployment_server scripts_;
  action_relay actions_;
  record_intake records_;
  query_desk queries_;
  std::uint64_t last_order_ = 0;
  protocol::moment second_ends_{};
};

} // namespace remora::hub
