#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hub/queries/capture_pipe.hpp"
#include "hub/queries/node_line.hpp"
#include "hub/queries/questions.hpp"

namespace remora::hub {

/// One capture file made of those of all nodes. Each node says whether it has packets; then they send them
/// one after the other: a pcapng file may have several sections, so that the files in a row are one file. A
/// node sends what it has credit for, and the reader's pace is the credit.
class capture_fetch {
 public:
  /// @param open Makes what the taker gets of a pipe.
  capture_fetch(node_line& line, capture_question asked, capture_taker done,
                std::function<std::shared_ptr<capture_download>(std::shared_ptr<capture_pipe>)> open);
  ~capture_fetch();
  capture_fetch(const capture_fetch&) = delete;
  capture_fetch& operator=(const capture_fetch&) = delete;

  void begin();
  void hear(const std::string& node, const protocol::capture_piece& piece);
  void left(const std::string& node);
  /// The reader has taken a piece.
  void taken();
  void tick();
  protocol::moment next_deadline() const;
  bool is_finished() const noexcept { return finished_; }

  const std::map<std::uint64_t, std::string>& open() const noexcept { return open_; }

 private:
  enum class stage : std::uint8_t { looking, ready, sending, over };
  struct part {
    std::string node;
    std::uint64_t id = 0;
    stage is = stage::looking;
    protocol::moment heard_at{};
    std::string failed;
  };

  part* find(const std::string& node, std::uint64_t id);
  void drop(part& one, std::string why);
  void open_file();
  void send_next();
  void grant();
  void fail_file(const part& of, const std::string& why);

  node_line& line_;
  const capture_question asked_;
  capture_taker done_;
  const std::function<std::shared_ptr<capture_download>(std::shared_ptr<capture_pipe>)> open_download_;
  const std::shared_ptr<capture_pipe> pipe_ = std::make_shared<capture_pipe>();
  std::vector<part> parts_;
  std::map<std::uint64_t, std::string> open_;
  part* sending_ = nullptr;
  std::uint64_t last_number_ = 0;
  std::uint32_t room_ = 0;    ///< Pieces that there is room for and no credit was given for yet.
  std::uint32_t granted_ = 0; ///< Pieces that are on their way.
  protocol::moment reminded_at_{};
  bool opened_ = false;
  bool finished_ = false;
};

} // namespace remora::hub
