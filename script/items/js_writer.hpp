#pragma once

#include <vector>

#include "protocol/item/value_writer.hpp"

struct duk_hthread;

namespace remora::script {

class lazy_objects;

/// Pushes what it is told as a JavaScript value (items, section 5): text becomes well-formed, an integer that
/// a number cannot hold its decimal digits, and a part an object whose members wait until they are read.
/// Throws what the engine throws: when memory is used up, and when the time of the turn is.
class js_writer final : public value_writer {
 public:
  /// @param parts Makes the objects of parts; outlives the writer.
  js_writer(duk_hthread* context, lazy_objects& parts) noexcept : context_{context}, parts_{parts} {}

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
  void part(shaped what) override;

 private:
  struct frame {
    bool is_list;
    unsigned count;
  };

  void begin(bool is_list);
  void placed();
  void spend(std::size_t bytes);

  duk_hthread* context_;
  lazy_objects& parts_;
  std::vector<frame> open_;
  std::size_t spent_ = 0;
};

} // namespace remora::script
