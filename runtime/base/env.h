/*
 * env.h - settings from environment variables (docs/environment.md).
 */
#ifndef PLUTO_ENV_H
#define PLUTO_ENV_H

#include <stdint.h>

/* The variable as a decimal number; fallback when it is unset or empty. Anything else, or a value
 * outside min .. max, ends the program with a message and status 1. */
int64_t env_int(const char *name, int64_t fallback, int64_t min, int64_t max);

/* Which of n words the variable is; 0 when it is unset or empty. Anything else ends the program. */
int env_choice(const char *name, const char *const *words, int n);

#endif
