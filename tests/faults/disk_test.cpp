// A disk that is full, and has room again. Each is a small file system in memory.

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sys/mount.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "tests/faults/fault_cluster.hpp"

namespace remora::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A file system of some MiB, at a folder.
class small_disk {
 public:
  explicit small_disk(std::string folder, const char* size) : folder_{std::move(folder)} {
    std::filesystem::create_directory(folder_);
    mounted_ = ::mount("tmpfs", folder_.c_str(), "tmpfs", 0, (std::string{"size="} + size).c_str()) == 0;
  }
  ~small_disk() {
    if (mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
  }
  small_disk(const small_disk&) = delete;
  small_disk& operator=(const small_disk&) = delete;

  bool is_mounted() const { return mounted_; }
  const std::string& folder() const { return folder_; }

  /// Takes all the room there is.
  void fill() const {
    const int file = ::open((folder_ + "/ballast").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    for (std::size_t piece = 65536; piece > 0;) {
      const std::string bytes(piece, 'x');
      if (::write(file, bytes.data(), bytes.size()) <= 0) piece /= 2;
    }
    ::close(file);
  }
  void empty() const { std::filesystem::remove(folder_ + "/ballast"); }

 private:
  std::string folder_;
  bool mounted_ = false;
};

class FullDisk : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can mount";
    disk_.emplace(place_.path("disk"), "16m");
    if (!disk_->is_mounted()) GTEST_SKIP() << "no tmpfs can be mounted here";
  }

  work_folder place_;
  std::optional<small_disk> disk_;
};

TEST_F(FullDisk, OfTheHubIsSaidAndLosesNothing) {
  fault_options options;
  options.hub_data = disk_->folder() + "/hub";
  fault_cluster cluster{options};
  ASSERT_TRUE(cluster.start_all()) << cluster.hub().log() << cluster.worker().log();
  disk_->fill();
  ASSERT_TRUE(fault_cluster::becomes([&] { return cluster.call("GET", "/readyz").first == 503; }))
      << cluster.hub().log();
  EXPECT_THAT(cluster.call("GET", "/readyz").second, HasSubstr("records cannot be stored"));
  EXPECT_THAT(cluster.hub().log(), HasSubstr(" records-not-stored "));
  const auto at_worst = cluster.kept().size();
  EXPECT_TRUE(fault_cluster::becomes([&] { return cluster.kept().size() > at_worst + 6; })) << "jobs go on";
  disk_->empty();
  ASSERT_TRUE(fault_cluster::becomes([&] { return cluster.call("GET", "/readyz").first == 200; }))
      << cluster.hub().log();
  ASSERT_TRUE(cluster.goes_on()) << cluster.hub().log();
  EXPECT_THAT(cluster.lost(), IsEmpty());
  EXPECT_THAT(fault_cluster::repeated(cluster.stored()), IsEmpty());
  EXPECT_EQ(cluster.hub().times_logged(" hub-ready "), 1U) << "without a restart";
}

TEST_F(FullDisk, OfTheHubDuringAKillLosesNothing) {
  fault_options options;
  options.hub_data = disk_->folder() + "/hub";
  fault_cluster cluster{options};
  ASSERT_TRUE(cluster.start_all()) << cluster.hub().log() << cluster.worker().log();
  disk_->fill();
  ASSERT_TRUE(fault_cluster::becomes([&] { return cluster.call("GET", "/readyz").first == 503; }));
  cluster.hub().stop(SIGKILL);
  disk_->empty();
  cluster.hub().start();
  ASSERT_TRUE(cluster.goes_on()) << cluster.hub().log();
  EXPECT_THAT(cluster.lost(), IsEmpty());
  EXPECT_THAT(fault_cluster::repeated(cluster.stored()), IsEmpty());
}

TEST_F(FullDisk, OfAWorkerIsCountedAndLosesNothingThatItWroteDown) {
  fault_options options;
  options.worker_data = disk_->folder() + "/worker";
  fault_cluster cluster{options};
  ASSERT_TRUE(cluster.start_all()) << cluster.hub().log() << cluster.worker().log();
  // A run takes a page and more: what is left in the last one is used up at once.
  cluster.write_script("second.js",
                       "// second\nvar text = new Array(6000).join('x');\n"
                       "jobs.schedule('three', '* * * * * *', function () { return text; });\n");
  ASSERT_TRUE(fault_cluster::becomes([&] {
    return cluster.worker().times_logged(" script-runs script=second ") > 1;
  })) << cluster.worker().log();
  cluster.hub().stop(SIGKILL); // so that what is kept stays on the disk
  disk_->fill();
  ASSERT_TRUE(fault_cluster::becomes([&] {
    return cluster.worker().times_logged(" spool-run-dropped ") > 0;
  })) << cluster.worker().log();
  disk_->empty();
  const auto before = cluster.kept().size();
  EXPECT_TRUE(fault_cluster::becomes([&] { return cluster.kept().size() > before + 3; }))
      << "without a restart: " << cluster.worker().log();
  cluster.hub().start();
  ASSERT_TRUE(cluster.goes_on()) << cluster.hub().log();
  EXPECT_THAT(cluster.lost(), IsEmpty());
  EXPECT_THAT(fault_cluster::repeated(cluster.kept()), IsEmpty());
  EXPECT_THAT(fault_cluster::repeated(cluster.stored()), IsEmpty());
  EXPECT_TRUE(fault_cluster::becomes([&] {
    const auto nodes = cluster.get("/api/v1/nodes");
    return nodes.is_object() && nodes.at("items").at(0).at("dropped_records") > 0;
  })) << "what could not be written is counted and shown: "
      << cluster.get("/api/v1/nodes");
}

} // namespace
} // namespace remora::test
