#include <gmock/gmock.h>

#include "cli/json_records.hpp"
#include "cli/text_records.hpp"
#include "tests/unit/cli/cli_fixture.hpp"

namespace remora::cli::test {
namespace {

console_line line(console_level level, const std::string& text, const std::string& script = "counter") {
  return {from_unix_ns(1'700'000'000'123'456'789), "node-1", script, level, text};
}

class Records : public ::testing::Test {
 protected:
  memory_file out_file_;
  memory_file err_file_;
  output out_{out_file_.fd(), output::flushing::every_record};
  output err_{err_file_.fd(), output::flushing::every_record};
};

class TextRecords : public Records {};

TEST_F(TextRecords, PrintAMessageAsItIs) {
  text_records{out_, err_, {}}.console(line(console_level::log, "a\tb \x1b[34mblue\x1b[0m \xC2\xB5"));
  EXPECT_EQ(out_file_.content(), "a\tb \x1b[34mblue\x1b[0m \xC2\xB5\n");
}

TEST_F(TextRecords, SendErrorsAloneToStandardError) {
  text_records records{out_, err_, {}};
  for (const auto level : {console_level::debug, console_level::info, console_level::log, console_level::warn,
                           console_level::error})
    records.console(line(level, std::string{to_string(level)}));
  EXPECT_EQ(out_file_.content(), "debug\ninfo\nlog\nwarn\n");
  EXPECT_EQ(err_file_.content(), "error\n");
}

TEST_F(TextRecords, PutTheTitleOnceInFrontOfAMessage) {
  text_records{out_, err_, {true, false, false}}.console(line(console_level::log, "one\ntwo"));
  EXPECT_EQ(out_file_.content(), "[counter] one\ntwo\n");
}

TEST_F(TextRecords, KeepControlCharactersOfATitleOutOfTheLine) {
  text_records{out_, err_, {true, false, false}}.console(line(console_level::log, "x", "a\tb\x1b[2J"));
  EXPECT_EQ(out_file_.content(), "[a b [2J] x\n");
}

TEST_F(TextRecords, ColourErrorsWhereThatIsWanted) {
  text_records{out_, err_, {false, false, true}}.console(line(console_level::error, "boom"));
  EXPECT_EQ(err_file_.content(), "\x1b[31mboom\x1b[0m\n");
}

TEST_F(TextRecords, ClearTheScreenOfATerminalOnly) {
  text_records{out_, err_, {false, false, false}}.clear_console();
  EXPECT_EQ(out_file_.content(), "");
  text_records{out_, err_, {false, true, false}}.clear_console();
  EXPECT_EQ(out_file_.content(), "\x1b[H\x1b[2J");
}

TEST_F(TextRecords, WriteWhatWasPrintedBeforeAnErrorFirst) {
  output buffered{out_file_.fd(), output::flushing::when_full};
  text_records records{buffered, out_, {}}; // both lead to one file
  records.console(line(console_level::log, "first"));
  records.console(line(console_level::error, "second"));
  EXPECT_EQ(out_file_.content(), "first\nsecond\n");
}

class JsonRecords : public Records {
 protected:
  json_records records_{out_};
};

TEST_F(JsonRecords, GiveAConsoleLine) {
  records_.console(line(console_level::warn, "say \"hi\"\n"));
  EXPECT_EQ(out_file_.content(),
            R"({"type":"console","time":"2023-11-14T22:13:20.123456789Z","node":"node-1","script":"counter",)"
            R"("level":"warn","text":"say \"hi\"\n"})"
            "\n");
}

TEST_F(JsonRecords, StayWellFormedWhateverIsPrinted) {
  records_.console(line(console_level::log, std::string{"a\xFF\x00\x1b", 4}));
  EXPECT_THAT(out_file_.content(), ::testing::HasSubstr("\"text\":\"a\xEF\xBF\xBD\\u0000\\u001b\""));
}

TEST_F(JsonRecords, GiveAJobThatPassedWithItsResultAsAValue) {
  records_.job({"node-1",
                "counter",
                "report",
                from_unix_ns(1'700'000'000'000'000'000),
                from_unix_ns(1'700'000'000'500'000'000),
                nanoseconds{1'250'000},
                job_outcome::passed,
                R"({"n":[1,null]})",
                "",
                {"line 1", "line 2"}});
  EXPECT_EQ(out_file_.content(),
            R"({"type":"job","script":"counter","tag":"report","planned":"2023-11-14T22:13:20.000000000Z",)"
            R"("started":"2023-11-14T22:13:20.500000000Z","duration_ms":1.25,"outcome":"passed",)"
            R"("result":{"n":[1,null]},"error":null,"console":["line 1","line 2"]})"
            "\n");
}

TEST_F(JsonRecords, GiveNullForWhatASkippedJobDoesNotHave) {
  records_.job({"node-1",
                "counter",
                "report",
                from_unix_ns(1'700'000'000'000'000'000),
                std::nullopt,
                nanoseconds{0},
                job_outcome::skipped,
                "",
                "",
                {}});
  EXPECT_EQ(out_file_.content(),
            R"({"type":"job","script":"counter","tag":"report","planned":"2023-11-14T22:13:20.000000000Z",)"
            R"("started":null,"duration_ms":0,"outcome":"skipped","result":null,"error":null,"console":[]})"
            "\n");
}

TEST_F(JsonRecords, SumUpARunByItsOwnClock) {
  worker::run_report report;
  report.packets = 3;
  report.bytes = 180;
  report.source.kernel_dropped = 1;
  report.source.interface_dropped = 2;
  report.source.filtered_out = 9; // not lost: not wanted
  report.scripts.resize(2);
  report.scripts[0].hook_calls = 3;
  report.scripts[1].hook_calls = 2;
  report.scripts[1].dropped_events = 4;
  report.scripts[1].dropped_lines = 5;
  report.scripts[1].errors = 6;
  report.run_time = nanoseconds{1'500'000'000};
  report.wall_time = nanoseconds{7};
  records_.summary(report);
  EXPECT_EQ(out_file_.content(),
            R"({"type":"summary","packets":3,"bytes":180,"items":{},"hook_calls":5,"script_errors":6,)"
            R"("dropped":12,"seconds":1.5})"
            "\n");
}

TEST_F(JsonRecords, HaveNoScreenToClear) {
  records_.clear_console();
  EXPECT_EQ(out_file_.content(), "");
}

} // namespace
} // namespace remora::cli::test
