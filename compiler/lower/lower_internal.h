/*
 * lower_internal.h - what the files of lower share.
 *
 *   lower.c           the whole program: main, contracts
 *   lower_func.c      functions
 *   lower_name.c      names of C: files, locals, members; strings and places
 *   lower_type.c      types of C: layouts, arrays, results, nullables
 *   lower_put.c       statements into the current block; order of evaluation
 *   lower_expr.c      operators, literals, names, members, if, ??, ?
 *   lower_string.c    f-strings and concatenation
 *   lower_call.c      calls of functions, methods, closures; !
 *   lower_builtin.c   calls of built-in functions and methods
 *   lower_error.c     error kinds, raise, catch
 *   lower_closure.c   closures
 *   lower_spawn.c     spawn
 *   lower_copy.c      deep copies
 *   lower_enum.c      enums, match
 *   lower_map.c       maps and sets
 *   lower_trait.c     trait values, method tables
 *   lower_stream.c    generators
 *   lower_stmt.c      statements and blocks
 *   lower_loop.c      loops
 *   lower_select.c    select
 *   lower_plain.c     which loops and statements call nothing (lower_plain.h)
 *   lower_view.c      array headers in registers
 *   lower_seldom.c    array headers in registers, in loops that seldom call
 *   lower_counted.c   while loops that count
 *   lower_app.c       injected objects, scope blocks, tests
 *   lower_lock.c      methods that take a lock
 *   lower_extern.c    extern functions
 *   lower_text.c      expressions as messages print them
 *   lower_count.c     counters of coverage
 *
 * Names that lower invents inside functions end in one underscore (t1_, leave_); names of the
 * program that end in one get a second, so the two never meet.
 */
#ifndef PLUTO_LOWER_INTERNAL_H
#define PLUTO_LOWER_INTERNAL_H

#include "compiler/base/arena.h"
#include "compiler/check/builtin.h"
#include "compiler/coverage/points.h"
#include "compiler/infer/infer.h"
#include "compiler/emit/ir.h"
#include "compiler/lower/lower.h"
#include "compiler/base/namemap.h"

/* ---- State ---- */

/* What is known about a type in C, made on demand. */
typedef struct TypeInfo {
    const char *mangled;                  /* int, string, c_Node, A_int */
    const char *array;                    /* the array type with these elements: A_int */
    const char *result;                   /* what a function that may raise returns: R_int */
    const char *copy;                     /* function that copies deeply */
    const char *map;                      /* functions of a map or set type: M_string_int */
} TypeInfo;

/* A struct that begins with its pointers. members[i] belongs to the i-th field as declared. */
typedef struct Layout {
    const char  *name;
    const char **members;
    int          pointers;
    const char  *lock;                    /* variable of the class's lock; NULL: nobody asked */
    const char  *single;                  /* variable of the one object injected; NULL: none yet */
} Layout;

/* An enum in C; see lower_enum.c. */
typedef struct EnumLayout {
    const char  *name;                    /* n_Shape */
    const char **tags;                    /* n_Shape_Circle, by variant */
    Layout      *variants;                /* with data: the structs, or constants without fields */
    IrFunc      *equality;                /* made on demand, as are the next two */
    const char  *hash, *same_key;
} EnumLayout;

/* The innermost loop around the statement being lowered. */
typedef struct LoopScope {
    int         switches;                 /* of C, between the loop and the statement */
    const char *break_label;              /* behind the loop, if some break needs it */
    const char *stream;                   /* only this loop has it: ends with it. NULL: none */
} LoopScope;

/* A copy of an array's header; see lower_view.c. */
typedef struct View {
    Symbol     *root, *index;             /* of root, root.field, root[index], root.field[index] */
    int         field;                    /* -1: none. index NULL: none */
    const char *name;
    IrExpr     *handle;                   /* of the array it is a copy of */
    int         until;                    /* of a run: number of the statement behind it */
    const Expr *renewed;                  /* the array, copied anew after each statement that calls;
                                             NULL: nothing is called */
} View;

/* Each EXPR_INDEX that needs no check where it stands. */
typedef LIST(const Expr *) InBounds;

/* A variable of the function, NULL at first; what it holds is let go of at the exit. */
typedef struct Held { const char *type, *name, *release; } Held;

