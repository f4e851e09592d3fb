#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "protocol/messages.hpp"
#include "traffic/store/item_store.hpp"
#include "traffic/store/stream_store.hpp"
#include "worker/queries/capture_queries.hpp"
#include "worker/queries/item_queries.hpp"
#include "worker/queries/item_screen.hpp"

namespace remora::worker {

/// What a node keeps of its traffic, for those who ask. The stores outlive whoever holds this.
struct stored_traffic {
  const traffic::item_store* items = nullptr;     ///< Null: not stored.
  const traffic::stream_store* streams = nullptr; ///< Null: not stored.
};

/// Answers whatever the hub asks of a node's stored traffic. Never waits; answers come from threads of its
/// own.
class traffic_queries {
 public:
  /// @param screen Every item passes through it; null: as they are. Outlives this.
  /// @param say Sends an answer to the hub. Any thread; must not call back.
  traffic_queries(stored_traffic stored, item_screen* screen, std::string node,
                  std::function<void(protocol::message)> say, query_limits of_items = {},
                  capture_limits of_captures = {});

  /// A question, a cancellation or a credit; other messages are passed over. Any thread.
  void hear(const protocol::message& what);
  /// The macros of the filter language from now on. Any thread.
  void use_macros(filter::macro_table macros) { macros_.change(std::move(macros)); }
  /// The hub is gone: nobody waits for answers any more. Any thread.
  void forget_hub();
  /// Ends everything and waits for the threads. Nothing is said after it.
  void stop();

 private:
  open_screen open_;
  filter::current_macros macros_;
  filter::query_cache compiled_;
  capture_queries captures_;
  item_queries items_;
};

} // namespace remora::worker
