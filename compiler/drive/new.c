/*
 * new.c - pluto new: a small project.
 *
 *     NAME/pluto.toml         name and version
 *     NAME/main.pluto         what pluto run NAME runs; files beside it belong to the program
 *     NAME/greet/greet.pluto  a module
 *     NAME/tests.pluto        what pluto test NAME runs; stands alone and imports the modules
 */
#include <ctype.h>
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/base/arena.h"
#include "compiler/drive/commands.h"
#include "compiler/drive/fault.h"
#include "compiler/modules/find.h"

static const char main_text[] =
    "import greet\n"
    "\n"
    "fn main() {\n"
    "    print(greet.greeting(\"world\"))\n"
    "}\n";

static const char greet_text[] =
    "/// What to say to somebody.\n"
    "pub fn greeting(name: string) string {\n"
    "    return f\"Hello, {name}!\"\n"
    "}\n";

static const char tests_text[] =
    "import greet\n"
    "\n"
    "test \"a greeting has the name in it\" {\n"
    "    expect(greet.greeting(\"Ada\")).to_equal(\"Hello, Ada!\")\n"
    "}\n";

/* Letters, digits, '_' and '-', the first a letter: fit for pluto.toml and for an import. */
static bool is_project_name(const char *name)
{
    if (!isalpha((unsigned char)*name))
        return false;
    for (; *name; name++)
        if (!isalnum((unsigned char)*name) && *name != '_' && *name != '-')
            return false;
    return true;
}

/* False after a message. */
static bool write_new(const char *folder, const char *name, const char *text)
{
    const char *path = path_join(folder, name);
    FILE       *out  = fopen(path, "wx");
    bool        ok   = out && fputs(text, out) >= 0;
    if (out && fclose(out) == 0 && ok)
        return true;
    fault("cannot write %s: %s", path, strerror(errno));
    return false;
}

int command_new(const Options *o)
{
    const char *folder = o->file;
    const char *name   = basename(arena_format("%s", folder));
    if (!is_project_name(name))
        return fault("'%s' is no name for a project: letters, digits, '_' and '-', the first a "
                     "letter", name);
    if (mkdir(folder, 0777) != 0)
        return fault("cannot make %s: %s", folder, strerror(errno));
    if (mkdir(path_join(folder, "greet"), 0777) != 0)
        return fault("cannot make %s/greet: %s", folder, strerror(errno));
    const char *manifest =
        arena_format("[package]\nname = \"%s\"\nversion = \"0.1.0\"\n", name);
    if (!write_new(folder, "pluto.toml", manifest) || !write_new(folder, "main.pluto", main_text)
        || !write_new(folder, "greet/greet.pluto", greet_text)
        || !write_new(folder, "tests.pluto", tests_text))
        return 1;
    printf("made %s; try: pluto run %s, pluto test %s\n", folder, folder, folder);
    return fflush(stdout) == 0 ? 0 : fault("cannot write standard output: %s", strerror(errno));
}
