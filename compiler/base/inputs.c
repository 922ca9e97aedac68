/*
 * inputs.c - a list of questions with their answers, each question once.
 *
 * A file counts as unread since it was noted if its stamp is the same: device, inode, size, time of
 * writing, time of change. Nobody can set the last of these. But the clock of a file system ticks
 * slowly, so a file that was written just before it was looked at may be written again without a
 * new stamp. Such a stamp is not settled, and then the contents are compared.
 *
 * True for each input of kind INPUT_TEXT:
 *   I1  the stamp was taken before the bytes of the answer were read; so bytes that came later have
 *       another stamp, or the stamp is not settled
 */
#include "compiler/base/inputs.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "compiler/base/digest.h"
#include "compiler/base/folder.h"
#include "compiler/base/hash.h"
#include "compiler/base/path.h"

/* Longer than a tick of any file system's clock: that of FAT has two seconds. */
static const int64_t SETTLED_NS = INT64_C(3000000000);

typedef struct Stamp {
    uint64_t device, inode, size;
    int64_t  written, changed;            /* ns since 1970 */
} Stamp;

typedef struct Input {
    InputKind      kind;
    const char    *path, *answer;
    bool           settled;               /* of texts, as all below: stamp tells about changes */
    Stamp          stamp;
    const char    *question;              /* the key: kind and path */
    UT_hash_handle hh;
} Input;

struct Inputs {
    LIST(Input *) list;                   /* in the order of asking */
    Input        *table;
    int64_t       start;                  /* ns since 1970; no stamp was taken earlier */
    bool          spoiled;
};

static Inputs *noting;                    /* NULL: nothing is noted */

/* ---- Stamps ---- */

static int64_t nanoseconds(struct timespec t)
{
    return (int64_t)t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static Stamp stamp_of(const struct stat *st)
{
    return (Stamp){st->st_dev, st->st_ino, (uint64_t)st->st_size, nanoseconds(st->st_mtim),
                   nanoseconds(st->st_ctim)};
}

static bool same_stamp(const Stamp *a, const Stamp *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size
        && a->written == b->written && a->changed == b->changed;
}

/* start: not later than the stamp was taken. */
static bool is_settled(const Stamp *s, int64_t start)
{
    return s->written < start - SETTLED_NS && s->changed < start - SETTLED_NS;
}

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return nanoseconds(now);
}

/* ---- The list ---- */

static const char *question_text(InputKind kind, const char *path)
{
    return arena_format("%c%s", 'a' + (int)kind, path);
}

static void add(Inputs *inputs, Input *i)
{
    HASH_ADD_KEYPTR(hh, inputs->table, i->question, strlen(i->question), i);
    LIST_ADD(&inputs->list, i);
}

/* NULL: the question is known, or nothing is noted. */
static Input *note(InputKind kind, const char *path, const char *answer)
{
    Input *known;
    if (noting == NULL)
        return NULL;
    const char *question = question_text(kind, path);
    HASH_FIND_STR(noting->table, question, known);
    if (known) {
        noting->spoiled = noting->spoiled || strcmp(known->answer, answer) != 0;
        return NULL;
    }
    Input *i    = ARENA_NEW(Input);
    i->kind     = kind;
    i->path     = question + 1;
    i->answer   = arena_format("%s", answer);
    i->question = question;
    add(noting, i);
    return i;
}

/* ---- Noting ---- */

void inputs_start(void)
{
    noting        = ARENA_NEW(Inputs);
    noting->start = now_ns();
}

void inputs_note(InputKind kind, const char *path, const char *answer)
{
    note(kind, path, answer);
}

bool inputs_note_bool(InputKind kind, const char *path, bool answer)
{
    note(kind, path, answer ? "yes" : "no");
    return answer;
}

void inputs_spoil(void)
{
    if (noting)
        noting->spoiled = true;
}

Inputs *inputs_noted(void)
{
    return noting && !noting->spoiled ? noting : NULL;
}

/* ---- Texts ---- */

static void note_text(const char *path, const struct stat *st, const char *digest)
{
    Input *i = note(INPUT_TEXT, path, digest);
    if (st && !S_ISREG(st->st_mode))
        inputs_spoil();
    if (i == NULL || st == NULL)
        return;
    i->stamp   = stamp_of(st);
    i->settled = is_settled(&i->stamp, noting->start);
}

void inputs_note_text(const char *path, const struct stat *st, const void *text, size_t size)
{
    Digest d;
    char   digest[DIGEST_TEXT_SIZE];
    if (noting == NULL)
        return;
    digest_init(&d);
    digest_bytes(&d, text, size);
    digest_finish(&d, digest);
    note_text(path, st, digest);
}

/* Opens a regular file; -1 for anything else. Nothing is read, and nothing waits for a writer. */
static int open_file(const char *path, struct stat *st)
{
    if (stat(path, st) != 0 || !S_ISREG(st->st_mode))
        return -1;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0 && fstat(fd, st) == 0 && S_ISREG(st->st_mode))
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

/* The digest of what is in the file; "no" if it cannot be read. */
static const char *read_digest(int fd)
{
    static char buffer[64 * 1024];
    Digest  d;
    char   *digest = arena_alloc(DIGEST_TEXT_SIZE);
    ssize_t got;
    digest_init(&d);
    while ((got = read(fd, buffer, sizeof buffer)) > 0)
        digest_bytes(&d, buffer, (size_t)got);
    digest_finish(&d, digest);
    return got == 0 ? digest : "no";
}

/* *st is what the file was before it was read; left as it is if there is none. */
static const char *digest_file(const char *path, struct stat *st)
{
    int         fd     = open_file(path, st);
    const char *digest = fd >= 0 ? read_digest(fd) : "no";
    if (fd >= 0)
        close(fd);
    return digest;
}

