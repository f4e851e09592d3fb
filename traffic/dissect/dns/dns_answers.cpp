#include "traffic/dissect/dns/dns_answers.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "traffic/dissect/dns/dns_dissector.hpp"
#include "traffic/dissect/dns/dns_part.hpp"

namespace remora::traffic {

namespace {

constexpr std::size_t most_answers = 256; ///< That are looked at; more addresses for one name are not useful.
constexpr std::size_t most_aliases = 16;
constexpr std::uint16_t internet = 1;

/// Names differ in more than the case of their letters when they differ. Source: RFC 4343.
std::string comparable_name(byte_view message, std::size_t at) {
  std::string name;
  append_dns_name(name, message, at);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return name;
}

struct asked_question {
  std::string name;
  std::uint16_t type = 0;
};

asked_question question_of(const dns_part& part) {
  if (part.count(dns_section::questions) == 0) return {};
  const dns_place& first = *part.first(dns_section::questions);
  return {comparable_name(part.message(), first.at), part.entry(first).type};
}

struct named_record {
  std::string owner;
  dns_entry record;
};

std::vector<named_record> answers_of(const dns_part& part) {
  std::vector<named_record> out;
  const dns_place* at = part.first(dns_section::answers);
  for (std::size_t i = 0; i < std::min(part.count(dns_section::answers), most_answers); ++i) {
    const dns_entry record = part.entry(at[i]);
    const bool useful =
        record.type == dns_type::a || record.type == dns_type::aaaa || record.type == dns_type::cname;
    if (useful && record.klass == internet)
      out.push_back({comparable_name(part.message(), at[i].at), record});
  }
  return out;
}

/// The name asked for and what it is an alias of, link by link; records may come in any order.
std::vector<std::string> aliases_of(const std::string& asked, const std::vector<named_record>& answers,
                                    byte_view message) {
  std::vector<std::string> chain{asked};
  for (std::size_t i = 0; i < chain.size() && i < most_aliases; ++i) {
    for (const named_record& one : answers) {
      if (one.record.type != dns_type::cname || one.owner != chain[i]) continue;
      std::string target = comparable_name(message, one.record.data_at);
      if (std::find(chain.begin(), chain.end(), target) == chain.end()) chain.push_back(std::move(target));
      break;
    }
  }
  return chain;
}

} // namespace

void learn_names(const item& from, name_book& names) {
  if (from.protocol != &dns_facts && from.protocol != &dns_over_tcp_facts) return;
  const auto* query = static_cast<const dns_part*>(from.request.get());
  const auto* answer = static_cast<const dns_part*>(from.response.get());
  if (query == nullptr || answer == nullptr || answer->rcode() != 0) return;
  const asked_question asked = question_of(*answer);
  const asked_question before = question_of(*query);
  if (asked.name.empty() || asked.name != before.name || asked.type != before.type) return;

  const std::vector<named_record> answers = answers_of(*answer);
  const auto aliases = aliases_of(asked.name, answers, answer->message());
  const timestamp when = from.time + std::chrono::microseconds{from.elapsed_us};
  for (const named_record& one : answers) {
    const auto ip =
        dns_address(one.record, answer->message().skip(one.record.data_at).first(one.record.data_size));
    if (!ip || std::find(aliases.begin(), aliases.end(), one.owner) == aliases.end()) continue;
    names.learn(*ip, asked.name, std::chrono::seconds{one.record.ttl}, when);
  }
}

} // namespace remora::traffic
