#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "config/watch/inotify.hpp"
#include "config/watch/path_walk.hpp"

namespace remora::config {

/// A watch, and the entry of its folder that counts. An empty entry: the scripts, or the file itself.
using noticed = std::pair<int, std::string>;

/// The path from the root. A relative one starts at the working directory of this moment.
std::string absolute_path(const std::string& path);

/// Asks the kernel for notices at every place that a walk passes.
class tracer : public path_visitor {
 public:
  /// @param is_affordable Whether one watch more may be kept.
  tracer(const inotify& notices, std::function<bool(int watch)> is_affordable);

  void passes(const std::string& folder, std::string_view entry) override;
  void arrives_at_folder(const std::string& folder) override;
  void arrives_at_file(const std::string& file) override;

  const std::set<noticed>& found() const noexcept { return found_; }

  /// Whether some place gives no notices, so that only looking helps.
  bool needs_polling() const noexcept { return needs_polling_; }

  /// What a person could mend about that; empty when there is nothing.
  const std::string& complaint() const noexcept { return complaint_; }
  const std::string& failed_at() const noexcept { return failed_at_; }

 private:
  /// The watch of a folder, or a negative number.
  int watch_of(const std::string& folder);
  int keep(int watch, const std::string& path);
  void cannot_watch(const std::string& path, int error_number);

  const inotify& notices_;
  std::function<bool(int)> is_affordable_;
  std::map<std::string, int> folders_;
  std::set<noticed> found_;
  bool needs_polling_ = false;
  std::string complaint_;
  std::string failed_at_;
};

} // namespace remora::config
