/*
 * dwarf.c - reads the parts of DWARF 5 that a backtrace needs.
 *
 * Units are tried until one covers the address. Its entries are then read in order, without regard
 * to their nesting: parents come before children and only a parent's range contains a child's, so
 * those inlined functions that cover the address are met from the outermost to the innermost. The
 * line table tells where the innermost one is, each entry where it was called.
 *
 * Every read goes through a cursor, which ends at the end of its section; a cursor that was asked
 * for more is empty and delivers zeros, so that damaged data ends every loop.
 */
#include "runtime/report/dwarf.h"

#include <string.h>

enum { MAX_INLINED = 127, MAX_FORMATS = 8 };

/* ---- Reading ---- */

typedef struct Cursor { const uint8_t *at, *end; } Cursor;

static Cursor cursor_at(DwarfSection s, uint64_t offset)
{
    if (s.at == NULL || offset > s.size)
        return (Cursor){NULL, NULL};
    return (Cursor){s.at + offset, s.at + s.size};
}

static bool at_end(const Cursor *c) { return c->at >= c->end; }

static void skip(Cursor *c, uint64_t bytes)
{
    c->at = bytes > (uint64_t)(c->end - c->at) ? c->end : c->at + bytes;
}

/* size is at most 8. Both machines that we know are little-endian. */
static uint64_t read_uint(Cursor *c, size_t size)
{
    uint64_t value = 0;
    if ((size_t)(c->end - c->at) < size) {
        c->at = c->end;
        return 0;
    }
    for (size_t i = size; i-- > 0;)
        value = value << 8 | c->at[i];
    c->at += size;
    return value;
}

static uint64_t read_leb(Cursor *c, bool is_signed)
{
    uint64_t value = 0;
    for (unsigned shift = 0; !at_end(c); shift += 7) {
        uint8_t byte = *c->at++;
        if (shift < 64)
            value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte & 0x80)
            continue;
        if (is_signed && byte & 0x40 && shift + 7 < 64)
            value |= ~(uint64_t)0 << (shift + 7);
        return value;
    }
    return 0;
}

static uint64_t read_uleb(Cursor *c) { return read_leb(c, false); }
static int64_t  read_sleb(Cursor *c) { return (int64_t)read_leb(c, true); }

/* NULL if it does not end. */
static const char *read_text(Cursor *c)
{
    const uint8_t *start = c->at;
    const uint8_t *zero  = at_end(c) ? NULL : memchr(c->at, 0, (size_t)(c->end - c->at));
    c->at                = zero != NULL ? zero + 1 : c->end;
    return zero != NULL ? (const char *)start : NULL;
}

static const char *text_at(DwarfSection s, uint64_t offset)
{
    Cursor c = cursor_at(s, offset);
    return read_text(&c);
}

/* ---- Attributes ---- */

enum {
    TAG_COMPILE_UNIT = 0x11, TAG_INLINED = 0x1d,
    AT_NAME = 0x03, AT_STMT_LIST = 0x10, AT_LOW_PC = 0x11, AT_HIGH_PC = 0x12,
    AT_ABSTRACT_ORIGIN = 0x31, AT_DECL_LINE = 0x3b, AT_RANGES = 0x55, AT_CALL_FILE = 0x58,
    AT_CALL_LINE = 0x59,
    AT_STR_OFFSETS_BASE = 0x72, AT_ADDR_BASE = 0x73, AT_RNGLISTS_BASE = 0x74,
    FORM_ADDR = 0x01, FORM_BLOCK2 = 0x03, FORM_BLOCK4, FORM_DATA2, FORM_DATA4, FORM_DATA8,
    FORM_STRING, FORM_BLOCK, FORM_BLOCK1, FORM_DATA1, FORM_FLAG, FORM_SDATA, FORM_STRP,
    FORM_UDATA, FORM_REF_ADDR, FORM_REF1, FORM_REF2, FORM_REF4, FORM_REF8, FORM_REF_UDATA,
    FORM_INDIRECT, FORM_SEC_OFFSET, FORM_EXPRLOC, FORM_FLAG_PRESENT, FORM_STRX, FORM_ADDRX,
    FORM_REF_SUP4, FORM_STRP_SUP, FORM_DATA16, FORM_LINE_STRP, FORM_REF_SIG8,
    FORM_IMPLICIT_CONST, FORM_LOCLISTX, FORM_RNGLISTX, FORM_REF_SUP8, FORM_STRX1, FORM_STRX2,
    FORM_STRX3, FORM_STRX4, FORM_ADDRX1, FORM_ADDRX2, FORM_ADDRX3, FORM_ADDRX4,
};

