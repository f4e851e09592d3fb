#include "worker/instant_file.hpp"

#include <csignal>
#include <fstream>
#include <iterator>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace remora::worker {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

timestamp second(std::int64_t number) { return from_unix_ns((1'700'000'000 + number) * 1'000'000'000); }

class InstantFile : public testing::Test {
 protected:
  InstantFile() {
    std::string made = (fs::temp_directory_path() / "remora-instants-XXXXXX").string();
    folder = ::mkdtemp(made.data());
    path = folder / "instants";
  }
  ~InstantFile() override { fs::remove_all(folder); }

  std::unique_ptr<instant_file> open() const {
    auto made = instant_file::open(path);
    EXPECT_TRUE(made) << made.error().message;
    return made ? std::move(*made) : nullptr;
  }
  /// The last instant of a job, as the next process finds it.
  timestamp found(const std::string& script, const std::string& tag) const {
    const auto file = open();
    if (!file) return {};
    const auto all = file->load(script);
    const auto job = all.find(tag);
    return job == all.end() ? timestamp{} : job->second.latest();
  }
  std::string content() const {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  void append(const std::string& text) const {
    std::ofstream{path, std::ios::binary | std::ios::app} << text;
  }

  fs::path folder;
  fs::path path;
};

TEST_F(InstantFile, FindsWhatWasStoredByScriptAndTag) {
  {
    const auto file = open();
    file->store("s", "a", second(1));
    file->store("s", "b", second(2));
    file->store("t", "a", second(3));
    file->store("s", "a", second(4));
  }
  EXPECT_EQ(found("s", "a"), second(4));
  EXPECT_EQ(found("s", "b"), second(2));
  EXPECT_EQ(found("t", "a"), second(3));
  EXPECT_EQ(open()->load("unknown").size(), 0u);
}

TEST_F(InstantFile, KeepsTitlesAndTagsOfAnyBytes) {
  const std::string odd{"a b\n%20\xFF\0\x7F", 10};
  open()->store(odd, odd, second(1));
  EXPECT_EQ(found(odd, odd), second(1));
  open()->store("", "", second(2));
  EXPECT_EQ(found("", ""), second(2));
}

TEST_F(InstantFile, FindsWhatAProcessStoredThatWasKilled) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto file = instant_file::open(path);
    for (std::int64_t i = 0; file && i < 100; ++i)
      (*file)->store("s", "a", second(i));
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(found("s", "a"), second(99));
}

TEST_F(InstantFile, FindsAllButTheLastLineWhereverThatIsTorn) {
  open()->store("s", "a", second(1));
  const std::string whole_before = content();
  open()->store("s", "b", second(2));
  const std::string both = content();
  ASSERT_GT(both.size(), whole_before.size());
  for (std::size_t length = whole_before.size(); length < both.size(); ++length) {
    std::ofstream{path, std::ios::binary | std::ios::trunc} << both.substr(0, length);
    const auto file = open();
    EXPECT_EQ(file->load("s").size(), 1u) << length;
    EXPECT_EQ(file->load("s").at("a").latest(), second(1)) << length;
    EXPECT_EQ(file->damaged_lines(), length == whole_before.size() ? 0u : 1u) << length;
  }
}

TEST_F(InstantFile, PassesOverEveryLineThatIsDamaged) {
  for (const char* tag : {"a", "b", "c"})
    open()->store("s", tag, second(1));
  const std::string whole = content();
  const std::size_t first = whole.find('\n') + 1;
  const std::size_t second_line = whole.find('\n', first) + 1;
  for (std::size_t at = first; at < second_line; ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    std::ofstream{path, std::ios::binary | std::ios::trunc} << damaged;
    const auto file = open();
    EXPECT_EQ(file->load("s").count("a"), 0u) << at;
    EXPECT_EQ(file->load("s").count("c"), 1u) << at;
    EXPECT_GE(file->damaged_lines(), 1u) << at;
  }
}

TEST_F(InstantFile, PassesOverLinesOfNonsense) {
  open()->store("s", "a", second(1));
  append("\n\n \nnonsense\n00000000 1 s a\nffffffff 99999999999999999999 s a\n%%%\n");
  const auto file = open();
  EXPECT_EQ(file->load("s").at("a").latest(), second(1));
  EXPECT_EQ(file->damaged_lines(), 5u);
}

TEST_F(InstantFile, DoesNotTouchAFileThatIsNotItsOwn) {
  append("important\n");
  const auto made = instant_file::open(path);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, errc::store_damaged);
  EXPECT_EQ(content(), "important\n");
}

TEST_F(InstantFile, SaysWhyItCannotBeOpened) {
  const auto made = instant_file::open(folder / "no such folder" / "instants");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, errc::not_found);
  EXPECT_THAT(made.error().message, HasSubstr("no such folder"));
}

TEST_F(InstantFile, StaysSmallHoweverManyRunsThereAre) {
  const auto file = open();
  for (std::int64_t i = 0; i < 60'000; ++i)
    file->store("a script of some title", "a job", second(i));
  EXPECT_LE(fs::file_size(path), instant_file::smallest_to_rewrite + 100);
  EXPECT_EQ(found("a script of some title", "a job"), second(59'999));
}

TEST_F(InstantFile, ForgetsTheJobsThatRanLongestAgoWhenThereAreTooMany) {
  const auto file = open();
  for (std::size_t i = 0; i < instant_file::max_jobs + 100; ++i)
    file->store("s", "j" + std::to_string(i), second(static_cast<std::int64_t>(i)));
  const auto kept = file->load("s");
  EXPECT_LE(kept.size(), instant_file::max_jobs);
  EXPECT_GE(kept.size(), instant_file::max_jobs / 2);
  EXPECT_EQ(kept.count("j0"), 0u);
  EXPECT_EQ(kept.count("j" + std::to_string(instant_file::max_jobs + 99)), 1u);
}

TEST_F(InstantFile, GoesOnInMemoryWhenItCannotWrite) {
  const auto file = open();
  file->store("s", "a", second(1));
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit full{fs::file_size(path) + 10, before.rlim_max}; // a disk with room for half a line
  ::setrlimit(RLIMIT_FSIZE, &full);
  file->store("s", "a", second(2));
  file->store("s", "a", second(3));
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, old_handler);
  EXPECT_EQ(file->failed_writes(), 2u);
  EXPECT_EQ(file->load("s").at("a").latest(), second(3));
  file->store("s", "b", second(4));
  EXPECT_EQ(found("s", "b"), second(4)) << "the half line before it does no harm";
  EXPECT_EQ(found("s", "a"), second(1));
}

TEST_F(InstantFile, RemembersAClockThatWasWrongBesideOneThatIsRight) {
  const timestamp wrong = second(10 * 366 * 86'400);
  open()->store("s", "a", wrong);
  open()->store("s", "a", second(1));
  EXPECT_THAT(open()->load("s").at("a"), ElementsAre(second(1), wrong));
}

} // namespace
} // namespace remora::worker