/* The C function whose body is being made. */
typedef struct Body {
    Func       *func;                     /* it, or the function around the closure, or NULL */
    const char *title;                    /* what places name; NULL: that of func */
    Expr       *closure;                  /* NULL: the function itself */
    Type       *result;
    bool        raises;                   /* it returns an error beside its value */
    IrBlock    *out;                      /* statements go to its end */
    uint32_t    line;                     /* of the statement being lowered */
    unsigned    emitted;                  /* effects of the statements added; see put_operands */
    int         temps;                    /* names handed out */
    LIST(Held)  held;                     /* senders of channels made here, streams of loops */
    LIST(IrStmt *) returns;               /* put while held was empty */
    bool        leaves;                   /* some statement goes to leave_ */
    bool        has_loop;
    int         spawns;                   /* lowered so far */
    LoopScope   loop;
    LIST(View)  views;                    /* of the plain loops around the statement */
    bool        calling;                  /* it calls: may not use views that are renewed */
    InBounds   *in_bounds;                /* of the strip around the statement, or NULL */
    const Expr *push;                     /* in that strip: stores to where push_to points */
    const char *push_to;
} Body;

typedef struct Lower {
    Program *program;
    Diag    *diag;
    IrProgram  *ir;
    NameMap *file_names;                  /* taken at file scope */
    NameMap *strings;                     /* literal -> index in string_names */
    LIST(const char *) string_names;
    NameMap *places;                      /* key -> index in place_names */
    LIST(const char *) place_names;
    struct { TypeInfo **items; int count, cap; } types;      /* by number */
    LIST(EnumDef *) equalities;           /* whose functions are wanted, see lower_enum.c */
    const char *path;                     /* of the source file of what is being lowered, or NULL */
    Body    *body;
} Lower;

/* What a call leaves: its value, valid where error is NULL, and its error. */
typedef struct Outcome {
    IrExpr *value;                        /* NULL: void */
    IrExpr *error;                        /* NULL: it cannot raise; else may be written twice */
} Outcome;

/* ---- Names (lower_name.c) ---- */

/* A name for something at file scope: wanted, with other characters replaced and a number added
 * where needed. Interned. */
const char *file_name(Lower *l, const char *wanted);
/* The same with something after it that depends on content alone: what else the program contains
 * does not change it. */
const char *content_name(Lower *l, const char *wanted, const char *content);
/* A type of that name and its functions NAME_F, for each of functions (ending with NULL); its text
 * is left to the caller. */
IrDecl     *type_with_functions(Lower *l, const char *wanted, const char *const *functions);
const char *member_name(Name name);
const char *local_name(Symbol *s);
const char *temp_name(Lower *l, const char *hint);           /* t1_ */

const char *func_name(Lower *l, Func *f);                    /* f_fib, m_Node_sum */
const char *func_title(const Func *f);      /* in reports: fib, Node.sum, pick<int> */
const char *closure_name(Lower *l, const Expr *closure);     /* k_main_1; in the current function */

IrExpr *string_constant(Lower *l, const char *bytes, uint32_t len);
IrExpr *place_of(Lower *l, Span span);                       /* pointer to a static RtPlace */
IrExpr *place_in(Lower *l, Span span, const char *function);
const char *place_braces(Span span, const char *function);   /* { "a.pluto", 3, 5, "main" } */
const char *c_string(const char *bytes, size_t len);         /* as a C literal, quotes included */

/* ---- Types (lower_type.c) ---- */

const char *c_type(Lower *l, const Type *t);                 /* int64_t, c_Node *, void */
const char *c_mangled(Lower *l, const Type *t);
const char *c_array(Lower *l, const Type *array);            /* A_int; also bytes: RtBytes */
const char *c_result(Lower *l, const Type *t);
const char *c_copy(Lower *l, const Type *t);                 /* NULL: values need no copying */
TypeInfo   *type_info(Lower *l, const Type *t);

bool        type_has_pointer(const Type *t);     /* its value is one, or begins with one (traits) */
const Type *type_bare(const Type *t);                        /* T of T?, else t */
bool        type_is_wide(const Type *t);                     /* takes two words of a cell */
const char *heap_kind(int pointers);
const char *element_kind(const Type *element);
Layout     *class_layout(Lower *l, Class *c);
Layout     *error_layout(Lower *l, ErrorDef *d);
/* order[i]: the field that comes i-th; returns how many begin with pointers. */
int         order_fields(Type *const *types, int count, int *order);
void        struct_add(IrStruct *s, const char *type, const char *name);
/* Fills members and pointers of layout, and the struct s after what it has already. */
void        lay_out(Lower *l, Layout *layout, IrStruct *s, const Field *fields, int count);

