/* What the engine asks its surroundings, called from inside duktape.cpp with the heap's user data. */
#ifndef REMORA_SCRIPT_DUKTAPE_ENGINE_HOOKS_H
#define REMORA_SCRIPT_DUKTAPE_ENGINE_HOOKS_H

/* 1: the script used up its time; keeps saying so until the outermost call has returned. */
int remora_script_budget_exhausted(void* udata);
/* 1: less than a safe remainder of the calling thread's stack is left. */
int remora_native_stack_exhausted(void);
/* Unix time in milliseconds by the clock of the run. */
double remora_script_now_ms(void* udata);
/* In [0, 1). */
double remora_script_random(void* udata);
/* The heap is beyond repair; does not return. */
[[noreturn]] void remora_script_fatal(void* udata, const char* message);

#endif
