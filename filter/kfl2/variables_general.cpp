#include <iterator>

#include "filter/kfl2/times.hpp"
#include "filter/kfl2/variable_table.hpp"

// Endpoints, place, identity and time. Source: section 6.2 of the filter language.

namespace remora::filter::kfl2 {

namespace {

using namespace readers;
using groups_of_places = std::vector<places>;

/// The last group says which side is local: `src` or `dst`. The first two are those of the two sides.
bool is_destination_local(frame& f, const groups_of_places& groups) {
  return first_text(f, groups.back()) == "dst";
}
const places& local_places(frame& f, const groups_of_places& groups) {
  return groups[is_destination_local(f, groups) ? 1 : 0];
}
const places& remote_places(frame& f, const groups_of_places& groups) {
  return groups[is_destination_local(f, groups) ? 0 : 1];
}

value local_text(frame& f, const groups_of_places& groups) { return first_text(f, local_places(f, groups)); }
value remote_text(frame& f, const groups_of_places& groups) {
  return first_text(f, remote_places(f, groups));
}

value map_of(frame& f, const places& from) {
  map_value made;
  const auto* tree = first_tree(f, from);
  if (tree != nullptr && tree->is_object()) made.object = tree;
  return f.keep(std::move(made));
}
value local_map(frame& f, const groups_of_places& groups) { return map_of(f, local_places(f, groups)); }
value remote_map(frame& f, const groups_of_places& groups) { return map_of(f, remote_places(f, groups)); }

/// A map of two texts, made from their places; empty when both are.
value two_texts(frame& f, const groups_of_places& groups, std::string_view first, std::string_view second) {
  const std::string_view a = first_text(f, groups[0]);
  const std::string_view b = first_text(f, groups[1]);
  map_value made;
  if (!a.empty() || !b.empty()) made.entries = {{first, a}, {second, b}};
  return f.keep(std::move(made));
}
value node_map(frame& f, const groups_of_places& groups) { return two_texts(f, groups, "name", "ip"); }
value capture_map(frame& f, const groups_of_places& groups) {
  return two_texts(f, groups, "source", "backend");
}

value time_ms(frame& f, const groups_of_places& groups) {
  const value ms = integer(f, groups);
  const moment t = from_unix_ms(std::get<std::int64_t>(ms));
  return is_in_range(t) ? t : moment{};
}

constexpr variable_row rows[] = {
    {"src.ip", 's', "", text, "src.ip"},
    {"dst.ip", 's', "", text, "dst.ip"},
    {"src.port", 'i', "", integer, "src.port"},
    {"dst.port", 'i', "", integer, "dst.port"},
    {"src.name", 's', "", text, "src.name"},
    {"dst.name", 's', "", text, "dst.name"},
    {"src.namespace", 's', "", text, "src.namespace"},
    {"dst.namespace", 's', "", text, "dst.namespace"},
    {"src.dns", 's', "", text, "src.dns"},
    {"dst.dns", 's', "", text, "dst.dns"},
#define REMORA_POD_NAME(side) \
  side ".pod.metadata.name|" side ".service.metadata.name|" side ".endpointSlice.metadata.name"
#define REMORA_SERVICE_NAMESPACE(side) \
  side ".service.metadata.namespace|" side ".endpointSlice.metadata.namespace"
#define REMORA_POD_NAMESPACE(side) \
  side ".pod.metadata.namespace|" REMORA_SERVICE_NAMESPACE(side) "|" side ".namespace"
#define REMORA_SERVICE_NAME(side) side ".service.metadata.name|" side ".endpointSlice.metadata.name"
    {"src.pod.name", 's', "", text, REMORA_POD_NAME("src")},
    {"dst.pod.name", 's', "", text, REMORA_POD_NAME("dst")},
    {"src.pod.namespace", 's', "", text, REMORA_POD_NAMESPACE("src")},
    {"dst.pod.namespace", 's', "", text, REMORA_POD_NAMESPACE("dst")},
    {"src.service.name", 's', "", text, REMORA_SERVICE_NAME("src")},
    {"dst.service.name", 's', "", text, REMORA_SERVICE_NAME("dst")},
    {"src.service.namespace", 's', "", text, REMORA_SERVICE_NAMESPACE("src")},
    {"dst.service.namespace", 's', "", text, REMORA_SERVICE_NAMESPACE("dst")},
    {"namespaces", 'l', "", distinct, REMORA_POD_NAMESPACE("src") ";" REMORA_POD_NAMESPACE("dst")},
    {"pods", 'l', "", distinct, REMORA_POD_NAME("src") ";" REMORA_POD_NAME("dst")},
    {"services", 'l', "", distinct, REMORA_SERVICE_NAME("src") ";" REMORA_SERVICE_NAME("dst")},
    {"dns_resolutions", 'l', "", distinct, "src.dns;dst.dns"},
    {"node", 'm', "", node_map, "node.name;node.ip"},
    {"node_name", 's', "", text, "node.name"},
    {"node_ip", 's', "", text, "node.ip"},
    {"local_node_name", 's', "", local_text,
     "src.pod.spec.nodeName|node.name;dst.pod.spec.nodeName|node.name;localPeer"},
    {"remote_node_name", 's', "", remote_text, "src.pod.spec.nodeName;dst.pod.spec.nodeName;localPeer"},
    {"local_labels", 'm', "", local_map, "src.pod.metadata.labels;dst.pod.metadata.labels;localPeer"},
    {"remote_labels", 'm', "", remote_map, "src.pod.metadata.labels;dst.pod.metadata.labels;localPeer"},
    {"local_annotations", 'm', "", local_map,
     "src.pod.metadata.annotations;dst.pod.metadata.annotations;localPeer"},
    {"remote_annotations", 'm', "", remote_map,
     "src.pod.metadata.annotations;dst.pod.metadata.annotations;localPeer"},
    {"local_process_name", 's', "", local_text, "src.processName;dst.processName;localPeer"},
    {"remote_process_name", 's', "", remote_text, "src.processName;dst.processName;localPeer"},
    {"local_resolution_status", 's', "", local_text, "src.resolutionStatus;dst.resolutionStatus;localPeer"},
    {"remote_resolution_status", 's', "", remote_text, "src.resolutionStatus;dst.resolutionStatus;localPeer"},

    {"protocol", 's', "", text, "protocol.abbr"},
    {"id", 'i', "", integer, "seq"},
    {"node_id", 's', "", text, "node.name"},
    {"index", 'i', "", integer, "index"},
    {"stream", 's', "", text, "stream"},
    {"worker", 's', "", text, "worker"},
    {"timestamp", 't', "", time_ms, "timestamp"},
    {"elapsed_time", 'i', "", integer, "elapsedTime"},
    {"conn_id", 'i', "", integer, "connId"},
    {"flow_id", 'i', "", integer, "flowId"},
    {"has_pcap", 'b', "", boolean, "hasPcap"},
    {"capture_source", 's', "", text, "capture.source"},
    {"capture_backend", 's', "", text, "capture.backend"},
    {"capture_source_code", 'i', "", integer, "captureSource"},
    {"capture", 'm', "", capture_map, "capture.source;capture.backend"},
    {"error_type", 's', "", text, "error.type"},
    {"error_message", 's', "", text, "error.msg"},
};

} // namespace

row_range general_variables() { return {std::begin(rows), std::size(rows)}; }

} // namespace remora::filter::kfl2
