#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>

#include "filter/query_cache.hpp"
#include "hub/queries/capture_fetch.hpp"
#include "hub/queries/item_find.hpp"
#include "hub/queries/item_follow.hpp"
#include "hub/queries/node_line.hpp"

namespace remora::hub {

/// Takes questions for the traffic that nodes have stored, has the nodes answer, and puts the answers
/// together. Part of the hub's core: no thread, clock or socket.
class query_desk {
 public:
  static constexpr std::size_t most_finds = 8; ///< At a time; nodes take as many.
  static constexpr std::size_t most_follows = 32;
  static constexpr std::size_t most_captures = 2;

  explicit query_desk(node_line line) : line_{std::move(line)} {}

  /// The macros of the filter language from now on.
  void use_macros(filter::macro_table macros) { macros_ = std::move(macros); }

  /// Errors, told to the taker: invalid_filter with the place and a caret, invalid_usage (a cursor that is
  /// not ours), window_full (too many at once), too_large.
  void find(item_question asked, item_taker done);

  /// Begins to follow. The follower is let go of by unfollow(), or when it was told that it ended.
  /// Errors: invalid_filter with the place and a caret, window_full.
  result<void> follow(std::uint64_t id, const std::string& query, std::shared_ptr<item_follower> to);
  void unfollow(std::uint64_t id) { follows_.erase(id); }

  /// @param make Makes what the taker gets; it is given the number of the capture, for taken().
  /// Errors, told to the taker: as of find(), and not_found.
  using download_maker =
      std::function<std::shared_ptr<capture_download>(std::uint64_t, std::shared_ptr<capture_pipe>)>;
  void capture(capture_question asked, capture_taker done, const download_maker& make);
  void taken(std::uint64_t capture);

  // From the sessions.
  void hear(const std::string& node, const protocol::message& what);
  void joined(const std::string& node);
  void left(const std::string& node);

  /// Does what is due. @returns when to call again.
  protocol::moment tick();

 private:
  void sweep();

  node_line line_;
  const cursor_seal seal_{};
  filter::macro_table macros_{};
  filter::query_cache compiled_{};
  std::list<std::unique_ptr<item_find>> finds_;
  std::map<std::uint64_t, std::unique_ptr<item_follow>> follows_;
  std::map<std::uint64_t, std::unique_ptr<capture_fetch>> captures_;
  std::uint64_t last_capture_ = 0;
};

} // namespace remora::hub
