/*
 * cc.c - finds and runs the C compiler.
 *
 * libpluto.a and the headers are where the running executable is: beside it in the source tree
 * (build/MODE/pluto), or below the same prefix when installed (PREFIX/bin/pluto).
 */
#define _GNU_SOURCE                       /* environ */
#include "compiler/drive/cc.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/base/arena.h"
#include "compiler/base/path.h"
#include "compiler/base/process.h"
#include "compiler/drive/fault.h"

/* ---- Flags ---- */

#ifdef __has_feature
#define HAS_FEATURE(x) __has_feature(x)
#else
#define HAS_FEATURE(x) 0
#endif

/* Programs need the sanitizers that the runtime was built with. */
static const char *const compile_flags[] = {
    "-std=gnu11", "-pipe", "-w", "-fwrapv", "-pthread",
    /* Objects are seen through one struct, or the struct of their first member: so a store to one
     * field does not make C compilers read the others again. The square root of a negative number
     * is NaN, and nobody asks errno. */
    "-fstrict-aliasing", "-fno-math-errno",
    /* Tail calls keep their frames: recursion without end then fails whatever its form, and gcc
     * does not turn sums of calls into slower loops. */
    "-fno-optimize-sibling-calls",
    /* A kernel merged into its only caller has to share the registers with it. */
    "-fno-inline-functions-called-once",
#if defined(__x86_64__)
    /* Polls call something that the C compiler does not see (rt_safepoint_cold). */
    "-mno-red-zone", "-DRT_NO_RED_ZONE",
#endif
    /* gcc likes to load two numbers as one vector that were stored one by one a moment before, and
     * then has to wait for the stores. */
    "-fno-tree-slp-vectorize",
    /* For backtraces: the line tables that runtime/report/dwarf.c reads, and what libgcc needs to
     * walk up the stack, on every machine; its own code linked in, not one more library to load. */
    "-gdwarf-5", "-funwind-tables", "-static-libgcc",
#ifdef RT_DEBUG
    "-DRT_DEBUG",
#endif
#if defined(__SANITIZE_ADDRESS__) || HAS_FEATURE(address_sanitizer)
    "-fsanitize=address,undefined", "-fno-omit-frame-pointer",
#endif
#if defined(__SANITIZE_THREAD__) || HAS_FEATURE(thread_sanitizer)
    "-fsanitize=thread", "-fno-omit-frame-pointer",
#endif
};
static const char *const link_flags[] = {"-lgc", "-lm"};

/* ---- Finding ---- */

/* "ccache gcc" is two words. */
static void split_command(Toolchain *t, const char *text)
{
    while (*text) {
        size_t len = strcspn(text, " \t");
        if (len > 0) {
            const char *word = arena_format("%.*s", (int)len, text);
            LIST_ADD(&t->command, word);
        }
        text += len;
        text += strspn(text, " \t");
    }
}

static bool find_compiler(Toolchain *t, const char *named)
{
    const char *env = getenv("CC");
    split_command(t, named ? named : env && *env ? env : "cc");
    t->compiler = t->command.count ? process_find(t->command.items[0]) : NULL;
    if (t->compiler)
        return true;
    fault("no C compiler: '%s' is not on PATH; install gcc or clang, or name one with --cc or CC",
          t->command.count ? t->command.items[0] : "");
    return false;
}

/* The folder of the running executable. */
static char *own_folder(void)
{
    char    path[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
    if (len <= 0)
        return arena_format(".");
    path[len]          = '\0';
    *strrchr(path, '/') = '\0';
    return arena_format("%s", path);
}

static bool find_library(Toolchain *t)
{
    static const char *const places[][2] = {
        {"libpluto.a", "../.."}, {"../lib/pluto/libpluto.a", "../include/pluto"},
    };
    const char *folder = own_folder();
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        t->library  = arena_format("%s/%s", folder, places[i][0]);
        t->includes = arena_format("%s/%s", folder, places[i][1]);
        if (is_file(t->library) && is_file(arena_format("%s/runtime/pluto.h", t->includes)))
            return true;
    }
    fault("libpluto.a and runtime/pluto.h are not where pluto is (%s); build or install it again",
          folder);
    return false;
}

