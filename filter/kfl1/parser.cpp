#include "filter/kfl1/parser.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <re2/re2.h>
#include <string>
#include <utility>

#include "base/utf8.hpp"
#include "filter/flags.hpp"
#include "filter/kfl1/functions.hpp"
#include "filter/kfl1/nodes.hpp"
#include "filter/kfl1/path_reader.hpp"
#include "filter/syntax/escapes.hpp"
#include "filter/syntax/pattern.hpp"

namespace remora::filter::kfl1 {

namespace {

/// Recursive descent. Chains of operators are loops; what recurses is counted. Each function returns null
/// once the cursor has failed.
class parser {
 public:
  parser(std::string_view text, const token_list& tokens, const find_macro& macros)
      : from_{text, tokens}, macros_{macros} {}

  compiled<compiled_query> run() {
    if (from_.peek().kind != token_kind::end) made_.root = logical();
    if (made_.root != nullptr && from_.peek().kind != token_kind::end) from_.fail(from_.peek());
    if (from_.failure()) return tl::unexpected(*from_.failure());
    return std::move(made_);
  }

 private:
  expr_ptr failed(const token& t) {
    from_.fail(t);
    return nullptr;
  }
  /// Counts a level of nesting that opens at `t` for as long as it lives.
  class level {
   public:
    level(parser& p, const token& t) : parser_{p} {
      ++parser_.level_;
      good = parser_.reach(parser_.level_, t);
    }
    level(const level&) = delete;
    level& operator=(const level&) = delete;
    ~level() { --parser_.level_; }
    bool good;

   private:
    parser& parser_;
  };
  bool reach(std::size_t depth, const token& t) {
    made_.depth = std::max(made_.depth, depth);
    return depth <= max_depth || from_.fail(t, "query too deep");
  }

  expr_ptr logical() {
    std::vector<expr_ptr> operands;
    std::vector<logic_chain::op> ops;
    for (;;) {
      operands.push_back(equality());
      if (operands.back() == nullptr) return nullptr;
      const token& t = from_.peek();
      if (!t.is_word("and") && !t.is_word("or")) break;
      ops.push_back(t.raw == "and" ? logic_chain::op::conjunction : logic_chain::op::disjunction);
      from_.take();
    }
    if (ops.empty()) return std::move(operands.front());
    return std::make_unique<logic_chain>(std::move(operands), std::move(ops));
  }

  expr_ptr equality() {
    std::vector<expr_ptr> operands;
    std::vector<comparison> ops;
    for (;;) {
      operands.push_back(ordering());
      if (operands.back() == nullptr) return nullptr;
      const token& t = from_.peek();
      if (!t.is('=') && !t.is('!')) break;
      ops.push_back(t.is('=') ? comparison::equal : comparison::unequal);
      from_.take();
      if (!from_.expect('=')) return nullptr;
      from_.skip('=');
    }
    return comparisons(std::move(operands), std::move(ops));
  }

  expr_ptr ordering() {
    std::vector<expr_ptr> operands;
    std::vector<comparison> ops;
    for (;;) {
      operands.push_back(unary());
      if (operands.back() == nullptr) return nullptr;
      const bool less = from_.peek().is('<');
      if (!less && !from_.peek().is('>')) break;
      from_.take();
      const bool or_equal = from_.skip('=');
      ops.push_back(less ? (or_equal ? comparison::at_most : comparison::less)
                         : (or_equal ? comparison::at_least : comparison::greater));
    }
    return comparisons(std::move(operands), std::move(ops));
  }

  static expr_ptr comparisons(std::vector<expr_ptr> operands, std::vector<comparison> ops) {
    if (ops.empty()) return std::move(operands.front());
    return std::make_unique<comparison_chain>(std::move(operands), std::move(ops));
  }

  expr_ptr unary() {
    std::string ops;
    while (from_.peek().is('!') || from_.peek().is('-'))
      ops += from_.take().raw;
    expr_ptr operand = primary();
    if (operand == nullptr || ops.empty()) return operand;
    const value* constant = operand->constant();
    if (ops == "-" && constant != nullptr && std::holds_alternative<double>(*constant))
      return std::make_unique<literal>(value{-std::get<double>(*constant)});
    return std::make_unique<prefixes>(std::move(ops), std::move(operand));
  }

  expr_ptr primary() {
    const token& t = from_.peek();
    switch (t.kind) {
      case token_kind::number:
        if (const auto number = read_number(t)) {
          from_.take();
          return std::make_unique<literal>(value{*number});
        }
        return failed(t);
      case token_kind::text:
        return quoted_text();
      case token_kind::identifier:
        return word();
      default:
        return t.is('(') ? parenthesis() : failed(t);
    }
  }

  expr_ptr parenthesis() {
    const level inner{*this, from_.take()};
    if (!inner.good) return nullptr;
    expr_ptr content = logical();
    if (content == nullptr || !from_.expect(')')) return nullptr;
    return content;
  }

  expr_ptr quoted_text() {
    const token& t = from_.take();
    if (t.prefix.empty()) return std::make_unique<literal>(kfl1_string(t));
    if (t.prefix != "r") return failed(t);
    auto pattern = compile_pattern(kfl1_pattern(t));
    if (!pattern) {
      from_.fail(t, std::move(pattern).error());
      return nullptr;
    }
    return std::make_unique<regex>(*std::move(pattern));
  }

  expr_ptr word() {
    const token& t = from_.peek();
    if (t.raw == "and" || t.raw == "or") return failed(t);
    if (t.raw == "true" || t.raw == "false" || t.raw == "nil") {
      from_.take();
      return std::make_unique<literal>(t.raw == "nil" ? value{nullptr} : value{t.raw == "true"});
    }
    return path_from(t);
  }

