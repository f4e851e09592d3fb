#include "base/value.hpp"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace remora {
namespace {

TEST(Value, IsNullUntilItIsGivenSomething) {
  EXPECT_TRUE(value{}.is_null());
  EXPECT_TRUE(value{nullptr}.is_null());
  EXPECT_FALSE(value{false}.is_null());
}

TEST(Value, TellsItsKindsApart) {
  EXPECT_TRUE(value{true}.boolean());
  EXPECT_EQ(*value{5}.number(), 5.0);
  EXPECT_EQ(*value{"5"}.text(), "5");
  EXPECT_FALSE(value{"5"}.number());
  EXPECT_FALSE(value{1}.boolean()) << "a number is no boolean";
  EXPECT_NE(value{"5"}, value{5});
  EXPECT_EQ((value{value::list{1, "two"}}), (value{value::list{1, "two"}}));
}

TEST(Value, KeepsTheOrderOfMembersAndReplacesInPlace) {
  value v;
  v.set("b", 1);
  v.set("a", 2);
  v.set("b", 3);
  EXPECT_EQ(to_json(v), R"({"b":3,"a":2})");
  EXPECT_EQ(*v.find("a"), value{2});
  EXPECT_EQ(v.find("c"), nullptr);
  EXPECT_EQ(value{5}.find("a"), nullptr);
}

TEST(Value, IsWrittenAsJson) {
  value v;
  v.set("none", nullptr);
  v.set("list", value::list{true, false, 1.5, "x", value::list{}, value::map{}});
  EXPECT_EQ(to_json(v), R"({"none":null,"list":[true,false,1.5,"x",[],{}]})");
}

TEST(Json, EscapesWhatMayNotStandInAString) {
  EXPECT_EQ(to_json_string("a\"b\\c\nd\te\rf"), R"("a\"b\\c\nd\te\rf")");
  EXPECT_EQ(to_json_string(std::string_view("\0\x1F\x7F", 3)), R"("\u0000\u001f\u007f")");
}

TEST(Json, KeepsUtf8AndReplacesWhatIsNone) {
  EXPECT_EQ(to_json_string("gr\xC3\xBC\xC3\x9F"), "\"gr\xC3\xBC\xC3\x9F\"");
  EXPECT_EQ(to_json_string("\xFF"), "\"\xEF\xBF\xBD\"");
}

TEST(Json, WritesNumbersAsJavaScriptDoes) {
  struct row {
    double number;
    const char* text;
  };
  for (const row& r : {row{0, "0"},
                       {-0.0, "0"},
                       {1, "1"},
                       {-1, "-1"},
                       {100000, "100000"},
                       {0.1, "0.1"},
                       {-12.5, "-12.5"},
                       {0.000001, "0.000001"},
                       {0.0000001, "1e-7"},
                       {1.5e-7, "1.5e-7"},
                       {123456789012345680000.0, "123456789012345680000"},
                       {1e21, "1e+21"},
                       {1.25e30, "1.25e+30"},
                       {9007199254740993.0, "9007199254740992"},
                       {5e-324, "5e-324"},
                       {1.7976931348623157e308, "1.7976931348623157e+308"}}) {
    EXPECT_EQ(to_json_number(r.number), r.text);
  }
}

TEST(Json, HasNoNumberForNanAndInfinity) {
  EXPECT_EQ(to_json_number(std::nan("")), "null");
  EXPECT_EQ(to_json_number(-std::numeric_limits<double>::infinity()), "null");
}

TEST(Json, NumbersReadBackToTheSameDouble) {
  std::mt19937_64 random{3};
  for (int i = 0; i < 50'000; ++i) {
    const std::uint64_t bits = random();
    double number = 0;
    std::memcpy(&number, &bits, sizeof number);
    if (!std::isfinite(number)) continue;
    ASSERT_EQ(std::strtod(to_json_number(number).c_str(), nullptr), number);
  }
}

} // namespace
} // namespace remora
