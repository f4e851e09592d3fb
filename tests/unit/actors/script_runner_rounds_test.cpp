// Where a capture is divided into rounds makes no difference to a script.
#include <cmath>
#include <random>

#include "script_fixture.hpp"

namespace remora::actors::test {
namespace {

/// Everything whose order could depend on rounds: packets, jobs, timers, requests, self-requests, limits.
const std::string busy = R"(
  var n = 0, stopped = false;
  function onPacketCaptured(info) {
    ++n;
    if (n % 5 === 0) console.log("packet", n, info.timestamp.substr(14));
    if (n % 7 === 0) jobs.run("asked");
    if (n % 11 === 0) setTimeout(function () { console.log("timer", n); jobs.run("asked"); }, 700);
    if (n % 13 === 0) jobs.schedule("late" + n, "*/3 * * * * *", function () { return "late"; }, 2);
    if (n % 17 === 0) throw new Error("seventeen");
    if (n % 29 === 0) { stopped = !stopped; stopped ? jobs.scheduler.stop() : jobs.scheduler.start(); }
  }
  setInterval(function () { this.ticks = (this.ticks || 0) + 1; }, 900);
  jobs.schedule("asked", "@every 60s", function () { console.log("asked"); jobs.run("other"); return n; });
  jobs.schedule("other", "@every 60s", function () { if (n % 2) jobs.run("asked"); return this.ticks; });
  jobs.schedule("self", "@every 60s", function () { if (n < 40) jobs.run("self"); return n; });
  jobs.run("self");
  jobs.schedule("count", "*/2 * * * * *", function () { return n; });
)";

/// Packets of half a minute: some in bursts of one instant, some on full seconds, some that go back.
std::vector<double> capture(std::mt19937& dice) {
  std::vector<double> all;
  double now = 0;
  while (now < 30) {
    switch (dice() % 5) {
      case 0:
        now += 0.001 * static_cast<double>(dice() % 100);
        break;
      case 1:
        now = std::floor(now) + 1;
        break;
      case 2:
        break; // once more at this instant
      case 3:
        now += static_cast<double>(dice() % 4);
        break;
      default:
        all.push_back(now - 0.5);
        continue;
    }
    all.push_back(now);
  }
  return all;
}

std::vector<std::string> records_of(const std::vector<double>& packets,
                                    const std::vector<std::size_t>& cuts) {
  script s{busy};
  std::size_t begin = 0;
  for (const std::size_t cut : cuts) {
    s.take({packets.begin() + static_cast<std::ptrdiff_t>(begin),
            packets.begin() + static_cast<std::ptrdiff_t>(cut)},
           s.last_round == 0 ? 0 : -1e9);
    begin = cut;
  }
  s.take({packets.begin() + static_cast<std::ptrdiff_t>(begin), packets.end()}, 30);
  return s.records->all;
}

TEST(ScriptRounds, MakeNoDifferenceWhereverACaptureIsDivided) {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 dice{seed};
    const std::vector<double> packets = capture(dice);
    const std::vector<std::string> whole = records_of(packets, {});
    ASSERT_GT(whole.size(), 20u);
    std::vector<std::size_t> cuts;
    for (std::size_t i = 0; i <= packets.size(); ++i) {
      if (dice() % 3 == 0) cuts.push_back(i);
    }
    ASSERT_EQ(records_of(packets, cuts), whole);
  }
}

TEST(ScriptRounds, MakeNoDifferenceWhenEachPacketHasItsOwn) {
  std::mt19937 dice{7};
  const std::vector<double> packets = capture(dice);
  std::vector<std::size_t> cuts;
  for (std::size_t i = 0; i <= packets.size(); ++i)
    cuts.push_back(i);
  EXPECT_EQ(records_of(packets, cuts), records_of(packets, {}));
}

TEST(ScriptRounds, MakeNoDifferenceToTheCountsOfMinutes) {
  const std::string counts =
      "var n = 0; function onPacketCaptured() { ++n; }"
      "jobs.schedule('n', '0 * * * * *', function () { var m = n; n = 0; return m; });";
  std::mt19937 dice{11};
  for (int trial = 0; trial < 20; ++trial) {
    script s{counts};
    std::size_t sent = 0;
    double now = 0;
    while (now < 590) {
      std::vector<double> batch;
      const std::size_t size = dice() % 40;
      for (std::size_t i = 0; i < size; ++i) {
        now += 0.001 * static_cast<double>(dice() % 3'000);
        if (dice() % 20 == 0) now = std::ceil(now / 60) * 60; // on the minute itself
        if (now < 600) batch.push_back(now);
      }
      sent += batch.size();
      s.take(batch);
    }
    s.run_until(600);
    std::size_t counted = 0;
    ASSERT_EQ(s.records->jobs.size(), 10u);
    for (const job_run& run : s.records->jobs)
      counted += std::stoul(run.result_json);
    ASSERT_EQ(counted, sent) << "trial " << trial;
  }
}

} // namespace
} // namespace remora::actors::test
