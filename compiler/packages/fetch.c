/*
 * fetch.c - runs git.
 *
 * A clone is made in a folder with a name of its own and renamed when it is complete, so a folder
 * with the name of a URL is always whole. The working tree of a clone shows one ref at a time;
 * therefore
 *   - a lock on a file in the cache keeps other compilers away from all clones while one checks
 *     something out and reads it (one lock: two could be taken in different orders),
 *   - a program may not use two refs of one URL.
 * git is told the repository by --git-dir: by itself it would look for one in folders above, too.
 */
#include "compiler/packages/fetch.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/base/arena.h"
#include "compiler/base/folder.h"
#include "compiler/base/inputs.h"
#include "compiler/base/path.h"
#include "compiler/base/process.h"

/* A clone that this process has looked at. */
typedef struct Clone {
    const char       *url, *folder;
    const Dependency *dep;                /* decided what is checked out; NULL: nothing did yet */
    bool              fresh;              /* cloned by fetch_again */
} Clone;

static struct { LIST(Clone *) list; } clones;
static int lock = -1;                     /* descriptor of the locked file; -1: not locked */

/* ---- Errors ---- */

static bool complain(const Dependency *dep, Diag *d, const char *text)
{
    return diag_error(d, DIAG_MANIFEST, dep->source, MANIFEST_NAME ": dependency '%s': %s",
                      dep->name.name, text);
}

/* What git said, as a part of one line: its last complaint. */
static const char *reason(const char *said)
{
    const char *best = said, *fatal;
    while ((fatal = strstr(best, "fatal: ")) != NULL)
        best = fatal + strlen("fatal: ");
    if (best == said && strncmp(best, "error: ", 7) == 0)
        best += 7;
    size_t len = strcspn(best, "\n");
    return len ? arena_format("%.*s", (int)len, best) : "git said nothing";
}

/* ---- git ---- */

/* Runs git with the words, of which the last is NULL. False if it fails, also if there is none;
 * *said is what it wrote. */
static bool git(const char *const *words, char **said)
{
    static const char *const changes[] = {
        "GIT_TERMINAL_PROMPT=0", "LC_ALL=C", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE",
        "GIT_CEILING_DIRECTORIES", NULL,
    };
    return process_run(process_find("git"), words, changes, said) == 0;
}

static bool has_git(const Dependency *dep, Diag *d)
{
    return process_find("git") != NULL
        || complain(dep, d, "git is required for git dependencies but was not found in PATH");
}

/* git in the repository of a clone, with at most four words. */
static bool git_in(const Clone *clone, const char *const words[4], char **said)
{
    const char *all[] = {
        "git", arena_format("--git-dir=%s/.git", clone->folder),
        arena_format("--work-tree=%s", clone->folder), words[0], words[1], words[2], words[3], NULL,
    };
    return git(all, said);
}

/* ---- The cache ---- */

void fetch_key(const char *url, char key[FETCH_KEY_SIZE])
{
    uint64_t hash = 5381;
    size_t   len  = strlen(url);
    while (len > 0 && url[len - 1] == '/')
        len--;
    for (size_t i = 0; i < len; i++)
        hash = hash * 33 + (unsigned char)tolower((unsigned char)url[i]);
    snprintf(key, FETCH_KEY_SIZE, "%016" PRIx64, hash);
}

/* Makes it with all folders above it; says nothing if that fails. */
static void make_folders(const char *path)
{
    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/'))
        mkdir(arena_format("%.*s", (int)(slash - path), path), 0777);
    mkdir(path, 0777);
}

/* NULL: there can be none. */
static const char *cache_folder(void)
{
    const char *named = getenv("PLUTO_CACHE_DIR"), *home = getenv("HOME");
    if (named && *named)
        return path_join(named, "git");
    return home && home[0] == '/' ? path_join(home, ".pluto/cache/git") : NULL;
}

