/*
 * manifest.c - from the tree of a TOML file to a Manifest.
 *
 * The checks of one dependency end at its first error; their order is fixed: its name, what it is,
 * the ref. Keys of [package] and tables that mean nothing to us are left to other tools. A key that
 * means nothing in a dependency or in [link] is likely to be misspelt: a warning.
 */
#include "compiler/packages/manifest.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "compiler/base/arena.h"
#include "compiler/base/path.h"
#include "compiler/base/suggest.h"
#include "compiler/packages/toml.h"
#include "compiler/syntax/lex.h"

#define PREFIX MANIFEST_NAME ": "

/* ---- Values ---- */

/* The text of a key that must be a string. NULL if it is absent, or after an error. */
static const TomlValue *get_string(const TomlTable *table, const char *key, const char *where,
                                   Diag *d)
{
    const TomlValue *value = toml_get(table, key);
    if (value == NULL || value->kind == TOML_STRING)
        return value;
    diag_error(d, DIAG_MANIFEST, value->span, PREFIX "'%s' %s must be a string", key, where);
    diag_label(d, "this is %s", toml_kind_name(value->kind));
    return NULL;
}

/* The table [name]. NULL if there is none. */
static const TomlTable *get_section(const TomlTable *whole, const char *name)
{
    const TomlValue *value = toml_get(whole, name);
    return value && value->kind == TOML_TABLE ? &value->table : NULL;
}

static void warn_unknown_keys(const TomlTable *table, const char *const *known, const char *where,
                              Diag *d)
{
    for (int i = 0; i < table->entries.count; i++) {
        Ident   key     = table->entries.items[i].key;
        Suggest suggest = suggest_for(d, key.name);
        int     k       = 0;
        for (; known[k] && strcmp(known[k], key.name) != 0; k++)
            suggest_candidate(&suggest, known[k]);
        if (known[k])
            continue;
        diag_error(d, DIAG_WARNING, key.span, PREFIX "'%s' means nothing %s", key.name, where);
        suggest_finish(&suggest, d);
    }
}

/* ---- [package] ---- */

static bool is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

static void read_name(Manifest *m, const TomlTable *package, Span section, Diag *d)
{
    const TomlValue *name = get_string(package, "name", "in [package]", d);
    if (name && is_blank(name->string))
        diag_error(d, DIAG_MANIFEST, name->span, PREFIX "package name must not be empty");
    else if (name)
        m->name = name->string;
    else if (toml_get(package, "name") == NULL)
        diag_error(d, DIAG_MANIFEST, section, PREFIX "missing 'name' in [package]");
}

static void read_package(Manifest *m, const TomlTable *whole, Diag *d)
{
    const TomlTable *package = get_section(whole, "package");
    if (package == NULL) {
        diag_error(d, DIAG_MANIFEST, (Span){m->file, 0, 0}, PREFIX "missing [package] section");
        diag_help(d, "a manifest begins with [package] and name = \"...\"");
        return;
    }
    read_name(m, package, toml_get(whole, "package")->span, d);
    const TomlValue *version = get_string(package, "version", "in [package]", d);
    if (version)
        m->version = version->string;
}

/* ---- [dependencies] ---- */

static bool is_identifier(const char *name)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
    static const char all[]     = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
    return strspn(name, letters) > 0 && strspn(name, all) == strlen(name);
}

static bool check_name(Ident name, Diag *d)
{
    if (!is_identifier(name.name))
        return diag_error(d, DIAG_MANIFEST, name.span,
                          PREFIX "dependency name '%s' is not a valid identifier", name.name);
    if (strcmp(name.name, "std") == 0)
        return diag_error(d, DIAG_MANIFEST, name.span,
                          PREFIX "dependency name 'std' is reserved");
    if (is_keyword_text(name.name))
        return diag_error(d, DIAG_MANIFEST, name.span,
                          PREFIX "dependency name '%s' is a reserved keyword", name.name);
    return true;
}

