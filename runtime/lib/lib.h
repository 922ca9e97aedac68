/*
 * lib.h - what the modules of lib/ declare as extern fn.
 *
 * Strings and arrays are the runtime's own objects. Arrays named `out` are the caller's, and get
 * what is found pushed. Functions that can fail return a number: the result, at least 0, or minus
 * an errno value, of which __pluto_os_error makes text. Those of files and standard input park the
 * task while the system works; any task may call any of them.
 */
#ifndef PLUTO_LIB_H
#define PLUTO_LIB_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/value/array.h"

/* What main got, for __pluto_env_args; called once, before tasks run. argv must stay. */
void lib_set_args(int argc, char **argv);

/* The text of an errno value, given as it is returned: negative. */
const RtString *__pluto_os_error(int64_t result);

/* ---- env.c: the environment; changes are seen by this process and those it starts ---- */

RtArray        *__pluto_env_args(void);
const RtString *__pluto_env_get(const RtString *name);                  /* "" if it is unset */
bool            __pluto_env_exists(const RtString *name);
bool            __pluto_env_set(const RtString *name, const RtString *value);
bool            __pluto_env_remove(const RtString *name);
RtArray        *__pluto_env_names(void);

/* ---- files.c: open files and their content ---- */

enum { LIB_OPEN_READ, LIB_OPEN_WRITE, LIB_OPEN_APPEND };
int64_t         __pluto_fs_open(const RtString *path, int64_t mode);
const RtString *__pluto_fs_read(int64_t fd, int64_t max);               /* "": end or error */
int64_t         __pluto_fs_write(int64_t fd, const RtString *data);     /* all of it */
int64_t         __pluto_fs_seek(int64_t fd, int64_t offset, int64_t whence);
int64_t         __pluto_fs_close(int64_t fd);
int64_t         __pluto_fs_read_all(const RtString *path, RtArray *out);
int64_t         __pluto_fs_write_all(const RtString *path, const RtString *data, int64_t mode);
int64_t         __pluto_fs_copy(const RtString *from, const RtString *to);

/* ---- folders.c: names of files ---- */

enum { LIB_NOTHING, LIB_FILE, LIB_FOLDER, LIB_OTHER };
int64_t         __pluto_fs_kind(const RtString *path);                  /* links are followed */
int64_t         __pluto_fs_size(const RtString *path);
int64_t         __pluto_fs_rename(const RtString *from, const RtString *to);
int64_t         __pluto_fs_remove(const RtString *path);
int64_t         __pluto_fs_mkdir(const RtString *path);
int64_t         __pluto_fs_rmdir(const RtString *path);
int64_t         __pluto_fs_list(const RtString *path, RtArray *out);
const RtString *__pluto_fs_temp_dir(void);                              /* "": not possible */

/* ---- io.c: standard streams ---- */

void            __pluto_print_string(const RtString *s);                /* and a newline */
void            __pluto_print_string_no_newline(const RtString *s);
const RtString *__pluto_io_read_line(void);                             /* "": end of input */
void            __pluto_log_write(const RtString *line);                /* on standard error */
int64_t         __pluto_log_level(void);
void            __pluto_log_set_level(int64_t level);

/* ---- clock.c, random.c ---- */

int64_t         __pluto_time_wall_ns(void);                             /* since 1970 */
int64_t         __pluto_time_monotonic_ns(void);
int64_t         __pluto_random_next(void);
void            __pluto_random_seed(int64_t seed);

/* ---- url.c ---- */

/* %XX and + of form data; programs declare it themselves. */
const RtString *__pluto_http_url_decode(const RtString *s);

/* ---- For the files of this folder ---- */

void lib_push(RtArray *out, const RtString *s);

/* The text for the system, or NULL with errno EINVAL if it has a NUL inside. */
const char *lib_path(const RtString *s);

/* result, or minus errno if it is negative. */
int64_t lib_result(int64_t result);

#endif
