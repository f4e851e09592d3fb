#include "protocol/item/item.hpp"

#include <gmock/gmock.h>

#include "protocol/item/item_time.hpp"
#include "protocol/item/json_writer.hpp"

namespace remora {
namespace {

using ::testing::HasSubstr;

constexpr protocol_facts echo{"echo", "7",       "ECHO", "Echo Protocol",
                              "echo", "#123456", 12,     "https://example.org/",
                              "7 77", "tcp",     3,      "_ECHO"};

class word final : public item_part {
 public:
  explicit word(std::string text) : text_{std::move(text)} {}
  shaped members() const noexcept override;
  std::size_t footprint() const noexcept override { return sizeof *this + text_.capacity(); }

  static void write_word(const word& of, value_writer& to) { to.text(of.text_); }
  static void write_length(const word& of, value_writer& to) {
    to.integer(static_cast<std::int64_t>(of.text_.size()));
  }
  static bool has_length(const word& of) { return !of.text_.empty(); }

 private:
  std::string text_;
};
constexpr member word_members[] = {
    member_of<word::write_word>("word"),
    member_of<word::write_length, word::has_length>("length"),
};
constexpr shape word_shape = shape_of(word_members);
shaped word::members() const noexcept { return {&word_shape, this}; }

item an_item() {
  auto origin = std::make_shared<item_origin>();
  origin->node_name = "node-a";
  origin->node_ip = "10.1.0.7";
  origin->worker = "10.1.0.7:30001";
  origin->origin = capture_origin::af_packet;
  item made;
  made.origin = origin;
  made.protocol = &echo;
  made.seq = 7;
  made.stream = 42;
  made.index = 3;
  made.source.address = {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 1, 3, 20}}, 41730};
  made.destination.address = {{{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}, 7};
  made.time = from_unix_ns(1'760'000'000'250'118'000);
  made.elapsed_us = 12500;
  made.request_size = 142;
  made.response_size = 137;
  made.match_number = 4;
  made.request = std::make_unique<word>("hi");
  return made;
}

TEST(Item, IsWrittenMemberByMemberInTheOrderOfTheContract) {
  EXPECT_EQ(
      to_json(members_of(an_item())),
      R"({"id":"10.1.0.7:30001/000000000042.pcap-3","seq":7,"index":3,"stream":"000000000042.pcap",)"
      R"("pcapFile":"000000000042.pcap","entryFile":"000000000042_pcap-3_entry.json",)"
      R"("worker":"10.1.0.7:30001","node":{"ip":"10.1.0.7","name":"node-a"},)"
      R"("protocol":{"name":"echo","version":"7","abbr":"ECHO","longName":"Echo Protocol","macro":"echo",)"
      R"("backgroundColor":"#123456","foregroundColor":"#ffffff","fontSize":12,)"
      R"("referenceLink":"https://example.org/","ports":["7","77"],"layer4":"tcp","layer3":"ip","priority":3},)"
      R"("tls":false,"src":{"ip":"10.1.3.20","port":"41730","name":"","namespace":"","pod":null,"service":null,)"
      R"("endpointSlice":null,"dns":"","resolutionMechanism":"none","resolutionStatus":"cache_miss",)"
      R"("cgroupId":0,"containerId":"","socketId":0,"processId":0,"parentProcessId":0,"hostProcessId":0,)"
      R"("hostParentProcessId":0,"processName":"","processPath":"","cpuUsage":0,"memoryUsage":0},)"
      R"("dst":{"ip":"2001:db8::1","port":"7","name":"","namespace":"","pod":null,"service":null,)"
      R"("endpointSlice":null,"dns":"","resolutionMechanism":"none","resolutionStatus":"cache_miss",)"
      R"("cgroupId":0,"containerId":"","socketId":0,"processId":0,"parentProcessId":0,"hostProcessId":0,)"
      R"("hostParentProcessId":0,"processName":"","processPath":"","cpuUsage":0,"memoryUsage":0},)"
      R"("localPeer":"dst","namespace":"","outgoing":false,"timestamp":1760000000250,)"
      R"("startTime":"2025-10-09T08:53:20.250118Z","request":{"word":"hi","length":2},"response":null,)"
      R"("data":null,"event":null,"requestSize":142,"responseSize":137,"size":279,"elapsedTime":12500,)"
      R"("passed":false,"failed":false,"error":null,"record":"","capture":{"backend":"af_packet",)"
      R"("source":"af_packet","proxy":null,"vlan":null},"captureSource":1,"checksums":[],"duplicate":"",)"
      R"("matcherKey":"10.1.3.20_2001:db8::1_41730_7_4_ECHO","connId":0,"flowId":0,"hasPcap":false,)"
      R"("requestRef":"","responseRef":"","eventRef":"","dataRef":"","base":null})");
}

TEST(Item, LeavesAnOptionalMemberOutThatIsNotThere) {
  EXPECT_EQ(to_json(word{""}.members()), R"({"word":""})");
}

TEST(Item, SaysWhatWentWrong) {
  item made = an_item();
  made.trouble = item_trouble::connection;
  made.trouble_text = "Reset";
  EXPECT_THAT(to_json(members_of(made)), HasSubstr(R"("error":{"type":"connection","msg":"Reset"})"));
}

TEST(Item, IsNamedAfterItsKindOfStream) {
  EXPECT_EQ(stream_name(42, stream_kind::tcp), "000000000042.pcap");
  EXPECT_EQ(stream_name(42, stream_kind::tls), "000000000042_tls.pcap");
  EXPECT_EQ(stream_name(1'234'567'890'123, stream_kind::udp), "1234567890123_udp.pcap");
}

TEST(Item, OfDecryptedTrafficSaysSo) {
  item made = an_item();
  made.kind = stream_kind::tls;
  EXPECT_THAT(to_json(members_of(made)),
              AllOf(HasSubstr(R"("tls":true)"), HasSubstr(R"("source":"ebpf_tls")"),
                    HasSubstr(R"("captureSource":3)")));
}

TEST(Item, OfAFileIsOfAnUnspecifiedSource) {
  item made = an_item();
  made.origin = std::make_shared<item_origin>();
  EXPECT_THAT(to_json(members_of(made)),
              HasSubstr(R"("capture":{"backend":"pcap","source":"unspecified","proxy":null,"vlan":null})"));
}

TEST(Item, KnowsWhichSideIsOfItsNode) {
  item made = an_item();
  made.source_is_local = true;
  EXPECT_THAT(to_json(members_of(made)), HasSubstr(R"("localPeer":"src","namespace":"","outgoing":true)"));
  made.destination_is_local = true;
  EXPECT_THAT(to_json(members_of(made)), HasSubstr(R"("outgoing":false)"));
}

TEST(Item, ShowsTheNameOfAnEndpointAndHowItWasFound) {
  item made = an_item();
  auto known = std::make_shared<endpoint_identity>();
  known->name = known->dns = "shop.example";
  known->mechanism = name_mechanism::dns;
  made.destination.identity = known;
  EXPECT_THAT(to_json(members_of(made)),
              AllOf(HasSubstr(R"("name":"shop.example")"), HasSubstr(R"("dns":"shop.example")"),
                    HasSubstr(R"("resolutionMechanism":"dns","resolutionStatus":"")")));
}

TEST(ItemTime, CutsTheZerosAtTheEnd) {
  EXPECT_EQ(to_item_time(from_unix_ns(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(to_item_time(from_unix_ns(1)), "1970-01-01T00:00:00.000000001Z");
  EXPECT_EQ(to_item_time(from_unix_ns(500'000'000)), "1970-01-01T00:00:00.5Z");
  EXPECT_EQ(to_item_time(from_unix_ns(10'000'000'000)), "1970-01-01T00:00:10Z");
}

std::string json_of(void (*write)(value_writer&)) {
  std::string out;
  json_writer writer{out};
  write(writer);
  return out;
}

TEST(JsonWriter, EscapesAsJavaScriptDoes) {
  EXPECT_EQ(json_of([](value_writer& to) { to.text("a\"\\\b\f\n\r\t\x01\x7f/é"); }),
            R"("a\"\\\b\f\n\r\t\u0001)"
            "\x7f/é\"");
}

TEST(JsonWriter, ReplacesWhatIsNoUtf8) {
  EXPECT_EQ(json_of([](value_writer& to) { to.text("a\xffz"); }), "\"a\xEF\xBF\xBDz\"");
}

TEST(JsonWriter, GivesIntegersThatJavaScriptCannotHoldAsText) {
  EXPECT_EQ(json_of([](value_writer& to) { to.integer(9007199254740992); }), "9007199254740992");
  EXPECT_EQ(json_of([](value_writer& to) { to.integer(9007199254740993); }), "\"9007199254740993\"");
  EXPECT_EQ(json_of([](value_writer& to) { to.integer(INT64_MIN); }), "\"-9223372036854775808\"");
}

TEST(JsonWriter, PutsCommasBetweenAndNowhereElse) {
  EXPECT_EQ(json_of([](value_writer& to) {
              to.begin_list();
              to.begin_object();
              to.end_object();
              to.begin_object();
              to.key("a");
              to.begin_list();
              to.end_list();
              to.key("b");
              to.boolean(true);
              to.end_object();
              to.null();
              to.end_list();
            }),
            R"([{},{"a":[],"b":true},null])");
}

TEST(JsonWriter, WritesBytesAsBase64) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},        {"f", "Zg=="},        {"fo", "Zm8="},
      {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"\xff\xfe\xfd", "//79"}};
  for (const auto& [bytes, expected] : cases) {
    std::string out;
    json_writer{out}.base64(bytes);
    EXPECT_EQ(out, '"' + std::string{expected} + '"');
  }
}

} // namespace
} // namespace remora
