#include "cli/run_arguments.hpp"

#include <filesystem>
#include <string_view>
#include <system_error>

namespace remora::cli {

const char* const env_help =
    "Add to env; the value is text. May be given several times. Whoever may list processes sees it: put "
    "secrets into a --config file, under scripting.env.";

namespace {

void declare_input(arguments& args, run_arguments& run) {
  args.group("Where packets come from");
  args.texts(
      "-r,--read", "FILE", run.read,
      "Read a pcap or pcapng file instead of capturing; - is standard input. May be given several times: "
      "the files are merged by time.");
  args.texts("-i,--interface", "NAME", run.interfaces,
             "Capture live on this interface. May be given several times. [worker.capture.interfaces: any]");
  args.text(
      "-f,--filter", "BPF", run.filter,
      "Only packets that match, in the syntax of pcap-filter(7): 'udp port 53'. [worker.capture.filter: "
      "everything]");
  args.flag("--promiscuous", run.promiscuous,
            "Live: also what is addressed to other machines. [worker.capture.promiscuous: off]");
  args.text("--snaplen", "BYTES", run.snaplen,
            "Live: how much of each packet is kept, 64 to 262144. [worker.capture.snaplen: 262144]");
  args.text("--buffer", "SIZE", run.buffer,
            "Live: the kernel's memory for packets that wait, 1MiB to 2GiB for each interface. "
            "[worker.capture.buffer: 64MiB]");
}

/// Scripts and folders may follow --items too.
bool is_item_filter(const std::string& given) {
  constexpr std::string_view script = ".js";
  const bool is_script = given.size() >= script.size() &&
                         given.compare(given.size() - script.size(), script.size(), script) == 0;
  std::error_code ignored;
  return !is_script && !std::filesystem::exists(given, ignored);
}

void declare_course(arguments& args, run_arguments& run) {
  args.group("How the run goes");
  args.text("--speed", "max|N", run.speed,
            "Reading: as fast as possible, or N times as fast as it was captured. [max]");
  args.text("--duration", "D", run.duration,
            "Stop after this time: 10s, 5m, 1h30m. Reading, by the time of the capture. [no limit]");
  args.text("--count", "N", run.count, "Stop after this many packets. [no limit]");
  args.flag("--run-jobs-at-end", run.run_jobs_at_end,
            "When the input ends run every scheduled job once more, in the order scheduled.");
}

} // namespace

void declare(arguments& args, run_arguments& run) {
  args.operands(run.paths);
  declare_input(args, run);
  declare_course(args, run);
  args.group("What scripts see");
  args.texts("-e,--env", "KEY=VALUE", run.env, env_help);
  args.text("--node-name", "NAME", run.node_name,
            "What utils.nodeName() says. [worker.name: the name of the machine]");
  args.text("--data", "DIR", run.data,
            "Where each script has a folder of its own for the files it makes with file.*. "
            "[$XDG_STATE_HOME/remora/run, or ~/.local/state/remora/run]");
  args.group("Output");
  args.flag("--json", run.json, "Print every record as a JSON object on a line of its own.");
  args.optional_text(
      "--items", "FILTER", run.items, is_item_filter,
      "Also print the items: the messages that were understood, those that match the filter. A "
      "FILTER that could be taken for a path is given as --items=FILTER.");
  args.flag("-q,--quiet", run.quiet, "No summary at the end.");
  declare(args, run.common);
  args.section("Output in detail",
               "  console.log, .info, .warn and .debug print on standard output, console.error\n"
               "  on standard error. With several scripts each message begins with [title].\n"
               "  The summary and what remora itself has to say go to standard error.\n");
  args.section("Examples",
               "  remora run counter.js -i eth0\n"
               "  remora run scripts/ -r traffic.pcap --run-jobs-at-end\n"
               "  remora run dns.js -i any -f 'udp port 53' --duration 1m\n"
               "  tcpdump -w - | remora run counter.js -r -\n"
               "  remora run -r traffic.pcap --items\n"
               "  remora run scripts/ -r traffic.pcap --json | jq 'select(.type == \"job\")'\n");
  args.section("Exit status",
               "  0    done\n"
               "  1    failed while running: a damaged capture, an interface that is gone, no\n"
               "       permission to capture, a script that is stuck, output that cannot be\n"
               "       written\n"
               "  2    wrong usage or configuration, or a script that does not load; nothing was\n"
               "       started\n"
               "  130  interrupted by SIGINT or SIGTERM: the run ends in good order; a second\n"
               "       signal ends it at once\n");
}

result<void> add_env(value& env, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
      return fail(errc::invalid_usage, "--env takes KEY=VALUE, for example -e LIMIT=10");
    env.set(text.substr(0, equals), value{text.substr(equals + 1)});
  }
  return {};
}

} // namespace remora::cli
