#include "filter/kfl1/functions.hpp"

#include <cmath>
#include <string>
#include <utility>

#include "base/calendar.hpp"

namespace remora::filter::kfl1 {

namespace {

class constant_call final : public expr {
 public:
  explicit constant_call(value v) noexcept : value_{v} {}
  value evaluate(evaluation&) const override { return value_; }

 private:
  value value_; ///< absent or a boolean: nothing that points anywhere.
};

class text_test_call final : public expr {
 public:
  text_test_call(text_test what, expr_ptr receiver, expr_ptr argument)
      : what_{what}, receiver_{std::move(receiver)}, argument_{std::move(argument)} {}

  value evaluate(evaluation& e) const override {
    const value receiver = receiver_->evaluate(e);
    if (is_absent(receiver) || argument_ == nullptr) return false;
    std::string scratch;
    const value argument = argument_->evaluate(e);
    const auto wanted = text_of(argument, scratch);
    if (!wanted) return false;
    if (!is_list(receiver)) return holds(e, receiver, *wanted);
    for (std::size_t i = 0; i < list_size(receiver); ++i)
      if (holds(e, list_element(receiver, i), *wanted)) return true;
    return false;
  }

 private:
  bool holds(evaluation& e, const value& v, std::string_view wanted) const {
    std::string scratch;
    const auto text = text_of(as_scalar(v), scratch);
    if (!text || !e.spend(1 + text->size() / 64)) return false;
    switch (what_) {
      case text_test::starts_with:
        return text->substr(0, wanted.size()) == wanted;
      case text_test::ends_with:
        return text->size() >= wanted.size() && text->substr(text->size() - wanted.size()) == wanted;
      case text_test::contains:
        break;
    }
    return text->find(wanted) != std::string_view::npos;
  }

  text_test what_;
  expr_ptr receiver_;
  expr_ptr argument_;
};

class datetime_call final : public expr {
 public:
  explicit datetime_call(expr_ptr argument) : argument_{std::move(argument)} {}
  value evaluate(evaluation& e) const override {
    std::string scratch;
    const value argument = argument_->evaluate(e);
    const auto text = text_of(argument, scratch);
    const auto ms = text ? read_datetime(*text) : std::nullopt;
    if (!ms) return false;
    return *ms;
  }

 private:
  expr_ptr argument_;
};

/// The time base and so many units.
class time_call final : public expr {
 public:
  time_call(double unit_ms, expr_ptr count) : unit_ms_{unit_ms}, count_{std::move(count)} {}
  value evaluate(evaluation& e) const override {
    if (count_ == nullptr) return e.now_ms();
    const value count = count_->evaluate(e);
    if (is_absent(count)) return absent{};
    return e.now_ms() + std::trunc(number_of(count)) * unit_ms_;
  }

 private:
  double unit_ms_;
  expr_ptr count_; ///< Null: now().
};

class record_call final : public expr {
 public:
  explicit record_call(expr_ptr argument) : argument_{std::move(argument)} {}
  value evaluate(evaluation& e) const override {
    static const path record_name{{"record"}};
    return compare(e, comparison::equal, to_value(e.at(record_name)), argument_->evaluate(e));
  }

 private:
  expr_ptr argument_;
};

class redact_call final : public expr {
 public:
  redact_call(std::vector<selector> constants, std::vector<expr_ptr> others)
      : constants_{std::move(constants)}, others_{std::move(others)} {}
  value evaluate(evaluation& e) const override {
    for (const selector& what : constants_)
      redact(e, what);
    for (const expr_ptr& other : others_) {
      std::string scratch;
      const value argument = other->evaluate(e);
      const auto text = text_of(argument, scratch);
      if (!text) continue;
      // To pass a record on with what should have been redacted is worse than not to pass it on.
      if (const auto what = read_selector(*text)) {
        redact(e, *what);
      } else {
        e.fail("redact() was given a text that is no path");
      }
    }
    return true;
  }

