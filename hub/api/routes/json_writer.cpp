#include "hub/api/routes/json_writer.hpp"

#include <nlohmann/json.hpp>

#include "base/value.hpp"

namespace remora::hub {

namespace {

constexpr int deepest = 512;

/// Watches how deep a document is nested while it is parsed, and keeps nothing of it.
class depth_watch : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(number_integer_t /*value*/) override { return true; }
  bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
  bool string(string_t& /*value*/) override { return true; }
  bool binary(binary_t& /*value*/) override { return true; }
  bool start_object(std::size_t /*count*/) override { return ++depth_ <= deepest; }
  bool key(string_t& /*name*/) override { return true; }
  bool end_object() override { return --depth_ >= 0; }
  bool start_array(std::size_t /*count*/) override { return ++depth_ <= deepest; }
  bool end_array() override { return --depth_ >= 0; }
  bool parse_error(std::size_t /*at*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*why*/) override {
    return false;
  }

 private:
  int depth_ = 0;
};

bool is_sound_json(std::string_view text) {
  depth_watch watch;
  return nlohmann::json::sax_parse(text.begin(), text.end(), &watch);
}

} // namespace

void json_writer::separate() {
  if (!first_) out_ += ',';
  first_ = false;
}

json_writer& json_writer::member(std::string_view name) {
  separate();
  out_ += to_json_string(name);
  out_ += ':';
  first_ = true; // no comma before the value
  return *this;
}

json_writer& json_writer::literal(std::string_view json) {
  separate();
  out_ += json;
  return *this;
}

json_writer& json_writer::text(std::string_view content) { return literal(to_json_string(content)); }
json_writer& json_writer::floating(double content) { return literal(to_json_number(content)); }
json_writer& json_writer::time(timestamp at) { return text(to_rfc3339(at)); }
json_writer& json_writer::time(const std::optional<timestamp>& at) { return at ? time(*at) : null(); }
json_writer& json_writer::hash(const script_hash& content) { return text(to_hex(content)); }

json_writer& json_writer::in_milliseconds(nanoseconds span) {
  return floating(static_cast<double>(span.count()) / 1e6);
}

json_writer& json_writer::foreign(std::string_view json) {
  if (json.empty()) return null();
  return is_sound_json(json) ? literal(json) : text(json);
}

} // namespace remora::hub
