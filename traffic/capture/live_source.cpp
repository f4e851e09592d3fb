#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <utility>

#include "traffic/capture/libpcap.hpp"
#include "traffic/capture/packet_source.hpp"
#include "traffic/capture/wrapping_counter.hpp"

namespace remora::traffic {
namespace {

/// Counts the frames on their way to their handler.
class counting_handler final : public frame_handler {
 public:
  counting_handler(frame_handler& to, std::uint64_t& count) : to_{to}, count_{count} {}
  void on_frame(const frame& packet) override {
    ++count_; // first: a handler that throws has seen the frame
    to_.on_frame(packet);
  }

 private:
  frame_handler& to_;
  std::uint64_t& count_;
};

class live_source final : public packet_source {
 public:
  explicit live_source(std::vector<libpcap::live_handle> handles) {
    for (auto& handle : handles) {
      captures_.push_back({std::move(handle), {}, {}});
    }
  }

  result<read_status> read(frame_handler& handler, std::size_t max_frames, milliseconds wait) override {
    unwrap_now_and_then();
    auto got = drain(handler, max_frames);
    if (!got) return pass_on(std::move(got));
    if (*got > 0) return read_status::more;
    // An idle pcap_dispatch() would not return, so the waiting is ours.
    if (auto woken = wait_for_any(wait); !woken || !*woken) {
      return woken ? result<read_status>{read_status::idle} : pass_on(std::move(woken));
    }
    got = drain(handler, max_frames);
    if (!got) return pass_on(std::move(got));
    return *got > 0 ? read_status::more : read_status::idle;
  }

  source_counters counters() override {
    counters_.kernel_dropped = 0;
    counters_.interface_dropped = 0;
    for (capture& one : captures_) {
      const libpcap::raw_counters raw = one.handle.counters();
      counters_.kernel_dropped += one.dropped.update(raw.dropped);
      counters_.interface_dropped += one.interface_dropped.update(raw.interface_dropped);
    }
    return counters_;
  }

  const std::vector<error>& damage() const override { return no_damage_; }

 private:
  struct capture {
    libpcap::live_handle handle;
    wrapping_counter dropped;
    wrapping_counter interface_dropped;
  };

  /// Takes what is there, beginning with another interface each time so that a busy one starves none.
  result<std::size_t> drain(frame_handler& handler, std::size_t max_frames) {
    counting_handler counting{handler, counters_.received};
    const std::uint64_t before = counters_.received;
    for (std::size_t i = 0; i < captures_.size(); ++i) {
      const auto taken = static_cast<std::size_t>(counters_.received - before);
      if (taken >= max_frames) break;
      auto got = captures_[(first_ + i) % captures_.size()].handle.dispatch(counting, max_frames - taken);
      if (!got) return got;
    }
    first_ = (first_ + 1) % captures_.size();
    return static_cast<std::size_t>(counters_.received - before);
  }

  /// False when nothing came within `wait`, or a signal came first.
  result<bool> wait_for_any(milliseconds wait) {
    polled_.clear();
    for (const capture& one : captures_) {
      polled_.push_back({one.handle.descriptor(), POLLIN, 0});
    }
    const auto limit = std::clamp<std::int64_t>(wait.count(), 0, 60'000);
    const int ready = ::poll(polled_.data(), polled_.size(), static_cast<int>(limit));
    if (ready < 0 && errno != EINTR) {
      return fail(errc::io_failed, "waiting for packets failed: " + errno_text(errno));
    }
    return ready > 0;
  }

  /// The counters of libpcap have 32 bits: a run of months must not let one pass its end unseen.
  void unwrap_now_and_then() {
    constexpr std::uint32_t reads_between = 1u << 16;
    if (++reads_ % reads_between == 0) counters();
  }

  std::vector<capture> captures_;
  std::vector<pollfd> polled_;
  std::size_t first_ = 0;
  std::uint32_t reads_ = 0;
  source_counters counters_;
  std::vector<error> no_damage_;
};

result<std::vector<std::string>> checked_interfaces(const live_options& options) {
  std::vector<std::string> names;
  for (const std::string& name : options.interfaces) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  if (names.empty()) return fail(errc::invalid_usage, "no network interface to capture on is named");
  if (names.size() > 1 && std::find(names.begin(), names.end(), "any") != names.end()) {
    return fail(errc::invalid_usage,
                "\"any\" is every network interface: name it alone, or name the others only");
  }
  return names;
}

} // namespace

result<std::unique_ptr<packet_source>> open_live(const live_options& options) {
  auto names = checked_interfaces(options);
  if (!names) return pass_on(std::move(names));
  if (options.snaplen == 0 || options.snaplen > default_snaplen) {
    return fail(errc::invalid_usage, "a snaplen of " + std::to_string(options.snaplen) +
                                         " bytes: it must be between 1 and " +
                                         std::to_string(default_snaplen));
  }
  std::vector<libpcap::live_handle> handles;
  for (const std::string& name : *names) {
    auto handle = libpcap::live_handle::open(
        {name, options.filter, options.snaplen, options.buffer_bytes, options.promiscuous});
    if (!handle) return pass_on(std::move(handle));
    handles.push_back(std::move(*handle));
  }
  return std::make_unique<live_source>(std::move(handles));
}

result<void> check_filter(std::string_view filter, link_type link) {
  if (filter.empty()) return {};
  auto compiled = libpcap::filter_program::compile(filter, link);
  if (!compiled) return pass_on(std::move(compiled));
  return {};
}

} // namespace remora::traffic
