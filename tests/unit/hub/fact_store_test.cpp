#include "hub/store/fact_store.hpp"

#include "tests/unit/hub/store_fixture.hpp"

namespace remora::hub {
namespace {

using test::at_second;
using test::must;

class FactStore : public test::StoreTest {
 protected:
  fact_store facts() { return fact_store{data()}; }
};

TEST_F(FactStore, KnowsNothingAtFirst) {
  EXPECT_EQ(must(facts().find("x")), std::nullopt);
  EXPECT_EQ(must(facts().number("x")), 0u);
}

TEST_F(FactStore, KeepsTheLastValue) {
  must(facts().set("x", "1"));
  must(facts().set("x", "18446744073709551615"));
  reopen();
  EXPECT_EQ(must(facts().number("x")), 18446744073709551615u);
}

TEST_F(FactStore, RaisesTheEpochWithEveryStart) {
  const auto first = must(facts().begin_epoch(at_second(0)));
  reopen();
  const auto second = must(facts().begin_epoch(at_second(0)));
  EXPECT_GT(second, first);
}

TEST_F(FactStore, RaisesTheEpochAlsoWhenTheClockWasSetBack) {
  const auto first = must(facts().begin_epoch(at_second(1000)));
  EXPECT_GT(must(facts().begin_epoch(at_second(0))), first);
}

TEST_F(FactStore, RaisesTheEpochAlsoWhenTheStoreWasLost) {
  const auto before = must(facts().begin_epoch(at_second(0)));
  test::scratch_folder fresh;
  auto other = open_store({fresh.path()});
  ASSERT_TRUE(other);
  EXPECT_GT(must(fact_store{*other->data}.begin_epoch(at_second(1))), before);
}

TEST_F(FactStore, WouldRatherFailThanGiveANumberThatWasChanged) {
  must(facts().set("generation", "12"));
  must(data().run("UPDATE fact SET value = '13' WHERE name = 'generation'"));
  auto read = facts().number("generation");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error(), errc::store_damaged);
  EXPECT_EQ(data().damaged().rows(), 1u);
}

} // namespace
} // namespace remora::hub
