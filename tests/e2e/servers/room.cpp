#include "tests/e2e/servers/room.hpp"

#include <csignal>
#include <filesystem>
#include <stdexcept>

#include <gtest/gtest.h>

#include "tests/e2e/servers/waiting.hpp"

namespace remora::test {

room::room(const std::vector<std::string>& machines) : lab_{machines} {
  // A server that gives up being root has to find its files all the same.
  std::filesystem::permissions(files_.path("."), std::filesystem::perms{0755});
  // Packets as they are on an Ethernet, not of 64 KiB.
  for (const auto& machine : machines)
    for (const char* interface : {"lo", "eth0"})
      run(machine, {"ip", "link", "set", interface, "mtu", "1500", "gso_max_segs", "1"});
}

std::vector<std::string> room::on(const std::string& machine, const std::vector<std::string>& command) const {
  std::vector<std::string> all{"setpriv", "--pdeathsig", "KILL"};
  all.insert(all.end(), command.begin(), command.end());
  return lab_.on(machine, all);
}

std::string room::run(const std::string& machine, const std::vector<std::string>& command) const {
  process one{on(machine, command)};
  const auto done = one.wait();
  std::string text;
  for (const auto& word : command)
    text += word + ' ';
  EXPECT_EQ(done.status, 0) << text << ": " << done.err << done.out;
  return done.out;
}

bool room::listens(const std::string& machine, const std::string& protocol, int port) const {
  process one{lab_.on(machine, {"ss", "-Hln", "--" + protocol, "sport = :" + std::to_string(port)})};
  return !one.wait().out.empty();
}

server::server(const room& in, const std::string& machine, const std::string& name,
               const std::vector<std::string>& command, int port)
    : process_{in.files().path(name + ".said"), in.on(machine, command)} {
  process_.start();
  const bool up = eventually([&] { return !process_.is_alive() || in.listens(machine, "tcp", port); });
  if (!up || !process_.is_alive())
    throw std::runtime_error{name + " does not listen; scripts/setup.sh installs it. It said:\n" + said()};
}

server::~server() {
  if (!stopped_) process_.stop(SIGKILL);
}

void server::stop(int signal) {
  stopped_ = true;
  process_.stop(signal);
}

} // namespace remora::test
