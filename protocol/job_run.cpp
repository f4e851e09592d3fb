#include "protocol/job_run.hpp"

namespace remora {

std::string_view to_string(job_outcome outcome) noexcept {
  switch (outcome) {
    case job_outcome::passed:
      return "passed";
    case job_outcome::failed:
      return "failed";
    case job_outcome::skipped:
      return "skipped";
    case job_outcome::timed_out:
      return "timed_out";
  }
  return "failed";
}

} // namespace remora
