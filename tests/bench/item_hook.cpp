// bench-item-hook [ITEMS]: what onItemCaptured costs. Runs each script over the same items in turn, with the
// objects that remora gives to scripts and with plain ones whose members are all made for every call, and
// prints nanoseconds an item and their ratio. Both must come to the same result.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "duktape.h"
#include "protocol/item/value_writer.hpp"
#include "script/script_vm.hpp"
#include "script/text.hpp"
#include "tests/support/sample_items.hpp"
#include "tests/support/script_doubles.hpp"

namespace {

using namespace remora;

struct measured_script {
  const char* what;
  const char* body; ///< Of onItemCaptured(data); adds to n.
};
constexpr measured_script scripts[] = {
    {"nothing", "n += 1;"},
    {"data.response.status", "n += data.response.status;"},
    {"the same by its alias", "n += data.Response.Status;"},
    {"eight fields, one header",
     "n += data.elapsedTime + data.response.status + data.request.path.length + data.src.ip.length +"
     " data.dst.port.length + data.protocol.name.length + data.request.headers.host.length +"
     " data.response.content.size + data.timestamp % 10;"},
    {"eight fields, a closure",
     "n += data.elapsedTime + data.response.status + data.request.path.length + data.src.ip.length +"
     " data.dst.port.length + data.protocol.name.length + data.response.content.size + data.timestamp % 10;"
     " ['host'].forEach(function (name) { n += data.request.headers[name].length; });"},
    {"writes four members",
     "data.passed = true; data.mark = 1; data.response.status = 0; data.request.path = 'x'; n += data.mark;"},
    {"keeps the last hundred", "kept[n % 100] = data; n += 1;"},
    {"JSON.stringify(data)", "n += JSON.stringify(data).length;"},
};

item_batch make_items() {
  item_batch items;
  for (int i = 0; i < 256; ++i) {
    sample_message request;
    request.path = "/shop/cart/items?id=" + std::to_string(i);
    request.body.clear();
    sample_message response;
    response.status = i % 7 == 0 ? 404 : 200;
    for (int name = 0; name < 8; ++name) {
      request.headers.emplace_back("x-request-" + std::to_string(name), "a value of some length");
      response.headers.emplace_back("x-response-" + std::to_string(name), "another value");
    }
    response.body = R"({"cart":[)";
    for (int entry = 0; entry < 16; ++entry)
      response.body += R"({"article":)" + std::to_string(i * entry) + R"(,"name":"socks, blue","count":2},)";
    response.body += "null]}";
    items.push_back(sample_item(std::move(request), std::move(response)));
  }
  return items;
}

std::string source(const measured_script& one) {
  return "var n = 0, kept = []; function onItemCaptured(data) { " + std::string{one.body} + " }";
}

/// remora's own way.
class lazy_side {
 public:
  explicit lazy_side(const measured_script& one) {
    script_source script;
    script.code = source(one) + "jobs.schedule('show', '@hourly', function () { return n; });";
    script.file = script.title = "bench.js";
    auto loaded = script::script_vm::load(
        script,
        {{}, {"bench", console_, desk_, hub_, scope_}, &clock_, std::make_shared<script::turn_watch>()});
    if (!loaded) {
      std::fprintf(stderr, "%s\n", loaded.error().message.c_str());
      std::exit(1); // NOLINT(concurrency-mt-unsafe): no other thread
    }
    vm_ = std::move(*loaded);
  }

  void pass(const item_batch& items) {
    const item* next = items.data();
    while (next != items.data() + items.size())
      next = vm_->deliver(next, items.data() + items.size());
  }
  std::string outcome() { return vm_->run_job("show").result_json; }

 private:
  script::recorded_console console_;
  script::recorded_desk desk_;
  script::recorded_hub hub_;
  script::plain_scope scope_;
  script::run_clock clock_ = script::run_clock::wall();
  std::unique_ptr<script::script_vm> vm_;
};

/// Makes everything at once.
class whole_writer final : public value_writer {
 public:
  explicit whole_writer(duk_context* ctx) : ctx_{ctx} {}