/* Keys by RefKind. */
static const char *const ref_keys[] = {NULL, "rev", "tag", "branch"};
enum { REF_KINDS = sizeof ref_keys / sizeof *ref_keys };

static bool complain(Diag *d, const Dependency *dep, Span at, const char *text)
{
    return diag_error(d, DIAG_MANIFEST, at, PREFIX "dependency '%s': %s", dep->name.name, text);
}

/* The ref that the table names; of several only the last. Returns how many there are. */
static int read_ref(Dependency *dep, const TomlTable *table, Span *at, const char *where, Diag *d)
{
    int count = 0;
    for (int kind = REF_REV; kind < REF_KINDS; kind++) {
        if (toml_get(table, ref_keys[kind]) == NULL)
            continue;
        const TomlValue *ref = get_string(table, ref_keys[kind], where, d);
        dep->ref_kind = (RefKind)kind;
        dep->ref      = ref ? ref->string : "";
        *at           = toml_entry(table, ref_keys[kind])->key.span;
        count++;
    }
    return count;
}

/* git would take a name that starts with '-' for an option. */
static bool is_usable_ref(const char *ref)
{
    return *ref != '\0' && *ref != '-' && strpbrk(ref, " \t\r\n") == NULL;
}

static bool read_dependency(Dependency *dep, const TomlTable *table, Span at, Diag *d)
{
    const char *where = arena_format("of dependency '%s'", dep->name.name);
    if (toml_get(table, "path") && toml_get(table, "git"))
        return complain(d, dep, at, "specify either 'path' or 'git', not both");
    if (!toml_get(table, "path") && !toml_get(table, "git"))
        return complain(d, dep, at, "must specify 'path' or 'git'");
    const TomlValue *path = get_string(table, "path", where, d);
    const TomlValue *git  = get_string(table, "git", where, d);
    if (path == NULL && git == NULL)
        return false;
    Span ref_at = at;
    int  errors = diag_errors(d), refs = read_ref(dep, table, &ref_at, where, d);
    if (diag_errors(d) > errors)
        return false;
    if (path && refs > 0)
        return complain(d, dep, ref_at,
                        "'rev'/'tag'/'branch' are only valid with git dependencies");
    if (refs > 1)
        return complain(d, dep, ref_at, "specify at most one of 'rev', 'tag', 'branch'");
    dep->source = path ? path->span : git->span;
    dep->path   = path ? path->string : NULL;
    dep->git    = git ? git->string : NULL;
    if (git && (is_blank(dep->git) || dep->git[0] == '-'))
        return complain(d, dep, dep->source, "'git' must be a URL or the path of a repository");
    if (refs == 1 && !is_usable_ref(dep->ref))
        return complain(d, dep, ref_at,
                        arena_format("'%s' names no %s", dep->ref, ref_keys[dep->ref_kind]));
    return true;
}

static void read_dependencies(Manifest *m, const TomlTable *section, Diag *d)
{
    static const char *const keys[] = {"path", "git", "rev", "tag", "branch", NULL};
    for (int i = 0; i < section->entries.count; i++) {
        const TomlEntry *entry = &section->entries.items[i];
        Dependency       dep   = {.name = entry->key};
        Span             at    = entry->value->span;
        if (!check_name(entry->key, d))
            continue;
        if (entry->value->kind != TOML_TABLE) {
            complain(d, &dep, at, "must specify 'path' or 'git'");
            diag_help(d, "write %s = { path = \"...\" }", dep.name.name);
        } else if (read_dependency(&dep, &entry->value->table, at, d)) {
            LIST_ADD(&m->dependencies, dep);
            warn_unknown_keys(&entry->value->table, keys, "in a dependency", d);
        }
    }
}

/* ---- [link] ---- */

