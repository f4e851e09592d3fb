#include "script/analysis/analyser.hpp"

#include <duktape.h>
#include <memory>
#include <mutex>
#include <utility>

#include <nlohmann/json.hpp>

#include "script/analysis/embedded.hpp"
#include "script/heap.hpp"
#include "script/text.hpp"

namespace remora::script {

namespace {

constexpr std::size_t analyser_memory_bytes = 256u << 20;

/// An engine with acorn and outline.js in it, kept for the next script. It never runs a script, only reads
/// it.
class analyser {
 public:
  /// The one of this process.
  static analyser& instance() {
    static analyser the_one;
    return the_one;
  }

  result<script_outline> analyse(const script_source& script, nanoseconds budget) {
    const std::lock_guard lock{mutex_};
    if (auto ready = prepare(); !ready) return pass_on(std::move(ready));
    heap_->budget().grant(budget);
    std::string text;
    const bool done = heap_->protect([&](duk_context* context) {
      duk_push_heapptr(context, outline_function_);
      push_text(context, script.code);
      duk_call(context, 1);
      text = read_text(context, -1);
    });
    if (!done) return explain_failure(script);
    return read_outline(text, script.file);
  }

 private:
  result<void> prepare() {
    if (heap_) return {};
    auto made = heap::create(analyser_memory_bytes, clock_, 1);
    if (!made) return pass_on(std::move(made));
    heap_ = std::move(*made);
    const bool done = heap_->protect([&](duk_context* context) {
      evaluate(context, acorn_source(), "acorn.js");
      duk_pop(context);
      evaluate(context, outline_source(), "outline.js");
      outline_function_ = duk_get_heapptr(context, -1);
      duk_put_global_literal(context, "outline"); // keeps it alive
    });
    if (done) return {};
    const std::string reason = duk_safe_to_string(heap_->context(), -1);
    heap_.reset();
    return fail(errc::io_failed, "the script analyser does not start: " + reason);
  }

  static void evaluate(duk_context* context, std::string_view source, const char* name) {
    duk_push_string(context, name);
    duk_compile_lstring_filename(context, DUK_COMPILE_EVAL, source.data(), source.size());
    duk_call(context, 0);
  }

  /// The analysis itself failed: out of time, memory or stack. The engine is thrown away with its exception.
  result<script_outline> explain_failure(const script_source& script) {
    const bool out_of_time = heap_->ending();
    const std::string reason = duk_safe_to_string(heap_->context(), -1);
    heap_.reset();
    if (out_of_time) {
      return fail(errc::script_budget,
                  script.file + ": checking the script used up its time (scripting.limits.load)");
    }
    return fail(errc::invalid_script, script.file + ": the script cannot be checked: " + reason);
  }

  static result<script_outline> read_outline(const std::string& text, const std::string& file) {
    const auto json = nlohmann::json::parse(text);
    if (const auto error = json.find("error"); error != json.end()) {
      return fail(errc::invalid_script, file + ':' + std::to_string(error->at("line").get<int>()) + ':' +
                                            std::to_string(error->at("column").get<int>()) + ": " +
                                            error->at("reason").get<std::string>());
    }
    script_outline outline;
    json.at("declared").get_to(outline.declared);
    json.at("undeclared").get_to(outline.undeclared);
    json.at("free").get_to(outline.free_names);
    json.at("usesShared").get_to(outline.uses_shared);
    if (const auto& fields = json.at("packetFields"); !fields.is_null()) {
      outline.packet_fields = fields.get<std::vector<std::string>>();
    }
    return outline;
  }

  std::mutex mutex_; // scripts load on threads of their own
  run_clock clock_ = run_clock::wall();
  std::unique_ptr<heap> heap_;
  void* outline_function_ = nullptr;
};

} // namespace

result<script_outline> analyse(const script_source& script, nanoseconds budget) {
  return analyser::instance().analyse(script, budget);
}

} // namespace remora::script
