#include "worker/queries/capture_queries.hpp"

#include <cstring>

#include "stored_fixture.hpp"

namespace remora::worker::test {
namespace {

using protocol::capture_piece;
using ::testing::HasSubstr;

class CaptureQueries : public Stored {
 protected:
  void begin(capture_limits limits = {}) {
    queries = std::make_unique<traffic_queries>(stored_traffic{items.get(), streams.get()}, nullptr, "n1",
                                                said.taker(), query_limits{}, limits);
  }
  void ask(std::uint64_t id, std::string query = {}) {
    protocol::capture_query what;
    what.id = id;
    what.query = std::move(query);
    queries->hear(what);
  }
  /// The whole file, with credit for each piece.
  std::string download(std::uint64_t id) {
    std::string file;
    if (!said.next<capture_piece>().ready) ADD_FAILURE() << "not ready";
    for (std::uint64_t number = 1;; ++number) {
      queries->hear(protocol::capture_credit{id, 1});
      const auto piece = said.next<capture_piece>();
      EXPECT_EQ(piece.number, number);
      EXPECT_EQ(piece.error, "");
      file += piece.bytes.bytes;
      if (piece.last || HasFailure()) return file;
    }
  }

  answers said;
  std::unique_ptr<traffic_queries> queries;
};

TEST_F(CaptureQueries, CutsTheStreamsThatHaveAMatchingItem) {
  add(1, {{"src", {{"ip", "10.0.0.9"}, {"name", "checkout-6c9"}}}});
  add(2);
  add_packet(1, 1, "first packet");
  add_packet(2, 2, "other packet");
  add_packet(1, 3, "third packet");
  begin();
  ask(5, "n == 1");
  const auto file = download(5);
  EXPECT_THAT(file, HasSubstr("first packet"));
  EXPECT_THAT(file, HasSubstr("third packet"));
  EXPECT_EQ(file.find("other packet"), std::string::npos);
  EXPECT_THAT(file, HasSubstr("checkout-6c9"));
  EXPECT_THAT(file, HasSubstr("node n1, streams that match: n == 1"));
}

TEST_F(CaptureQueries, CutsEverythingWithoutAFilter) {
  add_packet(1, 1, "first packet");
  add_packet(2, 2, "other packet");
  begin();
  ask(5);
  const auto file = download(5);
  EXPECT_THAT(file, HasSubstr("first packet"));
  EXPECT_THAT(file, HasSubstr("other packet"));
}

TEST_F(CaptureQueries, SaysAtOnceThatItHasNoSuchPackets) {
  add(1);
  begin();
  ask(5, "n == 1");
  const auto piece = said.next<capture_piece>();
  EXPECT_TRUE(piece.last);
  EXPECT_EQ(piece.number, 0u);
  EXPECT_EQ(piece.error, "");
}

TEST_F(CaptureQueries, SendsNothingWithoutCredit) {
  add_packet(1, 1, "first packet");
  begin();
  ask(5);
  EXPECT_TRUE(said.next<capture_piece>().ready);
  queries->stop();
  EXPECT_TRUE(said.is_empty());
}

TEST_F(CaptureQueries, GivesUpOnAHubThatTakesNothing) {
  add_packet(1, 1, "first packet");
  capture_limits limits;
  limits.patience = milliseconds{1};
  begin(limits);
  ask(5);
  EXPECT_TRUE(said.next<capture_piece>().ready);
  const auto piece = said.next<capture_piece>();
  EXPECT_TRUE(piece.last);
  EXPECT_THAT(piece.error, HasSubstr("too long"));
}

TEST_F(CaptureQueries, CutsIntoPiecesOfWholeBlocks) {
  for (int i = 0; i < 300; ++i)
    add_packet(1, i, std::string(1'000, 'x'));
  begin();
  ask(5);
  EXPECT_TRUE(said.next<capture_piece>().ready);
  std::vector<std::string> pieces;
  for (bool last = false; !last && !HasFailure();) {
    queries->hear(protocol::capture_credit{5, 1});
    const auto piece = said.next<capture_piece>();
    pieces.push_back(piece.bytes.bytes);
    last = piece.last;
  }
  EXPECT_GT(pieces.size(), 3u);
  for (const auto& piece : pieces) {
    std::size_t at = 0;
    while (at + 8 <= piece.size()) {
      std::uint32_t length = 0;
      std::memcpy(&length, piece.data() + at + 4, sizeof length);
      ASSERT_GE(length, 12u);
      at += length;
    }
    EXPECT_EQ(at, piece.size());
  }
}

TEST_F(CaptureQueries, RefusesACaptureTooMany) {
  add_packet(1, 1, "first packet");
  capture_limits limits;
  limits.captures = 1;
  begin(limits);
  ask(5);
  EXPECT_TRUE(said.next<capture_piece>().ready);
  ask(6);
  const auto refused = said.next<capture_piece>();
  EXPECT_EQ(refused.id, 6u);
  EXPECT_TRUE(refused.last);
  EXPECT_THAT(refused.error, HasSubstr("ask again later"));
}

TEST_F(CaptureQueries, NamesTheSettingWhenPacketsAreNotStored) {
  streams.reset();
  begin();
  ask(5);
  EXPECT_THAT(said.next<capture_piece>().error, HasSubstr("worker.streams"));
}

TEST_F(CaptureQueries, SaysWhereAFilterIsWrong) {
  add_packet(1, 1, "first packet");
  begin();
  ask(5, "a ==");
  EXPECT_THAT(said.next<capture_piece>().error, HasSubstr("1:5"));
}

TEST_F(CaptureQueries, EndsACaptureThatIsCancelled) {
  add_packet(1, 1, "first packet");
  begin();
  ask(5);
  EXPECT_TRUE(said.next<capture_piece>().ready);
  queries->hear(protocol::cancel_query{5});
  queries->hear(protocol::capture_credit{5, 8});
  queries->stop();
  EXPECT_TRUE(said.is_empty());
}

} // namespace
} // namespace remora::worker::test
