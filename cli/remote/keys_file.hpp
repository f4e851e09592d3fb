#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "actors/link/enrolment.hpp"
#include "cli/arguments.hpp"
#include "cli/common_options.hpp"

/// The file of the keys that a hub lets in, for the commands that work beside the hub.
namespace remora::cli {

struct keys_options {
  std::optional<std::string> data;
  common_options common;
};

void declare(arguments& args, keys_options& options);

/// `workers.keys` below --data, or below hub.data of the configuration.
/// @returns nothing when the configuration is wrong: it was said.
std::optional<std::filesystem::path> keys_file(const context& where, const keys_options& options);

/// Reads the file, lets `change` change what is in it, and writes it, while no other such command does; the
/// file stays the property of who owns the folder, so that the hub can read it when root was here.
/// Errors: what `change` returns; those of enrolment::load() and save().
result<void> change_keys(const std::filesystem::path& file,
                         const std::function<result<void>(link::enrolment&)>& change);

/// A key and the name it is to be let in under.
struct named_key {
  std::string name;
  std::string public_key;
};

/// Reads what `keys enroll` was given: a key with its name beside it, "NAME:KEY", or the path of the
/// NAME.public that `keys new` wrote. Errors: invalid_usage, not_found, io_failed.
result<named_key> read_named_key(const std::string& given, const std::optional<std::string>& name);

} // namespace remora::cli
