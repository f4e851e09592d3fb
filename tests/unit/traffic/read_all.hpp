#pragma once

#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/time.hpp"
#include "tests/support/byte_writer.hpp"
#include "traffic/capture/file_source.hpp"
#include "traffic/capture/packet_source.hpp"

namespace remora::traffic {

/// A frame that outlives the call that handed it over.
struct kept_frame {
  std::int64_t time_ns = 0;
  std::uint32_t wire_length = 0;
  link_type link = link_type::unsupported;
  test::bytes content;
};
inline bool operator==(const kept_frame& a, const kept_frame& b) {
  return a.time_ns == b.time_ns && a.wire_length == b.wire_length && a.link == b.link &&
         a.content == b.content;
}
inline std::ostream& operator<<(std::ostream& out, const kept_frame& f) {
  return out << "{" << f.time_ns << " ns, " << f.wire_length << " on wire, " << to_string(f.link) << ", "
             << f.content.size() << " bytes}";
}

class keeping_handler final : public frame_handler {
 public:
  void on_frame(const frame& packet) override {
    frames.push_back({to_unix_ns(packet.time), packet.wire_length, packet.link,
                      test::bytes(packet.bytes.begin(), packet.bytes.end())});
  }
  std::vector<kept_frame> frames;
};

/// All that reading files came to.
struct reading {
  std::vector<kept_frame> frames;
  std::vector<error> damage;
  source_counters counters;
  std::optional<error> failure; ///< Of opening or of read().

  std::string damage_text() const {
    std::string text;
    for (const error& d : damage) {
      text += d.message + "\n";
    }
    return text;
  }
};

/// Reads until the end. @param at_once Frames asked for in each call.
inline reading read_to_end(packet_source& source, std::size_t at_once = 1000) {
  reading out;
  keeping_handler handler;
  for (;;) {
    auto status = source.read(handler, at_once, milliseconds{1000});
    if (!status) {
      out.failure = std::move(status).error();
      break;
    }
    if (*status == read_status::end) break;
  }
  out.frames = std::move(handler.frames);
  out.damage = source.damage();
  out.counters = source.counters();
  return out;
}

struct memory_options {
  std::size_t piece = SIZE_MAX; ///< Bytes that one read yields at most.
  std::size_t buffer = 1u << 20;
  std::string filter;
};

/// Reads capture files that lie in memory; they are called "a", "b", ….
inline reading read_memory(const std::vector<test::bytes>& files, const memory_options& options = {}) {
  std::vector<named_bytes> sources;
  for (const test::bytes& file : files) {
    const auto letter = static_cast<char>('a' + static_cast<int>(sources.size()));
    sources.push_back(
        {std::string(1, letter), make_memory_source(byte_view{file.data(), file.size()}, options.piece)});
  }
  auto source = open_byte_sources(std::move(sources), options.filter, options.buffer);
  if (!source) {
    reading out;
    out.failure = std::move(source).error();
    return out;
  }
  return read_to_end(**source);
}

inline reading read_memory(const test::bytes& file, const memory_options& options = {}) {
  return read_memory(std::vector<test::bytes>{file}, options);
}

} // namespace remora::traffic
