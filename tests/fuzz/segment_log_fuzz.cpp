#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "tests/support/temporary_folder.hpp"
#include "traffic/store/segment_log.hpp"
#include "traffic/store/segment_scan.hpp"

// Input: how long the records of two sound files are, then how these are damaged. Opening must keep all
// records that are sound, and only those; scanning in windows must find what a search of the whole finds;
// what is appended afterwards must be there, behind the rest; counters must add up and the limit hold.

namespace {

using namespace remora;
using namespace remora::traffic;

constexpr std::uint32_t marker = 0x01020304;
constexpr std::uint64_t limit = 64u << 10;

void require(bool holds) {
  if (!holds) std::abort();
}

using files = std::map<std::string, std::string>; // name, content

class memory_disk final : public store_disk {
 public:
  explicit memory_disk(std::shared_ptr<files> content) : files_{std::move(content)} {}

  result<std::vector<file_entry>> list(const std::string&) override {
    std::vector<file_entry> found;
    for (const auto& [name, content] : *files_)
      found.push_back({name, content.size()});
    return found;
  }
  result<std::string> read(const std::string& path, std::uint64_t from, std::size_t most) const override {
    const auto found = files_->find(name_of(path));
    if (found == files_->end()) return fail(errc::not_found, "gone");
    if (from >= found->second.size()) return std::string{};
    return found->second.substr(from, most);
  }
  result<void> write(const std::string& path, std::uint64_t offset, std::string_view bytes) override {
    auto& content = (*files_)[name_of(path)];
    require(offset <= content.size());
    content.resize(std::max<std::size_t>(content.size(), offset + bytes.size()));
    content.replace(offset, bytes.size(), bytes);
    return {};
  }
  result<void> cut(const std::string& path, std::uint64_t bytes) override {
    (*files_)[name_of(path)].resize(bytes);
    return {};
  }
  result<void> remove(const std::string& path) override {
    files_->erase(name_of(path));
    return {};
  }
  result<void> sync() override { return {}; }

 private:
  static std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }
  std::shared_ptr<files> files_;
};

struct input {
  const std::uint8_t* data;
  std::size_t size;
  std::size_t at = 0;
  bool left() const { return at < size; }
  std::size_t byte() { return left() ? data[at++] : 0; }
  std::size_t wide() { return byte() << 8 | byte(); }
};

std::string sound_file(input& in, std::uint64_t& number) {
  std::string content{segment_magic};
  for (auto records = in.byte() % 8; records > 0; --records) {
    const auto length = 1 + in.wide() % 700;
    const auto at = content.size();
    begin_frame(content, length);
    content.append(length, static_cast<char>(number));
    seal_frame(content, at, marker, number++, from_unix_ns(1));
  }
  return content;
}

void damage(std::string& content, input& in) {
  const auto what = in.byte() % 5;
  const auto at = content.empty() ? 0 : in.wide() % content.size();
  const auto count = in.byte();
  if (what == 0 && !content.empty()) content[at] = static_cast<char>(count);
  if (what == 1) content.resize(at);
  if (what == 2) content.erase(at, count);
  if (what == 3) content.insert(at, content.substr(at, count * 8));
  if (what == 4) content += std::string(count, static_cast<char>(in.byte()));
}

std::vector<std::string> naive(const std::string& content) {
  std::vector<std::string> found;
  for (auto at = segment_magic.size(); at < content.size();) {
    const auto frame = frame_at(content, at, marker);
    if (frame) found.emplace_back(frame->payload);
    at = frame ? frame->end : at + 1;
  }
  return found;
}

std::vector<std::string> all_of(const segment_log& log) {
  std::vector<std::string> found;
  for (const auto& segment : log.segments()) {
    const auto read = log.visit(segment, [&](const log_record& each) {
      found.emplace_back(each.payload);
      return true;
    });
    require(read.has_value());
  }
  return found;
}

void check_sums(const segment_log& log, const files& content) {
  const auto sums = log.counters();
  std::uint64_t bytes = 0;
  for (const auto& [name, each] : content)
    bytes += each.size();
  require(sums.bytes == bytes && bytes <= limit);
  require(sums.offered == sums.written + sums.buffered);
  require(sums.recovered + sums.written == sums.kept + sums.deleted[0] + sums.deleted[1] + sums.deleted[2]);
}

/// For the lock, once for the process.
const std::string& lock_folder() {
  static const test::temporary_folder folder;
  static const std::string path = folder.path();
  return path;
}

std::unique_ptr<segment_log> open(const std::shared_ptr<files>& content) {
  segment_log_options options;
  options.folder = lock_folder();
  options.size = byte_size{limit};
  options.segment = byte_size{4096};
  auto opened =
      segment_log::open(options, nullptr, from_unix_ns(5000), std::make_unique<memory_disk>(content));
  require(opened.has_value());
  return *std::move(opened);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  log::configure(log::level::off, log::format::text); // damage is what this is about
  input in{data, size};
  auto content = std::make_shared<files>();
  std::uint64_t number = 1;
  auto first = sound_file(in, number);
  auto second = sound_file(in, number = std::max<std::uint64_t>(number, 2));
  for (int i = 0; i < 16 && in.left(); ++i)
    damage(in.byte() % 2 == 0 ? first : second, in);
  if (first.size() + second.size() > limit) return 0;
  (*content)["0000000000000001-01020304.seg"] = first;
  (*content)["00000000000000ff-01020304.seg"] = second;

  auto expected = naive(first);
  const auto more = naive(second);
  expected.insert(expected.end(), more.begin(), more.end());
  // A head of another version (two digits): its records are left alone.
  if (segment_magic.compare(0, 13, first, 0, 13) == 0 && first.compare(0, 16, segment_magic) != 0) return 0;
  if (segment_magic.compare(0, 13, second, 0, 13) == 0 && second.compare(0, 16, segment_magic) != 0) return 0;

  auto log = open(content);
  require(all_of(*log) == expected && log->counters().recovered == expected.size());
  check_sums(*log, *content);
  require(!log->append("one ", "more"));
  require(log->flush(from_unix_ns(6000)).has_value());
  expected.emplace_back("one more");
  require(all_of(*log) == expected);
  check_sums(*log, *content);
  log.reset();
  log = open(content);
  require(all_of(*log) == expected);
  check_sums(*log, *content);
  return 0;
}