/* As in the file: what it means depends on the form. form 0: not there. */
typedef struct Value {
    unsigned    form;
    uint64_t    number;
    const char *text;                    /* FORM_STRING */
} Value;

/* False: a form that we do not know, so that nothing behind it can be read. */
static bool read_value(Cursor *c, unsigned form, int64_t constant, unsigned addr_size, Value *v)
{
    *v = (Value){.form = form};
    switch (form) {
    case FORM_ADDR: v->number = read_uint(c, addr_size); return true;
    case FORM_DATA1: case FORM_FLAG: case FORM_REF1: case FORM_STRX1: case FORM_ADDRX1:
        v->number = read_uint(c, 1);
        return true;
    case FORM_DATA2: case FORM_REF2: case FORM_STRX2: case FORM_ADDRX2:
        v->number = read_uint(c, 2);
        return true;
    case FORM_STRX3: case FORM_ADDRX3:
        v->number = read_uint(c, 3);
        return true;
    case FORM_DATA4: case FORM_REF4: case FORM_STRX4: case FORM_ADDRX4: case FORM_STRP:
    case FORM_LINE_STRP: case FORM_SEC_OFFSET: case FORM_REF_ADDR: case FORM_REF_SUP4:
    case FORM_STRP_SUP:
        v->number = read_uint(c, 4);
        return true;
    case FORM_DATA8: case FORM_REF8: case FORM_REF_SIG8: case FORM_REF_SUP8:
        v->number = read_uint(c, 8);
        return true;
    case FORM_UDATA: case FORM_REF_UDATA: case FORM_STRX: case FORM_ADDRX: case FORM_LOCLISTX:
    case FORM_RNGLISTX:
        v->number = read_uleb(c);
        return true;
    case FORM_SDATA:          v->number = (uint64_t)read_sleb(c); return true;
    case FORM_IMPLICIT_CONST: v->number = (uint64_t)constant; return true;
    case FORM_FLAG_PRESENT:   v->number = 1; return true;
    case FORM_STRING:         v->text = read_text(c); return true;
    case FORM_DATA16:         skip(c, 16); return true;
    case FORM_BLOCK1:         skip(c, read_uint(c, 1)); return true;
    case FORM_BLOCK2:         skip(c, read_uint(c, 2)); return true;
    case FORM_BLOCK4:         skip(c, read_uint(c, 4)); return true;
    case FORM_BLOCK: case FORM_EXPRLOC:
        skip(c, read_uleb(c));
        return true;
    }
    return false;
}

/* ---- Units ---- */

/* An abbreviation says which attributes, in which forms, the entries of its code have. */
typedef struct Unit {
    const Dwarf   *dwarf;
    uint64_t       start;                /* of its header, in info */
    Cursor         entries;              /* behind the header */
    unsigned       addr_size;
    uint64_t       low_pc;               /* what its range lists are relative to */
    uint64_t       str_base, addr_base, rnglists_base;
    uint64_t       lines;                /* offset of its line table; UINT64_MAX: none */
    uint64_t       abbrevs;
    const uint8_t **abbrev;              /* the room: by code, where its text begins, or NULL */
} Unit;

typedef struct Entry {
    uint64_t tag;
    Value    name, low_pc, high_pc, ranges, origin, decl_line, call_file, call_line;
    Value    lines, str_base, addr_base, rnglists_base;
} Entry;

static bool is_null_pair(uint64_t attribute, uint64_t form) { return attribute == 0 && form == 0; }

