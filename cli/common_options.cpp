#include "cli/common_options.hpp"

#include "base/log.hpp"
#include "base/utf8.hpp"

namespace remora::cli {

void declare(arguments& args, common_options& common) {
  args.group("Common options");
  args.texts(
      "--config", "FILE", common.config,
      "Read settings from a YAML file. May be given several times; later files override earlier ones.");
  args.texts(
      "--set", "KEY=VALUE", common.set,
      "Set one setting, over the files: --set scripting.limits.turn=2s, --set 'scripting.active[0]=dns'. "
      "May be given several times.");
  args.text(
      "--log-level", "LEVEL", common.log_level,
      "What remora itself says on standard error: debug, info, warning, error or off. [log.level: info]");
  args.text("--log-format", "FORMAT", common.log_format, "text or json. [log.format: text]");
  args.flag("--no-color", common.no_color, "No colours, also on a terminal. So does the variable NO_COLOR.");
  args.help_flag();
}

std::optional<outcome> read_arguments(const context& where, arguments& args,
                                      const std::vector<std::string>& given) {
  if (where.describe) {
    where.describe(args);
    return outcome{};
  }
  const auto parsed = args.parse(given);
  if (!parsed) return refuse(where, parsed.error().message);
  if (!*parsed) return outcome{print(where, args.help())};
  return std::nullopt;
}

config::load_request request_for(const context& where, const common_options& common) {
  return {common.config, common.set, where.environment};
}

result<void> set_up_log(const config::log_settings& settings, const common_options& common) {
  log::level level = settings.level;
  if (common.log_level && !log::parse_level(*common.log_level, level)) {
    return fail(errc::invalid_usage, "--log-level " + remora::quoted(*common.log_level) +
                                         ": no such level; there are debug, info, warning, error and off");
  }
  log::format format = settings.format;
  if (common.log_format && !log::parse_format(*common.log_format, format)) {
    return fail(errc::invalid_usage, "--log-format " + remora::quoted(*common.log_format) +
                                         ": no such format; there are text and json");
  }
  log::configure(level, format);
  return {};
}

std::optional<config::settings> load_settings(const context& where, const common_options& common) {
  auto loaded = config::load_settings(request_for(where, common));
  complain(where, loaded.errors);
  if (!loaded.ok()) return std::nullopt;
  if (const auto log = set_up_log(loaded.value.log, common); !log) {
    complain(where, log.error().message);
    return std::nullopt;
  }
  for (const std::string& warning : loaded.warnings)
    log::warn("configuration", warning);
  return std::move(loaded.value);
}

} // namespace remora::cli
