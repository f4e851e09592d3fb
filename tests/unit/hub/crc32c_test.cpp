#include "hub/store/crc32c.hpp"

#include <string>

#include <gtest/gtest.h>

#include "hub/store/content_hash.hpp"
#include "hub/store/row_seal.hpp"

namespace remora::hub {
namespace {

TEST(Crc32c, AgreesWithThePublishedExamples) { // RFC 3720, B.4, and the usual check value
  EXPECT_EQ(crc32c("123456789"), 0xE306'9283u);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A91'36AAu);
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8'AB43u);
  EXPECT_EQ(crc32c(""), 0u);
}

TEST(Crc32c, IsTheSameInOnePieceAndInTwo) {
  const std::string text = "the quick brown fox jumps over the lazy dog";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(crc32c(text.substr(cut), crc32c(text.substr(0, cut))), crc32c(text)) << cut;
  }
}

TEST(RowSeal, TellsApartWhereOneValueEndsAndTheNextBegins) {
  EXPECT_NE(row_seal{"t"}.add("ab").add("c").value(), row_seal{"t"}.add("a").add("bc").value());
}

TEST(RowSeal, TellsTablesApart) {
  EXPECT_NE(row_seal{"script"}.add("a").value(), row_seal{"run"}.add("a").value());
}

TEST(RowSeal, TellsNothingFromZero) {
  EXPECT_NE(row_seal{"t"}.add(std::optional<std::int64_t>{}).value(),
            row_seal{"t"}.add(std::optional<std::int64_t>{0}).value());
}

TEST(ContentHash, AgreesWithThePublishedExamples) { // FIPS 180-4
  EXPECT_EQ(to_hex(content_hash("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(content_hash("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

} // namespace
} // namespace remora::hub
