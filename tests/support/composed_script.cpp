#include "tests/support/composed_script.hpp"

#include <array>
#include <memory>
#include <string_view>

#include "script/script_vm.hpp"
#include "tests/support/script_doubles.hpp"

namespace remora::script {

namespace {

constexpr std::int64_t start_ns = 1'700'000'000'000'000'000;

// @ is an expression. What is rare ends the trust of the analysis, and with it what a script tells about it.
// clang-format off
constexpr std::array<std::string_view, 31> values{
    "info.length", "info.length", "info.captureLength", "info.timestamp", "info.timestamp", "info.Length",
    "info.truncated", "info.port", "info.port", "a", "b", "c", "this", "this.s", "undefined", "null", "0",
    "1e300", "-1", "'text'", "''", "/(a*)*b/", "NaN", "b.length", "c.x", "Object.prototype", "jobs.list()",
    "Math.random()", "env", "Array(3)", "'\\ud800'"};

constexpr std::array<std::string_view, 4> rare_values{
    "info", "arguments", "arguments[0]", "new Date()"};

constexpr std::array<std::string_view, 26> operations{
    "JSON.stringify(@)", "Object.keys(@)", "[@, a]", "({x: @, get y() { return this.x; }})", "(@ + a)",
    "(@).x", "typeof @", "String(@)", "(@ || b)", "(@, info.truncated)", "[].concat(@)",
    "(function (x) { return x; })(@)", "Object(@)", "b.indexOf(@)", "String(@).split('')",
    "utils.json2Yaml(@)", "Object.create(@)", "(@ in c)", "parseInt(@, 36)",
    "Object.getPrototypeOf(Object(@))", "(@ === a)", "[3, 1, @].sort()", "test.pass(@)", "kfl.validate(@)",
    "kfl.match(@, c)", "kfl.match('a..x == r\"a\" or length > 2 or redact(\"..x\")', @)"};

constexpr std::array<std::string_view, 25> statements{
    "a = @;", "b.push(@);", "c.x = @;", "console.log(@);", "this.s = @;", "delete this.s;",
    "if (@) { a = @; }", "try { throw @; } catch (info) { a = info.x; }",
    "try { b.push(@); } catch (e) { console.error(e); } finally { a = 2; }",
    "for (var k in @) { c[k] = a; }", "setTimeout(function () { console.log(@); }, 5);",
    "setInterval(function () { a = @; }, 60000);",
    "jobs.schedule('k', '@every 1s', function () { return a; });",
    "Object.defineProperty(Object.prototype, 'port', {get: function () { b.push(this); return @; }, configurable: true});",
    "Object.freeze(@);", "b.splice(0, 1, @);", "b = b.slice(-4);", "var other = @;",
    "function inner() { return @; } b.push(inner());", "throw @;", "b.length = 3;", "c = {};",
    "jobs.remove('k'); jobs.run('j');", "String.prototype.port = @;",
    "setTimeout(function () { console.log(info.length, @); }, 5);"};

constexpr std::array<std::string_view, 6> rare_statements{
    "info.length = @;", "delete info.length;", "info.extra = @;", "info = @;", "with (c) { x = @; }",
    "eval('a = ' + @);"};
// clang-format on

/// Makes a script from bytes.
class composer {
 public:
  composer(const std::uint8_t* data, std::size_t size) : next_{data}, end_{data + size} {}

  std::string script() {
    std::string out = "var a = 1, b = [], c = {};\n";
    while (next_ != end_ && out.size() < 2'000) {
      if (byte() % 3 == 0) out += "try { " + statement(0) + "} catch (e) { console.log(e); }\n";
    }
    out += "function onPacketCaptured(info) {\n";
    next_ = again_ != nullptr ? again_ : next_;
    for (int i = 0; i < 3; ++i)
      out += statement(0);
    return out + "}\njobs.schedule('j', '@hourly', function () { return [a, b, c]; });\n";
  }

 private:
  std::uint8_t byte() {
    if (next_ == end_) return 0;
    if (again_ == nullptr) again_ = next_;
    return *next_++;
  }

  template <std::size_t Count>
  std::string_view one_of(const std::array<std::string_view, Count>& choices) {
    return choices[byte() % Count];
  }

  std::string expression(int depth) {
    if (rarely()) return std::string{one_of(rare_values)};
    if (depth > 2 || byte() % 2 == 0) return std::string{one_of(values)};
    return filled(one_of(operations), depth);
  }

  std::string statement(int depth) {
    return filled(rarely() ? one_of(rare_statements) : one_of(statements), depth) + '\n';
  }

  bool rarely() { return byte() % 24 == 1; }

  std::string filled(std::string_view shape, int depth) {
    std::string out;
    for (std::size_t i = 0; i < shape.size(); ++i) {
      // "@every" is a schedule.
      if (shape[i] == '@' && shape.substr(i, 2) != "@e") {
        out += expression(depth + 1);
      } else {
        out += shape[i];
      }
    }
    return out;
  }

  const std::uint8_t* next_;
  const std::uint8_t* end_;
  const std::uint8_t* again_ = nullptr; ///< The hook's statements are made from the bytes of the first ones.
};

} // namespace

std::string composed_script(const std::uint8_t* data, std::size_t size) {
  return composer{data, size}.script();
}

observed_run observe(const std::string& code) {
  recorded_console console;
  recorded_desk desk;
  recorded_hub hub;
  plain_scope scope;
  run_clock clock = run_clock::capture(from_unix_ns(start_ns));
  limits limit;
  limit.load = limit.turn = limit.job = milliseconds{2'000};
  limit.memory_bytes = 4u << 20;
  script_source source;
  source.code = code;
  source.file = source.title = "fuzz.js";
  observed_run out;
  auto vm = script_vm::load(
      source,
      {limit, {"node", console, desk, hub, scope}, &clock, std::make_shared<turn_watch>(), "{\"x\": 1}"});
  out.loaded = vm.has_value();
  if (!vm) {
    out.ended_early = vm.error().code == errc::script_budget || vm.error().code == errc::script_memory;
    return out;
  }
  std::vector<packet_info> packets;
  for (std::uint32_t i = 1; i <= 5; ++i)
    packets.push_back({from_unix_ns(start_ns + std::int64_t{i} * 1'000'000), 60, 60 + i, i % 2 == 0});
  const packet_info* const end = packets.data() + packets.size();
  const packet_info* next = packets.data();
  for (int turns = 0; turns < 30 && !(*vm)->broken(); ++turns) {
    next = (*vm)->deliver(next, end);
    if ((*vm)->next_timer_ns() == timer_table::never) break;
    clock.advance_to((*vm)->next_timer_ns());
    (*vm)->run_due_timer();
  }
  if (!(*vm)->broken()) out.job = (*vm)->run_job("j").result_json;
  if (!(*vm)->broken()) (*vm)->finish();
  out.ended_early = (*vm)->broken();
  out.lines = console.texts();
  return out;
}

observed_run observe_distrusted(const std::string& code) {
  return observe(code + "\nvar distrusted = Function;");
}

bool alike(const observed_run& a, const observed_run& b) {
  if (a.ended_early || b.ended_early) return true;
  return a.loaded == b.loaded && a.lines == b.lines && a.job == b.job;
}

} // namespace remora::script
