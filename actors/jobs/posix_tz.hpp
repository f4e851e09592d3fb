#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace remora::jobs {

/// A moment at which a zone's offset changes.
struct zone_transition {
  std::int64_t at = 0;     ///< Unix seconds.
  std::int32_t offset = 0; ///< Seconds east of Greenwich from then on.
};

/// The rule by which a zone goes on after the last change its file lists: "CET-1CEST,M3.5.0,M10.5.0/3".
/// Source: POSIX.1-2017 "TZ", with the wider range of hours of RFC 9636, section 3.3.1.
class posix_tz {
 public:
  /// Reads a rule. Nothing when the text is no rule; summer time without dates is refused too.
  static std::optional<posix_tz> parse(std::string_view text) noexcept;

  /// Seconds east of Greenwich in winter, or all year without summer time.
  std::int32_t standard_offset() const noexcept { return standard_; }

  bool has_summer_time() const noexcept { return has_summer_; }

  /// The two changes of a year, the earlier first. Call only when there is summer time.
  std::array<zone_transition, 2> changes_in(std::int64_t year) const noexcept;

 private:
  /// A date that comes back every year, and a time on it.
  struct yearly_date {
    enum class form : std::uint8_t {
      week_of_month,        ///< Mm.w.d: the w-th weekday d of month m; week 5 is the last.
      day_without_leap_day, ///< Jn: 1 to 365; 29 February is never counted.
      day_of_year,          ///< n: 0 to 365; 29 February counts in leap years.
    };
    form as = form::week_of_month;
    unsigned month = 1;
    unsigned week = 1;
    unsigned day = 0;
    std::int32_t seconds = 7'200; ///< Local time at which the change happens; -167 h to 167 h.
  };

  static std::optional<yearly_date> take_date(std::string_view& text) noexcept;
  static std::int64_t day_in(const yearly_date& date, std::int64_t year) noexcept;

  std::int32_t standard_ = 0;
  std::int32_t summer_ = 0;
  bool has_summer_ = false;
  yearly_date begins_;
  yearly_date ends_;
};

} // namespace remora::jobs
