cmake_minimum_required(VERSION 3.25)

# Makes duktape.cpp, duktape.h and duk_config.h in the folder TO from the files of duktape-dev in FROM.
# Each patch replaces a text that must occur exactly once; otherwise the build stops: a change of the packaged
# source is looked at by a person before it is shipped.

set(reviewed_sha256 2fa5f54ae03b574b2e6cacfb412f3a02c7207b7833f75129a234326b48c17496) # 2.7.0-2
file(SHA256 ${FROM}/duktape.c sha256)
if(NOT sha256 IN_LIST reviewed_sha256)
  message(WARNING "${FROM}/duktape.c (sha256 ${sha256}) is not a version that was reviewed with these patches; "
                  "run the tests of script/ before you ship it, then add it to ${CMAKE_CURRENT_LIST_FILE}")
endif()

# Brackets and semicolons mean something in CMake lists, never here: every use is quoted.
file(READ ${FROM}/duktape.c source)
file(READ ${FROM}/duk_config.h config)

macro(replace_once variable what old new)
  string(FIND "${${variable}}" "${old}" first)
  string(FIND "${${variable}}" "${old}" last REVERSE)
  if(first EQUAL -1 OR NOT first EQUAL last)
    message(FATAL_ERROR "Duktape patch '${what}': its text must occur exactly once in the packaged source, and does not")
  endif()
  string(REPLACE "${old}" "${new}" ${variable} "${${variable}}")
endmacro()

replace_once(config "settings of ours come last" "#endif  /* DUK_CONFIG_H_INCLUDED */"
             "#include \"script/duktape/settings.h\"\n\n#endif  /* DUK_CONFIG_H_INCLUDED */")

replace_once(source "ask for the budget more often" "#define DUK_HTHREAD_INTCTR_DEFAULT (256L * 1024L)"
             "#define DUK_HTHREAD_INTCTR_DEFAULT (4L * 1024L)")

replace_once(source "collect garbage three times, not ten, before an allocation fails"
             "10 /* Retry allocation after mark-and-sweep for this" "3 /* Retry allocation after mark-and-sweep for this")

