#include "traffic/dissect/dns/dns_members.hpp"

#include "protocol/ip_address.hpp"
#include "protocol/item/value_writer.hpp"
#include "traffic/decode/cursor.hpp"
#include "traffic/dissect/dns/dns_part.hpp"
#include "traffic/dissect/dns/dns_words.hpp"

namespace remora::traffic {

namespace {

using place = dns_place;
using part = dns_part;

dns_entry entry_of(const place& of) { return of.of->entry(of); }

byte_view data_of(const place& of, const dns_entry& record) {
  return of.of->message().skip(record.data_at).first(record.data_size);
}

std::string_view text_of(byte_view bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// --- questions and records

void write_name(const place& of, value_writer& to) {
  std::string name;
  append_dns_name(name, of.of->message(), of.at);
  to.text(name);
}
void write_type(const place& of, value_writer& to) { to.text(dns_type_name(entry_of(of).type)); }
void write_class(const place& of, value_writer& to) { to.text(dns_class_name(entry_of(of).klass)); }
void write_ttl(const place& of, value_writer& to) { to.integer(entry_of(of).ttl); }

void write_ip(const place& of, value_writer& to) {
  const dns_entry record = entry_of(of);
  const auto address = dns_address(record, data_of(of, record));
  to.text(address ? to_string(*address) : "");
}

/// The name in the data of a record of type `Type`, behind `Skip` bytes of numbers.
template <std::uint16_t Type, std::size_t Skip>
void write_data_name(const place& of, value_writer& to) {
  const dns_entry record = entry_of(of);
  std::string name;
  if (record.type == Type && record.data_size > Skip)
    append_dns_name(name, of.of->message(), record.data_at + Skip);
  to.text(name);
}

/// The mailbox of the person responsible, which follows the name of the primary server.
void write_soa(const place& of, value_writer& to) {
  const dns_entry record = entry_of(of);
  std::string name;
  if (record.type == dns_type::soa) {
    const auto mailbox = skip_dns_name(of.of->message(), record.data_at);
    if (mailbox && *mailbox < record.end) append_dns_name(name, of.of->message(), *mailbox);
  }
  to.text(name);
}

void write_texts(const place& of, value_writer& to) {
  const dns_entry record = entry_of(of);
  std::string all;
  if (record.type == dns_type::txt || record.type == dns_type::spf) {
    cursor data{data_of(of, record)};
    for (bool first = true; const auto size = data.u8(); first = false) {
      const auto one = data.take(*size);
      if (!one) break;
      if (!first) all += ", ";
      all += text_of(*one);
    }
  }
  to.text(all);
}

void write_options(const place& of, value_writer& to) {
  const dns_entry record = entry_of(of);
  std::string all;
  if (record.type == dns_type::opt) {
    cursor data{data_of(of, record)};
    while (const auto option = data.take<4>()) {
      if (!data.take(option.u16<2>())) break;
      if (!all.empty()) all += ", ";
      all += dns_option_name(option.u16<0>());
    }
  }
  to.text(all);
}

/// Behind priority and weight. Source: RFC 7553, section 4.5.
void write_uri(const place& of, value_writer& to) {
  const dns_entry record = entry_of(of);
  to.text(record.type == dns_type::uri ? text_of(data_of(of, record).skip(4)) : std::string_view{});
}

constexpr member question_members[] = {
    member_of<write_name>("name"),
    member_of<write_type>("type"),
    member_of<write_class>("class"),
};
constexpr shape question_shape = shape_of(question_members);

constexpr member record_members[] = {
    member_of<write_name>("name"),
    member_of<write_type>("type"),
    member_of<write_class>("class"),
    member_of<write_ttl>("ttl"),
    member_of<write_ip>("ip"),
    member_of<write_data_name<dns_type::ns, 0>>("ns"),
    member_of<write_data_name<dns_type::cname, 0>>("cname"),
    member_of<write_data_name<dns_type::ptr, 0>>("ptr"),
    member_of<write_texts>("txts"),
    member_of<write_soa>("soa"),
    member_of<write_data_name<dns_type::srv, 6>>("srv"),
    member_of<write_data_name<dns_type::mx, 2>>("mx"),
    member_of<write_options>("opt"),
    member_of<write_uri>("uri"),
};
constexpr shape record_shape = shape_of(record_members);

// --- halves

template <dns_section Section>
void write_list(const part& of, value_writer& to) {
  const shape& kind = Section == dns_section::questions ? question_shape : record_shape;
  const dns_place* at = of.first(Section);
  to.begin_list();
  for (std::size_t i = 0; i < of.count(Section); ++i)
    to.part({&kind, at + i});
  to.end_list();
}

void write_opcode(const part& of, value_writer& to) { to.text(dns_opcode_name(of.header().opcode())); }
void write_id(const part& of, value_writer& to) { to.integer(of.header().id); }
void write_recursion_desired(const part& of, value_writer& to) {
  to.boolean(of.header().recursion_desired());
}
void write_code(const part& of, value_writer& to) { to.text(dns_rcode_name(of.rcode())); }
void write_rcode(const part& of, value_writer& to) { to.integer(of.rcode()); }
void write_authoritative(const part& of, value_writer& to) { to.boolean(of.header().authoritative()); }
void write_truncated(const part& of, value_writer& to) { to.boolean(of.header().truncated()); }
void write_recursion(const part& of, value_writer& to) { to.boolean(of.header().recursion_available()); }
bool lists_questions(const part& of) { return of.lists_questions(); }

constexpr member request_members[] = {
    member_of<write_opcode>("opCode"),
    member_of<write_list<dns_section::questions>>("questions"),
    member_of<write_id>("transactionId"),
    member_of<write_recursion_desired>("recursionDesired"),
};

constexpr member response_members[] = {
    member_of<write_code>("code"),
    member_of<write_list<dns_section::questions>, lists_questions>("questions"),
    member_of<write_list<dns_section::answers>>("answers"),
    member_of<write_list<dns_section::authorities>>("authorities"),
    member_of<write_list<dns_section::additionals>>("additionals"),
    member_of<write_rcode>("rcode"),
    member_of<write_authoritative>("authoritative"),
    member_of<write_truncated>("truncated"),
    member_of<write_recursion>("recursionAvailable"),
};

} // namespace

const shape dns_request_shape = shape_of(request_members);
const shape dns_response_shape = shape_of(response_members);

} // namespace remora::traffic
