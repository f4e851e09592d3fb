#pragma once

#include "session_simulation.hpp"

// The applications of a simulated cluster: what stands first in each survives a restart.
namespace remora::test {

class cluster::worker_side : public session::worker_transport, public session::worker_session_owner {
 public:
  worker_side(cluster& world, std::size_t node)
      : name{"node" + std::to_string(node)}, world_{world}, node_{node} {
    start();
  }

  std::string name;
  std::uint64_t incarnation = 0;
  std::uint64_t written = 0; // records
  std::uint64_t deleted = 0; // of these: acknowledged

  std::unique_ptr<session::worker_session> session;
  std::uint64_t condition = 1; // what the hub shall know of this life
  std::uint64_t told_generation = 0;

  std::uint64_t connection = 0;
  bool is_linked = false; // as this end believes
  bool hub_knows = false; // as the other end believes
  bool is_deaf = false;   // nothing passes any more

  void start();
  void write();
  void change_condition();
  std::size_t node_index() const noexcept { return node_; }
  void confirm_some(bool all);

  void send(std::string_view bytes) override;
  void welcomed(const protocol::welcome& by, bool new_life) override;
  void refused(const std::string&) override { world_.fail("an honest worker was refused"); }
  void lost() override;
  void generation_is(std::uint64_t generation) override { told_generation = generation; }
  void received(const protocol::message& what, protocol::stream_position at) override;
  void acknowledged(std::uint64_t number) override;
  void has_room() override { is_full_ = false; }
  protocol::heartbeat describe_health() override { return {}; }

 private:
  bool put(const protocol::message& what, std::uint64_t record);

  cluster& world_;
  std::size_t node_;
  std::uint64_t sent_ = 0; // records it was given
  bool condition_sent_ = true;
  bool is_full_ = false;
  std::map<std::uint64_t, std::uint64_t> record_of_; // number -> record, 0 for the condition
  std::deque<protocol::stream_position> in_hand_;
  std::uint64_t last_order_ = 0;
  std::uint64_t last_epoch_ = 0;
  bool was_welcomed_ = false;
};

class cluster::hub_side : public session::hub_transport, public session::hub_sessions_owner {
 public:
  explicit hub_side(cluster& world) : world_{world} { start(); }

  std::uint64_t epoch = 0;
  std::uint64_t generation = 1;
  std::uint64_t orders = 0;
  std::map<std::string, std::set<std::uint64_t>> stored; // records of each node

  std::unique_ptr<session::hub_sessions> session;

  void start();
  void act(bool calm);
  bool is_settled(const std::string& node, std::uint64_t condition) const;

  void send(const std::string& node, std::string_view bytes) override;
  void publish(std::string_view bytes) override;
  result<protocol::welcome> greet(const std::string& node, const protocol::hello& who) override;
  void joined(const std::string& node, const std::string& address, const protocol::hello& who,
              bool new_life) override;
  void left(const std::string& node, session::departure why) override;
  void heartbeat(const std::string&, const protocol::heartbeat&) override {}
  void said(const std::string&, const protocol::message&) override {}
  void received(const std::string& node, const protocol::message& what,
                protocol::stream_position at) override;
  void has_room(const std::string&) override {}
  protocol::hub_heartbeat describe_health() override { return {0, {}, generation}; }

 private:
  struct hand {
    std::uint64_t record; // 0: a condition
    protocol::stream_position at;
  };
  struct node_memory {
    std::uint64_t incarnation = 0;
    std::uint64_t condition = 0;
    bool is_here = false;
    std::deque<hand> in_hand;
  };

  void store_some(const std::string& node, node_memory& memory, bool all);

  cluster& world_;
  std::map<std::string, node_memory> memory_;
};

} // namespace remora::test
