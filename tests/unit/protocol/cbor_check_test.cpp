#include "protocol/wire/cbor_check.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace remora::wire {
namespace {

std::string bytes_of(std::initializer_list<int> values) {
  std::string out;
  for (const int value : values)
    out.push_back(static_cast<char>(value));
  return out;
}

std::string times(std::size_t count, std::string_view piece) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i)
    out += piece;
  return out;
}

/// {"k": value}
std::string in_a_map(const std::string& value) { return bytes_of({0xA1, 0x61, 'k'}) + value; }

/// The head of a list or text with so many elements or bytes.
std::string long_head(int major, std::size_t count) {
  const auto n = static_cast<int>(count);
  return bytes_of({major << 5 | 26, n >> 24 & 0xFF, n >> 16 & 0xFF, n >> 8 & 0xFF, n & 0xFF});
}

std::string text(const std::string& content) { return long_head(3, content.size()) + content; }

/// A map of so many different keys.
std::string map_of(std::size_t keys) {
  std::string out = long_head(5, keys);
  for (std::size_t i = 0; i < keys; ++i)
    out += text(std::to_string(i)) + '\x00';
  return out;
}

struct refusal {
  const char* what;
  std::string bytes;
  const char* says;
};

class CborCheckRefuses : public testing::TestWithParam<refusal> {};

TEST_P(CborCheckRefuses, WithTheReason) {
  const auto checked = check_cbor(GetParam().bytes);
  ASSERT_FALSE(checked);
  EXPECT_NE(checked.error().find(GetParam().says), std::string::npos) << checked.error();
}

