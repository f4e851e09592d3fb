#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace remora::worker {

/// What every stored item passes through on its way out of the node: scripts may change items or withhold
/// them. Source: scripting API, §6.3.
class item_screen {
 public:
  virtual ~item_screen() = default;

  /// @param items JSON, in the order of the answer. @param query The filter of whoever asks; "" for none.
  /// @returns for each the JSON to send, or nothing to withhold it; a list that is shorter withholds the
  /// rest. Called on threads of the node's queries, several at a time; may block for as long as a script may
  /// run.
  virtual std::vector<std::optional<std::string>> pass(std::vector<std::string> items,
                                                       const std::string& query) = 0;
};

/// Lets everything pass as it is.
class open_screen final : public item_screen {
 public:
  std::vector<std::optional<std::string>> pass(std::vector<std::string> items, const std::string&) override {
    std::vector<std::optional<std::string>> out;
    out.reserve(items.size());
    for (auto& each : items)
      out.emplace_back(std::move(each));
    return out;
  }
};

} // namespace remora::worker
