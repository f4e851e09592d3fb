// scripts push and scripts watch, against a hub that keeps what it is sent.

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <filesystem>
#include <map>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>

#include "cli/client/digest.hpp"
#include "cli/client/json.hpp"
#include "tests/unit/cli/hub_fixture.hpp"

namespace remora::cli::test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// In one step, so that a watcher on a busy machine never sees half of it.
const auto write_file = [](const std::string& name, const std::string& content) {
  remora::test::working_folder::write("written", content);
  const std::filesystem::path to{name};
  if (to.has_parent_path()) std::filesystem::create_directories(to.parent_path());
  std::filesystem::rename("written", to);
};

class SyncTest : public HubTest {
 protected:
  SyncTest() {
    on(http::method::get, "/scripts", [this](const http::request&) { return list(); });
    on(http::method::put, "/scripts/{title}", [this](const http::request& asked) { return put(asked); });
    on(http::method::remove, "/scripts/{title}", [this](const http::request& asked) {
      kept_.erase(std::string{asked.parameter("title")});
      ++generation_;
      return http::no_content();
    });
  }

  struct kept {
    std::string code;
    std::string file;
    std::string origin = "api";
    bool active = true;
    int version = 0;
  };

  http::response list() {
    std::string items;
    for (const auto& [title, one] : kept_)
      items += (items.empty() ? "" : ",") +
               (R"({"title":)" + to_json_string(title) + R"(,"hash":")" + client::sha256_hex(one.code) +
                R"(","origin":")" + one.origin + R"(","file":")" + one.file + R"(","version":)" +
                std::to_string(one.version) + '}');
    return http::json_response("{\"items\":[" + items +
                               "],\"next\":null,\"generation\":" + std::to_string(generation_) + '}');
  }

  http::response put(const http::request& asked) {
    const auto body = client::parse_json(asked.body);
    if (body->contains("file") && !takes_file_)
      return http::problem(400, "a member \"file\" that means nothing here");
    const std::string code = client::text_of(*body, "code");
    if (code.find("REFUSED") != std::string::npos) return http::problem(422, "x.js:1:1: the hub says no");
    kept& one = kept_[std::string{asked.parameter("title")}];
    one = {code, client::text_of(*body, "file"), "api",
           !body->contains("active") || client::flag_of(*body, "active"), ++generation_};
    return http::json_response("{\"version\":" + std::to_string(one.version) + '}');
  }

  std::vector<std::string> titles() const {
    std::vector<std::string> out;
    for (const auto& [title, one] : kept_)
      out.push_back(title);
    return out;
  }
  std::size_t puts() const {
    const auto all = lines();
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [](const std::string& line) { return line.rfind("PUT", 0) == 0; }));
  }

  std::map<std::string, kept> kept_;
  int generation_ = 0;
  bool takes_file_ = true;
};

class ScriptsPush : public SyncTest {};

TEST_F(ScriptsPush, CreatesUpdatesAndLeavesWhatIsTheSame) {
  write_file("s/a.js", "// a\n1");
  write_file("s/b.js", "// b\n2");
  write_file("s/c.js", "// c\n3");
  kept_["a"].code = "// a\nold";
  kept_["b"].code = "// b\n2";
  EXPECT_EQ(remora_at_hub({"scripts", "push", "s"}), 0) << err();
  EXPECT_EQ(out(), "a (s/a.js): updated\nb (s/b.js): unchanged\nc (s/c.js): created\n");
  EXPECT_EQ(kept_["a"].code, "// a\n1");
  EXPECT_EQ(puts(), 2u);
}

TEST_F(ScriptsPush, NamesWhatIsNoJavaScriptAndSendsTheRest) {
  write_file("a.js", "// a\nWRONG");
  write_file("b.js", "// b");
  EXPECT_EQ(remora_at_hub({"scripts", "push", "a.js", "b.js"}), 1);
  EXPECT_EQ(err(), "remora: a.js:1:4: SyntaxError: WRONG\n");
  EXPECT_THAT(titles(), ElementsAre("b"));
}

