#include "tests/unit/traffic/store/log_fixture.hpp"

namespace remora::traffic::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(SegmentLog, GivesBackWhatWasFlushedInItsOrder) {
  open();
  add("one");
  add("two");
  ASSERT_TRUE(log->flush(at_second(1000)));
  add_and_flush("three");
  EXPECT_THAT(all(), ElementsAre("one", "two", "three"));
  expect_sums_agree();
}

TEST_F(SegmentLog, JoinsTheTwoPartsOfARecord) {
  open();
  EXPECT_EQ(log->append("head-", "body"), std::nullopt);
  ASSERT_TRUE(log->flush(at_second(1000)));
  EXPECT_THAT(all(), ElementsAre("head-body"));
}

TEST_F(SegmentLog, TouchesTheDiskOnlyInFlush) {
  open();
  const auto before = disk->writes;
  for (int i = 0; i < 100; ++i)
    add("record");
  EXPECT_EQ(disk->writes, before);
  EXPECT_THAT(all(), IsEmpty());
  EXPECT_EQ(log->counters().buffered, 100u);
}

TEST_F(SegmentLog, KeepsItsRecordsOverARestart) {
  open();
  add_and_flush("one");
  add_and_flush("two");
  reopen();
  EXPECT_THAT(all(), ElementsAre("one", "two"));
  EXPECT_EQ(log->counters().recovered, 2u);
  EXPECT_EQ(index.known.size(), 2u);
  add_and_flush("three");
  EXPECT_THAT(all(), ElementsAre("one", "two", "three"));
  EXPECT_EQ(store_files(options.folder).size(), 1u) << "the last file is written on";
  expect_sums_agree();
}

TEST_F(SegmentLog, NumbersRecordsWithoutAGapOverRestarts) {
  open();
  add_and_flush("a");
  reopen();
  add_and_flush("b");
  std::vector<std::uint64_t> numbers;
  for (const auto& [segment, number] : index.known)
    numbers.push_back(number);
  ASSERT_EQ(numbers.size(), 2u);
  EXPECT_EQ(numbers[1], numbers[0] + 1);
}

TEST_F(SegmentLog, NeverUsesANumberOfAFolderThatWasLost) {
  open(at_second(1000));
  add_and_flush("a");
  const auto before = index.known.begin()->second;
  log.reset();
  std::filesystem::remove_all(options.folder);
  reopen(at_second(1001));
  add_and_flush("b");
  EXPECT_GT(index.known.begin()->second, before);
}

TEST_F(SegmentLog, RefusesASecondOwner) {
  open();
  const auto second = segment_log::open(options, nullptr, at_second(1000));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error(), errc::store_in_use);
}

TEST_F(SegmentLog, RefusesALimitThatHoldsNothing) {
  options.size = byte_size{1000};
  const auto opened = segment_log::open(options, nullptr, at_second(1000));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error(), errc::invalid_usage);
  EXPECT_THAT(opened.error().message, HasSubstr("64KiB"));
}

TEST_F(SegmentLog, TakesARecordOfTheLargestSizeAndDropsALargerOne) {
  open();
  add_and_flush(std::string(log->max_payload(), 'x'));
  EXPECT_EQ(log->append(std::string(log->max_payload(), 'x'), "y"), append_drop::too_large);
  EXPECT_EQ(log->append({}, {}), append_drop::too_large);
  EXPECT_EQ(dropped(log->counters(), append_drop::too_large), 2u);
  EXPECT_EQ(all().size(), 1u);
  expect_sums_agree();
}

TEST_F(SegmentLog, NeverPassesItsSizeAndLosesTheOldestFirst) {
  open();
  std::vector<std::string> added;
  for (int i = 0; i < 1000; ++i) {
    const std::string text = std::to_string(i) + std::string(static_cast<std::size_t>(i * 37 % 900), 'x');
    add(text);
    added.push_back(text);
    if (i % 7 == 0) {
      ASSERT_TRUE(log->flush(at_second(1000)));
    }
    ASSERT_LE(size_of_files(options.folder), options.size.bytes);
  }
  ASSERT_TRUE(log->flush(at_second(1000)));
  const auto left = all();
  ASSERT_LT(left.size(), added.size());
  EXPECT_GT(size_of_files(options.folder), options.size.bytes / 2);
  EXPECT_TRUE(std::equal(left.begin(), left.end(), added.end() - static_cast<std::ptrdiff_t>(left.size())));
  EXPECT_EQ(deleted(log->counters(), segment_end::size), added.size() - left.size());
  EXPECT_EQ(index.known.size(), left.size()) << "the index hears of what is deleted";
  expect_sums_agree();
}

TEST_F(SegmentLog, ObeysASmallerLimitFromItsOpeningOn) {
  options.size = kib(256);
  open();
  for (int i = 0; i < 200; ++i)
    add_and_flush(std::string(1000, 'x'));
  ASSERT_GT(size_of_files(options.folder), kib(128).bytes);
  options.size = kib(64);
  reopen();
  EXPECT_LE(size_of_files(options.folder), kib(64).bytes);
  expect_sums_agree();
}

TEST_F(SegmentLog, DeletesWhatIsTooOldAlsoWhenNothingNewComes) {
  options.age = std::chrono::seconds{80};
  open();
  add_and_flush("old", at_second(1000));
  add_and_flush("young", at_second(1050));
  ASSERT_TRUE(log->flush(at_second(1079)));
  EXPECT_THAT(all(), ElementsAre("old", "young"));
  ASSERT_TRUE(log->flush(at_second(1091)));
  EXPECT_THAT(all(), ElementsAre("young"));
  ASSERT_TRUE(log->flush(at_second(1200)));
  EXPECT_THAT(all(), IsEmpty());
  EXPECT_EQ(deleted(log->counters(), segment_end::age), 2u);
  EXPECT_TRUE(index.known.empty());
  expect_sums_agree();
}

