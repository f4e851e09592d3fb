#include "tests/integration/network_lab.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <sstream>
#include <string_view>
#include <unistd.h>

#include <gtest/gtest.h>

namespace remora::test {

namespace {

constexpr std::string_view name_begins = "remora-"; // of a network namespace; the process follows

/// Runs a command that has to succeed.
void must_run(const std::vector<std::string>& command) {
  process one{command};
  const auto done = one.wait();
  std::string text;
  for (const auto& word : command)
    text += word + ' ';
  ASSERT_EQ(done.status, 0) << text << ": " << done.err;
}

std::vector<std::string> ip(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "ip");
  return arguments;
}

/// Removes the machines of processes that are no longer there: one that is killed leaves its own behind.
void remove_leftovers() {
  process list{ip({"netns", "list"})};
  std::istringstream names{list.wait().out};
  for (std::string line; std::getline(names, line);) {
    const auto name = line.substr(0, line.find(' '));
    if (name.rfind(name_begins, 0) != 0) continue;
    const auto owner = std::strtol(name.c_str() + name_begins.size(), nullptr, 10);
    if (owner <= 0 || ::kill(static_cast<pid_t>(owner), 0) == 0 || errno != ESRCH) continue;
    process{ip({"netns", "del", name})}.wait(); // another test may be quicker
  }
}

} // namespace

std::string network_lab::why_not() {
  if (::geteuid() != 0) return "only root can make network namespaces";
  const std::string probe = "remora-probe-" + std::to_string(::getpid());
  process one{ip({"netns", "add", probe})};
  if (const auto made = one.wait(); made.status != 0) return "no network namespaces here: " + made.err;
  must_run(ip({"netns", "del", probe}));
  return {};
}

network_lab::network_lab(const std::vector<std::string>& machines)
    : prefix_{std::string{name_begins} + std::to_string(::getpid()) + '-'}, machines_{machines} {
  remove_leftovers();
  const auto bridge = space_of("switch");
  must_run(ip({"netns", "add", bridge}));
  must_run(ip({"-n", bridge, "link", "add", "br0", "type", "bridge"}));
  must_run(ip({"-n", bridge, "link", "set", "br0", "up"}));
  for (const auto& machine : machines_) {
    const auto space = space_of(machine);
    must_run(ip({"netns", "add", space}));
    must_run(ip({"-n", space, "link", "set", "lo", "up"}));
    must_run(ip({"-n", bridge, "link", "add", cable_of(machine), "type", "veth", "peer", "name", "eth0",
                 "netns", space}));
    must_run(ip({"-n", bridge, "link", "set", cable_of(machine), "master", "br0", "up"}));
    must_run(ip({"-n", space, "address", "add", address(machine) + "/24", "dev", "eth0"}));
    must_run(ip({"-n", space, "link", "set", "eth0", "up"}));
  }
}

network_lab::~network_lab() {
  for (const auto& machine : machines_)
    must_run(ip({"netns", "del", space_of(machine)}));
  must_run(ip({"netns", "del", space_of("switch")}));
}

std::string network_lab::address(const std::string& machine) const {
  const auto place = std::find(machines_.begin(), machines_.end(), machine) - machines_.begin();
  return "10.77.0." + std::to_string(place + 1);
}

std::vector<std::string> network_lab::on(const std::string& machine,
                                         const std::vector<std::string>& command) const {
  auto all = ip({"netns", "exec", space_of(machine)});
  all.insert(all.end(), command.begin(), command.end());
  return all;
}

finished network_lab::run(const std::string& machine, const std::vector<std::string>& command) const {
  process one{on(machine, command)};
  return one.wait();
}

void network_lab::cut(const std::string& machine) const {
  must_run(ip({"-n", space_of("switch"), "link", "set", cable_of(machine), "down"}));
}

void network_lab::mend(const std::string& machine) const {
  must_run(ip({"-n", space_of("switch"), "link", "set", cable_of(machine), "up"}));
}

std::string network_lab::space_of(const std::string& machine) const { return prefix_ + machine; }

std::string network_lab::cable_of(const std::string& machine) const { return "to-" + machine; }

} // namespace remora::test
