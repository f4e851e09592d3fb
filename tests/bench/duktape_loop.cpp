// bench-duktape-loop SCRIPT COUNT [global|closure]: the least that embedding the engine can cost. One heap,
// no limits, no capture: calls the script's onPacketCaptured COUNT times with a fresh object of five
// properties, then runs the jobs it scheduled. "closure" wraps the script in a function, which makes its
// variables local and so faster. Prints what the script prints, and "loop_seconds S" for the calls alone.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "duktape.h"

namespace {

constexpr double first_packet_ms = 1.7e12;

/// What l4.js needs of its surroundings; hook and jobs go where the host finds them.
constexpr const char* prelude =
    "var host = { atEnd: [] };\n"
    "var jobs = { schedule: function (tag, cron, task) { host.atEnd.push(task); } };\n"
    "var console = { log: function (text) { print(text); } };\n";
constexpr const char* take_hook = "\nhost.hook = onPacketCaptured;\n";

duk_ret_t print(duk_context* ctx) {
  std::cout << duk_safe_to_string(ctx, 0) << '\n';
  return 0;
}

[[noreturn]] void die(const std::string& what) {
  std::cerr << "bench-duktape-loop: " << what << '\n';
  std::exit(1); // NOLINT(concurrency-mt-unsafe): no other thread
}

void evaluate(duk_context* ctx, const std::string& source) {
  if (duk_peval_lstring(ctx, source.data(), source.size()) != 0) die(duk_safe_to_string(ctx, -1));
  duk_pop(ctx);
}

/// Pushes what a script learns of packet `i`: lengths that go round, as the totals are checked against a
/// formula.
void push_info(duk_context* ctx, std::uint64_t i) {
  const auto length = static_cast<double>(64 + i % 1437);
  duk_push_object(ctx);
  duk_push_number(ctx, first_packet_ms + static_cast<double>(i) / 100);
  duk_put_prop_literal(ctx, -2, "timestamp");
  duk_push_number(ctx, length);
  duk_put_prop_literal(ctx, -2, "captureLength");
  duk_push_number(ctx, length);
  duk_put_prop_literal(ctx, -2, "length");
  duk_push_false(ctx);
  duk_put_prop_literal(ctx, -2, "truncated");
  duk_push_false(ctx);
  duk_put_prop_literal(ctx, -2, "fragmented");
}

/// @pre the hook is on top of the stack, and stays there.
void call_hook(duk_context* ctx, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    duk_dup_top(ctx);
    push_info(ctx, i);
    if (duk_pcall(ctx, 1) != DUK_EXEC_SUCCESS) die(duk_safe_to_string(ctx, -1));
    duk_pop(ctx);
  }
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 3) die("usage: bench-duktape-loop SCRIPT COUNT [global|closure]");
  std::ifstream in{argv[1]};
  std::ostringstream script;
  script << in.rdbuf();
  if (!in) die(std::string{argv[1]} + ": cannot be read");
  const std::uint64_t count = std::strtoull(argv[2], nullptr, 10);
  const bool closure = argc > 3 && std::string{argv[3]} == "closure";

  duk_context* ctx = duk_create_heap_default();
  if (ctx == nullptr) die("no heap to be had");
  duk_push_c_function(ctx, print, 1);
  duk_put_global_string(ctx, "print");
  evaluate(ctx, prelude);
  evaluate(ctx, closure ? "(function () {" + script.str() + take_hook + "})();" : script.str() + take_hook);
  duk_eval_string(ctx, "host.hook");
  const auto start = std::chrono::steady_clock::now();
  call_hook(ctx, count);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  evaluate(ctx, "host.atEnd.forEach(function (task) { task(); });");
  std::printf("loop_seconds %.6f\n", took.count());
  duk_destroy_heap(ctx);
  return 0;
}
