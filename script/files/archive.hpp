#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <sys/stat.h>

#include "script/files/folder.hpp"

namespace remora::script {

/// Writes a .tar.gz: POSIX.1-2001 (ustar, with pax headers where a name is long), RFC 1952. Belongs to
/// nobody, so that two archives of the same files are the same bytes.
class archive {
 public:
  /// @param to Outlives the archive.
  static result<archive> begin(new_file& to);
  ~archive();
  archive(archive&&) noexcept;
  archive& operator=(archive&&) = delete;
  archive(const archive&) = delete;

  result<void> add_folder(const std::string& name, const struct stat& about);
  /// As many bytes as `about` says: a file that shrank meanwhile is filled up with zeros.
  result<void> add_file(const std::string& name, const struct stat& about, int content, const go_on& more);
  result<void> finish();

 private:
  struct packer;
  explicit archive(std::unique_ptr<packer> made);
  result<void> add_header(const std::string& name, char kind, std::uint64_t size, const struct stat& about);
  result<void> put(std::string_view bytes);
  result<void> fill_block(std::uint64_t size);

  std::unique_ptr<packer> packer_;
};

} // namespace remora::script
