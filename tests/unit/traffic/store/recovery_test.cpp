#include <random>

#include "tests/unit/traffic/store/log_fixture.hpp"

namespace remora::traffic::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class StoreAfterAKill : public SegmentLog {};

TEST_F(StoreAfterAKill, KeepsEveryWholeRecordWhereverTheFileWasCut) {
  open();
  std::vector<std::uint64_t> ends{0};
  std::vector<std::string> added;
  for (const auto& text : {std::string{"first"}, std::string(50, 'b'), std::string{"the last one"}}) {
    add_and_flush(added.emplace_back(text));
    ends.push_back(size_of_files(options.folder));
  }
  log.reset();
  const auto path = store_files(options.folder).front();
  const auto whole = content_of(path);
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    SCOPED_TRACE(size);
    log.reset();
    std::filesystem::remove_all(options.folder);
    std::filesystem::create_directories(options.folder);
    put_content(path, whole.substr(0, size));
    reopen();
    const auto records = std::upper_bound(ends.begin() + 1, ends.end(), size) - ends.begin() - 1;
    ASSERT_EQ(all(), std::vector<std::string>(added.begin(), added.begin() + records));
    const auto sums = log->counters();
    EXPECT_EQ(sums.damaged_places, 0u) << "a torn tail is no damage";
    if (records > 0) {
      EXPECT_EQ(sums.torn_bytes, size - ends[static_cast<std::size_t>(records)]);
    }
    expect_sums_agree();
    add_and_flush("and on");
    EXPECT_EQ(all().back(), "and on");
    EXPECT_EQ(all().size(), static_cast<std::size_t>(records) + 1);
  }
}

TEST_F(StoreAfterAKill, TakesZerosAtTheEndForATornTail) {
  open();
  add_and_flush("one");
  log.reset();
  const auto path = store_files(options.folder).front();
  put_content(path, content_of(path) + std::string(500, '\0'));
  reopen();
  EXPECT_THAT(all(), ElementsAre("one"));
  EXPECT_EQ(log->counters().torn_bytes, 500u);
  EXPECT_EQ(log->counters().damaged_places, 0u);
}

class DamagedStore : public SegmentLog {
 protected:
  void fill(int records) {
    open();
    for (int i = 0; i < records; ++i)
      add_and_flush(added.emplace_back(std::to_string(i) + std::string(100, 'x')));
    log.reset();
  }
  std::vector<std::string> added;
};

TEST_F(DamagedStore, SkipsADamagedRecordAndCountsIt) {
  fill(3);
  const auto path = store_files(options.folder).front();
  auto content = content_of(path);
  content[content.find("1xxx") + 50] ^= 1;
  put_content(path, content);
  reopen();
  EXPECT_THAT(all(), ElementsAre(added[0], added[2]));
  EXPECT_EQ(log->counters().damaged_places, 1u);
  EXPECT_EQ(log->counters().lost_records, 1u);
  expect_sums_agree();
}

TEST_F(DamagedStore, CountsRecordsThatAreMissingAtTheEndOfAFullFile) {
  fill(60);
  const auto path = store_files(options.folder).front();
  auto content = content_of(path);
  content.back() ^= 1;
  put_content(path, content);
  reopen();
  EXPECT_EQ(all().size(), 59u);
  EXPECT_EQ(log->counters().lost_records, 1u);
  EXPECT_EQ(log->counters().damaged_places, 1u);
}

TEST_F(DamagedStore, ReadsTheRecordsOfAFileWhoseHeadIsDamaged) {
  fill(2);
  const auto path = store_files(options.folder).front();
  put_content(path, "?????????????????" + content_of(path).substr(17));
  reopen();
  EXPECT_EQ(log->counters().damaged_places, 2u) << "the head, and the record behind it lost its first byte";
  EXPECT_THAT(all(), ElementsAre(added[1]));
}

