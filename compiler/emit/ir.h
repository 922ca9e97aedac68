/*
 * ir.h - the small C-shaped tree between lower and emit.
 *
 * lower decides everything; emit only prints. Texts in it are C: types ("int64_t", "c_Node *"),
 * names, operators. Nodes live in the compilation's arena.
 */
#ifndef PLUTO_IR_H
#define PLUTO_IR_H

#include <stdbool.h>
#include <stdint.h>

#include "compiler/syntax/ast.h"

typedef struct IrExpr  IrExpr;
typedef struct IrStmt  IrStmt;
typedef struct IrBlock IrBlock;

/* ---- Expressions ---- */

/* What evaluating an expression depends on and does. C leaves the order of operands open; lower
 * uses this to see where that would show. */
enum {
    IR_READS_LOCAL = 1,                   /* a local that is assigned somewhere */
    IR_READS_HEAP  = 2,
    IR_FAILS       = 4,                   /* may end the program with a message */
    IR_WRITES      = 8,                   /* changes the heap, prints, parks, .. */
    IR_ASSIGNS     = 16,                  /* assigns locals */
};

typedef enum {
    IR_NAME,               /* name, macro or constant, verbatim */
    IR_INT, IR_FLOAT,
    IR_UNARY, IR_BINARY, IR_COND,
    IR_CALL, IR_CALL_POINTER,
    IR_MEMBER, IR_INDEX, IR_CAST,
    IR_BRACES,             /* { a, .f = b }, or (type){ .. } when type is given */
} IrExprKind;

struct IrExpr {
    IrExprKind  kind;
    unsigned    effects;
    int         depth;                    /* operands inside each other */
    const char *type;                     /* of the value; NULL where nobody asks */
    union {
        const char *name;
        int64_t     integer;
        double      floating;
        struct { const char *op; IrExpr *operand; } unary;
        struct { const char *op; IrExpr *left, *right; } binary;
        struct { IrExpr *cond, *yes, *no; } cond;
        struct { const char *name; LIST(IrExpr *) args; } call;
        struct { IrExpr *pointer; const char *type; LIST(IrExpr *) args; } call_pointer;
        struct { IrExpr *object; bool arrow; const char *name; } member;
        struct { IrExpr *object, *index; } index;
        struct { const char *type; IrExpr *operand; } cast;
        struct { const char *type; LIST(const char *) names; LIST(IrExpr *) values; } braces;
    };
};

/* ---- Statements ---- */

typedef enum {
    IR_DECL, IR_ASSIGN, IR_EVAL, IR_RETURN,
    IR_IF, IR_SWITCH, IR_WHILE, IR_FOR, IR_BLOCK, IR_BREAK, IR_CONTINUE, IR_GOTO, IR_LABEL,
} IrStmtKind;

struct IrBlock { LIST(IrStmt *) stmts; };

/* A case of a switch; control leaves the switch at its end. label NULL: default. */
typedef struct IrCase { const char *label; IrBlock *body; } IrCase;

struct IrStmt {
    IrStmtKind kind;
    uint32_t   line;                      /* in the source; 0: none of its own */
    union {
        struct { const char *type, *name; IrExpr *init; bool unused; } decl;   /* init or NULL */
        struct { IrExpr *target, *value; } assign;
        IrExpr *eval;
        IrExpr *ret;                                         /* NULL: no value */
        struct { IrExpr *cond; bool unlikely; IrBlock *then, *otherwise; } if_;
        struct { IrExpr *value; LIST(IrCase) cases; } switch_;
        struct { IrExpr *cond; IrBlock *body; } while_;      /* cond NULL: for ever */
        /* for (init; cond; step): init and step are printed as they are. */
        struct { const char *init; IrExpr *cond; const char *step; IrBlock *body; } for_;
        IrBlock    *block;
        const char *label;                                   /* goto, label */
    };
};

/* ---- A program ---- */

typedef struct IrField { const char *type, *name; } IrField;

typedef struct IrStruct {
    const char *name;
    LIST(IrField) fields;
} IrStruct;

typedef struct IrFunc {
    const char *result, *name;
    LIST(IrField) params;
    LIST(bool)    params_unused;
    IrBlock      *body;                   /* NULL: declared only */
    const char   *symbol;                 /* declared only: the name the linker sees */
    const char   *title;                  /* how reports call it; NULL: they leave it out */
    const char   *path;                   /* of the source file it belongs to; NULL: to none */
    uint32_t      line;                   /* of its first line; 0: not from the source */
    bool          exported;               /* not static */
    bool          is_inline;              /* worth inlining wherever it is called */
    bool          is_early;               /* .. even into itself: see RT_EARLY */
    bool          declared_first;         /* array types mention it: declared before them */
} IrFunc;

/* A text that declares names at file scope; each C file may have its own copy. */
typedef struct IrDecl {
    LIST(const char *) names;             /* all that others can refer to; the first is its own */
    const char        *text;              /* without the last newline */
} IrDecl;

/* A variable or constant that exists once: its address means something, or it is assigned. */
typedef struct IrGlobal {
    const char *type, *name;
    const char *init;                     /* NULL: zero bytes */
    const char *path;                     /* as in IrFunc */
} IrGlobal;

/* Printed in the order of the fields. */
typedef struct IrProgram {
    LIST(const char *)   forwards;        /* struct names to declare first */
    LIST(IrDecl *)       types;           /* array types, enums, trait values */
    LIST(IrStruct *)     structs;
    LIST(IrDecl *)       constants;       /* strings, places, tables without functions */
    LIST(IrFunc *)       funcs;           /* prototypes of all come here, bodies last */
    LIST(IrDecl *)       maps;            /* map and set types, which mention functions */
    LIST(IrGlobal *)     globals;         /* these as well */
} IrProgram;

/* ---- Building ---- */

IrExpr *ir_name(const char *name, unsigned effects);
IrExpr *ir_int(int64_t value);
IrExpr *ir_float(double value);
IrExpr *ir_unary(const char *op, IrExpr *operand);
IrExpr *ir_binary(const char *op, IrExpr *left, IrExpr *right);
IrExpr *ir_cond(IrExpr *cond, IrExpr *yes, IrExpr *no);
IrExpr *ir_member(IrExpr *object, const char *name);     /* object.name */
IrExpr *ir_arrow(IrExpr *object, const char *name);      /* object->name, a load from the heap */
IrExpr *ir_index(IrExpr *object, IrExpr *index);
IrExpr *ir_cast(const char *type, IrExpr *operand);
IrExpr *ir_braces(const char *type);
void    ir_braces_add(IrExpr *braces, const char *field, IrExpr *value);   /* field may be NULL */

/* effects: of the call itself; those of the arguments are added. args ends with NULL. */
IrExpr *ir_call(unsigned effects, const char *name, IrExpr *const *args);
#define IR_CALL_OF(effects, name, ...)                                                             \
    ir_call(effects, name, (IrExpr *const[]){__VA_ARGS__, NULL})
/* Through a pointer cast to type, such as "int64_t (*)(void *)"; type NULL: it needs no cast. */
IrExpr *ir_call_pointer(unsigned effects, const char *type, IrExpr *pointer);
void    ir_call_add(IrExpr *call, IrExpr *arg);          /* of either form */

IrDecl *ir_decl(const char *name, const char *text);

bool ir_is_simple(const IrExpr *e);       /* a name or a constant: may be repeated in the text */

IrBlock *ir_block(void);
IrStmt  *ir_add(IrBlock *block, IrStmtKind kind, uint32_t line);

#endif
