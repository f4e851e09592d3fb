#include "stream_fixture.hpp"

#include <stdexcept>

#include "http/live_counters.hpp"
#include "http/target.hpp"

namespace remora::hub::test {

stream_client::stream_client(const http::queue_limits& limits)
    : channel_{std::make_shared<http::websocket::channel>(limits, std::make_shared<http::live_counters>(),
                                                          [signal = signal_] {
                                                            const std::lock_guard held{signal->mutex};
                                                            signal->woken = true;
                                                            signal->changed.notify_one();
                                                          })} {}

std::string stream_client::next() {
  for (;;) {
    if (auto step = channel_->take()) {
      if (step->text) return *step->text;
      return "closed " + std::to_string(static_cast<int>(step->code)) + ' ' + step->reason;
    }
    std::unique_lock held{signal_->mutex};
    if (!signal_->changed.wait_for(held, std::chrono::seconds{30}, [this] { return signal_->woken; })) {
      return "nothing";
    }
    signal_->woken = false;
  }
}

std::vector<std::string> stream_client::next(std::size_t count) {
  std::vector<std::string> all;
  while (all.size() < count)
    all.push_back(next());
  return all;
}

Streams::opened Streams::open(const std::string& target) {
  const auto parsed = http::parse_target(target);
  if (!parsed) throw std::runtime_error(target + ": " + parsed.error().message);
  const auto found = routes.find(http::method::get, parsed->segments, true);
  if (!found.matched || !http::is_websocket(*found.matched))
    throw std::runtime_error("no stream at " + target);
  http::request asked;
  asked.path = parsed->path;
  asked.query = parsed->query;
  opened made{std::make_unique<stream_client>(found.matched->queue), {}};
  made.events = std::get<http::websocket_handler>(found.matched->handler)(asked, made.client->socket());
  return made;
}

} // namespace remora::hub::test
