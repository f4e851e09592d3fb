#pragma once

#include <memory>

#include "base/error.hpp"
#include "filter/macro_table.hpp"
#include "filter/query_cache.hpp"

namespace remora::script {

/// What kfl.match() and kfl.validate() compile with. Any thread.
///
/// One serves all scripts of a process: a filter that several of them use is compiled once, and what scripts
/// can make a cache hold is bounded once.
struct filters {
  filter::macro_table macros;
  filter::query_cache cache;

  /// Those with an operator's macros too. Errors: as macro_table::make().
  static result<std::shared_ptr<filters>> with(const filter::macro_table::texts& custom);

  /// Those with the built-in macros alone.
  static filters& built_in();
};

} // namespace remora::script
