#include "hub/api/routes/areas.hpp"
#include "hub/api/routes/declare.hpp"
#include "hub/api/routes/schemas.hpp"
#include "hub/api/routes/shapes.hpp"

namespace remora::hub {

void add_node_routes(http::router& into, service& hub) {
  add_route(
      into, http::method::get, "/nodes", "The nodes: where they are, how they fare, what they have done",
      [&hub](const http::request&) -> result<http::response> {
        auto nodes = hub.nodes();
        if (!nodes) return pass_on(std::move(nodes));
        json_writer out;
        write_items(out, *nodes, [&](const node_view& one) { write(out, one); });
        return http::json_response(out.take());
      },
      [](http::route& one) { one.answer_schema = schema::page_of(schema::node()); });
}

} // namespace remora::hub
