// What `remora console` shows, and that it loses and repeats nothing when connections end.

#include <atomic>
#include <thread>

#include <gmock/gmock.h>

#include "cli/remote/console_printer.hpp"
#include "tests/unit/cli/hub_fixture.hpp"

namespace remora::cli::test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string line(int id, const std::string& text, const std::string& level = "log") {
  return R"({"id":)" + std::to_string(id) +
         R"(,"time":"2026-01-01T00:00:00.000000000Z","node":"n1","script":"dns","level":")" + level +
         R"(","text":)" + to_json_string(text) + '}';
}

class Console : public HubTest {
 protected:
  Console() { where_.reconnect_after = std::chrono::milliseconds{1}; }

  /// GET /console: these lines, newest first.
  void stored(const std::vector<std::string>& newest_first) {
    on(http::method::get, "/console", [newest_first](const http::request& asked) {
      std::string items;
      const auto limit = asked.query_value("limit");
      std::size_t left = limit ? std::stoul(std::string{*limit}) : newest_first.size();
      for (const std::string& one : newest_first)
        if (left > 0) {
          items += (items.empty() ? "" : ",") + one;
          --left;
        }
      return http::json_response("{\"items\":[" + items + "],\"next\":null}");
    });
  }
};

TEST_F(Console, PrintsErrorsOnStandardErrorAndTheRestOnStandardOutput) {
  stored({line(3, "c"), line(2, "b", "error"), line(1, "a")});
  EXPECT_EQ(remora_at_hub({"console"}), 0) << err();
  EXPECT_EQ(out(), "[n1:dns] a\n[n1:dns] c\n");
  EXPECT_EQ(err(), "[n1:dns:ERROR] b\n");
}

TEST_F(Console, PrintsEveryLineAsTheApiHasItWithJson) {
  stored({line(2, "b", "error"), line(1, "a")});
  EXPECT_EQ(remora_at_hub({"console", "--output", "json"}), 0) << err();
  EXPECT_EQ(out(), line(1, "a") + '\n' + line(2, "b", "error") + '\n');
}

TEST_F(Console, PassesWhatAScriptPrintsOnToFilesAsItIs) {
  stored({line(1, "\x1b[2Jx\ny")});
  EXPECT_EQ(remora_at_hub({"console"}), 0);
  EXPECT_EQ(out(), "[n1:dns] \x1b[2Jx\ny\n");
}

TEST_F(Console, AsksForWhatTheOptionsSay) {
  stored({});
  answers("/scripts", R"({"items":[{"index":0,"title":"dns watch"}],"next":null})");
  EXPECT_EQ(remora_at_hub(
                {"console", "--script", "0", "--node", "n1", "--errors", "--since", "5m", "--until", "1m"}),
            0)
      << err();
  EXPECT_EQ(asked().back().query, (http::fields{{"script", "dns watch"},
                                                {"node", "n1"},
                                                {"level", "error"},
                                                {"since", "5m"},
                                                {"until", "1m"},
                                                {"limit", "1000"}}));
}

TEST_F(Console, ShowsTheLastLinesOnly) {
  stored({line(3, "c"), line(2, "b"), line(1, "a")});
  EXPECT_EQ(remora_at_hub({"console", "--tail", "2", "-f", "--no-follow"}), 0) << err();
  EXPECT_EQ(out(), "[n1:dns] b\n[n1:dns] c\n");
}

TEST_F(Console, FollowsAcrossALostConnectionWithoutLosingOrRepeatingALine) {
  stored({line(7, "g"), line(6, "f")});
  std::atomic<int> connections{0};
  std::vector<std::string> began;
  stream("/console", [&](const http::request& asked, const http::websocket& to) {
    began.emplace_back(asked.query_value("after").value_or("none"));
    if (connections++ == 0) {
      to.send(line(8, "h"));
      to.send(line(9, "i"));
      to.close(http::close_code::going_away, "restart");
    } else {
      to.send(line(9, "i")); // repeats itself
      to.send(line(10, "j"));
      to.send(R"({"dropped":4})");
      to.send(line(15, "end"));
      return http::websocket_events{{}, [&] {}};
    }
    return http::websocket_events{};
  });
  stream("/jobs", [](const http::request&, const http::websocket&) { return http::websocket_events{}; });
  start();
  std::thread stopper{[this] { // what a person does who has seen enough
    while (out().find("end") == std::string::npos)
      std::this_thread::yield();
    stop_ = true;
  }};
  EXPECT_EQ(remora({"console", "-f"}), 130);
  stopper.join();
  EXPECT_EQ(out(), "[n1:dns] f\n[n1:dns] g\n[n1:dns] h\n[n1:dns] i\n[n1:dns] j\n[n1:dns] end\n");
  EXPECT_THAT(began, ElementsAre("7", "9"));
  EXPECT_THAT(err(), AllOf(HasSubstr("restart; connecting anew"), HasSubstr("connected again"),
                           HasSubstr("4 lines are missing here")));
}

TEST_F(Console, EndsWhenTheHubSaysWhyItDoesNotGoOn) {
  stored({});
  stream("/console", [](const http::request&, const http::websocket& to) {
    to.send(R"({"error":"no such level"})");
    to.close(http::close_code::policy_violation, "no such level");
    return http::websocket_events{};
  });
  EXPECT_EQ(remora_at_hub({"console", "-f"}), 1);
  EXPECT_THAT(err(), HasSubstr("no such level"));
}

TEST_F(Console, EndsWith3WhenTheHubIsNotThere) {
  EXPECT_EQ(remora({"console", "-f", "--hub", "http://127.0.0.1:1"}), 3);
}

TEST_F(Console, DoesNotTakeWhatItCannotDo) {
  EXPECT_EQ(remora({"console", "-f", "--until", "5m"}), 2);
  EXPECT_EQ(remora({"console", "--tail", "many"}), 2);
  EXPECT_EQ(remora({"console", "--output", "yaml"}), 2);
}

class ConsolePrinter : public CliTest {
 protected:
  void show(bool colour, const std::string& text, const std::string& level = "log") {
    const screen person{true, colour, {}};
    console_printer printer{where_, {false, person, person}};
    printer.print(*client::parse_json(line(1, text, level)));
  }
};

TEST_F(ConsolePrinter, LetsColoursThroughToATerminalAndNothingElse) {
  show(true, "\x1b[32mgreen\x1b]52;c;ZXZpbA==\a");
  EXPECT_EQ(out(), "\x1b[2m[n1:dns]\x1b[0m \x1b[32mgreen\\x1b]52;c;ZXZpbA==\\x07\x1b[0m\n");
}

TEST_F(ConsolePrinter, ShowsErrorsInRed) {
  show(true, "no", "error");
  EXPECT_EQ(err(), "\x1b[31m[n1:dns:ERROR] no\x1b[0m\n");
}

TEST_F(ConsolePrinter, ShowsNoColoursWhereNoneAreWanted) {
  show(false, "\x1b[32mgreen");
  EXPECT_EQ(out(), "[n1:dns] green\n");
}

} // namespace
} // namespace remora::cli::test
