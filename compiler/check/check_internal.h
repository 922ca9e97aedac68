/*
 * check_internal.h - what the files of check share.
 *
 *   check.c           the order of things; one function; unused variables
 *   check_scope.c     local names: declaration, lookup, capture by closures
 *   check_narrow.c    which nullable variables are known to hold a value
 *   check_convert.c   conversions of language 6.3; element types of []
 *   check_expr.c      names, members, the dispatch over all kinds; shared messages
 *   check_literal.c   f-strings, arrays, maps, sets, struct literals
 *   check_branch.c    if, ??: branches, their values and what they prove
 *   check_operator.c  unary, binary, cast
 *   check_enum.c      enum values and match
 *   check_call.c      calls of functions, methods and closures
 *   check_generic.c   calls of generic functions; type arguments from arguments
 *   check_builtin.c   calls of built-in functions and methods
 *   check_closure.c   closures
 *   check_error.c     raise, !, catch
 *   check_task.c      spawn, channels, task origins
 *   check_select.c    select
 *   check_stmt.c      statements and blocks
 *   check_assign.c    assignment
 *   check_contract.c  requires and invariants
 *   check_inject.c    ambient names, scope blocks
 *   scope_escape.c    what may not leave a scope block
 *   check_expect.c    expect() and its assertions
 *   check_text.c      missing returns of generic functions
 *   check_self.c      phase 10: writes through self
 *
 * A checking function reports what is wrong, marks the expression type_bad and goes on: type_bad
 * fits everywhere, so one mistake gives one message.
 */
#ifndef PLUTO_CHECK_INTERNAL_H
#define PLUTO_CHECK_INTERNAL_H

#include "compiler/base/arena.h"
#include "compiler/check/builtin.h"
#include "compiler/check/check.h"
#include "compiler/check/globals.h"
#include "compiler/base/hash.h"
#include "compiler/base/namemap.h"
#include "compiler/check/instance.h"
#include "compiler/check/resolve.h"
#include "compiler/base/suggest.h"

/* ---- State ---- */

/* A visible local name. Shadowing is an error, so a name is visible once at most; after such an
 * error the newer one is used until its scope ends. */
typedef struct Local {
    Symbol        *symbol;
    Name           name;
    int            depth;                 /* of its scope */
    int            level;                 /* of the frame that declared it */
    bool           narrowed;              /* known to hold a value */
    uint32_t       end;                   /* of its scope, as an offset; 0: not known */
    struct Local  *hidden;                /* what had this name before */
    UT_hash_handle hh;                    /* by name */
} Local;

typedef struct Capture {
    Symbol        *outer, *copy;
    UT_hash_handle hh;                    /* by outer */
} Capture;

/* The function or closure whose body is being checked. */
typedef struct Frame {
    struct Frame *outer;                  /* NULL in the function */
    Expr         *closure;                /* NULL in the function */
    int           level;                  /* 0 in the function */
    Type         *result;                 /* NULL: a closure whose first return is still to come */
    Block        *body;                   /* a return that stands directly in it decides */
    Block        *block;                  /* the innermost block being checked */
    int           loops;                  /* around the current place */
    bool          broken;                 /* a break left the innermost loop */
    Type         *yields;                 /* in a generator, not in a closure there: the element */
    Capture      *captures;
    LIST(Stmt *)  undecided_returns;      /* seen while result was NULL */
    LIST(Expr *)  undecided_unwraps;
} Frame;

/* An empty array literal bound by a let, whose element type its uses must fix. */
typedef struct Hole {
    Type *type;
    Span  at;                             /* the let's initialiser */
    Name  name;                           /* of the variable */
    Span  filled_at;
    UT_hash_handle hh;                    /* by type, in order of creation */
} Hole;

/* A change of Local.narrowed, to be undone at the end of a branch. */
typedef struct NarrowChange { Local *local; bool before; } NarrowChange;

typedef struct NamePlaces NamePlaces;     /* check_narrow.c */

