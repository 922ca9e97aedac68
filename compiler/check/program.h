/*
 * program.h - a checked program: what declare and check make, and infer and lower read.
 *
 * Everything generic is already instantiated: a Class is one instance of a class declaration, a
 * Func one instance of a function or method, with a body of its own whose nodes carry types.
 */
#ifndef PLUTO_PROGRAM_H
#define PLUTO_PROGRAM_H

#include "compiler/syntax/ast.h"
#include "compiler/check/type.h"

/* A local variable: let, parameter, loop or catch or match or select variable, channel end, self,
 * binding. */
typedef enum {
    SYM_LET, SYM_PARAM, SYM_FOR, SYM_CATCH, SYM_MATCH, SYM_SELECT, SYM_CHAN, SYM_SELF,
    SYM_SCOPE,                     /* binding of a scope block */
} SymbolKind;

struct Symbol {
    SymbolKind kind;
    Name       name;
    Span       span;               /* its declaration */
    Type      *type;
    bool       mut;                /* let mut, mut self */
    bool       assigned;           /* after its declaration, anywhere */
    bool       captured;           /* by a closure */
    bool       read;
    Symbol    *copy_of;            /* in a closure's body: the captured variable */
    Func      *task_origin;        /* let t = spawn f(..), never assigned again: f; else NULL.
                                      A get() through it raises only what f does */
    void      *lowered;            /* for lower */
};

typedef struct Field { Name name; Type *type; Span span; } Field;

/* What the type parameters of a declaration stand for in one instance of it. */
typedef struct TypeEnv { Name *names; Type **types; int count; } TypeEnv;

struct ErrorDef {
    Name          name;
    Span          span;
    LIST(Field)   fields;
    struct NameMap *field_index;   /* name to place in fields: namemap.h */
    int           number;          /* dense; index into error sets */
    bool          predeclared;
    void         *lowered;
};

/* The kinds that exist without declaration: places in Program.errors. */
typedef enum {
    ERR_MATH, ERR_CHANNEL_CLOSED, ERR_CHANNEL_FULL, ERR_CHANNEL_EMPTY, ERR_TASK_CANCELLED,
    ERR_NETWORK, ERR_TIMEOUT, ERR_SERVICE_UNAVAILABLE, ERR_PREDECLARED_COUNT
} PredeclaredError;

/* A set of error kinds: a bit for each number, words beyond word_count being zero. Ask it with
 * error_set_has (infer.h). */
typedef struct ErrorSet { uint64_t *words; int word_count; } ErrorSet;

struct Class {
    Name        name;              /* as messages write it; generic instances: Name<A, B> */
    ClassDecl  *decl;
    Type       *type;
    LIST(Field) fields;            /* injected ones first: brackets, then uses; declaration order */
    int         injected;          /* how many of the fields are injected */
    AppDecl    *app;               /* made of this app or stage, else NULL */
    Lifecycle   lifecycle;         /* effective, set by inject; of instances: as declared */
    bool        overridden;        /* an app or stage shortens its lifecycle */
    bool        is_single;         /* one object is made before main: Program.singles has it. Tasks
                                      share objects of this class */
    bool        synchronized;      /* set by infer: calls of its methods take its lock */
    LIST(Func *) methods;
    struct NameMap *field_index, *method_index;
    LIST(Expr *) invariants;       /* checked conditions; those of a generic class are copies */
    LIST(Name)  invariant_texts;   /* how violations print them; as long as invariants */
    Symbol     *invariant_self;    /* what EXPR_SELF in them has as name.symbol */
    struct Global *generic;        /* NULL: not an instance of a generic class */
    TypeEnv     env;               /* its type arguments; count 0 for others */
    int         weight;            /* of types in its name; check only */
    Span        instantiated_at;   /* what first asked for the instance */
    LIST(TraitDef *) traits;       /* impl list; methods then hold a Func for each of their methods,
                                      an inherited default body being an instance of its own */
    int         number;
    void       *lowered;
};

/* A contract clause of a function instance: its checked condition and how violations print it. */
typedef struct Clause { Expr *cond; Name text; Span span; } Clause;

/* How C sees a value in the signature of an extern function. FOREIGN_SAME: as emitted C does. */
typedef enum {
    FOREIGN_SAME,
    FOREIGN_INT,                   /* cint: an int here */
    FOREIGN_STRING,                /* cstring: a string here */
    FOREIGN_POINTER,               /* cptr */
    FOREIGN_BYTES,                 /* a pointer to the data */
} ForeignForm;

