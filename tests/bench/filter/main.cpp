#include <string>

#include <benchmark/benchmark.h>
#include <nlohmann/json.hpp>

#include "filter/json_record.hpp"
#include "filter/query_cache.hpp"
#include "tests/support/filter_items.hpp"

// How long a compiled query takes on an item that is a JSON tree, and how long compiling and looking up take.

namespace {

using namespace remora;

constexpr timestamp now = from_unix_ns(1'767'323'045'006'000'000);

void evaluate(benchmark::State& state, const std::string& text) {
  const filter::macro_table macros;
  const auto query = filter::compile(text, macros).value();
  const auto item = test::filter_data("I1");
  for (auto _ : state) {
    filter::json_record on{item};
    benchmark::DoNotOptimize(query->evaluate(on, now).matched);
  }
  state.SetItemsProcessed(state.iterations());
}

void compile(benchmark::State& state, const std::string& text) {
  const filter::macro_table macros;
  for (auto _ : state)
    benchmark::DoNotOptimize(filter::compile(text, macros));
}

void look_up(benchmark::State& state, const std::string& text) {
  const filter::macro_table macros;
  filter::query_cache cache;
  for (auto _ : state)
    benchmark::DoNotOptimize(cache.compile(text, macros));
}

const std::string kfl1 = "http and response.status >= 500";
const std::string kfl2 = "http && status_code >= 500";
const std::string regex = "http and request.path == r'^/v[0-9]+/'";

BENCHMARK_CAPTURE(evaluate, flag, std::string{"http"});
BENCHMARK_CAPTURE(evaluate, kfl1, kfl1);
BENCHMARK_CAPTURE(evaluate, kfl2, kfl2);
BENCHMARK_CAPTURE(evaluate, regex, regex);
BENCHMARK_CAPTURE(evaluate, header,
                  std::string{"http && request.headers[\"user-agent\"].startsWith(\"shopd\")"});
BENCHMARK_CAPTURE(evaluate, json_body, std::string{"response.body.json().error.retry >= 30"});
BENCHMARK_CAPTURE(evaluate, redact, std::string{"http and redact(\"request.headers.Accept\")"});
BENCHMARK_CAPTURE(compile, kfl1, kfl1);
BENCHMARK_CAPTURE(compile, kfl2, kfl2);
BENCHMARK_CAPTURE(look_up, kfl1, kfl1);

} // namespace

BENCHMARK_MAIN();
