/*
 * map.c - an array of entries in order of insertion, and an index that finds them.
 *
 * The index is probed linearly. A word that does not find its entry at once is told apart by the
 * bits of the hash that it has room for, so that hardly ever an entry is read in vain.
 * True between calls:
 *   M1  used <= cap, and cap is 0 or half of the index: at least half of its words are free
 *   M2  each entry below used, removed or not, has one word in the index, except NaN keys, which
 *       nothing ever finds
 *   M3  a removed entry is zero; entries at used .. cap hold no pointers
 * An index word is never cleared: an entry's place is used again only after rebuild made a new
 * index. A map that shrinks gives memory back when it next runs out of room.
 */
#include "runtime/value/map.h"

enum { FIRST_CAP = 8 };

/* What a map without room has for an index: its word is free, and nobody writes it. */
static const uint32_t no_index[1];

/* ---- Hashes ---- */

/* Wang Yi's wyhash (public domain) in its final form, without the seed: 16 bytes per round, each
 * folded by one 64 x 64 bit multiplication. */
static uint64_t fold(uint64_t a, uint64_t b)
{
    __uint128_t product = (__uint128_t)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t read8(const uint8_t *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

static uint64_t read4(const uint8_t *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

uint64_t rt_hash_bytes(const void *bytes, size_t len)
{
    static const uint64_t k0 = UINT64_C(0xa0761d6478bd642f), k1 = UINT64_C(0xe7037ed1a0b428db),
                          k2 = UINT64_C(0x8ebc6af09c88c6e3);
    const uint8_t *p = bytes;
    uint64_t       h = k0, a = 0, b = 0;
    size_t         left = len;
    for (; left > 16; left -= 16, p += 16)
        h = fold(read8(p) ^ k1, read8(p + 8) ^ h);
    if (left >= 8) {                                     /* the two reads may overlap */
        a = read8(p);
        b = read8(p + left - 8);
    } else if (left >= 4) {
        a = read4(p);
        b = read4(p + left - 4);
    } else if (left > 0) {
        a = (uint64_t)p[0] << 16 | (uint64_t)p[left / 2] << 8 | p[left - 1];
    }
    return fold(k2 ^ len, fold(a ^ k1, b ^ h));
}

/* An enum without data, bool or byte: key_size bytes, seen as a number. */
static int64_t small_key(const RtMapType *type, const void *key)
{
    int64_t n = 0;
    memcpy(&n, key, type->key_size);
    return n;
}

static uint64_t hash_key(const RtMapType *type, const void *key)
{
    switch (type->kind) {
    case RT_KEY_INT:    return rt_hash_int(*(const int64_t *)key);
    case RT_KEY_FLOAT:  return rt_hash_float(*(const double *)key);
    case RT_KEY_STRING: return rt_hash_string(*(const RtString *const *)key);
    case RT_KEY_ENUM:
        if (type->hash != NULL)
            return type->hash(key);
        break;
    case RT_KEY_BOOL: case RT_KEY_BYTE:
        break;
    }
    return rt_hash_int(small_key(type, key));
}

static bool is_nan(const RtMapType *type, const void *key)
{
    return type->kind == RT_KEY_FLOAT && *(const double *)key != *(const double *)key;
}

/* ---- Finding ---- */

static bool keys_equal(const RtMapType *type, const void *a, const void *b)
{
    if (type->kind == RT_KEY_FLOAT)
        return *(const double *)a == *(const double *)b;
    if (type->kind == RT_KEY_ENUM && type->equal != NULL)
        return type->equal(a, b);
    return memcmp(a, b, type->key_size) == 0;
}

void *rt_map_find_other(const RtMap *m, const RtMapType *type, const void *key)
{
    /* Whether it is dead comes first: equal may follow a pointer in the key. */
    RT_MAP_PROBE(m, type, hash_key(type, key), {
        if (!rt_map_is_dead(m, entry) && keys_equal(type, candidate, key))
            return candidate + type->value_offset;
    });
}

/* ---- Room ---- */

static char *entry_at(const RtMap *m, const RtMapType *type, int64_t entry)
{
    return (char *)m->entries + (uint64_t)entry * type->entry_size;
}

static void put_in_index(RtMap *m, uint64_t hash, int64_t entry)
{
    uint64_t mask = (uint64_t)m->index_mask, i = hash & mask;
    while (m->index[i] != 0)
        i = (i + 1) & mask;
    m->index[i] = (uint32_t)((hash >> 32 & ~mask) | (uint64_t)(entry + 1));
}

static void *new_entries(const RtMapType *type, int64_t cap)
{
    size_t size;
    if (cap > (int64_t)1 << 31 || __builtin_mul_overflow((size_t)cap, type->entry_size, &size))
        rt_fail(NULL, "map length overflow");
    void *entries = rt_alloc(type->entries, size);
    memset(entries, 0, size < sizeof(void *) ? size : sizeof(void *));
    return entries;
}

/* Live entries of m to the front of entries; words with pointers are moved whole. */
static void squeeze(const RtMap *m, const RtMapType *type, char *entries)
{
    int64_t at = 0;
    if (m->dead == NULL) {
        if (m->used > 0)
            memcpy(entries, m->entries, (size_t)m->used * type->entry_size);
        return;
    }
    for (void *e; (e = rt_map_next(m, type, &at)) != NULL; entries += type->entry_size)
        memcpy(entries, e, type->entry_size);
}

/* M1, and of M2 that nothing is in the index twice. In debug builds, when m has been rebuilt. */
static void verify(const RtMap *m)
{
#ifdef RT_DEBUG
    int64_t words = 0;
    for (int64_t i = 0; i <= m->index_mask; i++)
        words += m->index[i] != 0;
    RT_CHECK(m->used <= m->cap && m->len <= m->used);
    RT_CHECK(m->cap == 0 || 2 * m->cap == m->index_mask + 1);
    RT_CHECK(words <= m->used);
#else
    (void)m;
#endif
}

/* Room for cap entries, a power of two not below FIRST_CAP; no holes. */
static void rebuild(RtMap *m, const RtMapType *type, int64_t cap)
{
    char     *entries = new_entries(type, cap);
    size_t    words   = 2 * (size_t)cap;
    uint32_t *index   = rt_alloc(HEAP_PTR0, words * sizeof *index);
    memset(index, 0, words * sizeof *index);
    squeeze(m, type, entries);
    *m = (RtMap){entries, index, NULL, m->len, m->len, cap, (int64_t)words - 1};
    for (int64_t i = 0; i < m->used; i++) {
        const void *key = entry_at(m, type, i);
        if (!is_nan(type, key))
            put_in_index(m, hash_key(type, key), i);
    }
    verify(m);
}

/* At least cap / 2 entries can be added before the next rebuild, and cap is at most 4 * len: adding
 * takes constant time, seen over many. */
static int64_t capacity_for(int64_t len)
{
    int64_t cap = FIRST_CAP;
    while (cap < len)
        cap *= 2;
    return cap;
}

RtMap *rt_map_new(const RtMapType *type, int64_t room)
{
    RtMap *m = rt_alloc(HEAP_PTR3, sizeof *m);
    *m = (RtMap){.index = (uint32_t *)no_index};
    if (room > 0)
        rebuild(m, type, capacity_for(room));
    return m;
}

/* ---- Adding, removing ---- */

void *rt_map_append(RtMap *m, const RtMapType *type, const void *key)
{
    if (m->used == m->cap)
        rebuild(m, type, capacity_for(2 * m->len));
    char *entry = entry_at(m, type, m->used);
    memset(entry, 0, type->entry_size);                  /* kind PTR0: garbage */
    memcpy(entry, key, type->key_size);
    if (!is_nan(type, key))
        put_in_index(m, hash_key(type, key), m->used);
    m->used++;
    m->len++;
    return entry + type->value_offset;
}

static void note_dead(RtMap *m, uint64_t entry)
{
    if (m->dead == NULL) {
        size_t size = ((size_t)m->cap + 63) / 64 * sizeof *m->dead;
        m->dead = rt_alloc(HEAP_PTR0, size);
        memset(m->dead, 0, size);
    }
    m->dead[entry / 64] |= UINT64_C(1) << entry % 64;
}

bool rt_map_remove(RtMap *m, const RtMapType *type, const void *key)
{
    char *value = rt_map_find(m, type, key);
    if (value == NULL)
        return false;
    char *entry = value - type->value_offset;
    note_dead(m, (uint64_t)(entry - (char *)m->entries) / type->entry_size);
    memset(entry, 0, type->entry_size);
    m->len--;
    return true;
}

/* ---- All entries ---- */

void *rt_map_next(const RtMap *m, const RtMapType *type, int64_t *at)
{
    while (*at < m->used) {
        int64_t entry = (*at)++;
        if (!rt_map_is_dead(m, (uint64_t)entry))
            return entry_at(m, type, entry);
    }
    return NULL;
}

/* What lies at offset in each entry. Pointers: does the part perhaps hold some? */
static RtArray *part(const RtMap *m, const RtMapType *type, uint32_t offset, uint32_t size,
                     bool pointers)
{
    RtArray *a  = rt_array_new(size, pointers ? HEAP_ALL : HEAP_PTR0, m->len);
    char    *to = a->data;
    int64_t  at = 0;
    for (char *e; (e = rt_map_next(m, type, &at)) != NULL; to += size)
        memcpy(to, e + offset, size);
    return a;
}

RtArray *rt_map_keys(const RtMap *m, const RtMapType *type)
{
    bool has_data = type->kind == RT_KEY_ENUM && type->hash != NULL;
    return part(m, type, 0, type->key_size, type->kind == RT_KEY_STRING || has_data);
}

/* Of values beside which the key holds the pointers, we do not know that they hold none. */
RtArray *rt_map_values(const RtMap *m, const RtMapType *type)
{
    bool pointers = type->entries == HEAP_ALL && type->value_size % sizeof(void *) == 0;
    return part(m, type, type->value_offset, type->value_size, pointers);
}

void rt_map_rehash(RtMap *m, const RtMapType *type)
{
    if (m->cap > 0)
        rebuild(m, type, m->cap);
}

void rt_fail_map_key(const RtPlace *place) { rt_fail(place, "map key not found"); }
