#include "cli/script_set.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <set>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "base/file_descriptor.hpp"
#include "base/log.hpp"
#include "base/nearest_names.hpp"
#include "base/utf8.hpp"

namespace remora::cli {

namespace {

namespace fs = std::filesystem;

bool ends_in_js(std::string_view name) {
  constexpr std::string_view suffix = ".js";
  return name.size() > suffix.size() && name.substr(name.size() - suffix.size()) == suffix;
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

error cannot_read(const std::string& path, int error_number) {
  return {errno_code(error_number), path + ": cannot be read: " + errno_text(error_number)};
}

/// Reads a file, of one that is too large no more than the proof of it.
result<std::string> read_text(const std::string& path) {
  const file_descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)};
  if (!file) return tl::unexpected<error>(cannot_read(path, errno));
  std::string text;
  constexpr std::size_t piece = 64u << 10;
  while (text.size() <= max_script_bytes) {
    const std::size_t had = text.size();
    text.resize(had + piece);
    const ssize_t got = ::read(file.number(), &text[had], piece);
    text.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) return text;
    if (got < 0 && errno != EINTR) return tl::unexpected<error>(cannot_read(path, errno));
  }
  return fail(errc::invalid_script, path + ": the script is too large: at most " +
                                        std::to_string(max_script_bytes) + " bytes are accepted");
}

class collector {
 public:
  void add_path(const std::string& path) {
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0) {
      const error why = errno == ENOENT ? error{errc::not_found, path + ": there is no such file or folder"}
                                        : cannot_read(path, errno);
      set_.errors.push_back(why);
    } else if (S_ISDIR(found.st_mode)) {
      add_folder(path);
    } else if (!ends_in_js(base_name(path))) {
      set_.errors.push_back({errc::invalid_usage, path + ": not a script: the name does not end in .js (to "
                                                         "read a capture file write -r in front of it)"});
    } else {
      add_file(path, found);
    }
  }

  void add_source(script_source script) {
    const auto same = std::find_if(set_.scripts.begin(), set_.scripts.end(),
                                   [&](const script_source& s) { return s.title == script.title; });
    if (same == set_.scripts.end()) {
      script.index = set_.scripts.size();
      set_.scripts.push_back(std::move(script));
      return;
    }
    set_.warnings.push_back(script.file + " replaces " + same->file + ": both have the title " +
                            remora::quoted(script.title));
    script.index = same->index;
    set_.replaced.push_back(std::exchange(*same, std::move(script)));
  }

  script_set take() { return std::move(set_); }

 private:
  void add_folder(const std::string& folder) {
    std::error_code failed;
    std::vector<std::string> names;
    for (fs::directory_iterator at{folder, failed}, end; !failed && at != end; at.increment(failed)) {
      const std::string name = at->path().filename().string();
      std::error_code gone;
      if (ends_in_js(name) && !at->is_directory(gone)) {
        names.push_back(name);
      } else {
        log::debug("script-folder", "skipped=", at->path().string());
      }
    }
    if (failed) {
      set_.errors.push_back(cannot_read(folder, failed.value()));
      return;
    }
    if (names.empty()) {
      set_.errors.push_back({errc::not_found, folder + ": no scripts in this folder (no file in it ends in "
                                                       ".js; sub-folders are not looked into)"});
    }
    std::sort(names.begin(), names.end());
    for (const std::string& name : names)
      add_path((fs::path{folder} / name).string());
  }

  void add_file(const std::string& path, const struct stat& found) {
    if (!S_ISREG(found.st_mode)) {
      set_.errors.push_back({errc::invalid_usage, path + ": not a file"}); // a FIFO would block for ever
      return;
    }
    if (!seen_.emplace(found.st_dev, found.st_ino).second) {
      set_.warnings.push_back(path + " was named before and is used once");
      return;
    }
    auto code = read_text(path);
    if (!code) {
      set_.errors.push_back(std::move(code).error());
      return;
    }
    add_source({0, script_title(*code, path), path, *std::move(code)});
  }

  script_set set_;
  std::set<std::pair<dev_t, ino_t>> seen_;
};

bool names_script(const std::string& entry, const script_source& script) {
  const std::string_view file = base_name(script.file);
  return entry == script.title || entry == file ||
         (ends_in_js(file) && entry == file.substr(0, file.size() - 3));
}

std::string nothing_matches(const std::string& entry, const std::vector<script_source>& scripts) {
  std::vector<std::string_view> titles;
  titles.reserve(scripts.size());
  for (const script_source& script : scripts)
    titles.emplace_back(script.title);
  const auto nearest = nearest_names(entry, titles, 1);
  return "scripting.active names " + remora::quoted(entry) + ", but no script has that title or file name" +
         (nearest.empty() ? "" : "; did you mean " + remora::quoted(nearest.front()) + "?");
}

} // namespace

script_set read_scripts(const std::vector<std::string>& paths) {
  collector all;
  for (const std::string& path : paths)
    all.add_path(path);
  return all.take();
}

script_set configured_scripts(const config::scripting_settings& scripting) {
  collector all;
  if (!scripting.source.empty()) all.add_path(scripting.source);
  for (const std::string& path : scripting.sources)
    all.add_path(path);
  for (const config::inline_script& script : scripting.scripts)
    all.add_source({0, script.title, script.title, script.code});
  return all.take();
}

void keep_active(script_set& set, const std::vector<std::string>& active) {
  if (active.empty()) return;
  std::vector<script_source> kept;
  for (const script_source& script : set.scripts)
    if (std::any_of(active.begin(), active.end(),
                    [&](const std::string& entry) { return names_script(entry, script); }))
      kept.push_back(script);
  for (const std::string& entry : active)
    if (std::none_of(set.scripts.begin(), set.scripts.end(),
                     [&](const script_source& script) { return names_script(entry, script); }))
      set.warnings.push_back(nothing_matches(entry, set.scripts));
  set.scripts = std::move(kept);
  for (std::size_t i = 0; i < set.scripts.size(); ++i)
    set.scripts[i].index = i;
}

} // namespace remora::cli
