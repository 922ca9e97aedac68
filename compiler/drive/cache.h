/*
 * cache.h - finished programs and object files, kept by the hash of everything that went into them.
 *
 * An entry is one file, and beside a program the warnings that its compilation gave, if any; or
 * what recall.h keeps.
 * Entries appear complete or not at all. The folder is $XDG_CACHE_HOME/pluto or ~/.cache/pluto; a
 * cache that cannot be used is no error. Old entries are dropped when there are too many.
 */
#ifndef PLUTO_CACHE_H
#define PLUTO_CACHE_H

#include <stdbool.h>

/* The folder, made if need be; NULL when there can be none. */
const char *cache_folder(void);

const char *cache_program(const char *folder, const char *key);
const char *cache_warnings(const char *folder, const char *key);
const char *cache_inputs(const char *folder, const char *key);
const char *cache_object(const char *folder, const char *key);

/* Notes that the entry is used now. False: there is none. */
bool cache_touch(const char *entry);

/* Drops the entries used longest ago until the cache has a decent size, but none that was used a
 * moment ago: a compiler may be about to link it. */
void cache_trim(const char *folder);

#endif
