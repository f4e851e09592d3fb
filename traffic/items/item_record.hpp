#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "filter/record.hpp"
#include "protocol/item/item.hpp"

namespace remora::traffic {

/// A native item for filters: what a query asks for is worked out, and nothing else. One thread.
class item_record final : public filter::record {
 public:
  /// @param what Must outlive the record.
  explicit item_record(const item& what) noexcept : root_{members_of(what)} {}

  filter::field at(const filter::path& p) override;
  const nlohmann::json& whole() override;

 private:
  filter::field in_tree(const nlohmann::json& tree, const std::vector<std::string>& names, std::size_t next);

  shaped root_;
  std::deque<std::string> texts_; ///< What was asked for so far: answers point into it.
  std::deque<std::unique_ptr<nlohmann::json>> trees_;
  /// Trees by the part and the member that they are of.
  std::map<std::pair<const void*, const member*>, const nlohmann::json*> known_;
  std::unique_ptr<nlohmann::json> whole_;
};

/// A part as a JSON document, with all that is in it.
nlohmann::json to_tree(shaped what);

} // namespace remora::traffic
