/*
 * fuzz_front.c - a target for libFuzzer: the compiler up to C, on any bytes.
 *
 * tests/fuzz/run.sh builds and runs it. What stays in static variables from one input to the next:
 * the table of types, which is why type.c is a part of this file (and not linked).
 */
#include "compiler/check/type.c"

#include <stdio.h>
#include <stdlib.h>

#include "compiler/base/diag.h"
#include "compiler/drive/compile.h"
#include "tests/fuzz/fuzz_arena.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int first_number;

static void forget_types(void)
{
    if (first_number == 0)
        first_number = next_number;
    next_number = first_number;
    entries     = NULL;
}

/* Messages are formatted too; what they say goes nowhere. */
static void print_messages(Diag *d, bool as_json)
{
    char  *text = NULL;
    size_t size = 0;
    FILE  *out  = open_memstream(&text, &size);
    if (out == NULL)
        abort();
    if (as_json)
        diag_flush_json(d, out);
    else
        diag_flush(d, out, true);
    fclose(out);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    forget_types();
    Diag       *d       = diag_new();
    SourceFile *file    = source_from_text("fuzz.pluto", (const char *)data, size);
    Module     *module  = compile_load(file, &(ModuleOptions){.standalone = true}, d);
    Program    *program = module ? compile_check(module, GOAL_CHECK, d) : NULL;
    size_t      c_size;
    if (program == NULL && diag_errors(d) == 0)
        abort();                          /* refused without a word */
    IrProgram  *c       = program && program->main ? compile_lower(program, d) : NULL;
    if (c)
        free(compile_to_c(c, &c_size));
    print_messages(d, size % 2 == 0);
    fuzz_arena_free();
    return 0;
}
