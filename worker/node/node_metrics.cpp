#include "worker/node/node_metrics.hpp"

#include <chrono>

#include "base/metrics_text.hpp"

namespace remora::worker {

namespace {

void add_capture(metrics_text& page, const node_view& view) {
  const node_stats& stats = view.stats;
  page.counter("remora_worker_packets_total", "Packets captured.", stats.packets);
  page.counter("remora_worker_bytes_total", "Bytes on the wire of captured packets.", stats.bytes);
  constexpr const char* dropped = "remora_worker_packets_dropped_total";
  constexpr const char* dropped_help = "Packets lost before they could be captured, by where.";
  page.counter(dropped, dropped_help, stats.kernel_dropped, {{"reason", "kernel"}});
  page.counter(dropped, dropped_help, stats.interface_dropped, {{"reason", "interface"}});
  page.counter("remora_worker_decode_errors_total", "Captured packets that were malformed.",
               stats.decode_errors);
  page.counter("remora_worker_capture_gaps_total", "Times that the capture was lost and opened again.",
               view.capture_gaps);
  page.gauge("remora_worker_capturing", "1 while the capture is open.", view.capturing ? 1 : 0);
}

/// The names that dashboards for compatible systems ask for. What is not counted here yet is left out: a
/// constant 0 would be a lie.
void add_compatible(metrics_text& page, const node_view& view) {
  const node_stats& stats = view.stats;
  page.counter("kubeshark_received_packets_total", "Packets captured.", stats.packets);
  page.counter("kubeshark_dropped_packets_total", "Packets lost before they could be captured.",
               stats.kernel_dropped + stats.interface_dropped);
  page.counter("kubeshark_processed_bytes_total", "Bytes on the wire of captured packets.", stats.bytes);
  page.counter("kubeshark_tcp_packets_total", "TCP packets.", view.tcp_packets);
  page.counter("kubeshark_dns_packets_total", "Packets from or to port 53.", view.dns_packets);
  page.counter("kubeshark_icmp_packets_total", "ICMP and ICMPv6 packets.", view.icmp_packets);
  page.counter("kubeshark_matched_pairs_total", "Requests with their responses.", view.items.dissected.pairs);
  page.counter("kubeshark_item_count", "Items that were made.", view.items.dissected.items);
  page.gauge("kubeshark_live_tcp_streams", "Connections and flows that are followed.",
             static_cast<double>(view.items.flows.open_flows));
}

void add_hooks(metrics_text& page, const std::string& title, const script::hook_table& hooks) {
  for (std::size_t i = 0; i < hooks.size(); ++i) {
    const script::hook_counters& did = hooks[i];
    if (did.calls == 0 && did.errors == 0) continue;
    const metrics_text::labels which{{"script", title}, {"hook", to_string(static_cast<script::hook>(i))}};
    page.counter("remora_script_hook_calls_total", "Calls of hooks.", did.calls, which);
    page.counter("remora_script_hook_errors_total", "Exceptions that left hooks, and turns that were ended.",
                 did.errors, which);
    page.counter("remora_script_hook_seconds_total", "Time that hooks took.", did.time, which);
  }
}

void add_jobs(metrics_text& page, const std::vector<job_counts>& jobs) {
  for (const job_counts& job : jobs) {
    const metrics_text::labels who{{"script", job.script}, {"tag", job.tag}};
    page.counter("remora_script_job_runs_total", "Runs of jobs that ended, skipped ones not.",
                 job.passed + job.failed, who);
    page.counter("remora_script_job_failures_total", "Runs of jobs that threw or were ended.", job.failed,
                 who);
    page.counter("remora_script_job_skipped_total",
                 "Planned runs of jobs that did not begin: the one before was still running.", job.skipped,
                 who);
  }
}

void add_scripts(metrics_text& page, const node_stats& stats) {
  for (const script_totals& script : stats.scripts) {
    const metrics_text::labels title{{"script", script.title}};
    page.counter("remora_worker_script_hook_calls_total", "Calls of hooks.", script.hook_calls, title);
    page.counter("remora_worker_script_errors_total", "Exceptions, and turns that were ended.", script.errors,
                 title);
    page.counter("remora_worker_script_events_dropped_total",
                 "Events that a script was too slow for, or suspended.", script.dropped_events, title);
    page.counter("remora_worker_script_lines_dropped_total", "Console lines that were dropped.",
                 script.dropped_lines, title);
    page.counter("remora_worker_script_suspensions_total", "Times that a script was suspended.",
                 script.suspensions, title);
    page.gauge("remora_worker_script_queued_events", "Events that wait for a script.",
               static_cast<double>(script.queued_events), title);
  }
}

void add_spool(metrics_text& page, const spool_stats& spool) {
  page.gauge("remora_worker_waiting_records", "Records that the hub has not stored yet.",
             static_cast<double>(spool.waiting_records));
  page.gauge("remora_worker_waiting_bytes", "Their bytes.", static_cast<double>(spool.waiting_bytes));
  page.gauge("remora_worker_spool_disk_bytes", "Bytes of the files of waiting records.",
             static_cast<double>(spool.disk_bytes));
  page.counter("remora_worker_runs_dropped_total", "Job runs that there was no room to keep.",
               spool.dropped_records);
  page.counter("remora_worker_lines_dropped_total", "Console lines that there was no room to keep.",
               spool.dropped_lines.total());
  page.gauge("remora_worker_spool_damaged", "Unreadable places in the files of waiting records.",
             static_cast<double>(spool.damaged));
}

void add_flows(metrics_text& page, const traffic::flow_counters& flows) {
  page.gauge("remora_worker_flows_open", "TCP connections and UDP flows that are followed.",
             static_cast<double>(flows.open_flows));
  constexpr const char* opened_help = "TCP connections and UDP flows that were seen.";
  page.counter("remora_worker_flows_total", opened_help, flows.tcp_flows, {{"transport", "tcp"}});
  page.counter("remora_worker_flows_total", opened_help, flows.udp_flows, {{"transport", "udp"}});
  for (std::size_t i = 0; i < traffic::stream_end_count; ++i) {
    const auto end = static_cast<traffic::stream_end>(i);
    page.counter("remora_worker_flows_ended_total", "How flows ended.", flows.ended[end],
                 {{"reason", to_string(end)}});
  }
  for (std::size_t i = 0; i < traffic::gap_reason_count; ++i) {
    const auto why = static_cast<traffic::gap_reason>(i);
    page.counter("remora_worker_stream_gap_bytes_total",
                 "Bytes that are missing in TCP streams, by what told that they were.", flows.gap_bytes[why],
                 {{"reason", to_string(why)}});
  }
  page.gauge("remora_worker_reassembly_bytes", "Memory of segments that wait for those before them.",
             static_cast<double>(flows.held_memory));
}

void add_items(metrics_text& page, const item_totals& items) {
  for (const auto& [protocol, count] : items.by_protocol)
    page.counter("remora_worker_items_total", "Items that were made.", count, {{"protocol", protocol}});
  constexpr const char* kinds = "remora_worker_items_by_kind_total";
  constexpr const char* kinds_help = "Items by what they hold.";
  const traffic::dissect_counters& made = items.dissected;
  page.counter(kinds, kinds_help, made.pairs, {{"kind", "pair"}});
  page.counter(kinds, kinds_help, made.halves, {{"kind", "half"}});
  page.counter(kinds, kinds_help, made.singles, {{"kind", "single"}});
  page.counter(kinds, kinds_help, made.failed, {{"kind", "failed"}});
  page.counter("remora_worker_half_items_left_out_total", "Halves that were not made into items.",
               made.halves_left_out);
}

void add_store(metrics_text& page, const store_view& store, std::string_view name) {
  const metrics_text::labels which{{"store", name}};
  const auto& counted = store.counters;
  page.counter("remora_worker_store_records_total", "Packets or items that were written to disk.",
               counted.written, which);
  page.gauge("remora_worker_store_records", "Packets or items that are on disk.",
             static_cast<double>(counted.kept), which);
  page.gauge("remora_worker_store_bytes", "Bytes of the files.", static_cast<double>(counted.bytes), which);
  page.gauge("remora_worker_store_paused", "1 while nothing can be written; the log says why.",
             store.paused ? 1 : 0, which);
  for (std::size_t i = 0; i < traffic::append_drops; ++i)
    page.counter("remora_worker_store_dropped_total", "Packets or items that were not written.",
                 counted.dropped[i],
                 {{"store", name}, {"reason", to_string(static_cast<traffic::append_drop>(i))}});
  for (std::size_t i = 0; i < traffic::segment_ends; ++i)
    page.counter("remora_worker_store_deleted_total", "Packets or items that were deleted, oldest first.",
                 counted.deleted[i],
                 {{"store", name}, {"reason", to_string(static_cast<traffic::segment_end>(i))}});
  page.gauge("remora_worker_store_damaged", "Unreadable places in the files.",
             static_cast<double>(counted.damaged_places + counted.unreadable_files), which);
}

void add_stores(metrics_text& page, const traffic_store_view& store) {
  add_store(page, store.streams, "streams");
  add_store(page, store.items, "items");
  page.counter("remora_worker_store_dropped_total", "Packets or items that were not written.",
               store.dropped_items, {{"store", "items"}, {"reason", "writer_busy"}});
}

void add_session(metrics_text& page, const uplink_view& uplink) {
  page.gauge("remora_worker_hub_connected", "1 while the hub takes this worker.", uplink.welcome ? 1 : 0);
  page.gauge("remora_worker_deployment_generation", "Of the deployment that runs; 0: none.",
             static_cast<double>(uplink.generation));
  page.gauge("remora_worker_scripts_running", "Scripts that run.",
             static_cast<double>(uplink.running_scripts));
  constexpr const char* refused = "remora_worker_session_frames_refused_total";
  constexpr const char* refused_help = "Frames of the hub that were passed over, by reason.";
  const auto& session = uplink.session;
  page.counter(refused, refused_help, session.malformed, {{"reason", "malformed"}});
  page.counter(refused, refused_help, session.misdirected, {{"reason", "misdirected"}});
  page.counter(refused, refused_help, session.other_version, {{"reason", "other_version"}});
  page.counter(refused, refused_help, session.unknown, {{"reason", "unknown"}});
  page.counter(refused, refused_help, session.unexpected, {{"reason", "unexpected"}});
  page.counter("remora_worker_session_frames_received_total", "Frames of the hub.", session.received);
  page.counter("remora_worker_messages_delivered_total", "Numbered messages of the hub that were taken.",
               session.delivered);
  const auto& channel = uplink.channel;
  page.counter("remora_worker_messages_sent_total", "Numbered messages sent for the first time.",
               channel.sent);
  constexpr const char* resent = "remora_worker_messages_resent_total";
  constexpr const char* resent_help = "Numbered messages sent again, by reason.";
  page.counter(resent, resent_help, channel.resent_gap, {{"reason", "gap"}});
  page.counter(resent, resent_help, channel.resent_timeout, {{"reason", "timeout"}});
  page.counter(resent, resent_help, channel.resent_start, {{"reason", "start"}});
  page.counter("remora_worker_messages_acknowledged_total", "Numbered messages that the hub has taken over.",
               channel.acknowledged);
  page.counter("remora_worker_code_refused_total", "Code of the hub that was not what it said, or too much.",
               uplink.refused_code);
  page.counter("remora_worker_job_requests_dropped_total", "Requests of scripts that found no room.",
               uplink.dropped_requests);
  page.counter("remora_worker_hub_actions_dropped_total", "Calls of hub.action() that found no room.",
               uplink.dropped_actions);
}

void add_link(metrics_text& page, const link::link_statistics& link) {
  page.counter("remora_worker_link_sent_total", "Messages given to the network.", link.sent);
  page.counter("remora_worker_link_received_total", "Messages of the network.", link.received);
  page.counter("remora_worker_link_published_total", "Publications of the network.", link.published);
  for (std::size_t i = 0; i < link::drop_reasons; ++i) {
    const auto reason = static_cast<link::drop_reason>(i);
    page.counter("remora_worker_link_dropped_total", "Messages that went no further, by reason.",
                 link.dropped_for(reason), {{"reason", link::to_string(reason)}});
  }
}

void add_scripting(metrics_text& page, const node_view& view) {
  for (const auto& [title, runs] : view.uplink.scripts)
    page.gauge("remora_script_active", "1 while a version of the script runs and is not suspended.",
               runs ? 1 : 0, {{"script", title}});
  for (const auto& [title, hooks] : view.hooks)
    add_hooks(page, title, hooks);
  for (const script_totals& script : view.stats.scripts)
    page.counter("remora_script_events_dropped_total", "Calls of hooks that a script was too slow for.",
                 script.dropped_events, {{"script", script.title}, {"hook", "onPacketCaptured"}});
  for (const script_totals& script : view.stats.scripts)
    page.counter("remora_script_undecided_filters_total",
                 "Times that kfl.match() could not decide, and said false.", script.undecided_filters,
                 {{"script", script.title}});
  if (view.heap_bytes > 0) // else no script has been heard of yet: each tells with the packets it has handled
    page.gauge("remora_script_heap_bytes", "Memory of the heaps of all scripts.",
               static_cast<double>(view.heap_bytes));
  add_jobs(page, view.jobs);
}

} // namespace

std::string metrics_page(const node_view& view, std::string_view software) {
  metrics_text page;
  page.gauge("remora_worker_info", "Always 1; which version this is.", 1, {{"version", software}});
  page.gauge("remora_worker_uptime_seconds", "Since the worker started.",
             std::chrono::duration<double>(view.stats.uptime).count());
  add_capture(page, view);
  add_flows(page, view.items.flows);
  add_items(page, view.items);
  if (view.store) add_stores(page, *view.store);
  add_compatible(page, view);
  add_scripting(page, view);
  add_scripts(page, view.stats);
  add_spool(page, view.spool);
  add_session(page, view.uplink);
  add_link(page, view.link);
  return page.text();
}

std::string scripting_page(const node_view& view) {
  metrics_text page;
  add_scripting(page, view);
  return page.text();
}

std::string status_line(const node_view& view, std::string_view hub) {
  std::string out = view.capturing ? "capturing, " : "not capturing, ";
  out += std::to_string(view.uplink.running_scripts) + " scripts of deployment " +
         std::to_string(view.uplink.generation) + ", ";
  out += view.uplink.welcome ? "connected to " : "without its hub ";
  return out + std::string{hub};
}

} // namespace remora::worker