  void null() override { duk_push_null(ctx_), placed(); }
  void boolean(bool content) override { duk_push_boolean(ctx_, content ? 1 : 0), placed(); }
  void integer(std::int64_t content) override {
    duk_push_number(ctx_, static_cast<double>(content)), placed();
  }
  void text(std::string_view bytes) override { script::push_text(ctx_, bytes), placed(); }
  void base64(std::string_view bytes) override { // in the engine's way
    duk_push_lstring(ctx_, bytes.data(), bytes.size());
    duk_base64_encode(ctx_, -1);
    placed();
  }
  void begin_object() override { duk_push_object(ctx_), next_.push_back(-1); }
  void key(std::string_view name) override { duk_push_lstring(ctx_, name.data(), name.size()); }
  void end_object() override { next_.pop_back(), placed(); }
  void begin_list() override { duk_push_array(ctx_), next_.push_back(0); }
  void end_list() override { next_.pop_back(), placed(); }

 private:
  void placed() {
    if (next_.empty()) return;
    if (next_.back() < 0) {
      duk_put_prop(ctx_, -3);
    } else {
      duk_put_prop_index(ctx_, -2, static_cast<duk_uarridx_t>(next_.back()++));
    }
  }

  duk_context* ctx_;
  std::vector<int> next_;
};

/// Plain objects in a bare engine.
class whole_side {
 public:
  explicit whole_side(const measured_script& one) : ctx_{duk_create_heap_default()} {
    // As the script above: its variables are local to a function, and aliases are the members' own names.
    std::string code =
        "(function () {" + source(one) + "; return [onItemCaptured, function () { return n; }]; })()";
    for (const auto& [alias, name] : {std::pair{".Response", ".response"}, std::pair{".Status", ".status"}}) {
      for (auto at = code.find(alias); at != std::string::npos; at = code.find(alias))
        code.replace(at, std::string_view{alias}.size(), name);
    }
    duk_eval_lstring(ctx_, code.data(), code.size());
    duk_get_prop_index(ctx_, 0, 0); // stays on the stack
  }
  ~whole_side() { duk_destroy_heap(ctx_); }
  whole_side(const whole_side&) = delete;
  whole_side& operator=(const whole_side&) = delete;

  void pass(const item_batch& items) {
    for (const item& one : items) {
      duk_dup(ctx_, 1);
      whole_writer writer{ctx_};
      writer.part(members_of(one));
      duk_call(ctx_, 1);
      duk_pop(ctx_);
    }
  }
  std::string outcome() {
    duk_get_prop_index(ctx_, 0, 1);
    duk_call(ctx_, 0);
    std::string text = duk_json_encode(ctx_, -1);
    duk_pop(ctx_);
    return text;
  }

 private:
  duk_context* ctx_;
};

template <class Side>
double nanoseconds_each(Side& side, const item_batch& items, std::uint64_t passes) {
  const nanoseconds start = script::thread_cpu_time();
  for (std::uint64_t i = 0; i < passes; ++i)
    side.pass(items);
  const std::chrono::duration<double, std::nano> took = script::thread_cpu_time() - start;
  return took.count() / static_cast<double>(passes * items.size());
}

} // namespace

int main(int argc, char** argv) {
  const std::uint64_t wanted = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 50'000;
  constexpr int rounds = 20;
  const item_batch items = make_items();
  const std::uint64_t passes = std::max<std::uint64_t>(1, wanted / items.size() / rounds);
  bool right = true;
  std::printf("%-28s %10s %12s %10s %7s\n", "script", "ns/item", "items/s", "whole ns", "ratio");
  for (const measured_script& one : scripts) {
    lazy_side lazy{one};
    whole_side whole{one};
    double lazy_ns = 1e18;
    double whole_ns = 1e18;
    for (int round = 0; round < rounds; ++round) { // in turn: both meet the same neighbours
      lazy_ns = std::min(lazy_ns, nanoseconds_each(lazy, items, passes));
      whole_ns = std::min(whole_ns, nanoseconds_each(whole, items, passes));
    }
    const bool alike = lazy.outcome() == whole.outcome();
    right = right && alike;
    std::printf("%-28s %10.0f %12.0f %10.0f %6.1fx%s\n", one.what, lazy_ns, 1e9 / lazy_ns, whole_ns,
                whole_ns / lazy_ns, alike ? "" : "  WRONG");
  }
  return right ? 0 : 1;
}
