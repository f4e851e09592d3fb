#include "base/metrics_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>

#include "base/utf8.hpp"

namespace remora {

namespace {

/// In HELP lines a quote stands for itself.
std::string escaped(std::string_view text, bool in_quotes) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else {
      if (c == '\\' || (c == '"' && in_quotes)) out += '\\';
      out += c;
    }
  }
  return out;
}

std::string number_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return {digits.data(), end};
}

} // namespace

void metrics_text::counter(std::string_view name, std::string_view help, std::uint64_t value,
                           const labels& with) {
  add(name, help, "counter", std::to_string(value), with);
}

void metrics_text::counter(std::string_view name, std::string_view help, nanoseconds value,
                           const labels& with) {
  add(name, help, "counter", number_text(std::chrono::duration<double>(value).count()), with);
}

void metrics_text::gauge(std::string_view name, std::string_view help, double value, const labels& with) {
  add(name, help, "gauge", number_text(value), with);
}

void metrics_text::add(std::string_view name, std::string_view help, std::string_view type,
                       std::string_view value, const labels& with) {
  // From the end: the samples of a metric are usually given together.
  auto found = std::find_if(families_.rbegin(), families_.rend(),
                            [&](const family& known) { return known.name == name; });
  if (found == families_.rend()) {
    std::string head = "# HELP ";
    head.append(name).append(" ").append(escaped(help, false));
    head.append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
    families_.push_back({std::string{name}, std::move(head)});
    found = families_.rbegin();
  }
  std::string& to = found->content;
  to += name;
  char before = '{';
  for (const label& one : with) {
    to += before;
    to.append(one.name).append("=\"").append(escaped(to_well_formed_utf8(one.value), true)).append("\"");
    before = ',';
  }
  if (!with.empty()) to += '}';
  to.append(" ").append(value).append("\n");
}

std::string metrics_text::text() const {
  std::string out;
  for (const family& one : families_)
    out += one.content;
  return out;
}

} // namespace remora
