#include "http/health.hpp"

#include <utility>

#include "base/metrics_text.hpp"
#include "http/counters_page.hpp"
#include "http/problem.hpp"

namespace remora::http {

namespace {

response answer_to(const request& asked, const std::vector<std::string>& reasons) {
  if (reasons.empty()) return text_response("ok\n");
  std::string all;
  for (const auto& one : reasons)
    all += (all.empty() ? "" : "; ") + one;
  return problem(503, all, asked.path);
}

} // namespace

route livez_route(reasons_giver reasons) {
  route out = prompt_route(method::get, "/livez", access::none,
                           "Whether the process works; 503 when it should be started again",
                           [reasons = std::move(reasons)](const request& asked) {
                             return answer_to(asked, reasons ? reasons() : std::vector<std::string>{});
                           });
  out.answer_type = "text/plain";
  return out;
}

route readyz_route(reasons_giver reasons) {
  route out = blocking_route(
      method::get, "/readyz", access::none,
      "Whether the process is ready; 503 with the reasons when it is not",
      [reasons = std::move(reasons)](const request& asked) { return answer_to(asked, reasons()); });
  out.answer_type = "text/plain";
  return out;
}

route metrics_route(std::function<result<std::string>()> page, std::shared_ptr<const live_counters> count) {
  route out =
      blocking_route(method::get, "/metrics", access::none, "Metrics in the text format of Prometheus",
                     [page = std::move(page), count = std::move(count)](const request& asked) {
                       auto text = page();
                       if (!text) return problem_from(text.error(), asked);
                       if (count) *text += counters_page(count->snapshot());
                       response answer = text_response(std::move(*text));
                       answer.content_type = metrics_text::content_type;
                       return answer;
                     });
  out.answer_type = "text/plain";
  return out;
}

} // namespace remora::http
