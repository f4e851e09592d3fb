#include "traffic/store/stream_store.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "traffic/store/octets.hpp"

namespace remora::traffic {

namespace {

// A payload: stream 8 | capture time 8 | length on the wire 4 | link type 2 | the packet, network byte order.
constexpr std::size_t head_bytes = 22;

struct stored_packet {
  std::uint64_t stream = 0;
  frame packet;
};

std::optional<stored_packet> parse(std::string_view payload) {
  if (payload.size() < head_bytes) return std::nullopt;
  const char* const at = payload.data();
  stored_packet found;
  found.stream = get_big<std::uint64_t>(at);
  found.packet.time = from_unix_ns(static_cast<std::int64_t>(get_big<std::uint64_t>(at + 8)));
  found.packet.wire_length = get_big<std::uint32_t>(at + 16);
  found.packet.link = static_cast<link_type>(get_big<std::uint16_t>(at + 20));
  const auto bytes = payload.substr(head_bytes);
  // Bytes are bytes. NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  found.packet.bytes = {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
  return found;
}

std::string_view as_text(byte_view bytes) noexcept {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

} // namespace

/// For each file, the streams in it and the stretch in which their packets lie.
class stream_store::index final : public log_index {
 public:
  struct stretch {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    stored_stream about;
  };
  using in_segment = std::unordered_map<std::uint64_t, stretch>;

  explicit index(std::size_t most) noexcept : most_{std::max<std::size_t>(most, 1)} {}

  void on_record(const log_record& record) override {
    const auto stored = parse(record.payload);
    if (!stored) return;
    const auto& packet = stored->packet;
    const std::lock_guard guard{mutex_};
    const auto [at, is_new] = segments_[record.segment].try_emplace(stored->stream);
    auto& known = at->second;
    auto& about = known.about;
    if (is_new) {
      ++entries_;
      known.begin = record.begin;
      about.number = stored->stream;
      about.first = about.last = packet.time;
    }
    known.end = record.end;
    about.first = std::min(about.first, packet.time);
    about.last = std::max(about.last, packet.time);
    ++about.packets;
    about.bytes += packet.bytes.size();
    last_stream_ = std::max(last_stream_, stored->stream);
  }

  void on_deleted(std::uint64_t segment) override {
    const std::lock_guard guard{mutex_};
    const auto found = segments_.find(segment);
    if (found == segments_.end()) return;
    entries_ -= found->second.size();
    segments_.erase(found);
  }

  bool is_full() const override {
    const std::lock_guard guard{mutex_};
    return entries_ >= most_;
  }

  std::vector<stored_stream> streams() const {
    std::map<std::uint64_t, stored_stream> found;
    const std::lock_guard guard{mutex_};
    for (const auto& [segment, in_it] : segments_) {
      for (const auto& [number, known] : in_it) {
        const auto [at, is_new] = found.try_emplace(number, known.about);
        if (is_new) continue;
        auto& sum = at->second;
        sum.packets += known.about.packets;
        sum.bytes += known.about.bytes;
        sum.first = std::min(sum.first, known.about.first);
        sum.last = std::max(sum.last, known.about.last);
      }
    }
    std::vector<stored_stream> list;
    list.reserve(found.size());
    for (const auto& [number, each] : found)
      list.push_back(each);
    return list;
  }

  /// File, and the stretch that holds all packets of the streams in it.
  std::vector<std::pair<std::uint64_t, stretch>> stretches(const std::set<std::uint64_t>& streams) const {
    std::vector<std::pair<std::uint64_t, stretch>> found;
    const std::lock_guard guard{mutex_};
    for (const auto& [segment, in_it] : segments_) {
      std::optional<stretch> all;
      for (const auto stream : streams) {
        const auto at = in_it.find(stream);
        if (at == in_it.end()) continue;
        if (!all) all = at->second;
        all->begin = std::min(all->begin, at->second.begin);
        all->end = std::max(all->end, at->second.end);
      }
      if (all) found.emplace_back(segment, *all);
    }
    return found;
  }

  std::uint64_t last_stream() const {
    const std::lock_guard guard{mutex_};
    return last_stream_;
  }

