#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>
#include <system_error>
#include <utility>

#include "filter/kfl2/ast.hpp"
#include "filter/syntax/cursor.hpp"
#include "filter/syntax/escapes.hpp"

namespace remora::filter::kfl2 {

namespace {

constexpr std::size_t max_depth = 200;

constexpr std::string_view reserved_words[] = {
    "as",  "break", "const", "continue",  "else",    "false",  "for",  "function", "if",   "import", "in",
    "let", "loop",  "null",  "namespace", "package", "return", "true", "var",      "void", "while"};

bool is_reserved(std::string_view word) {
  return std::find(std::begin(reserved_words), std::end(reserved_words), word) != std::end(reserved_words);
}
/// Words that may not even follow a dot.
bool is_keyword(std::string_view word) noexcept {
  return word == "true" || word == "false" || word == "null" || word == "in";
}

/// The whole number that a literal writes, without its sign.
std::optional<std::uint64_t> read_magnitude(std::string_view raw) noexcept {
  const bool hex = raw.size() > 2 && (raw[1] == 'x' || raw[1] == 'X');
  if (hex) raw.remove_prefix(2);
  std::uint64_t magnitude = 0;
  const char* end = raw.data() + raw.size();
  const auto [stop, failed] = std::from_chars(raw.data(), end, magnitude, hex ? 16 : 10);
  if (failed != std::errc{} || stop != end) return std::nullopt;
  return magnitude;
}

std::optional<ast::constant> read_number(std::string_view raw, bool negative) noexcept {
  const bool hex = raw.size() > 2 && (raw[1] == 'x' || raw[1] == 'X');
  if (!hex && raw.find_first_of(".eE") != std::string_view::npos) {
    double number = 0;
    const char* end = raw.data() + raw.size();
    const auto [stop, failed] = std::from_chars(raw.data(), end, number);
    if (failed != std::errc{} || stop != end) return std::nullopt;
    return negative ? -number : number;
  }
  if (raw.back() == 'u' || raw.back() == 'U') {
    const auto magnitude = read_magnitude(raw.substr(0, raw.size() - 1));
    if (!magnitude || negative) return std::nullopt;
    return *magnitude;
  }
  constexpr std::uint64_t most = std::uint64_t{1} << 63;
  const auto magnitude = read_magnitude(raw);
  if (!magnitude || *magnitude > most - (negative ? 0 : 1)) return std::nullopt;
  return static_cast<std::int64_t>(negative ? ~*magnitude + 1 : *magnitude);
}

/// Recursive descent with the levels of section 5.2. Each function returns null once the cursor has failed.
class parser {
 public:
  parser(std::string_view text, const token_list& tokens) noexcept : text_{text}, from_{text, tokens} {}

  compiled<ast_ptr> run() {
    ast_ptr root = conditional();
    if (root != nullptr && peek().kind != token_kind::end) from_.fail(peek());
    if (from_.failure()) return tl::unexpected(*from_.failure());
    return root;
  }

 private:
  const token& peek(std::size_t ahead = 0) const noexcept { return from_.peek(ahead); }
  ast_ptr failed(const token& t) {
    from_.fail(t);
    return nullptr;
  }
  /// Two characters without space between them.
  bool at_pair(char a, char b) const noexcept {
    return peek().is(a) && peek(1).is(b) && peek().end_offset() == peek(1).offset;
  }

  class level {
   public:
    level(parser& p, const token& t) : parser_{p} {
      good = ++parser_.level_ <= max_depth || parser_.from_.fail(t, "query too deep");
    }
    level(const level&) = delete;
    level& operator=(const level&) = delete;
    ~level() { --parser_.level_; }
    bool good;

   private:
    parser& parser_;
  };

