#include "cli/output.hpp"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <thread>

#include <gmock/gmock.h>

#include "tests/unit/cli/cli_fixture.hpp"

namespace remora::cli::test {
namespace {

using ::testing::HasSubstr;

TEST(Output, HoldsBackWhatFitsIntoItsBuffer) {
  const memory_file file;
  output out{file.fd(), output::flushing::when_full};
  out.write("one\n");
  out.end_record();
  EXPECT_EQ(file.content(), "");
  out.flush();
  EXPECT_EQ(file.content(), "one\n");
}

TEST(Output, WritesEachRecordAtOnceWhenSomebodyWatches) {
  const memory_file file;
  output out{file.fd(), output::flushing::every_record};
  out.write("one");
  out.write(" record\n");
  EXPECT_EQ(file.content(), "");
  out.end_record();
  EXPECT_EQ(file.content(), "one record\n");
}

TEST(Output, WritesTheRestWhenItEnds) {
  const memory_file file;
  { output{file.fd(), output::flushing::when_full}.write("rest"); }
  EXPECT_EQ(file.content(), "rest");
}

TEST(Output, KeepsTheOrderOfTextsOfAnySize) {
  const memory_file file;
  std::string expected;
  {
    output out{file.fd(), output::flushing::when_full};
    for (std::size_t size = 1; size < 4 * output::capacity; size *= 3) {
      const std::string text(size, static_cast<char>('a' + size % 26));
      out.write(text);
      expected += text;
    }
  }
  EXPECT_EQ(file.content(), expected);
}

TEST(Output, TellsOnceThatWritingFailed) {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  int told = 0;
  {
    output out{full, output::flushing::every_record, [&] { ++told; }};
    for (int i = 0; i < 3; ++i) {
      out.write("lost");
      out.end_record();
    }
    ASSERT_TRUE(out.failure());
    EXPECT_THAT(out.failure()->message, HasSubstr("No space left on device"));
  }
  ::close(full);
  EXPECT_EQ(told, 1);
}

TEST(Output, WaitsForAReaderOfANonBlockingPipe) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  ASSERT_EQ(::fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
  const std::string much(1u << 20, 'x');
  std::size_t got = 0;
  std::thread reader{[&] {
    std::array<char, 4096> piece{};
    for (ssize_t n = 0; (n = ::read(ends[0], piece.data(), piece.size())) > 0;)
      got += static_cast<std::size_t>(n);
  }};
  {
    output out{ends[1], output::flushing::when_full};
    out.write(much);
    EXPECT_FALSE(out.failure());
  }
  ::close(ends[1]);
  reader.join();
  ::close(ends[0]);
  EXPECT_EQ(got, much.size());
}

} // namespace
} // namespace remora::cli::test
