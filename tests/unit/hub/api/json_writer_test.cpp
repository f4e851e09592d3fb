#include "hub/api/routes/json_writer.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "fake_service.hpp"

namespace remora::hub {
namespace {

using test::at_second;

std::string foreign(std::string_view json) {
  json_writer out;
  out.foreign(json);
  return out.take();
}

TEST(JsonWriter, SeparatesMembersAndElementsAtEveryDepth) {
  json_writer out;
  out.object([&] {
    out.number("a", 1).member("b").list(
        [&] { out.number(1).object([] {}).list([] {}).object([&] { out.null("c").boolean("d", true); }); });
    out.text("e", "f");
  });
  EXPECT_EQ(out.take(), R"({"a":1,"b":[1,{},[],{"c":null,"d":true}],"e":"f"})");
}

TEST(JsonWriter, EscapesWhatScriptsPrint) {
  json_writer out;
  out.text("</script>\"\\\n\x1b[31m\xff\0!");
  EXPECT_EQ(out.take(), "\"</script>\\\"\\\\\\n\\u001b[31m\xEF\xBF\xBD\"");
}

TEST(JsonWriter, KeepsEveryDigitOfLargeNumbers) {
  json_writer out;
  out.number(std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(out.take(), "18446744073709551615");
}

TEST(JsonWriter, WritesNumbersThatAreNoneAsNull) {
  json_writer out;
  out.list([&] { out.number(0.1).number(std::numeric_limits<double>::infinity()).number(std::nan("")); });
  EXPECT_EQ(out.take(), "[0.1,null,null]");
}

TEST(JsonWriter, WritesTimesAndSpans) {
  json_writer out;
  out.object([&] {
    out.time("at", at_second(0) + nanoseconds{1}).time("never", std::optional<timestamp>{});
    out.in_milliseconds("took", std::chrono::microseconds{1500}).in_milliseconds("back", -milliseconds{2});
  });
  EXPECT_EQ(out.take(), R"({"at":"1970-01-01T00:00:00.000000001Z","never":null,"took":1.5,"back":-2})");
}

TEST(JsonWriter, PassesJsonOfScriptsOnAsItIs) {
  EXPECT_EQ(foreign(R"({"z":1.0,"a":[1e300,"\u00e9"]})"), R"({"z":1.0,"a":[1e300,"\u00e9"]})");
}

TEST(JsonWriter, WritesNullWhereThereIsNoResult) { EXPECT_EQ(foreign(""), "null"); }

TEST(JsonWriter, MakesATextOfWhatIsNoJson) {
  EXPECT_EQ(foreign(R"({"a":1},"b":2)"), R"("{\"a\":1},\"b\":2")");
}

TEST(JsonWriter, MakesATextOfJsonThatIsNestedTooDeeply) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_EQ(foreign(nested(512)), nested(512));
  EXPECT_EQ(foreign(nested(513)), '"' + nested(513) + '"');
  EXPECT_EQ(foreign(std::string(1'000'000, '[')).front(), '"');
}

} // namespace
} // namespace remora::hub
