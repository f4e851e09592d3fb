#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hub/api/routes/json_writer.hpp"
#include "hub/service.hpp"

// What the API says of each record: every shape is written here, once, and read by GET and WebSocket alike.
// schemas.hpp describes the same shapes for /openapi.json.
namespace remora::hub {

void write(json_writer& out, const node_view& node);

enum class with_code : bool { no, yes };
void write(json_writer& out, const stored_script& script, with_code code);
void write(json_writer& out, const script_on_node& script);
/// The nodes of one script: {"title","nodes":[...]}.
void write(json_writer& out, const std::pair<std::string, std::vector<script_on_node>>& script);

void write(json_writer& out, const job_view& job);
void write(json_writer& out, const order_outcome& outcome);
void write(json_writer& out, const stored_run& run);
void write(json_writer& out, const planned_instant& instant);
/// The answer to an aggregation; groups have "node" or "from" as the request was by node or by time.
void write(json_writer& out, const folded& answer, const std::string& tag, const fold_request& asked);

void write(json_writer& out, const stored_line& line);
void write(json_writer& out, const silent_node& node);

/// One record as a document of its own: a message of a WebSocket.
template <class Record>
std::string to_document(const Record& record) {
  json_writer out;
  write(out, record);
  return out.take();
}

/// "node", "time", or "" for nothing.
std::string_view to_string(fold_by by) noexcept;

} // namespace remora::hub
