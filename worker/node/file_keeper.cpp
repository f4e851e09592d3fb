#include "worker/node/file_keeper.hpp"

#include <utility>

namespace remora::worker {

namespace {

constexpr std::chrono::hours time_between_looks{1};

} // namespace

file_keeper::behavior_type keep_files(file_keeper::pointer self,
                                      const std::shared_ptr<script::file_store>& files, script::go_on more) {
  self->send(self, atom::look::value);
  return {
      [self, files, more = std::move(more)](atom::look) {
        files->sweep(wall_now(), more);
        self->delayed_send(self, time_between_looks, atom::look::value);
      },
  };
}

} // namespace remora::worker
