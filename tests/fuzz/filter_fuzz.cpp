#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "filter/json_record.hpp"
#include "filter/query.hpp"
#include "tests/support/filter_items.hpp"

// Input: the text of a query. What is refused must be refused in one line with a place in the text; what is
// accepted must say the same of an item twice, and alter it only if it said that it might.

namespace {

using namespace remora;
using namespace remora::filter;

void require(bool holds) {
  if (!holds) std::abort();
}

const std::array<nlohmann::json, 5>& items() {
  static const std::array<nlohmann::json, 5> read{test::filter_data("I1"), test::filter_data("I2"),
                                                  test::filter_data("I3"), test::filter_data("I4"),
                                                  test::filter_data("I5")};
  return read;
}

void check_error(std::string_view text, const compile_error& refused) {
  require(refused.line >= 1 && refused.column >= 1 && !refused.message.empty());
  require(refused.line <= 1 + text.size() && refused.column <= 1 + text.size());
  for (const char c : refused.text())
    require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
  require(with_caret(text, refused).size() < refused.message.size() + 1'024);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto macros = macro_table::make({{"problem", "response.status > 400 or error"}}).value();
  const std::string text(data, data + size);
  const auto query = compile(text, macros);
  if (!query) {
    check_error(text, query.error());
    return 0;
  }
  const timestamp now = from_unix_ns(1'760'000'100'000'000'000);
  for (const nlohmann::json& item : items()) {
    json_record on{item};
    const outcome first = (*query)->evaluate(on, now);
    const outcome second = (*query)->evaluate(on, now);
    require(first.matched == second.matched && first.failure == second.failure);
    require(first.failure.empty() || !first.matched);
    require(first.altered == nullptr || ((*query)->redacts() && first.matched));
  }
  return 0;
}
