#include "hub/store/result_numbers.hpp"

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include <nlohmann/json.hpp>

namespace remora::hub {

namespace {

constexpr std::size_t max_depth = 8;
constexpr std::size_t max_numbers = 1'000;

/// Hears a JSON text as it is parsed and keeps the numbers that stand in objects, with their paths. The
/// functions are those that nlohmann's parser calls.
class number_listener {
 public:
  using text = nlohmann::json::string_t;
  using bytes = nlohmann::json::binary_t;

  explicit number_listener(std::vector<std::pair<std::string, double>>& found) : found_{found} {}

  bool null() { return true; }
  bool boolean(bool) { return true; }
  bool string(text&) { return true; }
  bool binary(bytes&) { return true; }
  bool number_integer(std::int64_t number) { return take(static_cast<double>(number)); }
  bool number_unsigned(std::uint64_t number) { return take(static_cast<double>(number)); }
  bool number_float(double number, const text&) { return take(number); }

  bool start_object(std::size_t) {
    enter();
    return true;
  }
  bool key(const text& name) {
    if (!counts()) return true;
    path_.resize(starts_.back());
    if (!path_.empty()) path_ += '.';
    path_ += name;
    return true;
  }
  bool end_object() {
    leave();
    return true;
  }
  bool start_array(std::size_t) {
    ++lists_;
    return true;
  }
  bool end_array() {
    --lists_;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) { return false; }

 private:
  bool counts() const { return lists_ == 0 && depth_ <= max_depth; }

  void enter() {
    if (lists_ > 0) return;
    if (++depth_ <= max_depth) starts_.push_back(path_.size());
  }
  void leave() {
    if (lists_ > 0) return;
    if (depth_-- > max_depth) return;
    path_.resize(starts_.back());
    starts_.pop_back();
  }
  bool take(double number) {
    if (counts() && std::isfinite(number) && found_.size() < max_numbers) found_.emplace_back(path_, number);
    return true;
  }

  std::vector<std::pair<std::string, double>>& found_;
  std::string path_;                ///< Of the member that is being read.
  std::vector<std::size_t> starts_; ///< For each open object the length of its own path.
  std::size_t depth_ = 0;
  std::size_t lists_ = 0;
};

} // namespace

bool result_numbers::read(std::string_view json) {
  found.clear();
  if (json.empty()) return false;
  double number = 0;
  const auto [stop, problem] = std::from_chars(json.data(), json.data() + json.size(), number);
  // "inf" and "nan" are numbers to from_chars, and no JSON.
  if (problem == std::errc{} && stop == json.data() + json.size() && std::isfinite(number)) {
    found.emplace_back(std::string{}, number);
    return true;
  }
  return read_object(json);
}

bool result_numbers::read_object(std::string_view json) {
  number_listener listener{found};
  if (nlohmann::json::sax_parse(json, &listener)) return true;
  found.clear();
  return false;
}

} // namespace remora::hub
