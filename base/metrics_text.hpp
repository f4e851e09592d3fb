#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.hpp"

namespace remora {

/// A page of metrics as Prometheus and its kin read them. Metrics come in the order they were first named,
/// the samples of each together, with one HELP and one TYPE line. Names and label names are ours and
/// well-formed
/// ([a-zA-Z_:][a-zA-Z0-9_:]*); values of labels may be any text: they are escaped, and mended where they are
/// no UTF-8. Source: Prometheus text-based exposition format 0.0.4.
class metrics_text {
 public:
  static constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

  struct label {
    std::string_view name;
    std::string_view value;
  };
  using labels = std::vector<label>;

  /// A number that only grows while the process lives; its name should end in _total.
  void counter(std::string_view name, std::string_view help, std::uint64_t value, const labels& with = {});
  /// Time that only adds up, in seconds; its name should end in _seconds_total.
  void counter(std::string_view name, std::string_view help, nanoseconds value, const labels& with = {});
  /// A number that goes up and down. NaN and infinities are written as such.
  void gauge(std::string_view name, std::string_view help, double value, const labels& with = {});

  /// The page.
  std::string text() const;

 private:
  struct family {
    std::string name;
    std::string content;
  };

  void add(std::string_view name, std::string_view help, std::string_view type, std::string_view value,
           const labels& with);

  std::vector<family> families_;
};

} // namespace remora
