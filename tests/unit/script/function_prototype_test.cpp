#include "tests/unit/script/item_fixture.hpp"

// The default `prototype` of a function is made when a script asks for it, which no script can tell.
namespace remora::script {
namespace {

class FunctionPrototype : public item_test {};

TEST_F(FunctionPrototype, IsThatOfTheLanguage) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"F.prototype.constructor === F", "true"},
      {"F.prototype === F.prototype", "true"},
      {"Object.getPrototypeOf(new F()) === F.prototype", "true"},
      {"new F() instanceof F", "true"},
      {"({}) instanceof F", "false"},
      {"'prototype' in F", "true"},
      {"F.hasOwnProperty('prototype')", "true"},
      {"Object.keys(F).length + Object.keys(F.prototype).length", "0"},
      {"Object.getOwnPropertyNames(F).indexOf('prototype') >= 0", "true"},
      {"Object.getPrototypeOf(F.prototype) === Object.prototype", "true"},
      {"JSON.stringify(Object.getOwnPropertyDescriptor(F, 'prototype'))",
       R"({"value":{},"writable":true,"enumerable":false,"configurable":false})"},
      {"JSON.stringify(Object.getOwnPropertyDescriptor(F.prototype, 'constructor'))",
       R"({"writable":true,"enumerable":false,"configurable":true})"},
      {"delete F.prototype", "false"},
      {"(F.prototype = {a: 1}, new F().a)", "1"},
      {"(F.prototype.m = function () { return 2; }, new F().m())", "2"},
      {"(Object.freeze(F), F.prototype = 1, F.prototype.constructor === F)", "true"},
      {"(Object.defineProperty(F, 'prototype', {writable: false}), F.prototype.constructor === F)", "true"},
      {"(Object.defineProperty(F, 'prototype', {value: {a: 3}}), new F().a)", "3"},
      {"(function G() {}).prototype.constructor.name", "G"},
      {"Object.getPrototypeOf(new (F.bind(null))()) === F.prototype", "true"},
      {"(F.call(F.prototype), F.prototype instanceof Object)", "true"}};
  for (const auto& [expression, expected] : cases)
    EXPECT_EQ(logged("(function () { function F() {} return " + expression + "; })()"), expected)
        << expression;
}

TEST_F(FunctionPrototype, OfAFunctionInAHookDoesNotKeepItsItem) {
  auto vm = load(
      "var n = 0; function onItemCaptured(data) {"
      "['a'].forEach(function (name) { n += data.request.path.length; }); }");
  const std::uint64_t before = sample_statuses_written();
  const item one = sample_item();
  vm->deliver(&one, &one + 1);
  EXPECT_EQ(sample_statuses_written(), before) << "members were worked out that nobody reads";
}

TEST_F(FunctionPrototype, FunctionsGoWithoutACollection) {
  auto vm = load(
      "function onItemCaptured(data) { for (var i = 0; i < 100; ++i) (function () { return data; })(); }");
  const item one = sample_item();
  vm->deliver(&one, &one + 1);
  const std::size_t before = vm->heap_bytes();
  vm->deliver(&one, &one + 1);
  EXPECT_EQ(vm->heap_bytes(), before);
}

} // namespace
} // namespace remora::script
