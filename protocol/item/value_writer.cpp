#include "protocol/item/value_writer.hpp"

namespace remora {

void write_members(shaped what, value_writer& to) {
  for (const member& one : *what.of) {
    if (one.is_there != nullptr && !one.is_there(what.at)) continue;
    to.key(one.name);
    one.write(what.at, to);
  }
}

void value_writer::part(shaped what) {
  begin_object();
  write_members(what, *this);
  end_object();
}

} // namespace remora
