#include "worker/spool/segment_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <random>
#include <system_error>
#include <unistd.h>

#include "base/disk_io.hpp"
#include "base/hex_field.hpp"
#include "base/log.hpp"

namespace remora::worker {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view suffix = ".seg";
constexpr std::string_view unfinished = ".new";
constexpr std::string_view aside_mark = ".damaged-";
constexpr std::size_t most_set_aside = 8;

std::string hex(std::uint64_t value, std::size_t digits) {
  std::string text(digits, '0');
  for (auto at = digits; at > 0; --at, value >>= 4)
    text[at - 1] = "0123456789abcdef"[value & 0xF];
  return text;
}

/// The segment that a file's name describes.
std::optional<segment> parse_name(const std::string& folder, const std::string& name, std::string_view kind) {
  std::string_view text{name};
  if (text.substr(0, kind.size()) != kind) return std::nullopt;
  text.remove_prefix(kind.size());
  segment found;
  if (text.empty() || text.front() != '-') return std::nullopt;
  text.remove_prefix(1);
  if (!take_hex(text, 16, '-', found.index) || !take_hex(text, 8, '.', found.marker) || text != "seg")
    return std::nullopt;
  found.path = folder + "/" + name;
  return found;
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

result<std::vector<std::string>> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code problem;
  for (fs::directory_iterator at{folder, problem}, end; !problem && at != end; at.increment(problem))
    names.push_back(at->path().filename().native());
  if (problem) return disk_failure("read", folder, problem.value());
  return names;
}

std::string path_in(std::string folder, const std::string& name) {
  folder += '/';
  folder += name;
  return folder;
}

/// What set_aside() had under way when the process was killed: the new file takes its place once the old one
/// is out of the way, or is of no use while the old one is there.
void finish_replacements(const std::string& folder, std::vector<std::string>& names) {
  for (auto& name : names) {
    if (!ends_with(name, unfinished)) continue;
    const auto from = path_in(folder, name);
    auto target = name.substr(0, name.size() - unfinished.size());
    const auto to = path_in(folder, target);
    const bool is_segment = ends_with(target, suffix);
    if (!is_segment || access(to.c_str(), F_OK) == 0 || std::rename(from.c_str(), to.c_str()) != 0) {
      std::remove(from.c_str());
    } else {
      name = std::move(target);
    }
  }
}

void keep_last_set_aside(const std::string& folder) {
  auto names = names_in(folder);
  if (!names) return;
  std::vector<std::pair<std::string, std::string>> copies; // time, name
  for (auto& name : *names) {
    if (const auto at = name.find(aside_mark); at != std::string::npos)
      copies.emplace_back(name.substr(at), name);
  }
  if (copies.size() <= most_set_aside) return;
  std::sort(copies.begin(), copies.end());
  copies.resize(copies.size() - most_set_aside);
  for (const auto& [time, name] : copies) {
    std::remove(path_in(folder, name).c_str());
    log::warn("spool-damaged-copy-deleted", "file=", folder, "/", name, " kept=", most_set_aside);
  }
}

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

} // namespace

segment new_segment(const std::string& folder, std::string_view kind, std::uint64_t index) {
  segment made;
  made.index = index;
  made.marker = static_cast<std::uint32_t>(std::random_device{}());
  if (made.marker == 0) made.marker = 1; // zeros are what a disk leaves that lost power
  made.path = folder + "/" + std::string{kind} + "-" + hex(index, 16) + "-" + hex(made.marker, 8) +
              std::string{suffix};
  return made;
}

result<std::vector<segment>> list_segments(const std::string& folder, std::string_view kind) {
  auto names = names_in(folder);
  if (!names) return pass_on(std::move(names));
  finish_replacements(folder, *names);
  std::vector<segment> found;
  for (const auto& name : *names) {
    if (auto one = parse_name(folder, name, kind)) found.push_back(*std::move(one));
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.index < b.index; });
  return found;
}

result<std::string> read_part(const std::string& path, std::uint64_t from, std::uint64_t most) {
  // open() is variadic. NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg)
  const file_descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file) return disk_failure("open", path, errno);
  return read_at(file.number(), path, from, most);
}

result<file_descriptor> open_to_write(const std::string& path, bool make) {
  const int flags = O_WRONLY | O_CLOEXEC | O_NOFOLLOW | (make ? O_CREAT | O_TRUNC : 0);
  // open() is variadic. NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg)
  file_descriptor file{::open(path.c_str(), flags, 0600)};
  if (!file) return disk_failure(make ? "make" : "open", path, errno);
  return file;
}

result<void> write_at(const file_descriptor& file, const std::string& path, std::uint64_t offset,
                      std::string_view bytes) {
  for (std::size_t done = 0; done < bytes.size();) {
    const auto wrote =
        pwrite(file.number(), bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) {
      const int number = wrote < 0 ? errno : ENOSPC;
      // When even that fails, the next write goes to the same place and the next start cuts the rest off.
      if (ftruncate(file.number(), static_cast<off_t>(offset)) != 0)
        log::warn("spool-cannot-cut", "file=", path, " error=", errno_text(errno));
      return disk_failure("write to", path, number);
    }
    done += static_cast<std::size_t>(wrote);
  }
  return {};
}

result<void> replace_file(const std::string& path, std::string_view content) {
  const auto made = path + std::string{unfinished};
  auto file = open_to_write(made, true);
  if (!file) return pass_on(std::move(file));
  auto written = write_at(*file, made, 0, content);
  if (written && std::rename(made.c_str(), path.c_str()) != 0) written = disk_failure("rename", made, errno);
  if (!written) std::remove(made.c_str());
  return written;
}

result<std::string> set_aside(const std::string& path, std::string_view instead, timestamp now) {
  auto time = to_rfc3339(now).substr(0, 19);
  time.erase(std::remove_if(time.begin(), time.end(), [](char c) { return c == '-' || c == ':'; }),
             time.end());
  const auto plain = path + std::string{aside_mark} + time + "Z";
  auto name = plain;
  for (int n = 2; access(name.c_str(), F_OK) == 0; ++n)
    name = plain + "." + std::to_string(n);
  const auto made = path + std::string{unfinished};
  if (!instead.empty()) {
    auto file = open_to_write(made, true);
    if (!file) return pass_on(std::move(file));
    auto written = write_at(*file, made, 0, instead);
    if (written && fdatasync(file->number()) != 0) written = disk_failure("write to", made, errno);
    if (!written) {
      std::remove(made.c_str());
      return pass_on(std::move(written));
    }
  }
  if (std::rename(path.c_str(), name.c_str()) != 0) return disk_failure("rename", path, errno);
  // Killed here, the next start finds the new file alone and puts it into its place.
  if (!instead.empty() && std::rename(made.c_str(), path.c_str()) != 0)
    return disk_failure("rename", made, errno);
  keep_last_set_aside(folder_of(path));
  return name;
}

result<void> sync_folder(const std::string& folder) {
  // open() is variadic. NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg)
  const file_descriptor opened{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!opened || fsync(opened.number()) != 0) return disk_failure("write to", folder, errno);
  return {};
}

} // namespace remora::worker
