#pragma once

#include <memory>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "base/error.hpp"
#include "base/time.hpp"
#include "filter/macro_table.hpp"
#include "filter/query.hpp"
#include "protocol/item/item.hpp"

namespace remora::cli {

/// Which items are printed. One thread at a time.
class item_filter {
 public:
  /// @param text A query of the filter language; "" lets everything pass. Errors: invalid_filter, with a
  /// caret under the place.
  static result<item_filter> make(const std::string& text, const filter::macro_table& macros = {});

  struct verdict {
    bool passes = false;
    std::shared_ptr<const nlohmann::json> altered; ///< What is shown instead, when the query redacts.
  };
  /// What the query says, until its limit(n) is reached.
  verdict judge(const item& what);

 private:
  item_filter(filter::query_ptr query, timestamp now);

  filter::query_ptr query_;
  timestamp now_;
  std::int64_t left_;
};

} // namespace remora::cli
