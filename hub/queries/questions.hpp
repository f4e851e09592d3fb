#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"

// What people and programs ask of the traffic that all nodes have stored, and what they get.
namespace remora::hub {

/// A node that did not answer, or not with what it was asked for.
struct silent_node {
  std::string node;
  std::string why; ///< For people.
};

struct item_question {
  std::string query;              ///< Filter language; "" for all.
  std::optional<timestamp> from;  ///< Items at or after it.
  std::optional<timestamp> until; ///< Items before it.
  std::size_t limit = 100;
  std::string cursor; ///< item_answer::next of the page before; "" for the first page.
  std::string item;   ///< Not "": the one item of this id.
};

/// Items of all nodes, newest first.
struct item_answer {
  std::vector<std::string> items;   ///< JSON, as nodes sent it: to be checked.
  std::string next;                 ///< Cursor of the next page; "" when there is nothing more.
  std::vector<silent_node> missing; ///< Whose items are not among these.
};
/// Called once, where the hub's core lives: must not block.
using item_taker = std::function<void(result<item_answer>)>;

/// Who follows new items. Called where the hub's core lives, never after the follower was let go of; must not
/// block, nor call back.
class item_follower {
 public:
  virtual ~item_follower() = default;
  /// Whether it can take some more now. While it cannot, nodes keep items for it.
  virtual bool has_room() = 0;
  /// JSON, as a node sent it: to be checked.
  virtual void take(const std::string& item) = 0;
  /// So many stored items were passed over, because it was too slow to look at them all.
  virtual void skipped(std::uint64_t items) = 0;
  /// A node does not answer, or says why it cannot. Once for each reason.
  virtual void trouble(const silent_node& node) = 0;
  /// The query wanted no more than so many: nothing follows.
  virtual void ended() = 0;
};

struct capture_question {
  std::string query; ///< "" for all packets there are.
  std::optional<timestamp> from;
  std::optional<timestamp> until;
};

/// A capture file that comes in pieces.
class capture_download {
 public:
  virtual ~capture_download() = default; ///< Ends it.
  /// The next piece; "" at the end. Blocks while nodes are slow, half a minute at most. One thread at a time.
  /// Errors: unreachable (a node that had begun went silent or failed: the file is not whole).
  virtual result<std::string> next() = 0;
};
struct opened_capture {
  std::shared_ptr<capture_download> file;
  std::vector<silent_node> missing; ///< Whose packets are not in it.
};
/// Called once, where the hub's core lives: must not block.
using capture_taker = std::function<void(result<opened_capture>)>;

} // namespace remora::hub
