#include "protocol/item/json_writer.hpp"
#include "tests/unit/script/item_fixture.hpp"

// What a script sees of an item is a plain object (items, section 5), though its members are worked out late.
namespace remora::script {
namespace {

class ItemObject : public item_test {};

TEST_F(ItemObject, HasTheMembersOfTheItem) {
  sample_message request;
  request.attempt = 2;
  const item one = sample_item(request, {"/x", 404});
  const std::vector<std::pair<std::string, std::string>> members{
      {"data.id", "10.1.0.7:30001/000000000042.pcap-3"},
      {"data.seq", "7"},
      {"data.node.name", "node-a"},
      {"data.protocol.abbr", "SAMPLE"},
      {"data.protocol.ports", "7,77"},
      {"data.src.ip", "10.1.3.20"},
      {"typeof data.src.port", "string"},
      {"data.dst.ip", "2001:db8::1"},
      {"data.timestamp", "1700000000250"},
      {"data.elapsedTime", "12500"},
      {"data.tls", "false"},
      {"data.error", "null"},
      {"data.request.path", "/cart/items"},
      {"data.request.attempt", "2"},
      {"data.request.headers.host", "shop.example"},
      {"data.request.tags.length", "2"},
      {"data.request.nothing", "null"},
      {"data.request.content.text", "hello"},
      {"data.request.content.encoded", "aGVsbG8="},
      {"data.response.status", "404"},
      {"data.response.success", "false"},
      {"data.response.attempt", "undefined"},
      {"data['response']['status']", "404"},
      {"data.nothing", "undefined"},
      {"data.response.status === data.response.status", "true"},
      {"data.response === data.response", "true"},
      {"data.request.headers === data.request.headers", "true"}};
  for (const auto& [expression, expected] : members)
    EXPECT_EQ(seen(one, expression), expected) << expression;
}

TEST_F(ItemObject, OfAHalfItemHasAnErrorAndNoResponse) {
  const item one = sample_half_item();
  EXPECT_EQ(seen(one, "data.error && data.error.msg"), "no response");
  EXPECT_EQ(seen(one, "data.response"), "null");
}

TEST_F(ItemObject, IsWrittenByJsonStringifyAsTheItemIs) {
  sample_message odd;
  odd.path = "/\xE2\x82\xAC\"\\\n\x01\x7f/\xF0\x9F\x98\x80\xE2\x80\xA8";
  odd.body = std::string{"\x00\xff\xfe ok", 6};
  odd.headers = {{"host", "a"}, {"\xC3\xA9", "\xff"}, {"__proto__", "p"}, {"", "empty"}, {"toJSON", "t"}};
  odd.tags = {};
  odd.lines = {"one", "", "three"};
  odd.offset = 9'007'199'254'740'993;
  odd.trace = "t-1";
  sample_message edge;
  edge.offset = -9'007'199'254'740'992;
  edge.status = -1;
  const item_batch items =
      batch(sample_item(), sample_item(odd, edge), sample_half_item(odd), sample_item(edge, odd));
  auto vm = load("function onItemCaptured(data) { console.log(JSON.stringify(data)); }");
  auto late = load(
      "function onItemCaptured(data) { data.src.ip; data.request.headers; data.request.path;"
      "console.log(JSON.stringify(data)); }");
  auto slow = load(
      "function onItemCaptured(data) {"
      "console.log(JSON.stringify(data, function (key, value) { return value; })); }");
  for (const item& one : items) {
    console.lines.clear();
    for (script_vm* reader : {vm.get(), late.get(), slow.get()})
      reader->deliver(&one, &one + 1);
    ASSERT_EQ(console.lines.size(), 3u);
    for (const auto& line : console.lines)
      EXPECT_EQ(line.text, to_json(members_of(one)));
  }
}

TEST_F(ItemObject, ListsItsMembersInTheOrderOfTheContract) {
  const item one = sample_item();
  EXPECT_EQ(seen(one, "Object.keys(data.src).slice(0, 4)"), "ip,port,name,namespace");
  EXPECT_EQ(seen(one, "Object.keys(data).length"), "42");
  EXPECT_EQ(seen(one, "found", "var found = []; for (var name in data.request) found.push(name)"),
            "path,url,status,offset,success,nothing,headers,tags,lines,content");
  EXPECT_EQ(seen(one, "Object.getOwnPropertyNames(data.request).length"), "10");
  EXPECT_EQ(seen(one, "Object.keys(data).map(function (k) { return data[k]; }).indexOf('dst') >= 0"), "true");
}

TEST_F(ItemObject, KnowsItsMembersWithoutReadingThem) {
  const item one = sample_item();
  const std::uint64_t before = sample_statuses_written();
  EXPECT_EQ(seen(one, "'status' in data.response"), "true");
  EXPECT_EQ(seen(one, "data.response.hasOwnProperty('status')"), "true");
  EXPECT_EQ(seen(one, "data.response.propertyIsEnumerable('status')"), "true");
  EXPECT_EQ(seen(one, "'attempt' in data.response"), "false");
  EXPECT_EQ(seen(one, "Object.keys(data.response).indexOf('status')"), "2");
  EXPECT_EQ(sample_statuses_written(), before);
}

TEST_F(ItemObject, WorksAMemberOutOnceAndOnlyWhenItIsRead) {
  auto vm = load(
      "var n = 0; function onItemCaptured(data) { n += data.response.status; n += data.response.status; }");
  const item one = sample_item();
  const std::uint64_t before = sample_statuses_written();
  vm->deliver(&one, &one + 1);
  EXPECT_EQ(sample_statuses_written(), before + 1);
}

TEST_F(ItemObject, GivesPlainDataPropertiesToWhoeverAsksForADescriptor) {
  EXPECT_EQ(seen(sample_item(), "JSON.stringify(Object.getOwnPropertyDescriptor(data.response, 'status'))"),
            R"({"value":200,"writable":true,"enumerable":true,"configurable":true})");
}

TEST_F(ItemObject, CanBeChangedAsAnyOther) {
  const item one = sample_item();
  const std::vector<std::pair<std::string, std::string>> changes{
      {"data.response.status = 'x'", "x"},
      {"data.response.status++", "201"},
      {"data.response.status += 1", "201"},
      {"delete data.response.status", "undefined"},
      {"delete data.response.status; data.response.status = 5", "5"},
      {"data.response = {status: 6}", "6"},
      {"data['response']['sta' + 'tus'] = 7", "7"},
      {"with (data.response) { status = 8; }", "8"},
      {"Object.defineProperty(data.response, 'status', {value: 9})", "9"},
      {"Object.defineProperty(data.response, 'status', {get: function () { return 10; }})", "10"},
      {"Object.defineProperty(data.response, 'status', {enumerable: false})", "200"},
      {"Object.freeze(data.response); data.response.status = 11", "200"},
      {"Object.seal(data.response); data.response.status = 12", "12"},
      {"Object.freeze(data); data.response.status = 13", "13"},
      {"Object.preventExtensions(data.response); data.response.status = 14", "14"},
      {"data.response.extra = 1; data.response.status = 15", "15"},
      {"Object.setPrototypeOf(data.response, null)", "200"}};
  for (const auto& [change, expected] : changes)
    EXPECT_EQ(seen(one, "data.response.status", change), expected) << change;
}

TEST_F(ItemObject, IsFrozenAsAWholeThoughNothingWasRead) {
  EXPECT_EQ(seen(sample_item(),
                 "Object.isFrozen(data.response) + ' ' + data.response.path + ' ' + data.response.status",
                 "Object.freeze(data.response); data.response.path = 'changed'"),
            "true /cart/items 200");
}

TEST_F(ItemObject, TakesNewMembersAfterItsOwn) {
  EXPECT_EQ(seen(sample_item(), "Object.keys(data).pop() + JSON.stringify(data).slice(-10)", "data.mine = 1"),
            "mine,\"mine\":1}");
}

TEST_F(ItemObject, CanBeCopiedMemberByMember) {
  EXPECT_EQ(seen(sample_item(), "JSON.stringify(copy) === JSON.stringify(data)",
                 "var copy = {}; for (var k in data) copy[k] = data[k]"),
            "true");
  EXPECT_EQ(seen(sample_item(), "JSON.stringify(Object.assign({}, data)) === JSON.stringify(data)"), "true");
}

TEST_F(ItemObject, ServesTheFunctionsOfArraysAndTheRegularExpressions) {
  EXPECT_EQ(seen(sample_item(),
                 "data.request.tags.concat(['c']).join('-') + data.request.path.replace(/^.*\\//, '')"),
            "a-b-citems");
}

TEST_F(ItemObject, OfAListOfPartsIsAnArrayOfObjects) {
  sample_message request;
  for (int i = 0; i < 1000; ++i)
    request.lines.push_back("line " + std::to_string(i));
  const item one = sample_item(request);
  EXPECT_EQ(seen(one, "Array.isArray(data.request.lines)"), "true");
  EXPECT_EQ(seen(one, "data.request.lines.length"), "1000");
  EXPECT_EQ(seen(one, "data.request.lines[0].text + data.request.lines[999].text"), "line 0line 999");
  EXPECT_EQ(seen(one, "data.request.lines[999].Text"), "line 999");
  EXPECT_EQ(seen(one, "data.request.lines.filter(function (l) { return l.length > 7; }).length"), "900");
}

TEST_F(ItemObject, GivesIntegersThatJavaScriptCannotHoldAsText) {
  const std::vector<std::pair<std::int64_t, std::string>> cases{
      {0, "number 0"},
      {9'007'199'254'740'992, "number 9007199254740992"},
      {9'007'199'254'740'993, "string 9007199254740993"},
      {INT64_MIN, "string -9223372036854775808"}};
  for (const auto& [offset, expected] : cases) {
    sample_message request;
    request.offset = offset;
    EXPECT_EQ(seen(sample_item(request), "typeof data.request.offset + ' ' + data.request.offset"), expected);
  }
}

TEST_F(ItemObject, HoldsBytesOfTheWireAsWellFormedText) {
  sample_message request;
  request.path = "a\xff\x80z\xF0\x9F\x98\x80";
  EXPECT_EQ(seen(sample_item(request), "data.request.path.length"), "6");
  EXPECT_EQ(seen(sample_item(request), "data.request.path.charCodeAt(1).toString(16)"), "fffd");
}

TEST_F(ItemObject, HoldsNamesOfTheWireWithoutObeyingThem) {
  sample_message request;
  request.headers = {{"__proto__", "x"}, {"constructor", "y"}, {"7", "z"}, {"\x82hidden", "h"}};
  const item one = sample_item(request);
  EXPECT_EQ(seen(one, "Object.keys(data.request.headers).length"), "4");
  EXPECT_EQ(seen(one, "Object.getPrototypeOf(data.request.headers) === Object.prototype"), "true");
  EXPECT_EQ(seen(one, "data.request.headers[7] + data.request.headers.constructor"), "zy");
}

TEST_F(ItemObject, IsNotDisturbedByWhatAScriptDoesToThePrototypesOfTheLanguage) {
  const std::string traps =
      "Object.defineProperty(Object.prototype, 'host', {set: function () { console.log('caught'); }});"
      "Object.defineProperty(Object.prototype, 'status', {set: function () { console.log('caught'); }});"
      "Object.defineProperty(Array.prototype, '0', {set: function () { console.log('caught'); }})";
  EXPECT_EQ(
      seen(sample_item(), "data.request.headers.host + data.request.tags[0] + data.response.status", traps),
      "shop.examplea200");
  EXPECT_EQ(console.lines.size(), 1u);
}

TEST_F(ItemObject, ObeysAToJsonThatAScriptDefined) {
  EXPECT_EQ(seen(sample_item(), "JSON.stringify(data.response)",
                 "data.response.toJSON = function () { return 1; }"),
            "1");
  EXPECT_EQ(seen(sample_item(), "JSON.parse(JSON.stringify(data)).src",
                 "Object.prototype.toJSON = function () { return this.ip ? 'end' : this; }"),
            "end");
  EXPECT_EQ(seen(sample_item(), "JSON.parse(JSON.stringify(data)).request.tags",
                 "Array.prototype.toJSON = function () { return 'list'; }"),
            "list");
}

TEST_F(ItemObject, IsWrittenAsJsonWithoutMakingItsValues) {
  limit.memory_bytes = 16u << 20; // a hundred thousand objects do not fit
  sample_message request;
  request.lines.assign(100'000, "a line");
  EXPECT_EQ(seen(sample_item(request), "JSON.stringify(data.request).length > 2500000"), "true");
}

TEST_F(ItemObject, IsWrittenTheSameWhetherItWasReadBefore) {
  sample_message request;
  request.headers = {{"b", "1"},    {"7", "seven"}, {"\xC3\xA9", "e"},
                     {"\xff", "1"}, {"\xfe", "2"},  {"a", "\xff"}};
  const item one = sample_item(request);
  EXPECT_EQ(seen(one, "first === JSON.stringify(data)",
                 "var first = JSON.stringify(data); for (var k in data) data[k];"
                 "for (k in data.request) data.request[k]"),
            "true");
  EXPECT_EQ(
      seen(one, "JSON.stringify(data.request.headers) + Object.keys(data.request.headers).length", ""),
      "{\"7\":\"seven\",\"b\":\"1\",\"\xC3\xA9\":\"e\",\"\xEF\xBF\xBD\":\"2\",\"a\":\"\xEF\xBF\xBD\"}5");
}

TEST_F(ItemObject, IsWrittenWithTheChangesOfTheScript) {
  EXPECT_EQ(
      seen(sample_item(), "JSON.stringify(data.node)", "data.node.name = 'x'; data.node.more = [data.tls]"),
      R"({"ip":"10.1.0.7","name":"x","more":[false]})");
  EXPECT_EQ(seen(sample_item(), "JSON.stringify(data.node)",
                 "Object.defineProperty(data.node, 'ip', {enumerable: false})"),
            R"({"name":"node-a"})");
}

TEST_F(ItemObject, IsIndentedByJsonStringifyOnRequest) {
  EXPECT_EQ(seen(sample_item(), "JSON.stringify(data.node, null, 2)"),
            "{\n  \"ip\": \"10.1.0.7\",\n  \"name\": \"node-a\"\n}");
}

} // namespace
} // namespace remora::script