static void read_abbrevs(Unit *u)
{
    Cursor c = cursor_at(u->dwarf->abbrev, u->abbrevs);
    u->abbrev = u->dwarf->room;
    memset(u->abbrev, 0, DWARF_ABBREVS * sizeof *u->abbrev);
    for (uint64_t code; (code = read_uleb(&c)) != 0;) {
        if (code < DWARF_ABBREVS)
            u->abbrev[code] = c.at;
        read_uleb(&c);
        skip(&c, 1);
        for (;;) {
            uint64_t attribute = read_uleb(&c), form = read_uleb(&c);
            if (form == FORM_IMPLICIT_CONST)
                read_sleb(&c);
            if (is_null_pair(attribute, form))
                break;
        }
    }
}

static void note(Entry *e, uint64_t attribute, Value v)
{
    switch (attribute) {
    case AT_NAME:             e->name = v; break;
    case AT_LOW_PC:           e->low_pc = v; break;
    case AT_HIGH_PC:          e->high_pc = v; break;
    case AT_RANGES:           e->ranges = v; break;
    case AT_ABSTRACT_ORIGIN:  e->origin = v; break;
    case AT_DECL_LINE:        e->decl_line = v; break;
    case AT_CALL_FILE:        e->call_file = v; break;
    case AT_CALL_LINE:        e->call_line = v; break;
    case AT_STMT_LIST:        e->lines = v; break;
    case AT_STR_OFFSETS_BASE: e->str_base = v; break;
    case AT_ADDR_BASE:        e->addr_base = v; break;
    case AT_RNGLISTS_BASE:    e->rnglists_base = v; break;
    }
}

/* The entry at c, which then stands before the next one. False at the end and where reading has to
 * stop. A null entry has tag 0. */
static bool read_entry(const Unit *u, Cursor *c, Entry *e)
{
    if (at_end(c))
        return false;
    uint64_t code = read_uleb(c);
    memset(e, 0, sizeof *e);
    if (code == 0)
        return true;
    if (code >= DWARF_ABBREVS || u->abbrev[code] == NULL)
        return false;
    DwarfSection all = u->dwarf->abbrev;
    Cursor       a   = {u->abbrev[code], all.at + all.size};
    e->tag           = read_uleb(&a);
    skip(&a, 1);
    for (;;) {
        uint64_t attribute = read_uleb(&a), form = read_uleb(&a);
        int64_t  constant  = form == FORM_IMPLICIT_CONST ? read_sleb(&a) : 0;
        Value    v;
        if (is_null_pair(attribute, form))
            return true;
        if (form == FORM_INDIRECT)
            form = read_uleb(c);
        if (!read_value(c, (unsigned)form, constant, u->addr_size, &v))
            return false;
        note(e, attribute, v);
    }
}

/* Reads the header and first entry of the unit at *offset, which then is that of the next one.
 * False: there is no further unit. u->dwarf NULL: not one that we can read. */
static bool read_unit(const Dwarf *d, uint64_t *offset, Unit *u, Entry *root)
{
    Cursor   c      = cursor_at(d->info, *offset);
    uint64_t length = read_uint(&c, 4);
    *u              = (Unit){.start = *offset};
    if (length == 0 || length >= 0xfffffff0 || length > (uint64_t)(c.end - c.at))
        return false;
    c.end           = c.at + length;
    *offset        += 4 + length;
    uint64_t version = read_uint(&c, 2), type = read_uint(&c, 1);
    u->addr_size    = (unsigned)read_uint(&c, 1);
    u->abbrevs      = read_uint(&c, 4);
    if (version != 5 || type != 1 || u->addr_size != 8)
        return true;
    u->dwarf   = d;
    u->entries = c;
    read_abbrevs(u);
    if (!read_entry(u, &u->entries, root) || root->tag != TAG_COMPILE_UNIT)
        u->dwarf = NULL;
    u->str_base      = root->str_base.number;
    u->addr_base     = root->addr_base.number;
    u->rnglists_base = root->rnglists_base.number;
    u->lines         = root->lines.form != 0 ? root->lines.number : UINT64_MAX;
    return true;
}