TEST_F(ScriptsPush, NamesWhatTheHubRefusesAndSendsTheRest) {
  write_file("a.js", "// a\nREFUSED");
  write_file("b.js", "// b");
  EXPECT_EQ(remora_at_hub({"scripts", "push", "a.js", "b.js"}), 1);
  EXPECT_THAT(err(), HasSubstr("the hub says no"));
  EXPECT_THAT(titles(), ElementsAre("b"));
}

TEST_F(ScriptsPush, SendsAScriptThatThrowsHereBecauseTheHubHasTheEnv) {
  write_file("a.js", "// a");
  where_.scripts.check_scripts = [](const worker::run_options&) {
    return std::vector<error>{{errc::script_threw, "a.js:1:1: TypeError: env.X is undefined"}};
  };
  EXPECT_EQ(remora_at_hub({"scripts", "push", "a.js"}), 0) << err();
}

TEST_F(ScriptsPush, ChangesNothingInADryRun) {
  write_file("a.js", "// a");
  EXPECT_EQ(remora_at_hub({"scripts", "push", "--dry-run", "a.js"}), 0) << err();
  EXPECT_EQ(out(), "a (a.js): would be created\n");
  EXPECT_EQ(puts(), 0u);
}

TEST_F(ScriptsPush, StartsNewScriptsUnlessToldOtherwise) {
  write_file("a.js", "// a");
  write_file("b.js", "// b");
  kept_["b"] = {"old", "", "api", true, 1};
  EXPECT_EQ(remora_at_hub({"scripts", "push", "--inactive", "a.js", "b.js"}), 0) << err();
  EXPECT_FALSE(kept_["a"].active);
  EXPECT_TRUE(kept_["b"].active) << "that was decided before";
}

TEST_F(ScriptsPush, WorksWithAHubThatDoesNotKeepFiles) {
  takes_file_ = false;
  write_file("a.js", "// a");
  write_file("b.js", "// b");
  EXPECT_EQ(remora_at_hub({"scripts", "push", "a.js", "b.js"}), 0) << err();
  EXPECT_EQ(puts(), 3u) << "it is asked once";
}

TEST_F(ScriptsPush, PrintsAnObjectALineWithJson) {
  write_file("a.js", "// a\nWRONG");
  EXPECT_EQ(remora_at_hub({"scripts", "push", "--json", "a.js"}), 1);
  EXPECT_EQ(out(), R"({"action":"failed","title":"a","file":"a.js","error":"a.js:1:4: SyntaxError: WRONG"})"
                   "\n");
}

class ScriptsWatch : public SyncTest {
 protected:
  /// Watches, and calls `enough` after each line that is printed, until it returns true.
  int watch_until(std::vector<std::string> line, const std::function<bool()>& enough) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    where_.out = ends[1];
    std::thread reader{[&] {
      char c = 0;
      while (::read(ends[0], &c, 1) == 1) {
        printed_ += c;
        if (c == '\n' && !stop_ && enough()) stop_ = true;
      }
    }};
    const int status = remora_at_hub(line);
    ::close(ends[1]);
    reader.join();
    ::close(ends[0]);
    where_.out = out_.fd();
    return status;
  }
  const std::string& printed() const { return printed_; }

 private:
  std::string printed_;
};

TEST_F(ScriptsWatch, SendsOnceAndEndsWhenToldSo) {
  write_file("s/a.js", "// a");
  EXPECT_EQ(remora_at_hub({"scripts", "watch", "--once", "s"}), 0) << err();
  EXPECT_EQ(
      remora_at_hub({"scripts", "--set", "scripting.source=s", "--set", "scripting.watchScripts=false"}), 0)
      << err();
  EXPECT_EQ(out(), "a (s/a.js): created\na (s/a.js): unchanged\n");
}

TEST_F(ScriptsWatch, NamesBothSettingsWhenThereIsNothingToWatch) {
  EXPECT_EQ(remora({"scripts", "watch"}), 2);
  EXPECT_THAT(err(), AllOf(HasSubstr("scripting.source"), HasSubstr("scripting.sources")));
}

TEST_F(ScriptsWatch, EndsWith130AndLeavesTheHubAsItIs) {
  write_file("s/a.js", "// a");
  EXPECT_EQ(watch_until({"scripts", "watch", "s"}, [] { return true; }), 130);
  EXPECT_THAT(titles(), ElementsAre("a"));
}

