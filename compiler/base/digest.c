/*
 * digest.c - SipHash-2-4 with 128 bits of output (Aumasson, Bernstein), fed piece by piece.
 */
#include "compiler/base/digest.h"

#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static uint64_t rotate(uint64_t x, int n)
{
    return x << n | x >> (64 - n);
}

static void rounds(uint64_t v[4], int count)
{
    while (count-- > 0) {
        v[0] += v[1]; v[1] = rotate(v[1], 13) ^ v[0]; v[0] = rotate(v[0], 32);
        v[2] += v[3]; v[3] = rotate(v[3], 16) ^ v[2];
        v[0] += v[3]; v[3] = rotate(v[3], 21) ^ v[0];
        v[2] += v[1]; v[1] = rotate(v[1], 17) ^ v[2]; v[2] = rotate(v[2], 32);
    }
}

static void word(Digest *d, uint64_t w)
{
    d->v[3] ^= w;
    rounds(d->v, 2);
    d->v[0] ^= w;
}

void digest_init(Digest *d)
{
    static const uint64_t start[4] = {
        UINT64_C(0x736f6d6570736575), UINT64_C(0x646f72616e646f6d) ^ 0xee,
        UINT64_C(0x6c7967656e657261), UINT64_C(0x7465646279746573),
    };
    memcpy(d->v, start, sizeof start);
    d->tail = d->len = 0;
}

static void byte(Digest *d, unsigned char b)
{
    d->tail |= (uint64_t)b << 8 * (d->len++ % 8);
    if (d->len % 8 == 0) {
        word(d, d->tail);
        d->tail = 0;
    }
}

void digest_bytes(Digest *d, const void *bytes, size_t len)
{
    const unsigned char *p = bytes, *end = p + len;
    while (p < end && d->len % 8 != 0)
        byte(d, *p++);
    for (; end - p >= 8; p += 8, d->len += 8) {
        uint64_t w;
        memcpy(&w, p, sizeof w);
        word(d, le64toh(w));
    }
    while (p < end)
        byte(d, *p++);
}

void digest_text(Digest *d, const char *text)
{
    digest_bytes(d, text, strlen(text) + 1);
}

void digest_int(Digest *d, int64_t value)
{
    digest_bytes(d, &value, sizeof value);
}

static uint64_t fold(const uint64_t v[4])
{
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

void digest_finish(Digest *d, char out[DIGEST_TEXT_SIZE])
{
    word(d, d->tail | d->len << 56);
    d->v[2] ^= 0xee;
    rounds(d->v, 4);
    uint64_t low = fold(d->v);
    d->v[1] ^= 0xdd;
    rounds(d->v, 4);
    snprintf(out, DIGEST_TEXT_SIZE, "%016" PRIx64 "%016" PRIx64, low, fold(d->v));
}
