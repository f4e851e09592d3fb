#include "config/watch/path_walk.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <vector>

#include <climits>

namespace remora::config {

namespace {

namespace fs = std::filesystem;

/// As many as the kernel follows (path_resolution(7)).
constexpr int most_links = 40;

/// FNV-1a over what the walk sees.
class fingerprint {
 public:
  void add(std::uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8)
      add_byte(static_cast<unsigned char>(number >> shift));
  }
  void add(std::string_view text) {
    for (const char c : text)
      add_byte(static_cast<unsigned char>(c));
    add(static_cast<std::uint64_t>(text.size()));
  }
  void add(const timespec& t) {
    add(static_cast<std::uint64_t>(t.tv_sec));
    add(static_cast<std::uint64_t>(t.tv_nsec));
  }
  void add_error(int error_number) { add(static_cast<std::uint64_t>(error_number)); }
  std::uint64_t value() const noexcept { return hash_; }

 private:
  void add_byte(unsigned char byte) { hash_ = (hash_ ^ byte) * 0x100000001b3ULL; }

  std::uint64_t hash_ = 0xcbf29ce484222325ULL;
};

/// The parts of a path that are still ahead, the next one last.
using parts = std::vector<std::string>;

void put_in_front(parts& ahead, std::string_view path) {
  std::size_t end = path.size();
  while (end > 0) {
    const std::size_t slash = path.substr(0, end).rfind('/');
    const std::size_t start = slash == std::string_view::npos ? 0 : slash + 1;
    const std::string_view part = path.substr(start, end - start);
    if (!part.empty() && part != ".") ahead.emplace_back(part);
    end = slash == std::string_view::npos ? 0 : slash;
  }
}

/// What a symbolic link says; nothing when it is none any more.
std::string target_of(const std::string& link) {
  std::array<char, PATH_MAX> target{};
  const ssize_t got = ::readlink(link.c_str(), target.data(), target.size());
  return {target.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
}

class walker {
 public:
  explicit walker(path_visitor& visitor) : visitor_{visitor} {}

  /// Goes on from a folder; "" is the root.
  void go(std::string at, parts ahead, bool into_folder) {
    int links = 0;
    while (!ahead.empty()) {
      const std::string name = std::move(ahead.back());
      ahead.pop_back();
      if (name == "..") {
        at.erase(std::min(at.size(), at.rfind('/'))); // the root is its own parent
        continue;
      }
      visitor_.passes(at.empty() ? "/" : at, name);
      std::string full = at;
      full.append(1, '/').append(name);
      struct stat found {};
      if (::lstat(full.c_str(), &found) != 0) return seen_.add_error(errno);
      if (S_ISLNK(found.st_mode)) {
        const std::string target = target_of(full);
        seen_.add(target);
        if (target.empty() || ++links > most_links) return;
        if (target.front() == '/') at.clear();
        put_in_front(ahead, target);
      } else if (S_ISDIR(found.st_mode)) {
        add_identity(found);
        at = full;
      } else {
        add_identity(found);
        if (ahead.empty()) end_at(full, found);
        return;
      }
    }
    if (into_folder) enter(at);
  }

  std::uint64_t result() const noexcept { return seen_.value(); }

 private:
  void add_identity(const struct stat& found) {
    seen_.add(static_cast<std::uint64_t>(found.st_dev));
    seen_.add(static_cast<std::uint64_t>(found.st_ino));
    seen_.add(static_cast<std::uint64_t>(found.st_mode)); // who may read it
  }

  void end_at(const std::string& full, struct stat found) {
    if (!S_ISREG(found.st_mode)) return;
    visitor_.arrives_at_file(full);
    // Once more: it may have been written to before somebody watched.
    if (::lstat(full.c_str(), &found) != 0) return seen_.add_error(errno);
    seen_.add(static_cast<std::uint64_t>(found.st_size));
    seen_.add(found.st_mtim);
    seen_.add(found.st_ctim);
  }

  void enter(const std::string& at) {
    const std::string folder = at.empty() ? "/" : at;
    visitor_.arrives_at_folder(folder);
    std::vector<std::string> names;
    std::error_code failed;
    for (fs::directory_iterator entry{folder, failed}, end; !failed && entry != end;
         entry.increment(failed)) {
      std::string name = entry->path().filename().string();
      if (is_script_name(name)) names.push_back(std::move(name));
    }
    if (failed) seen_.add_error(failed.value());
    std::sort(names.begin(), names.end()); // the order of a folder may change without anything else
    for (const std::string& name : names) {
      seen_.add(name);
      go(at, {name}, false);
    }
  }

  path_visitor& visitor_;
  fingerprint seen_;
};

} // namespace

bool is_script_name(std::string_view name) noexcept {
  constexpr std::string_view suffix = ".js";
  return name.size() > suffix.size() && name.front() != '.' &&
         name.substr(name.size() - suffix.size()) == suffix;
}

std::uint64_t walk(const std::string& path, path_visitor& visitor) {
  walker one{visitor};
  parts ahead;
  put_in_front(ahead, path);
  one.go({}, std::move(ahead), true);
  return one.result();
}

} // namespace remora::config
