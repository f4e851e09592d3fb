#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "protocol/item/value_writer.hpp"

namespace remora::traffic::http {

/// Names with their values, in the order in which the names were seen first; each name once. What is no UTF-8
/// in a name is mended, so that names that would look the same are the same.
class named_values {
 public:
  void add(std::string name, std::string value);

  /// As an object. A repeated name has its values joined with commas.
  void write_joined(value_writer& to) const;
  /// As an object. A repeated name has a list of its values.
  void write_lists(value_writer& to) const;

 private:
  struct entry {
    std::string name;
    std::vector<std::string> values;
  };

  entry* find(const std::string& name);

  std::vector<entry> entries_;
  std::unordered_map<std::string, std::size_t> index_; ///< Only when there are many.
};

} // namespace remora::traffic::http
