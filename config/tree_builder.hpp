#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include "config/report.hpp"
#include "config/tree.hpp"

namespace remora::config {

/// Thrown through the parser when going on would be useless or costly; the reason is in the report.
struct stop_reading {};

/// Makes our tree of the parser's events. Unlike the library's own nodes it knows lines, refuses aliases (a
/// few hundred bytes of them unfold to billions of nodes) and duplicate keys, and can be given a limit.
class tree_builder final : public YAML::EventHandler {
 public:
  tree_builder(std::shared_ptr<const std::string> source, report& problems);

  /// Events so far: how the reader knows that the parser makes progress.
  std::size_t count() const noexcept { return events_; }

  /// The line of the latest event that has one, from 1.
  std::uint32_t last_line() const noexcept { return last_line_; }

  /// What was read, containers that an error cut short included.
  node take_root();

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override { close(); }

 private:
  /// A list or map whose end has not come yet.
  struct open_container {
    node content;
    std::optional<entry> key; ///< Of a map, between a key and its value.
    bool duplicate = false;   ///< The key is there already: its value is dropped.
    std::unordered_set<std::string> keys;
  };

  origin position(const YAML::Mark& mark) const;
  node start(node_kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor);
  void open(node container);
  void close();
  void place(node finished);
  void take_key(node key);
  [[noreturn]] void stop(const origin& at, const std::string& why);

  std::shared_ptr<const std::string> source_;
  report& problems_;
  std::size_t events_ = 0;
  std::size_t documents_ = 0;
  std::uint32_t last_line_ = 1;
  std::vector<open_container> open_;
  node root_;
};

} // namespace remora::config
