#include "filter/macro_table.hpp"

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>
#include <vector>

#include "base/utf8.hpp"
#include "filter/kfl1/parser.hpp"
#include "filter/limits.hpp"

namespace remora::filter {

namespace {

std::uint64_t next_version() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

bool is_identifier(std::string_view name) {
  const auto tokens = lex(name);
  return tokens && tokens->size() == 2 && tokens->front().kind == token_kind::identifier &&
         tokens->front().raw == name;
}

} // namespace

/// Compiles macros in the order in which they need each other.
class macro_compiler {
 public:
  explicit macro_compiler(const macro_table::texts& texts) noexcept : texts_{texts} {}

  result<macro_table::compiled_macros> run() {
    for (const auto& [name, text] : texts_) {
      if (!is_identifier(name) || kfl1::is_reserved(name))
        return fail(errc::invalid_config,
                    "macro " + remora::quoted(name) + ": the name is no identifier or is reserved");
      find(name);
      if (failure_) return tl::unexpected(*std::move(failure_));
    }
    return std::move(made_);
  }

 private:
  using macro_ptr = std::shared_ptr<const kfl1::compiled_query>;

  /// The macro of a name, compiled now if it was not yet; null when there is none, or after a failure.
  macro_ptr find(std::string_view name) {
    if (failure_) return nullptr;
    if (const auto done = made_.find(name); done != made_.end()) return done->second;
    const auto text = texts_.find(std::string{name});
    if (text == texts_.end()) return nullptr;
    if (std::find(open_.begin(), open_.end(), name) != open_.end())
      return refuse(name, "uses itself: " + way(name));
    if (open_.size() >= kfl1::max_depth) return refuse(name, "uses too many others");
    open_.emplace_back(name);
    auto content = compile(text->second);
    open_.pop_back();
    if (failure_) return nullptr;
    if (!content) return refuse(name, content.error().text());
    auto made = std::make_shared<const kfl1::compiled_query>(*std::move(content));
    return made_.emplace(name, std::move(made)).first->second;
  }

  compiled<kfl1::compiled_query> compile(const std::string& text) {
    if (text.size() > max_query_bytes) return tl::unexpected(compile_error{1, 1, "query too long"});
    const auto tokens = lex(text);
    if (!tokens) return tl::unexpected(tokens.error());
    return kfl1::parse(text, *tokens, [this](std::string_view name) { return find(name); });
  }

  std::string way(std::string_view back_to) const {
    std::string text;
    for (const std::string& name : open_)
      text += name + " -> ";
    return text.append(back_to);
  }
  macro_ptr refuse(std::string_view name, const std::string& why) {
    failure_ = error{errc::invalid_config, "macro " + remora::quoted(name) + ": " + why};
    return nullptr;
  }

  const macro_table::texts& texts_;
  macro_table::compiled_macros made_;
  std::vector<std::string> open_;
  std::optional<error> failure_;
};

macro_table::macro_table() : macro_table(*make({})) {}

macro_table::macro_table(compiled_macros made)
    : macros_{std::make_shared<const compiled_macros>(std::move(made))}, version_{next_version()} {}

result<macro_table> macro_table::make(const texts& custom) {
  texts all = custom;
  all.emplace("https", "tls and (http or http2)");
  auto made = macro_compiler{all}.run();
  if (!made) return pass_on(std::move(made));
  return macro_table{*std::move(made)};
}

std::shared_ptr<const kfl1::compiled_query> macro_table::find(std::string_view name) const {
  const auto found = macros_->find(name);
  return found != macros_->end() ? found->second : nullptr;
}

} // namespace remora::filter
