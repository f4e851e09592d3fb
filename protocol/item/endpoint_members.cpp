#include "protocol/item/endpoint_members.hpp"

#include "protocol/item/item.hpp"
#include "protocol/item/value_writer.hpp"

namespace remora {

namespace {

using endpoint = item_endpoint;

const endpoint_identity& identity_of(const endpoint& of) {
  static const endpoint_identity unknown;
  return of.identity ? *of.identity : unknown;
}

void write_null(const endpoint&, value_writer& to) { to.null(); }
void write_zero(const endpoint&, value_writer& to) { to.integer(0); }
void write_empty(const endpoint&, value_writer& to) { to.text(""); }
void write_ip(const endpoint& of, value_writer& to) { to.text(to_string(of.address.ip)); }
void write_port(const endpoint& of, value_writer& to) { to.text(std::to_string(of.address.port)); }
void write_name(const endpoint& of, value_writer& to) { to.text(identity_of(of).name); }
void write_dns(const endpoint& of, value_writer& to) { to.text(identity_of(of).dns); }
void write_mechanism(const endpoint& of, value_writer& to) { to.text(to_string(identity_of(of).mechanism)); }
void write_status(const endpoint& of, value_writer& to) {
  to.text(identity_of(of).name.empty() ? "cache_miss" : "");
}
void write_process_id(const endpoint& of, value_writer& to) { to.integer(identity_of(of).process_id); }
void write_process_name(const endpoint& of, value_writer& to) { to.text(identity_of(of).process_name); }
void write_process_path(const endpoint& of, value_writer& to) { to.text(identity_of(of).process_path); }

constexpr member endpoint_members[] = {
    member_of<write_ip>("ip"),
    member_of<write_port>("port"),
    member_of<write_name>("name"),
    member_of<write_empty>("namespace"),
    member_of<write_null>("pod"),
    member_of<write_null>("service"),
    member_of<write_null>("endpointSlice"),
    member_of<write_dns>("dns"),
    member_of<write_mechanism>("resolutionMechanism"),
    member_of<write_status>("resolutionStatus"),
    member_of<write_zero>("cgroupId"),
    member_of<write_empty>("containerId"),
    member_of<write_zero>("socketId"),
    member_of<write_process_id>("processId"),
    member_of<write_zero>("parentProcessId"),
    member_of<write_process_id>("hostProcessId"),
    member_of<write_zero>("hostParentProcessId"),
    member_of<write_process_name>("processName"),
    member_of<write_process_path>("processPath"),
    member_of<write_zero>("cpuUsage"),
    member_of<write_zero>("memoryUsage"),
};

} // namespace

const shape endpoint_shape = shape_of(endpoint_members);

} // namespace remora
