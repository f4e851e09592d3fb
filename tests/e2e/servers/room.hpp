#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/integration/background.hpp"
#include "tests/integration/network_lab.hpp"
#include "tests/integration/remora_process.hpp"

namespace remora::test {

/// Machines of a test alone and a folder for the files of all who work there. What is started in it ends with
/// the test, also when the test is killed.
class room {
 public:
  explicit room(const std::vector<std::string>& machines = {"one"});

  const network_lab& lab() const { return lab_; }
  const work_folder& files() const { return files_; }
  std::string address(const std::string& machine) const { return lab_.address(machine); }

  /// The command that runs `command` on a machine.
  std::vector<std::string> on(const std::string& machine, const std::vector<std::string>& command) const;
  /// Runs a command there, which has to succeed. @returns what it printed.
  std::string run(const std::string& machine, const std::vector<std::string>& command) const;
  /// Whether somebody listens there: "tcp" or "udp".
  bool listens(const std::string& machine, const std::string& protocol, int port) const;

 private:
  network_lab lab_;
  work_folder files_;
};

/// A server that others wrote, in the foreground as one process; ends with the object.
class server {
 public:
  /// Starts it and waits until it listens on a port. What it says goes to a file of that name.
  /// @throws std::runtime_error when it does not listen in time.
  server(const room& in, const std::string& machine, const std::string& name,
         const std::vector<std::string>& command, int port);
  ~server();
  server(const server&) = delete;
  server& operator=(const server&) = delete;

  /// Lets it finish what it has begun; what it logs is complete afterwards.
  void stop(int signal);
  std::string said() const { return process_.log(); }

 private:
  background process_;
  bool stopped_ = false;
};

} // namespace remora::test
