#include "tests/unit/script/item_fixture.hpp"

// The capitalised names of members (items, section 5).
namespace remora::script {
namespace {

class ItemAliases : public item_test {};

TEST_F(ItemAliases, ReadTheMembersTheyStandFor) {
  const item one = sample_item();
  const std::vector<std::pair<std::string, std::string>> aliases{
      {"data.Protocol.Name", "sample"},
      {"data.Protocol.Abbr", "SAMPLE"},
      {"data.Protocol.Abbreviation", "SAMPLE"},
      {"data.Request.Path", "/cart/items"},
      {"data.Response.Status", "200"},
      {"data.Source.IP", "10.1.3.20"},
      {"data.Src.Ip", "10.1.3.20"},
      {"data.Destination.Port", "7"},
      {"data.Dst.Port", "7"},
      {"data.ID === data.id && data.Id === data.id", "true"},
      {"data.TLS === false && data.Tls === false", "true"},
      {"data.Request.URL", "http://shop.example/cart/items"},
      {"data.Source.ProcessID + data.Source.ParentProcessID + data.Source.HostProcessID", "0"},
      {"data.Source.HostParentProcessID + data.Source.CgroupID + data.Source.SocketID", "0"},
      {"data.Source.ContainerID === ''", "true"},
      {"data.Capture.Source", "af_packet"},
      {"data.Request.Content.Text", "hello"},
      {"data.Node.Name", "node-a"},
      {"data.ElapsedTime", "12500"}};
  for (const auto& [expression, expected] : aliases)
    EXPECT_EQ(seen(one, expression), expected) << expression;
  EXPECT_EQ(seen(sample_half_item(), "data.Error.Message + data.Error.Msg"), "no responseno response");
}

TEST_F(ItemAliases, WriteTheMembersTheyStandFor) {
  EXPECT_EQ(seen(sample_item(), "data.response.status + ' ' + Object.keys(data.response).length",
                 "data.Response.Status = 5"),
            "5 10");
  EXPECT_EQ(seen(sample_item(), "data.src + data.id", "data.Source = 'a'; data.ID = 'b'"), "ab");
}

TEST_F(ItemAliases, AreNeitherListedNorWritten) {
  EXPECT_EQ(seen(sample_item(), "names.filter(function (n) { return /^[A-Z]/.test(n); }).length",
                 "var names = Object.keys(data); for (var n in data) names.push(n)"),
            "0");
  EXPECT_EQ(seen(sample_item(), "data.hasOwnProperty('Request')"), "false");
  EXPECT_EQ(seen(sample_item(), "'Request' in data"), "true");
}

TEST_F(ItemAliases, DoNotExistForWhatIsNoMember) {
  EXPECT_EQ(seen(sample_item(), "data.Requesr"), "undefined");
  EXPECT_EQ(seen(sample_item(), "'Message' in data"), "false");
  EXPECT_EQ(seen(sample_item(), "'Attempt' in data.request"), "true");
  EXPECT_EQ(seen(sample_item(), "data.request.Attempt"), "undefined");
}

TEST_F(ItemAliases, DoNotExistInFreeMaps) {
  EXPECT_EQ(seen(sample_item(), "data.request.headers.Host"), "undefined");
  sample_message request;
  request.headers = {{"Host", "A"}, {"host", "a"}};
  EXPECT_EQ(seen(sample_item(request), "data.request.headers.Host + data.request.headers.host"), "Aa");
}

TEST_F(ItemAliases, GiveWayToAMemberOfTheirName) {
  EXPECT_EQ(seen(sample_item(), "data.Mine + data.request.Path",
                 "data.Mine = 1; Object.defineProperty(data.request, 'Path', {value: 'own'})"),
            "1own");
}

TEST_F(ItemAliases, StayOfAnObjectThatAScriptKeeps) {
  auto vm = load(
      "var kept; function onItemCaptured(data) { kept = data; }"
      "jobs.schedule('show', '@hourly', function () { console.log(kept.Source.IP, kept.Request.URL); });");
  {
    const item_batch items = batch(sample_item());
    deliver_all(*vm, items);
  }
  vm->run_job("show");
  EXPECT_EQ(console.texts(), std::vector<std::string>{"10.1.3.20 http://shop.example/cart/items"});
}

TEST_F(ItemAliases, CannotBeChangedForLaterItems) {
  EXPECT_EQ(seen(sample_item(), "data.Request.Path",
                 "var p = Object.getPrototypeOf(data); p.Mine = 1; delete p.Request;"
                 "try { Object.defineProperty(p, 'Request', {value: 1}); } catch (e) {}"),
            "/cart/items");
}

TEST_F(ItemAliases, AreOfNoUseTornOff) {
  EXPECT_EQ(seen(sample_item(), "String(d.get.call(data)) + d.set.call(data, 1)",
                 "var d = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(data), 'Request')"),
            "undefinedundefined");
}

} // namespace
} // namespace remora::script
