#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/packet_info.hpp"
#include "script/analysis/analyser.hpp"
#include "script/duktape/fast_paths.h"

namespace remora::script {

/// The `info` object that onPacketCaptured gets (scripting API §6.1), filled anew for every packet.
///
/// One object serves all calls as long as the script neither keeps nor changes it. When the outline shows
/// that the hook only reads certain members, just these are filled and nothing needs to be checked.
class packet_info_object {
 public:
  explicit packet_info_object(const script_outline& outline);

  /// Pushes the object. It stays on the value stack while it is in use.
  void push(duk_hthread* context);

  /// Fills the object at `index` for a packet, replacing it by a new one when the script kept or changed it.
  void fill(duk_hthread* context, int index, const packet_info& packet) {
    if (!only_read_ && remora_record_untouched(context, &record_) == 0) renew(context, index);
    if (fills_[length]) remora_record_put_number(context, &record_, length, packet.wire_length);
    if (fills_[capture_length])
      remora_record_put_number(context, &record_, capture_length, packet.capture_length);
    if (fills_[truncated])
      remora_record_put_boolean(context, &record_, truncated, packet.truncated() ? 1 : 0);
    if (fills_[fragmented]) remora_record_put_boolean(context, &record_, fragmented, packet.fragmented);
    if (fills_[time]) fill_time(context, packet);
  }

 private:
  /// In the documented order, which is the order `for...in` visits.
  enum field : unsigned { time, capture_length, length, truncated, fragmented, field_count };

  void renew(duk_hthread* context, int index);
  void fill_time(duk_hthread* context, const packet_info& packet);
  static void push_prototype(duk_hthread* context);

  bool only_read_ = false;
  bool fills_[field_count] = {true, true, true, true, true};
  remora_record record_{};
};

} // namespace remora::script
