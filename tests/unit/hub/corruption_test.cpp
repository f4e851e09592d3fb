#include <map>
#include <random>

#include <gtest/gtest.h>

#include "base/log.hpp"
#include "hub/store/console_store.hpp"
#include "hub/store/fact_store.hpp"
#include "hub/store/job_definition_store.hpp"
#include "hub/store/job_store.hpp"
#include "hub/store/retention.hpp"
#include "hub/store/script_store.hpp"
#include "tests/unit/hub/store_fixture.hpp"

namespace remora::hub {
namespace {

using test::at_second;
using test::must;
using test::read_file;
using test::write_file;

/// A database and its log as bytes.
struct image {
  std::string data;
  std::string log;
};

constexpr std::uint64_t run_count = 300;

std::string result_of(std::uint64_t id) { return R"({"n":)" + std::to_string(id) + R"(,"m":{"k":7}})"; }
std::string code_of(std::size_t n) {
  return "var x = " + std::string(200 + n, static_cast<char>('a' + n % 26)) + ";";
}
std::string text_of(std::uint64_t n) { return "line " + std::to_string(n); }

void fill(database& data) {
  must(fact_store{data}.set("fact", "value"));
  for (std::size_t n = 0; n < 10; ++n) {
    must(script_store{data}.put({"s" + std::to_string(n), code_of(n), "", {}}, script_origin::api, {},
                                at_second(1)));
    must(job_definition_store{data}.put("n", "s" + std::to_string(n), {"t", "@hourly", n, 0, {}, false}));
  }
  for (std::uint64_t id = 1; id <= run_count; id += 10) {
    std::vector<protocol::numbered_run> runs(10);
    std::vector<protocol::numbered_line> lines(10);
    for (std::uint64_t n = 0; n < 10; ++n) {
      auto& run = runs[n].run;
      runs[n].id = id + n;
      run.node = "node";
      run.tag = "t";
      run.planned = at_second(static_cast<std::int64_t>(id + n));
      run.result_json = result_of(id + n);
      run.console = {text_of(id + n)};
      lines[n] = {id + n, {at_second(0), "node", "s1", console_level::log, text_of(id + n)}};
    }
    must(job_store{data}.append(runs, at_second(0)));
    must(console_store{data}.append(1, lines, at_second(0)));
  }
}

image image_of(const test::scratch_folder& folder) {
  return {read_file(folder.database()), read_file(folder.database() + "-wal")};
}

/// A store of which half is in the file and half in the log, as a hub leaves it that is killed; and an older
/// state of the same.
class Corruption : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    log::configure(log::level::off, log::format::text);
    test::scratch_folder folder;
    {
      auto store = open_store({folder.path()});
      ASSERT_TRUE(store);
      must(store->data->run_all("PRAGMA wal_autocheckpoint=60"));
      fill(*store->data);
      whole() = image_of(folder);
      must(console_store{*store->data}.append(
          2, {{1, {at_second(0), "node", "s1", console_level::log, text_of(1)}}}, at_second(0)));
      must(store->data->run_all("PRAGMA wal_checkpoint(RESTART)"));
      must(fact_store{*store->data}.set("fact", "value"));
      later() = image_of(folder);
    }
  }
  static void TearDownTestSuite() { log::configure(log::level::info, log::format::text); }
  static image& whole() {
    static image kept;
    return kept;
  }
  static image& later() {
    static image kept;
    return kept;
  }
};

std::string& any_of(image& of, std::mt19937& dice) {
  return dice() % 3 == 0 && !of.log.empty() ? of.log : of.data;
}

