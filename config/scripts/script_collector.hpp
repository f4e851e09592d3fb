#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "config/scripts/script_set.hpp"
#include "config/settings.hpp"
#include "protocol/script_source.hpp"

namespace remora::config {

bool ends_in_js(std::string_view name) noexcept;
std::string_view base_name(std::string_view path) noexcept;

/// Says what is wrong with a script, if anything: file:line:column: reason.
using script_judge = std::function<result<void>(const script_source&)>;

/// What is known of a file or an inline script from earlier.
struct remembered_script {
  std::string named_by;              ///< The folder it was found in, or its own path.
  std::optional<script_source> good; ///< As it was when it was last right.
  std::string refused_code;          ///< What it said when it was last wrong ...
  std::optional<error> refused;      ///< ... and what was wrong with that.
};
using script_memory = std::map<std::string, remembered_script>;

/// Puts a script_set together, path by path. With a memory, what is wrong now is replaced by what was right.
class script_collector {
 public:
  script_collector() = default;
  script_collector(const script_memory& before, const script_judge& judge)
      : before_{&before}, judge_{&judge} {}

  void add_path(const std::string& path);
  void add_configured(const scripting_settings& scripting);

  script_set take() { return std::move(set_); }
  /// For the next time.
  script_memory take_memory() { return std::move(after_); }
  /// The files whose earlier content is in the set.
  std::vector<std::string> take_kept() { return std::move(kept_); }

 private:
  void add_folder(const std::string& folder);
  void add_file(const std::string& path, const struct stat& found, const std::string& named_by);
  void add_entry(const std::string& path, const std::string& folder);
  void add_inline(const inline_script& script);
  void add_source(script_source script);
  /// Takes a script when it is right, else what it was before.
  void consider(const std::string& key, const std::string& named_by, script_source script);
  /// The verdict on a script; not asked for twice on the same text.
  result<void> judge(const remembered_script& known, const script_source& script) const;
  /// Uses what is known of one file, or of all that came from a folder.
  void fall_back(const std::string& key, const remembered_script& known);
  void fall_back_on_file(const std::string& path);
  bool fall_back_on_folder(const std::string& folder);
  const remembered_script* known_as(const std::string& key) const;

  script_set set_;
  std::set<std::pair<dev_t, ino_t>> seen_;
  const script_memory* before_ = nullptr;
  const script_judge* judge_ = nullptr;
  script_memory after_;
  std::vector<std::string> kept_;
};

} // namespace remora::config
