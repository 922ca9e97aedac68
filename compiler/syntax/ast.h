/*
 * ast.h - the syntax tree of the whole language.
 *
 * Made by parse, annotated by check (fields under "set by check"), read by infer and lower.
 * Nodes live in the compilation's arena and are never freed one by one. A node of many kinds is a
 * tag and a union. Names are interned (arena.h): equal names are the same pointer.
 */
#ifndef PLUTO_AST_H
#define PLUTO_AST_H

#include <stdbool.h>
#include <stdint.h>

#include "compiler/base/source.h"

typedef const char *Name;                 /* interned, NUL-terminated */

typedef struct Type     Type;             /* type.h */
typedef struct Symbol   Symbol;           /* program.h: a local variable */
typedef struct Func     Func;             /* program.h: one instance of a function or method */
typedef struct Class    Class;            /* program.h */
typedef struct ErrorDef ErrorDef;         /* program.h */
typedef struct TraitDef TraitDef;         /* program.h */
typedef struct ScopePlan ScopePlan;       /* program.h */

typedef struct Packages Packages;         /* packages.h */

typedef struct Expr     Expr;
typedef struct Stmt     Stmt;
typedef struct Block    Block;
typedef struct TypeExpr TypeExpr;

/* A growing list of pointers or small structs: items[0 .. count). */
#define LIST(T) struct { T *items; int count, cap; }

typedef struct Ident { Name name; Span span; } Ident;

/* module.Name or Name */
typedef struct QName { Ident module; Ident name; } QName;   /* module.name NULL when absent */

/* ---- Types as written ---- */

typedef enum { TX_NAME, TX_ARRAY, TX_FN, TX_STREAM } TypeExprKind;

struct TypeExpr {
    TypeExprKind kind;
    Span         span;
    bool         nullable;
    QName        name;                    /* TX_NAME */
    LIST(TypeExpr *) args;                /* TX_NAME: type arguments; TX_FN: parameters */
    TypeExpr    *elem;                    /* TX_ARRAY, TX_STREAM: element; TX_FN: result or NULL */
};

/* ---- Expressions ---- */

typedef enum {
    EXPR_INT, EXPR_FLOAT, EXPR_STRING, EXPR_BOOL, EXPR_NONE, EXPR_SELF,
    EXPR_FSTRING,          /* parts: literal strings and expressions */
    EXPR_NAME,
    EXPR_UNARY, EXPR_BINARY, EXPR_CAST,
    EXPR_COALESCE,         /* a ?? b */
    EXPR_RANGE,
    EXPR_CALL,             /* f(args), f<T>(args) */
    EXPR_METHOD,           /* object.name(args) */
    EXPR_STATIC_CALL,      /* Trait::name<T>(args) */
    EXPR_FIELD, EXPR_INDEX,
    EXPR_UNWRAP,           /* e? */
    EXPR_PROPAGATE,        /* e! */
    EXPR_CATCH,
    EXPR_ARRAY,
    EXPR_STRUCT,           /* Name { field: value } */
    EXPR_VARIANT,          /* Enum.Variant { field: value }; also a bare Enum.Variant once resolved */
    EXPR_MAP, EXPR_SET,
    EXPR_CLOSURE, EXPR_IF, EXPR_MATCH, EXPR_SPAWN,
    /* Never parsed; put in by check where a conversion of language 6.3 applies. */
    EXPR_SOME,             /* T to T? */
    EXPR_UPCAST,           /* class to trait */
    EXPR_NARROWED,         /* a name of type T? used as T: comparison with none proved it */
} ExprKind;

typedef enum {
    OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_REM,
    OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE,
    OP_AND, OP_OR,
    OP_BAND, OP_BOR, OP_BXOR, OP_SHL, OP_SHR,
} BinaryOp;

typedef enum { OP_NEG, OP_NOT, OP_BNOT } UnaryOp;

typedef struct FieldInit { Ident name; Expr *value; int index; /* set by check */ } FieldInit;
typedef struct MapEntry  { Expr *key, *value; } MapEntry;
typedef struct FPart     { Name text; uint32_t text_len; Expr *value; } FPart;   /* value or text */

/* A parameter of a function, method or closure. */
typedef struct Param {
    Ident     name;
    TypeExpr *type;
    Symbol   *symbol;                     /* set by check */
} Param;

