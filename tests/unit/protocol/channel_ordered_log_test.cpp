#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/channel/log_follower.hpp"
#include "protocol/channel/ordered_log.hpp"

namespace {

using namespace remora;
using namespace remora::protocol;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr moment noon{std::chrono::hours{12}};
constexpr milliseconds later{1000};

/// What a follower hands out for one frame: "snapshot@3 abc", "4 d"; or the error's code.
std::vector<std::string> seen(log_follower& follower, const std::string& frame, moment now = noon) {
  std::vector<std::string> out;
  const auto changes = follower.receive(frame, now);
  if (!changes) return {std::string{to_string(changes.error().code)}};
  for (const log_change& one : *changes) {
    out.push_back((one.is_snapshot ? "snapshot@" : "") + std::to_string(one.at.index) + " " + one.payload);
  }
  return out;
}

struct OrderedLog : ::testing::Test {
  std::string append(const std::string& payload) { return log.append(payload).value(); }
  ordered_log log{{7, 0}, {3, 1000}};
  log_follower follower{{}, {7, 0}};
};

TEST_F(OrderedLog, HandsOutEntriesInOrderAndOnce) {
  const std::string a = append("a");
  const std::string b = append("b");
  EXPECT_THAT(seen(follower, a), ElementsAre("1 a"));
  EXPECT_THAT(seen(follower, a), IsEmpty());
  EXPECT_THAT(seen(follower, b), ElementsAre("2 b"));
  EXPECT_EQ(follower.counters().duplicates, 1u);
}

TEST_F(OrderedLog, KeepsAnEarlyEntryUntilItsPredecessorCame) {
  const std::string a = append("a");
  EXPECT_THAT(seen(follower, append("b")), IsEmpty());
  EXPECT_FALSE(follower.is_current());
  EXPECT_THAT(seen(follower, a), ElementsAre("1 a", "2 b"));
  EXPECT_TRUE(follower.is_current());
  EXPECT_EQ(follower.next_deadline(), std::nullopt);
}

TEST_F(OrderedLog, AsksForWhatIsMissingAfterAWait) {
  append("a");
  seen(follower, append("b"));
  EXPECT_EQ(follower.poll(noon), std::nullopt);
  EXPECT_EQ(follower.next_deadline(), noon + milliseconds{50});
  EXPECT_EQ(follower.poll(noon + milliseconds{50}), (log_request{7, 1}));
}

TEST_F(OrderedLog, AsksAgainEverMoreRarely) {
  append("a");
  seen(follower, append("b"));
  moment now = noon;
  std::vector<long> waits;
  for (int i = 0; i < 9; ++i) {
    const moment next = follower.next_deadline().value();
    waits.push_back(std::chrono::duration_cast<milliseconds>(next - now).count());
    now = next;
    ASSERT_TRUE(follower.poll(now));
  }
  EXPECT_THAT(waits, ElementsAre(50, 50, 100, 200, 400, 800, 1600, 3200, 5000));
}

TEST_F(OrderedLog, ALostLastEntryIsNoticedByTheHead) {
  append("a");
  EXPECT_TRUE(follower.is_current());
  seen(follower, log.head());
  EXPECT_EQ(follower.poll(noon + later), (log_request{7, 1}));
}

TEST_F(OrderedLog, AnswersWithTheEntriesItKeeps) {
  append("a");
  append("b");
  const log_answer answer = log.answer({7, 2});
  EXPECT_FALSE(answer.wants_snapshot);
  ASSERT_EQ(answer.frames.size(), 2u); // b, head
  EXPECT_EQ(decode_log_frame(answer.frames[0])->payload, "b");
  EXPECT_EQ(decode_log_frame(answer.frames[1])->kind, log_kind::head);
}

TEST_F(OrderedLog, AnswersInPartsThatEndWithAHead) {
  append("a");
  append("b");
  const log_answer answer = log.answer({7, 1}, 1);
  ASSERT_EQ(answer.frames.size(), 2u); // at least one entry, or a large one would never come
  EXPECT_EQ(decode_log_frame(answer.frames[0])->payload, "a");
  EXPECT_EQ(decode_log_frame(answer.frames[1])->at, log.position());
}

TEST_F(OrderedLog, WantsASnapshotWhenTheEntriesAreGone) {
  for (const char* payload : {"a", "b", "c", "d"})
    append(payload);
  EXPECT_EQ(log.kept_entries(), 3u);
  EXPECT_TRUE(log.answer({7, 1}).wants_snapshot);
  EXPECT_FALSE(log.answer({7, 2}).wants_snapshot);
}

TEST_F(OrderedLog, AnswersAFollowerThatIsUpToDateWithTheHeadAlone) {
  append("a");
  const log_answer answer = log.answer({7, 2});
  EXPECT_FALSE(answer.wants_snapshot);
  EXPECT_THAT(answer.frames, ElementsAre(log.head()));
}

TEST_F(OrderedLog, AnswersAnySenselessRequestWithASnapshot) {
  append("a");
  for (const log_request& request :
       {log_request{0, 0}, log_request{7, 0}, log_request{6, 1}, log_request{8, 1}, log_request{7, 3},
        log_request{7, ~std::uint64_t{0}}}) {
    EXPECT_TRUE(log.answer(request).wants_snapshot) << request.epoch << "/" << request.from;
  }
}

TEST_F(OrderedLog, KeepsTheNewestEntryWhateverItsSize) {
  append("a");
  append(std::string(5000, 'x'));
  EXPECT_EQ(log.kept_entries(), 1u);
  EXPECT_FALSE(log.answer({7, 2}).wants_snapshot);
}

TEST_F(OrderedLog, RefusesAnEntryThatFitsNoFrame) {
  EXPECT_EQ(log.append(std::string(max_payload_bytes + 1, 'x')).error(), errc::too_large);
  EXPECT_EQ(log.position().index, 0u);
}

TEST_F(OrderedLog, RefusesToNumberBeyondTheEnd) {
  ordered_log full{{1, ~std::uint64_t{0}}};
  EXPECT_EQ(full.append("a").error(), errc::window_full);
}

TEST_F(OrderedLog, ANewFollowerBeginsWithASnapshot) {
  append("a");
  log_follower fresh;
  EXPECT_EQ(fresh.poll(noon), (log_request{0, 0}));
  EXPECT_THAT(seen(fresh, append("b")), IsEmpty());
  EXPECT_THAT(seen(fresh, log.snapshot("ab")), ElementsAre("snapshot@2 ab"));
  EXPECT_THAT(seen(fresh, append("c")), ElementsAre("3 c"));
}

TEST_F(OrderedLog, EntriesThatOvertakeTheSnapshotAreNotLost) {
  log_follower fresh;
  const std::string snapshot = log.snapshot("");
  seen(fresh, append("a"));
  EXPECT_THAT(seen(fresh, snapshot), ElementsAre("snapshot@0 ", "1 a"));
}

TEST_F(OrderedLog, ANewEpochCountsFromItsSnapshotOn) {
  ordered_log reborn{{8, 0}};
  const std::string old = append("a");
  EXPECT_THAT(seen(follower, reborn.append("x").value()), IsEmpty());
  EXPECT_EQ(follower.poll(noon + later), (log_request{8, 0}));
  EXPECT_THAT(seen(follower, old), ElementsAre("1 a")); // the old order still holds
  EXPECT_THAT(seen(follower, reborn.snapshot("x")), ElementsAre("snapshot@1 x"));
  EXPECT_THAT(seen(follower, append("b")), IsEmpty());
  EXPECT_EQ(follower.counters().stale, 1u);
}

TEST_F(OrderedLog, NoEntryOfANewEpochIsTakenForOneOfTheOldOrder) {
  seen(follower, encode({log_kind::entry, {8, 2}, "of the new epoch"}));
  EXPECT_THAT(seen(follower, append("a")), ElementsAre("1 a"));
}

TEST_F(OrderedLog, AnOlderSnapshotOfTheSameEpochChangesNothing) {
  const std::string snapshot = log.snapshot("");
  seen(follower, append("a"));
  EXPECT_THAT(seen(follower, snapshot), IsEmpty());
  EXPECT_EQ(follower.position(), (log_position{7, 1}));
}

TEST_F(OrderedLog, AFollowerThatDistrustsItsStateAsksForASnapshotAtOnce) {
  seen(follower, append("a"));
  follower.demand_snapshot();
  EXPECT_EQ(follower.poll(noon), (log_request{7, 0}));
  EXPECT_THAT(seen(follower, log.snapshot("a")), ElementsAre("snapshot@1 a"));
}

TEST_F(OrderedLog, AnEpochThatNeverComesStopsNobody) {
  seen(follower, encode({log_kind::head, {max_stream_number, max_stream_number}, {}}));
  unsigned asked = 0;
  for (int i = 0; i < 100; ++i) {
    const moment now = noon + milliseconds{10} * i;
    EXPECT_THAT(seen(follower, append("a"), now), ElementsAre(std::to_string(i + 1) + " a"));
    asked += follower.poll(now) ? 1u : 0u;
  }
  EXPECT_GE(asked, 3u) << "a busy log must not keep it from asking";
  EXPECT_LE(asked, 6u);
}

TEST_F(OrderedLog, AHeadThatCannotBeReachedStopsNobody) {
  seen(follower, encode({log_kind::head, {7, max_stream_number}, {}}));
  EXPECT_THAT(seen(follower, append("a")), ElementsAre("1 a"));
  EXPECT_EQ(follower.buffered(), 0u);
}

TEST_F(OrderedLog, EarlyEntriesAreBufferedUpToALimit) {
  log_follower narrow{{2, 10, milliseconds{50}, milliseconds{5000}}, {7, 0}};
  const std::string a = append("a");
  seen(narrow, append("12345"));
  seen(narrow, append("123456")); // 11 bytes
  seen(narrow, append("1"));
  seen(narrow, append("2")); // a third one
  EXPECT_EQ(narrow.buffered(), 2u);
  EXPECT_EQ(narrow.counters().dropped, 2u);
  EXPECT_THAT(seen(narrow, a), ElementsAre("1 a", "2 12345"));
}

TEST_F(OrderedLog, RefusesFramesThatAreDamagedOrAbsurd) {
  const std::string good = append("a");
  const std::vector<std::string> bad = {
      "",
      good.substr(0, 17),
      "\x02" + good.substr(1),
      std::string{"\x01\x04", 2} + good.substr(2),
      encode({log_kind::entry, {0, 1}, "a"}),
      encode({log_kind::entry, {7, 0}, "a"}),
      encode({log_kind::entry, {7, ~std::uint64_t{0}}, "a"}),
      encode({log_kind::entry, {~std::uint64_t{0}, 1}, "a"}),
      encode({log_kind::head, {7, 1}, "a"}),
      encode({log_kind::entry, {7, 1}, std::string(max_payload_bytes + 1, 'a')}),
  };
  for (const std::string& frame : bad) {
    EXPECT_THAT(seen(follower, frame), ElementsAre("invalid_frame"));
  }
  EXPECT_EQ(follower.counters().refused, bad.size());
  EXPECT_THAT(seen(follower, good), ElementsAre("1 a"));
}

} // namespace
