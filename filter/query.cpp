#include "filter/query.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "filter/evaluation.hpp"
#include "filter/kfl1/parser.hpp"
#include "filter/kfl2/program.hpp"
#include "filter/kfl2/variables.hpp"
#include "filter/limits.hpp"
#include "filter/syntax/dialect.hpp"

namespace remora::filter {

namespace {

outcome conclude(evaluation& e, bool matched) {
  outcome o;
  if (e.failure() != nullptr) {
    o.failure = e.failure();
    return o;
  }
  o.matched = matched;
  if (matched && e.is_altered()) o.altered = std::make_shared<const nlohmann::json>(e.take_altered());
  return o;
}

class empty_query final : public query {
 public:
  empty_query() noexcept : query{dialect::none} {}
  outcome evaluate(record&, timestamp) const override { return {true, {}, nullptr}; }
};

class kfl1_query final : public query {
 public:
  explicit kfl1_query(kfl1::compiled_query content) : query{dialect::kfl1}, root_{std::move(content.root)} {
    redacts_ = content.facts.redacts;
    limit_ = content.facts.limit;
    recordings_ = std::move(content.facts.recordings);
  }
  outcome evaluate(record& on, timestamp now) const override {
    evaluation e{on, now};
    const bool matched = kfl1::is_true(root_->evaluate(e));
    return conclude(e, matched);
  }

 private:
  kfl1::expr_ptr root_;
};

class kfl2_query final : public query {
 public:
  explicit kfl2_query(kfl2::program content) : query{dialect::kfl2}, program_{std::move(content)} {
    redacts_ = program_.redacts();
  }
  outcome evaluate(record& on, timestamp now) const override {
    evaluation e{on, now};
    const auto answer = program_.run(e);
    if (!answer) e.fail(answer.error());
    return conclude(e, answer.value_or(false));
  }

 private:
  kfl2::program program_;
};

compiled<query_ptr> compile_kfl1(std::string_view text, const token_list& tokens, const macro_table& macros) {
  auto made = kfl1::parse(text, tokens, [&](std::string_view name) { return macros.find(name); });
  if (!made) return tl::unexpected(std::move(made).error());
  return std::make_shared<const kfl1_query>(*std::move(made));
}

compiled<query_ptr> compile_kfl2(std::string_view text, const token_list& tokens, const macro_table& macros) {
  auto made = kfl2::compile(text, tokens, macros);
  if (!made) return tl::unexpected(std::move(made).error());
  return std::make_shared<const kfl2_query>(*std::move(made));
}

} // namespace

compiled<query_ptr> compile(std::string_view text, const macro_table& macros) {
  if (text.size() > max_query_bytes) return tl::unexpected(compile_error{1, 1, "query too long"});
  const auto tokens = lex(text);
  if (!tokens) return tl::unexpected(tokens.error());
  switch (guess_dialect(*tokens, kfl2::is_kfl2_only)) {
    case dialect_hint::empty:
      return std::make_shared<const empty_query>();
    case dialect_hint::kfl1:
      return compile_kfl1(text, *tokens, macros);
    case dialect_hint::kfl2:
      return compile_kfl2(text, *tokens, macros);
    case dialect_hint::neutral:
      break;
  }
  if (auto as_kfl2 = compile_kfl2(text, *tokens, macros)) return as_kfl2;
  return compile_kfl1(text, *tokens, macros);
}

} // namespace remora::filter
