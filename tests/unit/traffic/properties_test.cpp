#include <random>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/capture_writer.hpp"
#include "tests/support/frame_builder.hpp"
#include "tests/unit/traffic/read_all.hpp"

namespace remora::traffic {
namespace {

using test::byte_order;
using test::bytes;
using test::filler;
using test::pcap_style;
using test::pcap_writer;
using test::pcapng_writer;

/// A file and where its packets end, in the order of the file.
struct sample {
  const char* name;
  bytes content;
  std::vector<std::size_t> packet_ends;
  std::vector<std::size_t> record_starts; ///< Of packets and of everything else.
};

template <class Writer, class... Steps>
void add(sample& to, Writer& writer, bool packet, const Steps&... step) {
  to.record_starts.push_back(writer.content().size());
  (step(writer), ...);
  if (packet) to.packet_ends.push_back(writer.content().size());
  to.content = writer.content();
}

sample pcap_sample(byte_order order) {
  sample out{order == byte_order::big ? "big pcap" : "little pcap", {}, {}, {0}};
  pcap_style style;
  style.order = order;
  pcap_writer file{style};
  for (const std::size_t size : {60u, 0u, 1u, 300u, 14u}) {
    add(out, file, true, [&](pcap_writer& w) { w.packet(1'000'000'000, filler(size), 400); });
  }
  return out;
}

sample pcapng_sample(byte_order order) {
  sample out{order == byte_order::big ? "big pcapng" : "little pcapng", {}, {}, {0}};
  pcapng_writer file{order};
  add(out, file, false, [](pcapng_writer& w) { w.interface({1, 0, 9, {}, "eth0"}); });
  add(out, file, true, [](pcapng_writer& w) { w.enhanced_packet(0, 5, filler(60)); });
  add(out, file, false, [](pcapng_writer& w) { w.block(4, filler(33)); });
  add(out, file, true, [](pcapng_writer& w) { w.simple_packet(filler(21)); });
  add(out, file, false,
      [&](pcapng_writer& w) { w.section(order == byte_order::big ? byte_order::little : order); });
  add(out, file, false, [](pcapng_writer& w) { w.interface({101, 64, {}, -5, ""}); });
  add(out, file, true, [](pcapng_writer& w) { w.enhanced_packet(0, 99, filler(7), 1500, "comment"); });
  add(out, file, true, [](pcapng_writer& w) { w.obsolete_packet(0, 100, filler(40)); });
  return out;
}

std::vector<sample> samples() {
  return {pcap_sample(byte_order::little), pcap_sample(byte_order::big), pcapng_sample(byte_order::little),
          pcapng_sample(byte_order::big)};
}

TEST(CaptureFile, GivesTheSameFramesHoweverItsBytesArrive) {
  for (const sample& file : samples()) {
    const auto whole = read_memory(file.content);
    ASSERT_EQ(whole.frames.size(), file.packet_ends.size()) << file.name << whole.damage_text();
    for (const std::size_t piece : {1u, 2u, 3u, 7u, 16u, 61u}) {
      for (const std::size_t buffer : {1u, 24u, 100u, 65536u}) {
        memory_options options;
        options.piece = piece;
        options.buffer = buffer;
        EXPECT_EQ(read_memory(file.content, options).frames, whole.frames) << file.name << " " << piece;
      }
    }
  }
}

TEST(CaptureFile, CutOffAnywhereGivesTheWholeRecordsBeforeAndTheOffsetOfTheFirstThatIsNot) {
  for (const sample& file : samples()) {
    const auto whole = read_memory(file.content);
    for (std::size_t size = 4; size < file.content.size(); ++size) {
      const bytes head(file.content.begin(), file.content.begin() + static_cast<std::ptrdiff_t>(size));
      const auto got = read_memory(head);
      std::size_t packets = 0;
      while (packets < file.packet_ends.size() && file.packet_ends[packets] <= size) {
        ++packets;
      }
      ASSERT_FALSE(got.failure) << file.name << " " << size;
      ASSERT_EQ(got.frames,
                std::vector<kept_frame>(whole.frames.begin(),
                                        whole.frames.begin() + static_cast<std::ptrdiff_t>(packets)))
          << file.name << " " << size;
      std::size_t start = 0;
      for (const std::size_t candidate : file.record_starts) {
        if (candidate <= size) start = candidate;
      }
      if (start == size) {
        EXPECT_TRUE(got.damage.empty()) << file.name << " " << size << got.damage_text();
      } else {
        ASSERT_EQ(got.damage.size(), 1u) << file.name << " " << size;
        EXPECT_THAT(got.damage[0].message,
                    ::testing::StartsWith("a: cut off at offset " + std::to_string(start) + ": "))
            << file.name << " " << size;
      }
    }
  }
}

TEST(CaptureFile, MeansTheSameInEitherByteOrder) {
  EXPECT_EQ(read_memory(pcap_sample(byte_order::little).content).frames,
            read_memory(pcap_sample(byte_order::big).content).frames);
  EXPECT_EQ(read_memory(pcapng_sample(byte_order::little).content).frames,
            read_memory(pcapng_sample(byte_order::big).content).frames);
}

TEST(CaptureFile, OfAnyContentIsReadToAnEndOrAnError) {
  std::mt19937 random{20240229}; // NOLINT(cert-msc51-cpp): the same bytes in every run
  for (const sample& file : samples()) {
    for (int round = 0; round < 2000; ++round) {
      bytes broken = file.content;
      for (int flips = 0; flips < 4; ++flips) {
        broken[random() % broken.size()] = static_cast<std::uint8_t>(random());
      }
      const auto all_at_once = read_memory(broken);
      memory_options options;
      options.piece = 1;
      options.buffer = 1;
      const auto byte_by_byte = read_memory(broken, options);
      ASSERT_EQ(all_at_once.frames, byte_by_byte.frames);
      ASSERT_EQ(all_at_once.damage_text(), byte_by_byte.damage_text());
    }
  }
}

} // namespace
} // namespace remora::traffic
