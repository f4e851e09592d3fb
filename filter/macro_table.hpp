#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"

namespace remora::filter {

namespace kfl1 {
struct compiled_query;
}

/// The macros of an operator's configuration, compiled; section 4.7. Immutable and cheap to copy: threads and
/// queries share it. The built-in flags are not in it; a macro of the same name takes their place.
class macro_table {
 public:
  using texts = std::map<std::string, std::string>; ///< Name to KFL1 text.

  /// https alone.
  macro_table();

  /// `custom` and, unless it has one, https. Errors: invalid_config, which names the macro: a name that is no
  /// identifier or is reserved, a text that does not compile, macros that use each other in a circle.
  static result<macro_table> make(const texts& custom);

  /// Null when there is no macro of that name.
  std::shared_ptr<const kfl1::compiled_query> find(std::string_view name) const;

  /// Tells tables apart: no two that were made have the same.
  std::uint64_t version() const noexcept { return version_; }

 private:
  using compiled_macros = std::map<std::string, std::shared_ptr<const kfl1::compiled_query>, std::less<>>;
  friend class macro_compiler;
  explicit macro_table(compiled_macros made);

  std::shared_ptr<const compiled_macros> macros_;
  std::uint64_t version_;
};

/// The macros in force, which an operator may change. Any thread.
class current_macros {
 public:
  void change(macro_table now) {
    const std::lock_guard lock{mutex_};
    now_ = std::move(now);
  }
  macro_table read() const {
    const std::lock_guard lock{mutex_};
    return now_;
  }

 private:
  mutable std::mutex mutex_;
  macro_table now_;
};

} // namespace remora::filter