/* They become -lNAME. */
static bool is_library_name(const char *name)
{
    static const char all[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.+-";
    const char *rest = name + (name[0] == ':');              /* :libz.a is that very file */
    return *rest != '\0' && strspn(rest, all) == strlen(rest);
}

static void read_link(Manifest *m, const TomlTable *section, Diag *d)
{
    static const char *const keys[] = {"libs", NULL};
    const TomlValue         *libs   = toml_get(section, "libs");
    warn_unknown_keys(section, keys, "in [link]", d);
    if (libs && libs->kind != TOML_ARRAY)
        diag_error(d, DIAG_MANIFEST, libs->span, PREFIX "'libs' in [link] must be an array");
    for (int i = 0; libs && libs->kind == TOML_ARRAY && i < libs->items.count; i++) {
        const TomlValue *lib = libs->items.items[i];
        if (lib->kind == TOML_STRING && is_library_name(lib->string)) {
            LIST_ADD(&m->link_libs, lib->string);
            continue;
        }
        diag_error(d, DIAG_MANIFEST, lib->span, PREFIX "this is no name of a C library");
        diag_help(d, "\"z\" stands for libz");
    }
}

/* ---- The whole ---- */

/* A section that is there must be a table. */
static const TomlTable *optional_section(const TomlTable *whole, const char *name, Diag *d)
{
    const TomlValue *value = toml_get(whole, name);
    if (value && value->kind != TOML_TABLE)
        diag_error(d, DIAG_MANIFEST, value->span, PREFIX "'%s' must be a table", name);
    return get_section(whole, name);
}

Manifest *manifest_parse(SourceFile *file, Diag *d)
{
    TomlError  error;
    Manifest  *m     = ARENA_NEW(Manifest);
    TomlTable *whole = toml_parse(file, &error);
    m->file    = file;
    m->name    = "";
    m->version = "0.1.0";
    if (whole == NULL) {
        diag_error(d, DIAG_MANIFEST, error.at, PREFIX "invalid syntax: %s", error.text);
        return m;
    }
    read_package(m, whole, d);
    const TomlTable *dependencies = optional_section(whole, "dependencies", d);
    const TomlTable *link         = optional_section(whole, "link", d);
    if (dependencies)
        read_dependencies(m, dependencies, d);
    if (link)
        read_link(m, link, d);
    return m;
}

Manifest *manifest_read(const char *folder, Diag *d)
{
    const char *why = "it is not a regular file", *path = path_join(folder, MANIFEST_NAME);
    bool        waits = !is_file(path) && !is_folder(path);              /* a pipe: for ever */
    SourceFile *file  = waits ? NULL : source_read(path, &why);
    if (file)
        return manifest_parse(file, d);
    diag_error(d, DIAG_MANIFEST, (Span){0}, "cannot read %s: %s", path, why);
    return NULL;
}

/* ---- Finding ---- */

static bool has_entry(const char *folder, const char *name)
{
    return access(path_join(folder, name), F_OK) == 0;
}

/* As a message should name a folder: from the current one, if it is below that. */
static const char *short_path(const char *real)
{
    const char *here = path_real("");
    size_t      len  = strlen(here);
    if (strcmp(real, here) == 0)
        return "";
    if (strncmp(real, here, len) == 0 && real[len] == '/')
        return real + len + 1;
    return real;
}

bool manifest_exists(const char *folder)
{
    return has_entry(folder, MANIFEST_NAME);
}

const char *manifest_find(const char *folder)
{
    const char *at = path_real(folder);
    if (at[0] != '/')                                        /* there is no such folder */
        return NULL;
    for (;; at = path_folder(at)) {
        if (manifest_exists(at))
            return short_path(at);
        if (has_entry(at, ".git") || strcmp(at, "/") == 0)
            return NULL;
    }
}

const char *dependency_ref_text(const Dependency *dep)
{
    return dep->ref ? arena_format("%s '%s'", ref_keys[dep->ref_kind], dep->ref)
                    : "the default branch";
}
