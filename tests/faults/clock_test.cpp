// The wall clock is set forward and back by an hour under running programs, with libfaketime; the clock that
// measures time goes on as it is.

#include <csignal>
#include <filesystem>
#include <unistd.h>

#include <gmock/gmock.h>

#include "base/time.hpp"
#include "tests/faults/fault_cluster.hpp"

namespace remora::test {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::IsEmpty;

constexpr const char* library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

class SetClock : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can capture on loopback here";
    if (!std::filesystem::exists(library)) GTEST_SKIP() << "libfaketime is not installed";
#ifdef REMORA_SANITIZED
    GTEST_SKIP() << "the sanitizers want to be loaded first, and so does libfaketime";
#endif
    set("+0");
    fault_options options;
    options.environment = {{"LD_PRELOAD", library},
                           {"FAKETIME_TIMESTAMP_FILE", clock_.path("clock")},
                           {"FAKETIME_CACHE_DURATION", "1"},
                           {"FAKETIME_DONT_FAKE_MONOTONIC", "1"},
                           {"DONT_FAKE_MONOTONIC", "1"}};
    cluster_.emplace(options);
    ASSERT_TRUE(cluster_->start_all()) << cluster_->hub().log() << cluster_->worker().log();
  }
  void set(const std::string& offset) const {
    std::filesystem::rename(clock_.file("new", offset + "\n"), clock_.path("clock"));
  }
  /// Waits until both programs say such an hour: the library took the change.
  bool both_are(minutes offset) {
    const auto is_there = [&](const background& one) {
      const auto log = one.log();
      const auto last = log.rfind('\n', log.size() - 2) + 1; // npos + 1 is the beginning
      const auto said = parse_rfc3339(log.substr(last, log.find(' ', last) - last));
      return said && std::chrono::abs(*said - wall_now() - offset) < minutes{10};
    };
    int version = 0;
    return fault_cluster::becomes([&] { // a deployment is something that both log
      cluster_->write_script("probe.js", "// probe\nvar x = " + std::to_string(++version) + ";\n");
      return is_there(cluster_->hub()) && is_there(cluster_->worker());
    });
  }
  bool a_deployment_arrives(const std::string& title) {
    cluster_->write_script(title + ".js", "// " + title + "\nvar x = 1;\n");
    return fault_cluster::becomes(
        [&] { return cluster_->worker().times_logged(" script-runs script=" + title) > 0; });
  }
  bool the_node_is_up() {
    return cluster_->get("/api/v1/nodes").dump().find(R"("condition":"up")") != std::string::npos;
  }
  void nothing_is_lost_or_repeated() {
    EXPECT_THAT(cluster_->lost(), IsEmpty());
    EXPECT_THAT(fault_cluster::repeated(cluster_->kept()), IsEmpty()) << "a planned instant ran twice";
    EXPECT_THAT(fault_cluster::repeated(cluster_->stored()), IsEmpty());
  }

  work_folder clock_;
  std::optional<fault_cluster> cluster_;
};

/// How many instants of each job lie in the hour that was jumped over.
std::map<std::string, int> caught_up(const run_counts& runs, timestamp from, timestamp to) {
  std::map<std::string, int> out;
  for (const auto& [name, times] : runs) {
    const auto cut = name.rfind('/');
    const auto planned = parse_rfc3339(name.substr(cut + 1));
    if (planned && *planned > from && *planned < to) out[name.substr(0, cut)] += static_cast<int>(times);
  }
  return out;
}

TEST_F(SetClock, ForwardByAnHourGivesEachJobOneRunForAllThatItMissed) {
  set("+1h");
  const auto jump = wall_now();
  ASSERT_TRUE(fault_cluster::becomes([&] {
    return !caught_up(cluster_->kept(), jump + minutes{59}, jump + minutes{120}).empty();
  })) << cluster_->worker().log();
  ASSERT_TRUE(cluster_->goes_on());
  // Up to a minute each side is left out: the library looks at its file once a second, on a busy machine.
  for (const auto& [job, times] : caught_up(cluster_->kept(), jump + minutes{1}, jump + minutes{59}))
    EXPECT_LE(times, 1) << job;
  EXPECT_TRUE(the_node_is_up());
  EXPECT_EQ(cluster_->worker().times_logged(" link-lost "), 0U) << "time that is measured goes on as it is";
  EXPECT_TRUE(a_deployment_arrives("later"));
  ASSERT_TRUE(both_are(minutes{60})) << "the clock was not set";
  nothing_is_lost_or_repeated();
}

TEST_F(SetClock, BackByAnHourRunsNoInstantAgainAlsoOverARestart) {
  set("-1h");
  const auto welcomed = cluster_->worker().times_logged(" hub-welcomes ");
  EXPECT_TRUE(a_deployment_arrives("earlier"));
  ASSERT_TRUE(both_are(-minutes{60})) << "the clock was not set";
  EXPECT_TRUE(the_node_is_up());
  EXPECT_TRUE(cluster_->ask_for_a_run()) << "what is asked for runs";
  cluster_->worker().stop(SIGKILL);
  cluster_->start_worker();
  EXPECT_TRUE(fault_cluster::becomes([&] {
    return cluster_->worker().times_logged(" hub-welcomes ") > welcomed;
  })) << cluster_->worker().log();
  cluster_->hub().stop(SIGKILL);
  cluster_->hub().start();
  EXPECT_TRUE(a_deployment_arrives("again"));
  set("+0");
  ASSERT_TRUE(cluster_->goes_on()) << cluster_->worker().log();
  nothing_is_lost_or_repeated();
}

} // namespace
} // namespace remora::test
