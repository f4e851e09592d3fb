#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace remora::hub {

/// The numbers of a job's result.
struct result_numbers {
  /// Each with its path: "" for a result that is a number itself, "a.b" for {"a":{"b":1}}. Lists, texts,
  /// booleans and null hold none.
  std::vector<std::pair<std::string, double>> found;

  /// Reads the numbers of a JSON text into `found`, in place of what was there. Objects are looked into eight
  /// deep, and at most 1,000 numbers are taken. @returns false when the text is no JSON; `found` is then
  /// empty.
  bool read(std::string_view json);

 private:
  bool read_object(std::string_view json);
};

} // namespace remora::hub