  expr_ptr path_from(const token& head) {
    from_.take();
    selector made;
    expr_ptr call;
    if (from_.peek().is('(')) {
      call = head_call(head);
      if (call == nullptr) return nullptr;
    } else {
      made.names.emplace_back(head.raw);
    }
    bool known = call == nullptr;
    while (from_.peek().is('.') || from_.peek().is('[')) {
      const bool is_call =
          from_.peek().is('.') && from_.peek(1).kind == token_kind::identifier && from_.peek(2).is('(');
      if (!is_call) {
        if (!read_plain_step(from_, made)) return nullptr;
      } else if (const auto test = find_text_test(from_.peek(1).raw)) {
        return text_test_of(*test, whole_path(std::move(made), std::move(call), known));
      } else if (!step_call(made, known)) {
        return nullptr;
      }
      if (call != nullptr) call = make_call("", {}); // no function's value has members
    }
    if (call == nullptr && known && made.names.size() == 1 && made.steps.empty()) return name(head);
    return whole_path(std::move(made), std::move(call), known);
  }

  static expr_ptr whole_path(selector made, expr_ptr call, bool known) {
    if (call != nullptr) return call;
    if (!known) return make_call("", {});
    made.alias = alias_of(made.names);
    return std::make_unique<path_expr>(std::move(made));
  }

  /// A bare name: a macro, a flag, or a member of the record.
  expr_ptr name(const token& t) {
    if (auto macro = macros_(t.raw)) {
      if (!reach(level_ + macro->depth, t)) return nullptr;
      made_.facts.redacts = made_.facts.redacts || macro->facts.redacts;
      return std::make_unique<macro_expr>(std::move(macro));
    }
    const auto f = find_flag(t.raw);
    if (f && t.raw != "tls") return std::make_unique<flag_expr>(*f);
    return std::make_unique<path_expr>(selector{{std::string{t.raw}}, {}, {}});
  }

  struct argument {
    const token* at;
    expr_ptr content;
  };
  /// Behind a name. False once failed.
  bool arguments(std::vector<argument>& out) {
    const level inner{*this, from_.take()};
    if (!inner.good) return false;
    if (from_.skip(')')) return true;
    do {
      if (from_.peek().kind == token_kind::identifier && from_.peek(1).is(':')) {
        from_.take();
        from_.take();
      }
      const token& at = from_.peek();
      out.push_back({&at, logical()});
      if (out.back().content == nullptr) return false;
    } while (from_.skip(','));
    return from_.expect(')');
  }

  expr_ptr text_test_of(text_test test, expr_ptr receiver) {
    from_.take(), from_.take();
    std::vector<argument> args;
    if (receiver == nullptr || !arguments(args)) return nullptr;
    if (from_.peek().is('.') || from_.peek().is('[')) return failed(from_.peek());
    return make_text_test(test, std::move(receiver), args.empty() ? nullptr : std::move(args[0].content));
  }

  /// A call in the middle of a path that ends none: json, xml, or what nobody knows.
  bool step_call(selector& made, bool& known) {
    from_.take();
    const std::string_view name = from_.take().raw;
    std::vector<argument> ignored;
    if (!arguments(ignored)) return false;
    if (name == "json" || name == "xml") {
      add_step(made, {name == "json" ? step::kind::json : step::kind::xml, {}, 0, false});
    } else {
      known = false;
    }
    return true;
  }

  expr_ptr head_call(const token& head) {
    std::vector<argument> args;
    if (!arguments(args)) return nullptr;
    if (head.raw == "redact") return redact_call(std::move(args));
    const value* constant = args.empty() ? nullptr : args[0].content->constant();
    if (head.raw == "limit") note_limit(constant);
    if (head.raw == "record" && constant != nullptr) note_recording(*constant);
    std::vector<expr_ptr> contents;
    for (argument& a : args)
      contents.push_back(std::move(a.content));
    return make_call(head.raw, std::move(contents));
  }

  void note_limit(const value* count) {
    if (std::exchange(made_.facts.has_limit, true) || count == nullptr) return;
    const double n = std::trunc(number_of(*count));
    constexpr double most = 9'007'199'254'740'992.0;
    if (n > 0) made_.facts.limit = static_cast<std::int64_t>(std::min(n, most));
  }
  void note_recording(const value& name) {
    std::string scratch;
    const auto text = text_of(name, scratch);
    auto& known = made_.facts.recordings;
    if (text && std::find(known.begin(), known.end(), *text) == known.end()) known.emplace_back(*text);
  }

  expr_ptr redact_call(std::vector<argument> args) {
    made_.facts.redacts = true;
    std::vector<selector> constants;
    std::vector<expr_ptr> others;
    for (argument& a : args) {
      const value* constant = a.content->constant();
      const auto* text = constant != nullptr ? std::get_if<std::string_view>(constant) : nullptr;
      if (text == nullptr) {
        others.push_back(std::move(a.content));
      } else if (auto what = read_selector(*text)) {
        constants.push_back(*std::move(what));
      } else { // a misspelt path would leave in the record what somebody wanted out of it
        return failed(*a.at);
      }
    }
    return make_redact(std::move(constants), std::move(others));
  }

  token_cursor from_;
  const find_macro& macros_;
  compiled_query made_;
  std::size_t level_ = 1;
};

} // namespace

compiled<compiled_query> parse(std::string_view text, const token_list& tokens, const find_macro& macros) {
  return parser{text, tokens, macros}.run();
}

bool is_reserved(std::string_view name) noexcept {
  return name == "and" || name == "or" || name == "true" || name == "false" || name == "nil";
}

} // namespace remora::filter::kfl1
