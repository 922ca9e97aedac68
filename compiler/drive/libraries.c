/*
 * libraries.c - asks the linker where it looks for libraries.
 *
 * GNU ld says in its verbose mode which files it tries to open, and how that went:
 *
 *     attempt to open /usr/lib/libz.so failed
 *     attempt to open /lib/libz.so succeeded
 *
 * That nothing can be linked from libraries alone does not matter.
 */
#include "compiler/drive/libraries.h"

#include <string.h>

#include "compiler/base/arena.h"
#include "compiler/base/inputs.h"
#include "compiler/base/path.h"
#include "compiler/base/process.h"
#include "compiler/drive/tempfile.h"

static bool is_name(const char *word)
{
    return strncmp(word, "-l", 2) == 0;
}

/* What the linker says about the libraries known by name. */
static char *ask_linker(const Toolchain *t, const char *out)
{
    static const char *const changes[] = {"LC_ALL=C", NULL};
    char *said;
    LIST(const char *) words = {0};
    for (int i = 0; i < t->command.count; i++)
        LIST_ADD(&words, t->command.items[i]);
    const char *own[] = {"-nostdlib", "-Wl,--verbose", "-o", out};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        LIST_ADD(&words, own[i]);
    for (int i = 0; i < t->links.count; i++)
        if (is_name(t->links.items[i]))
            LIST_ADD(&words, t->links.items[i]);
    LIST_ADD(&words, NULL);
    process_run(t->compiler, words.items, changes, &said);
    return said;
}

/* Notes one attempt, "PATH failed" or "PATH succeeded". */
static bool note_attempt(const char *line, Digest *d)
{
    const char *verdict = strrchr(line, ' ');
    const char *path    = arena_format("%.*s", (int)(verdict ? verdict - line : 0), line);
    if (verdict && strcmp(verdict, " failed") == 0)
        return !is_file(path);
    if (verdict == NULL || strcmp(verdict, " succeeded") != 0)
        return false;
    digest_text(d, inputs_digest(path));
    return true;
}

/* Are there attempts in the text, and all understood? */
static bool note_attempts(char *said, Digest *d)
{
    static const char head[] = "attempt to open ";
    bool found = false;
    for (char *line = strtok(said, "\n"); line; line = strtok(NULL, "\n")) {
        if (strncmp(line, head, strlen(head)) != 0)
            continue;
        found = true;
        if (!note_attempt(line + strlen(head), d))
            return false;
    }
    return found;
}

static bool has_names(const Toolchain *t)
{
    for (int i = 0; i < t->links.count; i++)
        if (is_name(t->links.items[i]))
            return true;
    return false;
}

void libraries_digest(const Toolchain *t, Digest *d)
{
    for (int i = 0; i < t->linked_files.count; i++)
        digest_text(d, inputs_digest(t->linked_files.items[i]));
    if (!has_names(t))
        return;
    char *out  = tempfile_new(tempfile_dir(), "pluto", ".tmp");
    char *said = out ? ask_linker(t, out) : NULL;
    tempfile_remove(out);
    if (said == NULL || strlen(said) >= PROCESS_MAX_TEXT || !note_attempts(said, d))
        inputs_spoil();
}
