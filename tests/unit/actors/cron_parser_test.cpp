#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "schedules.hpp"

namespace remora::jobs {
namespace {

using testing::StartsWith;

std::string error_of(std::string_view text) {
  const auto parsed = cron_schedule::parse(text);
  if (parsed) return "accepted";
  EXPECT_EQ(parsed.error().code, errc::invalid_cron);
  const std::string& message = parsed.error().message;
  const std::string prefix = "invalid cron expression ";
  EXPECT_EQ(message.substr(0, prefix.size()), prefix);
  const auto end_of_quote = message.find("\": ");
  return end_of_quote == std::string::npos ? message : message.substr(end_of_quote + 3);
}

std::uint64_t bits(std::initializer_list<unsigned> values) {
  std::uint64_t all = 0;
  for (const unsigned value : values)
    all |= std::uint64_t{1} << value;
  return all;
}

struct field_case {
  const char* text;
  std::uint64_t expected;
};

TEST(CronParser, ReadsEveryFormOfAField) {
  const field_case cases[] = {
      {"5", bits({5})},
      {"05", bits({5})},
      {"1,2,30", bits({1, 2, 30})},
      {"10-13", bits({10, 11, 12, 13})},
      {"10-10", bits({10})},
      {"10-20/4", bits({10, 14, 18})},
      {"10-20/30", bits({10})},
      {"50/3", bits({50, 53, 56, 59})},
      {"*/20", bits({0, 20, 40})},
      {"?/20", bits({0, 20, 40})},
      {"*/59", bits({0, 59})},
      {"*/60", bits({0})},
      {"*/1000", bits({0})},
      {"*/99999999999999999999", bits({0})},
      {"1,10-12,*/30", bits({0, 1, 10, 11, 12, 30})},
      {"7,7,7", bits({7})},
      {"*", (std::uint64_t{1} << 60) - 1},
      {"?", (std::uint64_t{1} << 60) - 1},
      {"*/1", (std::uint64_t{1} << 60) - 1},
  };
  for (const auto& c : cases)
    EXPECT_EQ(test::cron(std::string(c.text) + " 0 0 1 1 *").fields().seconds, c.expected) << c.text;
}

TEST(CronParser, PutsEachFieldInItsPlace) {
  const auto fields = test::cron("1 2 3 4 5 6").fields();
  EXPECT_EQ(fields.seconds, bits({1}));
  EXPECT_EQ(fields.minutes, bits({2}));
  EXPECT_EQ(fields.hours, bits({3}));
  EXPECT_EQ(fields.days, bits({4}));
  EXPECT_EQ(fields.months, bits({5}));
  EXPECT_EQ(fields.weekdays, bits({6}));
}

TEST(CronParser, TakesFiveFieldsAsSecondZero) {
  const auto fields = test::cron("2 3 4 5 6").fields();
  EXPECT_EQ(fields.seconds, bits({0}));
  EXPECT_EQ(fields.minutes, bits({2}));
  EXPECT_EQ(fields.weekdays, bits({6}));
}

TEST(CronParser, SeparatesFieldsByAnyBlanks) {
  EXPECT_EQ(test::cron("  1\t2 3   4 5 6 \n").fields().hours, bits({3}));
}

TEST(CronParser, KnowsMonthsByNameInAnyCase) {
  EXPECT_EQ(test::cron("0 0 0 1 jan,Mar-MAY,oct-dec/2 *").fields().months, bits({1, 3, 4, 5, 10, 12}));
}

TEST(CronParser, KnowsDaysOfTheWeekByNameInAnyCase) {
  EXPECT_EQ(test::cron("0 0 0 * * mon-Wed,SAT").fields().weekdays, bits({1, 2, 3, 6}));
}

TEST(CronParser, TakesSevenAsSunday) {
  const field_case cases[] = {
      {"7", bits({0})},         {"0", bits({0})},
      {"5-7", bits({5, 6, 0})}, {"0-7", bits({0, 1, 2, 3, 4, 5, 6})},
      {"5-7/2", bits({5, 0})},  {"7-7", bits({0})},
      {"1/3", bits({1, 4})},    {"*/2", bits({0, 2, 4, 6})},
      {"7/2", bits({0})},
  };
  for (const auto& c : cases)
    EXPECT_EQ(test::cron(std::string("0 0 0 * * ") + c.text).fields().weekdays, c.expected) << c.text;
}

TEST(CronParser, LetsARangeOfNamedDaysEndOnSunday) {
  EXPECT_EQ(test::cron("0 0 0 * * FRI-SUN").fields().weekdays, bits({5, 6, 0}));
  EXPECT_EQ(test::cron("0 0 0 * * MON-SUN").fields().weekdays, bits({0, 1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(test::cron("0 0 0 * * SUN-TUE").fields().weekdays, bits({0, 1, 2}));
  EXPECT_EQ(test::cron("0 0 0 * * SUN-SUN").fields().weekdays, bits({0}));
}

TEST(CronParser, SaysWhichDayFieldsAreOpen) {
  struct {
    const char* field;
    bool open;
  } const cases[] = {{"*", true},    {"?", true},     {"*/1", true},  {"?/1", true}, {"*,5", true},
                     {"*/2", false}, {"1-31", false}, {"1/1", false}, {"5", false}};
  for (const auto& c : cases) {
    EXPECT_EQ(test::cron("0 0 0 " + std::string(c.field) + " * MON").fields().any_day, c.open) << c.field;
  }
}

TEST(CronParser, SaysWhichSchedulesHaveAFixedTime) {
  EXPECT_TRUE(test::cron("0 30 2 * * *").fields().fixed_time);
  EXPECT_TRUE(test::cron("0 0-59/10 2,3 * * *").fields().fixed_time);
  EXPECT_FALSE(test::cron("* 30 2 * * *").fields().fixed_time);
  EXPECT_FALSE(test::cron("0 */10 2 * * *").fields().fixed_time);
  EXPECT_FALSE(test::cron("0 30 */2 * * *").fields().fixed_time);
  EXPECT_FALSE(test::cron("0 30 ? * * *").fields().fixed_time);
}

TEST(CronParser, ReadsDescriptorsAsTheFieldsTheyStandFor) {
  const std::pair<const char*, const char*> cases[] = {
      {"@yearly", "0 0 0 1 1 *"}, {"@annually", "0 0 0 1 1 *"}, {"@monthly", "0 0 0 1 * *"},
      {"@weekly", "0 0 0 * * 0"}, {"@daily", "0 0 0 * * *"},    {"@midnight", "0 0 0 * * *"},
      {"@hourly", "0 0 * * * *"}, {" @Daily ", "0 0 0 * * *"},
  };
  for (const auto& [descriptor, meaning] : cases) {
    EXPECT_EQ(test::runs(descriptor, "2026-05-05T05:05:05Z", 3),
              test::runs(meaning, "2026-05-05T05:05:05Z", 3))
        << descriptor;
  }
}

TEST(CronParser, ReadsThePeriodOfEvery) {
  const std::pair<const char*, std::int64_t> cases[] = {
      {"1s", 1},     {"90s", 90},     {"1h30m", 5'400}, {"1h30m10s", 5'410},    {"1.5h", 5'400},
      {"0.25m", 15}, {"2d", 172'800}, {"2000ms", 2},    {"3650d", 315'360'000}, {"0h5m", 300},
      {"1.000s", 1},
  };
  for (const auto& [period, seconds] : cases)
    EXPECT_EQ(test::cron(std::string("@every ") + period).fields().every_seconds, seconds) << period;
}

TEST(CronParser, NamesTheFieldAndWhatIsWrongWithIt) {
  const std::pair<const char*, const char*> cases[] = {
      {"61 * * * * *", "field 1 (second): 61 is outside 0-59"},
      {"60 * * * *", "field 1 (minute): 60 is outside 0-59"},
      {"* * 24 * * *", "field 3 (hour): 24 is outside 0-23"},
      {"* * * 0 * *", "field 4 (day of month): 0 is outside 1-31"},
      {"* * * 32 * *", "field 4 (day of month): 32 is outside 1-31"},
      {"* * * * 13 *", "field 5 (month): 13 is outside 1-12"},
      {"* * * * * 8", "field 6 (day of week): 8 is outside 0-7"},
      {"* * * * * 99999999999999999999999", "field 6 (day of week): 99999999999999999999 is outside 0-7"},
      {"* * * * JANUARY *", "field 5 (month): \"JANUARY\" is no month; write 1-12 or JAN-DEC"},
      {"* * * * * JAN", "field 6 (day of week): \"JAN\" is no day of week; write 0-7 or SUN-SAT"},
      {"* x * * * *", "field 2 (minute): \"x\" is no minute; write 0-59"},
      {"* -5 * * * *", "field 2 (minute): a value is missing"},
      {"* 5- * * * *", "field 2 (minute): a value is missing"},
      {"* 5-6-7 * * * *", "field 2 (minute): \"6-7\" is no minute; write 0-59"},
      {"* *-5 * * * *", "field 2 (minute): \"*\" is no minute; write 0-59"},
      {"* 1,,2 * * * *", "field 2 (minute): a value is missing beside a comma"},
      {"* 1, * * * *", "field 2 (minute): a value is missing beside a comma"},
      {"* , * * * *", "field 2 (minute): a value is missing beside a comma"},
      {"*/0 * * * * *", "field 1 (second): step 0 never advances; write 1 or more"},
      {"*/ * * * * *", "field 1 (second): \"\" is no step; write a number after the slash"},
      {"*/x * * * * *", "field 1 (second): \"x\" is no step; write a number after the slash"},
      {"*/2/3 * * * * *", "field 1 (second): \"2/3\" is no step; write a number after the slash"},
      {"/5 * * * * *", "field 1 (second): a value is missing"},
      {"** * * * * *", "field 1 (second): \"**\" is no second; write 0-59"},
      {"0 0 22-2 * * *", "field 3 (hour): range \"22-2\" runs backwards; write 22-23,0-2"},
      {"0 0 0 * DEC-JAN *", "field 5 (month): range \"DEC-JAN\" runs backwards; write 12,1"},
      {"0 0 0 * * FRI-TUE", "field 6 (day of week): range \"FRI-TUE\" runs backwards; write 5-6,0-2"},
      {"0 0 0 * * 5-0", "field 6 (day of week): range \"5-0\" runs backwards; write 5-6,0"},
  };
  for (const auto& [text, expected] : cases)
    EXPECT_EQ(error_of(text), expected) << text;
}

TEST(CronParser, RefusesAWrongNumberOfFields) {
  EXPECT_EQ(error_of("* * * *"),
            "it has 4 fields; write six (second minute hour day-of-month month day-of-week), "
            "or five without the second");
  EXPECT_THAT(error_of("*"), StartsWith("it has 1 field;"));
  EXPECT_THAT(error_of("0 0 0 1 1 * 2026"), StartsWith("it has 7 fields;"));
}

TEST(CronParser, RefusesEmptyText) {
  const std::string expected = "it is empty; write six fields, such as \"0 */5 * * * *\", or @every 30s";
  EXPECT_EQ(error_of(""), expected);
  EXPECT_EQ(error_of(" \t "), expected);
}

TEST(CronParser, RefusesAScheduleThatNeverMatches) {
  EXPECT_EQ(error_of("0 0 0 30 2 *"), "it never matches: no month it allows has such a day");
  EXPECT_EQ(error_of("0 0 0 31 2,4,6,9,11 ?"), "it never matches: no month it allows has such a day");
  EXPECT_EQ(error_of("0 0 0 29 2 *"), "accepted") << "leap years have it";
  EXPECT_EQ(error_of("0 0 0 30 2 MON"), "accepted") << "either day field may match";
}

TEST(CronParser, RefusesBadDescriptors) {
  const std::pair<const char*, const char*> cases[] = {
      {"@every", "@every takes one duration, such as @every 1h30m"},
      {"@every 1h 30m", "@every takes one duration, such as @every 1h30m"},
      {"@every 0s", "@every takes at least 1s"},
      {"@every 999ms", "@every takes at least 1s"},
      {"@every 1500ms", "@every takes whole seconds"},
      {"@daily 5", "nothing may follow @daily"},
  };
  for (const auto& [text, expected] : cases)
    EXPECT_EQ(error_of(text), expected) << text;
  EXPECT_THAT(error_of("@every 3651d"), "@every takes at most 3650d");
  for (const char* period :
       {"5", "s", "5x", "-5s", "5s-", "1.s", ".5s", "1e3s", "5s1h", "99999999999999999999d"})
    EXPECT_THAT(error_of("@every " + std::string(period)),
                StartsWith("@every \"" + std::string(period) + "\": "));
  EXPECT_THAT(error_of("@reboot"),
              StartsWith("unknown descriptor \"@reboot\"; there are @every <duration>, @yearly, "));
}

TEST(CronParser, LimitsTheLengthOfText) {
  const std::string fits = "0 0 0 1 1 *" + std::string(cron_schedule::max_text_bytes - 11, ' ');
  EXPECT_EQ(error_of(fits), "accepted");
  EXPECT_EQ(error_of(fits + " "), "it is longer than 256 bytes");
}

TEST(CronParser, QuotesTheTextWithoutLettingItForgeALine) {
  const auto parsed = cron_schedule::parse("\x1B[31m\n* * * * \"");
  ASSERT_FALSE(parsed);
  EXPECT_THAT(parsed.error().message,
              StartsWith("invalid cron expression \"\\x1b[31m\\n* * * * \\\"\": field 1"));
  const auto long_one = cron_schedule::parse(std::string(200, '#'));
  EXPECT_THAT(long_one.error().message,
              StartsWith("invalid cron expression \"" + std::string(64, '#') + "...\": it has 1 field"));
}

} // namespace
} // namespace remora::jobs
