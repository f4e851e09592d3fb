#include "cli/remote/follow.hpp"

#include <algorithm>
#include <cstdint>
#include <thread>

#include "cli/remote/hub_options.hpp"

namespace remora::cli {

namespace {

constexpr std::chrono::milliseconds look_at_stop{200};

/// Ids are numbers that rise: the smaller one has fewer digits, or stands first.
bool is_behind(const std::string& id, const std::string& seen) {
  return id.size() != seen.size() ? id.size() < seen.size() : id <= seen;
}

} // namespace

std::string id_of(const client::json& message) {
  const client::json& id = client::member_of(message, "id");
  if (id.is_string()) return id.get<std::string>();
  return id.is_number_integer() ? std::to_string(id.get<std::int64_t>()) : std::string{};
}

follower::follower(const context& where, const client::hub_client& hub, client::call what, std::string after,
                   std::function<bool(const client::json&)> take)
    : where_{where}, hub_{hub}, what_{std::move(what)}, after_{std::move(after)}, take_{std::move(take)} {}

outcome follower::run() {
  while (!stopped()) {
    const auto ended = read_once();
    if (enough_) return {};
    if (stopped() || ended) break;
    // Whom the hub refuses now it refuses again; and who never was there is a wrong address.
    if (ended.error().code != errc::unreachable || !connected_before_) return end_with(where_, ended.error());
    if (!away_)
      complain(where_, ended.error().message + "; connecting anew every " +
                           std::to_string(where_.reconnect_after.count()) + " ms");
    away_ = true;
    pause();
  }
  return {exit_status::interrupted};
}

result<void> follower::read_once() {
  client::call now = what_;
  now.query.emplace_back("after", after_);
  auto socket = hub_.follow(now);
  if (!socket) return pass_on(std::move(socket));
  if (away_) complain(where_, "connected again; nothing was missed");
  away_ = false;
  connected_before_ = true;
  while (!stopped() && !enough_) {
    auto message = (*socket)->next(look_at_stop);
    if (!message) return pass_on(std::move(message));
    if (!*message) continue;
    if (auto taken = handle(**message); !taken) return taken;
  }
  return {};
}

result<void> follower::handle(const std::string& message) {
  const auto document = client::parse_json(message);
  if (!document || !document->is_object()) return {};
  const std::string id = id_of(*document);
  if (id.empty()) {
    const std::string why = client::text_of(*document, "error"); // said just before the hub closes
    if (!why.empty()) return fail(errc::io_failed, why);
  } else if (is_behind(id, after_)) {
    return {}; // a hub that repeats itself does not make us do so
  } else {
    after_ = id;
  }
  enough_ = !take_(*document);
  return {};
}

void follower::pause() const {
  const auto end = std::chrono::steady_clock::now() + where_.reconnect_after;
  while (!stopped() && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::min(look_at_stop, where_.reconnect_after));
}

} // namespace remora::cli
