#include "cli/item_filter.hpp"

#include <limits>
#include <utility>

#include "traffic/items/item_record.hpp"

namespace remora::cli {

result<item_filter> item_filter::make(const std::string& text, const filter::macro_table& macros) {
  auto compiled = filter::compile(text, macros);
  if (!compiled) {
    return fail(errc::invalid_filter,
                "--items: " + compiled.error().text() + '\n' + filter::with_caret(text, compiled.error()));
  }
  return item_filter{*std::move(compiled), wall_now()};
}

item_filter::item_filter(filter::query_ptr query, timestamp now)
    : query_{std::move(query)},
      now_{now},
      left_{query_->limit().value_or(std::numeric_limits<std::int64_t>::max())} {}

item_filter::verdict item_filter::judge(const item& what) {
  if (left_ == 0) return {};
  traffic::item_record record{what};
  filter::outcome said = query_->evaluate(record, now_);
  if (said.matched) --left_;
  return {said.matched, std::move(said.altered)};
}

} // namespace remora::cli
