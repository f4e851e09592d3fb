#include "hub/store/fact_store.hpp"

#include <algorithm>
#include <charconv>

#include "hub/store/row_seal.hpp"

namespace remora::hub {

namespace {

constexpr std::string_view epoch_fact = "epoch";
constexpr std::size_t max_value_bytes = 64u << 10;

std::int64_t seal(std::string_view name, std::string_view value) {
  return row_seal{"fact"}.add(name).add(value).value();
}

} // namespace

result<std::optional<std::string>> fact_store::find(std::string_view name) {
  std::optional<std::string> found;
  bool sound = true;
  auto read = in_.each("SELECT id, name, value, seal FROM fact WHERE name = ?", {name}, [&](const row& at) {
    found = at.text(2);
    sound = at.text(1) == name && at.integer(3) == seal(name, *found);
    if (!sound) in_.damaged().note("fact", at.integer(0));
    return false;
  });
  if (!read) return pass_on(std::move(read));
  if (!sound) {
    return fail(errc::store_damaged, "the fact \"" + std::string{name} + "\" in " + in_.file() +
                                         " does not match its checksum: put a copy of the file in its place");
  }
  return found;
}

result<std::uint64_t> fact_store::number(std::string_view name) {
  auto text = find(name);
  if (!text) return pass_on(std::move(text));
  if (!*text) return 0;
  std::uint64_t value = 0;
  const auto* end = (*text)->data() + (*text)->size();
  const auto [stop, problem] = std::from_chars((*text)->data(), end, value);
  if (problem == std::errc{} && stop == end) return value;
  return fail(errc::store_damaged,
              "the fact \"" + std::string{name} + "\" in " + in_.file() + " is no number");
}

result<void> fact_store::set(std::string_view name, std::string_view value) {
  if (value.size() > max_value_bytes) {
    return fail(errc::invalid_usage, "the fact \"" + std::string{name} + "\" has " +
                                         std::to_string(value.size()) + " bytes; at most " +
                                         std::to_string(max_value_bytes) + " are kept");
  }
  auto done = in_.run("INSERT OR REPLACE INTO fact (name, value, seal) VALUES (?, ?, ?)",
                      {name, value, seal(name, value)});
  if (!done) return pass_on(std::move(done));
  return {};
}

result<std::uint64_t> fact_store::begin_epoch(timestamp now) {
  auto all = transaction::begin(in_);
  if (!all) return pass_on(std::move(all));
  auto before = number(epoch_fact);
  if (!before) return before;
  const auto by_clock = std::chrono::duration_cast<milliseconds>(now.time_since_epoch()).count();
  const auto epoch = std::max(*before + 1, static_cast<std::uint64_t>(std::max<std::int64_t>(by_clock, 0)));
  if (auto stored = set(epoch_fact, std::to_string(epoch)); !stored) return pass_on(std::move(stored));
  if (auto done = all->commit(); !done) return pass_on(std::move(done));
  return epoch;
}

} // namespace remora::hub
