#include "http/connection_registry.hpp"

#include <gmock/gmock.h>

namespace remora::http {
namespace {

struct noting_connection final : open_connection {
  void finish() override { ++finished; }
  void cut() override { ++cuts; }
  int finished = 0;
  int cuts = 0;
};

struct member {
  explicit member(connection_registry::ticket at) : place{std::move(at)} { place.bind(self); }
  std::shared_ptr<noting_connection> self = std::make_shared<noting_connection>();
  connection_registry::ticket place;
};

TEST(ConnectionRegistry, LetsTheLongestIdleGiveWay) {
  connection_registry all{3};
  member a{std::move(*all.admit().place)};
  member b{std::move(*all.admit().place)};
  member c{std::move(*all.admit().place)};
  a.place.idle();
  b.place.idle();
  c.place.idle();
  a.place.busy();
  const auto next = all.admit();
  EXPECT_TRUE(next.place);
  EXPECT_TRUE(next.evicted);
  EXPECT_EQ(a.self->cuts, 0);
  EXPECT_EQ(b.self->cuts, 1);
  EXPECT_EQ(c.self->cuts, 0);
}

TEST(ConnectionRegistry, RefusesWhenAllAreBusy) {
  connection_registry all{1};
  const member a{std::move(*all.admit().place)};
  EXPECT_FALSE(all.admit().place);
}

TEST(ConnectionRegistry, EvictsEachOnce) {
  connection_registry all{1};
  member a{std::move(*all.admit().place)};
  a.place.idle();
  const auto second = all.admit();
  EXPECT_TRUE(second.evicted);
  EXPECT_FALSE(all.admit().place) << "the second has said nothing of being idle";
}

TEST(ConnectionRegistry, GivesAPlaceBack) {
  connection_registry all{1};
  { const member a{std::move(*all.admit().place)}; }
  EXPECT_EQ(all.size(), 0u);
  EXPECT_TRUE(all.wait_until_empty(std::chrono::milliseconds{0}));
  EXPECT_TRUE(all.admit().place);
}

TEST(ConnectionRegistry, ReachesAllThatAreLeft) {
  connection_registry all{3};
  const member a{std::move(*all.admit().place)};
  member b{std::move(*all.admit().place)};
  b.self.reset();
  all.finish_all();
  all.cut_all();
  EXPECT_EQ(a.self->finished, 1);
  EXPECT_EQ(a.self->cuts, 1);
  EXPECT_FALSE(all.wait_until_empty(std::chrono::milliseconds{0}));
}

} // namespace
} // namespace remora::http