IrExpr *none_of(Lower *l, const Type *nullable);
IrExpr *some_of(Lower *l, const Type *nullable, IrExpr *value);
IrExpr *is_some(const Type *nullable, IrExpr *x);
IrExpr *is_none(const Type *nullable, IrExpr *x);
IrExpr *value_of(const Type *nullable, IrExpr *x);           /* when it is some */
IrExpr *equal_of(Lower *l, const Type *t, IrExpr *a, IrExpr *b);
IrExpr *cell_of(Lower *l, const Type *t, IrExpr *x);
IrExpr *uncell(Lower *l, const Type *t, IrExpr *cell);
/* x : from, as a value of type to: language 6.3. */
IrExpr *converted(Lower *l, IrExpr *x, const Type *from, const Type *to);

/* ---- Enums, match (lower_enum.c) ---- */

EnumLayout *enum_layout(Lower *l, EnumDef *d);
const char *enum_type(Lower *l, EnumDef *d);                 /* uint8_t; const n_Shape * */
bool        enum_is_small(const EnumDef *d);                 /* without data: fits a byte */
const char *variant_kind(const Layout *variant);             /* HEAP_.. of its objects */
const char *enum_equality(Lower *l, EnumDef *d);             /* of enums with data: eq_Shape */
void        lower_equalities(Lower *l);                      /* once all functions are lowered */
const char *enum_hash(Lower *l, EnumDef *d);                 /* by pointer to the value */
const char *enum_same_key(Lower *l, EnumDef *d);
IrExpr     *lower_variant(Lower *l, Expr *e);
/* target NULL: a statement, or the arms are void. */
void        lower_match(Lower *l, Expr *value, MatchArm *arms, int count, IrExpr *target,
                        const Type *type);
IrExpr     *lower_match_value(Lower *l, Expr *e);
IrStmt     *put_switch(Lower *l, IrExpr *value);
IrBlock    *switch_case(IrStmt *s, const char *label);       /* a new case; NULL: default */

/* ---- Maps and sets (lower_map.c) ---- */

const char *c_map(Lower *l, const Type *t);                  /* M_string_int, S_int */
IrExpr     *lower_map(Lower *l, Expr *e);
IrExpr     *lower_set(Lower *l, Expr *e);
/* name_method(args): a function of the map or set type t. */
IrExpr     *map_call(Lower *l, const Type *t, unsigned effects, const char *method);
void        copy_map(Lower *l, const Type *t);               /* bodies of copy_ and fill_ */
void        fill_map(Lower *l, const Type *t);
bool        map_needs_fill(Lower *l, const Type *t);

/* ---- Traits (lower_trait.c) ---- */

const char *trait_type(Lower *l, TraitDef *t);               /* t_Shape, a struct of two words */
IrExpr     *lower_upcast(Lower *l, Expr *e);
Outcome     lower_trait_call(Lower *l, Expr *call);
/* value.method(..), which gets its arguments from the caller; value may be written twice. */
IrExpr     *trait_method_call(Lower *l, TraitDef *t, int method, IrExpr *value);
const char *trait_copy(Lower *l, TraitDef *t);               /* copies the object behind a value */
void        lower_trait_tables(Lower *l);                    /* once all functions are lowered */

/* ---- Generators (lower_stream.c) ---- */

void lower_generator(Lower *l, Func *f);
void lower_yield(Lower *l, Stmt *s);
void lower_for_stream(Lower *l, Stmt *s);

/* ---- Plain loops and statements (lower_plain.c, lower_view.c, ..) ---- */

bool        loop_is_innermost_plain(Stmt *s);                /* no calls, no loops inside */
bool        loop_has_strips(Stmt *s);                        /* of a for: short rounds, no calls */
const Expr *loop_push(Stmt *s);                              /* in each round of such; or NULL */
bool        stmt_is_plain(Stmt *s);                          /* no calls, no loops */
bool        stmt_is_exit(const Stmt *s);                     /* if c { .. return e } */
bool        stmt_is_short_exit(Stmt *s);                     /* that calls nothing that recurses */
/* Whether the rounds from `from` to before `to` of a loop over a range are within the bounds of the
 * views that it indexes by its variable; fills in. NULL: there is none. */
