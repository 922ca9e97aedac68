/*
 * symbols.c - finds names in the ELF symbol table, lines and inlined functions in DWARF.
 *
 * The names come from the symbol table because clang leaves functions without inlined calls out of
 * the small amount of DWARF that `pluto run` asks for.
 */
#include "runtime/report/symbols.h"

#include <elf.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

extern const char __ehdr_start[] __attribute__((visibility("hidden")));   /* by the linker */

typedef struct Image {
    const uint8_t   *file;
    size_t           size;
    uintptr_t        bias;               /* address in memory less address in the file */
    const Elf64_Sym *symbols;
    size_t           symbol_count;
    DwarfSection     names;              /* of the symbols */
    uint64_t         pluto_low, pluto_end;
    Dwarf            dwarf;
} Image;

static Image image;

/* ---- The file ---- */

static bool map_file(void)
{
    struct stat st;
    int         fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    if (fstat(fd, &st) == 0 && st.st_size >= (off_t)sizeof(Elf64_Ehdr)) {
        void *at   = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        image.file = at != MAP_FAILED ? at : NULL;
        image.size = (size_t)st.st_size;
    }
    close(fd);
    return image.file != NULL && memcmp(image.file, ELFMAG, SELFMAG) == 0 &&
           image.file[EI_CLASS] == ELFCLASS64 && image.file[EI_DATA] == ELFDATA2LSB;
}

static bool is_inside(uint64_t offset, uint64_t size)
{
    return offset <= image.size && size <= image.size - offset;
}

static const Elf64_Ehdr *header(void) { return (const Elf64_Ehdr *)image.file; }

/* NULL: there is no such one. */
static const Elf64_Shdr *section_header(unsigned i)
{
    uint64_t offset = header()->e_shoff + (uint64_t)i * sizeof(Elf64_Shdr);
    bool     exists = i < header()->e_shnum && offset % 8 == 0;
    return exists && is_inside(offset, sizeof(Elf64_Shdr))
               ? (const Elf64_Shdr *)(image.file + offset) : NULL;
}

/* Empty if compressed, or not in the file. */
static DwarfSection contents(const Elf64_Shdr *s)
{
    if (s == NULL || s->sh_type == SHT_NOBITS || (s->sh_flags & SHF_COMPRESSED) != 0 ||
        !is_inside(s->sh_offset, s->sh_size))
        return (DwarfSection){NULL, 0};
    return (DwarfSection){image.file + s->sh_offset, s->sh_size};
}

/* "" if there is no text at that offset. */
static const char *text_in(DwarfSection s, uint64_t offset)
{
    if (offset >= s.size || memchr(s.at + offset, 0, s.size - offset) == NULL)
        return "";
    return (const char *)s.at + offset;
}

static void note_section(const char *name, const Elf64_Shdr *s)
{
    Dwarf *d = &image.dwarf;
    const struct { const char *name; DwarfSection *section; } wanted[] = {
        {".debug_info", &d->info}, {".debug_abbrev", &d->abbrev}, {".debug_str", &d->str},
        {".debug_str_offsets", &d->str_offsets}, {".debug_addr", &d->addr},
        {".debug_line", &d->line}, {".debug_line_str", &d->line_str},
        {".debug_rnglists", &d->rnglists},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (strcmp(name, wanted[i].name) == 0)
            *wanted[i].section = contents(s);
    DwarfSection all = contents(s);
    if (s->sh_type == SHT_SYMTAB && s->sh_offset % 8 == 0 && all.at != NULL) {
        image.symbols      = (const Elf64_Sym *)all.at;
        image.symbol_count = all.size / sizeof(Elf64_Sym);
        image.names        = contents(section_header(s->sh_link));
    }
}

static void find_sections(void)
{
    DwarfSection names = contents(section_header(header()->e_shstrndx));
    for (unsigned i = 0; i < header()->e_shnum; i++) {
        const Elf64_Shdr *s = section_header(i);
        if (s != NULL)
            note_section(text_in(names, s->sh_name), s);
    }
}

/* The linker puts the ELF header at the address that the first loaded segment has. */
static void find_bias(void)
{
    for (unsigned i = 0; i < header()->e_phnum; i++) {
        uint64_t offset = header()->e_phoff + (uint64_t)i * sizeof(Elf64_Phdr);
        if (offset % 8 != 0 || !is_inside(offset, sizeof(Elf64_Phdr)))
            return;
        const Elf64_Phdr *p = (const Elf64_Phdr *)(image.file + offset);
        if (p->p_type == PT_LOAD && p->p_offset == 0)
            image.bias = (uintptr_t)__ehdr_start - p->p_vaddr;
    }
}

/* ---- Names ---- */

static const char *name_of(const Elf64_Sym *s) { return text_in(image.names, s->st_name); }

static bool is_function(const Elf64_Sym *s)
{
    return ELF64_ST_TYPE(s->st_info) == STT_FUNC && s->st_shndx != SHN_UNDEF;
}

size_t symbols_base_length(const char *name) { return strcspn(name, ".$"); }

/* Part of emitted C: pairs of C name and title, each with its NUL; ends with an empty name.
 * Programs written in C have none. */
extern const char rt_titles[] __attribute__((weak));

const char *symbols_title(const char *name)
{
    size_t len = symbols_base_length(name);
    for (const char *at = rt_titles; at != NULL && *at != '\0';) {
        const char *title = at + strlen(at) + 1;
        if (strncmp(at, name, len) == 0 && at[len] == '\0')
            return title;
        at = title + strlen(title) + 1;
    }
    return NULL;
}

/* Does emitted C give such names to functions of Pluto (f_fib, m_Node_sum), or to what calls them
 * and may have them inlined? */
static bool is_pluto_name(const char *name)
{
    static const char *const others[] = {"spawn_", "inv_", "start_main"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strncmp(name, others[i], strlen(others[i])) == 0)
            return true;
    return name[0] != '_' && name[0] != '\0' && name[1] == '_';
}

/* From the first such function to the last, whatever lies between. */
static void find_pluto(void)
{
    image.pluto_low = UINT64_MAX;
    for (size_t i = 0; i < image.symbol_count; i++) {
        const Elf64_Sym *s   = &image.symbols[i];
        uint64_t         end = s->st_value + s->st_size;
        if (!is_function(s) || !is_pluto_name(name_of(s)))
            continue;
        image.pluto_low = s->st_value < image.pluto_low ? s->st_value : image.pluto_low;
        image.pluto_end = end > image.pluto_end ? end : image.pluto_end;
    }
}

/* ---- What the header offers ---- */

bool symbols_open(const uint8_t **room)
{
    if (!map_file())
        return false;
    image.dwarf.room = room;
    find_sections();
    find_bias();
    find_pluto();
    return image.symbol_count > 0;
}

bool symbols_maybe_pluto(uintptr_t address)
{
    uint64_t pc = address - image.bias;
    return image.pluto_low <= pc && pc < image.pluto_end;
}

int symbols_calls(uintptr_t address, DwarfCall *calls, int max)
{
    uint64_t    pc   = address - image.bias;
    const char *name = NULL;
    for (size_t i = 0; i < image.symbol_count && name == NULL; i++) {
        const Elf64_Sym *s = &image.symbols[i];
        if (is_function(s) && s->st_value <= pc && pc < s->st_value + s->st_size)
            name = name_of(s);
    }
    if (name == NULL)
        return 0;
    int count = dwarf_calls(&image.dwarf, pc, calls, max);
    calls[count - 1].function = name;
    return count;
}
