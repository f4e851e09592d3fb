#include "worker/node/reopening_source.hpp"

#include <gmock/gmock.h>

#include "../conductor_fixture.hpp"

namespace remora::worker::test {
namespace {

using std::chrono::seconds;

struct counting final : traffic::frame_handler {
  void on_frame(const traffic::frame&) override { ++frames; }
  int frames = 0;
};

class ReopeningSource : public ::testing::Test {
 protected:
  ReopeningSource() {
    source_.emplace(reopening_source::parts{with_packets(2),
                                            [this]() -> result<std::unique_ptr<traffic::packet_source>> {
                                              ++attempts_;
                                              if (refuses_)
                                                return fail(errc::unknown_interface, "no such interface");
                                              return std::unique_ptr<traffic::packet_source>{with_packets(3)};
                                            },
                                            [this] { return now_; },
                                            [this](milliseconds time) { now_ += time; }, gauges_});
  }

  /// A capture of so many packets that is lost then.
  static std::unique_ptr<fake_source> with_packets(int count) {
    std::vector<std::int64_t> times(static_cast<std::size_t>(count), 1);
    auto made = std::make_unique<fake_source>(times);
    made->most_at_once = 1;
    made->failure = error{errc::unknown_interface, "the interface is gone"};
    return made;
  }

  void read(int times) {
    for (int i = 0; i < times; ++i)
      EXPECT_TRUE(source_->read(handler_, 100, milliseconds{20}));
  }

  std::chrono::steady_clock::time_point now_{seconds{1'000}};
  bool refuses_ = false;
  int attempts_ = 0;
  std::shared_ptr<capture_gauges> gauges_ = std::make_shared<capture_gauges>();
  counting handler_;
  std::optional<reopening_source> source_;
};

TEST_F(ReopeningSource, IsIdleWhenTheCaptureIsLost) {
  read(1); // the first packet; with the second there is no interface any more
  EXPECT_EQ(*source_->read(handler_, 100, milliseconds{20}), traffic::read_status::idle);
  EXPECT_EQ(handler_.frames, 2);
  EXPECT_FALSE(gauges_->capturing);
  EXPECT_EQ(gauges_->gaps, 1U);
}

TEST_F(ReopeningSource, ComesBackWithinTwoSeconds) {
  refuses_ = true;
  read(100);
  refuses_ = false;
  const auto back_at = now_;
  while (!gauges_->capturing && now_ - back_at < seconds{3})
    read(1);
  EXPECT_LE(now_ - back_at, seconds{2});
  read(2);
  EXPECT_EQ(handler_.frames, 5);
}

TEST_F(ReopeningSource, TriesOnceASecond) {
  refuses_ = true;
  const auto begin = now_;
  while (now_ - begin < seconds{10})
    read(1);
  EXPECT_GE(attempts_, 9);
  EXPECT_LE(attempts_, 10);
}

TEST_F(ReopeningSource, WaitsAsLongAsItMayWhileThereIsNothingToRead) {
  refuses_ = true;
  read(2);
  const auto before = now_;
  read(1);
  EXPECT_EQ(now_ - before, milliseconds{20});
}

TEST_F(ReopeningSource, AddsUpTheCountersOfAllCaptures) {
  read(2);
  EXPECT_EQ(source_->counters().received, 2U);
  for (int i = 0; i < 1'000 && handler_.frames < 5; ++i)
    read(1);
  EXPECT_EQ(source_->counters().received, 5U);
  EXPECT_EQ(gauges_->packets, 5U);
  EXPECT_EQ(gauges_->bytes, 5U * 54U);
}

} // namespace
} // namespace remora::worker::test