/* A lock that cannot be had (nobody may write there) protects nothing: nobody checks out there. */
static void take_lock(const char *cache)
{
    if (lock >= 0)
        return;
    lock = open(path_join(cache, "lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    while (lock >= 0 && flock(lock, LOCK_EX) != 0 && errno == EINTR)
        continue;
}

void fetch_release(void)
{
    if (lock >= 0)
        close(lock);
    lock              = -1;
    clones.list.count = 0;
}

static bool remove_folder(const char *path)
{
    char       *said;
    const char *rm      = process_find("rm");
    const char *words[] = {"rm", "-rf", "--", path, NULL};
    return rm && process_run(rm, words, NULL, &said) == 0;
}

/* ---- Clones ---- */

/* The URL as git is to see it: a relative path starts at the folder of the manifest, and becomes
 * the same from wherever it is written. */
static const char *full_url(const char *from, const char *url)
{
    if (url[0] == '/' || strchr(url, ':'))
        return url;
    return path_real(path_join(path_real(from), url));
}

/* The record of a clone, which need not exist yet. NULL after an error. */
static Clone *find_clone(const char *from, const Dependency *dep, Diag *d)
{
    char        key[FETCH_KEY_SIZE];
    const char *cache = cache_folder();
    if (cache == NULL) {
        complain(dep, d, "there is no place for git repositories: set PLUTO_CACHE_DIR or HOME");
        return NULL;
    }
    const char *url = full_url(from, dep->git);
    fetch_key(url, key);
    const char *folder = path_join(cache, key);
    for (int i = 0; i < clones.list.count; i++)
        if (strcmp(clones.list.items[i]->folder, folder) == 0)
            return clones.list.items[i];
    make_folders(cache);
    take_lock(cache);
    Clone *clone  = ARENA_NEW(Clone);
    clone->url    = url;
    clone->folder = folder;
    LIST_ADD(&clones.list, clone);
    return clone;
}

/* A new clone beside the place where it belongs; NULL after an error. */
static const char *clone_aside(const Clone *clone, const Dependency *dep, Diag *d)
{
    char       *said, *folder = arena_format("%s.XXXXXX", clone->folder);
    const char *words[] = {"git", "clone", "--quiet", "--", clone->url, folder, NULL};
    if (!has_git(dep, d))
        return NULL;
    if (mkdtemp(folder) == NULL) {
        complain(dep, d, arena_format("cannot write to %s: %s", path_folder(clone->folder),
                                      strerror(errno)));
        return NULL;
    }
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "fetching %s\n", clone->url);
    if (git(words, &said)) {
        chmod(folder, 0755);
        return folder;
    }
    remove_folder(folder);
    complain(dep, d, arena_format("git clone failed for '%s': %s", dep->git, reason(said)));
    return NULL;
}

/* Puts a clone where it belongs. The old one, if any, is removed. */
static bool put_in_place(const Clone *clone, const char *aside, const Dependency *dep, Diag *d)
{
    const char *old     = arena_format("%s.old", aside);
    bool        has_old = rename(clone->folder, old) == 0;
    bool        ok      = rename(aside, clone->folder) == 0;
    int         why     = errno;
    if (!ok && has_old)
        rename(old, clone->folder);
    remove_folder(ok ? old : aside);
    return ok || complain(dep, d, arena_format("cannot write %s: %s", clone->folder,
                                               strerror(why)));
}

static bool make_clone(const Clone *clone, const Dependency *dep, Diag *d)
{
    const char *aside = clone_aside(clone, dep, d);
    return aside && put_in_place(clone, aside, dep, d);
}

/* ---- Checking out ---- */

static bool checkout(const Clone *clone, const char *option, const char *name, const char *start,
                     char **said)
{
    if (option)
        return git_in(clone, (const char *const[4]){"checkout", option, name, start}, said);
    return git_in(clone, (const char *const[4]){"checkout", "-q", name, "--"}, said);
}

/* Back to the default branch, if another program left the clone elsewhere. What is no repository of
 * git, or has no default branch, stays as it is. */
static void checkout_default(const Clone *clone)
{
    static const char prefix[] = "refs/remotes/origin/";
    char *wanted, *now, *said;
    if (!is_folder(path_join(clone->folder, ".git")) || process_find("git") == NULL
        || !git_in(clone, (const char *const[4]){"symbolic-ref", "-q", "refs/remotes/origin/HEAD"},
                   &wanted)
        || strncmp(wanted, prefix, strlen(prefix)) != 0)
        return;
    const char *branch = wanted + strlen(prefix);
    wanted[strcspn(wanted, "\n")] = '\0';
    git_in(clone, (const char *const[4]){"symbolic-ref", "-q", "--short", "HEAD"}, &now);
    now[strcspn(now, "\n")] = '\0';
    if (strcmp(now, branch) != 0)
        checkout(clone, NULL, branch, NULL, &said);
}

/* Notes all files below a folder of a repository. */
static void note_files(const char *folder)
{
    FileNames files = folder_names(folder, FOLDER_ALL);
    for (int i = 0; i < files.names.count; i++) {
        const char *path = path_join(folder, files.names.items[i]);
        if (is_folder(path))
            note_files(path);
        else
            inputs_digest(path);
    }
}

/* Notes what decides which commit a ref is, and which one is checked out. */
static void note_refs(const Clone *clone)
{
    static const char *const files[] = {"HEAD", "packed-refs", "reftable/tables.list"};
    const char *git = path_join(clone->folder, ".git");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        inputs_digest(path_join(git, files[i]));
    note_files(path_join(git, "refs"));
}

/* Makes the working tree that of the ref. */
static bool checkout_ref(const Clone *clone, const Dependency *dep, char **said)
{
    char *again;
    switch (dep->ref_kind) {
    case REF_DEFAULT:
        checkout_default(clone);
        return true;
    case REF_REV:
        return checkout(clone, NULL, dep->ref, NULL, said);
    case REF_TAG:
        return checkout(clone, NULL, arena_format("tags/%s", dep->ref), NULL, said);
    case REF_BRANCH:
        return checkout(clone, NULL, dep->ref, NULL, said)
            || checkout(clone, "-b", dep->ref, arena_format("origin/%s", dep->ref), &again);
    }
    return false;
}

static bool same_ref(const Dependency *a, const Dependency *b)
{
    return a->ref_kind == b->ref_kind && (a->ref == NULL || strcmp(a->ref, b->ref) == 0);
}

/* What is checked out for one dependency must suit the others with this URL. */
static bool check_same_ref(const Clone *clone, const Dependency *dep, Diag *d)
{
    if (clone->dep == NULL || same_ref(clone->dep, dep))
        return true;
    complain(dep, d, arena_format("%s of '%s' is wanted here, and %s elsewhere; a program can use "
                                  "one version of a repository", dependency_ref_text(dep),
                                  dep->git, dependency_ref_text(clone->dep)));
    diag_note(d, clone->dep->source, "the other dependency is here");
    return false;
}

const char *fetch_git(const char *from, const Dependency *dep, Diag *d)
{
    char  *said;
    Clone *clone = find_clone(from, dep, d);
    if (clone == NULL || !check_same_ref(clone, dep, d))
        return NULL;
    if (clone->dep)
        return clone->folder;
    if ((!is_folder(clone->folder) && !make_clone(clone, dep, d))
        || (dep->ref && !has_git(dep, d)))
        return NULL;
    if (checkout_ref(clone, dep, &said)) {
        clone->dep = dep;
        note_refs(clone);
        return clone->folder;
    }
    complain(dep, d, arena_format("git checkout failed for '%s': %s: %s", dep->git,
                                  dependency_ref_text(dep), reason(said)));
    diag_help(d, "'pluto update' fetches the repository again");
    return NULL;
}

/* ---- Updating ---- */

bool fetch_again(const char *from, const Dependency *dep, Diag *d)
{
    Clone *clone = find_clone(from, dep, d);
    if (clone == NULL)
        return false;
    if (!clone->fresh)
        clone->fresh = make_clone(clone, dep, d);
    return clone->fresh;
}
