#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "actors/link/hub_socket.hpp"
#include "actors/link/worker_socket.hpp"

namespace remora::test {

/// Keeps what a handler heard and lets a test wait until it is as expected; the deadline is for what never
/// comes.
class journal {
 public:
  void note(std::string line) {
    const std::lock_guard lock{mutex_};
    lines_.push_back(std::move(line));
    changed_.notify_all();
  }
  bool wait_for(const std::function<bool(const std::vector<std::string>&)>& as_expected) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds{30}, [&] { return as_expected(lines_); });
  }
  /// Waits for a line that contains the text; `times` of them.
  bool has(std::string_view text, std::ptrdiff_t times = 1) {
    return wait_for([&](const auto& lines) { return count_in(lines, text) >= times; });
  }
  std::ptrdiff_t count(std::string_view text) {
    const std::lock_guard lock{mutex_};
    return count_in(lines_, text);
  }
  std::vector<std::string> lines() {
    const std::lock_guard lock{mutex_};
    return lines_;
  }

 private:
  static std::ptrdiff_t count_in(const std::vector<std::string>& lines, std::string_view text) {
    return std::count_if(lines.begin(), lines.end(),
                         [&](const std::string& line) { return line.find(text) != std::string::npos; });
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> lines_;
};

/// What a test does inside a handler. Exchanged by the test while a socket's thread may call it.
template <class... Parts>
class reaction {
 public:
  reaction& operator=(std::function<void(Parts...)> call) {
    const std::lock_guard lock{mutex_};
    call_ = std::move(call);
    return *this;
  }
  void operator()(Parts... parts) {
    std::function<void(Parts...)> call;
    {
      const std::lock_guard lock{mutex_};
      call = call_;
    }
    if (call) call(parts...);
  }

 private:
  std::mutex mutex_;
  std::function<void(Parts...)> call_;
};

struct hub_journal : link::hub_handler, journal {
  reaction<const std::string&, std::string_view> on_message;

  void peer_connected(const std::string& name, const std::string&) override { note("connected " + name); }
  void message(const std::string& name, std::string_view bytes) override {
    on_message(name, bytes);
    note(name + ": " + std::string{bytes.substr(0, 40)});
  }
  void peer_gone(const std::string& name, link::gone_reason why) override {
    note("gone " + name + ' ' + std::string{to_string(why)});
  }
  void peer_refused(const std::string& address, const std::string& why) override {
    note("refused " + address + ' ' + why);
  }
};

struct worker_journal : link::worker_handler, journal {
  reaction<> on_connected;

  void connected() override {
    note("connected");
    on_connected();
  }
  void subscribed() override { note("subscribed"); }
  void message(std::string_view bytes) override { note("message " + std::string{bytes.substr(0, 40)}); }
  void published(std::string_view bytes) override { note("published " + std::string{bytes.substr(0, 40)}); }
  void lost(const std::string& why) override { note("lost " + why); }
  void attempt_failed(const std::string& why) override { note("failed " + why); }
};

using hub_ptr = std::unique_ptr<link::hub_socket>;
using worker_ptr = std::unique_ptr<link::worker_socket>;

inline hub_ptr open_hub(link::hub_options options, link::hub_handler& handler) {
  auto made = link::hub_socket::open(std::move(options), handler);
  EXPECT_TRUE(made) << made.error().message;
  return made ? std::move(*made) : nullptr;
}
inline worker_ptr open_worker(link::worker_options options, link::worker_handler& handler) {
  auto made = link::worker_socket::open(std::move(options), handler);
  EXPECT_TRUE(made) << made.error().message;
  return made ? std::move(*made) : nullptr;
}

/// Short heartbeats, ports of the system's choice.
inline link::hub_options hub_on_any_port() {
  link::hub_options options;
  options.listen = "127.0.0.1:0";
  options.publish = "127.0.0.1:0";
  options.heartbeat = milliseconds{200};
  return options;
}
inline link::worker_options worker_of(const link::hub_socket& hub, const std::string& name) {
  link::worker_options options;
  options.hub = hub.listens_at();
  options.name = name;
  options.heartbeat = milliseconds{200};
  options.reconnect_first = milliseconds{10};
  options.reconnect_most = milliseconds{200};
  return options;
}

/// Waits for something that no journal tells, such as a counter.
inline bool becomes_true(const std::function<bool()>& holds) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

} // namespace remora::test