image damaged(image of, const image& other, std::mt19937& dice) {
  switch (dice() % 7) {
    case 0: { // a few flipped bits
      auto& file = any_of(of, dice);
      for (unsigned n = 1 + dice() % 8; n > 0; --n)
        file[dice() % file.size()] ^= static_cast<char>(1u << dice() % 8);
      break;
    }
    case 1: { // cut off anywhere
      auto& file = any_of(of, dice);
      file.resize(dice() % file.size());
      break;
    }
    case 2: { // a page of zeroes
      auto& file = any_of(of, dice);
      const auto from = dice() % file.size() / 4096 * 4096;
      for (auto at = from; at < std::min<std::size_t>(from + 4096, file.size()); ++at)
        file[at] = '\0';
      break;
    }
    case 3: // the log is gone
      of.log.clear();
      break;
    case 4: // the log of another time
      of.log = other.log;
      break;
    case 5: { // a page of another place
      const auto pages = of.data.size() / 4096;
      of.data.replace(dice() % pages * 4096, 4096, of.data.substr(dice() % pages * 4096, 4096));
      break;
    }
    default: { // a run of random bytes
      auto& file = any_of(of, dice);
      const auto from = dice() % file.size();
      for (auto at = from; at < std::min<std::size_t>(from + 64, file.size()); ++at)
        file[at] = static_cast<char>(dice());
    }
  }
  return of;
}

/// Everything that is answered was stored once, in these words.
void expect_only_true_answers(database& data) {
  if (const auto fact = fact_store{data}.find("fact"); fact && *fact) {
    EXPECT_EQ(**fact, "value");
  }
  if (const auto scripts = script_store{data}.list()) {
    for (const auto& script : *scripts)
      EXPECT_EQ(script.code, code_of(std::stoul(script.title.substr(1))));
  }
  if (const auto jobs = job_definition_store{data}.list()) {
    for (const auto& found : *jobs)
      EXPECT_EQ(found.job.limit, std::stoul(found.script.substr(1)));
  }
  if (const auto runs = job_store{data}.runs({"t", "", "", {}, {}}, 1000)) {
    for (const auto& found : runs->records) {
      EXPECT_EQ(found.run.result_json, result_of(found.number));
      EXPECT_EQ(found.run.planned, at_second(static_cast<std::int64_t>(found.number)));
      EXPECT_EQ(found.run.console, std::vector<std::string>{text_of(found.number)});
    }
  }
  if (const auto folded = job_store{data}.fold({"t", "", "", {}, {}}, {"m.k", fold_kind::max}); folded) {
    for (const auto& group : folded->groups) {
      for (const auto& value : group.values)
        EXPECT_EQ(value.value, 7);
    }
  }
  if (const auto lines = console_store{data}.lines({}, 1000)) {
    for (const auto& found : lines->records)
      EXPECT_EQ(found.line.text.substr(0, 5), "line ");
  }
}

/// Writing to what is left must not crash either; whether it succeeds depends on the damage.
void write_something(database& data) {
  (void)retain(data, {std::chrono::seconds{1}, std::chrono::seconds{1}, kib(64)}, at_second(1000));
  protocol::numbered_run run;
  run.id = run_count + 1;
  (void)job_store{data}.append({run}, at_second(0));
  (void)script_store{data}.put({"new", "1", "", {}}, script_origin::api, {}, at_second(0));
}

TEST_F(Corruption, NeverCrashesAndNeverGivesAWrongAnswer) {
  std::map<std::string, int> outcomes;
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 dice{seed};
    const auto broken = damaged(whole(), later(), dice);
    test::scratch_folder folder;
    write_file(folder.database(), broken.data);
    if (!broken.log.empty()) write_file(folder.database() + "-wal", broken.log);

    auto store = open_store({folder.path()});
    if (store) {
      expect_only_true_answers(*store->data);
      ++outcomes[store->data->damaged().rows() == 0 ? "sound" : "rows left out"];
      write_something(*store->data);
      continue;
    }
    ++outcomes[std::string{to_string(store.error().code)}];
    EXPECT_TRUE(store.error() == errc::store_damaged || store.error() == errc::store_newer)
        << store.error().message;
    EXPECT_FALSE(open_store({folder.path()})) << "a second start began anew";
  }
  // Each way out must have been met, or the damage done is not worth the name.
  EXPECT_GT(outcomes["sound"], 0);
  EXPECT_GT(outcomes["rows left out"], 0);
  EXPECT_GT(outcomes["store_damaged"], 0);
  for (const auto& [outcome, times] : outcomes)
    RecordProperty(outcome, times);
}

} // namespace
} // namespace remora::hub
