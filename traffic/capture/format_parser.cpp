#include "traffic/capture/format_parser.hpp"

namespace remora::traffic {

step format_parser::short_of(input_buffer::fill why, std::size_t needed, std::string_view what) {
  if (why == input_buffer::fill::idle) return step::idle;
  if (why == input_buffer::fill::end) {
    if (in_.size() == 0) return step::end; // between two records: this is how a file ends
    return cut_off(in_.offset(), needed, in_.size(), what);
  }
  damage_ = error{errc::io_failed, name_ + ": " + in_.failure().message + " at offset " +
                                       std::to_string(in_.offset() + in_.size())};
  return step::end;
}

step format_parser::corrupt(std::uint64_t offset, const std::string& reason) {
  damage_ =
      error{errc::capture_damaged, name_ + ": corrupt at offset " + std::to_string(offset) + ": " + reason};
  return step::end;
}

step format_parser::cut_off(std::uint64_t offset, std::uint64_t needed, std::uint64_t present,
                            std::string_view what) {
  damage_ = error{errc::capture_damaged, name_ + ": cut off at offset " + std::to_string(offset) + ": the " +
                                             std::string{what} + " that begins there needs " +
                                             std::to_string(needed) + " bytes, " + std::to_string(present) +
                                             " are there"};
  return step::end;
}

error unsupported_link_error(const std::string& name, std::uint32_t number) {
  return {errc::unknown_link_type, name + ": link type " + std::to_string(number) +
                                       " is not supported; supported are " +
                                       std::string{supported_link_types()}};
}

} // namespace remora::traffic
