#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "protocol/deployment.hpp"
#include "protocol/script_hash.hpp"

namespace remora::worker {

using code_by_hash = std::map<script_hash, std::string>;

/// All that a node is to run, code included: what it runs without a hub.
struct whole_deployment {
  deployment_manifest manifest;
  code_by_hash code; ///< Of every script of the manifest.
};

/// The last deployment on the disk of a node, as one file of mode 0600: `env` in it is secret. A file that
/// cannot be used is never taken for an empty one.
class deployment_file {
 public:
  /// Beyond it a deployment is not kept.
  static constexpr std::size_t most_bytes = std::size_t{512} << 20U;

  explicit deployment_file(std::filesystem::path file) : file_{std::move(file)} {}

  /// Replaces the file in one step; it is on disk when this returns.
  /// Errors: too_large, permission_denied, not_found, io_failed.
  result<void> save(const whole_deployment& what) const;

  /// @returns nothing when there is no file. Errors: store_damaged: what is there is no deployment, and was
  /// moved aside, as the text says; permission_denied, io_failed: it may be a good one and stays.
  result<std::optional<whole_deployment>> load() const;

 private:
  std::filesystem::path file_;
};

} // namespace remora::worker
