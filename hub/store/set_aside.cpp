#include "hub/store/set_aside.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <system_error>
#include <unistd.h>

#include "base/file_descriptor.hpp"

namespace remora::hub {

namespace {

constexpr std::string_view mark = ".damaged-";

std::string compact_time(timestamp now) {
  auto text = to_rfc3339(now).substr(0, 19);
  text.erase(std::remove_if(text.begin(), text.end(), [](char c) { return c == '-' || c == ':'; }),
             text.end());
  return text + 'Z';
}

bool exists(const std::string& file) { return access(file.c_str(), F_OK) == 0; }

tl::unexpected<error> cannot(std::string_view what, const std::string& file, int number) {
  return fail(errno_code(number),
              std::string{"cannot "}.append(what).append(" ") + file + ": " + errno_text(number));
}

result<void> rename_if_there(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) == 0 || errno == ENOENT) return {};
  return cannot("rename", from, errno);
}

std::string folder_of(const std::string& file) {
  const auto folder = std::filesystem::path{file}.parent_path();
  return folder.empty() ? "." : folder.string();
}

} // namespace

result<void> sync_folder_of(const std::string& file) {
  const auto folder = folder_of(file);
  // open() is variadic. NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg)
  const file_descriptor opened{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!opened || fsync(opened.number()) != 0) return cannot("write to", folder, errno);
  return {};
}

result<std::string> set_aside(const std::string& file, timestamp now) {
  const auto plain = file + std::string{mark} + compact_time(now);
  auto name = plain;
  for (int n = 2; exists(name) || exists(name + "-wal"); ++n)
    name = plain + '.' + std::to_string(n);
  // The log first: a crash in between leaves a database without its log, which the next start sets aside too,
  // never a log beside a new database.
  if (auto moved = rename_if_there(file + "-wal", name + "-wal"); !moved) return pass_on(std::move(moved));
  if (auto moved = rename_if_there(file, name); !moved) return pass_on(std::move(moved));
  if (auto synced = sync_folder_of(file); !synced) return pass_on(std::move(synced));
  return name;
}

result<std::string> find_set_aside(const std::string& file) {
  const auto start = file + std::string{mark};
  std::string youngest;
  std::error_code problem;
  for (std::filesystem::directory_iterator at{folder_of(file), problem}, end; !problem && at != end;
       at.increment(problem)) {
    auto name = at->path().string();
    const bool is_log = name.size() > 4 && name.compare(name.size() - 4, 4, "-wal") == 0;
    if (!is_log && name.compare(0, start.size(), start) == 0 && name > youngest) youngest = std::move(name);
  }
  if (problem) return cannot("read", folder_of(file), problem.value());
  return youngest;
}

} // namespace remora::hub
