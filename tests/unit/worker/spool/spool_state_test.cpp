#include "worker/spool/spool_state.hpp"

#include <gmock/gmock.h>

namespace remora::worker {
namespace {

TEST(SpoolState, IsReadAsItWasWritten) {
  spool_state state{1, 2, 3, 4, {}};
  state.drops.add("a", 5);
  state.drops.add("b", 6);
  const auto read = read_state(write_state(state));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->runs_gone, 1u);
  EXPECT_EQ(read->lines_gone, 2u);
  EXPECT_EQ(read->last_run, 3u);
  EXPECT_EQ(read->last_line, 4u);
  EXPECT_EQ(read->drops.by_script(), state.drops.by_script());
}

TEST(SpoolState, IsRefusedWhenAnyBitIsFlippedOrAnyByteIsMissing) {
  const auto sound = write_state({1, 2, 3, 4, {}});
  for (std::size_t at = 0; at < sound.size(); ++at) {
    auto bytes = sound;
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    EXPECT_EQ(read_state(bytes).error(), errc::store_damaged) << at;
    EXPECT_EQ(read_state(sound.substr(0, at)).error(), errc::store_damaged) << at;
  }
  EXPECT_EQ(read_state(sound + "x").error(), errc::store_damaged);
}

TEST(SpoolState, FitsHoweverManyScriptsThereWere) {
  spool_state state;
  for (int i = 0; i < 2'000; ++i)
    state.drops.add(std::to_string(i) + std::string(2'000, 'x'), 1);
  const auto read = read_state(write_state(state));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->drops.total(), 2'000u);
}

TEST(DropCounts, AddUpByScript) {
  drop_counts counts;
  counts.add("a", 1);
  counts.add("b", 2);
  counts.add("a", 3);
  counts.add("c", 0);
  EXPECT_EQ(counts.total(), 6u);
  EXPECT_EQ(counts.take_first(), (std::pair<std::string, std::uint64_t>{"a", 4}));
  EXPECT_EQ(counts.take_first(), (std::pair<std::string, std::uint64_t>{"b", 2}));
  EXPECT_TRUE(counts.empty());
}

TEST(DropCounts, CountScriptsBeyondTheLimitTogether) {
  drop_counts counts;
  for (std::size_t i = 0; i < 2 * drop_counts::max_titles; ++i)
    counts.add("script " + std::to_string(i), 1);
  EXPECT_EQ(counts.by_script().size(), drop_counts::max_titles);
  EXPECT_EQ(counts.by_script().at(""), drop_counts::max_titles + 1);
  EXPECT_EQ(counts.total(), 2 * drop_counts::max_titles);
}

} // namespace
} // namespace remora::worker
