#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "hub/store/parameter.hpp"

namespace remora::hub {

/// Puts the conditions of a query together, each only when there is something to ask for. The texts come from
/// the code; values go through parameters.
class conditions {
 public:
  /// Adds `AND condition`, which has one `?` for each value.
  void add(std::string_view condition, std::initializer_list<parameter> values) {
    (text_ += text_.empty() ? " WHERE " : " AND ") += condition;
    values_.insert(values_.end(), values);
  }
  template <class Value>
  void add_if(std::string_view condition, const std::optional<Value>& value) {
    if (value) add(condition, {parameter{*value}});
  }
  void add_unless_empty(std::string_view condition, const std::string& value) {
    if (!value.empty()) add(condition, {value});
  }

  const std::string& text() const noexcept { return text_; }
  parameters& values() noexcept { return values_; }

 private:
  std::string text_;
  parameters values_;
};

} // namespace remora::hub
