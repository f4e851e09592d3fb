#include "hub/store/database_error.hpp"

#include <sqlite3.h>

namespace remora::hub {

namespace {

struct advice {
  errc code;
  std::string_view text;
};

errc of_errno(sqlite3* connection) {
  const int number = connection == nullptr ? 0 : sqlite3_system_errno(connection);
  return number == 0 ? errc::io_failed : errno_code(number);
}

advice advice_for(int code, sqlite3* connection) {
  switch (code & 0xFF) {
    case SQLITE_FULL:
      return {
          errc::store_full,
          "there is no room; nothing of it was stored. Free space on the disk, or shorten hub.retention: it "
          "goes on without a restart"};
    case SQLITE_IOERR:
      return {errc::io_failed,
              "reading or writing failed; nothing of it was stored. Check the disk and the kernel's log; the "
              "next write tries again from a fresh start"};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {
          errc::store_damaged,
          "the file is damaged. Stop the hub and put a copy in its place; the next start sets the damaged "
          "file aside"};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {errc::permission_denied,
              "the file or its folder may not be written. Check their owner and mode, and whether the file "
              "system is mounted read-only"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {errc::store_in_use,
              "another program has the file open. Only the hub may work on it: end the other program"};
    case SQLITE_CANTOPEN:
      return {of_errno(connection),
              "the file cannot be opened. Check that its folder exists and may be written"};
    case SQLITE_TOOBIG:
      return {errc::io_failed, "a value is larger than a row of the store can be"};
    case SQLITE_NOMEM:
      return {errc::io_failed, "out of memory"};
    default:
      return {errc::io_failed, "the store did not accept it"};
  }
}

} // namespace

error database_error(int code, sqlite3* connection, std::string_view doing, const std::string& file) {
  const auto [kind, text] = advice_for(code, connection);
  std::string message{doing};
  message.append(" in ").append(file).append(": ").append(text).append(" (");
  message += connection == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(connection);
  message.append(", code ").append(std::to_string(code));
  const int number = connection == nullptr ? 0 : sqlite3_system_errno(connection);
  if (number != 0 && kind != errc::store_damaged) message.append(", ").append(errno_text(number));
  message += ')';
  return error{kind, std::move(message)};
}

bool is_input_output_error(int code) noexcept { return (code & 0xFF) == SQLITE_IOERR; }

} // namespace remora::hub