const char *own_library(void)
{
    static const char *const places[] = {"../share/pluto/lib", "../../lib"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const char *path = arena_format("%s/%s", own_folder(), places[i]);
        if (is_folder(path))
            return path_real(path);                          /* shorter in messages */
    }
    return NULL;
}

bool toolchain_find(Toolchain *t, const char *named)
{
    memset(t, 0, sizeof *t);
    t->optimise = "-O2";
    t->debug    = "-g1";                                     /* functions and lines */
    return find_library(t) && find_compiler(t, named);
}

/* ---- Libraries of the user ---- */

static bool link_file(Toolchain *t, const char *path)
{
    char real[PATH_MAX];
    if (!is_file(path) || realpath(path, real) == NULL)
        return fault("cannot link %s: there is no such file", path) == 0;
    const char *file = arena_format("%s", real);
    LIST_ADD(&t->linked_files, file);
    LIST_ADD(&t->links, file);
    const char *end = strstr(strrchr(file, '/'), ".so");
    if (end && (end[3] == '\0' || end[3] == '.')) {             /* libz.so, libz.so.1 */
        const char *dir = arena_format("%.*s", (int)(strrchr(file, '/') - file), file);
        LIST_ADD(&t->links, "-Xlinker");                     /* -Wl would split at commas */
        LIST_ADD(&t->links, "-rpath");
        LIST_ADD(&t->links, "-Xlinker");
        LIST_ADD(&t->links, dir);
    }
    return true;
}

bool toolchain_link(Toolchain *t, const char *library)
{
    if (*library == '\0')
        return fault("cannot link a library without a name") == 0;
    if (strchr(library, '/'))
        return link_file(t, library);
    const char *word = arena_format("-l%s", library);
    LIST_ADD(&t->links, word);
    return true;
}

/* ---- What the result depends on ---- */

/* A file counts as the same while path, size and times are. */
static void digest_file_identity(Digest *d, const char *path)
{
    struct stat st;
    digest_text(d, path);
    if (stat(path, &st) != 0)
        return;
    digest_int(d, st.st_size);
    digest_int(d, st.st_mtim.tv_sec);
    digest_int(d, st.st_mtim.tv_nsec);
    digest_int(d, st.st_ctim.tv_sec);
    digest_int(d, st.st_ctim.tv_nsec);
}

/* All of that name on PATH: the first may start the next, as ccache does. */
static void digest_program(Digest *d, const char *name)
{
    const char *path;
    for (int n = 0; (path = process_find_nth(name, n)) != NULL; n++)
        digest_file_identity(d, path);
}

/* Variables that C compilers and linkers read. */
static void digest_environment(Digest *d)
{
    static const char *const prefixes[] = {
        "CPATH=", "C_INCLUDE_PATH=", "LIBRARY_PATH=", "COMPILER_PATH=", "GCC_", "CCC_", "CCACHE_",
        "LD_", "LDEMULATION=", "SOURCE_DATE_EPOCH=",
    };
    for (char **v = environ; *v; v++)
        for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
            if (strncmp(*v, prefixes[i], strlen(prefixes[i])) == 0)
                digest_text(d, *v);
}

void toolchain_digest(const Toolchain *t, Digest *d)
{
    for (int i = 0; i < t->command.count; i++)
        digest_text(d, t->command.items[i]);
    for (size_t i = 0; i < sizeof compile_flags / sizeof *compile_flags; i++)
        digest_text(d, compile_flags[i]);
    for (size_t i = 0; i < sizeof link_flags / sizeof *link_flags; i++)
        digest_text(d, link_flags[i]);
    digest_text(d, t->optimise);
    digest_text(d, t->debug);
    for (int i = 0; i < t->links.count; i++)
        digest_text(d, t->links.items[i]);
    for (int i = 0; i < t->linked_files.count; i++)
        digest_file_identity(d, t->linked_files.items[i]);
    digest_environment(d);
    for (int i = 0; i < t->command.count; i++)
        digest_program(d, t->command.items[i]);
    digest_program(d, "as");
    digest_program(d, "ld");
    digest_file_identity(d, t->compiler);
    digest_file_identity(d, t->library);
    digest_file_identity(d, "/proc/self/exe");
}

/* ---- Running ---- */

typedef struct Argv { LIST(const char *) words; } Argv;

