#include "compiler/drive/output.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "compiler/base/arena.h"
#include "compiler/drive/fault.h"
#include "compiler/drive/tempfile.h"

bool write_file(const char *path, const char *text, size_t size)
{
    FILE *out = fopen(path, "w");
    if (out == NULL)
        return false;
    bool ok    = fwrite(text, 1, size, out) == size;
    int  saved = errno;
    if (fclose(out) != 0)
        return false;
    errno = saved;
    return ok;
}

bool write_output(const char *path, const char *text, size_t size)
{
    if (strcmp(path, "-") == 0) {
        if (fwrite(text, 1, size, stdout) == size && fflush(stdout) == 0)
            return true;
        fault("cannot write standard output: %s", strerror(errno));
        return false;
    }
    struct stat st;
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
        if (write_file(path, text, size))                    /* a pipe or device */
            return true;
        fault("cannot write %s: %s", path, strerror(errno));
        return false;
    }
    char *temp = tempfile_new(dirname(arena_format("%s", path)), ".pluto", ".tmp");
    if (temp && write_file(temp, text, size) && chmod(temp, 0644) == 0 && tempfile_keep(temp, path))
        return true;
    fault("cannot write %s: %s", path, strerror(errno));
    tempfile_remove(temp);
    return false;
}
