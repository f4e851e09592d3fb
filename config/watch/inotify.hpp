#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "base/file_descriptor.hpp"

namespace remora::config {

/// The kernel's notices about files and folders: inotify(7) behind a class. A watch is a number that stands
/// for an inode, not for a path; the same inode has the same number. Not thread safe.
class inotify {
 public:
  /// What happened at a watch.
  struct event {
    enum class kind {
      entry,    ///< To the entry `name` of a folder; with an empty name, to what is watched itself.
      gone,     ///< What is watched was deleted, moved or unmounted.
      ended,    ///< The kernel has given the watch up; its number will not come back.
      overflow, ///< Notices were lost. `watch` says nothing.
    };
    kind what = kind::entry;
    int watch = -1;
    std::string_view name; ///< Until the callback returns.
  };

  /// Works without descriptors left, too: then every watch fails with the reason.
  inotify();

  /// Readable when there is something for read(); -1 when the kernel gave none.
  int descriptor() const noexcept { return file_.number(); }

  /// Watches the entries of a folder: made, removed, renamed, permissions. Not what is written to them.
  /// @returns the number of the watch, or errno. The last part of the path must not be a symbolic link.
  tl::expected<int, int> watch_folder(const std::string& path) const;

  /// Watches a file: written to, permissions, links. Under whatever name it is written to.
  tl::expected<int, int> watch_file(const std::string& path) const;

  /// Ends a watch; one that has ended already is fine.
  void forget(int watch) const noexcept;

  /// Hands over what the kernel has noticed, in order, without waiting.
  void read(const std::function<void(const event&)>& take) const;

 private:
  tl::expected<int, int> add(const std::string& path, unsigned mask) const;

  file_descriptor file_;
  int open_error_ = 0;
};

} // namespace remora::config
