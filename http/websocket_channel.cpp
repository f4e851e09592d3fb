#include "http/websocket_channel.hpp"

#include <algorithm>
#include <utility>

#include "base/utf8.hpp"

namespace remora::http {

namespace {
constexpr std::size_t most_reason_bytes = 123; // RFC 6455 5.5: a control frame's 125 without the code
}

bool websocket::send(std::string text) const {
  return send(std::make_shared<const std::string>(std::move(text)));
}
bool websocket::send(std::shared_ptr<const std::string> text) const {
  return channel_->push(std::move(text));
}
void websocket::close(close_code code, std::string_view reason) const { channel_->close(code, reason); }
bool websocket::is_open() const { return channel_->is_open(); }
std::uint64_t websocket::dropped() const { return channel_->dropped(); }
std::size_t websocket::queued_bytes() const { return channel_->queued_bytes(); }

websocket::channel::channel(queue_limits limits, std::shared_ptr<live_counters> count,
                            std::function<void()> wake)
    : limits_{std::move(limits)}, count_{std::move(count)}, wake_{std::move(wake)} {}

bool websocket::channel::push(std::shared_ptr<const std::string> text) {
  bool taken = false;
  bool wakes = false;
  {
    const std::lock_guard lock{mutex_};
    if (ended_ || closing_ || !text) return false;
    // A message that alone is larger than the queue goes when nothing else waits.
    const bool full = !waiting_.empty() && (waiting_.size() >= limits_.messages ||
                                            text->size() > limits_.bytes - std::min(bytes_, limits_.bytes));
    if (!full) {
      if (untold_ > 0) enqueue(text_about_dropped());
      enqueue(std::move(text));
      taken = true;
    } else {
      ++dropped_;
      ++untold_;
      ++count_->messages_dropped;
      if (limits_.close_when_full) {
        dropped_ += waiting_.size();
        count_->messages_dropped += waiting_.size();
        waiting_.clear();
        bytes_ = 0;
        untold_ = 0;
        closing_ = step{nullptr, close_code::try_again_later, "too slow: connect again"};
      }
    }
    wakes = must_wake();
  }
  if (wakes) wake_();
  return taken;
}

void websocket::channel::close(close_code code, std::string_view reason) {
  bool wakes = false;
  {
    const std::lock_guard lock{mutex_};
    if (ended_ || closing_) return;
    closing_ = step{nullptr, code, std::string{cut_utf8(reason, most_reason_bytes)}};
    wakes = must_wake();
  }
  if (wakes) wake_();
}

bool websocket::channel::is_open() const {
  const std::lock_guard lock{mutex_};
  return !ended_ && !closing_;
}

std::uint64_t websocket::channel::dropped() const {
  const std::lock_guard lock{mutex_};
  return dropped_;
}

std::size_t websocket::channel::queued_bytes() const {
  const std::lock_guard lock{mutex_};
  return bytes_;
}

std::optional<websocket::channel::step> websocket::channel::take() {
  const std::lock_guard lock{mutex_};
  idle_ = false;
  if (!ended_) {
    if (waiting_.empty() && untold_ > 0) enqueue(text_about_dropped());
    if (!waiting_.empty()) {
      step out{std::move(waiting_.front()), close_code::normal, {}};
      waiting_.pop_front();
      bytes_ -= out.text->size();
      return out;
    }
    if (closing_) {
      ended_ = true; // a close is taken once
      return std::move(closing_);
    }
  }
  idle_ = true;
  return std::nullopt;
}

void websocket::channel::end() {
  const std::lock_guard lock{mutex_};
  ended_ = true;
  waiting_.clear();
  bytes_ = 0;
  untold_ = 0;
}

void websocket::channel::enqueue(std::shared_ptr<const std::string> text) {
  if (!text) return;
  bytes_ += text->size();
  waiting_.push_back(std::move(text));
}

std::shared_ptr<const std::string> websocket::channel::text_about_dropped() {
  std::string text =
      limits_.dropped_text ? limits_.dropped_text(untold_) : "{\"dropped\":" + std::to_string(untold_) + "}";
  untold_ = 0;
  if (text.empty()) return nullptr;
  return std::make_shared<const std::string>(std::move(text));
}

bool websocket::channel::must_wake() {
  if (!idle_ || ended_) return false;
  if (waiting_.empty() && !closing_) return false;
  idle_ = false;
  return true;
}

} // namespace remora::http