typedef struct Check {
    Program *program;
    Globals *globals;
    Diag    *diag;
    Resolver resolver;                    /* of types in the function */

    /* Of the function being checked. */
    Func         *func;
    Frame        *frame;
    Local        *locals;                 /* the visible ones, by name */
    LIST(Local *) scope;                  /* the same, in order of declaration */
    int           depth;                  /* of the current scope */
    LIST(Symbol *) lets;                  /* for the warning about unused ones */
    Hole         *holes;
    LIST(Type **) hole_places;            /* places that hold a type made of a hole */
    LIST(NarrowChange) narrow_log;
    NamePlaces   *assigned;               /* NULL until a loop needs it */
    NamePlaces   *captured;               /* mentions in closures, valid if captured_known */
    bool          captured_known;
} Check;

/* ---- check_scope.c ---- */

int  scope_open(Check *c);                /* returns the mark for scope_close */
void scope_close(Check *c, int mark);

/* The code that sees the locals declared in the current scope so far ends where span does. */
void scope_covers(Check *c, Span span);

/* Declares a local in the current scope; reports a name that is taken (5.3). */
Symbol *declare_local(Check *c, SymbolKind kind, Ident name, Type *type);
void    declare_symbol(Check *c, Symbol *symbol, Name name);

/* As declare_local for let: names of declarations are taken too. */
Symbol *declare_let(Check *c, SymbolKind kind, Ident name, Type *type);

/* The visible local of that name, or NULL. */
Local  *find_local(Check *c, Name name);

/* What the current body sees of a local: itself, or its copy in the closure. */
Symbol *local_symbol(Check *c, Local *local);

/* The variable a chain of copies began with. */
Symbol *original_symbol(Symbol *symbol);

void report_undefined_variable(Check *c, Ident name);

/* ---- check_narrow.c ---- */

typedef LIST(Local *) NarrowFacts;        /* locals that are not none */

/* What a condition proves when it is `outcome`. */
NarrowFacts narrow_facts(Check *c, const Expr *cond, bool outcome);

int  narrow_mark(const Check *c);
void narrow_apply(Check *c, const NarrowFacts *facts);

/* Those that still hold: not assigned since they were applied. */
NarrowFacts narrow_remaining(const NarrowFacts *facts);

/* Ends a branch begun at mark: forgets what it proved. A branch that goes on (does not leave) also
 * passes on what it assigned: those are no longer narrowed. */
void narrow_end(Check *c, int mark, bool leaves);

/* The same in two steps, for branches of which only one runs: a branch adds what it passes on to
 * *assigned, and that is forgotten once all of them have been checked. */
void narrow_end_one(Check *c, int mark, bool leaves, NarrowFacts *assigned);
void narrow_forget(Check *c, const NarrowFacts *assigned);

/* Variables that a loop assigns are not narrowed in it, nor after it. */
void narrow_enter_loop(Check *c, Span loop);
void narrow_assigned(Check *c, Local *local);

/* Is the local known to hold a value, in this body? What a closure captures never is, neither in
 * the closure nor outside it. */
bool is_narrowed(Check *c, const Local *local);

/* ---- check_convert.c ---- */

/* Sets e->type. */
Type *set_type(Check *c, Expr *e, Type *type);
Type *set_bad(Expr *e);

/* After a message about a value of this type: what to do if the type is nullable. */
void advise_nullable(Check *c, const Type *type);

/* Records that *place may hold a type made of a hole. */
void note_type(Check *c, Type **place);

/* The type with filled holes replaced. */
Type *known_type(Type *t);

/* Are the types identical? Fills holes to make them so. */
bool same_type(Check *c, Type *a, Type *b, Span at);

/* Makes *slot an expression of type `to` by the conversions of 6.3, if there is one. */
bool convert(Check *c, Expr **slot, Type *to);

/* As convert, where 6.3 allows no conversion: only a narrowing may be taken back. */
bool fits_exactly(Check *c, Expr **slot, Type *to);