replace_once(
  source "budget inside the regular expression matcher"
  "\t\tre_ctx->steps_count++;\n"
  "\t\tre_ctx->steps_count++;
		if (DUK_UNLIKELY((re_ctx->steps_count & 0x3fffU) == 0U) &&
		    remora_script_budget_exhausted(re_ctx->thr->heap->heap_udata)) {
			DUK_ERROR_RANGE(re_ctx->thr, \"execution timeout\");
			DUK_WO_NORETURN(return NULL;);
		}
")

replace_once(source "a counter of property accesses in each heap" "\tvoid *heap_udata;\n"
             "\tvoid *heap_udata;\n\tduk_uint32_t remora_property_accesses;\n")

# Built-ins such as join, sort, reverse and JSON loop over properties without running any bytecode.
set(property_check "
	if (DUK_UNLIKELY((++thr->heap->remora_property_accesses & 0xfffU) == 0U) && !thr->heap->ms_running &&
	    !thr->heap->creating_error && remora_script_budget_exhausted(thr->heap->heap_udata)) {
		DUK_ERROR_RANGE(thr, \"execution timeout\");
		DUK_WO_NORETURN(return 0;);
	}
")
replace_once(
  source "budget in property reads"
  "	DUK_ASSERT(tv_key != NULL);

	DUK_ASSERT_VALSTACK_SPACE(thr, DUK__VALSTACK_SPACE);

	DUK_STATS_INC(thr->heap, stats_getprop_all);
"
  "	DUK_ASSERT(tv_key != NULL);
${property_check}
	DUK_ASSERT_VALSTACK_SPACE(thr, DUK__VALSTACK_SPACE);

	DUK_STATS_INC(thr->heap, stats_getprop_all);
")
replace_once(
  source "budget in property tests"
  "	DUK_DDD(DUK_DDDPRINT(\"hasprop: thr=%p, obj=%p, key=%p (obj -> %!T, key -> %!T)\","
  "${property_check}
	DUK_DDD(DUK_DDDPRINT(\"hasprop: thr=%p, obj=%p, key=%p (obj -> %!T, key -> %!T)\",")
replace_once(
  source "budget in property deletion"
  "	DUK_DDD(DUK_DDDPRINT(\"delprop: thr=%p, obj=%p, key=%p (obj -> %!T, key -> %!T)\","
  "${property_check}
	DUK_DDD(DUK_DDDPRINT(\"delprop: thr=%p, obj=%p, key=%p (obj -> %!T, key -> %!T)\",")

# Functions remember their source text (up to 64 KiB), so that a console can show it and the shared scope can
# carry it: from the token before the first one of the function ('function') to its closing brace.
replace_once(
  source "where a function begins"
  "	duk__parse_func_like_raw(comp_ctx, flags); /* pushes function template */\n"
  "	{
		duk_size_t remora_start = comp_ctx->prev_token.start_offset;
		duk_size_t remora_end;
		duk__parse_func_like_raw(comp_ctx, flags); /* pushes function template */
		remora_end = comp_ctx->prev_token.start_offset + 1;
		if (remora_end > remora_start && remora_end - remora_start <= 65536U) {
			duk_push_lstring(thr, (const char *) comp_ctx->lex.input + remora_start, remora_end - remora_start);
			duk_xdef_prop_stridx_short(thr, -2, DUK_STRIDX_INT_SOURCE, DUK_PROPDESC_FLAGS_NONE);
		}
	}
")

# The fast path of JSON.stringify, which looks into objects itself. What it throws is dropped: the slow path takes
# over, and is ended in its turn.
set(json_check "
	if (DUK_UNLIKELY((++js_ctx->thr->heap->remora_property_accesses & 0xfffU) == 0U) &&
	    remora_script_budget_exhausted(js_ctx->thr->heap->heap_udata)) {
		DUK_ERROR_RANGE(js_ctx->thr, \"execution timeout\");
		DUK_WO_NORETURN(return 0;);
	}
")
replace_once(source "budget in JSON.stringify: values" "	DUK_DDD(DUK_DDDPRINT(\"stringify fast: %!T\", tv));
" "	DUK_DDD(DUK_DDDPRINT(\"stringify fast: %!T\", tv));
${json_check}
")
replace_once(source "budget in JSON.stringify: names that are passed over" "				k = DUK_HOBJECT_E_GET_KEY(js_ctx->thr->heap, obj, i);
" "${json_check}
				k = DUK_HOBJECT_E_GET_KEY(js_ctx->thr->heap, obj, i);
")

# Objects whose members are worked out when they are first read: wherever the engine reads a value of an entry.
replace_once(
  source "lazy members: declared"
  "DUK_INTERNAL_DECL duk_tval *duk_hobject_find_entry_tval_ptr(duk_heap *heap, duk_hobject *obj, duk_hstring *key);\n"
  "DUK_INTERNAL_DECL duk_tval *duk_hobject_find_entry_tval_ptr(duk_heap *heap, duk_hobject *obj, duk_hstring *key);
DUK_INTERNAL_DECL void remora_lazy_read(duk_hthread *thr, duk_hobject *obj, duk_hstring *key);
DUK_INTERNAL_DECL duk_bool_t remora_lazy_stringify(void *json_context, duk_hobject *obj, duk_uint_fast32_t i);
DUK_INTERNAL_DECL void remora_lazy_prototype(duk_hthread *thr, duk_hobject *function);
")
replace_once(
  source "lazy members: read one by one"
  "			tv = DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(thr->heap, obj, e_idx);
			if (flags & DUK_GETDESC_FLAG_PUSH_VALUE) {
"
  "			tv = DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(thr->heap, obj, e_idx);
			if (flags & DUK_GETDESC_FLAG_PUSH_VALUE) {
				if (DUK_UNLIKELY(DUK_TVAL_IS_UNUSED(tv))) {
					remora_lazy_read(thr, obj, key);
					(void) duk_hobject_find_entry(thr->heap, obj, key, &out_desc->e_idx, &out_desc->h_idx);
					tv = DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(thr->heap, obj, out_desc->e_idx);
				}
")
# Objects are not compacted meanwhile, so the slot stays where it is.
replace_once(
  source "lazy members: read by JSON.stringify"
  "				tv_val = DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(js_ctx->thr->heap, obj, i);
"
  "				if (DUK_UNLIKELY(DUK_TVAL_IS_UNUSED(DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(js_ctx->thr->heap, obj, i)))) {
					if (remora_lazy_stringify(js_ctx, obj, i)) {
						emitted = 1;
						continue;
					}
					remora_lazy_read(js_ctx->thr, obj, k);
				}
				tv_val = DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(js_ctx->thr->heap, obj, i);
")
# A function and its default prototype name each other, so that no count of references frees them, nor what the
# function sees: for one, the item that a hook handed to forEach() reads. Few functions are asked for theirs.
replace_once(
  source "lazy members: the prototype of a function"
  "		duk_push_object(thr); /* -> [ ... closure template newobj ] */
		duk_dup_m3(thr); /* -> [ ... closure template newobj closure ] */
		duk_xdef_prop_stridx_short(thr,
		                           -2,
		                           DUK_STRIDX_CONSTRUCTOR,
		                           DUK_PROPDESC_FLAGS_WC); /* -> [ ... closure template newobj ] */
		duk_compact(thr, -1); /* compact the prototype */
		duk_xdef_prop_stridx_short(thr, -3, DUK_STRIDX_PROTOTYPE, DUK_PROPDESC_FLAGS_W); /* -> [ ... closure template ] */
"
  "		duk_push_undefined(thr); /* -> [ ... closure template undefined ] */
		duk_xdef_prop_stridx_short(thr, -3, DUK_STRIDX_PROTOTYPE, DUK_PROPDESC_FLAGS_W); /* -> [ ... closure template ] */
		remora_lazy_prototype(thr, duk_known_hobject(thr, -2));
")

set(made_note "/* Made by script/duktape/prepare.cmake from the packaged Duktape source. */\n")
file(WRITE ${TO}/duktape.cpp "${made_note}${source}\n#include \"script/duktape/fast_paths.inc\"\n#include \"script/duktape/lazy_members.inc\"\n")
file(WRITE ${TO}/duk_config.h "${made_note}${config}")
file(COPY_FILE ${FROM}/duktape.h ${TO}/duktape.h)
