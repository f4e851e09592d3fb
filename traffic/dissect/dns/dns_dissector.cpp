#include "traffic/dissect/dns/dns_dissector.hpp"

#include "protocol/item/json_writer.hpp"
#include "traffic/dissect/dns/dns_likeness.hpp"
#include "traffic/dissect/dns/dns_stream.hpp"
#include "traffic/dissect/dns/dns_talk.hpp"
#include "traffic/dissect/dns/dns_words.hpp"

namespace remora::traffic {

namespace {

std::string quoted_json(std::string_view content) {
  std::string out;
  json_writer{out}.text(content);
  return out;
}

item_summary summarise(const item& of) {
  item_summary out;
  const auto* query = static_cast<const dns_part*>(of.request.get());
  const auto* answer = static_cast<const dns_part*>(of.response.get());
  if (query != nullptr) {
    out.method = dns_opcode_name(query->header().opcode());
    out.method_query = "request.opCode == " + quoted_json(out.method);
    out.summary = query->question();
    if (!out.summary.empty()) out.summary_query = "request.questions[0].name == " + quoted_json(out.summary);
  } else if (answer != nullptr) {
    out.summary = answer->question();
    if (!out.summary.empty()) out.summary_query = "response.questions[0].name == " + quoted_json(out.summary);
  }
  if (answer != nullptr) {
    out.status = answer->rcode();
    out.status_query = "response.rcode == " + std::to_string(out.status);
  }
  return out;
}

constexpr protocol_facts facts_over(std::string_view layer4) {
  protocol_facts facts;
  facts.name = "dns";
  facts.version = "0";
  facts.abbreviation = "DNS";
  facts.long_name = "Domain Name System";
  facts.macro = "dns";
  facts.background_colour = "#606060";
  facts.font_size = 12;
  facts.reference_link = "https://www.iana.org/assignments/dns-parameters/dns-parameters.xhtml";
  facts.layer4 = layer4;
  facts.priority = 4;
  facts.summarise = summarise;
  return facts;
}

class dns_datagram_dissector final : public datagram_dissector {
 public:
  explicit dns_datagram_dissector(conversation& about) noexcept
      : talk_{about, dns_facts, dns_talk::transport::datagrams} {}

  interest on_datagram(direction way, byte_view payload, std::uint32_t missing_bytes,
                       timestamp time) override {
    talk_.on_message(way, payload, std::uint64_t{payload.size()} + missing_bytes, missing_bytes != 0, time);
    return interest::bytes;
  }

 private:
  dns_talk talk_;
};

std::unique_ptr<datagram_dissector> make_datagrams(conversation& about) {
  return std::make_unique<dns_datagram_dissector>(about);
}

std::unique_ptr<stream_dissector> make_stream(conversation& about) {
  return std::make_unique<dns_stream_dissector>(about, dns_over_tcp_facts);
}

} // namespace

const protocol_facts dns_facts = facts_over("udp");
const protocol_facts dns_over_tcp_facts = facts_over("tcp");
const datagram_protocol dns_datagrams{&dns_facts, datagram_like_dns, make_datagrams};
const stream_protocol dns_stream{&dns_over_tcp_facts, stream_like_dns, make_stream};

} // namespace remora::traffic
