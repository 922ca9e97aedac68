/*
 * fuzz_arena.h - compiler/base/arena.h for a process that compiles many files.
 */
#ifndef PLUTO_FUZZ_ARENA_H
#define PLUTO_FUZZ_ARENA_H

/* Frees everything that came out of the arena. No pointer into it may be used afterwards, those in
 * static variables included. */
void fuzz_arena_free(void);

#endif
