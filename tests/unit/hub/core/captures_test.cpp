#include "question_fixture.hpp"

namespace remora::hub::test {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Captures of nodes that the test speaks for.
class Captures : public ClusterTest {
 protected:
  class reader final : public capture_download {
   public:
    reader(std::shared_ptr<capture_pipe> pipe, std::function<void()> taken)
        : pipe_{std::move(pipe)}, taken_{std::move(taken)} {}
    ~reader() override { pipe_->abandon(); }
    result<std::string> next() override { return pipe_->next(taken_); }

   private:
    std::shared_ptr<capture_pipe> pipe_;
    std::function<void()> taken_;
  };

  void begin(const std::string& query = {}) {
    core->queries().capture(
        {query, {}, {}}, [this](result<opened_capture> what) { opened = std::move(what); },
        [this](std::uint64_t id, std::shared_ptr<capture_pipe> pipe) {
          return std::make_shared<reader>(std::move(pipe), [this, id] { core->queries().taken(id); });
        });
    settle();
  }
  void say(const std::string& node, std::uint64_t number, const std::string& bytes, bool ready = false,
           bool last = false, const std::string& error = {}) {
    protocol::capture_piece piece;
    piece.id = workers[node]->got<protocol::capture_query>().back().id;
    piece.number = number;
    piece.bytes.bytes = bytes;
    piece.ready = ready;
    piece.last = last;
    piece.error = error;
    workers[node]->talk().say(piece, now);
    settle();
  }
  void be_ready(const std::string& node) { say(node, 0, {}, true); }
  void have_nothing(const std::string& node, const std::string& why = {}) {
    say(node, 0, {}, false, true, why);
  }
  /// Pieces that the node may send, all credits together.
  std::uint32_t credit_of(const std::string& node) const {
    std::uint32_t sum = 0;
    for (const auto& each : workers.at(node)->got<protocol::capture_credit>())
      sum += each.pieces;
    return sum;
  }
  std::string take() {
    auto piece = (*opened)->file->next();
    settle();
    return piece ? *piece : "failed: " + piece.error().message;
  }

