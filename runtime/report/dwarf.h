/*
 * dwarf.h - what DWARF 5 says about an address: its line, and the functions inlined there.
 *
 * Nothing here allocates, and nothing it returns needs to be released: texts lie in the sections.
 * What cannot be understood, or is damaged, counts as not there.
 */
#ifndef PLUTO_DWARF_H
#define PLUTO_DWARF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DWARF_ABBREVS = 1024 };

typedef struct DwarfSection { const uint8_t *at; size_t size; } DwarfSection;

typedef struct Dwarf {
    DwarfSection info, abbrev, str, str_offsets, addr, line, line_str, rnglists;
    const uint8_t **room;                /* DWARF_ABBREVS entries for the reader's use */
} Dwarf;

typedef struct DwarfLine {
    const char *folder, *file;           /* folder NULL: file says it all */
    uint32_t    line;                    /* 0: not known */
} DwarfLine;

/* A function and the line that it is at. */
typedef struct DwarfCall {
    const char *function;                /* NULL: the one that was not inlined; it has a symbol */
    DwarfLine   at;
    uint32_t    declared;                /* line where an inlined function begins; 0: not known */
} DwarfCall;

/* The innermost call first, the function that was not inlined last: at least 1 entry, at most max.
 * pc is an address as in the file. */
int dwarf_calls(const Dwarf *d, uint64_t pc, DwarfCall *calls, int max);

#endif
