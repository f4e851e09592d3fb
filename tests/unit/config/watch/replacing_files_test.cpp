// Each way in which a program replaces the content of a file, for each way in which that file is reached.

#include <functional>
#include <tuple>

#include "tests/unit/config/watch/watch_fixture.hpp"

namespace remora::config {
namespace {

struct way {
  const char* name;
  /// Makes the content of the file `dir/a.js` "new".
  std::function<void(const sandbox& box, const std::string& dir)> change;
};

const std::vector<way> ways{
    {"InPlace", [](const sandbox& box, const std::string& dir) { box.write(dir + "/a.js", "new"); }},
    {"VimWithBackup",
     [](const sandbox& box, const std::string& dir) {
       box.write(dir + "/4913"); // vim tries whether it may make files here
       box.remove(dir + "/4913");
       box.rename(dir + "/a.js", dir + "/a.js~");
       box.write(dir + "/a.js", "new");
       box.remove(dir + "/a.js~");
     }},
    {"VimWithCopiedBackup",
     [](const sandbox& box, const std::string& dir) {
       box.write(dir + "/a.js~", box.read(dir + "/a.js"));
       box.write(dir + "/a.js", "new");
       box.remove(dir + "/a.js~");
     }},
    {"SedInPlace",
     [](const sandbox& box, const std::string& dir) {
       box.write(dir + "/sedK3x9Qz", "new");
       box.rename(dir + "/sedK3x9Qz", dir + "/a.js");
     }},
    {"VsCode",
     [](const sandbox& box, const std::string& dir) {
       box.write(dir + "/a.js", "");
       box.write(dir + "/a.js", "new");
     }},
    {"JetBrainsSafeWrite",
     [](const sandbox& box, const std::string& dir) {
       box.write(dir + "/a.js___jb_tmp___", "new");
       box.rename(dir + "/a.js", dir + "/a.js___jb_old___");
       box.rename(dir + "/a.js___jb_tmp___", dir + "/a.js");
       box.remove(dir + "/a.js___jb_old___");
     }},
    {"Emacs",
     [](const sandbox& box, const std::string& dir) {
       box.link("me@here.1:1", dir + "/.#a.js");
       box.rename(dir + "/a.js", dir + "/a.js~");
       box.write(dir + "/a.js", "new");
       box.remove(dir + "/.#a.js");
     }},
    {"Git",
     [](const sandbox& box, const std::string& dir) {
       box.remove(dir + "/a.js");
       box.write(dir + "/a.js", "new");
     }},
    {"Rsync",
     [](const sandbox& box, const std::string& dir) {
       box.write(dir + "/.a.js.Wq1x2y", "new");
       box.rename(dir + "/.a.js.Wq1x2y", dir + "/a.js");
     }},
    {"MovedInFromAnotherFolder",
     [](const sandbox& box, const std::string& dir) {
       box.write("elsewhere/a.js", "new");
       box.rename("elsewhere/a.js", dir + "/a.js");
     }},
    {"UnderAnotherNameOfTheFile",
     [](const sandbox& box, const std::string& dir) {
       fs::create_hard_link(box.path(dir + "/a.js"), box.path("other-name"));
       box.write("other-name", "new");
     }},
};

struct reach {
  const char* name;
  const char* watched;
  const char* dir; ///< Where the file really is.
  std::function<void(const sandbox& box)> arrange;
};

const std::vector<reach> reaches{
    {"InAFolder", "dir", "dir", [](const sandbox&) {}},
    {"Itself", "dir/a.js", "dir", [](const sandbox&) {}},
    {"ThroughALinkToIt", "link.js", "dir", [](const sandbox& box) { box.link("dir/a.js", "link.js"); }},
    {"ThroughALinkToItsFolder", "link", "dir", [](const sandbox& box) { box.link("dir", "link"); }},
    {"ThroughLinksInAFolder", "links", "dir",
     [](const sandbox& box) {
       box.folder("links");
       box.link("../dir/a.js", "links/b.js");
     }},
    {"ThroughADetour", "x/../dir//./a.js", "dir", [](const sandbox& box) { box.folder("x"); }},
};

class ReplacedFile : public FileWatch, public testing::WithParamInterface<std::tuple<way, reach>> {};

TEST_P(ReplacedFile, IsNoticedOnceEachTime) {
  const auto& [how, where] = GetParam();
  box_.write(std::string{where.dir} + "/a.js", "old");
  where.arrange(box_);
  watch(where.watched);
  for (int time = 0; time < 3; ++time) {
    how.change(box_, where.dir);
    EXPECT_THAT(settle(), testing::ElementsAre("it")) << "time " << time;
    EXPECT_FALSE(noticed()) << "reported again, time " << time;
    box_.remove("other-name");
    settle();
  }
}

TEST_P(ReplacedFile, IsNoticedByLookingAlone) {
  const auto& [how, where] = GetParam();
  box_.write(std::string{where.dir} + "/a.js", "old");
  where.arrange(box_);
  watch_options options = with_clock(now_);
  options.max_watches = 0;
  file_watch looking{options};
  looking.watch("it", {box_.path(where.watched)});
  EXPECT_TRUE(looking.is_polled("it"));
  pass(options.quiet);
  EXPECT_THAT(looking.changes(), testing::ElementsAre("it"));
  how.change(box_, where.dir);
  pass(options.look_every);
  EXPECT_THAT(looking.changes(), testing::IsEmpty());
  pass(options.quiet);
  EXPECT_THAT(looking.changes(), testing::ElementsAre("it"));
}

INSTANTIATE_TEST_SUITE_P(By, ReplacedFile,
                         testing::Combine(testing::ValuesIn(ways), testing::ValuesIn(reaches)),
                         [](const auto& one) {
                           return std::string{std::get<0>(one.param).name} + std::get<1>(one.param).name;
                         });

} // namespace
} // namespace remora::config
