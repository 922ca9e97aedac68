/*
 * digest.h - 128-bit digests of what goes into a compilation.
 *
 * SipHash-2-4 with a fixed key: good enough that equal digests mean equal inputs; no defence
 * against somebody who may write to the user's cache anyway.
 */
#ifndef PLUTO_DIGEST_H
#define PLUTO_DIGEST_H

#include <stddef.h>
#include <stdint.h>

typedef struct Digest {
    uint64_t v[4];
    uint64_t tail;                        /* the last len % 8 bytes */
    uint64_t len;
} Digest;

enum { DIGEST_TEXT_SIZE = 33 };

void digest_init(Digest *d);
void digest_bytes(Digest *d, const void *bytes, size_t len);
void digest_text(Digest *d, const char *text);           /* its end counts: "a", "b" is not "ab" */
void digest_int(Digest *d, int64_t value);

/* 32 hexadecimal digits and a NUL. */
void digest_finish(Digest *d, char out[DIGEST_TEXT_SIZE]);

#endif
