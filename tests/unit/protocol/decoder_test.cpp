#include "protocol/wire/decoder.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "protocol/wire/cbor_check.hpp"
#include "protocol/wire/encoder.hpp"
#include "protocol/wire/same.hpp"

namespace remora::wire::test {

enum class colour : std::uint8_t { red, green };
std::string_view to_string(colour c) { return c == colour::red ? "red" : "green"; }
constexpr auto values(record<colour>) { return std::array{colour::red, colour::green}; }

struct part {
  std::string name;
  std::vector<std::uint16_t> sizes;
};
constexpr auto fields(record<part>) {
  return std::make_tuple(required("name", &part::name), defaulted("sizes", &part::sizes));
}

/// A field of every kind.
struct specimen {
  bool flag = false;
  std::uint8_t small = 7;
  std::uint64_t count = 0;
  std::int32_t offset = 0;
  std::int64_t wide = 0;
  std::string text;
  binary blob;
  timestamp when;
  nanoseconds lasted{0};
  colour paint = colour::red;
  std::optional<std::uint32_t> maybe;
  std::array<std::uint32_t, 2> pair{};
  std::vector<part> parts;
};
constexpr auto fields(record<specimen>) {
  using s = specimen;
  return std::make_tuple(
      defaulted("flag", &s::flag), defaulted("small", &s::small), defaulted("count", &s::count),
      defaulted("offset", &s::offset), defaulted("wide", &s::wide), defaulted("text", &s::text),
      defaulted("blob", &s::blob), defaulted("when", &s::when), defaulted("lasted", &s::lasted),
      defaulted("paint", &s::paint), defaulted("maybe", &s::maybe), defaulted("pair", &s::pair),
      defaulted("parts", &s::parts));
}

namespace {

using nlohmann::json;

std::string to_cbor(const json& value) {
  std::string out;
  json::to_cbor(value, out);
  return out;
}

/// Reads what somebody else's encoder wrote.
tl::expected<specimen, std::string> read(const json& value) {
  const std::string bytes = to_cbor(value);
  if (auto checked = check_cbor(bytes); !checked) return tl::unexpected<std::string>{checked.error()};
  decoder in{bytes};
  specimen out;
  if (!in.value(out)) return tl::unexpected<std::string>{in.problem()};
  return out;
}

TEST(Decoder, ReadsWhatAnotherEncoderWrote) {
  const auto got = read({{"flag", true},
                         {"small", 255},
                         {"count", std::numeric_limits<std::uint64_t>::max()},
                         {"offset", -5},
                         {"wide", std::numeric_limits<std::int64_t>::min()},
                         {"text", "gr\xC3\xBC\xC3\x9F"},
                         {"blob", json::binary({0xFF, 0x00})},
                         {"when", 1'700'000'000'000'000'001},
                         {"lasted", 5'000'000'000},
                         {"paint", "green"},
                         {"maybe", 3},
                         {"pair", {1, 2}},
                         {"parts", {{{"name", "a"}, {"sizes", {1, 2, 65'535}}}, {{"name", "b"}}}}});
  ASSERT_TRUE(got) << got.error();
  EXPECT_TRUE(got->flag);
  EXPECT_EQ(got->small, 255);
  EXPECT_EQ(got->count, std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(got->offset, -5);
  EXPECT_EQ(got->wide, std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(got->text, "gr\xC3\xBC\xC3\x9F");
  EXPECT_EQ(got->blob.bytes, std::string("\xFF\x00", 2));
  EXPECT_EQ(to_unix_ns(got->when), 1'700'000'000'000'000'001);
  EXPECT_EQ(got->lasted, std::chrono::seconds{5});
  EXPECT_EQ(got->paint, colour::green);
  EXPECT_EQ(got->maybe, 3u);
  EXPECT_EQ(got->pair, (std::array<std::uint32_t, 2>{1, 2}));
  ASSERT_EQ(got->parts.size(), 2u);
  EXPECT_EQ(got->parts[0].sizes, (std::vector<std::uint16_t>{1, 2, 65'535}));
  EXPECT_EQ(got->parts[1].name, "b");
}

TEST(Decoder, LeavesTheDefaultOfAFieldThatIsMissing) {
  const auto got = read(json::object());
  ASSERT_TRUE(got) << got.error();
  EXPECT_TRUE(same(*got, specimen{}));
  EXPECT_EQ(got->small, 7);
}

TEST(Decoder, PassesOverFieldsItDoesNotKnow) {
  const auto got =
      read({{"small", 9}, {"colour of the sky", {{"deep", {1, {{"er", nullptr}}}}}}, {"z", 1.5}});
  ASSERT_TRUE(got) << got.error();
  EXPECT_EQ(got->small, 9);
}

TEST(Decoder, TakesNullForAnOptionalFieldThatHoldsNothing) {
  const auto got = read({{"maybe", nullptr}});
  ASSERT_TRUE(got) << got.error();
  EXPECT_EQ(got->maybe, std::nullopt);
}

struct refusal {
  const char* what;
  json value;
  const char* says;
};

class DecoderRefuses : public testing::TestWithParam<refusal> {};

TEST_P(DecoderRefuses, AndNamesTheField) {
  const auto got = read(GetParam().value);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error(), GetParam().says);
}

const std::vector<refusal>& refusals() {
  constexpr std::uint64_t beyond_signed = std::uint64_t{1} << 63;
  static const std::vector<refusal> all{
      {"NegativeCount", {{"count", -1}}, "count: must not be negative, but is -1"},
      {"TooLargeForEightBits", {{"small", 256}}, "small: must be at most 255, but is 256"},
      {"TooLargeForSignedBits",
       {{"offset", 2'147'483'648}},
       "offset: must be from -2147483648 to 2147483647, but is 2147483648"},
      {"TooSmallForSignedBits",
       {{"offset", -2'147'483'649}},
       "offset: must be from -2147483648 to 2147483647, but is -2147483649"},
      {"TooLateATime",
       {{"when", beyond_signed}},
       "when: must be from -9223372036854775808 to 9223372036854775807, but is 9223372036854775808"},
      {"AFractionAsNumber", {{"count", 1.5}}, "count: must be a whole number, but is a fraction"},
      {"AFractionAsDuration", {{"lasted", 1.0}}, "lasted: must be a whole number, but is a fraction"},
      {"TextAsNumber", {{"count", "1"}}, "count: must be a whole number, but is text"},
      {"NumberAsText", {{"text", 1}}, "text: must be text, but is a number"},
      {"NullAsText", {{"text", nullptr}}, "text: must be text, but is null"},
      {"BytesAsText", {{"text", json::binary({1})}}, "text: must be text, but is binary"},
      {"TextAsBytes", {{"blob", "a"}}, "blob: must be binary, but is text"},
      {"NumberAsBoolean", {{"flag", 1}}, "flag: must be true or false, but is a number"},
      {"UnknownValue", {{"paint", "blue"}}, "paint: must be one of red, green, but is \"blue\""},
      {"TooShortAPair", {{"pair", {1}}}, "pair: must have 2 elements, but has 1"},
      {"WrongElementOfAPair", {{"pair", {1, -2}}}, "pair[1]: must not be negative, but is -2"},
      {"MapAsList", {{"parts", json::object()}}, "parts: must be a list, but is a map"},
      {"ListAsMap", {{"parts", {json::array()}}}, "parts[0]: must be a map, but is a list"},
      {"MissingField", {{"parts", {{{"name", ""}}, json::object()}}}, "parts[1].name: is missing"},
      {"WrongInnerElement",
       {{"parts", {{{"name", ""}, {"sizes", {1, 2, 65'536}}}}}},
       "parts[0].sizes[2]: must be at most 65535, but is 65536"},
  };
  return all;
}

INSTANTIATE_TEST_SUITE_P(Wrong, DecoderRefuses, testing::ValuesIn(refusals()),
                         [](const auto& each) { return std::string{each.param.what}; });

TEST(Decoder, RefusesANegativeNumberThatNoTypeHolds) {
  const std::string bytes = "\xA1\x64wide\x3B\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF";
  ASSERT_TRUE(check_cbor(bytes));
  decoder in{bytes};
  specimen out;
  EXPECT_FALSE(in.value(out));
  EXPECT_EQ(in.problem(),
            "wide: must be from -9223372036854775808 to 9223372036854775807, but is -18446744073709551616");
}

TEST(Decoder, RefusesNumbersThatAreNotFinite) {
  EXPECT_EQ(read({{"count", std::nan("")}}).error(), "at byte 7: a number that is not finite");
  EXPECT_EQ(read({{"unknown", std::numeric_limits<double>::infinity()}}).error(),
            "at byte 9: a number that is not finite");
}

TEST(Decoder, SurvivesBytesThatWereNotChecked) {
  for (const std::string_view bytes :
       {"", "\xA1", "\xA1\x64text\x65", "\xA1\x61?\x9F", "\xA1\x65parts\x82\x01"}) {
    decoder in{bytes};
    specimen out;
    EXPECT_FALSE(in.value(out));
    EXPECT_NE(in.problem(), "");
  }
}

TEST(Encoder, WritesWhatAnotherDecoderReads) {
  specimen from;
  from.offset = -300;
  from.text = "x";
  from.blob.bytes = "\xFF";
  from.when = from_unix_ns(-1);
  from.paint = colour::green;
  from.parts.push_back({"p", {1}});
  cbor_writer out;
  encoder{out}.value(from);
  const std::string bytes = out.take();
  const json expected{{"flag", false},
                      {"small", 7},
                      {"count", 0},
                      {"offset", -300},
                      {"wide", 0},
                      {"text", "x"},
                      {"blob", json::binary({0xFF})},
                      {"when", -1},
                      {"lasted", 0},
                      {"paint", "green"},
                      {"pair", {0, 0}},
                      {"parts", {{{"name", "p"}, {"sizes", {1}}}}}};
  EXPECT_EQ(json::from_cbor(bytes), expected) << "and the optional field that holds nothing is left out";
}

TEST(Encoder, MendsTextThatIsNotUtf8) {
  specimen from;
  from.text = "a\xFFz";
  cbor_writer out;
  encoder{out}.value(from);
  const std::string bytes = out.take();
  ASSERT_TRUE(check_cbor(bytes));
  decoder in{bytes};
  specimen back;
  ASSERT_TRUE(in.value(back)) << in.problem();
  EXPECT_EQ(back.text, "a\xEF\xBF\xBDz");
}

TEST(CborWriter, UsesTheShortestHeads) {
  const std::pair<std::uint64_t, std::size_t> numbers[] = {
      {23, 1}, {24, 2}, {255, 2}, {256, 3}, {65'535, 3}, {65'536, 5}, {0xFFFF'FFFF, 5}, {0x1'0000'0000, 9}};
  for (const auto& [value, bytes] : numbers) {
    cbor_writer out;
    out.number(value);
    EXPECT_EQ(out.size(), bytes) << value;
    EXPECT_EQ(json::from_cbor(out.take()), json(value));
  }
}

} // namespace
} // namespace remora::wire::test