  static ast_ptr make(ast::kind what, const token& t) {
    auto node = std::make_unique<ast>();
    node->what = what;
    node->offset = t.offset;
    return node;
  }
  /// A node with its children. Null when one failed or the tree grows too deep at `t`.
  template <class... Children>
  ast_ptr node(ast::kind what, const token& t, std::string_view text, Children... children) {
    ast_ptr made = make(what, t);
    made->text = text;
    const bool good = (adopt(*made, std::move(children), t) && ...);
    return good ? std::move(made) : nullptr;
  }
  bool adopt(ast& parent, ast_ptr child, const token& t) {
    if (child == nullptr) return false;
    parent.depth = std::max(parent.depth, child->depth + 1);
    parent.children.push_back(std::move(child));
    return parent.depth <= max_depth || from_.fail(t, "query too deep");
  }

  ast_ptr conditional() {
    ast_ptr condition = logic(ast::kind::any_of, '|');
    if (condition == nullptr || !peek().is('?')) return condition;
    const token& question = from_.take();
    const level inner{*this, question};
    if (!inner.good) return nullptr;
    ast_ptr yes = logic(ast::kind::any_of, '|');
    if (yes == nullptr || !from_.expect(':')) return nullptr;
    return node(ast::kind::conditional, question, "?:", std::move(condition), std::move(yes), conditional());
  }

  /// a || b || c, or with && one level below.
  ast_ptr logic(ast::kind what, char symbol) {
    const auto operand = [&] {
      return what == ast::kind::any_of ? logic(ast::kind::all_of, '&') : relation();
    };
    ast_ptr first = operand();
    if (first == nullptr || !at_pair(symbol, symbol)) return first;
    ast_ptr chain = node(what, peek(), {}, std::move(first));
    while (chain != nullptr && at_pair(symbol, symbol)) {
      const token& t = from_.take();
      from_.take();
      chain->operator_offsets.push_back(t.offset);
      if (!adopt(*chain, operand(), t)) return nullptr;
    }
    return chain;
  }

  /// The comparison that begins here; empty when none does.
  std::string_view comparison() const noexcept {
    for (const std::string_view op : {"==", "!=", "<=", ">="})
      if (at_pair(op[0], op[1])) return op;
    if (peek().is('<')) return "<";
    if (peek().is('>')) return ">";
    return peek().is_word("in") ? "in" : "";
  }
  ast_ptr relation() {
    ast_ptr left = sum();
    for (std::string_view op = comparison(); left != nullptr && !op.empty(); op = comparison()) {
      const token& t = from_.take();
      if (op.size() == 2 && op != "in") from_.take();
      left = node(ast::kind::binary, t, op, std::move(left), sum());
    }
    return left;
  }
  ast_ptr sum() {
    ast_ptr left = product();
    while (left != nullptr && (peek().is('+') || peek().is('-'))) {
      const token& t = from_.take();
      left = node(ast::kind::binary, t, t.raw, std::move(left), product());
    }
    return left;
  }
  ast_ptr product() {
    ast_ptr left = unary();
    while (left != nullptr && (peek().is('*') || peek().is('/') || peek().is('%'))) {
      const token& t = from_.take();
      left = node(ast::kind::binary, t, t.raw, std::move(left), unary());
    }
    return left;
  }

  ast_ptr unary() {
    const token& first = peek();
    const char op = first.is('!') ? '!' : first.is('-') ? '-' : '\0';
    if (op == '\0') return member();
    std::size_t count = 0;
    for (; peek().is(op); from_.take())
      ++count;
    // The last sign belongs to the number, so that the least int can be written.
    negative_ = op == '-' && peek().kind == token_kind::number;
    if (negative_) --count;
    ast_ptr operand = member();
    if (count == 0) return operand;
    ast_ptr made = node(ast::kind::unary, first, first.raw, std::move(operand));
    if (made != nullptr) made->count = count;
    return made;
  }

  ast_ptr member() {
    ast_ptr left = primary();
    while (left != nullptr && (peek().is('.') || peek().is('['))) {
      const token& t = from_.take();
      if (t.is('[')) {
        const level inner{*this, t};
        left = node(ast::kind::index, t, "[]", std::move(left), inner.good ? conditional() : nullptr);
        if (left != nullptr && !from_.expect(']')) return nullptr;
        continue;
      }
      const token& name = peek();
      if (name.kind != token_kind::identifier || is_keyword(name.raw)) return failed(name);
      from_.take();
      if (!peek().is('(')) {
        left = node(ast::kind::select, t, name.raw, std::move(left));
      } else {
        left = arguments(node(ast::kind::method, peek(), name.raw, std::move(left)), name);
      }
    }
    return left;
  }