TEST_F(DamagedStore, LeavesAFileOfANewerVersionAloneUntilItsTurnComes) {
  fill(2);
  const auto path = store_files(options.folder).front();
  auto content = content_of(path);
  content.replace(0, segment_magic.size(), "remora store 02\n");
  put_content(path, content);
  reopen();
  EXPECT_THAT(all(), IsEmpty());
  EXPECT_EQ(log->counters().newer_files, 1u);
  EXPECT_EQ(content_of(path), content);
  expect_sums_agree();
  for (int i = 0; i < 200; ++i)
    add_and_flush(std::string(1000, 'y'));
  EXPECT_FALSE(std::filesystem::exists(path));
  expect_sums_agree();
}

TEST_F(DamagedStore, CountsAFileOfWhichNothingCanBeRead) {
  fill(2);
  const auto path = store_files(options.folder).front();
  put_content(path, std::string(300, '?'));
  reopen();
  EXPECT_EQ(log->counters().unreadable_files, 1u);
  add_and_flush("on");
  EXPECT_THAT(all(), ElementsAre("on"));
  expect_sums_agree();
}

TEST_F(DamagedStore, KeepsARenamedFileApartFromTheNextOne) {
  fill(1);
  const auto path = store_files(options.folder).front();
  const auto name = path.filename().string();
  put_content(path, content_of(path) + "no record");
  std::filesystem::rename(path, path.parent_path() / ("00ffffffffffffff" + name.substr(16)));
  reopen();
  add_and_flush("next");
  EXPECT_THAT(all(), ElementsAre(added[0], "next"));
}

TEST_F(DamagedStore, CountsDamageThatComesWhileItIsOpen) {
  fill(3);
  reopen();
  const auto path = store_files(options.folder).front();
  auto content = content_of(path);
  content[content.find("1xxx") + 50] ^= 1;
  put_content(path, content);
  EXPECT_THAT(all(), ElementsAre(added[0], added[2]));
  EXPECT_EQ(log->counters().damaged_reads, 1u);
}

TEST_F(DamagedStore, DoesNotTakeCapturedBytesForARecord) {
  fill(1);
  const auto another_store = content_of(store_files(options.folder).front());
  std::filesystem::remove_all(options.folder);
  reopen();
  add_and_flush("before");
  add_and_flush(another_store);
  add_and_flush("after");
  log.reset();
  const auto path = store_files(options.folder).front();
  auto content = content_of(path);
  const auto payload = content.rfind("remora store");
  ASSERT_GT(payload, segment_magic.size());
  content[payload - frame_head_bytes + 5] ^= 1;
  put_content(path, content);
  reopen();
  EXPECT_THAT(all(), ElementsAre("before", "after"));
}

TEST_F(DamagedStore, SurvivesDamageAtAnyPlaceAndInventsNothing) {
  fill(120);
  std::vector<std::pair<std::filesystem::path, std::string>> sound;
  for (const auto& path : store_files(options.folder))
    sound.emplace_back(path, content_of(path));
  const std::set<std::string> known{added.begin(), added.end()};
  std::mt19937 random{7};
  for (int round = 0; round < 200; ++round) {
    SCOPED_TRACE(round);
    log.reset();
    std::filesystem::remove_all(options.folder);
    std::filesystem::create_directories(options.folder);
    for (auto [path, content] : sound) {
      const auto hits = random() % 4;
      for (std::uint64_t i = 0; i < hits && !content.empty(); ++i) {
        const auto at = random() % content.size();
        switch (random() % 4) {
          case 0:
            content[at] = static_cast<char>(random());
            break;
          case 1:
            content.erase(at, random() % 300);
            break;
          case 2:
            content.insert(at, random() % 300, static_cast<char>(random()));
            break;
          default:
            content.resize(at);
        }
      }
      put_content(path, content);
    }
    reopen();
    const auto left = all();
    EXPECT_EQ(left.size(), log->counters().recovered);
    for (const auto& each : left)
      ASSERT_EQ(known.count(each), 1u);
    expect_sums_agree();
    add_and_flush("and on");
    EXPECT_EQ(all().back(), "and on");
  }
}

} // namespace
} // namespace remora::traffic::test
