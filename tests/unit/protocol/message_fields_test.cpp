#include "protocol/message_fields.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "protocol/wire/cbor_check.hpp"
#include "tests/unit/protocol/random_messages.hpp"

// What must be true of the table of each record, whichever fields it has.
namespace remora::protocol {
namespace {

using nlohmann::json;

/// Bytes of a record whose members are those of the table, in its order: what the compiler makes of it.
template <class T>
std::size_t size_by_table() {
  std::size_t offset = 0;
  std::size_t widest = 1;
  const auto place = [&](const auto& each) {
    using value = typename std::decay_t<decltype(each)>::value_type;
    offset = (offset + alignof(value) - 1) / alignof(value) * alignof(value) + sizeof(value);
    widest = std::max(widest, alignof(value));
  };
  std::apply([&](const auto&... each) { (place(each), ...); }, fields(wire::record<T>{}));
  return (offset + widest - 1) / widest * widest;
}

template <class T>
class FieldsOfARecord : public testing::Test {};

using records =
    testing::Types<hello, heartbeat, fetch_deployment, goodbye, script_status, jobs_changed, job_runs,
                   console_lines, lines_dropped, hub_action, job_request, welcome, refused, hub_heartbeat,
                   script_code, deployment, job_order, deployment_changed, action_delivery, numbered_run,
                   numbered_line, console_line, job_run, deployed_script, deployed_limits, paused_job,
                   filter_macro, deployment_manifest, script_totals, node_stats, scheduled_job, script_state,
                   item_query, cancel_query, capture_query, capture_credit, item_page, found_item,
                   capture_piece>;
struct numbered { // a third argument: without one clang finds the macro's use pedantically wrong
  template <class T>
  static std::string GetName(int index) {
    return std::to_string(index);
  }
};
TYPED_TEST_SUITE(FieldsOfARecord, records, numbered);

TYPED_TEST(FieldsOfARecord, NameEveryMemberInOrder) {
  EXPECT_EQ(size_by_table<TypeParam>(), sizeof(TypeParam));
}

TYPED_TEST(FieldsOfARecord, HaveNamesThatDifferAndAreNotOfTheEnvelope) {
  std::set<std::string_view> names{"v", "t"};
  const auto is_new = [&](const auto& each) {
    return !each.name.empty() && each.name.size() <= wire::max_key_bytes && names.insert(each.name).second;
  };
  EXPECT_TRUE(std::apply([&](const auto&... each) { return (is_new(each) && ...); },
                         fields(wire::record<TypeParam>{})));
}

/// For messages: what becomes of one from which a field was taken.
template <class M>
void take_each_field_out(std::uint64_t seed) {
  test::randomly random{seed};
  M whole;
  random.fill(whole);
  const json complete = json::from_cbor(encode(whole).value());
  const auto without = [&](const auto& each) {
    json rest = complete;
    rest.erase(std::string{each.name});
    std::string bytes;
    json::to_cbor(rest, bytes);
    const auto got = decode(bytes);
    ASSERT_EQ(got.has_value(), !each.required) << each.name;
    if (!got) {
      EXPECT_EQ(got.error(), errc::invalid_message);
      EXPECT_NE(got.error().message.find(std::string{each.name} + ": is missing"), std::string::npos)
          << got.error().message;
      return;
    }
    M expected = whole;
    expected.*each.member = M{}.*each.member;
    EXPECT_TRUE(same(*got, expected)) << each.name;
  };
  std::apply([&](const auto&... each) { (without(each), ...); }, fields(wire::record<M>{}));
}

template <class... Messages>
void for_all(const std::variant<Messages...>*) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed)
    (take_each_field_out<Messages>(seed), ...);
}

TEST(AnOlderPeer, MayLeaveOutWhatIsNotRequired) { for_all(static_cast<const message*>(nullptr)); }

/// Adds fields that nobody knows to every map.
void add_unknown_fields(json& value, test::randomly& random) {
  for (auto& each : value) {
    if (each.is_structured()) add_unknown_fields(each, random);
  }
  if (!value.is_object()) return;
  value["a field of tomorrow"] = random.below(1'000);
  value["Another"] = {{"v", {9, 9}}, {"t", "hello"}, {"list", {1.5, nullptr, "x", true}}};
}

TEST(ANewerPeer, MayAddFieldsAnywhere) {
  for (std::size_t type = 0; type < message_table.size(); ++type) {
    test::randomly random{type + 1};
    const message whole = random.of_type(type);
    json extended = json::from_cbor(encode(whole).value());
    add_unknown_fields(extended, random);
    std::string bytes;
    json::to_cbor(extended, bytes);
    const auto got = decode(bytes);
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_TRUE(same(*got, whole)) << message_table[type].type;
  }
}

} // namespace
} // namespace remora::protocol
