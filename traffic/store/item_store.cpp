#include "traffic/store/item_store.hpp"

#include <algorithm>
#include <charconv>
#include <deque>
#include <limits>
#include <map>
#include <mutex>
#include <tuple>
#include <utility>
#include <vector>

#include "protocol/item/json_writer.hpp"
#include "traffic/store/octets.hpp"

namespace remora::traffic {

namespace {

// A payload, integers in network byte order:
// seq 8 | stream 8 | index 4 | kind 1 | time 8 | protocol's length 1 | protocol | JSON
constexpr std::size_t head_bytes = 30;

std::optional<stored_item> parse(const log_record& record) {
  const auto payload = record.payload;
  if (payload.size() < head_bytes) return std::nullopt;
  const char* const at = payload.data();
  const auto protocol_bytes = get_big<std::uint8_t>(at + 29);
  if (payload.size() - head_bytes < protocol_bytes) return std::nullopt;
  stored_item found;
  found.number = record.number;
  found.seq = get_big<std::uint64_t>(at);
  found.stream = get_big<std::uint64_t>(at + 8);
  found.index = get_big<std::uint32_t>(at + 16);
  found.kind = static_cast<stream_kind>(get_big<std::uint8_t>(at + 20));
  found.time = from_unix_ns(static_cast<std::int64_t>(get_big<std::uint64_t>(at + 21)));
  found.protocol = payload.substr(head_bytes, protocol_bytes);
  found.json = payload.substr(head_bytes + protocol_bytes);
  return found;
}

struct item_key {
  std::uint64_t stream = 0;
  std::uint32_t index = 0;
};

template <class Number>
bool take_number(std::string_view text, Number& out) {
  const auto* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, out);
  return problem == std::errc{} && stop == end && !text.empty();
}

/// The last part of an id: "000000000042_tls.pcap-3".
std::string_view name_in(std::string_view id) { return id.substr(id.rfind('/') + 1); }

std::optional<item_key> parse_id(std::string_view id) {
  const auto name = name_in(id);
  const auto dash = name.rfind('-');
  const auto digits = std::min(name.find_first_not_of("0123456789"), name.size());
  item_key key;
  if (dash == std::string_view::npos || !take_number(name.substr(dash + 1), key.index) ||
      !take_number(name.substr(0, digits), key.stream))
    return std::nullopt;
  return key;
}

bool is_named(const stored_item& item, std::string_view id) {
  return stream_name(item.stream, item.kind) + "-" + std::to_string(item.index) == name_in(id);
}

} // namespace

/// For each file, where the items in it begin.
class item_store::index final : public log_index {
 public:
  struct entry {
    std::uint64_t stream = 0;
    std::uint32_t index = 0;
    std::uint32_t begin = 0; ///< Files end before 4 GiB.
  };

  explicit index(std::size_t most) noexcept : most_{std::max<std::size_t>(most, 1)} {}

  void on_record(const log_record& record) override {
    const auto item = parse(record);
    if (!item || record.begin > std::numeric_limits<std::uint32_t>::max()) return;
    const std::lock_guard guard{mutex_};
    auto& in_it = segments_[record.segment];
    in_it.entries.push_back({item->stream, item->index, static_cast<std::uint32_t>(record.begin)});
    in_it.is_sorted = false;
    ++entries_;
    last_stream_ = std::max(last_stream_, item->stream);
    last_seq_ = std::max(last_seq_, item->seq);
  }

  void on_deleted(std::uint64_t segment) override {
    const std::lock_guard guard{mutex_};
    const auto found = segments_.find(segment);
    if (found == segments_.end()) return;
    entries_ -= found->second.entries.size();
    segments_.erase(found);
  }

  bool is_full() const override {
    const std::lock_guard guard{mutex_};
    return entries_ >= most_;
  }

  /// File and offset of the last item with a key.
  std::optional<std::pair<std::uint64_t, std::uint64_t>> find(item_key key) const {
    const std::lock_guard guard{mutex_};
    for (auto at = segments_.rbegin(); at != segments_.rend(); ++at) {
      auto& in_it = at->second;
      const auto before = [](const entry& a, const entry& b) {
        return std::tie(a.stream, a.index, a.begin) < std::tie(b.stream, b.index, b.begin);
      };
      if (!in_it.is_sorted) std::sort(in_it.entries.begin(), in_it.entries.end(), before);
      in_it.is_sorted = true;
      const entry last{key.stream, key.index, std::numeric_limits<std::uint32_t>::max()};
      const auto behind = std::upper_bound(in_it.entries.begin(), in_it.entries.end(), last, before);
      if (behind == in_it.entries.begin()) continue;
      const auto& found = *std::prev(behind);
      if (found.stream == key.stream && found.index == key.index) return std::pair{at->first, found.begin};
    }
    return std::nullopt;
  }

  std::pair<std::uint64_t, std::uint64_t> last() const {
    const std::lock_guard guard{mutex_};
    return {last_stream_, last_seq_};
  }

 private:
  struct in_segment {
    std::vector<entry> entries;
    bool is_sorted = false;
  };

  const std::size_t most_;
  mutable std::mutex mutex_;
  mutable std::map<std::uint64_t, in_segment> segments_; ///< Sorted when somebody looks.
  std::size_t entries_ = 0;
  std::uint64_t last_stream_ = 0;
  std::uint64_t last_seq_ = 0;
};

