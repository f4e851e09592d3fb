#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/file_descriptor.hpp"
#include "config/watch/inotify.hpp"
#include "config/watch/tracer.hpp"

namespace remora::config {

using steady_time = std::chrono::steady_clock::time_point;

/// How a file_watch works. The defaults are for programs; tests bring a clock of their own.
struct watch_options {
  std::function<steady_time()> clock = [] { return std::chrono::steady_clock::now(); };
  /// A change is reported when nothing more has come for this long, so that a burst is one change ...
  std::chrono::milliseconds quiet{200};
  /// ... but no later than this after its first sign.
  std::chrono::milliseconds patience{1'000};
  /// Without notices from the kernel, how often to look.
  std::chrono::milliseconds look_every{1'000};
  /// With them, how often to look all the same: some mounts and mappings send none.
  std::chrono::milliseconds look_anyway_every{10'000};
  /// Files and folders watched at most, a share of the system's fs.inotify.max_user_watches.
  std::size_t max_watches = 8'192;
};

/// Notices that files and folders changed, by whatever means: written in place, replaced by another file,
/// deleted and made again, reached through symbolic links of which one was pointed elsewhere, not there yet.
///
/// What it says is "look again" and never what happened: whoever is told reads and compares. So it may say it
/// once too often, and must not say it once too rarely. A watched path need not exist; one that is a folder
/// stands for the scripts in it.
///
/// A wait in wait(), or a poll() for descriptor() and a call of changes() then and at due(). Only wake() may
/// be called from another thread.
class file_watch {
 public:
  explicit file_watch(watch_options options = {});

  /// Watches these paths under a name, in place of what it stood for. Unless they are the same as before, the
  /// name is reported once without further cause: one of them may have changed after it was read.
  void watch(const std::string& name, const std::vector<std::string>& paths);

  /// No longer reports this name.
  void forget(const std::string& name);

  /// The names whose paths are worth another look, sorted. Does not wait.
  std::vector<std::string> changes();

  /// Waits for changes() to have something, at most for `timeout`, or until wake().
  std::vector<std::string> wait(std::chrono::milliseconds timeout);

  /// Ends a wait() that goes on in another thread, or else the next one, early.
  void wake() noexcept;

  /// Readable when changes() should be called; -1 when the kernel gives no notices: then due() alone counts.
  int descriptor() const noexcept { return notices_.descriptor(); }

  /// When changes() should be called at the latest. Nothing when nothing is watched.
  std::optional<steady_time> due() const;

  /// Whether this name depends on looking every `look_every`, because the kernel gives no notices for all of
  /// its paths: no watches left, a folder that may not be read, a network file system.
  bool is_polled(const std::string& name) const;

 private:
  /// What is reported under one name.
  struct source {
    std::vector<std::string> paths; ///< Absolute.
    std::uint64_t fingerprint = 0;
    bool polled = false;
    bool look_twice = false;          ///< The next look reports whatever it sees.
    steady_time next_look;            ///< Whether the kernel says something or not.
    std::optional<steady_time> first; ///< First sign of a change that is not reported yet.
    steady_time last;
  };

  /// Why somebody watches.
  struct interest {
    std::string name;  ///< Of the source.
    std::string entry; ///< Of a folder, the entry that counts. Empty: the scripts, or the file itself.
  };

  static void sign(source& one, steady_time now);
  bool trace(const std::string& name, source& one);
  void replace_interests(const std::string& name, const std::set<noticed>& now);
  void drain(steady_time now);
  void look(steady_time now);
  void set_next_look(source& one, steady_time now) const;
  steady_time due(const source& one) const;
  bool mounts_changed() const;
  void poll_until(steady_time end);

  watch_options options_;
  inotify notices_;
  file_descriptor mounts_; ///< Tells of mounts, which leave no notice at the folder they cover.
  file_descriptor wake_;
  std::map<std::string, source> sources_;
  std::map<int, std::vector<interest>> watches_;
  bool look_at_all_ = false;
  bool woken_ = false;
  bool said_degraded_ = false;
};

} // namespace remora::config
