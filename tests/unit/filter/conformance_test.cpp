#include <ostream>
#include <vector>

#include "tests/unit/filter/support.hpp"

// Every row of the conformance table of the filter language that needs no JavaScript. tests/data/filter has
// it.

namespace remora::filter {
namespace {

using test::filter_data;

struct conformance_row {
  unsigned number;
  std::string query;
  std::string item;
  std::string error; ///< How its text begins; "" when the query compiles.
  bool matches;
  std::string dialect;
};

/// Without the query, whose line feeds and semicolons would end up in the names of the tests.
void PrintTo(const conformance_row& r, std::ostream* out) { *out << "row " << r.number; }

std::vector<conformance_row> rows() {
  std::vector<conformance_row> all;
  for (const auto& r : filter_data("conformance"))
    all.push_back({r.at("row"), r.at("query"), r.at("item"), r.value("error", ""), r.value("matches", false),
                   r.at("dialect")});
  return all;
}

std::string name_of(dialect d) { return d == dialect::none ? "none" : d == dialect::kfl1 ? "kfl1" : "kfl2"; }

class FilterConformance : public testing::TestWithParam<conformance_row> {};

TEST_P(FilterConformance, AgreesWithTheTable) {
  const conformance_row& row = GetParam();
  SCOPED_TRACE(row.query);
  const auto compiled_query = compile(row.query, test::default_macros());
  if (!row.error.empty()) {
    ASSERT_FALSE(compiled_query);
    EXPECT_EQ(compiled_query.error().text().substr(0, row.error.size()), row.error);
    return;
  }
  ASSERT_TRUE(compiled_query) << compiled_query.error().text();
  EXPECT_EQ(name_of((*compiled_query)->spoken()), row.dialect);
  const auto item = filter_data(row.item);
  json_record on{item};
  EXPECT_EQ((*compiled_query)->evaluate(on, test::later).matched, row.matches);
}

INSTANTIATE_TEST_SUITE_P(Row, FilterConformance, testing::ValuesIn(rows()),
                         [](const auto& row) { return std::to_string(row.param.number); });

TEST(FilterConformanceTable, HasEveryRow) {
  unsigned expected = 0;
  for (const conformance_row& row : rows())
    EXPECT_EQ(row.number, ++expected);
  EXPECT_EQ(expected, 181u);
}

} // namespace
} // namespace remora::filter
