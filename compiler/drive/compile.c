/*
 * compile.c - the passes, in order. A pass runs only if the ones before it found no error.
 */
#include "compiler/drive/compile.h"

#include <stdio.h>
#include <stdlib.h>

#include "compiler/check/check.h"
#include "compiler/syntax/contracts.h"
#include "compiler/check/declare.h"
#include "compiler/emit/emit.h"
#include "compiler/infer/infer.h"
#include "compiler/lower/lower.h"
#include "compiler/modules/entry.h"

Module *compile_load(SourceFile *file, const ModuleOptions *options, Diag *d)
{
    Module *module = modules_load(file, options, d);
    return diag_errors(d) ? NULL : module;
}

Program *compile_check(Module *module, Diag *d)
{
    entry_check(module, d);
    if (diag_errors(d))
        return NULL;
    contracts_check_form(module, d);
    if (diag_errors(d))
        return NULL;
    Program *program = declare(module, d);
    if (diag_errors(d))
        return NULL;
    check(program, d);
    if (diag_errors(d))
        return NULL;
    infer(program, d);
    return diag_errors(d) ? NULL : program;
}

char *compile_to_c(Program *program, Diag *d, size_t *size)
{
    char   *text = NULL;
    IrUnit *unit = lower(program, d);
    if (diag_errors(d))
        return NULL;
    FILE *out = open_memstream(&text, size);
    if (out == NULL)
        return NULL;
    emit(unit, out);
    return fclose(out) == 0 ? text : NULL;
}