/* What comes before the files. */
static Argv begin_command(const Toolchain *t)
{
    Argv        a    = {0};
    const char *root = arena_format("-I%s", t->includes);
    for (int i = 0; i < t->command.count; i++)
        LIST_ADD(&a.words, t->command.items[i]);
    for (size_t i = 0; i < sizeof compile_flags / sizeof *compile_flags; i++)
        LIST_ADD(&a.words, compile_flags[i]);
    LIST_ADD(&a.words, t->optimise);
    LIST_ADD(&a.words, t->debug);
    LIST_ADD(&a.words, root);
    return a;
}

static void add_words(Argv *a, const char *const *words)
{
    for (; *words; words++)
        LIST_ADD(&a->words, *words);
}
#define ADD_WORDS(a, ...) add_words(a, (const char *const[]){__VA_ARGS__, NULL})

/* The end of a command that links. */
static void add_libraries(Argv *a, const Toolchain *t, const char *program)
{
    ADD_WORDS(a, "-o", program, t->library);
    for (int i = 0; i < t->links.count; i++)
        LIST_ADD(&a->words, t->links.items[i]);
    for (size_t i = 0; i < sizeof link_flags / sizeof *link_flags; i++)
        LIST_ADD(&a->words, link_flags[i]);
    LIST_ADD(&a->words, NULL);
}

static void print_command(const Argv *a)
{
    for (int i = 0; a->words.items[i]; i++)
        fprintf(stderr, "%s%s", i ? " " : "", a->words.items[i]);
    fputc('\n', stderr);
}

/* In the words of GNU ld and gold, lld, mold. */
static bool is_unlinked(const char *said)
{
    static const char *const signs[] = {
        "undefined reference to", "undefined symbol", "cannot find -l", "unable to find library -l",
        "library not found",
    };
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strstr(said, signs[i]))
            return true;
    return false;
}

/* Of a command that did not end with status 0. */
static CcResult failure(const char *said, bool tell)
{
    bool unlinked = is_unlinked(said);
    if (strstr(said, "No space left on device"))
        return CC_NO_SPACE;
    if (tell || unlinked)
        fputs(said, stderr);
    return unlinked ? CC_UNLINKED : CC_FAILED;
}

static CcResult run(const Toolchain *t, const Argv *a, bool tell)
{
    char *said;
    if (t->verbose)
        print_command(a);
    return process_run(t->compiler, a->words.items, NULL, &said) == 0 ? CC_OK
                                                                      : failure(said, tell);
}

CcResult cc_run(const Toolchain *t, const char *source, const char *program)
{
    Argv a = begin_command(t);
    ADD_WORDS(&a, "-x", "c", source, "-x", "none");
    add_libraries(&a, t, program);
    return run(t, &a, true);
}

CcResult cc_link(const Toolchain *t, const char *const *objects, int count, const char *program,
                 bool tell)
{
    Argv a = begin_command(t);
    for (int i = 0; i < count; i++)
        LIST_ADD(&a.words, objects[i]);
    add_libraries(&a, t, program);
    return run(t, &a, tell);
}

/* ---- Several at once ---- */

static const char *const *compile_command(const Toolchain *t, const CcJob *job)
{
    Argv a = begin_command(t);
    ADD_WORDS(&a, "-c", "-x", "c", job->source, "-o", job->object);
    LIST_ADD(&a.words, NULL);
    if (t->verbose)
        print_command(&a);
    return a.words.items;
}

static int processors(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (int)n : 1;
}

CcResult cc_compile(const Toolchain *t, CcJob *jobs, int count)
{
    CcResult result    = CC_OK;
    Process *processes = arena_alloc(sizeof *processes * (size_t)(count + 1));
    for (int i = 0; i < count; i++)
        processes[i] = (Process){.words = compile_command(t, &jobs[i]), .status = -1};
    process_run_all(t->compiler, processes, count, processors());
    for (int i = 0; i < count; i++) {
        const Process *p = &processes[i];
        jobs[i].result   = p->status == 0 ? CC_OK : CC_FAILED;
        if (p->status == 0 || p->said == NULL)
            continue;
        jobs[i].result  = failure(p->said, result == CC_OK);
        jobs[i].refused = result == CC_OK && jobs[i].result != CC_NO_SPACE;
        if (result == CC_OK)
            result = jobs[i].result == CC_UNLINKED ? CC_FAILED : jobs[i].result;
    }
    return result;
}
