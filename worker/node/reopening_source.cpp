#include "worker/node/reopening_source.hpp"

#include <utility>

#include "base/log.hpp"

namespace remora::worker {

namespace {

constexpr std::chrono::seconds between_attempts{1};
constexpr milliseconds between_shows{250};

/// Counts what passes, for other threads.
class counting_handler final : public traffic::frame_handler {
 public:
  counting_handler(traffic::frame_handler& to, capture_gauges& gauges) : to_{to}, gauges_{gauges} {}
  void on_frame(const traffic::frame& packet) override {
    // This thread alone writes: no addition in one step is needed.
    add(gauges_.packets, 1);
    add(gauges_.bytes, packet.wire_length);
    to_.on_frame(packet);
  }

 private:
  static void add(std::atomic<std::uint64_t>& to, std::uint64_t what) {
    to.store(to.load(std::memory_order_relaxed) + what, std::memory_order_relaxed);
  }

  traffic::frame_handler& to_;
  capture_gauges& gauges_;
};

traffic::source_counters sum(traffic::source_counters a, const traffic::source_counters& b) {
  a.received += b.received;
  a.filtered_out += b.filtered_out;
  a.kernel_dropped += b.kernel_dropped;
  a.interface_dropped += b.interface_dropped;
  return a;
}

} // namespace

reopening_source::reopening_source(parts with)
    : with_{std::move(with)}, source_{std::move(with_.first)}, shown_at_{moment::min()} {}

result<traffic::read_status> reopening_source::read(traffic::frame_handler& handler, std::size_t max_frames,
                                                    milliseconds wait) {
  const moment now = with_.clock();
  with_.gauges->read_at.store(now.time_since_epoch().count(), std::memory_order_relaxed);
  if (!source_ && !open_again(now)) {
    with_.pause(wait);
    return traffic::read_status::idle;
  }
  counting_handler counting{handler, *with_.gauges};
  const auto read = source_->read(counting, max_frames, wait);
  if (shown_at_ == moment::min() || now - shown_at_ >= between_shows) show(now);
  if (read) return *read;
  lose(read.error(), now);
  return traffic::read_status::idle;
}

traffic::source_counters reopening_source::counters() {
  return source_ ? sum(before_, source_->counters()) : before_;
}

void reopening_source::lose(const error& why, moment now) {
  log::error("capture-lost", why.message, "; it is opened again as soon as that is possible");
  before_ = counters();
  show(now);
  source_.reset();
  with_.gauges->gaps.fetch_add(1, std::memory_order_relaxed);
  with_.gauges->capturing = false;
  lost_at_ = now;
  open_at_ = now + between_attempts;
}

bool reopening_source::open_again(moment now) {
  if (now < open_at_) return false;
  open_at_ = now + between_attempts;
  auto opened = with_.open();
  if (!opened) {
    if (std::exchange(last_refusal_, opened.error().message) != opened.error().message)
      log::warn("capture-lost", "it cannot be opened: ", opened.error().message);
    return false;
  }
  source_ = std::move(*opened);
  last_refusal_.clear();
  with_.gauges->capturing = true;
  const auto gap = std::chrono::duration_cast<milliseconds>(now - lost_at_);
  log::info("capture-back", "gap_ms=", gap.count());
  return true;
}

void reopening_source::show(moment now) {
  shown_at_ = now;
  const auto all = counters();
  with_.gauges->kernel_dropped.store(all.kernel_dropped, std::memory_order_relaxed);
  with_.gauges->interface_dropped.store(all.interface_dropped, std::memory_order_relaxed);
}

} // namespace remora::worker
