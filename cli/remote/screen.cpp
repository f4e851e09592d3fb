#include "cli/remote/screen.hpp"

#include <unistd.h>

#include "cli/process.hpp"

namespace remora::cli {

screen screen_of(int fd, const context& where, const common_options& common) {
  return {::isatty(fd) == 1, !common.no_color && wants_colour(fd, where.environment), wall_now()};
}

screen screen_of(const context& where, const common_options& common) {
  return screen_of(where.out, where, common);
}

} // namespace remora::cli
