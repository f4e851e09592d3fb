#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"
#include "traffic/store/segment_log.hpp"

namespace remora::traffic::test {

inline timestamp at_second(std::int64_t seconds) { return from_unix_ns(seconds * 1'000'000'000); }

/// What a disk that fails is told, and says.
struct disk_state {
  std::uint64_t room = std::numeric_limits<std::uint64_t>::max(); ///< Bytes that may still be written.
  errc failure = errc::store_full;
  bool cuts = true; ///< Whether cut() works.
  std::uint64_t writes = 0;
};

/// The real disk, until its room is used up; then it writes a part and fails.
class failing_disk final : public store_disk {
 public:
  explicit failing_disk(std::shared_ptr<disk_state> state) : state_{std::move(state)} {}

  result<std::vector<file_entry>> list(const std::string& folder) override { return real_->list(folder); }
  result<std::string> read(const std::string& path, std::uint64_t from, std::size_t most) const override {
    return real_->read(path, from, most);
  }
  result<void> write(const std::string& path, std::uint64_t offset, std::string_view bytes) override {
    ++state_->writes;
    const auto part = bytes.substr(0, state_->room);
    if (auto written = real_->write(path, offset, part); !written) return written;
    state_->room -= part.size();
    if (part.size() < bytes.size()) return fail(state_->failure, "no room on this disk");
    return {};
  }
  result<void> cut(const std::string& path, std::uint64_t bytes) override {
    if (!state_->cuts) return fail(errc::io_failed, "this disk cannot cut");
    return real_->cut(path, bytes);
  }
  result<void> remove(const std::string& path) override { return real_->remove(path); }
  result<void> sync() override { return real_->sync(); }

 private:
  std::shared_ptr<disk_state> state_;
  std::unique_ptr<store_disk> real_ = make_store_disk();
};

/// Remembers which records an index would know.
class known_records final : public log_index {
 public:
  void on_record(const log_record& record) override { known.emplace(record.segment, record.number); }
  void on_deleted(std::uint64_t segment) override {
    known.erase(known.lower_bound({segment, 0}), known.lower_bound({segment + 1, 0}));
  }
  bool is_full() const override { return known.size() >= most; }

  std::set<std::pair<std::uint64_t, std::uint64_t>> known;
  std::size_t most = std::numeric_limits<std::size_t>::max();
};

inline std::string content_of(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

inline void put_content(const std::filesystem::path& path, const std::string& content) {
  std::ofstream{path, std::ios::binary | std::ios::trunc} << content;
}

/// The files of a store, oldest first.
inline std::vector<std::filesystem::path> store_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> found;
  for (const auto& each : std::filesystem::directory_iterator{folder}) {
    if (each.path().extension() == ".seg") found.push_back(each.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

inline std::uint64_t size_of_files(const std::filesystem::path& folder) {
  std::uint64_t sum = 0;
  for (const auto& each : store_files(folder))
    sum += std::filesystem::file_size(each);
  return sum;
}

class SegmentLog : public ::testing::Test {
 protected:
  SegmentLog() {
    options.folder = folder.path() / "log";
    options.size = kib(64);
    options.segment = kib(4);
  }

  void open(timestamp now = at_second(1000)) {
    log.reset();
    auto opened = segment_log::open(options, &index, now, std::make_unique<failing_disk>(disk));
    ASSERT_TRUE(opened) << opened.error().message;
    log = *std::move(opened);
  }
  void reopen(timestamp now = at_second(1000)) {
    index.known.clear();
    open(now);
  }
  void add(const std::string& text) { EXPECT_EQ(log->append(text, {}), std::nullopt); }
  void add_and_flush(const std::string& text, timestamp now = at_second(1000)) {
    add(text);
    const auto flushed = log->flush(now);
    ASSERT_TRUE(flushed) << flushed.error().message;
  }
  std::vector<std::string> all() const {
    std::vector<std::string> found;
    for (const auto& segment : log->segments()) {
      const auto read = log->visit(segment, [&](const log_record& each) {
        found.emplace_back(each.payload);
        return true;
      });
      EXPECT_TRUE(read);
    }
    return found;
  }
  void expect_sums_agree() const {
    const auto sums = log->counters();
    auto offered = sums.written + sums.buffered;
    for (const auto each : sums.dropped)
      offered += each;
    EXPECT_EQ(sums.offered, offered);
    auto kept = sums.kept;
    for (const auto each : sums.deleted)
      kept += each;
    EXPECT_EQ(sums.recovered + sums.written, kept);
    // Where a failed write cannot be cut off, what it may have left counts.
    EXPECT_GE(sums.bytes, size_of_files(options.folder));
    if (disk->cuts) {
      EXPECT_EQ(sums.bytes, size_of_files(options.folder));
    }
  }
  static std::uint64_t dropped(const segment_log_counters& sums, append_drop reason) {
    return sums.dropped.at(static_cast<std::size_t>(reason));
  }
  static std::uint64_t deleted(const segment_log_counters& sums, segment_end reason) {
    return sums.deleted.at(static_cast<std::size_t>(reason));
  }

  remora::test::temporary_folder folder;
  segment_log_options options;
  known_records index;
  std::shared_ptr<disk_state> disk = std::make_shared<disk_state>();
  std::unique_ptr<segment_log> log;
};

} // namespace remora::traffic::test
