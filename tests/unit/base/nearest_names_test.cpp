#include "base/nearest_names.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace remora {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<std::string_view> names{"turn", "load", "job", "memory", "Europe/Berlin", "Europe/Dublin"};

TEST(NearestNames, FindsAMisspeltName) {
  EXPECT_THAT(nearest_names("memroy", names, 3), ElementsAre("memory"));
}

TEST(NearestNames, IgnoresUpperAndLowerCase) {
  EXPECT_THAT(nearest_names("EUROPE/BERLIN", names, 1), ElementsAre("Europe/Berlin"));
}

TEST(NearestNames, FindsANameByItsLastPart) {
  EXPECT_THAT(nearest_names("berlin", names, 2), ElementsAre("Europe/Berlin"));
}

TEST(NearestNames, PutsTheLikeliestFirst) {
  EXPECT_THAT(nearest_names("Europe/Dubin", names, 3), ElementsAre("Europe/Dublin", "Europe/Berlin"));
}

TEST(NearestNames, FindsNothingWhenNothingIsNear) {
  EXPECT_THAT(nearest_names("xyzzy", names, 3), IsEmpty());
  EXPECT_THAT(nearest_names("", names, 3), IsEmpty());
  EXPECT_THAT(nearest_names(std::string(65, 'j'), names, 3), IsEmpty());
}

TEST(NearestNames, EndAMessageWithTheLikeliestOrWithNothing) {
  EXPECT_EQ(did_you_mean("memroy", names), "; did you mean \"memory\"?");
  EXPECT_EQ(did_you_mean("xyzzy", names), "");
}

} // namespace
} // namespace remora
