// Captures that are wrong, and captures that cannot begin.

#include <unistd.h>

#include <gmock/gmock.h>

#include "tests/integration/remora_process.hpp"
#include "tests/support/capture_writer.hpp"

namespace remora::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class BadInput : public ::testing::Test {
 protected:
  finished run(std::vector<std::string> options) const {
    options.insert(options.begin(), {"run", script_, "--run-jobs-at-end", "--log-level", "warning"});
    return remora(options);
  }

  work_folder folder_;
  std::string script_ = folder_.file("count.js",
                                     "var n = 0; function onPacketCaptured() { n++; }"
                                     "jobs.schedule('n', '@yearly', function () { console.log(n); });");
};

TEST_F(BadInput, ReadsAFileThatIsCutOffUpToThatPlace) {
  auto content = steady_capture(10, second_ns);
  content.resize(content.size() - 30);
  const auto capture = folder_.file("cut.pcap", content);
  const auto result = run({"-r", capture});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.out, "9\n");
  EXPECT_THAT(result.err, HasSubstr("remora: " + capture + ": cut off at offset " +
                                    std::to_string(24 + 9 * (16 + 100)) + ":"));
}

TEST_F(BadInput, ReadsAFileThatIsCorruptUpToThatPlace) {
  auto content = steady_capture(10, second_ns);
  const std::size_t fifth = 24 + 4 * (16 + 100);
  for (std::size_t i = 8; i < 12; ++i)
    content[fifth + i] = 0xFF; // its captured length
  const auto capture = folder_.file("corrupt.pcap", content);
  const auto result = run({"-r", capture});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.out, "4\n");
  EXPECT_THAT(result.err, HasSubstr(capture + ": corrupt at offset " + std::to_string(fifth)));
}

TEST_F(BadInput, ReadsTheOtherFilesWhenOneIsDamaged) {
  auto damaged = steady_capture(10, second_ns);
  damaged.resize(24 + 2 * (16 + 100) + 5);
  const auto result = run({"-r", folder_.file("damaged.pcap", damaged), "-r",
                           folder_.file("whole.pcap", steady_capture(10, second_ns))});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.out, "12\n");
}

TEST_F(BadInput, RefusesAnEmptyFile) {
  const auto capture = folder_.file("empty.pcap", std::string{});
  const auto result = run({"-r", capture});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err, HasSubstr("remora: " + capture + ": "));
}

TEST_F(BadInput, RefusesAFileThatIsNoCapture) {
  const auto capture = folder_.file("text.pcap", "This is text, not packets. It is long enough.");
  const auto result = run({"-r", capture});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("remora: " + capture + ": "));
}

TEST_F(BadInput, AcceptsACaptureWithoutPackets) {
  const auto result = run({"-r", folder_.file("none.pcap", steady_capture(0, 0))});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.out, "0\n");
}

TEST_F(BadInput, NamesALinkTypeItDoesNotKnow) {
  pcap_style style;
  style.link = 147;
  const auto capture =
      folder_.file("strange.pcap", pcap_writer{style}.packet(start_ns, datagram(100)).content());
  const auto result = run({"-r", capture});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr(capture), HasSubstr("link type 147 is not supported")));
}

TEST_F(BadInput, SaysThatACaptureFileIsMissing) {
  const auto result = run({"-r", folder_.path("nowhere.pcap")});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("remora: " + folder_.path("nowhere.pcap") + ": "));
}

TEST_F(BadInput, RefusesAFilterThatDoesNotCompileWhenReading) {
  const auto result = run({"-r", folder_.file("a.pcap", steady_capture(1, 0)), "--filter", "tcp prot 80"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("tcp prot 80"));
}

TEST_F(BadInput, RefusesAFilterThatDoesNotCompileWhenCapturing) {
  const auto result = run({"-i", "lo", "--filter", "tcp prot 80"});
  if (result.err.find("permission") != std::string::npos) GTEST_SKIP() << "not allowed to capture";
  EXPECT_EQ(result.status, 2) << result.err;
  EXPECT_THAT(result.err, HasSubstr("tcp prot 80"));
}

TEST_F(BadInput, NamesTheInterfacesThereAreWhenOneIsUnknown) {
  const auto result = run({"-i", "nonexistent0"});
  EXPECT_EQ(result.status, 2) << result.err;
  EXPECT_THAT(result.err, AllOf(HasSubstr("nonexistent0"), HasSubstr("lo")));
}

TEST_F(BadInput, SaysWhatToGrantWhenCapturingIsNotAllowed) {
  auto command = remora_command({"run", script_, "-i", "lo"});
  // Root without the capability: the files of the build may not be readable for another user.
  if (::geteuid() == 0)
    command.insert(command.begin(), {"setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw"});
  const auto result = process{command}.wait();
  if (result.status == 0) GTEST_SKIP() << "this user may capture, and only root can give that up";
  EXPECT_EQ(result.status, 1) << result.err;
  EXPECT_THAT(result.err, HasSubstr("CAP_NET_RAW"));
  EXPECT_THAT(result.out, IsEmpty());
}

} // namespace
} // namespace remora::test
