#include "hub/api/routes/areas.hpp"
#include "hub/api/routes/declare.hpp"
#include "hub/api/routes/examples.hpp"
#include "hub/api/routes/json_writer.hpp"
#include "hub/api/routes/schemas.hpp"
#include "protocol/script_source.hpp"

namespace remora::hub {

void add_example_routes(http::router& into) {
  add_route(
      into, http::method::get, "/examples", "Scripts to begin with",
      [](const http::request&) {
        json_writer out;
        write_items(out, shipped_examples(), [&](const example& one) {
          out.object([&] { out.text("title", script_title(one.code, one.file)).text("code", one.code); });
        });
        return http::json_response(out.take());
      },
      [](http::route& one) {
        one.answer_schema =
            schema::page_of(schema::object({{"title", schema::text}, {"code", schema::text}}));
      });
}

} // namespace remora::hub
