/*
 * folder_fixture.h - a folder of its own for each test, which runs in it.
 *
 * make_root and remove_root go into tcase_add_checked_fixture.
 */
#ifndef PLUTO_FOLDER_FIXTURE_H
#define PLUTO_FOLDER_FIXTURE_H

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/base/arena.h"

static char root[] = "/tmp/pluto_test_XXXXXX";

static inline void make_root(void)
{
    ck_assert_ptr_nonnull(mkdtemp(root));
    ck_assert_int_eq(chdir(root), 0);
}

static inline void remove_root(void)
{
    const char *command = arena_format("rm -rf %s", root);
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(system(command), 0);
}

/* Writes a file. Makes the folders above it, too. */
static inline void put(const char *path, const char *text)
{
    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        const char *folder = arena_format("%.*s", (int)(slash - path), path);
        ck_assert(mkdir(folder, 0755) == 0 || errno == EEXIST);
    }
    FILE *out = fopen(path, "w");
    ck_assert_ptr_nonnull(out);
    fputs(text, out);
    ck_assert_int_eq(fclose(out), 0);
}

#endif
