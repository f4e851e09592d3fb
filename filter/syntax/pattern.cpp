#include "filter/syntax/pattern.hpp"

#include <re2/re2.h>

#include "base/utf8.hpp"

namespace remora::filter {

namespace {
/// Of the automatons of one pattern; a query may have thousands.
constexpr std::int64_t max_memory_bytes = 1 << 18;
} // namespace

tl::expected<std::unique_ptr<const re2::RE2>, std::string> compile_pattern(const std::string& pattern) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(max_memory_bytes);
  auto made = std::make_unique<const re2::RE2>(pattern, options);
  if (made->ok()) return made;
  // RE2 repeats the offending part of the pattern, which may hold anything.
  const std::string reason = quoted(made->error(), 128);
  return tl::unexpected("invalid regular expression: " + reason.substr(1, reason.size() - 2));
}

} // namespace remora::filter
