#include "config/watch/file_watch.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <set>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "config/watch/path_walk.hpp"
#include "config/watch/tracer.hpp"

namespace remora::config {

namespace {

using std::chrono::milliseconds;

/// A wait is cut into pieces of at most this, far from where sums of times overflow.
constexpr milliseconds longest_wait{24LL * 60 * 60 * 1'000};

bool concerns(const std::string& entry, const inotify::event& e) {
  if (e.what != inotify::event::kind::entry || e.name.empty()) return true;
  return entry.empty() ? is_script_name(e.name) : entry == e.name;
}

} // namespace

file_watch::file_watch(watch_options options)
    : options_{std::move(options)},
      mounts_{::open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC)},
      wake_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {}

void file_watch::watch(const std::string& name, const std::vector<std::string>& paths) {
  std::vector<std::string> absolute;
  absolute.reserve(paths.size());
  for (const std::string& path : paths)
    absolute.push_back(absolute_path(path));
  source& one = sources_[name];
  if (one.paths == absolute) return;
  one.paths = std::move(absolute);
  trace(name, one);
  const steady_time now = options_.clock();
  sign(one, now);
  set_next_look(one, now);
}

void file_watch::forget(const std::string& name) {
  sources_.erase(name);
  replace_interests(name, {});
}

std::vector<std::string> file_watch::changes() {
  const steady_time now = options_.clock();
  drain(now);
  look(now);
  std::vector<std::string> found;
  for (auto& [name, one] : sources_) {
    if (!one.first || due(one) > now) continue;
    one.first.reset();
    found.push_back(name);
  }
  return found;
}

std::vector<std::string> file_watch::wait(milliseconds timeout) {
  const steady_time end = options_.clock() + std::clamp(timeout, milliseconds{0}, longest_wait);
  for (;;) {
    auto found = changes();
    if (!found.empty() || std::exchange(woken_, false) || options_.clock() >= end) return found;
    poll_until(std::min(end, due().value_or(end)));
  }
}

void file_watch::wake() noexcept {
  const std::uint64_t one = 1;
  // It fails only when 2^64 - 2 wakes wait already.
  [[maybe_unused]] const ssize_t written = ::write(wake_.number(), &one, sizeof one);
}

std::optional<steady_time> file_watch::due() const {
  std::optional<steady_time> earliest;
  for (const auto& [name, one] : sources_) {
    const steady_time at = one.first ? std::min(due(one), one.next_look) : one.next_look;
    earliest = std::min(earliest.value_or(at), at);
  }
  return earliest;
}

bool file_watch::is_polled(const std::string& name) const {
  const auto found = sources_.find(name);
  return found != sources_.end() && found->second.polled;
}

steady_time file_watch::due(const source& one) const {
  return std::min(one.last + options_.quiet, one.first.value_or(one.last) + options_.patience);
}

void file_watch::sign(source& one, steady_time now) {
  if (!one.first) one.first = now;
  one.last = now;
}

void file_watch::set_next_look(source& one, steady_time now) const {
  one.next_look = now + (one.polled ? options_.look_every : options_.look_anyway_every);
}

/// Follows the paths of a source again and watches what they pass now. True when something differs.
bool file_watch::trace(const std::string& name, source& one) {
  std::size_t added = 0;
  tracer now{notices_, [&](int watch) {
               const bool is_new = watches_.find(watch) == watches_.end();
               if (is_new && watches_.size() + added >= options_.max_watches) return false;
               added += is_new ? 1 : 0;
               return true;
             }};
  std::uint64_t seen = 0;
  for (const std::string& path : one.paths)
    seen = seen * 31 + walk(path, now);
  replace_interests(name, now.found());
  one.polled = now.needs_polling();
  if (!now.complaint().empty() && !std::exchange(said_degraded_, true))
    log::warn("watch-degraded", "path=", now.failed_at(), " looks_every_ms=", options_.look_every.count(),
              " ", now.complaint());
  return std::exchange(one.fingerprint, seen) != seen;
}

void file_watch::replace_interests(const std::string& name, const std::set<noticed>& now) {
  for (const auto& [watch, entry] : now)
    watches_[watch]; // so that what is still of use is not given up in between
  for (auto at = watches_.begin(); at != watches_.end();) {
    auto& [watch, interests] = *at;
    interests.erase(
        std::remove_if(interests.begin(), interests.end(), [&](const interest& i) { return i.name == name; }),
        interests.end());
    for (auto wanted = now.lower_bound({watch, {}}); wanted != now.end() && wanted->first == watch; ++wanted)
      interests.push_back({name, wanted->second});
    if (interests.empty()) {
      notices_.forget(watch);
      at = watches_.erase(at);
    } else {
      ++at;
    }
  }
}

void file_watch::drain(steady_time now) {
  std::set<std::string> signs;
  notices_.read([&](const inotify::event& e) {
    if (e.what == inotify::event::kind::overflow) {
      log::info("watch-overflow", "the kernel lost notices; looking at everything");
      for (const auto& [name, one] : sources_)
        signs.insert(name);
      return;
    }
    const auto at = watches_.find(e.watch);
    if (at == watches_.end()) return; // given up before
    for (const interest& i : at->second)
      if (concerns(i.entry, e)) signs.insert(i.name);
    if (e.what == inotify::event::kind::ended) watches_.erase(at);
  });
  for (const std::string& name : signs) {
    source& one = sources_.at(name);
    trace(name, one);
    sign(one, now);
  }
}

void file_watch::look(steady_time now) {
  const bool all = mounts_changed() || look_at_all_;
  look_at_all_ = false;
  for (auto& [name, one] : sources_) {
    if (!all && now < one.next_look) continue;
    const bool differs = trace(name, one);
    if (differs || one.look_twice) sign(one, now);
    // What is written in the same tick of the file system's clock as the last change cannot be told from it:
    // the second report comes when that tick is over.
    one.look_twice = differs && one.polled;
    set_next_look(one, now);
  }
}

bool file_watch::mounts_changed() const {
  pollfd one{mounts_.number(), POLLPRI, 0};
  return ::poll(&one, 1, 0) > 0;
}

void file_watch::poll_until(steady_time end) {
  const auto left = std::chrono::ceil<milliseconds>(end - options_.clock());
  const auto timeout = std::clamp(left, milliseconds{0}, longest_wait);
  std::array<pollfd, 3> fds{
      {{notices_.descriptor(), POLLIN, 0}, {mounts_.number(), POLLPRI, 0}, {wake_.number(), POLLIN, 0}}};
  if (::poll(fds.data(), fds.size(), static_cast<int>(timeout.count())) <= 0) return;
  // The kernel tells of mounts once for each descriptor: it has to be remembered.
  if (fds[1].revents != 0) look_at_all_ = true;
  if (fds[2].revents != 0) {
    std::uint64_t count = 0;
    woken_ = ::read(wake_.number(), &count, sizeof count) > 0 || woken_;
  }
}

} // namespace remora::config
