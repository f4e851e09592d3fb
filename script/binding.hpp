#pragma once

#include <string>
#include <string_view>

struct duk_hthread;

namespace remora::script {

class script_vm;

/// One call of a helper by a script: its arguments, converted as the contract says, and its failures, which
/// name the helper. Source: scripting API §8.0.
class helper_call {
 public:
  /// `helper` is the name as a script writes it: "jobs.schedule".
  helper_call(duk_hthread* context, const char* helper) noexcept : context_{context}, helper_{helper} {}

  duk_hthread* context() const noexcept { return context_; }

  int argument_count() const;
  /// False for a missing argument, undefined, null and "".
  bool given(int index) const;

  /// The argument as text; numbers and the like are converted. Throws a TypeError for a function or an object
  /// without text, and when it is missing.
  std::string text(int index, const char* name) const;
  /// The argument as a number. Throws a TypeError when it has none.
  double number(int index, const char* name) const;
  /// Throws a TypeError unless the argument is a function.
  void require_function(int index, const char* name) const;

  /// Throws an Error: "helper: reason".
  [[noreturn]] void fail(std::string_view reason) const;
  /// Throws an Error whose message is this text alone, for the helpers whose contract says so.
  [[noreturn]] void fail_in_words(const std::string& message) const;
  /// Throws a TypeError: "helper: argument 2 (cron) must be ...".
  [[noreturn]] void fail_argument(int index, const char* name, std::string_view must_be) const;

  /// The script whose heap this is.
  script_vm& vm() const noexcept;

 private:
  duk_hthread* context_;
  const char* helper_;
};

/// A helper: leaves its result on the value stack and returns 1, or returns 0 for undefined.
using helper_function = int (*)(const helper_call&);

/// One member of a helper namespace. Tables of these are static: the heap keeps pointers to them.
struct helper {
  const char* name;      ///< As a member: "schedule".
  const char* full_name; ///< As errors name it: "jobs.schedule".
  helper_function function;
};

/// Makes each helper a member of the object on top of the value stack.
void define_members(duk_hthread* context, const helper* first, const helper* last);

/// Pushes a new object with these helpers as its members, closed to changes.
void push_namespace(duk_hthread* context, const helper* first, const helper* last);

/// Makes each helper a function of the global object, as define_global() does.
void define_global_functions(duk_hthread* context, const helper* first, const helper* last);

/// Defines the value on top of the stack as a property of the global object that `for...in` does not visit
/// and a script cannot replace, and pops it.
void define_global(duk_hthread* context, const char* name);

} // namespace remora::script
