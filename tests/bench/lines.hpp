#pragma once

#include <string>
#include <vector>

#include "tests/bench/capture_maker.hpp"
#include "tests/bench/comparison.hpp"

namespace remora::bench {

/// Where things are.
struct workshop {
  std::string remora;       ///< The program that is measured.
  std::string duktape_loop; ///< The bare engine, built beside remora-bench.
  std::string peers;        ///< The folder with l4.js and the peers' programs.
  std::string folder;       ///< For what is made while measuring.
};

/// Every line of the report over one capture. What a line says, its goal and its defect limit are decided
/// here. Errors: io_failed (the copies of the script cannot be written).
result<std::vector<comparison>> all_lines(const workshop& places, const cached_capture& capture);

} // namespace remora::bench
