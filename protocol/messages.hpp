#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "protocol/console_line.hpp"
#include "protocol/deployment.hpp"
#include "protocol/job_run.hpp"
#include "protocol/message_facts.hpp"
#include "protocol/node_stats.hpp"
#include "protocol/query_messages.hpp"
#include "protocol/scheduled_job.hpp"
#include "protocol/script_state.hpp"

// All that hub and workers say to each other. A message is one CBOR map: {"v": [major, minor], "t": type,
// ...} and the fields of the struct, by the names of its members (message_fields.hpp).
namespace remora::protocol {

// ---- worker -> hub, unnumbered
// ------------------------------------------------------------------------------

/// worker -> hub, unnumbered. Who is here. The first message of a connection; answered with welcome or
/// refused, and repeated until then.
struct hello {
  static constexpr message_facts facts{"hello", side::worker, delivery::unnumbered};
  std::string node;              ///< The name under which the node is listed.
  std::string software;          ///< Version of remora.
  std::uint64_t incarnation = 0; ///< Of the numbers that this worker counts; raised at each of its starts.
  timestamp started;             ///< When the worker did, by its own clock.
  std::uint64_t generation = 0;  ///< Of the deployment that runs; 0: none.
  std::vector<std::string> interfaces; ///< What is captured on.
  std::vector<std::string> addresses;  ///< Of the node.
};

/// worker -> hub, unnumbered. The worker is alive, and what it has done; at the interval that welcome names.
struct heartbeat {
  static constexpr message_facts facts{"heartbeat", side::worker, delivery::unnumbered};
  timestamp clock; ///< The node's, so that the hub can show how far it is off.
  node_stats stats;
};

/// worker -> hub, unnumbered. Asks for the newest deployment. The hub answers with one script_code for each
/// hash that is in the deployment and not in `have`, then with the deployment. Asked again until that comes.
struct fetch_deployment {
  static constexpr message_facts facts{"fetch_deployment", side::worker, delivery::unnumbered};
  std::vector<script_hash> have; ///< Code that the worker holds.
};

/// worker -> hub, unnumbered. The worker stops because it was told to: it is not missing.
struct goodbye {
  static constexpr message_facts facts{"goodbye", side::worker, delivery::unnumbered};
  std::string reason; ///< For people.
};

// ---- worker -> hub, numbered
// --------------------------------------------------------------------------------

/// worker -> hub, numbered. A script has changed its condition on this node.
struct script_status {
  static constexpr message_facts facts{"script_status", side::worker, delivery::numbered};
  script_state state;
};

/// worker -> hub, numbered. The jobs of a script on this node, all of them; replaces what was said before.
struct jobs_changed {
  static constexpr message_facts facts{"jobs_changed", side::worker, delivery::numbered};
  std::string script; ///< Title.
  std::vector<scheduled_job> jobs;
};

/// A run with the number that tells it from every other run on its node, requested ones at one instant too.
struct numbered_run {
  std::uint64_t id = 0;
  job_run run;
};

/// worker -> hub, numbered. Runs of jobs that have ended. (node, id) identifies a run; it may come twice.
struct job_runs {
  static constexpr message_facts facts{"job_runs", side::worker, delivery::numbered};
  std::vector<numbered_run> runs;
};

/// A line with its number on its node, counted from 1: a gap is a line that was dropped.
struct numbered_line {
  std::uint64_t sequence = 0;
  console_line line;
};

/// worker -> hub, numbered. What scripts printed, in order.
struct console_lines {
  static constexpr message_facts facts{"console_lines", side::worker, delivery::numbered};
  std::vector<numbered_line> lines;
};

/// worker -> hub, numbered. That many more lines of a script were dropped on this node.
struct lines_dropped {
  static constexpr message_facts facts{"lines_dropped", side::worker, delivery::numbered};
  std::string script; ///< Title.
  std::uint64_t count = 0;
};

/// worker -> hub, numbered. A script called hub.action(). Source: scripting API, §8.13.
struct hub_action {
  static constexpr message_facts facts{"hub_action", side::worker, delivery::numbered};
  std::string script; ///< Title.
  std::string action;
  std::string argument_json; ///< "" for undefined.
};

/// The node that runs the hub's own scripts goes by this name, and no other may. Source: scripting API, §2.4.
inline constexpr std::string_view hub_node = "hub";
/// The most that hub_action::action and argument_json may have together, so that a message holds them.
inline constexpr std::size_t max_hub_action_bytes = (std::size_t{1} << 20U) - (16U << 10U);

/// What is to be done with jobs.
enum class job_action : std::uint8_t { run, pause, resume, remove };

/// "run", "pause", "resume", "remove".
std::string_view to_string(job_action action) noexcept;

/// worker -> hub, numbered. A script asks for something to be done with jobs on all nodes: jobs.run(tag),
/// jobs.removeAll(). On its own node it is done already. Source: scripting API, §8.11.
struct job_request {
  static constexpr message_facts facts{"job_request", side::worker, delivery::numbered};
  std::string script; ///< Title of the one that asks.
  job_action what = job_action::run;
  std::string tag;  ///< "" when `all`.
  bool all = false; ///< Every job of every script.
  bool own = false; ///< The job is the script's own; otherwise every job of that tag in any script is meant.
};

// ---- hub -> worker, unnumbered
// ------------------------------------------------------------------------------

/// hub -> worker, unnumbered. The answer to hello: the worker is one of the nodes.
struct welcome {
  static constexpr message_facts facts{"welcome", side::hub, delivery::unnumbered};
  std::string software;           ///< Version of remora.
  std::uint64_t epoch = 0;        ///< Raised at each start of the hub; another one means: numbers begin anew.
  std::uint16_t publish_port = 0; ///< Of the ordered log.
  nanoseconds heartbeat_interval{}; ///< How often each side says that it is alive.
  timestamp clock;                  ///< The hub's.
  std::uint64_t generation = 0;     ///< Of the newest deployment; 0: none yet.
};

/// hub -> worker, unnumbered. The answer to hello: the hub does not take the worker. The worker says so in
/// its log and tries again later.
struct refused {
  static constexpr message_facts facts{"refused", side::hub, delivery::unnumbered};
  std::string reason; ///< For people: what is wrong and what to do.
};

/// hub -> worker, unnumbered. The hub is alive; what it says also mends a log entry that has not arrived yet.
struct hub_heartbeat {
  static constexpr message_facts facts{"hub_heartbeat", side::hub, delivery::unnumbered};
  std::uint64_t epoch = 0; ///< As in welcome; a worker that was welcomed to another one says hello again.
  timestamp clock;         ///< The hub's.
  std::uint64_t generation = 0; ///< Of the newest deployment; 0: none yet.
};

// ---- hub -> worker, numbered
// --------------------------------------------------------------------------------

/// hub -> worker, numbered. The code of one script, up to max_script_bytes. The worker checks that the hash
/// is that of the code. Comes before the deployment that needs it.
struct script_code {
  static constexpr message_facts facts{"script_code", side::hub, delivery::numbered};
  script_hash hash;
  std::string code;
};

/// hub -> worker, numbered. What is to run now. All code that the worker lacked was sent before it.
struct deployment {
  static constexpr message_facts facts{"deployment", side::hub, delivery::numbered};
  deployment_manifest manifest;
};

/// hub -> worker, numbered. Do something with jobs of this node now.
struct job_order {
  static constexpr message_facts facts{"job_order", side::hub, delivery::numbered};
  std::uint64_t id = 0; ///< Of the order, for the log of both sides.
  job_action what = job_action::run;
  std::string script; ///< Title; "": whichever has the tag.
  std::string tag;    ///< "" when `all`.
  bool all = false;   ///< Every job of the script, or of every script.
};

/// hub -> worker, numbered. For hub_node alone: what some script said with hub.action(). Every script there
/// that has onHubAction gets it. Source: scripting API, §6.6.
struct action_delivery {
  static constexpr message_facts facts{"action_delivery", side::hub, delivery::numbered};
  std::string action;
  std::string argument_json; ///< "" for undefined.
};

// ---- hub -> all workers, logged
// -----------------------------------------------------------------------------

/// hub -> all workers, logged. There is a new deployment: fetch it.
struct deployment_changed {
  static constexpr message_facts facts{"deployment_changed", side::hub, delivery::logged};
  std::uint64_t generation = 0;
};

/// Any message. Append at the end.
using message =
    std::variant<hello, heartbeat, fetch_deployment, goodbye, script_status, jobs_changed, job_runs,
                 console_lines, lines_dropped, hub_action, job_request, welcome, refused, hub_heartbeat,
                 script_code, deployment, job_order, deployment_changed, action_delivery, item_query,
                 cancel_query, capture_query, capture_credit, item_page, capture_piece>;

template <class... Messages>
constexpr std::array<message_facts, sizeof...(Messages)> facts_table(const std::variant<Messages...>*) {
  return {Messages::facts...};
}

/// The facts of each alternative of `message`, in the order of the alternatives.
inline constexpr auto message_table = facts_table(static_cast<const message*>(nullptr));

/// The facts of what `of` holds.
inline const message_facts& facts(const message& of) noexcept { return message_table[of.index()]; }

/// The version that this program speaks. The major number changes when an older program would misunderstand,
/// the minor one when a message or field is added.
struct link_version {
  std::uint32_t major = 1;
  std::uint32_t minor = 1;
};
inline constexpr link_version spoken_version{};

/// Writes a message as CBOR; whatever it returns, decode() reads. Text that is not well-formed UTF-8 is
/// mended. Errors: too_large (send it in parts).
result<std::string> encode(const message& what);

/// The bytes that encode() would write, for whoever fills a message up to max_message_bytes.
std::size_t encoded_size(const numbered_run& run);
std::size_t encoded_size(const numbered_line& line);
std::size_t encoded_size(const found_item& item);

/// Reads a message of any peer. Memory: at most four times the bytes and four MiB, whatever the bytes are.
/// Errors: malformed_message (not CBOR as we speak it), version_mismatch (another major version; the text has
/// both), unknown_message (a type this program does not know: count it and drop it), invalid_message (a field
/// is missing or wrong; the text names it).
result<message> decode(std::string_view bytes);

/// Whether both are the same message with the same fields.
bool same(const message& a, const message& b);

} // namespace remora::protocol
