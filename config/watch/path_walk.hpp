#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace remora::config {

/// Is told what a walk passes, always before the walk looks at it: who begins to watch in here misses
/// nothing. Paths are absolute and free of symbolic links, as of that moment.
class path_visitor {
 public:
  virtual ~path_visitor() = default;

  /// What `entry` of this folder is decides where the path leads.
  virtual void passes(const std::string& folder, std::string_view entry) = 0;

  /// The path leads to this folder: every script in it matters.
  virtual void arrives_at_folder(const std::string& folder) = 0;

  /// The path, or a script of the folder that it leads to, is this regular file.
  virtual void arrives_at_file(const std::string& file) = 0;
};

/// True for "x.js", false for ".js" and for hidden files: editors keep their locks in `.#x.js`, other systems
/// their notes in `._x.js`, and the shell's *.js does not mean them either.
bool is_script_name(std::string_view name) noexcept;

/// Follows a path as the kernel would, link by link, and through a folder on to its scripts.
/// @param path Absolute.
/// @returns A number that differs when something on the way differs: what a name stands for, the target of a
///          link, size and times of a file, which scripts there are. What does not exist counts as well.
std::uint64_t walk(const std::string& path, path_visitor& visitor);

} // namespace remora::config