/* As convert for the values of a block in value position. */
bool convert_block(Check *c, Block *block, Type *to);

/* Checks e, an initialiser of `name` without annotation: [] gets an element type by its uses. */
Type *check_initialiser(Check *c, Expr *e, Ident name);

/* Reports a type that stayed unknown where it must be known. */
void report_hole(Check *c, Type *hole);
void finish_holes(Check *c);

/* Adds to the last diagnostic where the element type of an array came from, if by its first use. */
void note_first_use(Check *c, const Expr *array);

/* ---- check_expr.c ---- */

/* Every one returns e->type, never NULL. */
Type *check_expr(Check *c, Expr *e);                        /* may be void, or not known yet */
Type *check_value(Check *c, Expr *e);                       /* known, or reported */
Type *check_raw(Check *c, Expr *e);                         /* as check_value, not narrowed */

/* As check_expr, where `expected` is wanted: an empty array literal gets this type. */
Type *check_expecting(Check *c, Expr *e, Type *expected);

/* check_expecting, then convert. False if the types do not fit; the caller reports. */
bool check_converting(Check *c, Expr **slot, Type *to);

/* "<what>: expected <T>, found <U>", at e. */
void report_mismatch(Check *c, const Expr *e, const char *what, Type *expected);
void label_type(Check *c, const Expr *e);             /* "this is <U>", beside the carets */
void report_untyped_none(Check *c, Span at);
void report_no_field(Check *c, const char *what, Ident name, const Field *fields, int count);
void check_range_bounds(Check *c, Expr *range);
Type *check_index(Check *c, Expr *e);
void check_index_type(Check *c, Expr *index, const char *container);
void mark_read(Symbol *symbol);
Type *narrow(Check *c, Expr *name);                   /* name becomes EXPR_NARROWED */
void unsupported(Check *c, Span at, const char *what);

/* Is it the binding name of an import, and not of a local? */
bool names_module(Check *c, const Expr *e);

/* ---- check_literal.c ---- */

Type *check_fstring(Check *c, Expr *e);
Type *check_array(Check *c, Expr *e);
Type *check_struct(Check *c, Expr *e);
Type *check_map(Check *c, Expr *e);
Type *check_set(Check *c, Expr *e);

/* A key of a map, which must have exactly its type. */
void check_map_key(Check *c, Expr **key, const Type *map);

/* The fields of a class or variant; `what` is how messages call it. */
typedef struct FieldTable {
    const Field   *fields;
    int            count;
    const NameMap *index;
    const char    *what;
} FieldTable;

/* The field values of a literal, whose number the caller judges. `given` collects the names. */
void check_inits(Check *c, FieldInit *inits, int count, const FieldTable *table, NameMap *given);
void check_inits_loosely(Check *c, FieldInit *inits, int count);

/* ---- check_enum.c ---- */

Type *check_variant(Check *c, Expr *e);

/* `Enum.Variant` or `module.Enum.Variant`, parsed as a member access, becomes EXPR_VARIANT. */
Type *check_bare_variant(Check *c, Expr *e);
Type *check_match(Check *c, Expr *e);
bool  check_match_stmt(Check *c, Stmt *s);


/* ---- check_branch.c ---- */

Type *check_if(Check *c, Expr *e);
Type *check_coalesce(Check *c, Expr *e);

/* "<what> must be bool, found <T>" unless it is. */
void  check_condition(Check *c, Expr *cond, const char *what);

/* none and T?, or T and T?: the nullable one; else NULL. */
Type *nullable_of_both(Type *a, Type *b);

/* Both branches; the type of the value if one is wanted, else type_void. otherwise may be NULL. */
Type *check_branches(Check *c, const Expr *cond, Block *then, Block *otherwise, bool wants_value,
                     Span span);

/* ---- check_operator.c ---- */

Type *check_unary(Check *c, Expr *e);
Type *check_binary(Check *c, Expr *e);
Type *check_cast(Check *c, Expr *e);

