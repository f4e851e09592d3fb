#include "worker/spool/fit_record.hpp"

#include <optional>
#include <utility>

#include "base/utf8.hpp"
#include "protocol/message_fields.hpp"
#include "protocol/wire/decoder.hpp"
#include "protocol/wire/encoder.hpp"

namespace remora::worker {

/// Those fields of numbered_line that dropping it needs; a decoder passes over the others.
struct line_script {
  std::string script;
};
struct numbered_line_script {
  line_script line;
};
constexpr auto fields(wire::record<line_script>) {
  return std::make_tuple(wire::required("script", &line_script::script));
}
constexpr auto fields(wire::record<numbered_line_script>) {
  return std::make_tuple(wire::required("line", &numbered_line_script::line));
}

namespace {

// Far longer than any that are given; only what is not of our making exceeds them.
constexpr std::size_t longest_name = 4u << 10;
constexpr std::size_t longest_error = 64u << 10;
constexpr std::size_t text_head_bytes = 5; // in front of a text of up to 4 GiB
constexpr std::size_t note_bytes = 256;    // for the sentence that says what was cut

/// A record as CBOR; nothing when it does not fit.
template <class Record>
std::optional<std::string> try_encode(const Record& record) {
  wire::cbor_writer out;
  wire::encoder{out}.value(record);
  if (out.size() > max_record_bytes || out.items() > max_record_items) return std::nullopt;
  return out.take();
}

void cut(std::string& text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return;
  const auto mended = to_well_formed_utf8(text);
  text = cut_utf8(mended, max_bytes);
}

/// Keeps as many lines from the beginning as fit into `room` bytes and says how many are missing.
std::vector<std::string> leading_lines(const std::vector<std::string>& lines, std::size_t room) {
  std::vector<std::string> kept;
  const auto most = max_record_items - 64;
  for (const auto& line : lines) {
    auto mended = to_well_formed_utf8(line);
    const auto needs = mended.size() + text_head_bytes;
    if (needs > room || kept.size() == most) break;
    room -= needs;
    kept.push_back(std::move(mended));
  }
  if (kept.size() < lines.size()) {
    kept.push_back("[" + std::to_string(lines.size() - kept.size()) +
                   " more lines of this run were cut: its record would be too large to be sent]");
  }
  return kept;
}

void leave_out_result(job_run& run) {
  const auto bytes = run.result_json.size();
  cut(run.error, longest_error);
  if (bytes == 0) return;
  run.result_json.clear();
  if (!run.error.empty()) run.error += "; ";
  run.error += "the result of " + std::to_string(bytes) +
               " bytes was left out, since it does not fit a message of " +
               std::to_string(wire::max_message_bytes) + ": return less, or print it in parts";
}

template <class Record>
result<Record> decode_as(std::string_view payload) {
  if (const auto checked = wire::check_cbor(payload); !checked)
    return fail(errc::malformed_message, "a kept record is damaged: " + checked.error());
  Record record;
  wire::decoder in{payload};
  if (!in.value(record)) return fail(errc::invalid_message, "a kept record is damaged: " + in.problem());
  return record;
}

} // namespace

std::size_t items_of(const protocol::numbered_run& run) noexcept { return 32 + run.run.console.size(); }

std::string encode_fitting(protocol::numbered_run run) {
  if (auto whole = try_encode(run)) return *std::move(whole);
  auto& of = run.run;
  for (auto* name : {&of.node, &of.script, &of.tag})
    cut(*name, longest_name);
  const auto lines = std::exchange(of.console, {});
  const auto without_lines = [&] { return protocol::encoded_size(run); };
  if (without_lines() + note_bytes > max_record_bytes) leave_out_result(of);
  of.console = leading_lines(lines, max_record_bytes - note_bytes - without_lines());
  return try_encode(run).value_or(std::string{});
}

std::string encode_fitting(protocol::numbered_line line) {
  if (auto whole = try_encode(line)) return *std::move(whole);
  auto& of = line.line;
  for (auto* name : {&of.node, &of.script})
    cut(*name, longest_name);
  const auto bytes = of.text.size();
  const auto text = to_well_formed_utf8(std::exchange(of.text, {}));
  of.text = cut_utf8(text, max_record_bytes - note_bytes - protocol::encoded_size(line));
  if (of.text.size() < text.size()) of.text += " [cut: " + std::to_string(bytes) + " bytes]";
  return try_encode(line).value_or(std::string{});
}

result<protocol::numbered_run> decode_run(std::string_view payload) {
  return decode_as<protocol::numbered_run>(payload);
}

result<protocol::numbered_line> decode_line(std::string_view payload) {
  return decode_as<protocol::numbered_line>(payload);
}

result<std::string> script_of_line(std::string_view payload) {
  auto read = decode_as<numbered_line_script>(payload);
  if (!read) return pass_on(std::move(read));
  return std::move(read->line.script);
}

} // namespace remora::worker
