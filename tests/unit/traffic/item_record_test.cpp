#include "traffic/items/item_record.hpp"

#include <gmock/gmock.h>

#include "filter/json_record.hpp"
#include "filter/query.hpp"
#include "http_talk.hpp"
#include "protocol/item/json_writer.hpp"

namespace remora::traffic {
namespace {

TEST(ItemRecord, IsTheSameDocumentAsTheItemsJson) {
  for (const item& one : http_talk{}.client("GET /a?q=1 HTTP/1.1\r\nHost: x\r\n\r\n")
                             .server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
                             .items())
    EXPECT_EQ(item_record{one}.whole().dump(), nlohmann::json::parse(to_json(members_of(one))).dump());
}

} // namespace
} // namespace remora::traffic
