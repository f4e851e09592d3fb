#include "traffic/dissect/http/facts.hpp"

#include <string>

#include "protocol/item/item.hpp"
#include "protocol/item/json_writer.hpp"
#include "traffic/dissect/http/message.hpp"
#include "traffic/dissect/http/target.hpp"

namespace remora::traffic::http {

namespace {

/// FIELD == "TEXT", the text escaped as JSON.
std::string query_for(std::string_view field, std::string_view text) {
  std::string query{field};
  query += " == ";
  json_writer writer{query};
  writer.text(text);
  return query;
}

/// The half of an item as a message of ours; null when there is none.
const message* message_of(const std::unique_ptr<const item_part>& part) noexcept {
  if (!part) return nullptr;
  const shaped members = part->members();
  const bool ours = members.of == &request_shape || members.of == &response_shape;
  return ours ? static_cast<const message*>(members.at) : nullptr;
}

/// Source: items, section 10, "HTTP family".
item_summary summarise(const item& what) {
  item_summary out;
  if (const message* request = message_of(what.request)) {
    out.method = request->method();
    out.method_query = query_for("request.method", out.method);
    out.summary = path_of(request->target());
    out.summary_query = query_for("request.path", out.summary);
  }
  if (const message* response = message_of(what.response)) {
    out.status = response->line().status;
    out.status_query = "response.status == " + std::to_string(out.status);
  }
  return out;
}

protocol_facts facts_of(std::string_view version, std::string_view long_name, std::string_view link) {
  protocol_facts facts;
  facts.name = "http";
  facts.version = version;
  facts.abbreviation = "HTTP";
  facts.long_name = long_name;
  facts.macro = "http";
  facts.background_colour = "#416CDE";
  facts.font_size = 12;
  facts.reference_link = link;
  facts.ports = "80 443 8080";
  facts.layer4 = "tcp";
  facts.priority = 0;
  facts.key_suffix = "_HTTP1";
  facts.summarise = summarise;
  return facts;
}

} // namespace

const protocol_facts http_1_0_facts = facts_of("1.0", "Hypertext Transfer Protocol -- HTTP/1.0",
                                               "https://datatracker.ietf.org/doc/html/rfc1945");
const protocol_facts http_1_1_facts = facts_of("1.1", "Hypertext Transfer Protocol -- HTTP/1.1",
                                               "https://datatracker.ietf.org/doc/html/rfc2616");

} // namespace remora::traffic::http
