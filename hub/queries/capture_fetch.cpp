#include "hub/queries/capture_fetch.hpp"

#include <algorithm>
#include <utility>

namespace remora::hub {

namespace {

constexpr std::uint32_t pieces_ahead = 8;           ///< Of 64 KiB each, most of the time.
constexpr std::chrono::seconds longest_silence{20}; ///< Of a node that has credit.
constexpr std::chrono::seconds between_reminders{10};

} // namespace

capture_fetch::capture_fetch(
    node_line& line, capture_question asked, capture_taker done,
    std::function<std::shared_ptr<capture_download>(std::shared_ptr<capture_pipe>)> open)
    : line_{line}, asked_{std::move(asked)}, done_{std::move(done)}, open_download_{std::move(open)} {}

capture_fetch::~capture_fetch() {
  for (const auto& [id, node] : open_)
    line_.say(node, protocol::cancel_query{id});
}

void capture_fetch::begin() {
  const auto now = line_.steady();
  reminded_at_ = now;
  auto nodes = line_.nodes();
  std::sort(nodes.begin(), nodes.end());
  const auto wall = line_.wall();
  for (auto& node : nodes) {
    protocol::capture_query what;
    what.id = ++line_.last_id;
    what.query = asked_.query;
    what.from = asked_.from;
    what.until = asked_.until;
    what.now = wall;
    part one;
    one.id = what.id;
    one.heard_at = now;
    if (line_.say(node, what)) {
      open_[one.id] = node;
    } else {
      one.is = stage::over;
      one.failed = is_away;
    }
    one.node = std::move(node);
    parts_.push_back(std::move(one));
  }
  open_file();
}

capture_fetch::part* capture_fetch::find(const std::string& node, std::uint64_t id) {
  for (auto& one : parts_)
    if (one.id == id && one.node == node && one.is != stage::over) return &one;
  return nullptr;
}

void capture_fetch::drop(part& one, std::string why) {
  open_.erase(one.id);
  one.is = stage::over;
  one.failed = std::move(why);
}

/// Once every node has said whether it has something.
void capture_fetch::open_file() {
  if (opened_) return;
  bool any = false;
  for (const auto& one : parts_) {
    if (one.is == stage::looking) return;
    any = any || one.is == stage::ready;
  }
  opened_ = true;
  opened_capture out;
  std::string why;
  for (const auto& one : parts_) {
    if (one.failed.empty()) continue;
    out.missing.push_back({one.node, one.failed});
    if (why.empty()) why = "; " + one.node + ": " + one.failed;
  }
  if (!any) {
    finished_ = true;
    return done_(fail(errc::not_found, "no node has packets of such streams" +
                                           std::string{parts_.empty() ? ": no node is connected" : ""} +
                                           why));
  }
  out.file = open_download_(pipe_);
  room_ = pieces_ahead;
  done_(std::move(out));
  send_next();
}

void capture_fetch::send_next() {
  const auto next =
      std::find_if(parts_.begin(), parts_.end(), [](const auto& one) { return one.is == stage::ready; });
  if (next == parts_.end()) {
    finished_ = true;
    pipe_->end();
    return;
  }
  room_ += std::exchange(granted_, 0);
  sending_ = &*next;
  sending_->is = stage::sending;
  sending_->heard_at = line_.steady();
  last_number_ = 0;
  grant();
}

void capture_fetch::grant() {
  if (sending_ == nullptr || room_ == 0 || !line_.budget.is_open(sending_->node, line_.steady())) return;
  if (granted_ == 0) sending_->heard_at = line_.steady();
  granted_ += room_;
  line_.say(sending_->node, protocol::capture_credit{sending_->id, std::exchange(room_, 0)});
}

void capture_fetch::taken() {
  if (finished_) return;
  ++room_;
  grant();
}

void capture_fetch::fail_file(const part& of, const std::string& why) {
  finished_ = true;
  pipe_->fail_with("node " + of.node + ": " + why);
}

void capture_fetch::hear(const std::string& node, const protocol::capture_piece& piece) {
  part* const from = find(node, piece.id);
  if (finished_ || from == nullptr) return;
  from->heard_at = line_.steady();
  if (from->is == stage::looking) {
    if (piece.last) {
      drop(*from, piece.error);
    } else if (piece.ready) {
      from->is = stage::ready;
    }
    return open_file();
  }
  if (from->is == stage::ready) {
    if (!piece.last) return;
    if (opened_) return fail_file(*from, piece.error.empty() ? "it gave up waiting" : piece.error);
    drop(*from, piece.error);
    return open_file();
  }
  if (piece.number != last_number_ + 1 && piece.number != 0)
    return fail_file(*from, "a part of its capture was lost on the way");
  if (piece.number != 0 && !piece.last) {
    if (granted_ == 0) return fail_file(*from, "it sends more than it was asked for");
    --granted_;
  }
  if (piece.number != 0) last_number_ = piece.number;
  line_.budget.spend(node, piece.bytes.bytes.size(), line_.steady());
  pipe_->put(piece.bytes.bytes);
  if (!piece.error.empty()) return fail_file(*from, piece.error);
  if (piece.last) {
    drop(*from, {});
    sending_ = nullptr;
    send_next();
  }
}

void capture_fetch::left(const std::string& node) {
  for (auto& one : parts_) {
    if (finished_) return;
    if (one.node != node || one.is == stage::over) continue;
    if (opened_) return fail_file(one, "its connection was lost");
    drop(one, "its connection was lost");
    open_file();
  }
}

void capture_fetch::tick() {
  if (finished_) return;
  if (pipe_->is_abandoned()) {
    finished_ = true;
    return;
  }
  const auto now = line_.steady();
  for (auto& one : parts_) {
    if (one.is != stage::looking || now - one.heard_at < node_patience) continue;
    line_.say(one.node, protocol::cancel_query{one.id});
    drop(one, is_silent);
  }
  open_file();
  if (finished_) return;
  if (sending_ != nullptr && granted_ > 0 && now - sending_->heard_at >= longest_silence)
    return fail_file(*sending_, "it sends nothing more");
  grant();
  if (now - reminded_at_ < between_reminders) return;
  reminded_at_ = now;
  for (const auto& [id, node] : open_)
    if (opened_) line_.say(node, protocol::capture_credit{id, 0});
}

protocol::moment capture_fetch::next_deadline() const {
  const auto now = line_.steady();
  // Room without credit: a budget is used up.
  return now + (room_ > 0 && sending_ != nullptr ? milliseconds{50} : milliseconds{500});
}

} // namespace remora::hub