/* ---- What values mean ---- */

static const char *text_of(const Unit *u, Value v)
{
    switch (v.form) {
    case FORM_STRING:    return v.text;
    case FORM_STRP:      return text_at(u->dwarf->str, v.number);
    case FORM_LINE_STRP: return text_at(u->dwarf->line_str, v.number);
    case FORM_STRX: case FORM_STRX1: case FORM_STRX2: case FORM_STRX3: case FORM_STRX4: {
        Cursor c = cursor_at(u->dwarf->str_offsets, u->str_base + 4 * v.number);
        return at_end(&c) ? NULL : text_at(u->dwarf->str, read_uint(&c, 4));
    }
    }
    return NULL;
}

static uint64_t address_number(const Unit *u, uint64_t index)
{
    Cursor c = cursor_at(u->dwarf->addr, u->addr_base + 8 * index);
    return read_uint(&c, 8);
}

static uint64_t address_of(const Unit *u, Value v)
{
    return v.form == FORM_ADDR ? v.number : address_number(u, v.number);
}

static bool in_range_list(const Unit *u, Value v, uint64_t pc)
{
    uint64_t offset = v.number, base = u->low_pc;
    if (v.form == FORM_RNGLISTX) {
        Cursor table = cursor_at(u->dwarf->rnglists, u->rnglists_base + 4 * v.number);
        offset       = u->rnglists_base + read_uint(&table, 4);
    }
    Cursor c = cursor_at(u->dwarf->rnglists, offset);
    while (!at_end(&c)) {
        uint64_t from = 0, to = 0;
        switch (read_uint(&c, 1)) {
        case 0: return false;
        case 1: base = address_number(u, read_uleb(&c)); break;
        case 2:
            from = address_number(u, read_uleb(&c));
            to   = address_number(u, read_uleb(&c));
            break;
        case 3:
            from = address_number(u, read_uleb(&c));
            to   = from + read_uleb(&c);
            break;
        case 4:
            from = base + read_uleb(&c);
            to   = base + read_uleb(&c);
            break;
        case 5: base = read_uint(&c, 8); break;
        case 6:
            from = read_uint(&c, 8);
            to   = read_uint(&c, 8);
            break;
        case 7:
            from = read_uint(&c, 8);
            to   = from + read_uleb(&c);
            break;
        default: return false;
        }
        if (from <= pc && pc < to)
            return true;
    }
    return false;
}

static bool covers(const Unit *u, const Entry *e, uint64_t pc)
{
    if (e->ranges.form != 0)
        return in_range_list(u, e->ranges, pc);
    if (e->low_pc.form == 0 || e->high_pc.form == 0)
        return false;
    uint64_t low = address_of(u, e->low_pc);
    uint64_t end = e->high_pc.form == FORM_ADDR ? e->high_pc.number : low + e->high_pc.number;
    return low <= pc && pc < end;
}

/* The function that e is an inlined copy of. */
static bool read_origin(const Unit *u, const Entry *e, Entry *origin)
{
    uint64_t offset = e->origin.number + (e->origin.form == FORM_REF_ADDR ? 0 : u->start);
    Cursor   c      = cursor_at(u->dwarf->info, offset);
    return e->origin.form != 0 && read_entry(u, &c, origin);
}

static bool find_unit(const Dwarf *d, uint64_t pc, Unit *u)
{
    Entry root;
    for (uint64_t offset = 0; read_unit(d, &offset, u, &root);) {
        if (u->dwarf == NULL)
            continue;
        if (root.low_pc.form != 0)
            u->low_pc = address_of(u, root.low_pc);
        if (covers(u, &root, pc))
            return true;
    }
    return false;
}

/* ---- The line table ---- */

/* The columns of the tables of folders and files: what they contain, and how it is written. */
typedef struct Format {
    unsigned count;
    struct { uint64_t content, form; } of[MAX_FORMATS];
} Format;

enum { CONTENT_PATH = 1, CONTENT_FOLDER = 2 };