IrExpr     *views_cover(Lower *l, Stmt *loop, IrExpr *from, IrExpr *to, InBounds *in);
bool        is_in_bounds(const Lower *l, const Expr *e);     /* an EXPR_INDEX */
int         views_begin(Lower *l, Stmt *loop);               /* before a loop; for views_end */
void        views_keep(Lower *l, int before);                /* in a round */
void        views_end(Lower *l, int before);                 /* behind the loop */
/* Views of a loop that is not plain, but calls nothing in many of its rounds (lower_seldom.c). */
void        put_seldom_views(Lower *l, Stmt *loop);
void        put_renewed_view(Lower *l, const Expr *array);
/* Before statement s: whether it calls, and there are such views. Then follows, behind it,
 * views_renew. reached: s does not always leave. */
bool        views_leave(Lower *l, Stmt *s);
void        views_renew(Lower *l, bool reached);
/* Before statement number `at` of b: views of what it indexes, where later ones index it again. */
void        run_views_begin(Lower *l, Block *b, int at);
/* At the same place: lets go of views, from number `before` on, whose runs end here. reached: the
 * statement before does not always leave. */
void        run_views_end(Lower *l, int before, int at, bool reached);
const View *view_of(const Lower *l, const Expr *e);          /* of array e; NULL: there is none */
/* Before a loop: whether it has so few rounds that it needs no poll. NULL: nobody can tell. */
IrExpr     *loop_ends_soon(Lower *l, Stmt *loop);

/* ---- Injection (lower_app.c) ---- */

IrExpr *single_of(Lower *l, Class *c);                       /* the object made before main */
/* Fields of injected objects whose type has no value to begin with. */
bool    field_may_be_unset(const Class *c, int field);
IrExpr *checked_field(Lower *l, const Expr *e, IrExpr *x);   /* fails if nothing was assigned */
void    lower_scope(Lower *l, Stmt *s);
void    put_singles(Lower *l);                               /* at the start: makes them all */
void    put_tests(Lower *l);                                 /* runs the program's tests */
void    lower_app(Lower *l);                                 /* the functions that these need */

/* ---- Locks (lower_lock.c) ---- */

bool        func_is_locking(const Func *f);                  /* a method of a synchronized class */
/* What a call of f calls; object: the receiver as written, NULL if unknown. */
const char *called_name(Lower *l, Func *f, const Expr *object);
void        lower_locking(Lower *l, Func *f);                /* the function that takes the lock */
void        put_locks(Lower *l);                             /* at the start: makes them all */

/* ---- Extern functions (lower_extern.c) ---- */

void lower_extern(Lower *l, Func *f);
/* Behind the arguments of a call of f, written at span: what its C function takes beside them. */
void add_hidden_args(Lower *l, IrExpr *call, const Func *f, Span span);

/* ---- Counters (lower_count.c) ---- */

/* Counts the point of that kind at what has this span, if there is one. */
void put_count(Lower *l, PointKind kind, Span span);
void put_arm_count(Lower *l, int arm, Span span);            /* MatchArm */
bool is_counted(Lower *l, PointKind kind, Span span);
/* Defines the counters; what the RtProgram says of them. */
const char *count_table(Lower *l);

/* ---- Putting statements (lower_put.c) ---- */

IrStmt *put(Lower *l, IrStmtKind kind);
void    put_decl(Lower *l, const char *type, const char *name, IrExpr *init);
void    put_local(Lower *l, Symbol *s, IrExpr *value);       /* declares it; value or NULL */
void    put_assign(Lower *l, IrExpr *target, IrExpr *value);
void    put_eval(Lower *l, IrExpr *x);                       /* drops the value */
void    put_return(Lower *l, IrExpr *value);                 /* value NULL: none */
void    put_end(Lower *l);                                   /* where the body may end */
void    put_return_error(Lower *l, IrExpr *error);
/* A new variable for what release lets go of at the exit; its name. */
const char *hold(Lower *l, const char *type, const char *hint, const char *release);
/* if (cond): statements go to the then branch until the caller restores l->body->out. */
IrStmt *put_if(Lower *l, IrExpr *cond, bool unlikely);
IrBlock *enter_block(Lower *l, IrBlock *block);              /* returns the one before */
void    put_effects(Lower *l, unsigned effects);             /* of nested statements */

