#pragma once

#include <memory>
#include <string>

#include "base/folder_lock.hpp"
#include "base/units.hpp"
#include "hub/store/database.hpp"

namespace remora::hub {

struct store_options {
  std::string folder;          ///< hub.data. Made when it is not there, for its owner alone.
  byte_size max_size = gib(8); ///< The file does not grow past it; then writes fail with store_full.
};

/// The database of a data folder, and the lock on the folder.
struct opened_store {
  folder_lock lock; ///< First: given up after the database is closed.
  std::unique_ptr<database> data;
};

/// Opens the store of a data folder, `remora-hub.db`, and makes it when the folder holds none.
///
/// A file that is damaged or not ours is renamed, and the start refused with both names in the message; it is
/// refused again while a file set aside is there and no other was put in its place, so that a supervisor's
/// restart does not go on with nothing. Nothing is ever emptied or overwritten.
///
/// The check of the whole file ends after 20 s; what a larger file holds beyond is found by the seals of its
/// rows.
///
/// Errors: store_in_use (with the holder), store_damaged (with what to do), store_newer, permission_denied,
/// store_full, io_failed.
result<opened_store> open_store(const store_options& options);

} // namespace remora::hub
