#include "script/files/name_file.hpp"

#include "base/log.hpp"
#include "script/captures.hpp"

namespace remora::script {

void name_file::refresh(data_root& in, capture_desk& from, std::chrono::steady_clock::time_point now) {
  if (looked_ && now - *looked_ < between_looks) return;
  looked_ = now;
  const auto known = from.names();
  if (written_ == known->version && in.open_file(".", name)) return;
  const auto done = in.write(name, known->json);
  if (done) written_ = known->version;
  if (!done && !said_why_not_)
    log::warn("names-not-written", "folder=", in.path(), " reason=", done.error().message);
  said_why_not_ = !done;
}

} // namespace remora::script
