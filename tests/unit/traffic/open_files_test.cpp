#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/capture_writer.hpp"
#include "tests/support/frame_builder.hpp"
#include "tests/unit/traffic/read_all.hpp"
#include "traffic/capture/packet_source.hpp"

namespace remora::traffic {
namespace {

using test::bytes;
using test::filler;
using test::pcap_writer;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A folder that goes away with the test.
class OpenFiles : public ::testing::Test {
 public:
  OpenFiles() {
    std::string pattern = (std::filesystem::temp_directory_path() / "remora-files-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~OpenFiles() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  OpenFiles(const OpenFiles&) = delete;
  OpenFiles& operator=(const OpenFiles&) = delete;

 protected:
  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  std::string write(const std::string& name, const bytes& content) const {
    test::write_file(path(name), content);
    return path(name);
  }
  error failure_of(const std::string& file) const {
    auto source = open_files({{file}, ""});
    return source ? error{} : source.error();
  }

  std::string folder_;
};

TEST_F(OpenFiles, ReadsAFile) {
  const auto file = write("one.pcap", pcap_writer{}.packet(7, filler(60)).content());
  auto source = open_files({{file}, ""});
  ASSERT_TRUE(source) << source.error().message;
  const auto got = read_to_end(**source);
  EXPECT_EQ(got.frames.size(), 1u);
  EXPECT_EQ(got.counters.received, 1u);
}

TEST_F(OpenFiles, NamesTheFileInItsDamage) {
  bytes content = pcap_writer{}.packet(7, filler(60)).content();
  content.pop_back();
  const auto file = write("cut.pcap", content);
  auto source = open_files({{file}, ""});
  ASSERT_TRUE(source);
  EXPECT_EQ(read_to_end(**source).damage_text(),
            file + ": cut off at offset 24: the packet that begins there needs 76 bytes, 75 are there\n");
}

TEST_F(OpenFiles, SaysThatAFileDoesNotExist) {
  const error e = failure_of(path("missing.pcap"));
  EXPECT_EQ(e.code, errc::not_found);
  EXPECT_EQ(e.message, path("missing.pcap") + ": cannot be opened: No such file or directory");
}

/// For as long as it is there, this thread opens files as a user without privileges. Source: setfsuid(2).
class without_privileges {
 public:
  without_privileges() {
    if (before_ == 0) ::setfsuid(65534);
  }
  ~without_privileges() {
    ::setfsuid(before_);
    ::prctl(PR_SET_DUMPABLE, 1); // the change took it, and LeakSanitizer needs it
  }
  without_privileges(const without_privileges&) = delete;
  without_privileges& operator=(const without_privileges&) = delete;

 private:
  const uid_t before_ = ::geteuid();
};

TEST_F(OpenFiles, SaysThatAFileIsNotReadableByThisUser) {
  const auto file = write("secret.pcap", pcap_writer{}.content());
  ASSERT_EQ(::chmod(file.c_str(), 0), 0);
  ASSERT_EQ(::chmod(folder_.c_str(), 0755), 0); // anybody may look into it
  const without_privileges here;
  EXPECT_EQ(failure_of(file).code, errc::permission_denied);
}

TEST_F(OpenFiles, SaysThatAFolderIsNoFile) {
  const error e = failure_of(folder_);
  EXPECT_EQ(e.code, errc::io_failed);
  EXPECT_THAT(e.message, AllOf(StartsWith(folder_), HasSubstr("is a folder")));
}

TEST_F(OpenFiles, SaysThatAFileIsEmpty) {
  const error e = failure_of(write("empty.pcap", {}));
  EXPECT_EQ(e.code, errc::not_a_capture);
  EXPECT_THAT(e.message, HasSubstr("empty.pcap: is empty (0 bytes)"));
}

TEST_F(OpenFiles, ShowsHowAFileBeginsThatIsNoCapture) {
  const error e = failure_of(write("notes.txt", test::text("hello, world")));
  EXPECT_EQ(e.code, errc::not_a_capture);
  EXPECT_THAT(e.message, HasSubstr("notes.txt: is no capture file: it begins with 68 65 6c 6c "));
  EXPECT_THAT(failure_of(write("short", {0x0A, 0x0D})).message, HasSubstr("it begins with 0a 0d \"..\""));
}

TEST_F(OpenFiles, RecognisesCompressedFilesAndSaysHowToReadThem) {
  const struct {
    bytes head;
    const char* is;
    const char* help;
  } table[] = {
      {{0x1F, 0x8B, 8, 0}, "compressed with gzip", "zcat FILE | remora run -r -"},
      {{0x28, 0xB5, 0x2F, 0xFD}, "compressed with zstd", "zstdcat FILE | remora run -r -"},
      {{0xFD, '7', 'z', 'X', 'Z', 0}, "compressed with xz", "xzcat FILE | remora run -r -"},
      {{'B', 'Z', 'h', '9'}, "compressed with bzip2", "bzcat FILE | remora run -r -"},
      {{'P', 'K', 3, 4}, "a zip archive", "unzip -p FILE | remora run -r -"},
      {{'s', 'n', 'o', 'o', 'p', 0, 0, 0}, "a snoop capture", "editcap -F pcap FILE"},
  };
  for (const auto& row : table) {
    const auto file = write("packed", row.head);
    const error e = failure_of(file);
    std::string help = row.help;
    help.replace(help.find("FILE"), 4, file);
    EXPECT_EQ(e.code, errc::not_a_capture) << row.is;
    EXPECT_THAT(e.message, AllOf(HasSubstr(row.is), HasSubstr(help)));
  }
}

TEST_F(OpenFiles, RefusesToReadNothingOrStandardInputTwice) {
  EXPECT_EQ(open_files({}).error().code, errc::invalid_usage);
  EXPECT_EQ(open_files({{"-", "-"}, ""}).error().code, errc::invalid_usage);
}

TEST_F(OpenFiles, OpensManyFilesAtOnce) {
  file_options options;
  for (int i = 0; i < 300; ++i) {
    options.paths.push_back(write(std::to_string(i), pcap_writer{}.packet(i, filler(14)).content()));
  }
  auto source = open_files(options);
  ASSERT_TRUE(source) << source.error().message;
  EXPECT_EQ(read_to_end(**source).frames.size(), 300u);
}

/// A FIFO stands for a pipe on standard input.
class Stream : public OpenFiles {
 protected:
  void SetUp() override {
    ASSERT_EQ(::mkfifo(path("fifo").c_str(), 0600), 0);
    writer_ = ::open(path("fifo").c_str(), O_RDWR | O_CLOEXEC); // both ends: opening must not wait for a peer
    ASSERT_GE(writer_, 0);
  }
  void TearDown() override { end(); }

  void send(const bytes& content) const {
    ASSERT_EQ(::write(writer_, content.data(), content.size()), static_cast<ssize_t>(content.size()));
  }
  void end() {
    if (writer_ >= 0) ::close(writer_);
    writer_ = -1;
  }

  int writer_ = -1;
};

TEST_F(Stream, IsIdleWhileNothingArrives) {
  auto source = open_files({{path("fifo")}, ""});
  ASSERT_TRUE(source) << source.error().message;
  keeping_handler handler;
  EXPECT_EQ((*source)->read(handler, 10, milliseconds{0}), read_status::idle);
}

TEST_F(Stream, HandsOverPacketsAsTheyArrive) {
  const bytes file = pcap_writer{}.packet(1, filler(60)).packet(2, filler(61)).content();
  auto source = open_files({{path("fifo")}, ""});
  ASSERT_TRUE(source);
  keeping_handler handler;
  send({file.begin(), file.begin() + 10}); // half of the file's header
  EXPECT_EQ((*source)->read(handler, 10, milliseconds{0}), read_status::idle);
  send({file.begin() + 10, file.begin() + 110}); // the first packet and a little more
  EXPECT_EQ((*source)->read(handler, 10, milliseconds{0}), read_status::more);
  EXPECT_EQ(handler.frames.size(), 1u);
  EXPECT_EQ((*source)->read(handler, 10, milliseconds{0}), read_status::idle);
  send({file.begin() + 110, file.end()});
  end();
  EXPECT_EQ((*source)->read(handler, 10, milliseconds{0}), read_status::end);
  EXPECT_EQ(handler.frames.size(), 2u);
  EXPECT_TRUE((*source)->damage().empty());
}

TEST_F(Stream, ThatIsNoCaptureFailsWhenItIsRead) {
  auto source = open_files({{path("fifo")}, ""});
  ASSERT_TRUE(source);
  send(test::text("hello, world"));
  keeping_handler handler;
  const auto status = (*source)->read(handler, 10, milliseconds{0});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, errc::not_a_capture);
}

TEST_F(Stream, HoldsBackAFileItIsMergedWithUntilItShowsItsFirstPacket) {
  const auto other = write("other.pcap", pcap_writer{}.packet(5'000, filler(60)).content());
  auto source = open_files({{other, path("fifo")}, ""});
  ASSERT_TRUE(source);
  keeping_handler handler;
  EXPECT_EQ((*source)->read(handler, 10, milliseconds{0}), read_status::idle);
  send(pcap_writer{}.packet(1'000, filler(61)).content());
  end();
  while (*(*source)->read(handler, 10, milliseconds{0}) != read_status::end) {
  }
  ASSERT_EQ(handler.frames.size(), 2u);
  EXPECT_EQ(handler.frames[0].content.size(), 61u);
}

} // namespace
} // namespace remora::traffic