/* The type of left op right, for the operators of 9.2; reports unsuitable types. */
Type *arithmetic_result(Check *c, BinaryOp op, Type *left, Type *right, Span at);

/* ---- check_call.c ---- */

Type *check_call(Check *c, Expr *e);
Type *check_method(Check *c, Expr *e);

/* The leftmost name of a chain of field accesses, if it is a plain let: 7.3, 7.6 protect it. */
Symbol *plain_let_root(const Expr *e);

/* "<prefix>argument <i> of '<f>': expected <T>, found <U>" unless the argument converts. */
void check_arg(Check *c, Expr *call, int i, Type *param, Span declared, const char *prefix);

/* The same for an argument that has been checked. */
void convert_arg(Check *c, Expr *call, int i, Type *param, Span declared, const char *prefix);

/* Reports another number of arguments than wanted, and checks them loosely then. */
bool is_right_count(Check *c, Expr *call, const char *what, int wanted, Span declared);

/* The arguments after an error about the call itself: only mistakes inside them are reported. */
void check_args_loosely(Check *c, Expr *call);

/* ---- check_generic.c ---- */

Type *check_generic_call(Check *c, Expr *e, Global *generic);

/* ---- check_builtin.c ---- */

/* NULL when there is no built-in function of that name. */
Type *check_builtin_function(Check *c, Expr *e);
Type *check_builtin_method(Check *c, Expr *e, Type *receiver);

/* As is_right_count, in the words that the reference has for what is built in. */
bool has_arg_count(Check *c, Expr *e, int wanted);

/* ---- check_closure.c ---- */

Type *check_closure(Check *c, Expr *e);
void  check_return(Check *c, Stmt *s);
Type *check_unwrap(Check *c, Expr *e);

/* ---- check_error.c ---- */

void  check_raise(Check *c, Stmt *s);
Type *check_propagate(Check *c, Expr *e);
Type *check_catch(Check *c, Expr *e);
ErrorDef *find_error(Check *c, const QName *name);

/* ---- check_task.c ---- */

Type *check_spawn(Check *c, Expr *e);
void  check_let_chan(Check *c, Stmt *s);

/* The function a let's initialiser spawns, or NULL. */
Func *spawned_func(const Expr *e);

/* ---- check_select.c ---- */

void check_select(Check *c, Stmt *s);

/* ---- check_stmt.c ---- */

/* A block with a scope of its own. Sets leaves, and value_type if the value is wanted. */
void check_block(Check *c, Block *block, bool wants_value);

/* The same for a block whose scope the caller has opened. */
void check_statements(Check *c, Block *block, bool wants_value);

/* ---- check_assign.c ---- */

void check_assign(Check *c, Stmt *s);
void check_increment(Check *c, Stmt *s);

/* ---- check_contract.c ---- */

/* Sets func->requires: the clauses of the trait methods it implements, then its own. */
void check_requires(Check *c);

/* Sets cls->invariants. */
void check_invariants(Check *c, Class *cls);

/* The clauses of a trait that no class implements. */
void check_trait_clauses(Check *c, const TraitMethod *method);

/* ---- check_inject.c ---- */

/* Does the bare name mean an ambient of the method's class, where no local has it? */
bool is_ambient_name(Check *c, Name name);
void ambient_to_field(Expr *name);        /* EXPR_NAME becomes self.<name>, to be checked */

/* Returns whether the statement leaves. */
bool check_scope_stmt(Check *c, Stmt *s);

/* ---- scope_escape.c ---- */

/* A scope block in which no error was found. */
void check_scope_escapes(Check *c, Stmt *s);

/* ---- check_expect.c ---- */

bool  is_expectation(Check *c, const Expr *e);         /* expect(..) */
Type *check_assertion(Check *c, Expr *e);              /* a method call on one */
Type *check_bare_expect(Check *c, Expr *e);

/* ---- check_text.c ---- */

void check_generic_texts(const Module *m, Diag *d);

/* ---- check_self.c ---- */

void check_self_mutability(const Func *func, Diag *d);

#endif
