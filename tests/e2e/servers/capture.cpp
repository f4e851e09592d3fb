#include "tests/e2e/servers/capture.hpp"

#include <chrono>
#include <csignal>
#include <poll.h>
#include <sstream>
#include <stdexcept>
#include <utility>

#include <gmock/gmock.h>

#include "tests/e2e/servers/waiting.hpp"

namespace remora::test {
namespace {

using nlohmann::json;

account read_account(const std::string& text) {
  account all;
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    if (line.find(probe_mark) != std::string::npos) continue;
    auto record = json::parse(line);
    if (record.at("type") == "item") {
      all.items.push_back(std::move(record.at("item")));
    } else if (record.at("type") == "summary") {
      all.summary = std::move(record);
    }
  }
  EXPECT_TRUE(all.summary.is_object()) << "no summary";
  return all;
}

/// Looks for a word a while: nothing comes of a probe that was sent before the capture was open.
bool comes_soon(const std::string& file, const std::string& word) {
  for (int look = 0; look < 40; ++look) {
    if (has_text(file, word)) return true;
    ::poll(nullptr, 0, 5);
  }
  return false;
}

} // namespace

capture::capture(const room& in, const std::string& machine, const std::string& interface, probe send)
    : send_{std::move(send)},
      pcap_{in.files().path(machine + ".pcap")},
      out_{in.files().path(machine + ".items")},
      tcpdump_{in.on(machine, {"tcpdump", "-i", interface, "--immediate-mode", "-U", "-B", "65536", "-s",
                               "2000", "-Z", "root", "-w", pcap_})},
      remora_{in.on(machine, {"sh", "-c", R"(out=$1; shift; exec "$@" >"$out")", "sh", out_, REMORA_PROGRAM,
                              "run", "-i", interface, "--items", "--json"})} {
  EXPECT_TRUE(tcpdump_.complains("listening on")) << tcpdump_.complaints();
  int sent = 0;
  const bool open = eventually([&] {
    first_ = probe_mark + std::to_string(++sent) + '-';
    send_(first_);
    return !remora_.is_alive() || comes_soon(out_, first_);
  });
  if (!open || !remora_.is_alive()) throw std::runtime_error{"remora does not capture: " + content_of(out_)};
}

account capture::finish() {
  // What tcpdump has written of the second holds all of what came before the first was answered.
  send_(std::string{probe_mark} + "last");
  send_(std::string{probe_mark} + "end");
  EXPECT_TRUE(eventually([&] { return has_text(out_, std::string{probe_mark} + "end"); }))
      << "remora missed the end";
  EXPECT_TRUE(eventually([&] { return has_text(pcap_, std::string{probe_mark} + "end"); }))
      << "tcpdump missed the end";
  remora_.send(SIGTERM);
  const auto remora_said = remora_.wait();
  EXPECT_EQ(remora_said.status, 130) << remora_said.err;
  tcpdump_.send(SIGINT);
  EXPECT_THAT(tcpdump_.wait().err, ::testing::HasSubstr("\n0 packets dropped by kernel"));
  const auto text = content_of(out_);
  auto all = read_account(text.substr(text.find('\n', text.find(first_)) + 1));
  EXPECT_EQ(all.summary.value("dropped", -1), 0) << remora_said.err;
  return all;
}

account capture::of_file() const {
  const auto done = remora({"run", "-r", pcap_, "--items", "--json"});
  EXPECT_EQ(done.status, 0) << done.err;
  return read_account(done.out);
}

} // namespace remora::test