/* A temporary with the value of x, declared here. */
IrExpr *put_temp(Lower *l, const char *type, IrExpr *x);
/* x, or a temporary for it, such that it may be written twice. */
IrExpr *put_reusable(Lower *l, const char *type, IrExpr *x);
/* A temporary without a value yet. */
IrExpr *put_variable(Lower *l, const char *type);

/* Does it show whether what has the effects `first` is evaluated before or after `second`? */
bool effects_conflict(unsigned first, unsigned second);
/* A temporary with the value of x, declared at position `at` of the current block. */
IrExpr *insert_temp(Lower *l, int at, const char *type, IrExpr *x);

/* Lowers expressions from left to right, so that it makes no difference in which order C evaluates
 * the results. */
void put_operands(Lower *l, Expr *const *exprs, int count, IrExpr **out);

/* ---- Expressions ---- */

/* The value of e. A void expression gives NULL, or an expression still to be evaluated. */
IrExpr *lower_expr(Lower *l, Expr *e);
IrExpr *lower_string_build(Lower *l, Expr *e);               /* f-string, chain of + on strings */
IrExpr *lower_element(Lower *l, const Expr *e, IrExpr *object, IrExpr *index);  /* an lvalue */
IrExpr *symbol_value(const Symbol *s);
IrExpr *lower_arithmetic(Lower *l, const Expr *at, BinaryOp op, const Type *t, IrExpr *a,
                         IrExpr *b);
const char *expr_text(const Expr *e);                        /* language 18.5 */

/* ---- Calls ---- */

Outcome lower_call(Lower *l, Expr *call);
/* From a call in C to value and error. */
Outcome call_outcome(Lower *l, IrExpr *call, bool raises, const Type *result);
Outcome lower_builtin(Lower *l, Expr *call);
IrExpr *lower_plain_call(Lower *l, Expr *call);              /* errors pass on silently */
IrExpr *lower_propagate(Lower *l, Expr *e);
IrExpr *lower_catch(Lower *l, Expr *e);
/* Kinds that replace predeclared ones of the runtime. */
void    put_own_kinds(Lower *l);
void    lower_raise(Lower *l, Stmt *s);
IrExpr *lower_error_field(Lower *l, Expr *e);
/* Leaves the function with an error that the call at span let out and nothing here handles; ends
 * the program where the function has no way to hand it on. */
void    put_escape(Lower *l, IrExpr *error, Span span);


IrExpr *lower_closure(Lower *l, Expr *e);                    /* the closure expression */
void    lower_closure_body(Lower *l, Func *f, Expr *closure);
IrExpr *lower_spawn(Lower *l, Expr *e);
IrExpr *copied(Lower *l, const Type *t, IrExpr *copy, IrExpr *x);
const char *closure_copy_name(Lower *l, const Expr *closure);  /* NULL: nothing to copy */

/* ---- Statements ---- */

void lower_stmt(Lower *l, Stmt *s);
void lower_block(Lower *l, Block *b);                        /* into the current block */
void lower_stmts(Lower *l, Block *b, int from, int to);      /* statements [from, to) of b */
/* The block's value goes to target (NULL: drop it); type is the target's. */
void lower_block_value(Lower *l, Block *b, IrExpr *target, const Type *type);
void lower_loop(Lower *l, Stmt *s);
void lower_select(Lower *l, Stmt *s);
void lower_break(Lower *l);
void lower_rounds(Lower *l, Block *b);                       /* of a loop: poll, statements */
void lower_refuse(Lower *l, Span span, const char *what);

/* ---- C functions (lower.c) ---- */

/* Functions and globals belong to the source file that is being lowered; a helper, which is made
 * for whoever asks first, belongs to none. */
IrFunc   *func_new(Lower *l, const char *result, const char *name);
IrFunc   *helper_new(Lower *l, const char *result, const char *name);
IrGlobal *global_new(Lower *l, const char *type, const char *name, const char *init);
void    func_param(IrFunc *f, const char *type, const char *name, bool unused);
/* Makes body the current one, then finishes f with what was put into it. */
void    body_begin(Lower *l, Body *body, IrFunc *f);
void    body_end(Lower *l, IrFunc *f);
void    put_requires(Lower *l, Func *f);

/* ---- Functions of the program (lower_func.c) ---- */

void     lower_plain_func(Lower *l, Func *f);                /* any but a generator */
uint32_t func_line(const Func *f);                           /* where it is declared */
const char *invariant_check(Lower *l, Class *c);             /* NULL: the class has none */

#endif
