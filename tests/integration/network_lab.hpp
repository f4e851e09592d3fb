#pragma once

#include <string>
#include <vector>

#include "tests/integration/process.hpp"

namespace remora::test {

/// Machines on one network, made of the kernel's network namespaces: each has an interface `eth0` with an
/// address of 10.77.0.0/24, and a switch between them. Needs root. Goes with the object; what a
/// process that was killed left behind goes with the next one.
class network_lab {
 public:
  /// Whether this process may make one; otherwise why not.
  static std::string why_not();

  explicit network_lab(const std::vector<std::string>& machines);
  ~network_lab();
  network_lab(const network_lab&) = delete;
  network_lab& operator=(const network_lab&) = delete;

  /// "10.77.0.1": that of the first machine; the others follow.
  std::string address(const std::string& machine) const;
  /// The command that runs `command` on a machine, as the process itself: signals reach it.
  std::vector<std::string> on(const std::string& machine, const std::vector<std::string>& command) const;
  finished run(const std::string& machine, const std::vector<std::string>& command) const;

  /// Takes a machine's cable out, and puts it in again.
  void cut(const std::string& machine) const;
  void mend(const std::string& machine) const;

 private:
  std::string space_of(const std::string& machine) const;
  std::string cable_of(const std::string& machine) const;

  std::string prefix_; ///< Of the names of namespaces: of this process alone.
  std::vector<std::string> machines_;
};

} // namespace remora::test
