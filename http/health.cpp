#include "http/health.hpp"

#include <utility>

#include "http/problem.hpp"

namespace remora::http {

namespace {
response ok() { return text_response("ok\n"); }
} // namespace

route livez_route() {
  route out = prompt_route(method::get, "/livez", access::none, "Whether the hub answers at all",
                           [](const request&) { return ok(); });
  out.answer_type = "text/plain";
  return out;
}

route readyz_route(std::function<std::vector<std::string>()> reasons) {
  route out = prompt_route(method::get, "/readyz", access::none, "Whether the hub is ready, or why not",
                           [reasons = std::move(reasons)](const request& asked) {
                             std::string all;
                             for (const auto& one : reasons()) {
                               if (!all.empty()) all += "; ";
                               all += one;
                             }
                             return all.empty() ? ok() : problem(503, "not ready: " + all, asked.path);
                           });
  out.answer_type = "text/plain";
  return out;
}

} // namespace remora::http