typedef struct LineTable {
    const Unit *unit;
    Cursor      program;
    unsigned    min_length, line_range, opcode_base;
    int         line_base;
    uint8_t     lengths[256];            /* of the standard opcodes: how many operands */
    Format      folder_format, file_format;
    uint64_t    folder_count, file_count;
    Cursor      folders, files;
} LineTable;

static Format read_format(Cursor *c)
{
    Format f = {.count = (unsigned)read_uint(c, 1)};
    for (unsigned i = 0; i < f.count; i++) {
        uint64_t content = read_uleb(c), form = read_uleb(c);
        if (i < MAX_FORMATS) {
            f.of[i].content = content;
            f.of[i].form    = form;
        }
    }
    return f;
}

/* One line of such a table. */
static bool read_row(const Unit *u, Cursor *c, const Format *f, const char **path, uint64_t *folder)
{
    for (unsigned i = 0; i < f->count; i++) {
        Value v;
        if (!read_value(c, (unsigned)f->of[i].form, 0, u->addr_size, &v))
            return false;
        if (f->of[i].content == CONTENT_PATH)
            *path = text_of(u, v);
        else if (f->of[i].content == CONTENT_FOLDER)
            *folder = v.number;
    }
    return true;
}

/* Row number `wanted` of a table that begins at c, which then stands behind it. */
static bool find_row(const Unit *u, Cursor *c, const Format *f, uint64_t wanted, const char **path,
                     uint64_t *folder)
{
    for (uint64_t i = 0; !at_end(c); i++) {
        const uint8_t *before = c->at;
        if (!read_row(u, c, f, path, folder) || c->at == before)
            return false;
        if (i == wanted)
            return true;
    }
    return false;
}

static bool read_table(Cursor *c, const Unit *u, Format *format, uint64_t *count, Cursor *rows)
{
    const char *path;
    uint64_t    folder;
    *format = read_format(c);
    *count  = read_uleb(c);
    *rows   = *c;
    if (format->count > MAX_FORMATS)
        return false;
    return *count == 0 || find_row(u, c, format, *count - 1, &path, &folder);
}

static bool read_line_table(const Unit *u, LineTable *t)
{
    Cursor   c      = cursor_at(u->dwarf->line, u->lines);
    uint64_t length = read_uint(&c, 4);
    *t              = (LineTable){.unit = u};
    if (length == 0 || length > (uint64_t)(c.end - c.at))
        return false;
    c.end = c.at + length;
    if (read_uint(&c, 2) != 5 || read_uint(&c, 1) != 8)
        return false;
    skip(&c, 1);
    uint64_t header = read_uint(&c, 4);
    t->program      = c;
    skip(&t->program, header);
    t->min_length  = (unsigned)read_uint(&c, 1);
    skip(&c, 2);                                         /* operations per instruction, is_stmt */
    t->line_base   = (int8_t)read_uint(&c, 1);
    t->line_range  = (unsigned)read_uint(&c, 1);
    t->opcode_base = (unsigned)read_uint(&c, 1);
    for (unsigned i = 1; i < t->opcode_base; i++)
        t->lengths[i] = (uint8_t)read_uint(&c, 1);
    return t->line_range != 0 && t->opcode_base != 0 &&
           read_table(&c, u, &t->folder_format, &t->folder_count, &t->folders) &&
           read_table(&c, u, &t->file_format, &t->file_count, &t->files);
}

/* Folder 0 is the one that the compiler ran in: names relative to it stay as they are. */
static DwarfLine line_in_file(const LineTable *t, uint64_t file, uint32_t line)
{
    DwarfLine at     = {NULL, NULL, line};
    uint64_t  folder = 0, none;
    Cursor    c      = t->files;
    if (file >= t->file_count || !find_row(t->unit, &c, &t->file_format, file, &at.file, &folder))
        return (DwarfLine){NULL, NULL, 0};
    c = t->folders;
    if (folder != 0 && at.file != NULL && *at.file != '/' && folder < t->folder_count)
        find_row(t->unit, &c, &t->folder_format, folder, &at.folder, &none);
    return at;
}

