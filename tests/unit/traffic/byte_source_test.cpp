#include "traffic/capture/byte_source.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include <gtest/gtest.h>

#include "tests/support/capture_writer.hpp"
#include "tests/support/frame_builder.hpp"
#include "tests/unit/traffic/read_all.hpp"
#include "traffic/capture/input_buffer.hpp"
#include "traffic/capture/wrapping_counter.hpp"

namespace remora::traffic {
namespace {

using test::bytes;
using test::filler;

byte_view view(const bytes& content) { return {content.data(), content.size()}; }

TEST(InputBuffer, ShowsWhatWasAskedForAndKnowsWhereItIs) {
  const bytes content = filler(1000);
  input_buffer in{make_memory_source(view(content), 7), 16};
  std::size_t offset = 0;
  for (const std::size_t count : {4u, 16u, 1u, 300u, 16u}) {
    ASSERT_EQ(in.ensure(count, milliseconds{0}), input_buffer::fill::ready);
    EXPECT_EQ(in.offset(), offset);
    EXPECT_EQ(in.window().first(count), view(content).skip(offset).first(count));
    in.consume(count);
    offset += count;
  }
}

TEST(InputBuffer, ShowsWhatIsLeftWhenTheSourceEnds) {
  const bytes content = filler(10);
  input_buffer in{make_memory_source(view(content)), 16};
  EXPECT_EQ(in.ensure(11, milliseconds{0}), input_buffer::fill::end);
  EXPECT_EQ(in.window(), view(content));
  EXPECT_EQ(in.ensure(10, milliseconds{0}), input_buffer::fill::ready);
}

TEST(InputBuffer, ConsumesNoMoreThanItHas) {
  const bytes content = filler(10);
  input_buffer in{make_memory_source(view(content)), 16};
  ASSERT_EQ(in.ensure(1, milliseconds{0}), input_buffer::fill::ready);
  in.consume(1000);
  EXPECT_EQ(in.size(), 0u);
  EXPECT_EQ(in.offset(), 10u);
}

/// Fails after so many bytes, as a disk with a bad block does.
class failing_source final : public byte_source {
 public:
  explicit failing_source(bytes content) : content_{std::move(content)} {}
  result<outcome> read(std::uint8_t* to, std::size_t count, milliseconds) override {
    if (done_) return fail(errc::io_failed, "cannot be read: Input/output error");
    done_ = true;
    const std::size_t part = std::min(count, content_.size());
    std::copy_n(content_.begin(), part, to);
    return outcome{state::data, part};
  }
  bool streaming() const noexcept override { return false; }

 private:
  bytes content_;
  bool done_ = false;
};

TEST(CaptureFile, ThatCannotBeReadFurtherIsReportedWithTheOffset) {
  bytes content = test::pcap_writer{}.packet(1, filler(60)).packet(2, filler(60)).content();
  content.resize(120);
  std::vector<named_bytes> sources;
  sources.push_back({"disk.pcap", std::make_unique<failing_source>(content)});
  auto source = open_byte_sources(std::move(sources), "", 1u << 20);
  ASSERT_TRUE(source);
  const auto got = read_to_end(**source);
  EXPECT_EQ(got.frames.size(), 1u);
  ASSERT_EQ(got.damage.size(), 1u);
  EXPECT_EQ(got.damage[0].code, errc::io_failed);
  EXPECT_EQ(got.damage[0].message, "disk.pcap: cannot be read: Input/output error at offset 120");
}

TEST(WrappingCounter, CountsOnWhereThirtyTwoBitsEnd) {
  wrapping_counter counter;
  constexpr std::uint32_t last = std::numeric_limits<std::uint32_t>::max();
  EXPECT_EQ(counter.update(0), 0u);
  EXPECT_EQ(counter.update(last), last);
  EXPECT_EQ(counter.update(4), std::uint64_t{last} + 5);
  EXPECT_EQ(counter.update(4), std::uint64_t{last} + 5);
  EXPECT_EQ(counter.update(3), 2 * (std::uint64_t{last} + 1) + 3) << "once round";
}

} // namespace
} // namespace remora::traffic
