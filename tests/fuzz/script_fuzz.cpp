#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "script/script_vm.hpp"
#include "tests/support/script_doubles.hpp"

// Input: a script. Its first byte chooses: '/' and letters are source text as it is, anything else makes a
// script from the bytes that follow, so that most inputs load. Whatever it does, it ends within its limits;
// and a script does the same when the packet object is made the careful way.

namespace {

using namespace remora;
using namespace remora::script;

constexpr std::int64_t start_ns = 1'700'000'000'000'000'000;
/// Behind a script it makes the analysis trust nothing, and changes nothing else.
constexpr std::string_view distrust = "\nvar distrusted = Function;";

/// Makes a script from bytes.
class composer {
 public:
  composer(const std::uint8_t* data, std::size_t size) : next_{data}, end_{data + size} {}

  std::string script() {
    std::string out = "var a = 1, b = [], c = {};\n";
    while (next_ != end_ && out.size() < 2'000) {
      if (byte() % 3 == 0) out += statement(0);
    }
    out += "function onPacketCaptured(info) {\n";
    next_ = again_ != nullptr ? again_ : next_;
    for (int i = 0; i < 6; ++i)
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
    static constexpr std::array<std::string_view, 30> leaves{"info",        "info.length", "info.timestamp",
                                                             "info.Length", "info.port",   "a",
                                                             "b",           "c",           "this",
                                                             "this.s",      "arguments",   "arguments[0]",
                                                             "undefined",   "null",        "0",
                                                             "1e300",       "-1",          "'text'",
                                                             "''",          "/(a*)*b/",    "NaN",
                                                             "b.length",    "c.x",         "Object.prototype",
                                                             "jobs.list()", "new Date()",  "Math.random()",
                                                             "env",         "Array(3)",    "'\\ud800'"};
    static constexpr std::array<std::string_view, 22> around{"JSON.stringify(@)",
                                                             "Object.keys(@)",
                                                             "[@, a]",
                                                             "({x: @, get y() { return this.x; }})",
                                                             "(@ + a)",
                                                             "(@).x",
                                                             "typeof @",
                                                             "String(@)",
                                                             "(@ || b)",
                                                             "(@, info.truncated)",
                                                             "[].concat(@)",
                                                             "(function (x) { return x; })(@)",
                                                             "Object(@)",
                                                             "b.indexOf(@)",
                                                             "String(@).split('')",
                                                             "utils.json2Yaml(@)",
                                                             "Object.create(@)",
                                                             "(@ in c)",
                                                             "parseInt(@, 36)",
                                                             "Object.getPrototypeOf(Object(@))",
                                                             "(@ === info)",
                                                             "[3, 1, @].sort()"};
    if (depth > 3 || byte() % 2 == 0) return std::string{one_of(leaves)};
    return filled(one_of(around), depth);
  }

  std::string statement(int depth) {
    static constexpr std::array<std::string_view, 30> kinds{
        "a = @;\n",
        "b.push(@);\n",
        "c.x = @;\n",
        "console.log(@);\n",
        "this.s = @;\n",
        "delete this.s;\n",
        "info.length = @;\n",
        "delete info.length;\n",
        "info.extra = @;\n",
        "if (@) { a = @; }\n",
        "try { throw @; } catch (info) { b.push(info); }\n",
        "try { b.push(@); } catch (e) { console.error(e); } finally { a = 2; }\n",
        "for (var k in @) { c[k] = a; }\n",
        "setTimeout(function () { console.log(@); }, 5);\n",
        "setInterval(function () { a = @; }, 60000);\n",
        "jobs.schedule('k', '@every 1s', function () { return a; });\n",
        "Object.defineProperty(Object.prototype, 'port', {get: function () { return @; }, configurable: "
        "true});\n",
        "Object.freeze(@);\n",
        "b.splice(0, 1, @);\n",
        "b = b.slice(-4);\n",
        "var other = @;\n",
        "function inner() { return @; } b.push(inner());\n",
        "with (c) { x = @; }\n",
        "eval('a = ' + @);\n",
        "info = @;\n",
        "throw @;\n",
        "b.length = 3;\n",
        "c = {};\n",
        "jobs.remove('k'); jobs.run('j');\n",
        "String.prototype.port = @;\n"};
    return filled(one_of(kinds), depth);
  }

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
  const std::uint8_t* again_ =
      nullptr; ///< Where the hook's statements begin: it reuses the bytes of the first.
};

/// What a script did, as somebody outside can see it.
struct seen {
  bool loaded = false;
  bool ended_early = false; ///< By a limit; how far it came is a matter of chance.
  std::vector<std::string> lines;
  std::string job;
};

seen run(const std::string& code) {
  recorded_console console;
  recorded_desk desk;
  plain_scope scope;
  run_clock clock = run_clock::capture(from_unix_ns(start_ns));
  limits limit;
  limit.load = limit.turn = limit.job = milliseconds{200};
  limit.memory_bytes = 4u << 20;
  script_source source;
  source.code = code;
  source.file = source.title = "fuzz.js";
  seen out;
  auto vm = script_vm::load(
      source, {limit, {"node", console, desk, scope}, &clock, std::make_shared<turn_watch>(), "{\"x\": 1}"});
  out.loaded = vm.has_value();
  if (!vm) return out;
  std::vector<packet_info> packets;
  for (std::uint32_t i = 1; i <= 5; ++i)
    packets.push_back({from_unix_ns(start_ns + i * 1'000'000), 60, 60 + i, i % 2 == 0});
  (*vm)->deliver(packets.data(), packets.data() + packets.size());
  for (int i = 0; i < 5 && !(*vm)->broken(); ++i) {
    clock.advance_to(start_ns + i * 60'000'000'000);
    if (!(*vm)->run_due_timer()) break;
  }
  if (!(*vm)->broken()) out.job = (*vm)->run_job("j").result_json;
  if (!(*vm)->broken()) (*vm)->finish();
  out.ended_early = (*vm)->broken();
  out.lines = console.texts();
  return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 4'096) return 0;
  const bool as_it_is = data[0] == '/' || (data[0] >= 'A' && data[0] <= 'z');
  const std::string code = as_it_is ? std::string{reinterpret_cast<const char*>(data), size}
                                    : composer{data + 1, size - 1}.script();
  const seen plain = run(code);
  if (!plain.loaded || plain.ended_early) return 0;
  const seen careful = run(code + std::string{distrust});
  if (!careful.loaded || careful.ended_early) return 0;
  if (plain.lines != careful.lines || plain.job != careful.job) std::abort();
  return 0;
}