item_store::item_store() = default;
item_store::~item_store() = default;

result<std::unique_ptr<item_store>> item_store::open(item_store_options options, timestamp now,
                                                     std::unique_ptr<store_disk> disk) {
  std::unique_ptr<item_store> made{new item_store};
  made->index_ = std::make_unique<index>(options.index_entries);
  auto log = segment_log::open(std::move(options.log), made->index_.get(), now, std::move(disk));
  if (!log) return pass_on(std::move(log));
  made->log_ = *std::move(log);
  return made;
}

std::optional<append_drop> item_store::append(const item& what) {
  return append(what, to_json(members_of(what)));
}

std::optional<append_drop> item_store::append(const item& what, std::string_view json) {
  stored_item fields;
  fields.seq = what.seq;
  fields.stream = what.stream;
  fields.index = what.index;
  fields.kind = what.kind;
  fields.time = what.time;
  if (what.protocol != nullptr) fields.protocol = what.protocol->name;
  fields.json = json;
  return append(fields);
}

std::optional<append_drop> item_store::append(const stored_item& what) {
  const auto protocol = what.protocol.substr(0, std::numeric_limits<std::uint8_t>::max());
  std::string head(head_bytes, '\0');
  char* const at = head.data();
  put_big_at(at, what.seq);
  put_big_at(at + 8, what.stream);
  put_big_at(at + 16, what.index);
  put_big_at(at + 20, static_cast<std::uint8_t>(what.kind));
  put_big_at(at + 21, static_cast<std::uint64_t>(to_unix_ns(what.time)));
  put_big_at(at + 29, static_cast<std::uint8_t>(protocol.size()));
  head += protocol;
  return log_->append(head, what.json);
}

result<void> item_store::find(std::string_view id,
                              const std::function<void(const stored_item&)>& take) const {
  const auto gone = [] { return fail(errc::not_found, "no item of this id is stored, or not any more"); };
  const auto key = parse_id(id);
  if (!key) return gone();
  const auto place = index_->find(*key);
  if (!place) return gone();
  bool is_found = false;
  // Damage may have put another record there.
  auto read = log_->visit(place->first, place->second, UINT64_MAX, [&](const log_record& record) {
    const auto found = parse(record);
    is_found = record.begin == place->second && found && is_named(*found, id);
    if (is_found) take(*found);
    return false;
  });
  if (!read) return read;
  if (!is_found) return gone();
  return {};
}

result<scan_page> item_store::scan(scan_order order, std::optional<std::uint64_t> cursor, std::uint64_t limit,
                                   const visitor& take) const {
  scan_page page;
  const bool is_newest = order == scan_order::newest_first;
  auto done = is_newest ? scan_newest(cursor.value_or(UINT64_MAX), limit, page, take)
                        : scan_oldest(cursor.value_or(0), limit, page, take);
  if (!done) return pass_on(std::move(done));
  return page;
}

namespace {

/// Hands one item over. @returns whether the scan goes on.
bool hand_over(const log_record& record, std::uint64_t limit, scan_page& page,
               const item_store::visitor& take) {
  const auto found = parse(record);
  if (!found) return true;
  page.has_more = page.items == limit;
  if (page.has_more) return false;
  ++page.items;
  page.cursor = found->number;
  page.has_more = !take(*found);
  return !page.has_more;
}

} // namespace

result<void> item_store::scan_oldest(std::uint64_t cursor, std::uint64_t limit, scan_page& page,
                                     const visitor& take) const {
  for (const auto& segment : log_->segments()) {
    if (segment.next <= cursor + 1) continue;
    auto done = log_->visit(segment, [&](const log_record& record) {
      return record.number <= cursor || hand_over(record, limit, page, take);
    });
    if (!done && !(done.error() == errc::not_found)) return done;
    if (page.has_more) break;
  }
  return {};
}

result<void> item_store::scan_newest(std::uint64_t cursor, std::uint64_t limit, scan_page& page,
                                     const visitor& take) const {
  const auto segments = log_->segments();
  for (auto at = segments.rbegin(); at != segments.rend() && !page.has_more; ++at) {
    if (at->first >= cursor) continue;
    // Files are read forwards: first where the last items before the cursor are, then those, backwards. One
    // more than wanted, to know whether there is more.
    std::deque<std::pair<std::uint64_t, std::uint64_t>> places;
    const auto wanted = limit - page.items;
    auto done = log_->visit(*at, [&](const log_record& record) {
      if (record.number >= cursor) return false;
      places.emplace_back(record.begin, record.end);
      if (places.size() - 1 > wanted) places.pop_front();
      return true;
    });
    for (auto place = places.rbegin(); done && !page.has_more && place != places.rend(); ++place) {
      done = log_->visit(at->first, place->first, place->second,
                         [&](const log_record& record) { return hand_over(record, limit, page, take); });
    }
    if (!done && !(done.error() == errc::not_found)) return done;
  }
  return {};
}

std::uint64_t item_store::last_stream() const { return index_->last().first; }
std::uint64_t item_store::last_seq() const { return index_->last().second; }

} // namespace remora::traffic