/* One handler of a catch chain. */
typedef enum { CATCH_VALUE, CATCH_ANY, CATCH_TYPED } CatchKind;
typedef struct CatchHandler {
    CatchKind kind;
    Span      span;
    Ident     name;                       /* CATCH_ANY, CATCH_TYPED */
    QName     error;                      /* CATCH_TYPED */
    Block    *block;                      /* CATCH_ANY, CATCH_TYPED */
    Expr     *value;                      /* CATCH_VALUE */
    Symbol   *symbol;                     /* set by check */
    ErrorDef *error_def;                  /* set by check */
} CatchHandler;

typedef struct MatchBinding { Ident field; Ident name; Symbol *symbol; int index; } MatchBinding;
typedef struct MatchArm {
    Span  span;
    QName enum_name;
    Ident variant;
    bool  has_bindings;
    LIST(MatchBinding) bindings;
    Block *block;                         /* statement form */
    Expr  *value;                         /* expression form */
    int    variant_index;                 /* set by check */
} MatchArm;

typedef enum {
    CALL_NONE,             /* not resolved */
    CALL_FUNC,             /* func: a function, or a method with its receiver first */
    CALL_CLOSURE,          /* the value of a local of function type */
    CALL_BUILTIN,          /* builtin: a built-in function or method */
    CALL_TRAIT,            /* dispatched through a trait's method table */
} CallKind;

/* What a call calls. Set by check. */
typedef struct Callee {
    CallKind kind;
    Func    *func;
    int      builtin;                     /* Builtin in builtin.h */
    Symbol  *closure;
    TraitDef *trait;                      /* CALL_TRAIT; func is NULL then */
    int      trait_method;                /* place in trait->methods */
    bool     may_raise;                   /* set by infer: an error may come out of the call */
} Callee;

struct Expr {
    ExprKind kind;
    Span     span;                        /* the whole expression */
    Type    *type;                        /* set by check; never NULL afterwards */
    bool     parenthesized;
    union {
        struct { uint64_t value; } integer;                  /* 2^63 only below a unary minus */
        double      floating;
        bool        boolean;
        struct { Name bytes; uint32_t len; } string;         /* decoded; may contain NUL */
        struct { LIST(FPart) parts; } fstring;
        struct { Ident ident; Symbol *symbol; } name;        /* symbol set by check; after it,
                                                                also of EXPR_SELF */
        struct { UnaryOp op; Expr *operand; } unary;
        struct { BinaryOp op; Span op_span; Expr *left, *right; } binary;
        struct { Expr *operand; TypeExpr *to; } cast;
        struct { Expr *left, *right; } coalesce;
        struct { Expr *from, *to; bool inclusive; } range;
        struct {                                             /* EXPR_CALL, _METHOD, _STATIC_CALL */
            Expr *object;                                    /* EXPR_METHOD */
            Ident trait;                                     /* EXPR_STATIC_CALL */
            Ident module;                                    /* EXPR_CALL: set by check if it was
                                                                written module.name(args) */
            Ident name;
            LIST(TypeExpr *) type_args;
            LIST(Expr *) args;
            Callee callee;
        } call;
        struct { Expr *object; Ident name; int index; } field;      /* index set by check */
        struct { Expr *object, *index; } index;
        struct { Expr *operand; } unwrap;
        struct { Expr *call; } propagate;
        struct { Expr *call; LIST(CatchHandler) handlers; } catch_;
        struct { LIST(Expr *) items; } array;
        struct { QName name; LIST(TypeExpr *) type_args; LIST(FieldInit) fields; } struct_;
        struct {
            QName enum_name; LIST(TypeExpr *) type_args; Ident variant;
            bool has_braces; LIST(FieldInit) fields; int variant_index;
        } variant;
        struct { TypeExpr *key, *value; LIST(MapEntry) entries; } map;
        struct { TypeExpr *elem; LIST(Expr *) items; } set;
        struct {
            LIST(Param) params; TypeExpr *result; Block *block; Expr *value;   /* block or value */
            /* Set by check. captures[i] is the outer variable, copies[i] what the body sees. */
            LIST(Symbol *) captures; LIST(Symbol *) copies;
            Symbol *self;                                    /* copy of self; NULL: not captured */
            Type *result_type;
            int number;                                      /* unique in its function */
            LIST(Symbol *) channels;                         /* as Func.channels, of this body */
        } closure;
        struct { Expr *cond; Block *then, *otherwise; } if_;    /* otherwise may hold one EXPR_IF */
        struct { Expr *value; LIST(MatchArm) arms; } match;
        struct { Expr *call; } spawn;                        /* EXPR_CALL or EXPR_METHOD */
        struct { Expr *operand; } convert;                   /* EXPR_SOME, _UPCAST, _NARROWED */
    };
};

