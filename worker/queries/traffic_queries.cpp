#include "worker/queries/traffic_queries.hpp"

#include <utility>
#include <variant>

namespace remora::worker {

traffic_queries::traffic_queries(stored_traffic stored, item_screen* screen, std::string node,
                                 std::function<void(protocol::message)> say, query_limits of_items,
                                 capture_limits of_captures)
    : captures_{{stored.items, &compiled_, &macros_, nullptr},
                stored.streams,
                std::move(node),
                of_captures,
                say},
      items_{{stored.items, &compiled_, &macros_, screen != nullptr ? screen : &open_},
             of_items,
             std::move(say)} {}

void traffic_queries::hear(const protocol::message& what) {
  if (const auto* asked = std::get_if<protocol::item_query>(&what)) {
    items_.ask(*asked);
  } else if (const auto* wanted = std::get_if<protocol::capture_query>(&what)) {
    captures_.ask(*wanted);
  } else if (const auto* credit = std::get_if<protocol::capture_credit>(&what)) {
    captures_.credit(*credit);
  } else if (const auto* cancelled = std::get_if<protocol::cancel_query>(&what)) {
    items_.cancel(cancelled->id);
    captures_.cancel(cancelled->id);
  }
}

void traffic_queries::forget_hub() {
  items_.cancel_all();
  captures_.cancel_all();
}

void traffic_queries::stop() {
  items_.stop();
  captures_.stop();
}

} // namespace remora::worker
