#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "hub/store/result_numbers.hpp"
#include "protocol/job_run.hpp"

namespace remora::hub {

/// How numbers become one. Percentiles are exact, by nearest rank: a number that occurred.
enum class fold_kind : std::uint8_t { sum, avg, min, max, count, p50, p95, p99 };
/// "sum" ... "p99", and back; nothing for any other word.
std::string_view to_string(fold_kind kind) noexcept;
std::optional<fold_kind> fold_kind_of(std::string_view word) noexcept;

enum class fold_by : std::uint8_t { nothing, node, time };

struct fold_request {
  std::string
      field; ///< "a.b" of results like {"a":{"b":1}}; "" folds every number of the results, each by its path.
  fold_kind kind = fold_kind::sum;
  fold_by by = fold_by::nothing;
  nanoseconds step{
      0}; ///< Of fold_by::time: the width of the buckets, which begin at multiples of it since 1970 UTC.
};

struct folded_value {
  std::string field; ///< The path; "" for results that are numbers themselves.
  double value = 0;
  std::uint64_t samples = 0;
};

struct folded_group {
  std::string node;                 ///< Of fold_by::node.
  std::optional<timestamp> from;    ///< Of fold_by::time: the start of the bucket.
  std::uint64_t runs = 0;           ///< All runs of the group, those without a number too.
  std::vector<folded_value> values; ///< By field.
};

/// runs = numeric + not_numeric + without_result.
struct folded {
  std::vector<folded_group> groups; ///< By node, or by time from the earliest.
  std::uint64_t runs = 0;
  std::uint64_t numeric = 0;        ///< Gave at least one number (of the field).
  std::uint64_t not_numeric = 0;    ///< Had a result without a number (at the field).
  std::uint64_t without_result = 0; ///< Skipped, failed, timed out, or returned undefined.
};

/// Folds runs one after the other. Memory: a few numbers a group and field, and for percentiles eight bytes a
/// sample; both have limits.
class job_fold {
 public:
  static constexpr std::size_t max_values = 100'000;     ///< Groups times fields.
  static constexpr std::size_t max_samples = 20'000'000; ///< Of percentiles.

  explicit job_fold(fold_request request) : request_{std::move(request)} {}

  /// Errors: invalid_usage when a fold by time has no step.
  result<void> check() const;
  /// Takes a run. @returns false when a limit is passed: finish() then gives the error.
  bool add(const job_run& run);
  /// Errors: invalid_usage when there was too much, with what to do.
  result<folded> finish() &&;

 private:
  /// What is remembered of one field in one group.
  struct sums {
    std::uint64_t samples = 0;
    double sum = 0;
    double lost = 0; ///< What rounding took from `sum`, so that a million small numbers add up.
    double min = 0;
    double max = 0;
    std::vector<double> all; ///< Of percentiles.
  };
  struct group {
    std::uint64_t runs = 0;
    std::map<std::string, sums, std::less<>> fields;
  };
  struct key {
    std::int64_t from = 0;
    std::string node;
    bool operator<(const key& other) const {
      return from != other.from ? from < other.from : node < other.node;
    }
    bool operator==(const key& other) const { return from == other.from && node == other.node; }
  };

  group& group_of(const job_run& run);
  bool take(group& into, const std::string& field, double number);
  bool is_percentile() const noexcept;
  double value_of(sums& of) const;

  fold_request request_;
  std::map<key, group> groups_;
  std::map<key, group>::iterator last_ =
      groups_.end();       ///< Runs come in order: mostly the group of the one before.
  folded counts_;          ///< Without its groups.
  result_numbers numbers_; ///< Kept for its memory.
  std::size_t values_ = 0;
  std::size_t samples_ = 0;
  std::string too_much_; ///< The message once a limit is passed.
};

} // namespace remora::hub