const std::vector<refusal>& refusals() {
  static const std::vector<refusal> all{
      {"Nothing", "", "at byte 0: a value is cut off"},
      {"ANumber", bytes_of({0x01}), "at byte 0: a message is a map, but this is a number"},
      {"AList", bytes_of({0x80}), "a message is a map, but this is a list"},
      {"WhatFollows", bytes_of({0xA0, 0x00}), "at byte 1: bytes follow the end"},
      {"AMapCutOff", bytes_of({0xA1, 0x61}), "at byte 0: a map is cut off"},
      {"AMapWithoutRoomForItsKeys", bytes_of({0xA2, 0x61, 'k'}), "a map is cut off"},
      {"AKeyWithoutValue", bytes_of({0xA1, 0x61, 'k'}), "at byte 3: a value is cut off"},
      {"AHeadCutOff", in_a_map(bytes_of({0x1B, 0, 0, 0})), "a value is cut off"},
      {"TextCutOff", in_a_map(bytes_of({0x63, 'a', 'b'})), "a value is cut off"},
      {"TextOfTheGreatestLength", in_a_map("\x7B" + times(8, "\xFF")), "a value is cut off"},
      {"AListOfTheGreatestLength", in_a_map("\x9B" + times(8, "\xFF")), "a list is cut off"},
      {"AMapOfTheGreatestLength", in_a_map("\xBB" + times(8, "\xFF")), "a map is cut off"},
      {"IndefiniteText", in_a_map(bytes_of({0x7F, 0x61, 'a', 0xFF})), "at byte 3: indefinite lengths"},
      {"IndefiniteTextsWithinEachOther", in_a_map(times(500'000, "\x7F")), "indefinite lengths"},
      {"AnIndefiniteList", in_a_map(bytes_of({0x9F, 0xFF})), "indefinite lengths"},
      {"AnIndefiniteMap", bytes_of({0xBF, 0xFF}), "indefinite lengths"},
      {"ABreak", in_a_map(bytes_of({0xFF})), "indefinite lengths"},
      {"ATag", in_a_map(bytes_of({0xC1, 0x00})), "tags are not accepted"},
      {"TagsWithinEachOther", in_a_map(times(500'000, "\xC6")), "tags are not accepted"},
      {"AReservedLength", in_a_map(bytes_of({0x1C})), "a reserved length"},
      {"Undefined", in_a_map(bytes_of({0xF7})), "a simple value that means nothing here"},
      {"AnUnknownSimpleValue", in_a_map(bytes_of({0xF8, 0xFF})), "a simple value that means nothing here"},
      {"InfinityOfTwoBytes", in_a_map(bytes_of({0xF9, 0x7C, 0})), "not finite"},
      {"NanOfFourBytes", in_a_map(bytes_of({0xFA, 0x7F, 0xC0, 0, 0})), "not finite"},
      {"MinusInfinityOfEightBytes", in_a_map(bytes_of({0xFB, 0xFF, 0xF0, 0, 0, 0, 0, 0, 0})), "not finite"},
      {"ANumberAsKey", bytes_of({0xA1, 0x01, 0x00}), "at byte 1: a key must be text, but is a number"},
      {"BytesAsKey", bytes_of({0xA1, 0x41, 'k', 0x00}), "a key must be text, but is binary"},
      {"AKeyTwice", bytes_of({0xA2, 0x61, 'k', 0x00, 0x61, 'k', 0x00}),
       "at byte 4: a map has the key \"k\" twice"},
      {"AKeyTwiceAroundAMap", bytes_of({0xA2, 0x61, 'k', 0xA1, 0x61, 'z', 0, 0x61, 'k', 0}), "\"k\" twice"},
      {"AKeyTwiceInAnInnerMap", in_a_map(bytes_of({0xA2, 0x60, 0x00, 0x60, 0x00})), "the key \"\" twice"},
      {"AKeyThatIsTooLong", "\xA1" + text(std::string(65, 'k')) + '\x00', "a key is longer than 64 bytes"},
      {"AKeyThatIsNotUtf8", bytes_of({0xA1, 0x61, 0xFF, 0x00}), "at byte 1: text that is not UTF-8"},
      {"TextThatIsNotUtf8", in_a_map(bytes_of({0x62, 0xC0, 0x80})), "text that is not UTF-8"},
      {"TooManyKeys", map_of(129), "more than 128 keys"},
      {"TooDeepAList", in_a_map(times(15, "\x81") + "\x80"), "more than 16 lists and maps within each other"},
      {"AnEndlessDepth", in_a_map(times(1'000'000, "\x81") + '\x00'), "within each other"},
      {"TooManyValues", in_a_map(long_head(4, 65'534) + std::string(65'534, '\0')), "more than 65536 values"},
      {"TooManyBytes", in_a_map(text(std::string(max_message_bytes, 'a'))), "at most 1044480 are accepted"},
  };
  return all;
}

INSTANTIATE_TEST_SUITE_P(Hostile, CborCheckRefuses, testing::ValuesIn(refusals()),
                         [](const auto& each) { return std::string{each.param.what}; });

struct acceptance {
  const char* what;
  std::string bytes;
};

class CborCheckAccepts : public testing::TestWithParam<acceptance> {};

TEST_P(CborCheckAccepts, WhatIsWithinTheLimits) {
  const auto checked = check_cbor(GetParam().bytes);
  EXPECT_TRUE(checked) << checked.error();
}

const std::vector<acceptance>& acceptances() {
  static const std::vector<acceptance> all{
      {"AnEmptyMap", bytes_of({0xA0})},
      {"AFiniteFraction", in_a_map(bytes_of({0xF9, 0x3C, 0}))},
      {"TheGreatestFiniteNumber", in_a_map(bytes_of({0xFB, 0x7F, 0xEF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}))},
      {"NullAndBooleans", in_a_map(bytes_of({0x83, 0xF4, 0xF5, 0xF6}))},
      {"BytesThatAreNotUtf8", in_a_map(bytes_of({0x41, 0xFF}))},
      {"OneKeyInTwoMaps", in_a_map(in_a_map(bytes_of({0x00})))},
      {"ALongerHeadThanNeeded", in_a_map(bytes_of({0x1B, 0, 0, 0, 0, 0, 0, 0, 1}))},
      {"AsManyKeysAsAllowed", map_of(128)},
      {"TheLongestKey", "\xA1" + text(std::string(64, 'k')) + '\x00'},
      {"TheGreatestDepth", in_a_map(times(14, "\x81") + "\x80")},
      {"AsManyValuesAsAllowed", in_a_map(long_head(4, 65'533) + std::string(65'533, '\0'))},
      {"AsManyBytesAsAllowed", in_a_map(text(std::string(max_message_bytes - 8, 'a')))},
  };
  return all;
}

INSTANTIATE_TEST_SUITE_P(Well, CborCheckAccepts, testing::ValuesIn(acceptances()),
                         [](const auto& each) { return std::string{each.param.what}; });

} // namespace
} // namespace remora::wire
