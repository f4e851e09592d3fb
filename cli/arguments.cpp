#include "cli/arguments.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>

#include "base/nearest_names.hpp"
#include "base/utf8.hpp"

namespace remora::cli {

struct arguments::parser {
  CLI::App app;
  bool help_wanted = false;
};

namespace {

constexpr std::size_t help_width = 80;
constexpr std::size_t help_column = 26;

/// "  -q, --quiet NAME"; long names stand below each other.
std::string left_side(const arguments::option& o) {
  std::string out = o.names.substr(0, 2) == "--" ? "      " : "  ";
  for (const char c : o.names)
    out += c == ',' ? std::string{", "} : std::string(1, c);
  return o.value.empty() ? out : out + ' ' + o.value;
}

bool is_long_option(const std::string& argument) {
  return argument.size() > 2 && argument.compare(0, 2, "--") == 0;
}

} // namespace

arguments::arguments(std::string command, std::string operands, std::string about, std::string program)
    : program_{std::move(program)},
      command_{std::move(command)},
      operands_{std::move(operands)},
      about_{std::move(about)},
      parser_{std::make_unique<parser>()} {
  parser_->app.set_help_flag();
  parser_->app.allow_extras();
}

arguments::~arguments() = default;

std::string arguments::call() const { return command_.empty() ? program_ : program_ + ' ' + command_; }

void arguments::group(std::string heading) { heading_ = std::move(heading); }

void arguments::declare(const std::string& names, const std::string& value, std::string help) {
  options_.push_back({heading_, names, value, std::move(help)});
}

void arguments::flag(const std::string& names, bool& to, std::string help) {
  declare(names, "", std::move(help));
  parser_->app.add_flag_callback(names, [&to] { to = true; });
}

void arguments::text(const std::string& names, const std::string& value, std::optional<std::string>& to,
                     std::string help) {
  declare(names, value, std::move(help));
  parser_->app.add_option_function<std::string>(names, [&to](const std::string& given) { to = given; })
      ->take_last();
}

void arguments::optional_text(const std::string& names, const std::string& value,
                              std::optional<std::string>& to, bool (*is_value)(const std::string& given),
                              std::string help) {
  text(names, '[' + value + ']', to, std::move(help));
  optional_values_.push_back({names, is_value});
}

/// CLI11 takes the next argument for the value of `--name=`, and of an option whose value may be left out: an
/// empty value is passed on its own.
std::vector<std::string> arguments::with_empty_values_apart(const std::vector<std::string>& given) const {
  std::vector<std::string> out;
  bool options_ended = false;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const std::string& argument = given[i];
    options_ended = options_ended || argument == "--";
    if (options_ended || !is_long_option(argument)) {
      out.push_back(argument);
      continue;
    }
    if (argument.find('=') == argument.size() - 1) {
      out.push_back(argument.substr(0, argument.size() - 1));
      out.emplace_back();
      continue;
    }
    out.push_back(argument);
    for (const optional_value& one : optional_values_) {
      if (one.name != argument) continue;
      const bool has_value =
          i + 1 < given.size() && given[i + 1].substr(0, 1) != "-" && one.is_value(given[i + 1]);
      if (!has_value) out.emplace_back();
    }
  }
  return out;
}

void arguments::texts(const std::string& names, const std::string& value, std::vector<std::string>& to,
                      std::string help) {
  declare(names, value, std::move(help));
  // One value each time: `-e A=1 script.js` must leave the script alone.
  parser_->app.add_option(names, to)->allow_extra_args(false);
}

void arguments::help_flag() { flag("-h,--help", parser_->help_wanted, "Show this help."); }

void arguments::operands(std::vector<std::string>& to) { operands_to_ = &to; }

void arguments::section(std::string heading, std::string body) {
  sections_.emplace_back(std::move(heading), std::move(body));
}

result<bool> arguments::parse(const std::vector<std::string>& given) {
  auto reversed = with_empty_values_apart(given);
  std::reverse(reversed.begin(), reversed.end());
  try {
    parser_->app.parse(std::move(reversed));
  } catch (const CLI::ArgumentMismatch& e) {
    const std::string reason = e.what(); // "--count: 1 required TEXT missing"
    return fail(errc::invalid_usage, reason.substr(0, reason.find(':')) + " needs a value");
  } catch (const CLI::Error& e) {
    return fail(errc::invalid_usage, e.what());
  }
  if (parser_->help_wanted) return false;
  // CLI11 would split an operand such as "[a,b].js" at its comma, so what it does not know is sorted here.
  bool options_ended = false;
  for (const std::string& left : parser_->app.remaining()) {
    if (!options_ended && left == "--") {
      options_ended = true;
    } else if (operands_to_ == nullptr || (!options_ended && left.size() > 1 && left.front() == '-')) {
      return tl::unexpected<error>(unknown_option(left));
    } else {
      operands_to_->push_back(left);
    }
  }
  return true;
}

error arguments::unknown_option(const std::string& given) const {
  const std::string name = given.substr(0, given.find('='));
  std::vector<std::string> known;
  for (const option& o : options_)
    known.push_back(o.names.substr(o.names.find("--")));
  const auto nearest = nearest_names(name, {known.begin(), known.end()}, 1);
  std::string message =
      (given.size() > 1 && given.front() == '-' ? "unknown option " : "unexpected argument ") +
      remora::quoted(name);
  message += nearest.empty() ? "" : "; did you mean " + std::string{nearest.front()} + "?";
  return {errc::invalid_usage, message + " (" + call() + " --help lists the options)"};
}

std::string arguments::help() const {
  std::string out = "Usage: " + call() + " " + operands_ + "\n\n" + wrapped(about_, 0, help_width);
  std::string heading;
  for (const option& o : options_) {
    if (o.heading != heading) out += "\n" + o.heading + ":\n";
    heading = o.heading;
    const std::string left = left_side(o);
    out += left;
    const std::string gap = left.size() + 2 > help_column ? "\n" + std::string(help_column, ' ')
                                                          : std::string(help_column - left.size(), ' ');
    out += gap + wrapped(o.help, help_column, help_width);
  }
  for (const auto& [title, body] : sections_)
    out.append("\n").append(title).append(":\n").append(body);
  return out;
}

std::string wrapped(const std::string& text, std::size_t indent, std::size_t width) {
  std::string out;
  std::size_t column = indent;
  std::size_t at = 0;
  while (at < text.size()) {
    if (text[at] == '\n') {
      out += '\n';
      column = 0;
      ++at;
      continue;
    }
    const std::size_t end = std::min(text.find_first_of(" \n", at), text.size());
    const std::string word = text.substr(at, end - at);
    if (column > indent && column + 1 + word.size() > width) {
      out += '\n';
      column = 0;
    }
    if (column == 0) out += std::string(indent, ' ');
    if (column > indent) out += ' ';
    column = (column > indent ? column + 1 : indent) + word.size();
    out += word;
    at = end < text.size() && text[end] == ' ' ? end + 1 : end;
  }
  return out + '\n';
}

} // namespace remora::cli
