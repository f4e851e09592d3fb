#pragma once

#include <string>

#include "protocol/item/value_writer.hpp"

namespace remora {

/// Appends what it is told as JSON without white space, escaped as JSON.stringify does it.
class json_writer final : public value_writer {
 public:
  /// @param to Lives as long as the writer.
  explicit json_writer(std::string& to) noexcept : to_{to} {}

  void null() override;
  void boolean(bool content) override;
  void integer(std::int64_t content) override;
  void text(std::string_view bytes) override;
  void base64(std::string_view bytes) override;
  void begin_object() override;
  void key(std::string_view name) override;
  void end_object() override;
  void begin_list() override;
  void end_list() override;

 private:
  void separate();
  void quote(std::string_view bytes);

  std::string& to_;
  bool first_ = true; ///< Nothing precedes the next value or key in its list or object.
};

/// A part as a JSON document.
std::string to_json(shaped what);

} // namespace remora
