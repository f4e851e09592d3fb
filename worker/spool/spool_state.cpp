#include "worker/spool/spool_state.hpp"

#include <utility>

#include "protocol/wire/cbor_check.hpp"
#include "protocol/wire/decoder.hpp"
#include "protocol/wire/encoder.hpp"
#include "worker/spool/spool_frame.hpp"

namespace remora::worker {

/// The state as it is written: names are kept for ever.
struct stored_drop {
  std::string script;
  std::uint64_t count = 0;
};
struct stored_state {
  std::uint64_t runs_gone = 0;
  std::uint64_t lines_gone = 0;
  std::uint64_t last_run = 0;
  std::uint64_t last_line = 0;
  std::vector<stored_drop> drops;
};

constexpr auto fields(wire::record<stored_drop>) {
  return std::make_tuple(wire::required("script", &stored_drop::script),
                         wire::required("count", &stored_drop::count));
}

constexpr auto fields(wire::record<stored_state>) {
  using s = stored_state;
  return std::make_tuple(wire::required("runs_gone", &s::runs_gone),
                         wire::required("lines_gone", &s::lines_gone),
                         wire::required("last_run", &s::last_run), wire::required("last_line", &s::last_line),
                         wire::defaulted("drops", &s::drops));
}

namespace {

constexpr std::uint32_t state_marker = 0x7265'6D73; // the file is not searched, so it need not be secret

} // namespace

std::string write_state(const spool_state& state) {
  stored_state stored{state.runs_gone, state.lines_gone, state.last_run, state.last_line, {}};
  for (const auto& [script, count] : state.drops.by_script())
    stored.drops.push_back({script, count});
  wire::cbor_writer out;
  wire::encoder{out}.value(stored);
  std::string bytes;
  append_frame(bytes, state_marker, 0, out.take());
  return bytes;
}

result<spool_state> read_state(std::string_view bytes) {
  const auto frame = find_frame(bytes, 0, state_marker);
  if (!frame || frame->begin != 0 || frame->end != bytes.size())
    return fail(errc::store_damaged, "its checksum does not match");
  if (const auto checked = wire::check_cbor(frame->payload); !checked)
    return fail(errc::store_damaged, checked.error());
  stored_state stored;
  wire::decoder in{frame->payload};
  if (!in.value(stored)) return fail(errc::store_damaged, in.problem());
  spool_state state{stored.runs_gone, stored.lines_gone, stored.last_run, stored.last_line, {}};
  for (const auto& each : stored.drops)
    state.drops.add(each.script, each.count);
  return state;
}

} // namespace remora::worker
