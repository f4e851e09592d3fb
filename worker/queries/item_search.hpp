#pragma once

#include <functional>
#include <memory>

#include "filter/query_cache.hpp"
#include "protocol/messages.hpp"
#include "traffic/store/item_store.hpp"
#include "worker/queries/item_screen.hpp"

namespace remora::worker {

/// What a search works with; all outlive it.
struct search_tools {
  const traffic::item_store* items = nullptr; ///< Null: items are not stored.
  filter::query_cache* compiled = nullptr;
  const filter::current_macros* macros = nullptr;
  item_screen* screen = nullptr;
};

/// Why a node has no items, or no packets, to look at.
inline constexpr const char* no_item_store =
    "this node stores no items: its traffic store is off, see worker.items in its configuration";
inline constexpr const char* no_stream_store =
    "this node stores no packets: its traffic store is off, see worker.streams in its configuration";

/// Answers one question with one page. A search that is told to stop gives what it found so far, with the
/// cursor of the item it looked at last. What is wrong with the question, or with the disk, is in the page.
/// @param goes_on Asked after each item.
protocol::item_page search_items(const protocol::item_query& asked, const search_tools& with,
                                 const std::function<bool()>& goes_on);

/// Hands over the items, newest first, that a filter lets through, as they are stored.
/// @param from, until Only items at or after, before.
/// @param wants Asked before an item is read; false passes it over.
/// Errors: invalid_filter, permission_denied, io_failed.
struct every_item {
  std::string query;
  std::optional<timestamp> from;
  std::optional<timestamp> until;
  timestamp now;
};
result<void> for_each_match(
    const every_item& which, const search_tools& with,
    const std::function<bool(const traffic::stored_item&)>& wants,
    const std::function<void(const traffic::stored_item&, const nlohmann::json&)>& take,
    const std::function<bool()>& goes_on);

} // namespace remora::worker
