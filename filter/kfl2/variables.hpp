#pragma once

#include <string_view>
#include <vector>

#include "filter/kfl2/node.hpp"
#include "filter/kfl2/type.hpp"

namespace remora::filter::kfl2 {

/// A name that every KFL2 query may use; section 6 of the filter language. Its value comes from the record;
/// what the record does not have is the default of the type.
struct variable {
  type result;
  node_ptr content; ///< Shared by all queries.
};

/// By its whole name, dots included; null when there is none. Flags are variables too.
const variable* find_variable(std::string_view name);

/// Whether a name without dots is known to KFL2 alone: it decides the dialect of a query.
bool is_kfl2_only(std::string_view name);

/// All names, for completion and documentation.
std::vector<std::string_view> variable_names();

} // namespace remora::filter::kfl2