typedef struct Row { uint64_t address, file; int64_t line; } Row;

/* The row before, if the address lies between it and now. */
static bool passed(const Row *before, const Row *now, uint64_t pc, bool in_sequence)
{
    return in_sequence && before->address <= pc && pc < now->address;
}

/* Runs the program of the table, whose rows have ascending addresses within a sequence; a row holds
 * up to the address of the next one. */
static DwarfLine find_line(const LineTable *t, uint64_t pc)
{
    static const Row first = {.file = 1, .line = 1};
    Row    now = first, before = first;
    bool   in_sequence = false;
    Cursor c = t->program;
    while (!at_end(&c)) {
        unsigned op = (unsigned)read_uint(&c, 1);
        bool     row = false, ends = false;
        if (op >= t->opcode_base) {
            op          -= t->opcode_base;
            now.address += (uint64_t)(op / t->line_range) * t->min_length;
            now.line    += t->line_base + (int)(op % t->line_range);
            row          = true;
        } else if (op == 0) {
            uint64_t length = read_uleb(&c);
            Cursor   inner  = c;
            skip(&c, length);
            switch (read_uint(&inner, 1)) {
            case 1: row = ends = true; break;
            case 2: now.address = read_uint(&inner, 8); break;
            }
        } else {
            switch (op) {
            case 1: row = true; break;
            case 2: now.address += read_uleb(&c) * t->min_length; break;
            case 3: now.line += read_sleb(&c); break;
            case 4: now.file = read_uleb(&c); break;
            case 8:
                now.address += (uint64_t)((255 - t->opcode_base) / t->line_range) * t->min_length;
                break;
            case 9: now.address += read_uint(&c, 2); break;
            default:
                for (unsigned i = 0; i < t->lengths[op]; i++)
                    read_uleb(&c);
            }
        }
        if (!row)
            continue;
        if (passed(&before, &now, pc, in_sequence))
            return line_in_file(t, before.file, (uint32_t)before.line);
        in_sequence = !ends;
        before = now;
        if (ends)
            now = first;
    }
    return (DwarfLine){NULL, NULL, 0};
}

/* ---- Calls ---- */

typedef struct Inlined {
    const char *function;
    uint64_t    call_file;
    uint32_t    call_line, declared;
} Inlined;

static Inlined inlined_of(const Unit *u, const Entry *e)
{
    Entry   origin;
    Inlined i = {"?", e->call_file.number, (uint32_t)e->call_line.number, 0};
    if (read_origin(u, e, &origin)) {
        const char *name = text_of(u, origin.name);
        i.function       = name != NULL ? name : i.function;
        i.declared       = (uint32_t)origin.decl_line.number;
    }
    return i;
}

/* The inlined functions that cover pc, the outermost first. */
static int inlined_at(const Unit *u, uint64_t pc, Inlined *found, int max)
{
    Entry  e;
    int    count = 0;
    Cursor c     = u->entries;
    while (count < max && read_entry(u, &c, &e))
        if (e.tag == TAG_INLINED && covers(u, &e, pc))
            found[count++] = inlined_of(u, &e);
    return count;
}

int dwarf_calls(const Dwarf *d, uint64_t pc, DwarfCall *calls, int max)
{
    Unit      u;
    LineTable t;
    Inlined   inlined[MAX_INLINED];
    bool      known = find_unit(d, pc, &u) && read_line_table(&u, &t);
    int       count = known ? inlined_at(&u, pc, inlined, MAX_INLINED) : 0, out = 0;
    DwarfLine at    = known ? find_line(&t, pc) : (DwarfLine){NULL, NULL, 0};
    for (; count > 0 && out + 1 < max; count--) {
        const Inlined *i = &inlined[count - 1];
        calls[out++]     = (DwarfCall){i->function, at, i->declared};
        at               = line_in_file(&t, i->call_file, i->call_line);
    }
    calls[out++] = (DwarfCall){NULL, at, 0};
    return out;
}
