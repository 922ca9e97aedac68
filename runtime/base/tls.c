/*
 * tls.c - the one thread-local variable.
 */
#include "runtime/base/tls.h"

_Static_assert(offsetof(RtTls, stack_limit) == 0 && offsetof(RtTls, heap) == 8 &&
                   offsetof(RtTls, worker) == 16 && offsetof(RtTls, task) == 24 &&
                   offsetof(RtTls, bias) == 32,
               "tls.h loads these fields by offset");

__thread RtTls rt_tls;