 private:
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::map<std::uint64_t, in_segment> segments_;
  std::size_t entries_ = 0;
  std::uint64_t last_stream_ = 0;
};

stream_store::stream_store() = default;
stream_store::~stream_store() = default;

result<std::unique_ptr<stream_store>> stream_store::open(stream_store_options options, timestamp now,
                                                         std::unique_ptr<store_disk> disk) {
  std::unique_ptr<stream_store> made{new stream_store};
  made->index_ = std::make_unique<index>(options.index_entries);
  auto log = segment_log::open(std::move(options.log), made->index_.get(), now, std::move(disk));
  if (!log) return pass_on(std::move(log));
  made->log_ = *std::move(log);
  return made;
}

std::optional<append_drop> stream_store::append(std::uint64_t stream, const frame& packet) {
  std::array<char, head_bytes> head{};
  put_big_at(head.data(), stream);
  put_big_at(head.data() + 8, static_cast<std::uint64_t>(to_unix_ns(packet.time)));
  put_big_at(head.data() + 16, packet.wire_length);
  put_big_at(head.data() + 20, static_cast<std::uint16_t>(packet.link));
  return log_->append({head.data(), head.size()}, as_text(packet.bytes));
}

std::vector<stored_stream> stream_store::streams() const { return index_->streams(); }

bool stream_store::contains(std::uint64_t stream) const { return !index_->stretches({stream}).empty(); }

std::uint64_t stream_store::last_stream() const { return index_->last_stream(); }

result<void> stream_store::read(std::uint64_t stream, frame_handler& to) const {
  for (const auto& [segment, where] : index_->stretches({stream})) {
    auto done = log_->visit(segment, where.begin, where.end, [&, wanted = stream](const log_record& record) {
      if (const auto stored = parse(record.payload); stored && stored->stream == wanted)
        to.on_frame(stored->packet);
      return true;
    });
    if (!done && !(done.error() == errc::not_found)) return done;
  }
  return {};
}

result<std::vector<packet_place>> stream_store::find(const std::set<std::uint64_t>& streams,
                                                     std::size_t most) const {
  std::vector<packet_place> places;
  bool is_too_much = false;
  for (const auto& [segment, where] : index_->stretches(streams)) {
    auto done = log_->visit(segment, where.begin, where.end, [&](const log_record& record) {
      const auto stored = parse(record.payload);
      if (!stored || streams.count(stored->stream) == 0) return true;
      is_too_much = places.size() == most;
      if (is_too_much) return false;
      const auto& packet = stored->packet;
      places.push_back({packet.time, record.segment, record.begin, record.end,
                        static_cast<std::uint32_t>(packet.bytes.size()), packet.link});
      return true;
    });
    if (!done && !(done.error() == errc::not_found)) return pass_on(std::move(done));
    if (is_too_much)
      return fail(errc::too_large, "these streams have more than " + std::to_string(most) +
                                       " packets; ask for fewer of them at a time");
  }
  std::stable_sort(places.begin(), places.end(),
                   [](const auto& a, const auto& b) { return a.time < b.time; });
  return places;
}

result<std::uint64_t> stream_store::read(const std::vector<packet_place>& places,
                                         const std::function<bool(const frame&)>& take) const {
  std::uint64_t given = 0;
  bool goes_on = true;
  std::size_t from = 0;
  while (goes_on && from < places.size()) {
    // Packets that lie behind each other in one file are read in one go, with what is between them.
    const auto segment = places[from].segment;
    auto to = from + 1;
    while (to < places.size() && places[to].segment == segment && places[to].begin > places[to - 1].begin)
      ++to;
    auto at = from;
    auto done = log_->visit(segment, places[from].begin, places[to - 1].end, [&](const log_record& record) {
      while (at < to && places[at].begin < record.begin)
        ++at;
      if (at == to || places[at].begin != record.begin) return true;
      ++at;
      ++given;
      const auto stored = parse(record.payload);
      goes_on = stored && take(stored->packet);
      return goes_on;
    });
    if (!done && !(done.error() == errc::not_found)) return pass_on(std::move(done));
    from = to;
  }
  return goes_on ? places.size() - given : 0;
}

} // namespace remora::traffic
