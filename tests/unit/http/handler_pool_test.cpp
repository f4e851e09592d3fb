#include "http/handler_pool.hpp"

#include <algorithm>
#include <future>
#include <stdexcept>

#include <gmock/gmock.h>

namespace remora::http {
namespace {

/// Holds the only thread of a pool until it is let go.
class occupied {
 public:
  explicit occupied(handler_pool& pool) {
    std::promise<void> begun;
    auto started = begun.get_future();
    // By value: the task may outlive this.
    pool.post([going = go_on_.get_future().share(), &begun] {
      begun.set_value();
      going.wait();
    });
    started.wait();
  }
  void let_go() { go_on_.set_value(); }

 private:
  std::promise<void> go_on_;
};

TEST(HandlerPool, TakesNoMoreThanMayWait) {
  handler_pool pool{1, 2};
  occupied thread{pool};
  EXPECT_TRUE(pool.try_post([] {}));
  EXPECT_TRUE(pool.try_post([] {}));
  EXPECT_FALSE(pool.try_post([] {}));
  thread.let_go();
}

TEST(HandlerPool, GoesOnAfterATaskThatThrows) {
  handler_pool pool{1, 10};
  std::promise<int> after;
  pool.try_post([] { throw std::runtime_error{"planned"}; });
  pool.try_post([] { throw 7; });
  pool.try_post([&after] { after.set_value(1); });
  EXPECT_EQ(after.get_future().get(), 1);
}

TEST(HandlerPool, RunsOnStopWhatMustRunAndDropsTheRest) {
  handler_pool pool{1, 2};
  occupied thread{pool};
  int must = 0;
  std::promise<void> optional_dropped;
  // Its going, unrun, says that stop() has begun.
  auto token = std::shared_ptr<void>{nullptr, [&optional_dropped](void*) { optional_dropped.set_value(); }};
  bool ran = false;
  pool.try_post([token, &ran] { ran = true; });
  token.reset();
  pool.post([&must] { ++must; });
  auto stopping = std::async(std::launch::async, [&pool] { pool.stop(); });
  optional_dropped.get_future().wait();
  EXPECT_FALSE(pool.try_post([] {}));
  thread.let_go();
  stopping.get();
  EXPECT_EQ(must, 1);
  EXPECT_FALSE(ran);
}

TEST(SerialCalls, RunInOrderNeverTwoAtOnce) {
  handler_pool pool{4, 10};
  const auto calls = std::make_shared<serial_calls>(pool);
  std::vector<int> order; // unguarded: the sanitizers would see two at once
  std::promise<void> last;
  for (int i = 0; i < 500; ++i) {
    calls->post([&order, i] { order.push_back(i); });
  }
  calls->post([] { throw std::runtime_error{"planned"}; });
  calls->post([&last] { last.set_value(); });
  last.get_future().wait();
  ASSERT_EQ(order.size(), 500u);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

} // namespace
} // namespace remora::http
