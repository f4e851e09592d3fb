#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace remora::hub {

/// The rows that did not match their checksum: each counted once, the first of each table logged. At most
/// 10,000 rows of a table are told apart; then the count stays.
class damage {
 public:
  void note(std::string_view table, std::int64_t row);

  std::size_t rows() const noexcept;
  const std::map<std::string, std::set<std::int64_t>, std::less<>>& by_table() const noexcept {
    return rows_;
  }

 private:
  std::map<std::string, std::set<std::int64_t>, std::less<>> rows_;
};

} // namespace remora::hub
