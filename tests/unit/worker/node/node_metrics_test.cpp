#include "worker/node/node_metrics.hpp"

#include <gmock/gmock.h>

namespace remora::worker::test {
namespace {

using ::testing::HasSubstr;

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

TEST(NodeMetrics, SayInALineHowTheNodeIs) {
  node_view view;
  view.uplink.welcome = true;
  view.uplink.generation = 4;
  view.uplink.running_scripts = 2;
  EXPECT_EQ(status_line(view, "h:1"), "capturing, 2 scripts of deployment 4, connected to h:1");
  view.uplink.welcome = view.capturing = false;
  EXPECT_EQ(status_line(view, "h:1"), "not capturing, 2 scripts of deployment 4, without its hub h:1");
}

} // namespace
} // namespace remora::worker::test
