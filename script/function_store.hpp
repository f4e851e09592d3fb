#pragma once

#include <string_view>

struct duk_hthread;

namespace remora::script {

/// The functions a script handed to remora to be called later, with their arguments, under a key. They live
/// in the heap, where the script cannot see them, and are kept by reference. Source: scripting API §8.11,
/// §8.19.
class function_store {
 public:
  static constexpr const char* jobs = "jobs";
  static constexpr const char* timers = "timers";

  function_store(duk_hthread* context, const char* kind) noexcept : context_{context}, kind_{kind} {}

  /// Keeps the function at `function` and the call's arguments from `first_argument` on.
  void put(std::string_view key, int function, int first_argument) const;

  /// Pushes the function, the global object as its `this`, and its arguments, for duk_call_method().
  /// @returns the number of arguments, or -1 (and nothing pushed) when there is no such function.
  int push(std::string_view key) const;

  void erase(std::string_view key) const;

 private:
  void push_table() const;

  duk_hthread* context_;
  const char* kind_;
};

} // namespace remora::script
