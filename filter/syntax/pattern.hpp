#pragma once

#include <memory>
#include <string>

#include <tl/expected.hpp>

namespace re2 {
class RE2;
}

namespace remora::filter {

/// A regular expression of RE2, to be searched for anywhere in a text. Errors: invalid regular expression:
/// REASON.
tl::expected<std::unique_ptr<const re2::RE2>, std::string> compile_pattern(const std::string& pattern);

} // namespace remora::filter