TEST_F(SegmentLog, DeletesWhatGrewTooOldWhileItWasClosed) {
  options.age = std::chrono::seconds{80};
  open();
  add_and_flush("old", at_second(1000));
  reopen(at_second(2000));
  EXPECT_THAT(all(), IsEmpty());
  expect_sums_agree();
}

TEST_F(SegmentLog, IsNotKeptAliveByAClockThatWasSetBack) {
  options.age = std::chrono::seconds{80};
  open(at_second(100'000));
  add_and_flush("from the future", at_second(100'000));
  ASSERT_TRUE(log->flush(at_second(1000)));
  ASSERT_TRUE(log->flush(at_second(1100)));
  EXPECT_THAT(all(), IsEmpty());
}

TEST_F(SegmentLog, DeletesTheOldestWhenTheIndexIsFull) {
  open();
  index.most = 50;
  for (int i = 0; i < 200; ++i)
    add_and_flush(std::string(500, 'x'));
  EXPECT_LE(index.known.size(), 50u);
  EXPECT_GT(index.known.size(), 0u);
  EXPECT_GT(deleted(log->counters(), segment_end::index), 0u);
  expect_sums_agree();
}

TEST_F(SegmentLog, DropsWhatTheBufferCannotHold) {
  options.buffer = byte_size{10'000};
  open();
  for (int i = 0; i < 100; ++i)
    static_cast<void>(log->append(std::string(972, 'x'), {}));
  EXPECT_EQ(dropped(log->counters(), append_drop::buffer_full), 90u);
  ASSERT_TRUE(log->flush(at_second(1000)));
  EXPECT_EQ(all().size(), 10u);
  expect_sums_agree();
}

TEST_F(SegmentLog, SaysThatARecordWasDeletedMeanwhile) {
  open();
  add_and_flush("first");
  const auto segment = log->segments().front();
  for (int i = 0; i < 200; ++i)
    add_and_flush(std::string(1000, 'x'));
  const auto read = log->visit(segment, [](const log_record&) { return true; });
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error(), errc::not_found);
}

TEST_F(SegmentLog, StopsWhenTheVisitorHasEnough) {
  open();
  for (const auto* each : {"a", "b", "c"})
    add_and_flush(each);
  int seen = 0;
  ASSERT_TRUE(log->visit(log->segments().front(), [&](const log_record&) { return ++seen < 2; }));
  EXPECT_EQ(seen, 2);
}

class StoreOnAFullDisk : public SegmentLog {};

TEST_F(StoreOnAFullDisk, PausesAndSaysWhyAndGoesOnWithoutALoss) {
  open();
  add_and_flush("before");
  disk->room = 10;
  add("during");
  const auto refused = log->flush(at_second(1001));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), errc::store_full);
  ASSERT_TRUE(log->paused());
  EXPECT_EQ(*log->paused(), errc::store_full);
  EXPECT_THAT(all(), ElementsAre("before"));
  expect_sums_agree();
  disk->room = 1 << 20;
  add_and_flush("after");
  EXPECT_FALSE(log->paused());
  EXPECT_THAT(all(), ElementsAre("before", "during", "after"));
  reopen();
  EXPECT_THAT(all(), ElementsAre("before", "during", "after"));
  EXPECT_EQ(log->counters().torn_bytes + log->counters().damaged_places, 0u);
}

TEST_F(StoreOnAFullDisk, CountsWhatItDropsOnceTheBufferIsFull) {
  for (const auto& [failure, reason] : {std::pair{errc::store_full, append_drop::disk_full},
                                        std::pair{errc::io_failed, append_drop::disk_failed}}) {
    options.buffer = byte_size{5000};
    disk->room = 1 << 20;
    open();
    disk->failure = failure;
    disk->room = 0;
    add("x");
    EXPECT_FALSE(log->flush(at_second(1000)));
    for (int i = 0; i < 10; ++i)
      static_cast<void>(log->append(std::string(1000, 'x'), {}));
    EXPECT_EQ(dropped(log->counters(), reason), 6u);
    expect_sums_agree();
  }
}

TEST_F(StoreOnAFullDisk, LosesNothingAtWhateverByteTheDiskFillsUp) {
  for (std::uint64_t room = 0; room < 400; room += 3) {
    for (const bool cuts : {true, false}) {
      SCOPED_TRACE(room);
      log.reset();
      std::filesystem::remove_all(options.folder);
      *disk = disk_state{};
      reopen();
      disk->room = room;
      disk->cuts = cuts;
      std::vector<std::string> added;
      for (int i = 0; i < 5; ++i) {
        add(added.emplace_back(std::string(60, static_cast<char>('a' + i))));
        static_cast<void>(log->flush(at_second(1000)));
      }
      expect_sums_agree();
      disk->room = 1 << 20;
      ASSERT_TRUE(log->flush(at_second(1000)));
      ASSERT_EQ(all(), added);
      expect_sums_agree();
      reopen();
      ASSERT_EQ(all(), added);
    }
  }
}

TEST(StoreDisk, LeavesTheReserveOfAFileSystemToOthers) {
  const remora::test::temporary_folder folder;
  const std::string path = folder / "a";
  EXPECT_TRUE(make_store_disk({0, {}})->write(path, 0, "x"));
  const auto refused = make_store_disk({100, {~std::uint64_t{0}}})->write(path, 1, "y");
  EXPECT_EQ(refused.error(), errc::store_full);
  EXPECT_THAT(refused.error().message, HasSubstr("left to others"));
}

} // namespace
} // namespace remora::traffic::test
