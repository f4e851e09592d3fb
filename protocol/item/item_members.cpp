// What an item shows of itself, member by member, in the order of the contract (items, sections 1, 4 and 6).

#include "protocol/item/endpoint_members.hpp"
#include "protocol/item/item.hpp"
#include "protocol/item/item_time.hpp"
#include "protocol/item/value_writer.hpp"

namespace remora {

namespace {

void write_null(const item&, value_writer& to) { to.null(); }
void write_false(const item&, value_writer& to) { to.boolean(false); }
void write_zero(const item&, value_writer& to) { to.integer(0); }
void write_empty(const item&, value_writer& to) { to.text(""); }
void write_empty_list(const item&, value_writer& to) {
  to.begin_list();
  to.end_list();
}

void write_part(const item_part* what, value_writer& to) {
  if (what == nullptr) return to.null();
  to.part(what->members());
}

const item_origin& origin_of(const item& of) {
  static const item_origin unknown;
  return of.origin ? *of.origin : unknown;
}

// --- node

void write_node_ip(const item_origin& of, value_writer& to) { to.text(of.node_ip); }
void write_node_name(const item_origin& of, value_writer& to) { to.text(of.node_name); }
constexpr member node_members[] = {
    member_of<write_node_ip>("ip"),
    member_of<write_node_name>("name"),
};
constexpr shape node_shape = shape_of(node_members);

// --- protocol

using facts = protocol_facts;
void write_protocol_name(const facts& of, value_writer& to) { to.text(of.name); }
void write_version(const facts& of, value_writer& to) { to.text(of.version); }
void write_abbreviation(const facts& of, value_writer& to) { to.text(of.abbreviation); }
void write_long_name(const facts& of, value_writer& to) { to.text(of.long_name); }
void write_macro(const facts& of, value_writer& to) { to.text(of.macro); }
void write_background(const facts& of, value_writer& to) { to.text(of.background_colour); }
void write_foreground(const facts&, value_writer& to) { to.text("#ffffff"); }
void write_font_size(const facts& of, value_writer& to) { to.integer(of.font_size); }
void write_reference(const facts& of, value_writer& to) { to.text(of.reference_link); }
void write_layer4(const facts& of, value_writer& to) { to.text(of.layer4); }
void write_layer3(const facts&, value_writer& to) { to.text("ip"); }
void write_priority(const facts& of, value_writer& to) { to.integer(of.priority); }
void write_ports(const facts& of, value_writer& to) {
  to.begin_list();
  for (std::string_view left = of.ports; !left.empty();) {
    const auto space = left.find(' ');
    to.text(left.substr(0, space));
    left = space == std::string_view::npos ? std::string_view{} : left.substr(space + 1);
  }
  to.end_list();
}
constexpr member protocol_members[] = {
    member_of<write_protocol_name>("name"),
    member_of<write_version>("version"),
    member_of<write_abbreviation>("abbr"),
    member_of<write_long_name>("longName"),
    member_of<write_macro>("macro"),
    member_of<write_background>("backgroundColor"),
    member_of<write_foreground>("foregroundColor"),
    member_of<write_font_size>("fontSize"),
    member_of<write_reference>("referenceLink"),
    member_of<write_ports>("ports"),
    member_of<write_layer4>("layer4"),
    member_of<write_layer3>("layer3"),
    member_of<write_priority>("priority"),
};

// --- error

void write_trouble_type(const item& of, value_writer& to) { to.text(to_string(of.trouble)); }
void write_trouble_text(const item& of, value_writer& to) { to.text(of.trouble_text); }
constexpr member error_members[] = {
    member_of<write_trouble_type>("type"),
    member_of<write_trouble_text>("msg"),
};
constexpr shape error_shape = shape_of(error_members);

// --- capture

std::string_view source_name(capture_origin origin) {
  switch (origin) {
    case capture_origin::unspecified:
      return "unspecified";
    case capture_origin::af_packet:
      return "af_packet";
    case capture_origin::ebpf_tls:
      return "ebpf_tls";
  }
  return "unspecified";
}

capture_origin capture_origin_of(const item& of) {
  return of.kind == stream_kind::tls ? capture_origin::ebpf_tls : origin_of(of).origin;
}

void write_backend(const item& of, value_writer& to) {
  to.text(origin_of(of).origin == capture_origin::unspecified ? "pcap" : "af_packet");
}
void write_source_name(const item& of, value_writer& to) { to.text(source_name(capture_origin_of(of))); }
constexpr member capture_members[] = {
    member_of<write_backend>("backend"),
    member_of<write_source_name>("source"),
    member_of<write_null>("proxy"),
    member_of<write_null>("vlan"),
};
constexpr shape capture_shape = shape_of(capture_members);

// --- the item

void write_id(const item& of, value_writer& to) { to.text(item_id(of)); }
void write_seq(const item& of, value_writer& to) { to.integer(static_cast<std::int64_t>(of.seq)); }
void write_index(const item& of, value_writer& to) { to.integer(of.index); }
void write_stream(const item& of, value_writer& to) { to.text(stream_name(of.stream, of.kind)); }
void write_entry_file(const item& of, value_writer& to) {
  std::string name = stream_name(of.stream, of.kind);
  for (char& c : name)
    if (c == '.') c = '_';
  to.text(name + '-' + std::to_string(of.index) + "_entry.json");
}
void write_worker(const item& of, value_writer& to) { to.text(origin_of(of).worker); }
void write_node(const item& of, value_writer& to) { to.part({&node_shape, &origin_of(of)}); }
void write_protocol(const item& of, value_writer& to) { to.part({&protocol_shape, of.protocol}); }
void write_tls(const item& of, value_writer& to) { to.boolean(of.kind == stream_kind::tls); }
void write_source(const item& of, value_writer& to) { to.part({&endpoint_shape, &of.source}); }
void write_destination(const item& of, value_writer& to) { to.part({&endpoint_shape, &of.destination}); }
void write_local_peer(const item& of, value_writer& to) { to.text(of.source_is_local ? "src" : "dst"); }
void write_outgoing(const item& of, value_writer& to) {
  to.boolean(!of.destination_is_local && of.source_is_local);
}
void write_timestamp(const item& of, value_writer& to) {
  to.integer(std::chrono::floor<milliseconds>(of.time).time_since_epoch().count());
}
void write_start_time(const item& of, value_writer& to) { to.text(to_item_time(of.time)); }
void write_request(const item& of, value_writer& to) { write_part(of.request.get(), to); }
void write_response(const item& of, value_writer& to) { write_part(of.response.get(), to); }
void write_data(const item& of, value_writer& to) { write_part(of.data.get(), to); }
void write_request_size(const item& of, value_writer& to) {
  to.integer(static_cast<std::int64_t>(of.request_size));
}
void write_response_size(const item& of, value_writer& to) {
  to.integer(static_cast<std::int64_t>(of.response_size));
}
void write_size(const item& of, value_writer& to) {
  to.integer(static_cast<std::int64_t>(of.request_size + of.response_size));
}
void write_elapsed(const item& of, value_writer& to) { to.integer(of.elapsed_us); }
void write_error(const item& of, value_writer& to) {
  if (of.trouble == item_trouble::none) return to.null();
  to.part({&error_shape, &of});
}
void write_capture(const item& of, value_writer& to) { to.part({&capture_shape, &of}); }
void write_capture_source(const item& of, value_writer& to) {
  to.integer(static_cast<std::int64_t>(capture_origin_of(of)));
}
void write_matcher_key(const item& of, value_writer& to) { to.text(matcher_key(of)); }
void write_has_pcap(const item& of, value_writer& to) { to.boolean(of.has_pcap); }

constexpr member item_members[] = {
    member_of<write_id>("id"),
    member_of<write_seq>("seq"),
    member_of<write_index>("index"),
    member_of<write_stream>("stream"),
    member_of<write_stream>("pcapFile"),
    member_of<write_entry_file>("entryFile"),
    member_of<write_worker>("worker"),
    member_of<write_node>("node"),
    member_of<write_protocol>("protocol"),
    member_of<write_tls>("tls"),
    member_of<write_source>("src"),
    member_of<write_destination>("dst"),
    member_of<write_local_peer>("localPeer"),
    member_of<write_empty>("namespace"),
    member_of<write_outgoing>("outgoing"),
    member_of<write_timestamp>("timestamp"),
    member_of<write_start_time>("startTime"),
    member_of<write_request>("request"),
    member_of<write_response>("response"),
    member_of<write_data>("data"),
    member_of<write_null>("event"),
    member_of<write_request_size>("requestSize"),
    member_of<write_response_size>("responseSize"),
    member_of<write_size>("size"),
    member_of<write_elapsed>("elapsedTime"),
    member_of<write_false>("passed"),
    member_of<write_false>("failed"),
    member_of<write_error>("error"),
    member_of<write_empty>("record"),
    member_of<write_capture>("capture"),
    member_of<write_capture_source>("captureSource"),
    member_of<write_empty_list>("checksums"),
    member_of<write_empty>("duplicate"),
    member_of<write_matcher_key>("matcherKey"),
    member_of<write_zero>("connId"),
    member_of<write_zero>("flowId"),
    member_of<write_has_pcap>("hasPcap"),
    member_of<write_empty>("requestRef"),
    member_of<write_empty>("responseRef"),
    member_of<write_empty>("eventRef"),
    member_of<write_empty>("dataRef"),
    member_of<write_null>("base"),
};

} // namespace

const shape protocol_shape = shape_of(protocol_members);
const shape item_shape = shape_of(item_members);

} // namespace remora
