#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace remora::cli {

/// What one command takes, described once: arguments are read by it and the help text is made from it.
/// Values stay texts here; what they mean is for the command to judge, in words of its own.
class arguments {
 public:
  /// @param command "run", "scripts check".
  /// @param operands How the rest of the command line reads in the help: "[options] PATH...".
  /// @param about What the command does, in one or several paragraphs.
  /// @param program Whose command it is. One without commands has "" as its only one.
  arguments(std::string command, std::string operands, std::string about, std::string program = "remora");
  ~arguments();
  arguments(const arguments&) = delete;
  arguments& operator=(const arguments&) = delete;

  /// Options declared from here on stand under this heading.
  void group(std::string heading);

  /// `names` is "-q,--quiet" or "--quiet". `help` says the default, if there is one. Everything outlives
  /// parse().
  void flag(const std::string& names, bool& to, std::string help);
  /// Given twice, the last counts.
  void text(const std::string& names, const std::string& value, std::optional<std::string>& to,
            std::string help);
  /// One whose value may be left out: then `to` is "". A value that stands apart is taken when `is_value`
  /// says so; else it is left to be an operand.
  void optional_text(const std::string& names, const std::string& value, std::optional<std::string>& to,
                     bool (*is_value)(const std::string& given), std::string help);
  /// May be given several times.
  void texts(const std::string& names, const std::string& value, std::vector<std::string>& to,
             std::string help);
  /// -h and --help.
  void help_flag();
  /// Where what is no option goes. Without this it is an error.
  void operands(std::vector<std::string>& to);

  /// A part of the help behind the options: paragraphs that are printed as they are.
  void section(std::string heading, std::string body);

  /// Reads the arguments behind the command. @returns false when the help was asked for.
  /// Errors: invalid_usage, with the option that was probably meant.
  result<bool> parse(const std::vector<std::string>& given);

  /// The help text, at most 80 columns wide.
  std::string help() const;

  /// One option as it was declared.
  struct option {
    std::string heading;
    std::string names; ///< "-q,--quiet"
    std::string value; ///< "NAME"; "text|json" when there is nothing else; empty: a flag.
    std::string help;
  };
  const std::vector<option>& options() const noexcept { return options_; }
  /// How the rest of the command line reads: "[options] PATH...".
  const std::string& usage() const noexcept { return operands_; }

 private:
  struct parser; // CLI11, which arguments.cpp alone includes

  void declare(const std::string& names, const std::string& value, std::string help);
  error unknown_option(const std::string& given) const;
  std::vector<std::string> with_empty_values_apart(const std::vector<std::string>& given) const;

  /// "remora run".
  std::string call() const;

  std::string program_;
  std::string command_;
  std::string operands_;
  std::string about_;
  std::string heading_ = "Options";
  std::vector<option> options_;
  std::vector<std::string>* operands_to_ = nullptr;
  std::vector<std::pair<std::string, std::string>> sections_;
  struct optional_value {
    std::string name;
    bool (*is_value)(const std::string& given);
  };
  std::vector<optional_value> optional_values_;
  std::unique_ptr<parser> parser_;
};

/// Breaks a text at blanks so that no line passes `width` columns; each line but the first begins with
/// `indent` blanks. Newlines stay.
std::string wrapped(const std::string& text, std::size_t indent, std::size_t width);

} // namespace remora::cli