struct Func {
    Name        name;              /* as messages write it; a method's without its class */
    FuncDecl   *decl;
    Class      *owner;             /* NULL for functions */
    LIST(Symbol *) params;         /* self first in methods */
    Type       *result;            /* type_void when there is none */
    Block      *body;              /* checked; NULL for extern functions */
    LIST(Clause) requires;         /* those of the trait methods it implements included */
    struct Global *generic;        /* the generic function this is an instance of, or NULL */
    TypeEnv     env;               /* its type arguments, or those of its class */
    TraitDef   *inherited;         /* owner has this default method from that trait; or NULL */
    bool        is_instance;       /* of something generic: its body is checked in phase 12 */
    Span        instantiated_at;   /* what first asked for the instance */
    bool        is_extern;
    LIST(ForeignForm) forms;       /* of an extern function: one for each parameter */
    ForeignForm result_form;
    bool        is_generator;      /* result is TYPE_STREAM; the body yields */
    LIST(Expr *) closures;         /* every EXPR_CLOSURE in the body, outer before inner */
    LIST(Symbol *) channels;       /* tx symbols of every let (tx, rx), for sender counting; those
                                      of closure bodies are in their closure's list */
    int         number;
    /* Set by infer. */
    ErrorSet    errors;            /* what may leave it by raise and ! */
    bool        fallible;          /* errors is not empty */
    bool        may_raise;         /* fallible, or calls a function value whose closure may raise:
                                      its C function returns an error beside the value */
    bool        may_recurse;       /* on a cycle of the call graph, or calls function values or
                                      through traits */
    bool        locks_to_write;    /* a method of a synchronized class: it takes its lock alone */
    void       *lowered;
};

/* One method of a trait as every implementing class has it. */
typedef struct TraitMethod {
    Name          name;
    FuncDecl     *decl;
    Type        **params;          /* without self */
    int           param_count;
    Type         *result;
    bool          mut_self;
    int           number;          /* dense over all traits; set by infer */
    ErrorSet      errors;          /* set by infer: union over all implementing classes */
    bool          may_raise;       /* set by infer: any implementation may; then the C function of
                                      every implementation returns an error beside the value, as
                                      seen through the method table */
} TraitMethod;

struct TraitDef {
    Name          name;
    TraitDecl    *decl;
    Type         *type;
    LIST(TraitMethod) methods;     /* declaration order: places in the method table. Methods
                                      without self are not among them */
    struct NameMap *method_index;  /* name to place in methods */
    LIST(Class *) implementors;    /* instances that occur in the program */
    int           number;
    void         *lowered;
};

typedef struct Variant {
    Name          name;
    Span          span;
    LIST(Field)   fields;
    struct NameMap *field_index;   /* name to place in fields */
} Variant;

/* One instance of an enum declaration. Without data in any variant its values are integers. */
struct EnumDef {
    Name          name;            /* generic instances: Name<A, B> */
    EnumDecl     *decl;
    Type         *type;
    LIST(Variant) variants;
    bool          has_data;
    struct Global *generic;        /* as in Class */
    TypeEnv       env;
    int           weight;
    struct NameMap *variant_index; /* name to place in variants */
    int           number;
    void         *lowered;
};

/* Where an object of a scope block comes from. */
typedef enum { WIRE_SEED, WIRE_SINGLE, WIRE_NEW } WireKind;
typedef struct Wire {
    WireKind  kind;
    Class    *cls;
    int       seed;                /* WIRE_SEED: which */
    int      *fields;              /* WIRE_NEW: for each injected field the place of its wire */
} Wire;

/* What one execution of a scope block makes, dependencies first. */
struct ScopePlan {
    LIST(Wire) wires;
    LIST(int)  bindings;           /* places in wires */
};

typedef struct Test { Name name; Func *func; } Test;

/* A class inherits this method from two traits. */
typedef struct TwoDefaults {
    Span  at;                      /* of the second trait in the impl list */
    Class *cls;
    Name  method;
} TwoDefaults;

typedef struct Program {
    Module        *module;
    struct Globals *globals;       /* names of declarations: globals.h */
    struct Instances *instances;   /* of what is generic: instance.h */
    LIST(ErrorDef *) errors;       /* predeclared kinds first, in the order of PredeclaredError;
                                      a declaration of the program's own takes the place of its
                                      namesake. errors[i]->number is i */
    LIST(Class *)    classes;
    LIST(TraitDef *) traits;
    LIST(EnumDef *)  enums;        /* all instances */
    LIST(Func *)     funcs;        /* all instances, methods included, in source order */
    LIST(Expr *)     closures;     /* of all functions */
    LIST(Class *)    apps;         /* of the app or the stages; the first one is the entry */
    LIST(Class *)    singles;      /* objects made before main, dependencies first */
    LIST(Test)       tests;        /* in source order */
    LIST(TwoDefaults) two_defaults; /* refused in phase 13 */
    Func            *main;         /* fn main, or the method of the entry; NULL: none */
    bool             never_collects; /* --gc noop; set by the commands */
    bool             instances_failed; /* set by check: the errors are all in bodies of instances */
    /* Function types of which some closure's body may let an error out; set by infer. A call of a
     * value of such a type returns an error beside the value. */
    LIST(Type *)     raising_fn_types;
} Program;

#endif
