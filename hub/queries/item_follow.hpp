#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "hub/queries/node_line.hpp"
#include "hub/queries/questions.hpp"

namespace remora::hub {

/// Follows the new items of all nodes for one client: each node is asked for what comes behind the client's
/// place there, and waits with its answer until there is something. A client without room is not asked for; a
/// node passes over what it would be too far behind with.
class item_follow {
 public:
  /// @param left Of the query's own limit.
  item_follow(node_line& line, std::string query, std::optional<std::int64_t> left,
              std::shared_ptr<item_follower> to);
  ~item_follow();
  item_follow(const item_follow&) = delete;
  item_follow& operator=(const item_follow&) = delete;

  void begin() { ask_all(); }
  void hear(const std::string& node, const protocol::item_page& page);
  void joined(const std::string& node);
  void left(const std::string& node);
  void tick();
  protocol::moment next_deadline() const;
  bool is_finished() const noexcept { return finished_; }

  /// The questions that are open: number to node.
  const std::map<std::uint64_t, std::string>& open() const noexcept { return open_; }

 private:
  struct place {
    std::optional<std::uint64_t> cursor; ///< Nothing: it was not asked yet.
    std::optional<std::uint64_t> question;
    protocol::moment asked_at{};
    protocol::moment again_at{}; ///< Not before.
    std::string trouble;         ///< What was told of it last.
  };
  void ask_all();
  void ask(const std::string& node, place& at);
  void give_up(const std::string& node, place& at, const std::string& why);

  node_line& line_;
  const std::string query_;
  std::optional<std::int64_t> left_;
  const std::shared_ptr<item_follower> to_;
  const timestamp now_;
  std::map<std::string, place> places_; ///< Of nodes that are or were connected.
  std::map<std::uint64_t, std::string> open_;
  bool waits_ = false; ///< The client has no room, or a node's budget is used up.
  bool finished_ = false;
};

} // namespace remora::hub
