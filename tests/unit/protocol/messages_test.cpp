#include "protocol/messages.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "protocol/channel/channel_settings.hpp"
#include "protocol/script_source.hpp"
#include "protocol/wire/cbor_check.hpp"

namespace remora::protocol {
namespace {

using nlohmann::json;

static_assert(wire::max_message_bytes <= max_payload_bytes, "a channel carries every message");

std::string to_cbor(const json& value) {
  std::string out;
  json::to_cbor(value, out);
  return out;
}

json to_json(const message& what) { return json::from_cbor(encode(what).value()); }

TEST(Messages, ArriveAsThisTableSays) {
  std::string table;
  for (const message_facts& each : message_table) {
    table += std::string{each.type} + " " + std::string{to_string(each.from)} + " " +
             std::string{to_string(each.by)} + "\n";
  }
  EXPECT_EQ(table,
            "hello worker unnumbered\n"
            "heartbeat worker unnumbered\n"
            "fetch_deployment worker unnumbered\n"
            "goodbye worker unnumbered\n"
            "script_status worker numbered\n"
            "jobs_changed worker numbered\n"
            "job_runs worker numbered\n"
            "console_lines worker numbered\n"
            "lines_dropped worker numbered\n"
            "hub_action worker numbered\n"
            "job_request worker numbered\n"
            "welcome hub unnumbered\n"
            "refused hub unnumbered\n"
            "hub_heartbeat hub unnumbered\n"
            "script_code hub numbered\n"
            "deployment hub numbered\n"
            "job_order hub numbered\n"
            "deployment_changed hub logged\n"
            "action_delivery hub numbered\n"
            "item_query hub unnumbered\n"
            "cancel_query hub unnumbered\n"
            "capture_query hub unnumbered\n"
            "capture_credit hub unnumbered\n"
            "item_page worker unnumbered\n"
            "capture_piece worker unnumbered\n");
}

TEST(Messages, KnowTheirFactsByTheirType) {
  EXPECT_EQ(facts(deployment_changed{}).type, "deployment_changed");
  EXPECT_EQ(facts(deployment_changed{}).by, delivery::logged);
  EXPECT_EQ(facts(hello{}).from, side::worker);
}

TEST(Messages, HaveTypesThatDiffer) {
  std::set<std::string_view> types;
  for (const message_facts& each : message_table)
    types.insert(each.type);
  EXPECT_EQ(types.size(), std::variant_size_v<message>);
}

TEST(Messages, AreSmallMapsOfCbor) {
  using namespace std::string_literals; // they hold zero bytes
  EXPECT_EQ(encode(deployment_changed{12}).value(),
            "\xA3\x61v\x82\x01\x01\x61t\x72"
            "deployment_changed\x6Ageneration\x0C"s);
}

TEST(Messages, CarryTheirFieldsByName) {
  job_run run;
  run.node = "edge-1";
  run.script = "DNS";
  run.tag = "top";
  run.planned = from_unix_ns(1'700'000'000'000'000'000);
  run.started = from_unix_ns(1'700'000'000'000'000'500);
  run.duration = milliseconds{3};
  run.outcome = job_outcome::timed_out;
  run.error = "RangeError: budget";
  run.console = {"a", "b"};
  const json expected = {{"v", {1, 1}},
                         {"t", "job_runs"},
                         {"runs",
                          {{{"id", 7},
                            {"run",
                             {{"node", "edge-1"},
                              {"script", "DNS"},
                              {"tag", "top"},
                              {"planned", 1'700'000'000'000'000'000},
                              {"started", 1'700'000'000'000'000'500},
                              {"duration", 3'000'000},
                              {"outcome", "timed_out"},
                              {"result_json", ""},
                              {"error", "RangeError: budget"},
                              {"console", {"a", "b"}}}}}}}};
  EXPECT_EQ(to_json(job_runs{{{7, run}}}), expected);
}

TEST(Messages, CarryHashesAsHexadecimalText) {
  const auto hash = parse_script_hash("00ff" + std::string(60, 'a'));
  ASSERT_TRUE(hash);
  EXPECT_EQ(to_json(fetch_deployment{{*hash}})["have"], json({"00ff" + std::string(60, 'a')}));
}

TEST(ScriptHash, IsReadFromSixtyFourDigitsOnly) {
  const std::string digits = "0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef";
  const auto hash = parse_script_hash(digits);
  ASSERT_TRUE(hash);
  EXPECT_EQ(to_hex(*hash), "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
  EXPECT_FALSE(parse_script_hash(""));
  EXPECT_FALSE(parse_script_hash(digits.substr(1)));
  EXPECT_FALSE(parse_script_hash(digits + "0"));
  EXPECT_FALSE(parse_script_hash("g" + digits.substr(1)));
  EXPECT_FALSE(parse_script_hash(std::string(64, char{})));
}

TEST(Decode, ReadsAMessageOfALaterMinorVersion) {
  const auto got =
      decode(to_cbor({{"t", "deployment_changed"}, {"v", {1, 99}}, {"generation", 3}, {"why", "x"}}));
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(std::get<deployment_changed>(*got).generation, 3u);
}

struct refusal {
  const char* what;
  std::string bytes;
  errc code;
  std::string says;
};

class DecodeRefuses : public testing::TestWithParam<refusal> {};

TEST_P(DecodeRefuses, WithItsOwnCodeAndReason) {
  const auto got = decode(GetParam().bytes);
  ASSERT_FALSE(got);
  EXPECT_EQ(to_string(got.error().code), to_string(GetParam().code));
  EXPECT_EQ(got.error().message, GetParam().says);
}

const std::vector<refusal>& refusals() {
  const auto of = [](const json& value) { return to_cbor(value); };
  static const std::vector<refusal> all{
      {"WhatIsNoCbor", "GET / HTTP/1.1\r\n\r\n", errc::malformed_message,
       "what arrived is no message: at byte 0: a message is a map, but this is binary"},
      {"ALaterMajorVersion", of({{"v", {2, 5}}, {"t", "deployment_changed"}}), errc::version_mismatch,
       "the peer speaks version 2.5 of the link, this side speaks version 1.1: install the same version of "
       "remora on both sides"},
      {"ALaterMajorVersionOfAnotherShape", of({{"v", {2, 0}}}), errc::version_mismatch,
       "the peer speaks version 2.0 of the link, this side speaks version 1.1: install the same version of "
       "remora on both sides"},
      {"AnUnknownType", of({{"v", {1, 1}}, {"t", "dance\n"}}), errc::unknown_message,
       "a message of type \"dance\\n\" is not known to version 1.1 of the link"},
      {"NoVersion", of({{"t", "refused"}}), errc::invalid_message,
       "a message has no valid envelope: v: is missing"},
      {"AVersionThatIsText", of({{"v", "1.0"}, {"t", "refused"}}), errc::invalid_message,
       "a message has no valid envelope: v: must be a list, but is text"},
      {"ANegativeVersion", of({{"v", {-1, 0}}, {"t", "refused"}}), errc::invalid_message,
       "a message has no valid envelope: v[0]: must not be negative, but is -1"},
      {"NoType", of({{"v", {1, 1}}}), errc::invalid_message,
       "a message has no valid envelope: t: is missing"},
      {"AMissingField", of({{"v", {1, 1}}, {"t", "refused"}}), errc::invalid_message,
       "a message of type refused is not valid: reason: is missing"},
      {"ANegativeCount", of({{"v", {1, 1}}, {"t", "lines_dropped"}, {"script", "s"}, {"count", -1}}),
       errc::invalid_message,
       "a message of type lines_dropped is not valid: count: must not be negative, but is -1"},
      {"AnUnknownAction", of({{"v", {1, 1}}, {"t", "job_request"}, {"script", "s"}, {"what", "explode"}}),
       errc::invalid_message,
       "a message of type job_request is not valid: what: must be one of run, pause, resume, remove, but is "
       "\"explode\""},
      {"AHashThatIsNone", of({{"v", {1, 1}}, {"t", "fetch_deployment"}, {"have", {"abc"}}}),
       errc::invalid_message,
       "a message of type fetch_deployment is not valid: have[0]: must be 64 hexadecimal digits, but is "
       "\"abc\""},
      {"APortThatIsNone", of({{"v", {1, 1}}, {"t", "welcome"}, {"publish_port", 65'536}}),
       errc::invalid_message,
       "a message of type welcome is not valid: publish_port: must be at most 65535, but is 65536"},
  };
  return all;
}

INSTANTIATE_TEST_SUITE_P(Wrong, DecodeRefuses, testing::ValuesIn(refusals()),
                         [](const auto& each) { return std::string{each.param.what}; });

TEST(Encode, CarriesTheLargestScript) {
  const message whole = script_code{{}, std::string(max_script_bytes, 'x')};
  const auto back = decode(encode(whole).value());
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_TRUE(same(*back, whole));
}

TEST(Encode, CarriesADeploymentOfFourThousandScripts) {
  deployment_manifest manifest;
  for (std::uint64_t i = 0; i < 4'000; ++i) {
    const std::string name = "A script with a long title, number " + std::to_string(i);
    manifest.scripts.push_back({i, name, {}, "/etc/remora/scripts/" + std::to_string(i) + ".js"});
  }
  const message whole = deployment{manifest};
  const auto back = decode(encode(whole).value());
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_TRUE(same(*back, whole));
}

TEST(Encode, RefusesMoreThanAMessageMayHold) {
  const auto bytes = encode(hub_action{"s", "a", std::string(wire::max_message_bytes, 'x')});
  ASSERT_FALSE(bytes);
  EXPECT_EQ(bytes.error(), errc::too_large);
  EXPECT_EQ(bytes.error().message.rfind("a message of type hub_action has 1044", 0), 0u)
      << bytes.error().message;
  hello many;
  many.addresses.resize(wire::max_message_items);
  EXPECT_EQ(encode(many).error(), errc::too_large);
}

TEST(Encode, FillsAMessageToTheLastByte) {
  const std::size_t around = encode(refused{}).value().size() + 4; // the longer head of a long text
  EXPECT_TRUE(decode(encode(refused{std::string(wire::max_message_bytes - around, 'x')}).value()));
  EXPECT_FALSE(encode(refused{std::string(wire::max_message_bytes - around + 1, 'x')}));
}

TEST(Encode, SaysHowLargeAnElementWillBe) {
  job_runs runs{{{1, {}}}};
  runs.runs[0].run.tag = "tag";
  const std::size_t one = encode(runs).value().size();
  runs.runs.push_back({2, {}});
  runs.runs[1].run.console = {"line", "another line"};
  EXPECT_EQ(encode(runs).value().size(), one + encoded_size(runs.runs[1]));
  console_lines lines{{{300, {}}}};
  EXPECT_EQ(encode(lines).value().size(),
            encode(console_lines{}).value().size() + encoded_size(lines.lines[0]));
}

TEST(Same, SeesEveryDifference) {
  EXPECT_TRUE(same(refused{"a"}, refused{"a"}));
  EXPECT_FALSE(same(refused{"a"}, refused{"b"}));
  EXPECT_FALSE(same(refused{""}, goodbye{""}));
  EXPECT_FALSE(same(jobs_changed{"s", {{"t", "c", 0, 0, std::nullopt, false}}}, jobs_changed{"s", {}}));
}

} // namespace
} // namespace remora::protocol
