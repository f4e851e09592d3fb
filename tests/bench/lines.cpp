#include "tests/bench/lines.hpp"

#include <cerrno>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace remora::bench {

namespace {

/// Copies of l4.js that differ in their titles, the text of the first comment.
result<std::vector<std::string>> write_copies(const workshop& places, std::size_t count) {
  std::ifstream in{places.peers + "/l4.js"};
  std::ostringstream original;
  original << in.rdbuf();
  std::vector<std::string> paths;
  for (std::size_t i = 1; i <= count; ++i) {
    const std::string number = std::to_string(i);
    paths.push_back(places.folder + "/copy-" + number + ".js");
    std::ofstream out{paths.back(), std::ios::trunc};
    out << "// copy " << number << '\n' << original.str();
    if (!in || !out.flush())
      return fail(errc::io_failed, paths.back() + ": cannot be written: " + errno_text(errno));
  }
  return paths;
}

class line_maker {
 public:
  line_maker(const workshop& places, const cached_capture& capture) : at_{places}, capture_{capture} {}

  program remora(const std::vector<std::string>& scripts) const {
    program made;
    made.name = "remora";
    made.command = {at_.remora, "run", "--quiet", "--run-jobs-at-end"};
    made.command.insert(made.command.end(), scripts.begin(), scripts.end());
    made.command.insert(made.command.end(), {"-r", capture_.path});
    made.work = packets() * static_cast<double>(scripts.size());
    made.totals = totals();
    made.totals_count = scripts.size();
    made.missing = need(at_.remora, "build it: cmake --build --preset release");
    return made;
  }

  program remora_l4() const { return remora({at_.peers + "/l4.js"}); }

  program remora_idle() const {
    program made;
    made.name = "remora";
    made.command = {at_.remora, "run", "--json", at_.peers + "/idle.js", "-r", capture_.path};
    made.work = packets();
    made.evidence = "\"packets\":" + std::to_string(capture_.truth.packets);
    made.missing = need(at_.remora, "build it: cmake --build --preset release");
    return made;
  }

  /// The bare engine has no capture to read: it makes up the same number of packets.
  program duktape_loop(const char* scope, bool loop_alone) const {
    const std::uint64_t count = capture_.truth.packets;
    std::uint64_t bytes = 0;
    for (std::uint64_t i = 0; i < count; ++i)
      bytes += 64 + i % 1437; // as duktape_loop.cpp does
    program made;
    made.name = "duktape-loop";
    made.command = {at_.duktape_loop, at_.peers + "/l4.js", std::to_string(count), scope};
    made.work = packets();
    made.totals = totals_line(count, bytes);
    if (loop_alone) made.clock_label = "loop_seconds";
    made.missing = need(at_.duktape_loop, "build it: cmake --build --preset release");
    return made;
  }

  program node() const {
    program made;
    made.name = "node";
    made.command = {"node", at_.peers + "/node_l4.js", at_.peers + "/l4.js", capture_.path};
    made.work = packets();
    made.totals = totals();
    made.missing = need("node", "scripts/setup.sh --bench");
    return made;
  }

  program tshark() const {
    program made;
    made.name = "tshark";
    made.command = {"tshark", "-n", "-q", "-r", capture_.path, "-X", "lua_script:" + at_.peers + "/l4.lua"};
    made.work = packets();
    made.totals = totals();
    made.missing = need("tshark", "scripts/setup.sh --bench");
    return made;
  }

  program tcpdump() const {
    program made;
    made.name = "tcpdump";
    made.command = {"tcpdump", "-r", capture_.path, "-w", "/dev/null"};
    // Started by root it becomes another user, who may not read our folder.
    if (::geteuid() == 0) made.command.insert(made.command.end(), {"-Z", "root"});
    made.work = packets();
    made.missing = need("tcpdump", "scripts/setup.sh --bench");
    return made;
  }

 private:
  double packets() const { return static_cast<double>(capture_.truth.packets); }
  std::string totals() const { return totals_line(capture_.truth.packets, capture_.truth.wire_bytes); }
  static std::string need(const std::string& name, const char* remedy) {
    return is_program(name) ? "" : name + " is not here; " + remedy;
  }

  const workshop& at_;
  const cached_capture& capture_;
};

} // namespace

result<std::vector<comparison>> all_lines(const workshop& places, const cached_capture& capture) {
  auto copies = write_copies(places, 16);
  if (!copies) return pass_on(std::move(copies));
  const std::vector<std::string> four{copies->begin(), copies->begin() + 4};
  const std::vector<std::string> one{copies->front()};
  const line_maker make{places, capture};
  constexpr auto none = std::nullopt;
  std::vector<comparison> lines{
      {"l4-duktape",
       "every packet into the script, against the bare engine called as often (whole processes)", "packets",
       make.remora_l4(), make.duktape_loop("global", false), 1.3, 0.9},
      {"l4-duktape-loop", "the same, against the loop of the bare engine without its start and end",
       "packets", make.remora_l4(), make.duktape_loop("global", true), none, none},
      {"l4-duktape-scope", "the same, against the bare engine with the script's variables in a closure",
       "packets", make.remora_l4(), make.duktape_loop("closure", false), none, none},
      {"l4-node", "every packet into the script, against Node.js with its JIT and a reader in JavaScript",
       "packets", make.remora_l4(), make.node(), 0.75, 0.45},
      {"l4-tshark", "every packet into the script, against tshark with Lua", "packets", make.remora_l4(),
       make.tshark(), 38.0, 20.0},
      {"read-tcpdump", "reading and decoding without a hook, against tcpdump copying the file to nowhere",
       "packets", make.remora_idle(), make.tcpdump(), none, none},
      {"scripts-4", "four scripts against one: hook calls of all scripts together", "hook calls",
       make.remora(four), make.remora(one), none, none},
      {"scripts-16", "sixteen scripts against one: hook calls of all scripts together", "hook calls",
       make.remora(*copies), make.remora(one), none, none},
  };
  return lines;
}

} // namespace remora::bench
