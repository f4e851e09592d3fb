#include <cstddef>
#include <cstdint>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "protocol/messages.hpp"
#include "tests/unit/protocol/random_messages.hpp"

// What must hold for every message, whatever is in it.
namespace remora::protocol {
namespace {

class EveryMessage : public testing::TestWithParam<std::size_t> {
 protected:
  test::randomly random{0x5EED + GetParam()};
  message make() { return random.of_type(GetParam()); }
};

TEST_P(EveryMessage, ComesBackAsItWas) {
  for (int n = 0; n < 500; ++n) {
    const message whole = make();
    const std::string bytes = encode(whole).value();
    const auto back = decode(bytes);
    ASSERT_TRUE(back) << back.error().message;
    ASSERT_TRUE(same(*back, whole)) << nlohmann::json::from_cbor(bytes).dump();
    ASSERT_EQ(encode(*back).value(), bytes);
  }
}

TEST_P(EveryMessage, IsReadByAnotherDecoder) {
  for (int n = 0; n < 100; ++n) {
    const auto seen = nlohmann::json::from_cbor(encode(make()).value());
    ASSERT_EQ(seen["t"], facts(make()).type);
    std::string rewritten; // with its keys in another order
    nlohmann::json::to_cbor(seen, rewritten);
    const auto back = decode(rewritten);
    ASSERT_TRUE(back) << back.error().message;
    ASSERT_EQ(nlohmann::json::from_cbor(encode(*back).value()), seen);
  }
}

TEST_P(EveryMessage, IsRefusedWhereverItIsCutOff) {
  for (int n = 0; n < 5; ++n) {
    const std::string bytes = encode(make()).value();
    for (std::size_t length = 0; length < bytes.size(); ++length) {
      const auto got = decode(std::string{bytes, 0, length}); // a copy: sanitizers see its end
      ASSERT_FALSE(got) << length;
      ASSERT_EQ(got.error(), errc::malformed_message) << length;
    }
  }
}

TEST_P(EveryMessage, SurvivesAWrongByteAnywhere) {
  std::string bytes = encode(make()).value();
  std::size_t refused = 0;
  std::size_t tried = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const char right = bytes[at];
    for (const int flip : {0x01, 0x02, 0x10, 0x20, 0x40, 0x80, 0xFF}) {
      bytes[at] = static_cast<char>(right ^ flip);
      const auto got = decode(bytes);
      ++tried;
      if (!got) {
        ++refused;
        ASSERT_FALSE(got.error().message.empty());
      } else { // it happens to be a message: then it is one in every way
        const auto again = decode(encode(*got).value());
        ASSERT_TRUE(again);
        ASSERT_TRUE(same(*again, *got));
      }
    }
    bytes[at] = right;
  }
  // Most of a message with long texts is text, where another letter is as good.
  EXPECT_GT(refused, tried / 10) << "of " << tried;
  EXPECT_TRUE(decode(bytes));
}

INSTANTIATE_TEST_SUITE_P(OfType, EveryMessage, testing::Range(std::size_t{0}, message_table.size()),
                         [](const auto& each) { return std::string{message_table[each.param].type}; });

} // namespace
} // namespace remora::protocol
