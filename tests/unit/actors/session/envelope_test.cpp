#include "actors/session/envelope.hpp"

#include <string>

#include <gtest/gtest.h>

namespace remora::session {
namespace {

TEST(Envelope, OpensWhatItWraps) {
  for (const auto kind : {frame_kind::message, frame_kind::channel, frame_kind::log, frame_kind::request}) {
    for (const std::string& body : {std::string{}, std::string(1, '\0'), std::string{"MC"}}) {
      const std::string bytes = wrap(kind, body);
      const auto frame = open(bytes);
      ASSERT_TRUE(frame);
      EXPECT_EQ(frame->kind, kind);
      EXPECT_EQ(frame->body, body);
    }
  }
}

TEST(Envelope, RefusesEveryOtherFirstByte) {
  EXPECT_FALSE(open(""));
  for (int first = -128; first < 128; ++first) {
    const auto letter = static_cast<char>(first);
    const bool known = letter == 'M' || letter == 'C' || letter == 'L' || letter == 'Q';
    EXPECT_EQ(open(std::string(2, letter)).has_value(), known) << first;
  }
}

} // namespace
} // namespace remora::session
