/*
 * man.c - pluto man: the man page, from the tables of usage.c.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "compiler/drive/fault.h"
#include "compiler/drive/usage.h"

/* Text for roff: no line begins a request, backslashes and signs stay what they are. */
static void print_roff(const char *text)
{
    bool at_start = true;
    for (; *text; text++) {
        if (at_start && (*text == '.' || *text == '\''))
            fputs("\\&", stdout);
        if (*text == '\\')
            fputs("\\e", stdout);
        else if (*text == '-')
            fputs("\\-", stdout);
        else
            fputc(*text, stdout);
        at_start = *text == '\n';
    }
}

static void print_option(const OptionInfo *o)
{
    fputs(".TP\n.B ", stdout);
    print_roff(o->name);
    if (o->value)
        printf(" \\fI%s\\fR", o->value);
    fputc('\n', stdout);
    print_roff(o->help);
    fputc('\n', stdout);
}

/* The options that all of these commands take, or of one command those that not all take. */
static void print_options(const Command *c)
{
    for (const OptionInfo *o = usage_options; o->name; o++) {
        bool shared = (o->commands & FOR_PROGRAMS) == FOR_PROGRAMS;
        if (c ? (o->commands & c->bit) && !(shared && (c->bit & FOR_PROGRAMS)) : shared)
            print_option(o);
    }
}

int command_man(const Options *o)
{
    (void)o;
    puts(".TH PLUTO 1 \"\" \"pluto " PLUTO_VERSION "\"\n.SH NAME\n"
         "pluto \\- compiler and tools of the language Pluto\n.SH SYNOPSIS");
    for (const Command *c = usage_commands; c->name; c++) {
        printf("%s.B pluto %s\n", c == usage_commands ? "" : ".br\n", c->name);
        if (*c->synopsis) {
            print_roff(c->synopsis);
            fputc('\n', stdout);
        }
    }
    puts(".SH COMMANDS");
    for (const Command *c = usage_commands; c->name; c++) {
        printf(".SS %s ", c->name);
        print_roff(c->synopsis);
        fputc('\n', stdout);
        print_roff(c->text);
        fputc('\n', stdout);
        print_options(c);
    }
    puts(".SH OPTIONS\nOf run, build, check and test:");
    print_options(NULL);
    puts(".SH EXIT STATUS\nOf a program that ends by itself, its own. 1: errors in the source,\n"
         "wrong use, or a failure of the program. 2: nothing in the program can go on.");
    return fflush(stdout) == 0 ? 0 : fault("cannot write standard output: %s", strerror(errno));
}
