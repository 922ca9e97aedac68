/*
 * compile.c - the passes, in order. A pass runs only if the ones before it found no error.
 */
#include "compiler/drive/compile.h"

#include <stdio.h>
#include <stdlib.h>

#include "compiler/check/check.h"
#include "compiler/check/conform.h"
#include "compiler/check/declare.h"
#include "compiler/check/entry.h"
#include "compiler/emit/emit.h"
#include "compiler/infer/infer.h"
#include "compiler/lower/lower.h"

static void check_test_file(const Module *m, Diag *d)
{
    static const char *const later[] = {NULL, "RoundRobin", "Random", "Exhaustive"};
    entry_check(m, d);
    if (m->apps.count > 0)
        diag_error(d, DIAG_TYPE, m->apps.items[0]->span, "test files should not contain %s "
                   "declaration", m->apps.items[0]->is_stage ? "a stage" : "an app");
    for (int i = 0; i < m->test_groups.count; i++)
        if (later[m->test_groups.items[i]->strategy])
            diag_error(d, DIAG_UNSUPPORTED, m->test_groups.items[i]->span,
                       "the test scheduler %s is not implemented yet",
                       later[m->test_groups.items[i]->strategy]);
}

Module *compile_load(SourceFile *file, const ModuleOptions *options, Diag *d)
{
    Module *module = modules_load(file, options, d);
    return diag_errors(d) ? NULL : module;
}

void compile_refuse_system(const Module *module, Diag *d)
{
    if (module->systems.count == 0)
        return;
    entry_check(module, d);
    if (diag_errors(d) == 0)
        diag_error(d, DIAG_CODEGEN, module->systems.items[0]->span, "cannot run a system file "
                   "directly; use `pluto compile` to produce individual binaries");
}

/* Handlers come before the bodies of instances in the order of phases, but their check needs what
 * instances do. So if instances failed, the rest is looked at, and its errors are the ones shown. */
static void check_handlers_first(Program *program, Diag *d)
{
    Diag *earlier = diag_new();
    infer(program, earlier);
    if (diag_errors(earlier) > 0)
        diag_replace_errors(d, earlier);
}

Program *compile_check(Module *module, CompileGoal goal, Diag *d)
{
    if (goal == GOAL_PROGRAM)
        module->tests.count = 0;
    if (goal == GOAL_TESTS)
        check_test_file(module, d);
    if (diag_errors(d))
        return NULL;
    Program *program = declare(module, d);
    if (diag_errors(d))
        return NULL;
    check(program, d);
    if (program->instances_failed)
        check_handlers_first(program, d);
    if (diag_errors(d))
        return NULL;
    infer(program, d);
    if (diag_errors(d))
        return NULL;
    conform_two_defaults(program, d);
    return diag_errors(d) ? NULL : program;
}

IrProgram *compile_lower(Program *program, Diag *d)
{
    IrProgram *ir = lower(program, d);
    return diag_errors(d) ? NULL : ir;
}

char *compile_to_c(const IrProgram *ir, size_t *size)
{
    char *text = NULL;
    FILE *out  = open_memstream(&text, size);
    if (out == NULL)
        return NULL;
    emit(ir, out);
    return fclose(out) == 0 ? text : NULL;
}
