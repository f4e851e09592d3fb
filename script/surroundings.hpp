#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "protocol/console_line.hpp"
#include "script/shared_scope.hpp"

namespace remora::script {

/// Where what a script prints goes. Called on the script's thread, during its turn.
class console_sink {
 public:
  virtual ~console_sink() = default;
  virtual void print(console_level level, std::string text) = 0;
  /// console.clear()
  virtual void clear() = 0;
};

/// The jobs of this script and, as far as it may touch them, of the others. Called on the script's thread,
/// during its turn. The functions themselves stay in the script's heap, under their tag. Source: scripting
/// API §8.11.
class job_desk {
 public:
  virtual ~job_desk() = default;

  /// Adds a job or replaces the one of this tag. `limit` 0 means no limit. Errors: invalid_cron,
  /// invalid_usage.
  virtual result<void> schedule(std::string_view tag, std::string_view cron, std::uint64_t limit) = 0;
  /// This script's job of that tag, or, when it has none, every job of that tag in any script.
  virtual void remove(std::string_view tag) = 0;
  /// Every job of every script.
  virtual void remove_all() = 0;
  /// The tags of every job of every script, each once; this script's first, in the order scheduled.
  virtual std::vector<std::string> tags() const = 0;
  /// Asks for a run as soon as the script is free; jobs are chosen as by remove().
  virtual void run(std::string_view tag) = 0;
  virtual void run_all() = 0;
  virtual bool is_running() const = 0;
  /// Turns the scheduler of this node on or off.
  virtual void set_running(bool on) = 0;
};

/// Where hub.action() goes. Called on the script's thread, during its turn; must not block. Source: scripting
/// API §8.13.
class hub_desk {
 public:
  virtual ~hub_desk() = default;
  /// Takes over what onHubAction is to get. `argument_json` "": undefined. Errors: too_large.
  virtual result<void> action(std::string action, std::string argument_json) = 0;
};

class file_store;
class own_files;
struct filters;

/// Everything a script's heap needs from outside. The referenced objects outlive the heap.
struct surroundings {
  std::string node_name; ///< utils.nodeName(): "hub" on the hub.
  console_sink& console;
  job_desk& jobs;
  hub_desk& hub;
  shared_scope& scope;
  filters* kfl = nullptr;     ///< What kfl.* compiles with. Null: filters::built_in().
  own_files* files = nullptr; ///< Where file.* works. Null: every function of it throws.
};

} // namespace remora::script
