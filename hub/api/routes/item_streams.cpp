#include <mutex>
#include <utility>

#include "hub/api/routes/areas.hpp"
#include "hub/api/routes/declare.hpp"
#include "hub/api/routes/query_reader.hpp"
#include "hub/api/routes/schemas.hpp"
#include "hub/api/routes/shapes.hpp"
#include "hub/api/routes/store_feed.hpp"

namespace remora::hub {

namespace {

/// Gives new items to the client of a WebSocket, as long as it has room.
class to_client final : public item_follower {
 public:
  /// @param tells Of nodes that do not answer.
  to_client(http::websocket client, bool tells) : client_{std::move(client)}, tells_{tells} {}

  bool has_room() override { return client_.is_open() && client_.queued_bytes() < feed_room_bytes; }
  void take(const std::string& item) override {
    json_writer out;
    out.foreign(item);
    client_.send(out.take());
  }
  void skipped(std::uint64_t items) override { client_.send("{\"dropped\":" + std::to_string(items) + '}'); }
  void trouble(const silent_node& node) override {
    if (!tells_) return;
    json_writer out;
    out.object([&] {
      out.member("missing");
      write(out, node);
    });
    client_.send(out.take());
  }
  void ended() override {
    if (tells_) client_.send("{\"ended\":true}");
    client_.close();
  }

 private:
  http::websocket client_;
  bool tells_;
};

/// What a client follows now; its handlers share it.
struct subscription {
  std::mutex mutex;
  bool gone = false;
  std::shared_ptr<void> held;

  void replace(std::shared_ptr<void> by) {
    const std::lock_guard guard{mutex};
    if (!gone) held.swap(by);
  }
  void end() {
    std::shared_ptr<void> last;
    const std::lock_guard guard{mutex};
    gone = true;
    held.swap(last);
  }
};

http::websocket_events follow(service& hub, const http::request& asked, const http::websocket& client) {
  query_reader query{asked, wall_now()};
  auto begun = hub.follow_items(query.text("query"), std::make_shared<to_client>(client, true));
  if (!begun) return refuse(client, begun.error(), asked.id);
  auto mine = std::make_shared<subscription>();
  mine->replace(std::move(*begun));
  return {{}, [mine] { mine->end(); }};
}

/// Source: configuration and command line, section 6.2: the place stands beside the words.
void refuse_filter(const http::websocket& client, const error& why) {
  const std::string words = why.message.substr(0, why.message.find('\n')); // the caret is for people
  json_writer out;
  out.object([&] {
    out.text("error", words);
    const auto end_of_place = words.find(": ");
    if (why == errc::invalid_filter && end_of_place != std::string::npos)
      out.text("position", words.substr(0, end_of_place));
  });
  client.send(out.take());
  client.close(http::close_code::policy_violation, words);
}

http::websocket_events follow_full(service& hub, const http::websocket& client) {
  auto mine = std::make_shared<subscription>();
  return {[&hub, client, mine](const std::string& filter) {
            mine->replace(nullptr);
            auto begun = hub.follow_items(filter, std::make_shared<to_client>(client, false));
            if (!begun) return refuse_filter(client, begun.error());
            mine->replace(std::move(*begun));
          },
          [mine] { mine->end(); }};
}

} // namespace

void add_item_streams(http::router& into, service& hub) {
  add_stream(
      into, std::string{api_root} + "/items",
      "New items of all nodes, an item a message; {\"missing\":{...}} tells of a node that does not answer, "
      "{\"dropped\":n} of items that a slow client has missed, {\"ended\":true} that the filter's own limit "
      "is "
      "reached",
      [&hub](const http::request& asked, const http::websocket& client) {
        return follow(hub, asked, client);
      },
      [](http::route& one) {
        one.query = {takes("query", "A filter (docs/filter-language.md)", schema::text)};
        one.queue = feed_queue();
        one.answer_schema = schema::some_object;
      });
  add_stream(
      into, "/api/wsFull",
      "New items of all nodes; the client sends a filter, and another one whenever it likes (compatible)",
      [&hub](const http::request&, const http::websocket& client) { return follow_full(hub, client); },
      [](http::route& one) {
        one.queue = feed_queue();
        one.answer_schema = schema::some_object;
      });
}

} // namespace remora::hub
