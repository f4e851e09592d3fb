#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/crc32c.hpp"

namespace remora::hub {

/// The checksum that a row carries beside its values, so that a flipped bit in the file is noticed even where
/// the database's own structure stays sound. Every part is added with its length: ("ab", "c") and ("a", "bc")
/// differ. Begins with the name of the table, so that a row does not pass for one of another table.
class row_seal {
 public:
  explicit row_seal(std::string_view table) noexcept { add(table); }

  row_seal& add(std::string_view text) noexcept {
    add(static_cast<std::int64_t>(text.size()));
    crc_ = crc32c(text, crc_);
    return *this;
  }
  row_seal& add(std::int64_t number) noexcept {
    char bytes[8];
    for (unsigned i = 0; i < 8; ++i) {
      bytes[i] = static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * i) & 0xFFu);
    }
    crc_ = crc32c({bytes, sizeof bytes}, crc_);
    return *this;
  }
  row_seal& add(std::optional<std::int64_t> number) noexcept {
    add(std::int64_t{number.has_value()});
    return add(number.value_or(0));
  }

  std::int64_t value() const noexcept { return crc_; }

 private:
  std::uint32_t crc_ = 0;
};

} // namespace remora::hub
