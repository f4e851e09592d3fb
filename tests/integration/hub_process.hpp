#pragma once

#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "tests/integration/remora_process.hpp"

namespace remora::test {

/// A real remora-hub on ports of its own, with its files in a folder that goes with the object. It is started
/// and killed as often as a test likes.
class hub_process {
 public:
  hub_process();
  ~hub_process();
  hub_process(const hub_process&) = delete;
  hub_process& operator=(const hub_process&) = delete;

  /// Writes the configuration: its `hub:` section and what is added, at the left margin.
  void configure(const std::string& more) const;
  /// Writes a script into the folder that the configuration names.
  void write_script(const std::string& name, const std::string& code) const;
  void remove_script(const std::string& name) const;

  /// Starts it and waits until it is ready. False when it ends instead: see last(), where `err` is its log.
  bool start(const std::vector<std::string>& arguments = {});
  /// Ends it with a signal. @returns how it ended.
  finished stop(int signal);
  process& running() { return *process_; }
  /// Waits until its log, which is a file so that nobody has to read it, has this text; for at most half a
  /// minute.
  bool logs(const std::string& text) const;
  std::string log() const;
  const finished& last() const { return last_; }

  /// The answer of the API to GET; null when it is no JSON.
  nlohmann::json get(const std::string& path) const;
  /// The same with a method and a body. @returns the status as `status` and the document as `body`.
  nlohmann::json call(const std::string& method, const std::string& path, const std::string& body = {}) const;
  /// Asks again and again, for at most half a minute, until `path` answers with this text in it.
  bool comes_to_say(const std::string& path, const std::string& text) const;

  const work_folder& files() const { return files_; }
  std::string data() const { return files_.path("data"); }
  const std::string& url() const { return url_; }
  const std::string& link() const { return link_; }

 private:
  work_folder files_;
  std::unique_ptr<process> process_;
  std::string url_;
  std::string link_;
  finished last_;
};

} // namespace remora::test
