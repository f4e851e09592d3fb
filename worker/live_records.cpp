#include "worker/live_records.hpp"

namespace remora::worker {

namespace {
constexpr std::uint64_t max_lines_per_second = 1'000;
}

class live_records::script_lane final : public actors::record_lane {
 public:
  explicit script_lane(live_records& all) : all_{all} {}

  void console(console_line line) override {
    const std::lock_guard lock{all_.mutex_};
    if (closed_) return;
    start_second_of(line);
    if (++lines_ > max_lines_per_second) {
      ++dropped_;
    } else {
      all_.sink_.console(line);
    }
    last_ = std::move(line);
    last_.text.clear();
  }

  void job(job_run run, timestamp) override {
    const std::lock_guard lock{all_.mutex_};
    if (!closed_) all_.sink_.job(run);
  }

  void clear_console(timestamp) override {
    const std::lock_guard lock{all_.mutex_};
    if (!closed_) all_.sink_.clear_console();
  }

  void enter_round(std::uint64_t) override {}

  // With the lock held.
  void close() {
    if (!closed_) tell_dropped();
    closed_ = true;
  }
  std::uint64_t dropped() const noexcept { return dropped_; }

 private:
  /// A new second has a new allowance; what the last one dropped is said first.
  void start_second_of(const console_line& line) {
    const std::int64_t second = to_unix_ns(line.time) / 1'000'000'000;
    if (second == second_) return;
    second_ = second;
    last_.time = line.time;
    tell_dropped();
    lines_ = 0;
  }

  void tell_dropped() {
    if (lines_ <= max_lines_per_second) return;
    last_.level = console_level::error;
    last_.text = std::to_string(lines_ - max_lines_per_second) +
                 " lines were dropped: the script printed more than 1000 in a second";
    all_.sink_.console(last_);
  }

  live_records& all_;
  std::int64_t second_ = 0;
  std::uint64_t lines_ = 0; ///< In this second.
  std::uint64_t dropped_ = 0;
  console_line last_; ///< Whose line it was, for the note.
  bool closed_ = false;
};

live_records::live_records(record_sink& sink, std::size_t scripts) : sink_{sink} {
  for (std::size_t i = 0; i < scripts; ++i)
    lanes_.push_back(std::make_shared<script_lane>(*this));
}

std::shared_ptr<actors::record_lane> live_records::lane(std::size_t script) const {
  const std::lock_guard lock{mutex_};
  return lanes_.at(script);
}

std::shared_ptr<actors::record_lane> live_records::open(std::size_t script) {
  const std::lock_guard lock{mutex_};
  if (lanes_.size() <= script) lanes_.resize(script + 1);
  lanes_[script] = std::make_shared<script_lane>(*this);
  return lanes_[script];
}

void live_records::close(std::size_t script) {
  const std::lock_guard lock{mutex_};
  lanes_.at(script)->close();
}

void live_records::items(const item_batch& all) {
  const std::lock_guard lock{mutex_};
  for (const item& one : all)
    sink_.item(one);
}

std::uint64_t live_records::dropped_lines(std::size_t script) const {
  const std::lock_guard lock{mutex_};
  return lanes_.at(script)->dropped();
}

} // namespace remora::worker
