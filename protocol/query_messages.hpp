#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "protocol/message_facts.hpp"
#include "protocol/wire/field.hpp"

// What the hub asks its nodes of their stored items and packets, and what they answer. None of it is
// numbered: an answer that is lost is asked for again, or said to be missing. A node that does not know these
// messages stays silent, and the hub says so once its patience is over.
namespace remora::protocol {

/// Which way through the items of a node; items are in the order in which they were complete.
enum class item_order : std::uint8_t {
  newest_first,
  oldest_first,
  /// As oldest_first, but without a cursor the page is empty and its cursor is behind the newest item; and
  /// where there is nothing behind a cursor, the answer waits for a while.
  live,
};
/// "newest_first", "oldest_first", "live".
std::string_view to_string(item_order order) noexcept;

// ---- hub -> worker, unnumbered
// ------------------------------------------------------------------------------

/// hub -> worker, unnumbered. Asks for one page of the items that a filter lets through. Answered with one
/// item_page, by and by: an empty one that is not done says how far the search came.
struct item_query {
  static constexpr message_facts facts{"item_query", side::hub, delivery::unnumbered};
  std::uint64_t id = 0; ///< Of the question: no other has it, over all lives of the hub.
  std::string query;    ///< Filter language; "" lets everything pass.
  item_order order = item_order::newest_first;
  std::optional<std::uint64_t> cursor; ///< Of the page before: go on behind it. Nothing: from the beginning.
  std::uint32_t limit = 100;           ///< Items in the page.
  std::uint32_t max_bytes = 256u << 10U; ///< Of their JSON; a single item may have more.
  std::optional<timestamp> from;         ///< Items at or after it.
  std::optional<timestamp> until;        ///< Items before it.
  timestamp now;                         ///< What now() is in the filter.
  std::string item;                      ///< Not "": the one item of this id, if the filter lets it through.
  std::optional<std::uint64_t>
      far_behind; ///< Of live: with so many items behind the cursor, go to the newest.
};

/// hub -> worker, unnumbered. Nobody waits for the answer any more, of items or of packets.
struct cancel_query {
  static constexpr message_facts facts{"cancel_query", side::hub, delivery::unnumbered};
  std::uint64_t id = 0;
};

/// hub -> worker, unnumbered. Asks for the packets of all streams that have an item which a filter lets
/// through; of all streams there are when it is "". Answered with capture_pieces.
struct capture_query {
  static constexpr message_facts facts{"capture_query", side::hub, delivery::unnumbered};
  std::uint64_t id = 0; ///< As of item_query; both have the same numbers.
  std::string query;
  std::optional<timestamp> from; ///< Streams with an item at or after it.
  std::optional<timestamp> until;
  timestamp now;
};

/// hub -> worker, unnumbered. There is room for that many more pieces; for none, it is still waited for them.
struct capture_credit {
  static constexpr message_facts facts{"capture_credit", side::hub, delivery::unnumbered};
  std::uint64_t id = 0;
  std::uint32_t pieces = 0;
};

// ---- worker -> hub, unnumbered
// ------------------------------------------------------------------------------

/// A stored item, as it leaves the node.
struct found_item {
  std::uint64_t number = 0; ///< Its place in the node's store: a cursor.
  timestamp time;
  std::string json;
};

/// worker -> hub, unnumbered. The answer to an item_query.
struct item_page {
  static constexpr message_facts facts{"item_page", side::worker, delivery::unnumbered};
  std::uint64_t id = 0;
  std::vector<found_item> items;
  std::optional<std::uint64_t> cursor; ///< How far the search came; for the next page.
  bool done = false;                   ///< There is nothing more. Never of live.
  std::uint64_t skipped = 0;           ///< Of live: items that were passed over without a look.
  std::string error;                   ///< Not "": why there is no answer, for people.
};

/// worker -> hub, unnumbered. A part of the answer to a capture_query. Pieces are numbered from 1, and each
/// but the last uses up a credit. Number 0, which needs none, says that the node is still at work, or with
/// `ready` that it has packets and waits for credit.
struct capture_piece {
  static constexpr message_facts facts{"capture_piece", side::worker, delivery::unnumbered};
  std::uint64_t id = 0;
  std::uint64_t number = 0;
  wire::binary bytes; ///< Of a pcapng file: whole blocks.
  bool ready = false;
  bool last = false; ///< Nothing follows. With number 0: the node has no such packets.
  std::string error; ///< Not "": why the capture ends here, for people.
};

/// The most bytes that a capture_piece carries, and that a page or a single item may have, so that a message
/// holds them.
inline constexpr std::size_t max_piece_bytes = 768u << 10U;
inline constexpr std::size_t max_item_json_bytes = 900u << 10U;

} // namespace remora::protocol
