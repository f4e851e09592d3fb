#include "script/files/inner_path.hpp"

#include "base/utf8.hpp"

namespace remora::script {

namespace {

/// As PATH_MAX has it; the system would refuse a longer one too.
constexpr std::size_t max_path_bytes = 4096;

/// Takes the root away from the front of an absolute path. False when it is not there.
bool strip_root(std::string_view& path, std::string_view root) {
  if (path.substr(0, root.size()) != root) return false;
  path.remove_prefix(root.size());
  return path.empty() || path.front() == '/';
}

} // namespace

std::string inner_path::text() const {
  std::string joined;
  for (const std::string& part : parts)
    joined += (joined.empty() ? "" : "/") + part;
  return joined.empty() ? "." : joined;
}

result<inner_path> read_inner_path(std::string_view given, std::string_view root) {
  const auto refuse = [&](const char* why) {
    return remora::fail(errc::invalid_usage, quoted(given, 200) + ' ' + why);
  };
  if (given.size() > max_path_bytes) return refuse("is too long for a path");
  if (given.find('\0') != std::string_view::npos) return refuse("has a NUL character in it");
  std::string_view rest = given;
  inner_path made;
  made.absolute = !rest.empty() && rest.front() == '/';
  if (made.absolute && !strip_root(rest, root)) return refuse("is outside the folder of the script");
  made.ends_in_slash = !rest.empty() && rest.back() == '/';
  while (!rest.empty()) {
    const std::size_t end = rest.find('/');
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      made.parts.emplace_back(part);
    } else if (made.parts.empty()) {
      return refuse("is outside the folder of the script");
    } else {
      // Right without a look at the disk, because there are no symbolic links on the way.
      made.parts.pop_back();
    }
  }
  if (made.parts.size() > max_folder_levels) return refuse("is too deep");
  return made;
}

} // namespace remora::script