 private:
  std::vector<selector> constants_;
  std::vector<expr_ptr> others_;
};

constexpr double second_ms = 1'000;
constexpr double day_ms = 86'400'000;

std::optional<double> find_time_unit(std::string_view name) noexcept {
  constexpr std::pair<std::string_view, double> units[] = {
      {"seconds", second_ms}, {"minutes", 60 * second_ms}, {"hours", 3'600 * second_ms}, {"days", day_ms},
      {"weeks", 7 * day_ms},  {"months", 30 * day_ms},     {"years", 365 * day_ms},
  };
  for (const auto& [unit, ms] : units)
    if (unit == name) return ms;
  return std::nullopt;
}

/// Reads the pieces of a date one after the other; once one is missing, all that follow are.
class date_reader {
 public:
  explicit date_reader(std::string_view text) noexcept : rest_{text} {}

  unsigned number(std::size_t min_digits, std::size_t max_digits) noexcept {
    unsigned value = 0;
    std::size_t digits = 0;
    while (digits < max_digits && digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9')
      value = value * 10 + static_cast<unsigned>(rest_[digits++] - '0');
    good_ = good_ && digits >= min_digits;
    rest_.remove_prefix(digits);
    return value;
  }
  bool skip(std::string_view expected) noexcept {
    if (rest_.substr(0, expected.size()) != expected) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  void expect(std::string_view expected) noexcept { good_ = skip(expected) && good_; }
  bool done() const noexcept { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

} // namespace

std::optional<double> read_datetime(std::string_view text) noexcept {
  date_reader reader{text};
  const unsigned month = reader.number(1, 2);
  reader.expect("/");
  const unsigned day = reader.number(1, 2);
  reader.expect("/");
  const unsigned year = reader.number(4, 4);
  reader.expect(", ");
  const unsigned hour = reader.number(1, 2);
  reader.expect(":");
  const unsigned minute = reader.number(2, 2);
  reader.expect(":");
  const unsigned second = reader.number(2, 2);
  const unsigned ms = reader.skip(".") ? reader.number(3, 3) : 0;
  reader.expect(" ");
  const bool pm = reader.skip("PM");
  if (!pm) reader.expect("AM");
  if (!reader.done()) return std::nullopt;
  if (month < 1 || month > 12 || day < 1 || day > days_in_month(year, month)) return std::nullopt;
  if (hour < 1 || hour > 12 || minute > 59 || second > 59) return std::nullopt;
  const std::int64_t seconds = to_days(year, month, day) * seconds_per_day +
                               (hour % 12 + (pm ? 12U : 0U)) * 3'600 + minute * 60 + second;
  return static_cast<double>(seconds) * 1'000 + ms;
}

std::optional<text_test> find_text_test(std::string_view name) noexcept {
  if (name == "startsWith") return text_test::starts_with;
  if (name == "endsWith") return text_test::ends_with;
  if (name == "contains") return text_test::contains;
  return std::nullopt;
}

expr_ptr make_text_test(text_test what, expr_ptr receiver, expr_ptr argument) {
  return std::make_unique<text_test_call>(what, std::move(receiver), std::move(argument));
}

expr_ptr make_call(std::string_view name, std::vector<expr_ptr> arguments) {
  if (name == "now") return std::make_unique<time_call>(0, nullptr);
  if (name == "limit" || name == "rlimit" || name == "leftOff")
    return std::make_unique<constant_call>(value{true});
  const auto unit = find_time_unit(name);
  if (arguments.empty()) {
    if (name == "datetime" || name == "record") return std::make_unique<constant_call>(value{false});
    return std::make_unique<constant_call>(value{absent{}});
  }
  expr_ptr first = std::move(arguments.front());
  if (unit) return std::make_unique<time_call>(*unit, std::move(first));
  if (name == "datetime") return std::make_unique<datetime_call>(std::move(first));
  if (name == "record") return std::make_unique<record_call>(std::move(first));
  return std::make_unique<constant_call>(value{absent{}});
}

expr_ptr make_redact(std::vector<selector> constants, std::vector<expr_ptr> others) {
  return std::make_unique<redact_call>(std::move(constants), std::move(others));
}

} // namespace remora::filter::kfl1
