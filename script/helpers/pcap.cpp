#include <duktape.h>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/utf8.hpp"
#include "protocol/messages.hpp"
#include "script/binding.hpp"
#include "script/captures.hpp"
#include "script/helpers/helpers.hpp"
#include "script/helpers/own_root.hpp"
#include "script/script_vm.hpp"
#include "script/text.hpp"

// pcap.*: scripting API §8.9.
namespace remora::script {

namespace {

/// The most names that one call may list.
constexpr duk_size_t max_names = 1'000'000;

capture_desk& desk_of(const helper_call& call) {
  const surroundings& around = call.vm().around();
  if (around.captures != nullptr) return *around.captures;
  if (around.node_name == protocol::hub_node) call.fail("only available on workers");
  call.fail("workers alone keep packets and the names of addresses; there are none here");
}

/// The names that an array lists, each once.
std::set<std::string> read_names(const helper_call& call, int index, const char* name) {
  duk_hthread* context = call.context();
  if (duk_is_array(context, index) == 0) call.fail_argument(index, name, "an array of names of streams");
  const duk_size_t count = duk_get_length(context, index);
  if (count > max_names) call.fail_argument(index, name, "an array of at most 1,000,000 names");
  std::set<std::string> names;
  for (duk_size_t i = 0; i < count; ++i) {
    duk_get_prop_index(context, index, static_cast<duk_uarridx_t>(i));
    if (duk_is_string(context, -1) == 0) call.fail_argument(index, name, "an array of names of streams");
    names.insert(read_text(context, -1));
    duk_pop(context);
  }
  return names;
}

/// Streams that are not there, and what is no name of one, are left out later, or here.
std::set<std::uint64_t> streams_of(const std::set<std::string>& names) {
  std::set<std::uint64_t> numbers;
  for (const std::string& each : names)
    if (const auto stream = read_stream_name(each)) numbers.insert(stream->number);
  return numbers;
}

/// Adds a file of that name, or one that has ".pcap" behind it. Nothing happens when there is neither.
void add_listed(const helper_call& call, capture_merge& to, const data_root& root, const std::string& folder,
                const std::string& name) {
  auto file = root.open_file(folder, name);
  if (!file && file.error() == errc::not_found) file = root.open_file(folder, name + ".pcap");
  if (!file && file.error() == errc::not_found) return;
  if (!file) call.fail(file.error().message);
  const auto done = to.add(name, std::move(*file), while_in_budget(call));
  if (!done) call.fail(done.error().message);
}

/// Adds the capture files of a folder; other files may be there too.
void add_all(const helper_call& call, capture_merge& to, const data_root& root, const std::string& folder,
             const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    auto file = root.open_file(folder, name);
    if (!file && file.error() == errc::not_found) continue; // somebody was faster
    if (!file) call.fail(file.error().message);
    const auto done = to.add(name, std::move(*file), while_in_budget(call));
    if (!done && !(done.error() == errc::not_a_capture)) call.fail(done.error().message);
  }
}

/// pcap.snapshot(selectedPcaps?, pcapsDir?), or pcap.snapshot(outputDir) as it once was.
int snapshot(const helper_call& call) {
  capture_desk& desk = desk_of(call);
  const bool old_form = call.given(0) && duk_is_string(call.context(), 0) != 0;
  const std::string into = old_form ? call.text(0, "outputDir") : std::string{};
  std::set<std::string> names;
  if (!old_form && call.given(0)) names = read_names(call, 0, "selectedPcaps");
  const std::string folder = call.given(1) ? call.text(1, "pcapsDir") : std::string{};

  data_root& root = root_of(call);
  const go_on more = while_in_budget(call);
  const auto now_s = std::chrono::floor<std::chrono::seconds>(call.vm().clock().now()).time_since_epoch();
  result<std::string> made;
  if (folder.empty()) {
    std::optional<std::set<std::uint64_t>> streams;
    if (!names.empty()) streams = streams_of(names);
    made = root.make_capture(into, now_s.count(),
                             [&](const byte_taker& to) { return desk.write_stored(streams, to, more); });
  } else {
    auto scratch = root.make_scratch();
    if (!scratch) call.fail(scratch.error().message);
    const auto merge = desk.begin_merge(std::move(*scratch));
    const auto present = root.files_in(folder); // of names that are listed some may be gone; the folder not
    if (!present) call.fail(present.error().message);
    if (names.empty()) add_all(call, *merge, root, folder, *present);
    for (const std::string& name : names)
      add_listed(call, *merge, root, folder, name);
    made =
        root.make_capture(into, now_s.count(), [&](const byte_taker& to) { return merge->write(to, more); });
  }
  if (!made) call.fail(made.error().message);
  push_text(call.context(), *made);
  return 1;
}

int path(const helper_call& call) {
  capture_desk& desk = desk_of(call);
  const std::string name = call.text(0, "stream");
  const auto stream = read_stream_name(name);
  if (!stream) call.fail_argument(0, "stream", "the name of a stream, not " + quoted(name, 100));
  const auto made = desk.path(*stream, while_in_budget(call));
  if (!made) call.fail(made.error().message);
  push_text(call.context(), *made);
  return 1;
}

int name_resolution_history(const helper_call& call) {
  const auto known = desk_of(call).names();
  push_text(call.context(), known->json);
  duk_json_decode(call.context(), -1);
  return 1;
}

constexpr helper members[] = {
    {"nameResolutionHistory", "pcap.nameResolutionHistory", name_resolution_history},
    {"path", "pcap.path", path},
    {"snapshot", "pcap.snapshot", snapshot},
};

} // namespace

void install_pcap(duk_hthread* context) {
  push_namespace(context, std::begin(members), std::end(members));
  define_global(context, "pcap");
}

} // namespace remora::script
