#include "config/schema.hpp"

// Where a setting is stored: REMORA_AT(hub.data) is at settings::hub.data.
// NOLINTBEGIN(bugprone-macro-parentheses): a member cannot be named in parentheses
#define REMORA_AT(member) \
  [](auto& all) -> auto& { return all.member; }
// NOLINTEND(bugprone-macro-parentheses)

namespace remora::config {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr auto reload = applies::on_reload;
constexpr auto restart = applies::on_restart;
constexpr hours day{24};

// clang-format off
std::vector<key> hub_keys() {
  return {
    {"hub.data", at(REMORA_AT(hub.data), data_folder), restart,
     "Folder of the scripts, job runs and state that the hub keeps."},
    {"hub.http.listen", at(REMORA_AT(hub.http.listen), listen_address), restart,
     "Where the HTTP API and the dashboard listen. Anything but loopback needs `tokens`."},
    {"hub.http.insecure", at(REMORA_AT(hub.http.insecure)), restart,
     "Lets `listen` be more than loopback without tokens: whoever reaches the port may do everything."},
    {"hub.http.names", at(REMORA_AT(hub.http.names), any_text), restart,
     "Further names under which the API is reached, such as that of a service: a request for another host is refused."},
    {"hub.http.tls.certificate", at(REMORA_AT(hub.http.tls.certificate), path_text), restart,
     "PEM file with the certificate chain; needs `key`. Empty: no TLS."},
    {"hub.http.tls.key", at(REMORA_AT(hub.http.tls.key), path_text), restart,
     "PEM file with the private key of the certificate."},
    {"hub.http.tokens", with_secrets(at(REMORA_AT(hub.http.tokens))), restart,
     "Who may use the API: `{name: ci, role: editor, file: /run/secrets/ci}`, or the text itself as `token`. The role is "
     "viewer, editor or admin; a token has at least 16 letters, digits or `-._~+/=`."},
    {"hub.link.listen", at(REMORA_AT(hub.link.listen), listen_address), restart,
     "Where workers connect to. Anything but loopback needs `curve.secret_key`."},
    {"hub.link.publish", at(REMORA_AT(hub.link.publish), listen_address), restart,
     "Where workers hear of new deployments and of state. Anything but loopback needs `curve.secret_key`."},
    {"hub.link.curve.secret_key", secret(at(REMORA_AT(hub.link.curve.secret_key), curve_key)), restart,
     "The hub's secret CURVE key, 40 characters as `remora keys new` prints them. Empty: no encryption."},
    {"hub.link.curve.workers", at(REMORA_AT(hub.link.curve.workers), curve_key), restart,
     "Public keys of the workers that are let in, besides those enrolled with `remora keys enroll`."},
    {"hub.link.insecure", at(REMORA_AT(hub.link.insecure)), restart,
     "Lets the link be more than loopback without encryption: whoever reaches the ports reads and changes everything."},
    {"hub.retention.runs", at(REMORA_AT(hub.retention.runs), between(minutes{1}, 3'650 * day)), restart,
     "How long job runs are kept."},
    {"hub.retention.console", at(REMORA_AT(hub.retention.console), between(minutes{1}, 3'650 * day)), restart,
     "How long console lines of scripts are kept."},
  };
}

std::vector<key> worker_keys() {
  return {
    {"worker.name", at(REMORA_AT(worker.name), node_name), restart,
     "Name of this node, unique in the cluster. Empty: the host's name."},
    {"worker.hub", at(REMORA_AT(worker.hub), remote_address), restart,
     "The hub's `hub.link.listen`, as this node reaches it."},
    {"worker.data", at(REMORA_AT(worker.data), data_folder), restart,
     "Folder of stored packets and items, of undelivered job runs and of the scripts' files."},
    {"worker.metrics.listen", at(REMORA_AT(worker.metrics.listen), listen_address), restart,
     "Where `/metrics`, `/livez` and `/readyz` are served, to whoever reaches it: nothing can be changed there, and there are no tokens. "
     "While another program has the port, the worker works without them and tries again."},
    {"worker.metrics.names", at(REMORA_AT(worker.metrics.names), any_text), restart,
     "Further names under which they are reached, such as that of a service: a request for another host is refused. "
     "Addresses, `worker.name` and the host's name need not be said."},
    {"worker.capture.interfaces", at(REMORA_AT(worker.capture.interfaces), interface_name), restart,
     "Network interfaces to capture on; `any` is all of them."},
    {"worker.capture.filter", at(REMORA_AT(worker.capture.filter), any_text), restart,
     "Capture filter in the syntax of pcap-filter(7), for example `tcp port 80`. Empty: everything."},
    {"worker.capture.snaplen", at(REMORA_AT(worker.capture.snaplen), between(64, 262'144)), restart,
     "Bytes kept of each packet."},
    {"worker.capture.buffer", at(REMORA_AT(worker.capture.buffer), between(mib(1), gib(2))), restart,
     "Memory of the kernel for packets that are not read yet, for each interface."},
    {"worker.capture.promiscuous", at(REMORA_AT(worker.capture.promiscuous)), restart,
     "Also captures what is addressed to other machines."},
    {"worker.streams.size", at(REMORA_AT(worker.streams.size), between(mib(1), {1ULL << 44})), restart,
     "Disk for the packets of streams; the oldest go first."},
    {"worker.streams.age", at(REMORA_AT(worker.streams.age), between(seconds{1}, 365 * day)), restart,
     "How long the packets of streams are kept at most."},
    {"worker.items.size", at(REMORA_AT(worker.items.size), between(mib(1), {1ULL << 44})), restart,
     "Disk for items; the oldest go first."},
    {"worker.items.age", at(REMORA_AT(worker.items.age), between(seconds{1}, 365 * day)), restart,
     "How long items are kept at most."},
    {"worker.limits.flows", at(REMORA_AT(worker.limits.flows), between(1'000, 10'000'000)), reload,
     "Connections followed at once; the idlest is given up first, and counted."},
    {"worker.limits.reassembly", at(REMORA_AT(worker.limits.reassembly), between(mib(1), gib(1'024))), reload,
     "Memory for bytes that wait for missing packets; what exceeds it is given up, and counted."},
    {"worker.curve.hub_key", at(REMORA_AT(worker.curve.hub_key), curve_key), restart,
     "The hub's public CURVE key; needs `secret_key`. Empty: no encryption, which the hub accepts on loopback only unless it is told otherwise."},
    {"worker.curve.secret_key", secret(at(REMORA_AT(worker.curve.secret_key), curve_key)), restart,
     "This node's secret CURVE key; its public half has to be enrolled at the hub."},
  };
}

std::vector<key> scripting_keys() {
  return {
    {"scripting.enabled", at(REMORA_AT(scripting.enabled)), reload,
     "`false` stops all scripts and hides scripting in the dashboard."},
    {"scripting.source", at(REMORA_AT(scripting.source), path_text), reload,
     "Folder whose `.js` files are scripts. Sub-folders are not looked into."},
    {"scripting.sources", at(REMORA_AT(scripting.sources), data_folder), reload,
     "Further folders, or single files."},
    {"scripting.scripts", at(REMORA_AT(scripting.scripts)), reload,
     "Scripts that stand here: title and code. `${...}` is not expanded in them."},
    {"scripting.active", at(REMORA_AT(scripting.active), script_title), reload,
     "Titles of the scripts that start active. Empty: all that come from files."},
    {"scripting.watchScripts", at(REMORA_AT(scripting.watch_scripts)), reload,
     "Follows changes of the files; `false` reads them once."},
    {"scripting.env", secret(at(REMORA_AT(scripting.env))), reload,
     "What scripts see as `env`: names and values of any YAML type. Changing it restarts all scripts. Masked wherever remora shows it."},
    {"scripting.limits.turn", at(REMORA_AT(scripting.limits.turn), between(milliseconds{1}, hours{1})), reload,
     "Time a script may take for a batch of hook calls, a timer or a message."},
    {"scripting.limits.load", at(REMORA_AT(scripting.limits.load), between(milliseconds{1}, hours{1})), reload,
     "Time the top level of a script may take."},
    {"scripting.limits.job", at(REMORA_AT(scripting.limits.job), between(milliseconds{1}, day)), reload,
     "Time one run of a job may take."},
    {"scripting.limits.memory", at(REMORA_AT(scripting.limits.memory), between(mib(4), gib(2))), reload,
     "Heap of each script."},
    {"scripting.limits.queue", at(REMORA_AT(scripting.limits.queue), between(256, 16'777'216)), reload,
     "Events that wait for a script on a worker; what exceeds it is dropped for this script, and counted."},
    {"scripting.limits.fileQuota", at(REMORA_AT(scripting.limits.file_quota), between(byte_size{0}, {1ULL << 44})), reload,
     "Disk that the files of all scripts of a worker, of the hub or of a run may take together; beyond it helpers throw."},
    {"scripting.console", at(REMORA_AT(scripting.console)), reload,
     "Shows console lines of scripts in the terminal of `remora up`."},
    {"scripting.consoleLogLines", at(REMORA_AT(scripting.console_log_lines), between(0, 1'000'000)), reload,
     "Console lines kept on each node and shown to a console that attaches later."},
    {"scripting.egress.allow", at(REMORA_AT(scripting.egress.allow), host_pattern), reload,
     "Hosts that helpers such as `vendor.webhook` may call; `*` stands for anything. Empty: none."},
    {"scripting.llm.baseUrl", at(REMORA_AT(scripting.llm.base_url), http_url), reload,
     "Where `chatgpt.prompt` sends its requests."},
    {"scripting.llm.model", at(REMORA_AT(scripting.llm.model), any_text), reload,
     "Model that `chatgpt.prompt` asks for."},
    {"scripting.allowBlockPod", at(REMORA_AT(scripting.allow_block_pod)), reload,
     "Lets scripts call `hub.blockPod`."},
    {"scripting.redactionFailClosed", at(REMORA_AT(scripting.redaction_fail_closed)), reload,
     "Withholds an item when `onItemQueried` throws, instead of showing it as it is."},
    {"scripting.archivePrefix", at(REMORA_AT(scripting.archive_prefix), file_prefix), reload,
     "How the names of archives made by `file.tar` begin."},
    {"scripting.compatLabels", at(REMORA_AT(scripting.compat_labels)), reload,
     "Shows the compatible component labels in pod objects."},
  };
}

std::vector<key> common_keys() {
  return {
    {"filter.macros", at(REMORA_AT(filter.macros)), reload,
     "Words of your own for the [filter language](filter-language.md), each with what it stands for, in the classic dialect: "
     "`slow: elapsedTime > 1000`. A name that is a flag takes its place. Changing them restarts all scripts. `${...}` is expanded."},
    {"jobs.timezone", at(REMORA_AT(jobs.timezone), time_zone), reload,
     "Time zone of cron expressions, an IANA name such as `Europe/Berlin`."},
    {"log.level", at(REMORA_AT(log.level)), reload,
     "What is logged; `--log-level` overrides it."},
    {"log.format", at(REMORA_AT(log.format)), restart,
     "How it is logged; `--log-format` overrides it."},
    {"timezone", at(REMORA_AT(timezone), optional_zone), reload,
     "Time zone of the times that the dashboard shows. Empty: the browser's. Cron has `jobs.timezone`."},
    {"internetConnectivity", at(REMORA_AT(internet_connectivity)), reload,
     "`false`: remora itself calls nobody outside, and `chatgpt.prompt` is refused. Other helpers follow `scripting.egress.allow`."},
  };
}
// clang-format on

} // namespace

const std::vector<key>& schema() {
  static const std::vector<key> keys = [] {
    std::vector<key> all;
    for (auto part : {hub_keys(), worker_keys(), scripting_keys(), common_keys()})
      all.insert(all.end(), part.begin(), part.end());
    return all;
  }();
  return keys;
}

} // namespace remora::config
