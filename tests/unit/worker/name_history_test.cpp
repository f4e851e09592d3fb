#include "worker/name_history.hpp"

#include <gmock/gmock.h>

namespace remora::worker::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class NameHistory : public ::testing::Test {
 protected:
  static ip_address address(std::uint8_t last) {
    ip_address out;
    out.bytes[10] = out.bytes[11] = 0xFF;
    out.bytes[12] = 10;
    out.bytes[15] = last;
    return out;
  }
  void learn(std::uint8_t last, const std::string& name) {
    book.learn(address(last), name, std::chrono::seconds{60}, now);
  }
  void look_after(milliseconds time) {
    now += time;
    history.look(book, now);
  }
  std::string json() const { return history.current()->json; }

  timestamp now = from_unix_ns(1'700'000'000'000'000'000);
  traffic::name_book book;
  name_history history{{3, 200, std::chrono::seconds{3}}};
};

constexpr const char* first = R"("1700000000":{"10.0.0.1":{"FullAddress":"a.example","Namespace":""}})";

TEST_F(NameHistory, IsEmptyAtFirst) {
  look_after(milliseconds{0});
  EXPECT_EQ(json(), "{}");
  EXPECT_EQ(history.current()->version, 0u);
}

TEST_F(NameHistory, HasATableForEachTimeTheNamesChanged) {
  learn(1, "a.example");
  look_after(milliseconds{0});
  EXPECT_EQ(json(), std::string{"{"} + first + "}");
  learn(2, "b\"b");
  look_after(std::chrono::seconds{5});
  EXPECT_THAT(json(), HasSubstr(std::string{"{"} + first + R"(,"1700000005":{)"));
  EXPECT_THAT(json(), HasSubstr(R"("10.0.0.2":{"FullAddress":"b\"b","Namespace":""})"));
  EXPECT_EQ(history.current()->version, 2u);
}

TEST_F(NameHistory, HasNoNewTableWhileNothingChanges) {
  learn(1, "a.example");
  look_after(milliseconds{0});
  const auto before = history.current();
  learn(1, "a.example");
  look_after(std::chrono::seconds{10});
  EXPECT_EQ(history.current(), before);
}

TEST_F(NameHistory, WaitsThreeSecondsBetweenTables) {
  learn(1, "a.example");
  look_after(milliseconds{0});
  learn(2, "b.example");
  look_after(milliseconds{2'999});
  EXPECT_THAT(json(), Not(HasSubstr("b.example")));
  look_after(milliseconds{1});
  EXPECT_THAT(json(), HasSubstr("b.example"));
}

TEST_F(NameHistory, NamesAnAddressAsItWasCalledLast) {
  learn(1, "old.example");
  now += std::chrono::seconds{1};
  learn(1, "new.example");
  look_after(milliseconds{0});
  EXPECT_THAT(json(), HasSubstr("new.example"));
  EXPECT_THAT(json(), Not(HasSubstr("old.example")));
}

TEST_F(NameHistory, LeavesOutTheAddressesThatWereNeededLeastRecently) {
  for (std::uint8_t last = 1; last <= 4; ++last)
    learn(last, "name");
  look_after(milliseconds{0});
  EXPECT_THAT(json(), Not(HasSubstr("10.0.0.1")));
  EXPECT_THAT(json(), HasSubstr("10.0.0.4"));
}

TEST_F(NameHistory, ForgetsTheOldestTablesWhenAllAreTooMuch) {
  for (std::uint8_t last = 1; last <= 4; ++last) {
    learn(last, "name");
    look_after(std::chrono::seconds{3});
  }
  EXPECT_THAT(json(), Not(HasSubstr("1700000003")));
  EXPECT_THAT(json(), HasSubstr("1700000012")) << "the newest stays";
}

TEST_F(NameHistory, HasKeysThatGrowAlsoWhenTheClockIsSetBack) {
  learn(1, "a.example");
  look_after(milliseconds{0});
  learn(2, "b.example");
  look_after(std::chrono::seconds{-10});
  EXPECT_EQ(json().find("{\"1699999990\":"), 0u);
  EXPECT_THAT(json(), Not(HasSubstr("1700000000")));
}

} // namespace
} // namespace remora::worker::test
