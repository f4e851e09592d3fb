#include "config/scripts/script_collector.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <system_error>
#include <unistd.h>

#include "base/file_descriptor.hpp"
#include "base/log.hpp"
#include "base/utf8.hpp"
#include "config/watch/path_walk.hpp"

namespace remora::config {

namespace {

namespace fs = std::filesystem;

error cannot_read(const std::string& path, int error_number) {
  return {errno_code(error_number), path + ": cannot be read: " + errno_text(error_number)};
}

error cannot_find(const std::string& path, int error_number) {
  if (error_number == ENOENT) return {errc::not_found, path + ": there is no such file or folder"};
  return cannot_read(path, error_number);
}

/// Reads a file, of one that is too large no more than the proof of it.
result<std::string> read_text(const std::string& path) {
  const file_descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
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

/// Whether the name itself is gone, and not only what a link of that name leads to.
bool is_deleted(const std::string& path) {
  struct stat found {};
  return ::lstat(path.c_str(), &found) != 0 && errno == ENOENT;
}

/// No path has a NUL in it.
std::string key_of_inline(const std::string& title) { return std::string(1, '\0') + title; }

} // namespace

bool ends_in_js(std::string_view name) noexcept {
  constexpr std::string_view suffix = ".js";
  return name.size() > suffix.size() && name.substr(name.size() - suffix.size()) == suffix;
}

std::string_view base_name(std::string_view path) noexcept { return path.substr(path.rfind('/') + 1); }

void script_collector::add_configured(const scripting_settings& scripting) {
  for (const std::string& path : script_paths(scripting))
    add_path(path);
  for (const inline_script& script : scripting.scripts)
    add_inline(script);
}

void script_collector::add_path(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) {
    set_.errors.push_back(cannot_find(path, errno));
    // A folder that is not there is a mishap, its scripts were not deleted one by one; a file that is not
    // there was deleted.
    if (!fall_back_on_folder(path) && !is_deleted(path)) fall_back_on_file(path);
  } else if (S_ISDIR(found.st_mode)) {
    add_folder(path);
  } else if (!ends_in_js(base_name(path))) {
    set_.errors.push_back({errc::invalid_usage, path + ": not a script: the name does not end in .js (to "
                                                       "read a capture file write -r in front of it)"});
  } else {
    add_file(path, found, path);
  }
}

void script_collector::add_folder(const std::string& folder) {
  std::error_code failed;
  std::vector<std::string> names;
  for (fs::directory_iterator at{folder, failed}, end; !failed && at != end; at.increment(failed)) {
    const std::string name = at->path().filename().string();
    std::error_code gone;
    if (is_script_name(name) && !at->is_directory(gone)) {
      names.push_back(name);
    } else {
      log::debug("script-folder", "skipped=", at->path().string());
    }
  }
  if (failed) {
    set_.errors.push_back(cannot_read(folder, failed.value()));
    fall_back_on_folder(folder);
    return;
  }
  if (names.empty()) {
    set_.errors.push_back({errc::not_found, folder + ": no scripts in this folder (no file in it ends in "
                                                     ".js; sub-folders are not looked into)"});
  }
  std::sort(names.begin(), names.end());
  for (const std::string& name : names)
    add_entry((fs::path{folder} / name).string(), folder);
}

void script_collector::add_entry(const std::string& path, const std::string& folder) {
  struct stat found {};
  if (::stat(path.c_str(), &found) == 0) return add_file(path, found, folder);
  set_.errors.push_back(cannot_find(path, errno));
  fall_back_on_file(path);
}

void script_collector::add_file(const std::string& path, const struct stat& found,
                                const std::string& named_by) {
  if (!S_ISREG(found.st_mode)) {
    set_.errors.push_back({errc::invalid_usage, path + ": not a file"}); // a FIFO would block for ever
    return fall_back_on_file(path);
  }
  if (!seen_.emplace(found.st_dev, found.st_ino).second) {
    set_.warnings.push_back(path + " was named before and is used once");
    return;
  }
  auto code = read_text(path);
  if (!code) {
    set_.errors.push_back(std::move(code).error());
    return fall_back_on_file(path);
  }
  consider(path, named_by, {0, script_title(*code, path), path, *std::move(code)});
}

void script_collector::add_inline(const inline_script& script) {
  consider(key_of_inline(script.title), {}, {0, script.title, script.title, script.code});
}

void script_collector::consider(const std::string& key, const std::string& named_by, script_source script) {
  if (before_ == nullptr) return add_source(std::move(script));
  const remembered_script* const known = known_as(key);
  remembered_script now = known != nullptr ? *known : remembered_script{};
  now.named_by = named_by;
  if (auto verdict = judge(now, script)) {
    now.good = script;
    now.refused.reset();
    now.refused_code.clear();
    after_.insert_or_assign(key, std::move(now));
    add_source(std::move(script));
  } else {
    set_.errors.push_back(verdict.error());
    now.refused = std::move(verdict).error();
    now.refused_code = std::move(script.code);
    fall_back(key, now);
  }
}

result<void> script_collector::judge(const remembered_script& known, const script_source& script) const {
  if (known.good && known.good->code == script.code) return {};
  if (known.refused && known.refused_code == script.code) return tl::unexpected<error>(*known.refused);
  return (*judge_)(script);
}

void script_collector::fall_back(const std::string& key, const remembered_script& known) {
  after_.insert_or_assign(key, known);
  if (!known.good) return;
  kept_.push_back(known.good->file);
  add_source(*known.good);
}

void script_collector::fall_back_on_file(const std::string& path) {
  if (const remembered_script* known = known_as(path)) fall_back(path, *known);
}

bool script_collector::fall_back_on_folder(const std::string& folder) {
  bool found = false;
  if (before_ == nullptr) return found;
  for (const auto& [path, known] : *before_) {
    if (known.named_by != folder || path == folder) continue;
    found = true;
    fall_back(path, known);
  }
  return found;
}

const remembered_script* script_collector::known_as(const std::string& key) const {
  if (before_ == nullptr) return nullptr;
  const auto found = before_->find(key);
  return found == before_->end() ? nullptr : &found->second;
}

void script_collector::add_source(script_source script) {
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

} // namespace remora::config