const char *inputs_digest(const char *path)
{
    struct stat st;
    const char *digest = digest_file(path, &st);
    note_text(path, strcmp(digest, "no") != 0 ? &st : NULL, digest);
    return digest;
}

void inputs_note_moved(const char *from, const char *path)
{
    struct stat st;
    note_text(path, NULL, digest_file(from, &st));
}

/* ---- Keeping ---- */

void inputs_write(const Inputs *inputs, FILE *out)
{
    fprintf(out, "%d inputs\n", inputs->list.count);
    for (int k = 0; k < inputs->list.count; k++) {
        const Input *i = inputs->list.items[k];
        const Stamp *s = &i->stamp;
        fprintf(out, "%d %zu %zu %d %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRId64 " %" PRId64 "\n",
                (int)i->kind, strlen(i->path), strlen(i->answer), i->settled, s->device, s->inode,
                s->size, s->written, s->changed);
        fprintf(out, "%s\n%s\n", i->path, i->answer);
    }
}

/* What has not been read yet. */
typedef struct Reader { const char *at, *end; } Reader;

/* The next line without its end; NULL: there is none. */
static const char *read_line(Reader *r)
{
    const char *end = r->at < r->end ? memchr(r->at, '\n', (size_t)(r->end - r->at)) : NULL;
    if (end == NULL)
        return NULL;
    const char *line = arena_format("%.*s", (int)(end - r->at), r->at);
    r->at = end + 1;
    return line;
}

/* len bytes and the end of the line behind them; NULL: they are not there. */
static const char *read_text(Reader *r, size_t len)
{
    size_t left = (size_t)(r->end - r->at);
    if (len >= left || len > INT32_MAX || r->at[len] != '\n')
        return NULL;
    const char *text = arena_format("%.*s", (int)len, r->at);
    r->at += len + 1;
    return text;
}

static Input *read_input(Reader *r)
{
    int         kind, settled;
    size_t      path, answer;
    Input      *i    = ARENA_NEW(Input);
    Stamp      *s    = &i->stamp;
    const char *line = read_line(r);
    if (line == NULL
        || sscanf(line, "%d %zu %zu %d %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNd64 " %" SCNd64,
                  &kind, &path, &answer, &settled, &s->device, &s->inode, &s->size, &s->written,
                  &s->changed) != 9
        || kind < 0 || kind >= INPUT_KINDS
        || (i->path = read_text(r, path)) == NULL || (i->answer = read_text(r, answer)) == NULL)
        return NULL;
    i->kind     = (InputKind)kind;
    i->settled  = settled;
    i->question = question_text(i->kind, i->path);
    return i;
}

Inputs *inputs_read(const char **text, size_t size)
{
    int         count;
    Inputs     *inputs = ARENA_NEW(Inputs);
    Reader      r      = {*text, *text + size};
    const char *head   = read_line(&r);
    if (head == NULL || sscanf(head, "%d inputs", &count) != 1)
        return NULL;
    for (int k = 0; k < count; k++) {
        Input *i = read_input(&r);
        if (i == NULL)
            return NULL;
        add(inputs, i);
    }
    *text = r.at;
    return inputs;
}

/* ---- Asking again ---- */

static bool is_same(const Input *i, const char *answer)
{
    return strcmp(i->answer, answer) == 0;
}

static bool has_stamp(const char *path, const Stamp *wanted)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return false;
    Stamp stamp = stamp_of(&st);
    return same_stamp(&stamp, wanted);
}

static bool is_same_text(Input *i, int64_t start, bool *newer)
{
    struct stat st;
    if (i->settled && has_stamp(i->path, &i->stamp))
        return true;
    const char *digest = digest_file(i->path, &st);
    if (!is_same(i, digest))
        return false;
    if (strcmp(digest, "no") != 0) {
        i->stamp   = stamp_of(&st);
        i->settled = is_settled(&i->stamp, start);
        *newer     = *newer || i->settled;
    }
    return true;
}

static const char *names_text(const char *folder, FolderWanted wanted)
{
    FileNames names = folder_names(folder, wanted);
    return folder_text(&names);
}

static const char *yes_or_no(bool yes)
{
    return yes ? "yes" : "no";
}

static bool has_same_answer(Input *i, int64_t start, bool *newer)
{
    switch (i->kind) {
    case INPUT_IS_FOLDER: return is_same(i, yes_or_no(is_folder(i->path)));
    case INPUT_IS_FILE:   return is_same(i, yes_or_no(is_file(i->path)));
    case INPUT_EXISTS:    return is_same(i, yes_or_no(path_exists(i->path)));
    case INPUT_OPENS:     return is_same(i, yes_or_no(folder_opens(i->path)));
    case INPUT_REAL:      return is_same(i, path_real(i->path));
    case INPUT_NAMES:     return is_same(i, names_text(i->path, FOLDER_ALL));
    case INPUT_SOURCES:   return is_same(i, names_text(i->path, FOLDER_SOURCES));
    case INPUT_MODE:      return is_same(i, path_mode(i->path));
    case INPUT_TEXT:      return is_same_text(i, start, newer);
    }
    return false;
}

bool inputs_unchanged(Inputs *inputs, bool *newer)
{
    int64_t start = now_ns();
    Inputs *outer = noting;
    bool    same  = true;
    *newer = false;
    noting = NULL;                                           /* these questions are not new ones */
    for (int k = 0; k < inputs->list.count && same; k++)
        same = has_same_answer(inputs->list.items[k], start, newer);
    noting = outer;
    return same;
}