/* ---- Statements ---- */

typedef enum {
    STMT_LET, STMT_LET_CHAN, STMT_ASSIGN, STMT_INCREMENT, STMT_EXPR,
    STMT_RETURN, STMT_BREAK, STMT_CONTINUE, STMT_RAISE, STMT_ASSERT, STMT_YIELD, STMT_SERVE,
    STMT_IF, STMT_WHILE, STMT_LOOP, STMT_FOR, STMT_MATCH, STMT_SELECT, STMT_SCOPE,
} StmtKind;

typedef enum { CHAN_BUFFERED, CHAN_RENDEZVOUS, CHAN_UNBOUNDED } ChanForm;

typedef enum { ARM_RECV, ARM_SEND, ARM_GET, ARM_TIMEOUT, ARM_DEFAULT } SelectArmKind;
typedef struct SelectArm {
    SelectArmKind kind;
    Span   span;
    Ident  name;                          /* ARM_RECV; ARM_GET: its name is NULL if absent */
    Expr  *subject;                       /* channel end, task, or milliseconds */
    Expr  *value;                         /* ARM_SEND */
    Block *block;
    Symbol *symbol;                       /* set by check */
} SelectArm;

typedef struct ScopeBinding { Ident name; TypeExpr *type; Symbol *symbol; } ScopeBinding;

struct Stmt {
    StmtKind kind;
    Span     span;
    union {
        struct { Ident name; bool mut; TypeExpr *type; Expr *value; Symbol *symbol; } let;
        struct {
            ChanForm form; Ident tx, rx; TypeExpr *elem; Expr *cap;          /* cap may be NULL */
            Symbol *tx_symbol, *rx_symbol; Type *elem_type;
        } let_chan;
        struct { Expr *target; bool compound; BinaryOp op; Expr *value; } assign;
        struct { Expr *target; bool down; } increment;       /* check makes it x += 1, x -= 1 */
        Expr *expr;                                          /* STMT_EXPR */
        struct { Expr *value; } ret;                         /* value may be NULL */
        struct { QName name; LIST(FieldInit) fields; ErrorDef *def; } raise;
        struct { Expr *cond; } assert_;
        struct { Expr *value; } yield;
        struct { Expr *service, *port; } serve;
        struct { Expr *cond; Block *then, *otherwise; } if_;  /* otherwise may hold one STMT_IF */
        struct { Expr *cond; Block *body; } while_;
        struct { Block *body; } loop;
        struct { Ident name; Expr *iterable; Block *body; Symbol *symbol; } for_;
        struct { Expr *value; LIST(MatchArm) arms; } match;
        struct { LIST(SelectArm) arms; } select;
        struct {
            LIST(Expr *) seeds; LIST(ScopeBinding) bindings; Block *body;
            ScopePlan *plan;                                 /* set by check */
        } scope;
    };
};

/* After check:
 * leaves: control never reaches the closing brace, because a statement of the block leaves it
 *   (return, raise, break, continue, an if whose branches all leave, a loop without break).
 * value_type: for blocks whose value is wanted (branches of an EXPR_IF, handlers of a catch whose
 *   call is not void, and the branches of a STMT_IF that ends such a block), the type of the value;
 *   NULL for every other block. The value is that of the last statement: a STMT_EXPR, or a STMT_IF
 *   with else, whose two blocks then have the same value_type. A block without such a last
 *   statement has value_type type_void; where a value of another type is wanted, it leaves. */
struct Block {
    Span  span;                           /* braces included */
    LIST(Stmt *) stmts;
    bool  leaves;                         /* set by check */
    Type *value_type;                     /* set by check */
};

/* ---- Declarations ---- */

typedef struct TypeParam { Ident name; LIST(QName) bounds; } TypeParam;

typedef enum { RECV_NONE, RECV_SELF, RECV_MUT_SELF } Receiver;

