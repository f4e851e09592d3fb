#pragma once

#include <string>

#include "protocol/item/json_writer.hpp"
#include "script/heap.hpp"

namespace remora::script {

/// Appends what it is told as JSON.stringify would write the value that js_writer makes of it, without making
/// one. Gives up where the two could differ, and where it takes long.
class plain_json final : public value_writer {
 public:
  plain_json(std::string& to, heap& in) noexcept : json_{to}, heap_{in} {}

  /// False when it gave up: what was written is of no use.
  bool done() const noexcept { return !gave_up_; }

  void null() override { json_.null(); }
  void boolean(bool content) override { json_.boolean(content); }
  void integer(std::int64_t content) override { take(), json_.integer(content); }
  void text(std::string_view bytes) override { take(), json_.text(bytes); }
  void base64(std::string_view bytes) override { take(), json_.base64(bytes); }
  void begin_object() override { take(), json_.begin_object(); }
  void key(std::string_view name) override;
  void end_object() override { json_.end_object(); }
  void begin_list() override { take(), json_.begin_list(); }
  void end_list() override { json_.end_list(); }

 private:
  /// How many values pass between two looks at the budget.
  static constexpr unsigned values_per_look = 4096;

  void take() {
    if (++values_ % values_per_look == 0 && (heap_.budget().exhausted() || heap_.memory().exhausted()))
      gave_up_ = true;
  }

  json_writer json_;
  heap& heap_;
  unsigned values_ = 0;
  bool gave_up_ = false;
};

} // namespace remora::script
