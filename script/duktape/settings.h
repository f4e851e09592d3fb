/* Settings of remora's Duktape, included at the end of the packaged duk_config.h, so what stands here wins.
 */
#ifndef REMORA_SCRIPT_DUKTAPE_SETTINGS_H
#define REMORA_SCRIPT_DUKTAPE_SETTINGS_H

#include <stdexcept> /* what the engine throws as C++ exceptions */

#include "script/duktape/engine_hooks.h"

/* Errors unwind as C++ exceptions, so that destructors of native helpers run. */
#define DUK_USE_CPP_EXCEPTIONS

/* A script ends when its budget is used up, whatever it does. */
#define DUK_USE_INTERRUPT_COUNTER
#define DUK_USE_EXEC_TIMEOUT_CHECK(udata) remora_script_budget_exhausted(udata)
#define DUK_USE_NATIVE_STACK_CHECK() remora_native_stack_exhausted()
#undef DUK_USE_FATAL_HANDLER
#define DUK_USE_FATAL_HANDLER(udata, message) remora_script_fatal((udata), (message))

/* The clock and the dice belong to the run: a file is read with its own time, and twice alike. Local time is
 * UTC. */
#define DUK_USE_DATE_GET_NOW(ctx) remora_script_now_ms((ctx)->heap->heap_udata)
#undef DUK_USE_DATE_GET_LOCAL_TZOFFSET
#define DUK_USE_DATE_GET_LOCAL_TZOFFSET(d) 0
#undef DUK_USE_GET_MONOTONIC_TIME
#undef DUK_USE_GET_MONOTONIC_TIME_CLOCK_GETTIME
#define DUK_USE_GET_RANDOM_DOUBLE(udata) remora_script_random(udata)

/* The collector is quadratic on long linked lists with the packaged limit. */
#undef DUK_USE_MARK_AND_SWEEP_RECLIMIT
#define DUK_USE_MARK_AND_SWEEP_RECLIMIT 20000

/* Upstream's advice for scripts that are not trusted (config/examples/security_sensitive.yaml), but for
   DUK_USE_PARANOID_ERRORS: it would leave "cannot read property 'x' of null" without the name, and what a
   script prints is for its author. */
#define DUK_USE_STRHASH_DENSE
#undef DUK_USE_BYTECODE_DUMP_SUPPORT

/* JSON.stringify walks plain data without asking for each property as a script would: three times as fast.
   prepare.cmake makes it ask for the budget. */
#define DUK_USE_JSON_STRINGIFY_FASTPATH

/* JSON.stringify leaves U+2028 and U+2029 as they are, as the language has it and as items are written
   elsewhere. */
#undef DUK_USE_NONSTD_JSON_ESC_U2028_U2029

/* Functions carry their source text; see prepare.cmake. */
#define DUK_USE_NONSTD_FUNC_SOURCE_PROPERTY

#endif
