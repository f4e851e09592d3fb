#include "filter/json_record.hpp"

#include "filter/tree.hpp"

namespace remora::filter {

field json_record::at(const path& p) { return to_field(find(document_, p)); }

} // namespace remora::filter
