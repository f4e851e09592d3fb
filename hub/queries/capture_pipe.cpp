#include "hub/queries/capture_pipe.hpp"

#include <utility>

namespace remora::hub {

namespace {
constexpr std::chrono::seconds longest_wait{30};
} // namespace

void capture_pipe::put(std::string piece) {
  if (piece.empty()) return; // would be taken for the end
  {
    const std::lock_guard held{mutex_};
    pieces_.push_back(std::move(piece));
  }
  changed_.notify_one();
}

void capture_pipe::end() {
  {
    const std::lock_guard held{mutex_};
    ended_ = true;
  }
  changed_.notify_one();
}

void capture_pipe::fail_with(std::string why) {
  {
    const std::lock_guard held{mutex_};
    failure_ = std::move(why);
  }
  changed_.notify_one();
}

bool capture_pipe::is_abandoned() const {
  const std::lock_guard held{mutex_};
  return abandoned_;
}

void capture_pipe::abandon() {
  const std::lock_guard held{mutex_};
  abandoned_ = true;
  pieces_.clear();
}

result<std::string> capture_pipe::next(const std::function<void()>& taken) {
  std::string piece;
  {
    std::unique_lock held{mutex_};
    const auto has_news = [this] { return !pieces_.empty() || ended_ || !failure_.empty(); };
    if (!changed_.wait_for(held, longest_wait, has_news))
      return fail(errc::unreachable, "the nodes do not send the rest of the capture");
    if (pieces_.empty()) {
      if (!failure_.empty()) return fail(errc::unreachable, failure_);
      return std::string{};
    }
    piece = std::move(pieces_.front());
    pieces_.pop_front();
  }
  taken();
  return piece;
}

} // namespace remora::hub
