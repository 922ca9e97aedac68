/*
 * check.h - types the bodies of all functions.
 *
 * What check leaves behind in a program without errors, beyond the comments in ast.h and program.h:
 *
 *   types         every Expr has a type, and no type is or contains TYPE_HOLE or TYPE_BAD
 *   conversions   explicit. Where T is stored as T? stands EXPR_SOME around the value. A none has
 *                 the nullable type wanted of it (EXPR_NONE with type T?); it keeps type_none only
 *                 where no type is wanted of it: as an expression statement, and on both sides of
 *                 none == none. In if expressions the conversion stands in the branches' last
 *                 statements, so that both branches have exactly the type of the expression
 *   narrowing     a use of x : T? as T is EXPR_NARROWED (type T) around EXPR_NAME (type T?)
 *   comparison    with none: one operand has type T?, the other is EXPR_NONE of the same type
 *   ??            left has type T?; right has the type of the whole, which is T or T?
 *   calls         every Callee is resolved, that of a spawned call too (which may be CALL_TRAIT,
 *                 or CALL_FUNC of an extern function). A spawned call has the
 *                 type T of the function's result, its EXPR_SPAWN the type Task<T>
 *   self          EXPR_SELF has its variable in name.symbol, as EXPR_NAME has: the function's
 *                 first parameter, or the copy in a closure
 *   targets       of assignments: EXPR_NAME (symbol set, type of the variable), EXPR_FIELD,
 *                 EXPR_INDEX; never narrowed. x++ has become x += 1 (STMT_INCREMENT is gone), and
 *                 x += e on a narrowed x has become
 *                 x = x + e
 *   catch         the type of the whole is that of the call. For a void call no handler has a
 *                 value that counts: CATCH_VALUE's expression is evaluated and dropped
 *   error fields  .message of a caught error of unknown kind has field.index -1
 *   [ ]           an empty array literal has its array type, from its context or first use
 *   enum values   all are EXPR_VARIANT, a bare E.V too. e->type->enum_def is the instance,
 *                 variant.variant_index the place in its variants, FieldInit.index the place in
 *                 the variant's fields; values stand in written order
 *   match         MatchArm.variant_index is set; every variant has exactly one arm. MatchBinding.
 *                 symbol (SYM_MATCH) is the variable, MatchBinding.index the place in the
 *                 variant's fields; every field is bound. Values of EXPR_MATCH arms have exactly
 *                 the type of the expression: a conversion stands in the arm. Block.leaves is set
 *                 for statement arms, whose blocks never have a value
 *   select        SelectArm.symbol (SYM_SELECT) is the variable of ARM_RECV and ARM_GET; a task
 *                 whose result is void has none. ARM_SEND's value has exactly the element type
 *   maps, sets    EXPR_MAP and EXPR_SET have e->type; keys, values and items have exactly the key
 *                 and element types. m[k] is EXPR_INDEX with an object of TYPE_MAP (type: the
 *                 value's), also as the target of =, op=
 *   traits        EXPR_UPCAST (type: the trait) around an operand of a class that has the trait in
 *                 Class.traits; for R? an EXPR_SOME stands around the EXPR_UPCAST. Calls through
 *                 a trait value: CALL_TRAIT with callee.trait and callee.trait_method, func NULL.
 *                 Calls on class values, self in default bodies included, are CALL_FUNC: the func
 *                 is one of Class.methods. For each TraitMethod of each of its traits a class has
 *                 a method of that name in Class.methods (method_index finds it); an inherited
 *                 default is a Func of its own (inherited set, decl and body a copy)
 *   generics      uses of type parameters are concrete everywhere. Program.classes, .enums and
 *                 .funcs hold concrete instances only; every instance has its own FuncDecl and
 *                 body. Class.name and EnumDef.name are unique: Name<A, B>. Func.name is not:
 *                 Func.env tells instances apart. Func.number is dense, in source order, the
 *                 instances of one declaration in the order in which they were first asked for
 *   contracts     Func.requires: clauses of traits first, then its own; names are Func.params'
 *                 symbols whatever the trait called them. Read these, not decl->requires.
 *                 Class.invariants with invariant_texts; self in them is Class.invariant_self
 *   generators    Func.is_generator: result is TYPE_STREAM. A STMT_YIELD's value has exactly the
 *                 element type; returns have no value; `?` on none ends the stream. Errors stay
 *                 inside: fallible and may_raise are false, and callers need no handler; an error
 *                 that would leave the body ends the stream
 *   extern        Func.is_extern: body NULL, no requires, not generic, infallible
 */
#ifndef PLUTO_CHECK_H
#define PLUTO_CHECK_H

#include "compiler/base/diag.h"
#include "compiler/check/program.h"

/* Phases 9 and 10 of language 1.3: bodies, then writes through self. The warnings of language 27
 * are given for functions without errors. To be called after declare, if that found no error. */
void check(Program *p, Diag *d);

#endif
