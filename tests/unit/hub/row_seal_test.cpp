#include "hub/store/row_seal.hpp"

#include <gtest/gtest.h>

#include "protocol/content_hash.hpp"

namespace remora::hub {
namespace {

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
