#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "filter/kfl2/value.hpp"
#include "filter/record.hpp"

namespace remora::filter::kfl2 {

/// Where a variable looks: alternatives, in the order in which they are asked.
using places = std::vector<std::unique_ptr<const path>>;

/// Reads a variable. @param groups What the row of the table names, one for each part between semicolons.
using reader = value (*)(frame& f, const std::vector<places>& groups);

/// One variable, as the tables have it.
struct variable_row {
  std::string_view name;
  /// s string, i int, b bool, t timestamp, y bytes, l list(string), m map(string, string).
  char type;
  /// protocol.name of the records that have it, or gRPC; elsewhere it is the default. Empty: every record.
  std::string_view protocol;
  reader read;
  /// Paths: alternatives are separated by | and groups by ;.
  std::string_view from;
};

struct row_range {
  const variable_row* first;
  std::size_t count;
};
/// Endpoints, identity, time; then the protocols.
row_range general_variables();
row_range protocol_variables();

/// How variables are read. Each gives the default of its type when there is nothing.
namespace readers {
value text(frame& f, const std::vector<places>& groups);    ///< The first that is not empty.
value integer(frame& f, const std::vector<places>& groups); ///< The first that is there; text is read as one.
value size(frame& f, const std::vector<places>& groups);    ///< As integer; never negative.
value sum(frame& f, const std::vector<places>& groups);     ///< Of the first of each group.
value boolean(frame& f, const std::vector<places>& groups); ///< The first that is there.
value present(frame& f, const std::vector<places>& groups); ///< Neither absent nor null.
value bytes(frame& f, const std::vector<places>& groups);   ///< Behind base64.
value map(frame& f, const std::vector<places>& groups);     ///< An object.
value headers(frame& f, const std::vector<places>& groups); ///< An object whose names have no case.
value distinct(frame& f, const std::vector<places>& groups); ///< The texts of the groups, each once.
value list(frame& f, const std::vector<places>& groups);     ///< A list of texts.

/// The first text that is not empty.
std::string_view first_text(frame& f, const places& from);
/// The first tree that is there; null when none is.
const nlohmann::json* first_tree(frame& f, const places& from);
} // namespace readers

} // namespace remora::filter::kfl2
