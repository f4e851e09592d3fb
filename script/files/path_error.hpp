#pragma once

#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/utf8.hpp"

namespace remora::script {

/// The error with the path in front, as the script gave it.
inline tl::unexpected<error> about(std::string_view path, error failed) {
  failed.message = quoted(path, 200) + ": " + failed.message;
  return tl::unexpected<error>{std::move(failed)};
}

inline tl::unexpected<error> about(std::string_view path, tl::unexpected<error> failed) {
  return about(path, std::move(failed.value()));
}

inline result<void> about(std::string_view path, result<void> done) {
  if (!done) return about(path, std::move(done).error());
  return done;
}

} // namespace remora::script
