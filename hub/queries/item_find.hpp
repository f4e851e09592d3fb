#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "filter/query.hpp"
#include "hub/queries/node_line.hpp"
#include "hub/queries/questions.hpp"
#include "hub/queries/search_cursor.hpp"

namespace remora::hub {

/// One question for items on its way through the nodes: asks each for a page at a time and merges what comes
/// by time, with at most one page of each node in memory.
///
/// Items of a node stay in the order of their completion, and count as complete no earlier than those that
/// were complete before them: so a node whose last item began long ago does not hold up its others.
class item_find {
 public:
  /// @param left Of the query's own limit.
  item_find(node_line& line, const cursor_seal& seal, item_question asked, std::optional<std::int64_t> left,
            item_taker done);

  /// Asks the nodes. @param from Of the page before. Errors are told to the taker.
  void begin(const std::optional<opened_cursor>& from);
  /// @param index What open() says of the page.
  void hear(const std::string& node, std::size_t index, const protocol::item_page& page);
  void left(const std::string& node);
  void tick();
  protocol::moment next_deadline() const;
  bool is_finished() const noexcept { return finished_; }

  /// The questions that are open: number to node.
  const std::map<std::uint64_t, std::size_t>& open() const noexcept { return open_; }

 private:
  static constexpr std::chrono::seconds longest{12};
  static constexpr std::size_t most_answer_bytes = std::size_t{4} << 20U;
  static constexpr std::size_t most_memory = std::size_t{16} << 20U; ///< Of the pages of all nodes.

  struct waiting_item {
    std::uint64_t number;
    timestamp key; ///< What it is merged by.
    std::string json;
  };
  struct part {
    std::string node;
    std::deque<waiting_item> items;
    std::optional<std::uint64_t> given;   ///< The last item that was passed on, or was seen not to match.
    std::optional<std::uint64_t> reached; ///< How far the node's search came.
    bool done = false;
    std::optional<std::uint64_t> question; ///< That it has not answered yet.
    protocol::moment asked_at{};
    std::string failed; ///< Not "": it takes no part any more.
  };

  bool is_over(const part& one) const { return !one.failed.empty() || (one.done && one.items.empty()); }
  void ask(std::size_t index);
  void take_off(part& one);
  void merge();
  part* best();
  void finish();

  node_line& line_;
  const cursor_seal& seal_;
  const item_question asked_;
  std::optional<std::int64_t> left_;
  item_taker done_;
  const timestamp now_;
  const protocol::moment begun_;
  std::vector<part> parts_;
  std::map<std::uint64_t, std::size_t> open_;
  item_answer answer_;
  std::size_t answer_bytes_ = 0;
  bool finished_ = false;
};

} // namespace remora::hub
