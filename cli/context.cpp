#include "cli/context.hpp"

#include "cli/output.hpp"

namespace remora::cli {

namespace {

/// Newlines stay: some messages have several lines.
std::string printable(std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n') || byte == 0x7F) {
      out += "\\x";
      out += hex[byte >> 4];
      out += hex[byte & 15];
    } else {
      out += c;
    }
  }
  return out;
}

} // namespace

void complain(const context& where, std::string_view message) {
  output err{where.err, output::flushing::every_record};
  err.write("remora: " + printable(message) + '\n');
  err.end_record();
}

void complain(const context& where, const std::vector<error>& errors) {
  for (const error& e : errors)
    complain(where, e.message);
}

outcome refuse(const context& where, std::string_view message) {
  complain(where, message);
  return {exit_status::wrong_usage};
}

outcome refuse(const context& where, const std::vector<error>& errors) {
  complain(where, errors);
  return {exit_status::wrong_usage};
}

exit_status print(const context& where, std::string_view text) {
  output out{where.out, output::flushing::when_full};
  out.write(text);
  out.flush();
  if (!out.failure()) return exit_status::done;
  complain(where, out.failure()->message);
  return exit_status::failed;
}

} // namespace remora::cli
