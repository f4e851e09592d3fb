#include "traffic/store/capture_cut.hpp"

#include "tests/unit/traffic/store/stream_fixture.hpp"
#include "traffic/capture/file_source.hpp"

namespace remora::traffic::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class CaptureCut : public StreamStore {
 protected:
  file_sink into_file() {
    return [this](byte_view piece) {
      file.append(piece.begin(), piece.end());
      return true;
    };
  }
  /// What our own reader of capture files makes of the file.
  std::vector<kept_packet> read_back() const {
    const std::vector<std::uint8_t> bytes{file.begin(), file.end()};
    std::vector<named_bytes> sources;
    sources.push_back({"cut", make_memory_source({bytes.data(), bytes.size()})});
    auto source = open_byte_sources(std::move(sources), "", 1u << 16);
    EXPECT_TRUE(source);
    keeping found;
    if (!source) return {};
    while ((*source)->read(found, 100, milliseconds{0}) == read_status::more) {
    }
    EXPECT_TRUE((*source)->damage().empty());
    return found.packets;
  }

  std::string file;
};

TEST_F(CaptureCut, MakesAPcapFileOfOneStream) {
  const auto first = packet(1'700'000'000'123'456'789, "first packet");
  const auto second = packet(1'700'000'001'000'000'000, "second");
  add(42, first);
  add(43, packet(1, "other"));
  add(42, second);
  flush();
  const auto cut = cut_pcap(*store, {42}, into_file());
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->packets, 2u);
  EXPECT_EQ(cut->bytes, file.size());
  EXPECT_THAT(read_back(), ElementsAre(first, second));
}

TEST_F(CaptureCut, MergesSeveralStreamsByTime) {
  const auto late = packet(30, "late");
  const auto early = packet(10, "early");
  const auto middle = packet(20, "middle");
  add(1, late);
  add(2, middle);
  add(1, early);
  flush();
  ASSERT_TRUE(cut_pcap(*store, {1, 2}, into_file()));
  EXPECT_THAT(read_back(), ElementsAre(early, middle, late));
}

TEST_F(CaptureCut, RefusesTwoLinkTypesInAPcapFileAndSaysWhatToDo) {
  add(1, packet(1, "a"));
  add(1, packet(2, "b", link_type::linux_sll2));
  flush();
  const auto refused = cut_pcap(*store, {1}, into_file());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), errc::invalid_usage);
  EXPECT_THAT(refused.error().message, HasSubstr("pcapng"));
  EXPECT_TRUE(file.empty());
}

TEST_F(CaptureCut, GivesEachLinkTypeAnInterfaceOfAPcapngFile) {
  const auto first = packet(1'700'000'000'123'456'789, "a", link_type::linux_sll2);
  const auto second = packet(1'700'000'000'123'456'790, "bc");
  const auto third = packet(1'700'000'000'123'456'791, "def", link_type::linux_sll2);
  add(1, first);
  add(1, second);
  add(1, third);
  flush();
  const auto cut = cut_pcapng(*store, {1}, into_file());
  ASSERT_TRUE(cut);
  EXPECT_THAT(read_back(), ElementsAre(first, second, third));
}

TEST_F(CaptureCut, WritesNamesAndACommentIntoAPcapngFile) {
  add(1, packet(1, "abcd"));
  flush();
  pcapng_options how;
  how.comment = "why this was kept";
  how.names = {{{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 1, 2, 3}}, "shop.example"},
               {{{0x20, 1, 0x0d, 0xb8}}, "six.example"},
               {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 1, 2, 4}}, std::string{"bad\0name", 8}}};
  ASSERT_TRUE(cut_pcapng(*store, {1}, into_file(), how));
  EXPECT_THAT(file, HasSubstr("why this was kept"));
  const std::string v4{"\x01\x00\x11\x00\x0a\x01\x02\x03shop.example\0", 21};
  EXPECT_THAT(file, HasSubstr(v4));
  EXPECT_THAT(file, HasSubstr("six.example"));
  EXPECT_EQ(file.find("bad"), std::string::npos) << "a zero ends a name";
  EXPECT_EQ(file.size() % 4, 0u);
  EXPECT_EQ(read_back().size(), 1u);
}

TEST_F(CaptureCut, SaysThatNothingIsStored) {
  const auto refused = cut_pcapng(*store, {1}, into_file());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), errc::not_found);
}

TEST_F(CaptureCut, StopsWhenTheSinkWantsNoMore) {
  options.log.size = mib(4);
  options.log.segment = mib(1);
  open();
  for (int i = 0; i < 3000; ++i)
    add(1, packet(i, std::string(100, 'x')));
  flush();
  int pieces = 0;
  const auto cut = cut_pcap(*store, {1}, [&](byte_view) { return ++pieces < 2; });
  ASSERT_TRUE(cut);
  EXPECT_EQ(pieces, 2);
  EXPECT_FALSE(cut->is_whole);
  EXPECT_LT(cut->packets, 3000u);
}

TEST_F(CaptureCut, ClampsTimesThatAPcapFileCannotHold) {
  add(1, packet(-5'000'000'000, "before 1970"));
  flush();
  ASSERT_TRUE(cut_pcap(*store, {1}, into_file()));
  const auto back = read_back();
  ASSERT_EQ(back.size(), 1u);
  EXPECT_EQ(back[0].time_ns, 0);
}

} // namespace
} // namespace remora::traffic::test
