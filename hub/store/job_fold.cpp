#include "hub/store/job_fold.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace remora::hub {

namespace {

constexpr std::array<std::string_view, 8> words{"sum", "avg", "min", "max", "count", "p50", "p95", "p99"};

/// The start of the bucket that `time` is in; also before 1970.
std::int64_t bucket_of(timestamp time, nanoseconds step) {
  const auto ns = to_unix_ns(time);
  const auto width = step.count();
  const auto behind = (ns % width + width) % width;
  // The first bucket of all may begin before the earliest time there is.
  return ns < std::numeric_limits<std::int64_t>::min() + behind ? std::numeric_limits<std::int64_t>::min()
                                                                : ns - behind;
}

/// Nearest rank: the smallest number such that `percent` of all are not above it.
double percentile(std::vector<double>& all, std::size_t percent) {
  const auto rank = (percent * all.size() + 99) / 100;
  const auto at = all.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(rank, 1) - 1);
  std::nth_element(all.begin(), at, all.end());
  return *at;
}

} // namespace

std::string_view to_string(fold_kind kind) noexcept { return words.at(static_cast<std::size_t>(kind)); }

std::optional<fold_kind> fold_kind_of(std::string_view word) noexcept {
  const auto* found = std::find(words.begin(), words.end(), word);
  if (found == words.end()) return std::nullopt;
  return static_cast<fold_kind>(found - words.begin());
}

result<void> job_fold::check() const {
  if (request_.by != fold_by::time || request_.step.count() > 0) return {};
  return fail(errc::invalid_usage, "a fold by time needs a step above zero, such as 1m");
}

bool job_fold::is_percentile() const noexcept { return request_.kind >= fold_kind::p50; }

job_fold::group& job_fold::group_of(const job_run& run) {
  key which;
  if (request_.by == fold_by::time) which.from = bucket_of(run.planned, request_.step);
  if (request_.by == fold_by::node) which.node = run.node;
  if (last_ == groups_.end() || !(last_->first == which)) last_ = groups_.try_emplace(std::move(which)).first;
  return last_->second;
}

bool job_fold::add(const job_run& run) {
  auto& into = group_of(run);
  if (groups_.size() > max_values) {
    too_much_ =
        "more than " + std::to_string(max_values) + " groups: ask for a larger step or a shorter time";
    return false;
  }
  ++counts_.runs;
  ++into.runs;
  if (run.result_json.empty()) {
    ++counts_.without_result;
    return true;
  }
  numbers_.read(run.result_json);
  bool any = false;
  for (const auto& [path, number] : numbers_.found) {
    if (!request_.field.empty() && path != request_.field) continue;
    any = true;
    if (!take(into, path, number)) return false;
  }
  ++(any ? counts_.numeric : counts_.not_numeric);
  return true;
}

bool job_fold::take(group& into, const std::string& field, double number) {
  auto found = into.fields.find(field);
  if (found == into.fields.end()) {
    if (++values_ > max_values) {
      too_much_ = "more than " + std::to_string(max_values) +
                  " fields and groups: ask for one field, a larger step or a shorter time";
      return false;
    }
    found = into.fields.try_emplace(field).first;
  }
  auto& of = found->second;
  if (is_percentile()) {
    if (++samples_ > max_samples) {
      too_much_ = "more than " + std::to_string(max_samples) +
                  " numbers for an exact percentile: ask for one field or a shorter time";
      return false;
    }
    of.all.push_back(number);
  }
  of.min = of.samples == 0 ? number : std::min(of.min, number);
  of.max = of.samples == 0 ? number : std::max(of.max, number);
  ++of.samples;
  // Neumaier's summation: what the smaller of the two loses is kept beside.
  const double sum = of.sum + number;
  of.lost += std::fabs(of.sum) >= std::fabs(number) ? (of.sum - sum) + number : (number - sum) + of.sum;
  of.sum = sum;
  return true;
}

double job_fold::value_of(sums& of) const {
  // Past the largest double the sum is infinite, and what was lost is no number.
  const double sum = std::isfinite(of.lost) ? of.sum + of.lost : of.sum;
  switch (request_.kind) {
    case fold_kind::sum:
      return sum;
    case fold_kind::avg:
      return sum / static_cast<double>(of.samples);
    case fold_kind::min:
      return of.min;
    case fold_kind::max:
      return of.max;
    case fold_kind::count:
      return static_cast<double>(of.samples);
    case fold_kind::p50:
      return percentile(of.all, 50);
    case fold_kind::p95:
      return percentile(of.all, 95);
    case fold_kind::p99:
      return percentile(of.all, 99);
  }
  return 0;
}

result<folded> job_fold::finish() && {
  if (!too_much_.empty()) return fail(errc::invalid_usage, "the results are too many to fold: " + too_much_);
  folded answer = std::move(counts_);
  for (auto& [which, content] : groups_) {
    folded_group made;
    made.node = which.node;
    if (request_.by == fold_by::time) made.from = from_unix_ns(which.from);
    made.runs = content.runs;
    for (auto& [field, of] : content.fields)
      made.values.push_back({field, value_of(of), of.samples});
    answer.groups.push_back(std::move(made));
  }
  return answer;
}

} // namespace remora::hub
