#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace remora::script {

/// A path that a script gave, as the way from its root: no ".", no "..", no empty parts. What the parts are
/// on the disk is looked at when they are opened.
struct inner_path {
  std::vector<std::string> parts; ///< Empty: the root itself.
  bool ends_in_slash = false;     ///< It is to be a folder.
  bool absolute = false;          ///< It was given with the root in front.

  /// Joined again: "a/b"; "." for the root.
  std::string text() const;
};

/// No folder lies deeper than this below the root, so that trees can be walked without harm.
constexpr std::size_t max_folder_levels = 32;

/// @param root Absolute, without "." and ".." and without a slash at the end. Errors: invalid_usage for a
/// path that leaves the root, is too long or too deep, or has a NUL in it.
result<inner_path> read_inner_path(std::string_view given, std::string_view root);

} // namespace remora::script
