/*
 * place.h - a place in the user's program, for messages. Emitted as static constants.
 */
#ifndef PLUTO_PLACE_H
#define PLUTO_PLACE_H

typedef struct RtPlace {
    const char *file;                    /* as diagnostics name it */
    int         line, column;            /* from 1 */
    const char *function;                /* Pluto name of the function it lies in */
} RtPlace;

#endif
