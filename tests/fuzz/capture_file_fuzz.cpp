#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "traffic/capture/file_source.hpp"

// Input: a capture file. However its bytes arrive, the same packets and the same damage must come out, and
// every packet must lie in memory that may be read.

namespace {

using namespace remora;
using namespace remora::traffic;

void require(bool holds) {
  if (!holds) std::abort();
}

/// What was read, in a few words: a hash over every packet, in order, and what was said about the file.
struct digest {
  std::uint64_t frames = 0;
  std::uint64_t hash = 14'695'981'039'346'656'037U; // FNV-1a
  std::string said;

  bool operator==(const digest& other) const {
    return frames == other.frames && hash == other.hash && said == other.said;
  }
};

class digesting final : public frame_handler {
 public:
  explicit digesting(digest& into) : into_{into} {}

  void on_frame(const frame& packet) override {
    ++into_.frames;
    require(packet.wire_length >= packet.bytes.size() && packet.bytes.size() <= (16u << 20));
    mix(static_cast<std::uint64_t>(to_unix_ns(packet.time)));
    mix(packet.wire_length);
    mix(static_cast<std::uint64_t>(packet.link));
    for (const std::uint8_t byte : packet.bytes) {
      mix(byte);
    }
  }

 private:
  void mix(std::uint64_t value) { into_.hash = (into_.hash ^ value) * 1'099'511'628'211U; }

  digest& into_;
};

digest read_file(byte_view content, std::size_t piece, std::size_t buffer) {
  digest out;
  std::vector<named_bytes> sources;
  sources.push_back({"x", make_memory_source(content, piece)});
  auto source = open_byte_sources(std::move(sources), "", buffer);
  if (!source) {
    out.said = source.error().message;
    return out;
  }
  digesting handler{out};
  for (;;) {
    const auto status = (*source)->read(handler, 3, milliseconds{0});
    require(status.has_value() && *status != read_status::idle);
    if (*status == read_status::end) break;
  }
  require((*source)->counters().received == out.frames);
  require((*source)->damage().size() <= 1);
  for (const error& damage : (*source)->damage()) {
    out.said += damage.message;
  }
  return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const byte_view content{data, size};
  require(read_file(content, SIZE_MAX, 4096) == read_file(content, 1, 1));
  return 0;
}