TEST_F(ScriptsWatch, FollowsWhatIsMadeChangedAndDeleted) {
  write_file("s/a.js", "// a\n1");
  int step = 0;
  EXPECT_EQ(watch_until({"scripts", "watch", "s"},
                        [&] {
                          if (step == 0) write_file("s/a.js", "// a\n2");
                          if (step == 1) write_file("s/b.js", "// b");
                          if (step == 2) std::filesystem::remove("s/a.js");
                          return ++step == 4;
                        }),
            130);
  EXPECT_THAT(titles(), ElementsAre("b"));
  EXPECT_EQ(printed(),
            "a (s/a.js): created\na (s/a.js): updated\nb (s/b.js): created\na (s/a.js): removed\n");
}

TEST_F(ScriptsWatch, MakesAFileWithANewTitleANewScriptAndRemovesTheOld) {
  write_file("s/a.js", "// one");
  int step = 0;
  watch_until({"scripts", "watch", "s"}, [&] {
    if (step == 0) write_file("s/a.js", "// two");
    return ++step == 3;
  });
  EXPECT_EQ(printed(), "one (s/a.js): created\ntwo (s/a.js): created\none (s/a.js): removed\n");
}

TEST_F(ScriptsWatch, UpdatesAScriptWhoseFileIsRenamed) {
  write_file("s/a.js", "// title");
  write_file("s/z.js", "// other");
  int step = 0;
  watch_until({"scripts", "watch", "s"}, [&] {
    if (++step == 2) {
      std::filesystem::rename("s/a.js", "s/b.js");
      write_file("s/z.js", "// other\n2");
    }
    return step == 3;
  });
  EXPECT_THAT(titles(), ElementsAre("other", "title"));
  EXPECT_THAT(printed(), Not(HasSubstr("removed")));
}

TEST_F(ScriptsWatch, KeepsTheLastGoodVersionOfAFileThatIsWrongNow) {
  write_file("s/a.js", "// a\n1");
  write_file("s/b.js", "// b\n1");
  int step = 0;
  watch_until({"scripts", "watch", "s"}, [&] {
    if (++step == 2) {
      write_file("s/a.js", "// a\nWRONG");
      write_file("s/b.js", "// b\n2");
    }
    return step == 3;
  });
  EXPECT_THAT(titles(), ElementsAre("a", "b"));
  EXPECT_EQ(kept_["a"].code, "// a\n1");
  EXPECT_THAT(err(), HasSubstr("s/a.js:1:4: SyntaxError: WRONG"));
}

TEST_F(ScriptsWatch, PrunesWhatFilesBroughtAndNothingElse) {
  kept_["mine, gone"] = {"1", "s/gone.js", "api", true, 1};
  kept_["of the dashboard"] = {"2", "", "api", true, 2};
  kept_["of the hub"] = {"3", "/etc/remora/x.js", "file", true, 3};
  write_file("s/a.js", "// a");
  EXPECT_EQ(remora_at_hub({"scripts", "watch", "--once", "--prune", "s"}), 0) << err();
  EXPECT_THAT(titles(), ElementsAre("a", "of the dashboard", "of the hub"));
}

TEST_F(ScriptsWatch, SendsAScriptWhosePathNoHubKeepsWithoutIt) {
  write_file("s/two\nlines.js", "// odd");
  write_file("s/a.js", "// a");
  EXPECT_EQ(remora_at_hub({"scripts", "watch", "--once", "s"}), 0) << err();
  EXPECT_THAT(titles(), ElementsAre("a", "odd"));
  EXPECT_EQ(kept_["odd"].file, "");
  EXPECT_THAT(kept_["a"].file, HasSubstr("a.js")) << "the others keep theirs";
}

TEST_F(ScriptsWatch, EndsWith3WhenTheHubIsNotThereAtTheStart) {
  write_file("s/a.js", "// a");
  EXPECT_EQ(remora({"scripts", "watch", "--hub", "http://127.0.0.1:1", "s"}), 3);
}

} // namespace
} // namespace remora::cli::test
