#include "traffic/capture/file_source.hpp"

#include <algorithm>
#include <utility>

#include "traffic/capture/capture_reader.hpp"
#include "traffic/capture/filter_set.hpp"

namespace remora::traffic {
namespace {

/// Merges capture files by time. One reader is in use; the others wait in a heap with the packet they are at,
/// so that files which follow each other, as rotated ones do, cost one comparison a packet.
class file_source final : public packet_source {
 public:
  file_source(std::vector<capture_reader> readers, filter_set filter)
      : readers_{std::move(readers)}, filter_{std::move(filter)} {}

  /// Starts the readers of files; those of streams follow in read().
  result<void> open() {
    for (std::size_t i = 0; i < readers_.size(); ++i) {
      if (readers_[i].streaming()) {
        unstarted_.push_back(i);
        continue;
      }
      if (auto started = start(i, milliseconds{0}); !started) return pass_on(std::move(started));
    }
    return {};
  }

  result<read_status> read(frame_handler& handler, std::size_t max_frames, milliseconds wait) override {
    if (auto started = start_streams(wait); !started || !*started) {
      return started ? result<read_status>{read_status::idle} : pass_on(std::move(started));
    }
    std::size_t delivered = 0;
    // Packets that the filter refuses count too: the caller has other things to do now and then.
    for (std::size_t seen = 0; seen < max_frames; ++seen) {
      switch (to_next_packet(wait)) {
        case step::idle:
          return delivered > 0 ? read_status::more : read_status::idle;
        case step::end:
          return read_status::end;
        case step::packet:
          break;
      }
      used_ = true;
      ++counters_.received;
      const frame& packet = readers_[active_].current();
      if (!filter_.matches(packet)) {
        ++counters_.filtered_out;
        continue;
      }
      ++delivered;
      handler.on_frame(packet);
    }
    return read_status::more;
  }

  source_counters counters() override { return counters_; }
  const std::vector<error>& damage() const override { return damage_; }

 private:
  static constexpr std::size_t none = SIZE_MAX;

  /// Reads the head of a file and its first packet. False: the bytes have not arrived.
  result<bool> start(std::size_t index, milliseconds wait) {
    auto first = readers_[index].start(wait);
    if (!first) return pass_on(std::move(first));
    switch (*first) {
      case step::idle:
        return false;
      case step::end:
        note_damage(index);
        return true;
      case step::packet:
        break;
    }
    // A filter that does not compile is the user's mistake when it fits no packet from the first on.
    if (auto compiled = filter_.prepare(readers_[index].current().link); !compiled) {
      return pass_on(std::move(compiled));
    }
    push(index);
    return true;
  }

  /// True once every stream has shown its first packet: before that nobody knows which comes first.
  result<bool> start_streams(milliseconds wait) {
    while (!unstarted_.empty()) {
      auto started = start(unstarted_.back(), wait);
      if (!started || !*started) return started;
      unstarted_.pop_back();
    }
    return true;
  }

  /// Makes the packet that comes next in time the current one of readers_[active_].
  step to_next_packet(milliseconds wait) {
    if (active_ != none && used_) {
      const step s = readers_[active_].next(wait);
      if (s == step::idle) return step::idle;
      used_ = false;
      if (s == step::end) {
        note_damage(active_);
        active_ = none;
      } else if (!heap_.empty() && later(active_, heap_.front())) {
        push(active_);
        active_ = none;
      }
    }
    if (active_ == none) {
      if (heap_.empty()) return step::end;
      active_ = pop();
    }
    return step::packet;
  }

  /// Whether the current packet of one reader comes after that of another.
  bool later(std::size_t lhs, std::size_t rhs) const noexcept {
    const timestamp a = readers_[lhs].current().time;
    const timestamp b = readers_[rhs].current().time;
    return a != b ? a > b : lhs > rhs;
  }

  void push(std::size_t index) {
    heap_.push_back(index);
    std::push_heap(heap_.begin(), heap_.end(), [this](std::size_t a, std::size_t b) { return later(a, b); });
  }

  std::size_t pop() {
    std::pop_heap(heap_.begin(), heap_.end(), [this](std::size_t a, std::size_t b) { return later(a, b); });
    const std::size_t index = heap_.back();
    heap_.pop_back();
    return index;
  }

  void note_damage(std::size_t index) {
    if (auto damage = readers_[index].damage()) damage_.push_back(std::move(*damage));
  }

  std::vector<capture_reader> readers_;
  filter_set filter_;
  std::vector<std::size_t> unstarted_; // streams whose first packet is not known yet
  std::vector<std::size_t> heap_;      // readers with a packet; the earliest in front
  std::size_t active_ = none;          // the reader in use
  bool used_ = false;                  // its current packet was handed over
  source_counters counters_;
  std::vector<error> damage_;
};

/// A filter must make sense for something, also when the files turn out to hold no packets.
result<void> check_for_any_link(const std::string& filter) {
  auto first = check_filter(filter);
  if (first) return first;
  for (const link_type link : {link_type::null, link_type::raw_ip, link_type::loop, link_type::linux_sll,
                               link_type::ipv4, link_type::ipv6, link_type::linux_sll2}) {
    if (check_filter(filter, link)) return {};
  }
  return first;
}

} // namespace

result<std::unique_ptr<packet_source>> open_byte_sources(std::vector<named_bytes> sources,
                                                         const std::string& filter,
                                                         std::size_t buffer_bytes) {
  std::vector<capture_reader> readers;
  readers.reserve(sources.size());
  for (named_bytes& source : sources) {
    readers.emplace_back(std::move(source.name), std::move(source.bytes), buffer_bytes);
  }
  auto merged = std::make_unique<file_source>(std::move(readers), filter_set{filter});
  if (auto checked = check_for_any_link(filter); !checked) return pass_on(std::move(checked));
  if (auto opened = merged->open(); !opened) return pass_on(std::move(opened));
  return merged;
}

result<std::unique_ptr<packet_source>> open_files(const file_options& options) {
  if (options.paths.empty()) return fail(errc::invalid_usage, "no capture file to read is named");
  if (std::count(options.paths.begin(), options.paths.end(), "-") > 1) {
    return fail(errc::invalid_usage, "standard input can be read once, but \"-\" is named more often");
  }
  // One file is read in blocks of 1 MiB; a thousand rotated ones must not take a gigabyte.
  constexpr std::size_t most = 1u << 20;
  constexpr std::size_t least = 64u << 10;
  const std::size_t buffer_bytes = std::clamp((16u << 20) / options.paths.size(), least, most);
  std::vector<named_bytes> sources;
  for (const std::string& path : options.paths) {
    auto bytes = open_byte_source(path);
    if (!bytes) return pass_on(std::move(bytes));
    sources.push_back({path == "-" ? "standard input" : path, std::move(*bytes)});
  }
  return open_byte_sources(std::move(sources), options.filter, buffer_bytes);
}

} // namespace remora::traffic
