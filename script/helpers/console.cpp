#include <duktape.h>
#include <iterator>

#include "base/utf8.hpp"
#include "script/binding.hpp"
#include "script/helpers/helpers.hpp"
#include "script/render.hpp"
#include "script/script_vm.hpp"

// console.*: scripting API §8.1.
namespace remora::script {

namespace {

constexpr std::size_t max_message_bytes = 64u << 10;

std::string join_arguments(const helper_call& call) {
  std::string text;
  for (int i = 0; i < call.argument_count() && text.size() <= max_message_bytes; ++i) {
    if (i > 0) text += ' ';
    text += render(call.context(), i);
  }
  if (text.size() > max_message_bytes) {
    const std::size_t whole = text.size();
    text = cut_utf8(text, max_message_bytes);
    text += " [cut: " + std::to_string(whole) + " bytes]";
  }
  return text;
}

template <console_level Level>
int print(const helper_call& call) {
  call.vm().around().console.print(Level, join_arguments(call));
  return 0;
}

int clear(const helper_call& call) {
  call.vm().around().console.clear();
  return 0;
}

constexpr helper members[] = {
    {"log", "console.log", print<console_level::log>},
    {"error", "console.error", print<console_level::error>},
    {"warn", "console.warn", print<console_level::warn>},
    {"info", "console.info", print<console_level::info>},
    {"debug", "console.debug", print<console_level::debug>},
    {"clear", "console.clear", clear},
};

} // namespace

void install_console(duk_hthread* context) {
  push_namespace(context, std::begin(members), std::end(members));
  define_global(context, "console");
}

} // namespace remora::script
