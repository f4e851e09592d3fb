#include "protocol/content_hash.hpp"

#include <string>

#include <gtest/gtest.h>

namespace remora {
namespace {

// Source: the examples of FIPS 180-4, and the hash of no bytes at all.
TEST(ContentHash, IsSha256) {
  EXPECT_EQ(to_hex(content_hash("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(content_hash("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(ContentHash, IsOfEveryByte) {
  using namespace std::string_literals;
  EXPECT_NE(content_hash("a\0b"s), content_hash("a\0c"s));
}

} // namespace
} // namespace remora
