#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "protocol/item/value_writer.hpp"

namespace remora::traffic {

/// Takes one value: a scalar as it is, a part as what it is made of, anything else as a tree.
class tree_writer final : public value_writer {
 public:
  /// What was written.
  using value = std::variant<std::nullptr_t, bool, std::int64_t, std::string, shaped, nlohmann::json>;

  /// @param open_parts False: a part is given as such. True: as a tree.
  explicit tree_writer(bool open_parts) noexcept : open_parts_{open_parts} {}

  value take() { return std::move(out_); }

  void null() override { put(nullptr); }
  void boolean(bool content) override { put(content); }
  void integer(std::int64_t content) override;
  void text(std::string_view bytes) override;
  void base64(std::string_view bytes) override;
  void begin_object() override { begin(nlohmann::json::object()); }
  void key(std::string_view name) override;
  void end_object() override { end(); }
  void begin_list() override { begin(nlohmann::json::array()); }
  void end_list() override { end(); }
  void part(shaped what) override;

 private:
  struct level {
    nlohmann::json content;
    std::string key; ///< Of this level in the one above.
  };

  template <class Content>
  void put(Content content);
  void begin(nlohmann::json empty);
  void end();
  void add(nlohmann::json content);

  bool open_parts_;
  value out_ = nullptr;
  std::vector<level> open_;
  std::string key_;
};

} // namespace remora::traffic
