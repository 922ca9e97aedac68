/*
 * fetch.h - clones of git repositories that packages come from.
 *
 * There is one clone per URL, in $PLUTO_CACHE_DIR/git or ~/.pluto/cache/git; all programs share it.
 * What is there is used without asking the network.
 */
#ifndef PLUTO_FETCH_H
#define PLUTO_FETCH_H

#include "compiler/packages/manifest.h"

/* The folder with what a git dependency of the manifest in from names, cloned if it is not there.
 * NULL after an error, which is in d. From the first call on this process alone uses the clones,
 * until fetch_release. */
const char *fetch_git(const char *from, const Dependency *dep, Diag *d);
void        fetch_release(void);

/* Replaces the clone by a new one, once for each URL. If that fails, the old one stays. False after
 * an error. */
bool fetch_again(const char *from, const Dependency *dep, Diag *d);

/* The name of the clone of a URL: 16 hexadecimal digits and a NUL. */
enum { FETCH_KEY_SIZE = 17 };
void fetch_key(const char *url, char key[FETCH_KEY_SIZE]);

#endif
