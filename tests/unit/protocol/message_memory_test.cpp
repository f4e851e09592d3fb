#include <algorithm>
#include <cstdlib>
#include <malloc.h>
#include <new>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "protocol/messages.hpp"
#include "protocol/wire/cbor_check.hpp"

// What decoding takes of memory, counted where every allocation of this executable passes.
namespace {

thread_local std::size_t held = 0;
thread_local std::size_t most = 0;

} // namespace

void* operator new(std::size_t size) {
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc{};
  held += malloc_usable_size(memory);
  most = std::max(most, held);
  return memory;
}

void operator delete(void* memory) noexcept {
  if (memory != nullptr) held -= malloc_usable_size(memory);
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }

namespace remora::protocol {
namespace {

using nlohmann::json;

/// The most memory that is held while `bytes` are decoded.
std::size_t memory_for(const std::string& bytes) {
  const std::size_t before = held;
  most = held;
  const auto got = decode(bytes);
  return most - before;
}

std::string to_cbor(json value, const char* type) {
  value["v"] = {1, 0};
  value["t"] = type;
  std::string out;
  json::to_cbor(value, out);
  return out;
}

constexpr std::size_t slack = 4u << 20;

void expect_bounded(const std::string& bytes) {
  ASSERT_TRUE(wire::check_cbor(bytes)) << "or it would not cost anything";
  EXPECT_LE(memory_for(bytes), 4 * bytes.size() + slack) << "for " << bytes.size() << " bytes";
}

TEST(MemoryOfDecoding, IsLittleMoreThanTheTextOfAMessage) {
  const std::string bytes = encode(script_code{{}, std::string(1'000'000, 'x')}).value();
  EXPECT_LE(memory_for(bytes), bytes.size() + 1'000);
}

TEST(MemoryOfDecoding, IsBoundedForListsOfTheShortestElements) {
  expect_bounded(to_cbor({{"node", ""},
                          {"software", ""},
                          {"incarnation", 0},
                          {"started", 0},
                          {"addresses", json::array_t(65'500, "")}},
                         "hello"));
  expect_bounded(
      to_cbor({{"clock", 0}, {"stats", {{"scripts", json::array_t(21'800, {{"title", ""}})}}}}, "heartbeat"));
  expect_bounded(to_cbor({{"script", ""}, {"jobs", json::array_t(13'000, {{"tag", ""}, {"cron", ""}})}},
                         "jobs_changed"));
  const json run{{"node", ""}, {"script", ""}, {"tag", ""}, {"planned", 0}, {"outcome", "failed"}};
  expect_bounded(to_cbor({{"runs", json::array_t(4'300, {{"id", 0}, {"run", run}})}}, "job_runs"));
  const json line{{"time", 0}, {"node", ""}, {"script", ""}, {"level", "log"}, {"text", ""}};
  expect_bounded(
      to_cbor({{"lines", json::array_t(4'300, {{"sequence", 0}, {"line", line}})}}, "console_lines"));
}

TEST(MemoryOfDecoding, IsNotReservedForElementsThatCannotFit) {
  // 65,000 numbers where runs should be: refused at the first, before there is room for 65,000 runs.
  const std::string bytes = to_cbor({{"runs", json::array_t(65'000, 0)}}, "job_runs");
  expect_bounded(bytes);
  EXPECT_EQ(decode(bytes).error(), errc::invalid_message);
}

TEST(MemoryOfDecoding, IsHardlyAnyForWhatIsRefusedAtOnce) {
  EXPECT_LE(memory_for(std::string(1'000'000, '\x7F')), 1'000u);
  EXPECT_LE(memory_for("\xA1\x61k" + std::string(1'000'000, '\x81')), 1'000u);
  EXPECT_LE(memory_for("\xA1\x61k\x9B" + std::string(8, '\xFF')), 1'000u);
}

} // namespace
} // namespace remora::protocol
