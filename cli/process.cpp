#include "cli/process.hpp"

#include <array>
#include <cstddef>
#include <pthread.h>
#include <string_view>
#include <sys/prctl.h>
#include <unistd.h>

// NOLINTNEXTLINE(readability-redundant-declaration): POSIX leaves the declaration to the program.
extern "C" char** environ;

namespace remora::cli {

namespace {

#ifdef REMORA_SANITIZED
constexpr std::size_t stack_bytes = 32u << 20; // frames with redzones are several times as large
#else
constexpr std::size_t stack_bytes = 8u << 20;
#endif

} // namespace

void prepare_process() noexcept {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) == 0) {
    pthread_attr_setstacksize(&attributes, stack_bytes);
    pthread_setattr_default_np(&attributes);
    pthread_attr_destroy(&attributes);
  }
#ifndef REMORA_SANITIZED // LeakSanitizer traces its own process
  prctl(PR_SET_DUMPABLE, 0);
#endif
}

std::map<std::string, std::string> environment() {
  std::map<std::string, std::string> all;
  for (char** at = environ; at != nullptr && *at != nullptr; ++at) {
    const std::string_view entry{*at};
    const auto equals = entry.find('=');
    if (equals != std::string_view::npos)
      all.emplace(std::string{entry.substr(0, equals)}, std::string{entry.substr(equals + 1)});
  }
  return all;
}

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "localhost";
  return name.data();
}

bool wants_colour(int fd, const std::map<std::string, std::string>& environment) {
  const auto is = [&](const char* name, std::string_view value) {
    const auto found = environment.find(name);
    return found != environment.end() && (value.empty() ? !found->second.empty() : found->second == value);
  };
  return ::isatty(fd) == 1 && !is("NO_COLOR", "") && !is("TERM", "dumb");
}

} // namespace remora::cli
