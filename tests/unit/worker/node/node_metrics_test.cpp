#include "worker/node/node_metrics.hpp"

#include <gmock/gmock.h>

namespace remora::worker::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(NodeMetrics, ShowWhatTheNodeHasDone) {
  node_view view;
  view.stats.packets = 5;
  view.stats.kernel_dropped = 2;
  view.spool.waiting_records = 3;
  view.uplink.welcome = true;
  view.uplink.generation = 12;
  view.link.dropped[0] = 7;
  script_totals script;
  script.title = "my \"script\"";
  script.dropped_events = 4;
  view.stats.scripts.push_back(script);
  const std::string page = metrics_page(view, "1.2");
  for (const char* line :
       {"\nremora_worker_packets_total 5\n", "remora_worker_packets_dropped_total{reason=\"kernel\"} 2\n",
        "\nremora_worker_waiting_records 3\n", "\nremora_worker_hub_connected 1\n",
        "\nremora_worker_deployment_generation 12\n", "\nremora_worker_info{version=\"1.2\"} 1\n",
        "\nremora_worker_script_events_dropped_total{script=\"my \\\"script\\\"\"} 4\n",
        "\nremora_worker_link_dropped_total{reason=\"command_queue_full\"} 7\n"})
    EXPECT_THAT(page, HasSubstr(line));
}

TEST(NodeMetrics, ShowFlowsItemsAndWhatBecameOfThem) {
  node_view view;
  view.items.by_protocol = {{"dns", 3}, {"http", 4}};
  view.items.dissected.pairs = 5;
  view.items.dissected.halves = 2;
  view.items.flows.open_flows = 6;
  view.items.flows.ended[traffic::stream_end::evicted] = 7;
  view.items.flows.gap_bytes[traffic::gap_reason::table_full] = 8;
  view.store.emplace();
  view.store->streams.counters.kept = 9;
  view.store->streams.paused = error{errc::store_full, "no room"};
  view.store->dropped_items = 10;
  const std::string page = metrics_page(view, "1.2");
  for (const char* line :
       {"remora_worker_items_total{protocol=\"http\"} 4\n",
        "remora_worker_items_by_kind_total{kind=\"half\"} 2\n", "remora_worker_flows_open 6\n",
        "remora_worker_flows_ended_total{reason=\"evicted\"} 7\n",
        "remora_worker_stream_gap_bytes_total{reason=\"table_full\"} 8\n",
        "remora_worker_store_records{store=\"streams\"} 9\n",
        "remora_worker_store_paused{store=\"streams\"} 1\n",
        "remora_worker_store_paused{store=\"items\"} 0\n",
        "remora_worker_store_dropped_total{store=\"items\",reason=\"writer_busy\"} 10\n",
        "kubeshark_matched_pairs_total 5\n", "kubeshark_item_count", "kubeshark_live_tcp_streams 6\n"})
    EXPECT_THAT(page, HasSubstr(line));
}

TEST(NodeMetrics, HaveTheNamesThatDashboardsAskFor) {
  node_view view;
  view.stats.packets = 11;
  view.stats.kernel_dropped = 2;
  view.stats.interface_dropped = 3;
  view.stats.bytes = 12;
  view.tcp_packets = 13;
  view.dns_packets = 14;
  view.icmp_packets = 15;
  view.uplink.scripts = {{"a", true}, {"b", false}};
  script_totals script;
  script.title = "a";
  script.dropped_events = 16;
  view.stats.scripts.push_back(script);
  view.jobs = {{"a", "tick", 20, 3, 4}};
  view.heap_bytes = 17;
  auto& hook = view.hooks["a"][static_cast<std::size_t>(script::hook::packet_captured)];
  hook = {18, 19, std::chrono::milliseconds{1'500}};
  const std::string page = metrics_page(view, "1.2");
  for (const char* line :
       {"kubeshark_received_packets_total 11", "kubeshark_dropped_packets_total 5",
        "kubeshark_processed_bytes_total 12", "kubeshark_tcp_packets_total 13",
        "kubeshark_dns_packets_total 14", "kubeshark_icmp_packets_total 15",
        "remora_script_active{script=\"a\"} 1", "remora_script_active{script=\"b\"} 0",
        "remora_script_events_dropped_total{script=\"a\",hook=\"onPacketCaptured\"} 16",
        "remora_script_hook_calls_total{script=\"a\",hook=\"onPacketCaptured\"} 18",
        "remora_script_hook_errors_total{script=\"a\",hook=\"onPacketCaptured\"} 19",
        "remora_script_hook_seconds_total{script=\"a\",hook=\"onPacketCaptured\"} 1.5",
        "remora_script_heap_bytes 17", "remora_script_job_runs_total{script=\"a\",tag=\"tick\"} 23",
        "remora_script_job_failures_total{script=\"a\",tag=\"tick\"} 3",
        "remora_script_job_skipped_total{script=\"a\",tag=\"tick\"} 4"})
    EXPECT_THAT(page, HasSubstr('\n' + std::string{line} + '\n'));
}

TEST(NodeMetrics, SayNothingOfHooksThatWereNotCalled) {
  node_view view;
  view.hooks["a"] = {};
  EXPECT_THAT(metrics_page(view, "1.2"), Not(HasSubstr("remora_script_hook_calls_total")));
}

TEST(NodeMetrics, SayNothingOfHeapsThatAreNotKnownYet) {
  EXPECT_THAT(metrics_page({}, "1.2"), Not(HasSubstr("remora_script_heap_bytes")));
}

TEST(NodeMetrics, HaveAPageOfScriptsAlone) {
  node_view view;
  view.uplink.scripts = {{"a", true}};
  const std::string page = scripting_page(view);
  EXPECT_THAT(page, HasSubstr("\nremora_script_active{script=\"a\"} 1\n"));
  EXPECT_THAT(page, Not(HasSubstr("remora_worker_")));
}

TEST(NodeMetrics, SayInALineHowTheNodeIs) {
  node_view view;
  view.uplink.welcome = true;
  view.uplink.generation = 4;
  view.uplink.running_scripts = 2;
  EXPECT_EQ(status_line(view, "h:1"), "capturing, 2 scripts of deployment 4, connected to h:1");
  view.uplink.welcome = view.capturing = false;
  EXPECT_EQ(status_line(view, "h:1"), "not capturing, 2 scripts of deployment 4, without its hub h:1");
}

TEST(NodeMetrics, SayWhichScriptHasFiltersThatDecideNothing) {
  node_view view;
  script_totals script;
  script.title = "a";
  script.undecided_filters = 3;
  view.stats.scripts.push_back(script);
  const std::string line = "\nremora_script_undecided_filters_total{script=\"a\"} 3\n";
  EXPECT_THAT(metrics_page(view, "1.2"), HasSubstr(line));
  EXPECT_THAT(scripting_page(view), HasSubstr(line));
}

} // namespace
} // namespace remora::worker::test
