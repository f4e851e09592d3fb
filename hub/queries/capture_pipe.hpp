#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>

#include "hub/queries/questions.hpp"

namespace remora::hub {

/// Between the core, which gets the pieces of a capture file, and the thread that sends them to a client.
class capture_pipe {
 public:
  // From the core.
  void put(std::string piece);
  void end();
  void fail_with(std::string why);
  bool is_abandoned() const;

  // From the reader.
  /// As capture_download::next(). `taken` is called for each piece.
  result<std::string> next(const std::function<void()>& taken);
  void abandon();

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> pieces_;
  bool ended_ = false;
  bool abandoned_ = false;
  std::string failure_;
};

} // namespace remora::hub
