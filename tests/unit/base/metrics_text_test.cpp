#include "base/metrics_text.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace remora {
namespace {

TEST(MetricsText, IsEmptyWithoutMetrics) { EXPECT_EQ(metrics_text{}.text(), ""); }

TEST(MetricsText, SaysWhatAMetricIsBeforeItsValue) {
  metrics_text page;
  page.counter("remora_packets_total", "Packets seen.", 18'446'744'073'709'551'615U);
  EXPECT_EQ(page.text(),
            "# HELP remora_packets_total Packets seen.\n"
            "# TYPE remora_packets_total counter\n"
            "remora_packets_total 18446744073709551615\n");
}

TEST(MetricsText, KeepsTheSamplesOfAMetricTogetherUnderOneHeading) {
  metrics_text page;
  page.counter("a_total", "A.", 1, {{"script", "x"}});
  page.gauge("b", "B.", 0.5);
  page.counter("a_total", "A.", 2, {{"script", "y"}, {"node", "n"}});
  EXPECT_EQ(page.text(),
            "# HELP a_total A.\n"
            "# TYPE a_total counter\n"
            "a_total{script=\"x\"} 1\n"
            "a_total{script=\"y\",node=\"n\"} 2\n"
            "# HELP b B.\n"
            "# TYPE b gauge\n"
            "b 0.5\n");
}

struct value_case {
  const char* value;
  const char* written;
};

class LabelValue : public ::testing::TestWithParam<value_case> {};

TEST_P(LabelValue, CannotLeaveItsQuotes) {
  metrics_text page;
  page.gauge("m", "M.", 1, {{"l", GetParam().value}});
  EXPECT_EQ(page.text(), std::string{"# HELP m M.\n# TYPE m gauge\nm{l=\""} + GetParam().written + "\"} 1\n");
}

INSTANTIATE_TEST_SUITE_P(All, LabelValue,
                         ::testing::Values(value_case{"plain", "plain"}, value_case{"", ""},
                                           value_case{"a\"} 9\nb 1", "a\\\"} 9\\nb 1"},
                                           value_case{"back\\slash", "back\\\\slash"},
                                           value_case{"gr\xC3\xBC\xC3\x9F", "gr\xC3\xBC\xC3\x9F"},
                                           value_case{"bad\xFF", "bad\xEF\xBF\xBD"}));

TEST(MetricsText, EscapesWhatWouldEndTheLineOfAHelpText) {
  metrics_text page;
  page.gauge("m", "one\ntwo \\ \"three\"", 1);
  EXPECT_EQ(page.text(), "# HELP m one\\ntwo \\\\ \"three\"\n# TYPE m gauge\nm 1\n");
}

TEST(MetricsText, WritesTimesAsSeconds) {
  metrics_text page;
  page.counter("a_seconds_total", "A.", std::chrono::milliseconds{1'250});
  EXPECT_EQ(page.text(), "# HELP a_seconds_total A.\n# TYPE a_seconds_total counter\na_seconds_total 1.25\n");
}

TEST(MetricsText, WritesNumbersThatReadBackAsTheSame) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::pair<double, const char*> cases[]{{0, "0"},
                                               {-1.5, "-1.5"},
                                               {0.1, "0.1"},
                                               {1e300, "1e+300"},
                                               {infinity, "+Inf"},
                                               {-infinity, "-Inf"},
                                               {std::numeric_limits<double>::quiet_NaN(), "NaN"}};
  for (const auto& [value, written] : cases) {
    metrics_text page;
    page.gauge("m", "M.", value);
    EXPECT_EQ(page.text(), std::string{"# HELP m M.\n# TYPE m gauge\nm "} + written + "\n");
  }
}

} // namespace
} // namespace remora
