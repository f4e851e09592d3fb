#include "hub/store/line_marks.hpp"

#include <tuple>

#include "hub/store/row_seal.hpp"

namespace remora::hub {

namespace {

std::int64_t seal(std::string_view node, std::uint64_t incarnation, std::uint64_t sequence) {
  return row_seal{"line_mark"}
      .add(node)
      .add(static_cast<std::int64_t>(incarnation))
      .add(static_cast<std::int64_t>(sequence))
      .value();
}

} // namespace

result<line_marks::mark> line_marks::read(const std::string& node) {
  mark found;
  auto done = in_.each("SELECT id, node, incarnation, sequence, seal FROM line_mark WHERE node = ?", {node},
                       [&](const row& at) {
                         const auto incarnation = static_cast<std::uint64_t>(at.integer(2));
                         const auto sequence = static_cast<std::uint64_t>(at.integer(3));
                         if (at.text(1) == node && at.integer(4) == seal(node, incarnation, sequence)) {
                           found = {incarnation, sequence, false};
                         } else {
                           in_.damaged().note("line_mark", at.integer(0));
                         }
                         return false;
                       });
  if (!done) return pass_on(std::move(done));
  return found;
}

result<bool> line_marks::pass(const std::string& node, std::uint64_t incarnation, std::uint64_t sequence) {
  auto found = marks_.find(node);
  if (found == marks_.end()) {
    auto stored = read(node);
    if (!stored) return pass_on(std::move(stored));
    found = marks_.emplace(node, *stored).first;
  }
  auto& at = found->second;
  if (std::tie(incarnation, sequence) <= std::tie(at.incarnation, at.sequence)) return false;
  at = {incarnation, sequence, true};
  return true;
}

result<void> line_marks::write() {
  for (const auto& [node, at] : marks_) {
    if (!at.moved) continue;
    auto done =
        in_.run("INSERT OR REPLACE INTO line_mark (node, incarnation, sequence, seal) VALUES (?, ?, ?, ?)",
                {node, at.incarnation, at.sequence, seal(node, at.incarnation, at.sequence)});
    if (!done) return pass_on(std::move(done));
  }
  return {};
}

} // namespace remora::hub