typedef struct FuncDecl {
    Ident     name;
    Span      span;                       /* signature, without the body */
    bool      is_pub;
    bool      is_override;                /* in a stage */
    Receiver  receiver;
    Span      receiver_span;
    LIST(TypeParam) type_params;
    LIST(Param) params;
    TypeExpr *result;                     /* NULL: void */
    LIST(Expr *) requires;
    Block    *body;                       /* NULL: extern, or a trait method without default */
    bool      is_extern;
    bool      is_blocking;                /* extern fn blocking */
} FuncDecl;

typedef struct FieldDecl { Ident name; TypeExpr *type; } FieldDecl;
typedef struct DepDecl   { Ident name; TypeExpr *type; bool remote; } DepDecl;
typedef enum { LIFE_DEFAULT, LIFE_SCOPED, LIFE_TRANSIENT } Lifecycle;

typedef struct ClassDecl {
    Ident     name;
    Span      span;
    bool      is_pub;
    Lifecycle lifecycle;
    LIST(TypeParam) type_params;
    LIST(QName) uses;
    bool      has_deps;
    LIST(DepDecl) deps;
    LIST(QName) impls;
    LIST(FieldDecl) fields;
    LIST(FuncDecl *) methods;
    LIST(Expr *) invariants;
} ClassDecl;

typedef struct TraitDecl { Ident name; Span span; bool is_pub; LIST(FuncDecl *) methods; } TraitDecl;
typedef struct VariantDecl { Ident name; LIST(FieldDecl) fields; } VariantDecl;
typedef struct EnumDecl {
    Ident name; Span span; bool is_pub; LIST(TypeParam) type_params; LIST(VariantDecl) variants;
} EnumDecl;
typedef struct ErrorDecl { Ident name; Span span; bool is_pub; LIST(FieldDecl) fields; } ErrorDecl;
typedef struct ImportDecl {
    Span  span;
    LIST(Ident) path;
    Ident alias;                          /* the last of path, unless another name is given */
    const SourceModule *target;           /* set by modules_load */
} ImportDecl;

/* "scoped T" or "transient T" in an app or stage. */
typedef struct LifeOverride { QName name; Lifecycle lifecycle; } LifeOverride;

/* An app or a stage. */
typedef struct AppDecl {
    bool      is_stage;
    Ident     name;
    Span      span;
    Ident     parent;                     /* stage; name NULL: none */
    LIST(DepDecl) deps;
    LIST(QName) ambients;
    LIST(LifeOverride) overrides;
    LIST(FuncDecl *) methods;
    LIST(FuncDecl *) required;            /* stage: "requires fn", without body */
} AppDecl;

typedef struct MemberDecl { Ident name, module; } MemberDecl;
typedef struct SystemDecl { Ident name; Span span; LIST(MemberDecl) members; } SystemDecl;

typedef struct TestDecl { Ident name; Span span; Block *body; } TestDecl;

/* How a test's tasks are scheduled (concurrency 11). */
typedef enum { TEST_SEQUENTIAL, TEST_ROUND_ROBIN, TEST_RANDOM, TEST_EXHAUSTIVE } TestStrategy;

/* tests[scheduler: S] { .. }; its tests are in Module.tests. */
typedef struct TestsDecl { Span span; TestStrategy strategy; } TestsDecl;

/* What one file declares; after modules_load, what all files of a program do: the file in which a
 * name stands (its span) tells which module it is of. In source order within each list. */
typedef struct Module {
    SourceFile *file;                     /* the one that was named */
    LIST(SourceFile *) files;             /* all; set by modules_load */
    LIST(ImportDecl *) imports;
    LIST(FuncDecl *)   funcs;             /* extern ones included */
    LIST(ClassDecl *)  classes;
    LIST(TraitDecl *)  traits;
    LIST(EnumDecl *)   enums;
    LIST(ErrorDecl *)  errors;
    LIST(AppDecl *)    apps;              /* stages too */
    LIST(SystemDecl *) systems;
    LIST(TestDecl *)   tests;
    LIST(TestsDecl *)  test_groups;       /* at most one of a file: around all its tests */
    const Packages    *packages;          /* set by modules_load: packages.h */
    LIST(struct Module *) programs;       /* files beside it that are not part of it: for advice */
} Module;

#endif
