#pragma once

#include <nlohmann/json.hpp>

#include "filter/record.hpp"

namespace remora::filter {

/// A record that is a JSON document: an item from storage, or the second argument of kfl.match().
class json_record final : public record {
 public:
  /// @param document Must outlive the record and not change while it is in use.
  explicit json_record(const nlohmann::json& document) noexcept : document_{document} {}

  field at(const path& p) override;
  const nlohmann::json& whole() override { return document_; }

 private:
  const nlohmann::json& document_;
};

} // namespace remora::filter
