/*
 * completions.c - pluto completions: scripts for bash, zsh and fish, from the tables of usage.c.
 *
 * Each offers the commands as first word, then the options of the command, and the words it chooses
 * from or files.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "compiler/drive/fault.h"
#include "compiler/drive/usage.h"

static void print_names(const char *before, const char *after)
{
    for (const Command *c = usage_commands; c->name; c++)
        printf("%s%s%s", before, c->name, after);
}

static void print_option_names(const Command *c)
{
    for (const OptionInfo *o = usage_options; o->name; o++)
        if (o->commands & c->bit)
            printf("%s ", o->name);
    fputs("--help", stdout);
}

/* ---- bash ---- */

static void print_bash(void)
{
    fputs("# Completions of pluto for bash: source this file.\n"
          "_pluto() {\n"
          "    local word=${COMP_WORDS[COMP_CWORD]} options='' choices=''\n"
          "    COMPREPLY=()\n"
          "    if ((COMP_CWORD == 1)); then\n"
          "        mapfile -t COMPREPLY < <(compgen -W '", stdout);
    print_names("", " ");
    fputs("--help --version' -- \"$word\"; compgen -f -- \"$word\")\n"
          "        return\n"
          "    fi\n"
          "    case ${COMP_WORDS[1]} in\n", stdout);
    for (const Command *c = usage_commands; c->name; c++) {
        printf("    %s%s) options='", c->name, c->bit == FOR_BUILD ? "|compile" : "");
        print_option_names(c);
        printf("'%s%s%s ;;\n", c->choices ? " choices='" : "", c->choices ? c->choices : "",
               c->choices ? "'" : "");
    }
    fputs("    esac\n"
          "    if [[ $word == -* ]]; then\n"
          "        mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$word\")\n"
          "    elif [[ -n $choices ]] && ((COMP_CWORD == 2)); then\n"
          "        mapfile -t COMPREPLY < <(compgen -W \"$choices\" -- \"$word\")\n"
          "    else\n"
          "        mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
          "    fi\n"
          "}\n"
          "complete -o filenames -F _pluto pluto\n", stdout);
}

/* ---- zsh ---- */

/* Inside single quotes of a shell, and without line ends. */
static void print_quoted(const char *text, const char *special)
{
    for (; *text; text++) {
        if (*text == '\'')
            fputs("'\\''", stdout);
        else if (*text == '\n')
            fputc(' ', stdout);
        else
            printf("%s%c", strchr(special, *text) ? "\\" : "", *text);
    }
}

static void print_zsh_option(const OptionInfo *o)
{
    printf(" \\\n            '%s[", o->name);
    print_quoted(o->help, "[]:\\");
    fputc(']', stdout);
    if (o->value)
        printf(":%s:_files", o->value);
    fputc('\'', stdout);
}

static void print_zsh(void)
{
    fputs("#compdef pluto\n"
          "# Completions of pluto for zsh: _pluto in a folder of $fpath.\n"
          "_pluto() {\n"
          "    local -a commands\n"
          "    commands=(\n", stdout);
    for (const Command *c = usage_commands; c->name; c++) {
        printf("        '%s:", c->name);
        print_quoted(c->summary, "\\:");
        fputs("'\n", stdout);
    }
    fputs("    )\n"
          "    if ((CURRENT == 2)); then\n"
          "        _describe command commands\n"
          "        _files\n"
          "        return\n"
          "    fi\n"
          "    shift words\n"
          "    ((CURRENT--))\n"
          "    case ${words[1]} in\n", stdout);
    for (const Command *c = usage_commands; c->name; c++) {
        printf("    %s%s)\n        _arguments", c->name, c->bit == FOR_BUILD ? "|compile" : "");
        for (const OptionInfo *o = usage_options; o->name; o++)
            if (o->commands & c->bit)
                print_zsh_option(o);
        if (c->choices)
            printf(" \\\n            '1:word:(%s)'", c->choices);
        fputs(" \\\n            '--help[more about this command]' '*:file:_files' ;;\n", stdout);
    }
    fputs("    esac\n}\n_pluto \"$@\"\n", stdout);
}

/* ---- fish ---- */

static void print_fish(void)
{
    fputs("# Completions of pluto for fish: pluto.fish in ~/.config/fish/completions.\n", stdout);
    for (const Command *c = usage_commands; c->name; c++) {
        printf("complete -c pluto -n __fish_use_subcommand -a %s -d '", c->name);
        print_quoted(c->summary, "\\");
        fputs("'\n", stdout);
    }
    for (const Command *c = usage_commands; c->name; c++) {
        if (c->choices)
            printf("complete -c pluto -f -n '__fish_seen_subcommand_from %s' -a '%s'\n", c->name,
                   c->choices);
        for (const OptionInfo *o = usage_options; o->name; o++) {
            if (!(o->commands & c->bit))
                continue;
            bool is_long = o->name[1] == '-';
            printf("complete -c pluto -n '__fish_seen_subcommand_from %s' -%c %s%s -d '", c->name,
                   is_long ? 'l' : 's', o->name + 1 + is_long, o->value ? " -r" : "");
            print_quoted(o->help, "\\");
            fputs("'\n", stdout);
        }
    }
}

int command_completions(const Options *o)
{
    if (strcmp(o->file, "bash") == 0)
        print_bash();
    else if (strcmp(o->file, "zsh") == 0)
        print_zsh();
    else if (strcmp(o->file, "fish") == 0)
        print_fish();
    else
        return fault("unknown shell '%s'; expected bash, zsh or fish", o->file);
    return fflush(stdout) == 0 ? 0 : fault("cannot write standard output: %s", strerror(errno));
}