  /// The cursor is at the parenthesis.
  ast_ptr arguments(ast_ptr call, const token& name) {
    if (call == nullptr) return nullptr;
    call->name_offset = name.offset;
    const token& open = from_.take();
    const level inner{*this, open};
    if (!inner.good) return nullptr;
    if (from_.skip(')')) return call;
    do {
      if (!adopt(*call, conditional(), open)) return nullptr;
    } while (from_.skip(','));
    return from_.expect(')') ? std::move(call) : nullptr;
  }

  ast_ptr primary() {
    const bool negative = std::exchange(negative_, false);
    const token& t = peek();
    switch (t.kind) {
      case token_kind::number:
        return number(negative);
      case token_kind::text:
        return quoted_text();
      case token_kind::identifier:
        return word(false);
      default:
        break;
    }
    if (t.is('(')) return parenthesis();
    if (t.is('[') || t.is('{')) return aggregate(t.is('{'));
    if (!t.is('.')) return failed(t);
    from_.take();
    return peek().kind == token_kind::identifier ? word(true) : failed(peek());
  }

  ast_ptr number(bool negative) {
    const token& t = peek();
    const auto content = read_number(t.raw, negative);
    if (!content) return failed(t);
    from_.take();
    ast_ptr made = make(ast::kind::literal, t);
    made->content = *content;
    return made;
  }

  ast_ptr quoted_text() {
    const token& t = from_.take();
    if (t.quote == '`') return failed(t);
    auto content = kfl2_string(text_, t);
    if (!content) {
      from_.fail(std::move(content).error());
      return nullptr;
    }
    ast_ptr made = make(ast::kind::literal, t);
    if (t.prefix.find_first_of("bB") != std::string_view::npos) {
      made->content = ast::bytes{*std::move(content)};
    } else {
      made->content = *std::move(content);
    }
    return made;
  }

  ast_ptr word(bool rooted) {
    const token& t = from_.take();
    ast_ptr made = make(ast::kind::literal, t);
    if (!rooted && (t.raw == "true" || t.raw == "false")) {
      made->content = t.raw == "true";
      return made;
    }
    if (!rooted && t.raw == "null") return made;
    if (t.raw == "in") return failed(t);
    if (is_reserved(t.raw)) {
      from_.fail(t, "reserved word \"" + std::string{t.raw} + '"');
      return nullptr;
    }
    made->text = t.raw;
    made->rooted = rooted;
    if (!peek().is('(')) {
      made->what = ast::kind::name;
      return made;
    }
    made->what = ast::kind::call;
    made->offset = peek().offset;
    return arguments(std::move(made), t);
  }

  ast_ptr parenthesis() {
    const level inner{*this, from_.take()};
    ast_ptr content = inner.good ? conditional() : nullptr;
    if (content == nullptr || !from_.expect(')')) return nullptr;
    return content;
  }

  /// [a, b] or {a: b}, with a comma at the end or without.
  ast_ptr aggregate(bool is_map) {
    const char close = is_map ? '}' : ']';
    const token& open = from_.take();
    const level inner{*this, open};
    ast_ptr made = make(is_map ? ast::kind::map : ast::kind::list, open);
    if (!inner.good) return nullptr;
    while (!from_.skip(close)) {
      if (!adopt(*made, conditional(), open)) return nullptr;
      if (is_map && (!from_.expect(':') || !adopt(*made, conditional(), open))) return nullptr;
      if (!from_.skip(',') && !peek().is(close)) return failed(peek());
    }
    return made;
  }

  std::string_view text_;
  token_cursor from_;
  std::size_t level_ = 1;
  bool negative_ = false; ///< The number that comes next has a sign.
};

} // namespace

compiled<ast_ptr> parse(std::string_view text, const token_list& tokens) {
  return parser{text, tokens}.run();
}

} // namespace remora::filter::kfl2
