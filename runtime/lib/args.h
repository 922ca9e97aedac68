/*
 * args.h - the words of the command line behind the program's name, for std.env.
 */
#ifndef PLUTO_LIB_ARGS_H
#define PLUTO_LIB_ARGS_H

/* As main gets them; called once, before anything else runs. argv must stay. */
void lib_set_args(int argc, char **argv);

#endif