  std::optional<result<opened_capture>> opened;
};

TEST_F(Captures, AreOpenedOnceEachNodeHasSaidWhatItHas) {
  start_worker("n1");
  start_worker("n2");
  begin();
  be_ready("n1");
  EXPECT_FALSE(opened);
  have_nothing("n2");
  ASSERT_TRUE(opened && *opened);
  EXPECT_THAT((*opened)->missing, IsEmpty());
}

TEST_F(Captures, HaveTheFilesOfAllNodesOneAfterTheOther) {
  start_worker("n1");
  start_worker("n2");
  begin();
  be_ready("n2");
  be_ready("n1");
  EXPECT_GT(credit_of("n1"), 0U);
  EXPECT_EQ(credit_of("n2"), 0U) << "it is not its turn";
  say("n1", 1, "one");
  say("n1", 2, "two", false, true);
  EXPECT_GT(credit_of("n2"), 0U);
  say("n2", 1, "three");
  say("n2", 2, {}, false, true);
  EXPECT_EQ(take(), "one");
  EXPECT_EQ(take(), "two");
  EXPECT_EQ(take(), "three");
  EXPECT_EQ(take(), "");
}

TEST_F(Captures, GiveCreditAsTheReaderTakesPieces) {
  start_worker("n1");
  begin();
  be_ready("n1");
  const auto first = credit_of("n1");
  for (std::uint64_t i = 1; i <= first; ++i)
    say("n1", i, "x");
  EXPECT_EQ(credit_of("n1"), first) << "nobody has taken anything";
  take();
  take();
  EXPECT_EQ(credit_of("n1"), first + 2);
}

TEST_F(Captures, FailWhenANodeSendsMoreThanItMay) {
  start_worker("n1");
  begin();
  be_ready("n1");
  const auto credit = credit_of("n1");
  for (std::uint64_t i = 1; i <= credit + 1; ++i)
    say("n1", i, "x");
  for (std::uint32_t i = 0; i < credit; ++i)
    EXPECT_EQ(take(), "x");
  EXPECT_THAT(take(), HasSubstr("sends more"));
}

TEST_F(Captures, FailWhenAPieceIsLost) {
  start_worker("n1");
  begin();
  be_ready("n1");
  say("n1", 1, "one");
  say("n1", 3, "three");
  EXPECT_EQ(take(), "one");
  EXPECT_THAT(take(), HasSubstr("lost on the way"));
}

TEST_F(Captures, FailWhenANodeLeavesThatHasSomethingForThem) {
  start_worker("n1");
  start_worker("n2");
  begin();
  be_ready("n1");
  be_ready("n2");
  disconnect(*workers["n2"]);
  EXPECT_THAT(take(), HasSubstr("n2: its connection was lost"));
}

TEST_F(Captures, NameTheNodesThatDoNotAnswer) {
  start_worker("n1");
  start_worker("n2");
  start_worker("n3");
  begin();
  be_ready("n1");
  have_nothing("n3", "this node stores no packets");
  pass(seconds{6});
  ASSERT_TRUE(opened && *opened);
  ASSERT_THAT((*opened)->missing, SizeIs(2));
  EXPECT_EQ((*opened)->missing[0].node, "n2");
  EXPECT_EQ((*opened)->missing[1].why, "this node stores no packets");
}

TEST_F(Captures, WaitForANodeThatIsAtWork) {
  start_worker("n1");
  begin();
  for (int i = 0; i < 8; ++i) {
    pass(seconds{2});
    say("n1", 0, {});
  }
  EXPECT_FALSE(opened);
  be_ready("n1");
  EXPECT_TRUE(opened && *opened);
}

TEST_F(Captures, SayThatThereIsNothing) {
  start_worker("n1");
  begin();
  have_nothing("n1", "this node stores no packets");
  ASSERT_TRUE(opened && !*opened);
  EXPECT_EQ(opened->error(), errc::not_found);
  EXPECT_THAT(opened->error().message, HasSubstr("n1: this node stores no packets"));
}

TEST_F(Captures, RemindNodesThatWaitForTheirTurn) {
  start_worker("n1");
  start_worker("n2");
  begin();
  be_ready("n1");
  be_ready("n2");
  for (std::uint64_t i = 1; i < 3; ++i) {
    pass(seconds{12});
    say("n1", i, "x");
  }
  EXPECT_GE(workers["n2"]->got<protocol::capture_credit>().size(), 2U);
  EXPECT_EQ(credit_of("n2"), 0U);
}

TEST_F(Captures, FailWhenANodeFallsSilent) {
  start_worker("n1");
  begin();
  be_ready("n1");
  pass(seconds{25});
  EXPECT_THAT(take(), HasSubstr("sends nothing more"));
}

TEST_F(Captures, EndOnTheNodesWhenTheReaderGoes) {
  start_worker("n1");
  begin();
  be_ready("n1");
  opened.reset();
  pass(seconds{1});
  EXPECT_THAT(workers["n1"]->got<protocol::cancel_query>(), SizeIs(1));
}

TEST_F(Captures, AreRefusedBeyondTwoAtATime) {
  start_worker("n1");
  begin();
  begin();
  opened.reset();
  begin();
  ASSERT_TRUE(opened && !*opened);
  EXPECT_EQ(opened->error(), errc::window_full);
}

TEST_F(Captures, RefuseAFilterThatDoesNotCompile) {
  start_worker("n1");
  begin("a ==");
  ASSERT_TRUE(opened && !*opened);
  EXPECT_EQ(opened->error(), errc::invalid_filter);
  EXPECT_THAT(workers["n1"]->got<protocol::capture_query>(), IsEmpty());
}

} // namespace
} // namespace remora::hub::test
