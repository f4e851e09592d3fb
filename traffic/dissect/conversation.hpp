#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "protocol/item/item.hpp"
#include "traffic/dissect/deadlines.hpp"
#include "traffic/dissect/dissect_counters.hpp"
#include "traffic/flow/flow_types.hpp"

namespace remora::traffic {

/// Takes items as they are completed.
class item_sink {
 public:
  item_sink() = default;
  item_sink(const item_sink&) = delete;
  item_sink& operator=(const item_sink&) = delete;
  virtual ~item_sink() = default;

  /// Fills in what belongs to the worker (origin, seq, names), and keeps it.
  virtual void take(item done) = 0;
};

/// What all conversations of one thread share.
struct dissect_surroundings {
  item_sink& items;
  deadlines& due;
  dissect_counters& counters;
  nanoseconds pairing_time = std::chrono::seconds{10}; ///< A half of a datagram waits this long.
  /// On a TCP connection a half waits this long after its last byte; at most ten times as long.
  nanoseconds stream_pairing_time = std::chrono::seconds{30};
  bool half_items = true;                 ///< Halves that stay alone become items.
  std::size_t body_limit_bytes = 1 << 20; ///< So much is kept of the body of a message.
};

/// What is wrong with a half that was understood in part.
struct half_trouble {
  item_trouble kind = item_trouble::dissection;
  std::string text;
};

/// One half of an item, as a dissector hands it over.
struct message_half {
  const protocol_facts* protocol = nullptr;
  std::unique_ptr<const item_part> part;
  timestamp time;                                ///< When its last byte had come.
  std::uint64_t size = 0;                        ///< Bytes it took on its connection.
  bool gap = false;                              ///< Bytes were missing inside of it or right before it.
  std::unique_ptr<const half_trouble> trouble{}; ///< Null for most; its item tells it.

  /// The server asks and the client answers: the item has its sides the other way round. Halves pair only
  /// with their like. For protocols in which both may ask.
  bool turned = false;
};

/// The messages of one connection (or UDP flow), on their way to becoming items: pairs requests with
/// responses by a key of the protocol's, in whichever order they come, and gives up on a half that stays
/// alone. Source: items, sections 4 and 7.
class conversation final : public expiring {
 public:
  conversation(const dissect_surroundings& around, const flow_info& flow, stream_kind kind);
  ~conversation() override;

  const ip_endpoint& client() const noexcept { return client_; }
  const ip_endpoint& server() const noexcept { return server_; }

  /// False when the beginning of the connection was not seen, or bytes were missing there: what comes first
  /// may answer a request that nobody saw.
  bool start_seen() const noexcept { return start_seen_; }
  void start_was_missed() noexcept { start_seen_ = false; }

  /// How much a dissector may keep of the body of one message.
  std::size_t body_limit_bytes() const noexcept { return around_.body_limit_bytes; }

  /// Bytes of either direction have come: what waits for them may still be on its way.
  void heard(timestamp time) noexcept { last_heard_ = time; }

  /// It was guessed wrong who is the client. Before the first half only.
  void swap_sides() noexcept { std::swap(client_, server_); }

  /// A half; with the other half of that key it becomes an item. A second one of the same side and key makes
  /// the first an item of its own.
  void request(std::uint64_t key, message_half half) { add(direction::from_client, key, std::move(half)); }
  void response(std::uint64_t key, message_half half) { add(direction::from_server, key, std::move(half)); }

  /// The half of that side and key that waits for its other half; null when there is none. Valid until the
  /// next call of a function that is not const.
  const message_half* waiting(direction side, std::uint64_t key, bool turned = false) const noexcept;
  bool waits(direction side, std::uint64_t key) const noexcept { return waiting(side, key) != nullptr; }

  /// How many requests wait for their responses.
  std::size_t waiting_requests() const noexcept { return waiting_requests_; }

  /// A message that has no other half by its nature: an item without an error.
  void alone(direction side, std::uint64_t key, message_half half);

  /// A message that is no request and no response, in the item's `data`.
  void one_way(direction side, message_half half);

  /// What was begun cannot be understood: an item with the error "dissection". @param half Its part may be
  /// null, when nothing of it was understood.
  void failed(direction side, std::uint64_t key, message_half half, std::string why);

  /// All that waits is given up: after a gap, at an end.
  void give_up();

  /// The connection ended: requests that wait become items with the reason.
  void end(stream_end how);

  void expire(timestamp now) override;

 private:
  struct waiting_half {
    direction side;
    std::uint64_t key;
    message_half half;
  };

  void add(direction side, std::uint64_t key, message_half half);
  void emit_pair(std::uint64_t key, message_half request, message_half response);
  void emit_single(waiting_half one, item_trouble trouble, std::string text);
  void give_up_first(item_trouble trouble, std::string text);
  timestamp gives_up_at(const message_half& half) const noexcept;
  item start(std::uint64_t key, const message_half& half);
  void finish(item done);
  void forget(std::vector<waiting_half>::iterator one);

  const dissect_surroundings& around_;
  std::uint64_t number_;
  ip_endpoint client_;
  ip_endpoint server_;
  stream_kind kind_;
  timestamp last_heard_ = timestamp::min();
  bool start_seen_;
  std::uint32_t index_ = 0;
  std::uint32_t waiting_requests_ = 0;
  std::vector<waiting_half> waiting_; ///< The oldest first.
};

} // namespace remora::traffic
