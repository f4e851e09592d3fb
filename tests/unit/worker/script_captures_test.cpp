#include "worker/script_captures.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include <gmock/gmock.h>

#include "script/files/data_root.hpp"
#include "tests/support/capture_writer.hpp"
#include "tests/support/temporary_folder.hpp"
#include "traffic/capture/file_source.hpp"

namespace remora::worker::test {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using traffic::link_type;

bool go() { return true; }
bool stop() { return false; }

std::string content_of(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// The packets of a capture file, as text, as our own reader has them.
std::vector<std::string> packets_in(const std::string& file) {
  struct collector final : traffic::frame_handler {
    void on_frame(const traffic::frame& packet) override {
      all.emplace_back(packet.bytes.begin(), packet.bytes.end());
      EXPECT_EQ(packet.wire_length, packet.bytes.size() + 5);
    }
    std::vector<std::string> all;
  } found;
  const std::vector<std::uint8_t> bytes{file.begin(), file.end()};
  std::vector<traffic::named_bytes> sources;
  sources.push_back({"made", traffic::make_memory_source({bytes.data(), bytes.size()})});
  auto source = traffic::open_byte_sources(std::move(sources), "", 1u << 16);
  EXPECT_TRUE(source) << source.error().message;
  if (!source) return {};
  while ((*source)->read(found, 100, milliseconds{0}) == traffic::read_status::more) {
  }
  EXPECT_TRUE((*source)->damage().empty());
  return found.all;
}

script::stream_file stream(std::uint64_t number) {
  return *script::read_stream_name(stream_name(number, stream_kind::tcp));
}

/// A desk over a real store.
class ScriptCaptures : public ::testing::Test {
 protected:
  ScriptCaptures() {
    traffic_store_options options;
    options.folder = folder / "traffic";
    options.streams_size = options.items_size = mib(1);
    auto opened = traffic_store::open(options, wall_now());
    EXPECT_TRUE(opened) << opened.error().message;
    store = std::move(*opened);
    how.folder = made();
    how.clock = [this] { return now; };
    begin();
  }
  void begin() { desk = std::make_unique<script_captures>(store.get(), how); }

  std::string made() const { return (folder / "pcaps").string(); }
  void keep(std::uint64_t stream, milliseconds at, const std::string& content,
            link_type link = link_type::ethernet) {
    const std::vector<std::uint8_t> bytes{content.begin(), content.end()};
    traffic::frame packet;
    packet.time = now + at;
    packet.wire_length = static_cast<std::uint32_t>(bytes.size() + 5);
    packet.link = link;
    packet.bytes = {bytes.data(), bytes.size()};
    store->keep(stream, packet);
  }
  std::vector<std::string> files() const {
    std::vector<std::string> all;
    if (fs::exists(made()))
      for (const auto& each : fs::directory_iterator{made()})
        all.push_back(each.path().filename());
    return all;
  }
  std::string path(std::uint64_t number) {
    const auto done = desk->path(stream(number), go);
    return done ? *done : done.error().message;
  }
  std::string snapshot(const std::optional<std::set<std::uint64_t>>& streams) {
    std::string file;
    const auto done = desk->write_stored(
        streams,
        [&file](std::string_view piece) -> result<void> {
          file += piece;
          return {};
        },
        go);
    EXPECT_TRUE(done) << done.error().message;
    return file;
  }

  remora::test::temporary_folder folder;
  timestamp now = from_unix_ns(1'700'000'000'000'000'000);
  std::unique_ptr<traffic_store> store;
  script_captures_options how;
  std::unique_ptr<script_captures> desk;
};

// ------------------------------------------------------------------------------------------- path

TEST_F(ScriptCaptures, MakesTheFileOfAStreamOfWhatCameSoFar) {
  keep(42, milliseconds{0}, "one");
  keep(43, milliseconds{0}, "other");
  EXPECT_EQ(path(42), made() + "/000000000042.pcap");
  EXPECT_THAT(packets_in(content_of(path(42))), ElementsAre("one"));
  keep(42, milliseconds{1}, "two");
  EXPECT_THAT(packets_in(content_of(path(42))), ElementsAre("one", "two"));
  EXPECT_THAT(files(), ElementsAre("000000000042.pcap"));
}

TEST_F(ScriptCaptures, NamesTheFileOfAStreamOfWhichNothingIsStored) {
  EXPECT_EQ(path(7), made() + "/000000000007.pcap");
  EXPECT_THAT(files(), IsEmpty());
  desk = std::make_unique<script_captures>(nullptr, how);
  EXPECT_EQ(path(7), made() + "/000000000007.pcap");
}

TEST_F(ScriptCaptures, LetsScriptsCopyItsFilesAndNothingElse) {
  keep(42, milliseconds{0}, "one");
  auto root = *script::data_root::open((folder / "root").string(),
                                       std::make_shared<script::file_quota>(std::uint64_t{1} << 20U));
  ASSERT_TRUE(root->allow_reading(desk->folder()));
  ASSERT_TRUE(root->copy(path(42), "mine.pcap", go));
  EXPECT_EQ(content_of(folder / "root/mine.pcap"), content_of(path(42)));
  EXPECT_THAT(root->write(path(42), "x").error().message, HasSubstr("may only be read"));
  EXPECT_THAT(root->append(path(42), "x").error().message, HasSubstr("may only be read"));
  EXPECT_THAT(root->remove(path(42), go).error().message, HasSubstr("may only be read"));
  EXPECT_THAT(root->move(path(42), "x", go).error().message, HasSubstr("may only be read"));
  EXPECT_EQ(root->copy(path(43), "x", go).error(), errc::not_found);
}

TEST_F(ScriptCaptures, RemovesTheOldestFilesWhenAllAreTooMuch) {
  how.most = byte_size{3 * 4096 + 1000}; // each counts 4096 and its bytes
  begin();
  for (std::uint64_t number = 1; number <= 4; ++number)
    keep(number, milliseconds{0}, "packet");
  path(1);
  path(2);
  path(3);
  path(1); // is the newest now
  path(4);
  EXPECT_THAT(files(), UnorderedElementsAre("000000000001.pcap", "000000000003.pcap", "000000000004.pcap"));
}

TEST_F(ScriptCaptures, RemovesFilesThatWereMadeLongAgo) {
  how.age = std::chrono::seconds{10};
  begin();
  keep(1, milliseconds{0}, "one");
  keep(2, milliseconds{0}, "two");
  path(1);
  now += std::chrono::seconds{10};
  path(2);
  EXPECT_THAT(files(), UnorderedElementsAre("000000000001.pcap", "000000000002.pcap"));
  now += milliseconds{1};
  path(3);
  EXPECT_THAT(files(), ElementsAre("000000000002.pcap"));
}

TEST_F(ScriptCaptures, RefusesAStreamThatIsTooMuchByItself) {
  how.most = kib(1);
  begin();
  keep(1, milliseconds{0}, std::string(2'000, 'x'));
  EXPECT_EQ(path(1),
            "the packets of this stream would need more than 1KiB, an eighth of worker.streams.size");
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(ScriptCaptures, LeavesNothingBehindWhenTheTimeIsUp) {
  keep(1, milliseconds{0}, "one");
  EXPECT_THAT(desk->path(stream(1), stop).error().message, HasSubstr("no time left"));
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(ScriptCaptures, RemovesWhatAnEarlierLifeHasLeftAndNothingOfOthers) {
  fs::create_directories(made() + "/000000000003.pcap");
  for (const char* name : {"000000000001.pcap", "000000000002_udp.pcap.part", "notes.txt", "1.pcap"})
    std::ofstream{fs::path{made()} / name} << "x";
  std::ofstream{fs::path{made()} / "000000000003.pcap/inside"} << "x";
  begin();
  EXPECT_THAT(files(), UnorderedElementsAre("notes.txt", "1.pcap", "000000000003.pcap"));
}

// --------------------------------------------------------------------------------------- snapshots

TEST_F(ScriptCaptures, MergesAllStreamsByTime) {
  keep(1, milliseconds{30}, "late");
  keep(2, milliseconds{20}, "middle");
  keep(1, milliseconds{10}, "early");
  EXPECT_THAT(packets_in(snapshot(std::nullopt)), ElementsAre("early", "middle", "late"));
}

TEST_F(ScriptCaptures, MergesTheStreamsThatAreThereOfThoseAskedFor) {
  keep(1, milliseconds{30}, "one");
  keep(2, milliseconds{20}, "two");
  keep(3, milliseconds{10}, "three");
  EXPECT_THAT(packets_in(snapshot(std::set<std::uint64_t>{1, 3, 99})), ElementsAre("three", "one"));
}

TEST_F(ScriptCaptures, MakesACaptureFileWithoutPacketsOfNothing) {
  for (const auto& streams :
       {std::optional<std::set<std::uint64_t>>{}, std::make_optional(std::set<std::uint64_t>{9})}) {
    const std::string file = snapshot(streams);
    EXPECT_EQ(file.size(), 24u);
    EXPECT_THAT(packets_in(file), IsEmpty());
  }
}

TEST_F(ScriptCaptures, MakesPcapngOfSeveralLinkTypes) {
  keep(1, milliseconds{30}, "ethernet");
  keep(2, milliseconds{20}, "raw", link_type::raw_ip);
  const std::string file = snapshot(std::nullopt);
  EXPECT_EQ(file.substr(0, 4), "\x0A\x0D\x0D\x0A");
  EXPECT_THAT(packets_in(file), ElementsAre("raw", "ethernet"));
}

TEST_F(ScriptCaptures, SaysThatNoPacketsAreStored) {
  desk = std::make_unique<script_captures>(nullptr, how);
  const auto done = desk->write_stored(
      std::nullopt, [](std::string_view) -> result<void> { return {}; }, go);
  EXPECT_THAT(done.error().message, HasSubstr("worker.streams"));
}

TEST_F(ScriptCaptures, EndsASnapshotForWhoWritesItAndWhenTheTimeIsUp) {
  keep(1, milliseconds{0}, "one");
  const auto full = [](std::string_view) -> result<void> { return fail(errc::store_full, "no room"); };
  EXPECT_EQ(desk->write_stored(std::nullopt, full, go).error().message, "no room");
  const auto takes = [](std::string_view) -> result<void> { return {}; };
  EXPECT_THAT(desk->write_stored(std::nullopt, takes, stop).error().message, HasSubstr("no time left"));
}

TEST_F(ScriptCaptures, MakesNoSnapshotOfMorePacketsThanItMayHoldInMind) {
  how.packets = 1;
  begin();
  keep(1, milliseconds{0}, "one");
  keep(1, milliseconds{0}, "two");
  const auto takes = [](std::string_view) -> result<void> { return {}; };
  EXPECT_EQ(desk->write_stored(std::nullopt, takes, go).error(), errc::too_large);
}

// ------------------------------------------------------------------------------------ merged files

class MergedCaptures : public ScriptCaptures {
 protected:
  MergedCaptures() {
    root = *script::data_root::open((folder / "root").string(), quota);
    begin_merge();
  }
  void begin_merge() {
    auto scratch = root->make_scratch();
    ASSERT_TRUE(scratch) << scratch.error().message;
    merge.reset();
    merge = desk->begin_merge(std::move(*scratch));
  }
  static remora::test::bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }
  static std::string text_of(const remora::test::bytes& all) { return {all.begin(), all.end()}; }
  /// A capture file of packets: time in nanoseconds, content.
  static std::string capture(const std::vector<std::pair<std::int64_t, std::string>>& packets,
                             std::uint32_t link = 1) {
    remora::test::pcap_style style;
    style.nanoseconds = true;
    style.link = link;
    remora::test::pcap_writer file{style};
    for (const auto& [time, content] : packets)
      file.packet(time, bytes_of(content), static_cast<std::uint32_t>(content.size() + 5));
    return text_of(file.content());
  }
  result<void> add(const std::string& content, const script::go_on& more = go) {
    const std::string name = "file-" + std::to_string(++files_);
    EXPECT_TRUE(root->write(name, content));
    auto opened = root->open_file(".", name);
    EXPECT_TRUE(opened);
    return merge->add(name, std::move(*opened), more);
  }
  std::string merged() {
    std::string file;
    const auto done = merge->write(
        [&file](std::string_view piece) -> result<void> {
          file += piece;
          return {};
        },
        go);
    EXPECT_TRUE(done) << done.error().message;
    return file;
  }

  std::shared_ptr<script::file_quota> quota = std::make_shared<script::file_quota>(std::uint64_t{8} << 20U);
  std::unique_ptr<script::data_root> root;
  std::unique_ptr<script::capture_merge> merge;
  int files_ = 0;
};

TEST_F(MergedCaptures, HaveTheirPacketsInTheOrderOfTime) {
  ASSERT_TRUE(add(capture({{30, "c"}, {10, "a"}})));
  ASSERT_TRUE(add(capture({{20, "b"}, {30, "d"}})));
  EXPECT_THAT(packets_in(merged()), ElementsAre("a", "b", "c", "d"));
}

TEST_F(MergedCaptures, MayBeMoreThanCouldBeOpenAtATime) {
  for (int i = 0; i < 2'000; ++i)
    ASSERT_TRUE(add(capture({{i, std::to_string(i)}})));
  const auto packets = packets_in(merged());
  ASSERT_EQ(packets.size(), 2'000u);
  EXPECT_EQ(packets.back(), "1999");
}

TEST_F(MergedCaptures, ArePcapngWhenLinkTypesAreMixed) {
  ASSERT_TRUE(add(capture({{20, "raw"}}, 101)));
  ASSERT_TRUE(add(capture({{10, "ethernet"}})));
  const std::string file = merged();
  EXPECT_EQ(file.substr(0, 4), "\x0A\x0D\x0D\x0A");
  EXPECT_THAT(packets_in(file), ElementsAre("ethernet", "raw"));
}

TEST_F(MergedCaptures, AreAFileWithoutPacketsOfNone) { EXPECT_EQ(merged().size(), 24u); }

TEST_F(MergedCaptures, TakeWhatLiesBeforeTheDamage) {
  const std::string whole = capture({{10, "a"}, {20, "b"}});
  ASSERT_TRUE(add(whole.substr(0, whole.size() - 1)));
  EXPECT_THAT(packets_in(merged()), ElementsAre("a"));
}

TEST_F(MergedCaptures, SayWhatIsNoCapture) {
  for (const char* content : {"", "notes that are no capture at all"})
    EXPECT_EQ(add(content).error(), errc::not_a_capture);
  EXPECT_THAT(packets_in(merged()), IsEmpty());
}

TEST_F(MergedCaptures, CountInTheQuotaOfScriptsWhileTheyAreMerged) {
  const std::string file = capture({{10, std::string(100'000, 'x')}});
  const std::uint64_t before = quota->used();
  ASSERT_TRUE(add(file));
  EXPECT_GT(quota->used(), before + 2 * 100'000) << "the file, and what lies between";
  quota->set_limit(quota->used() + 150'000); // enough for the file alone
  EXPECT_EQ(add(file).error(), errc::store_full);
  const std::uint64_t with_both = quota->used();
  merge.reset();
  EXPECT_LT(quota->used(), with_both - 100'000) << "what lay between is given back";
}

TEST_F(MergedCaptures, EndWhenTheTimeIsUp) {
  EXPECT_THAT(add(capture({{10, "a"}}), stop).error().message, HasSubstr("no time left"));
  const auto takes = [](std::string_view) -> result<void> { return {}; };
  EXPECT_THAT(merge->write(takes, stop).error().message, HasSubstr("no time left"));
}

TEST_F(MergedCaptures, HaveNoMorePacketsThanMayBeHeldInMind) {
  how.packets = 1;
  begin();
  begin_merge();
  EXPECT_EQ(add(capture({{10, "a"}, {20, "b"}})).error(), errc::too_large);
}

} // namespace
} // namespace remora::worker::test
