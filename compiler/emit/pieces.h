/*
 * pieces.h - a program's C in pieces: their texts, and which names each of them mentions.
 *
 * split.c makes C files of them. Everything lives in the arena, texts until the process ends.
 */
#ifndef PLUTO_PIECES_H
#define PLUTO_PIECES_H

#include "compiler/emit/print.h"

typedef struct Symbol Symbol;

/* Where a piece stands in a C file, from the first to the last. Function prototypes that array
 * types mention are PIECE_FIRST. PIECE_GLOBAL declares what another file may define. */
typedef enum {
    PIECE_FIRST, PIECE_TYPE, PIECE_CONSTANT, PIECE_PROTOTYPE, PIECE_MAP, PIECE_GLOBAL, PIECE_BODY,
} PieceKind;

/* first: the piece has to come behind what declares the symbol. */
typedef struct Need { Symbol *symbol; bool first; } Need;

/* Who uses the member can look into objects of the type. */
typedef struct Via { Symbol *member, *type; } Via;

typedef struct Piece {
    PieceKind   kind;
    const char *name;                     /* what it declares or defines */
    const char *text;                     /* a function's is printed by piece_print() */
    size_t      start, size;              /* of text, in the stream where it is made */
    const IrFunc *func;                   /* the function that it declares or defines, or NULL */
    LIST(Need)     needs;
    LIST(Symbol *) forwards;              /* struct types of which it needs the name only */
    LIST(Via)      vias;                  /* those of which users may need more */
    const char *path;                     /* PIECE_BODY: of the source file, "" if there is none */
    uint32_t    line;                     /* the same: as in IrFunc */
    int         unit, placed;             /* the last C file that has it: for split.c */
} Piece;

/* A name at file scope, or of a member. */
struct Symbol {
    const char    *name;
    uint32_t       hash;
    LIST(Piece *)  pieces;                /* that declare it */
    Piece         *copy;                  /* of a small function: its body, to be inlined */
    bool           is_struct;             /* "typedef struct NAME NAME;" declares it */
    const Piece   *noted;                 /* the last piece that was seen to mention it */
    Symbol        *next;                  /* in the table */
    /* For split.c, numbers of C files: */
    int            needed, forwarded;     /* the last one that uses it so */
    int            home;                  /* where it is defined; 0: nowhere */
    bool           shared;                /* another one uses it, too */
};

typedef struct Pieces {
    const IrProgram *program;
    LIST(Piece *)  definitions;           /* of functions and globals: each in one C file only */
    struct SymbolTable *table;
    char          *text;                  /* of all pieces */
} Pieces;

Pieces *pieces_of(const IrProgram *p);

/* NULL: nothing has that name. */
Symbol *pieces_find(const Pieces *p, const char *name);

/* linkage: of the function that the piece declares or defines, if it does. */
void piece_print(const Piece *piece, Linkage linkage, FILE *out);

#endif
