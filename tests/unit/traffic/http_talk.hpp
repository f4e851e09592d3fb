#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/item/item.hpp"
#include "protocol/item/json_writer.hpp"
#include "traffic/dissect/item_maker.hpp"

namespace remora::traffic {

/// One connection on which a client and a server say what a test gives them, and the items that come of it.
class http_talk {
 public:
  explicit http_talk(bool start_seen = true, const dissect_options& options = {})
      : maker_{options, origin()} {
    flow_.number = 42;
    flow_.ip_version = 4;
    flow_.ip_protocol = 6;
    flow_.client_known = start_seen;
    flow_.client = {address(20), 41730};
    flow_.server = {address(9), 8080};
    flow_.opened = from_unix_ns(1'000'000'000);
    now_ = flow_.opened;
    consumer_ = maker_.open_stream(flow_);
  }
  ~http_talk() {
    if (consumer_) end(stream_end::cut);
  }
  http_talk(const http_talk&) = delete;
  http_talk& operator=(const http_talk&) = delete;

  http_talk& says(direction way, std::string_view bytes) {
    now_ += std::chrono::microseconds{1};
    if (!wants_ || bytes.empty()) return *this;
    // Exactly as much memory as the bytes need: a sanitizer sees whoever reads on.
    const std::vector<std::uint8_t> copy{bytes.begin(), bytes.end()};
    heard(consumer_->on_bytes(way, {copy.data(), copy.size()}, now_));
    return *this;
  }
  http_talk& client(std::string_view bytes) { return says(direction::from_client, bytes); }
  http_talk& server(std::string_view bytes) { return says(direction::from_server, bytes); }
  http_talk& gap(direction way, std::uint64_t bytes) {
    now_ += std::chrono::microseconds{1};
    if (wants_) heard(consumer_->on_gap(way, bytes, now_));
    return *this;
  }
  http_talk& client_gap(std::uint64_t bytes) { return gap(direction::from_client, bytes); }
  http_talk& server_gap(std::uint64_t bytes) { return gap(direction::from_server, bytes); }
  http_talk& ends(direction way, stream_end how) {
    if (wants_) consumer_->on_end(way, how, now_);
    return *this;
  }
  /// Both directions, the server's first.
  http_talk& end(stream_end how = stream_end::fin) {
    ends(direction::from_server, how).ends(direction::from_client, how);
    consumer_.reset();
    wants_ = false;
    return *this;
  }
  http_talk& wait(nanoseconds time) {
    now_ += time;
    maker_.advance(now_, 0);
    return *this;
  }

  bool is_listened_to() const noexcept { return wants_; }

  /// Items so far.
  const std::vector<item>& items() {
    for (item& one : maker_.take())
      items_.push_back(std::move(one));
    return items_;
  }
  const item& only() {
    items();
    if (items_.size() != 1) throw std::runtime_error{std::to_string(items_.size()) + " items, not one"};
    return items_.front();
  }
  const dissect_counters& counters() const noexcept { return maker_.counters(); }
  timestamp now() const noexcept { return now_; }

 private:
  static std::shared_ptr<const item_origin> origin() {
    static const auto one = std::make_shared<const item_origin>();
    return one;
  }
  static ip_address address(std::uint8_t last) {
    return {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 1, 3, last}};
  }
  void heard(interest answer) {
    if (answer != interest::nothing) return;
    consumer_.reset();
    wants_ = false;
  }

  item_maker maker_;
  flow_info flow_;
  timestamp now_;
  std::unique_ptr<stream_consumer> consumer_;
  bool wants_ = true;
  std::vector<item> items_;
};

/// One member of a half as JSON; "absent" when it is not there, "null" when there is no half.
inline std::string member_json(const std::unique_ptr<const item_part>& half, std::string_view name) {
  if (!half) return "null";
  const shaped members = half->members();
  for (const member& one : *members.of) {
    if (one.name != name) continue;
    if (one.is_there != nullptr && !one.is_there(members.at)) return "absent";
    std::string out;
    json_writer to{out};
    one.write(members.at, to);
    return out;
  }
  return "no such member";
}

inline std::string half_json(const std::unique_ptr<const item_part>& half) {
  return half ? to_json(half->members()) : "null";
}

/// An item in a line: `GET /a -> 200`, a missing half as `-`, then its trouble.
inline std::string in_short(const item& one) {
  const auto plain = [](std::string text) {
    return text.size() >= 2 && text.front() == '"' ? text.substr(1, text.size() - 2) : text;
  };
  std::string out =
      one.request ? plain(member_json(one.request, "method")) + ' ' + plain(member_json(one.request, "url"))
                  : "-";
  out += " -> ";
  out += one.response ? member_json(one.response, "status") : "-";
  if (one.trouble != item_trouble::none)
    out += " [" + std::string{to_string(one.trouble)} + ": " + one.trouble_text + "]";
  return out;
}

inline std::vector<std::string> in_short(const std::vector<item>& items) {
  std::vector<std::string> out;
  for (const item& one : items)
    out.push_back(in_short(one));
  return out;
}

} // namespace remora::traffic
