/*
 * rwlock.h - the lock of an injected object that several tasks use (concurrency 9).
 *
 * Any task on any worker may call these. Who has to wait parks the task, never its worker, and
 * cannot be cancelled meanwhile: a method call that takes the lock need not be fallible. A writer
 * that waits goes before readers that come later; readers that waited for a writer go before the
 * next one, so neither starves.
 *
 * A task that holds the lock for writing may take it again, in both ways, and one that holds it for
 * reading may take it for reading again; each needs its own unlock. One that holds it for reading
 * must not ask for writing: it would wait for itself.
 */
#ifndef PLUTO_RWLOCK_H
#define PLUTO_RWLOCK_H

#include "runtime/base/place.h"

typedef struct RtRwLock RtRwLock;        /* on the collected heap */

RtRwLock *rt_rwlock_new(void);
void rt_rwlock_read(RtRwLock *l, const RtPlace *place);
void rt_rwlock_write(RtRwLock *l, const RtPlace *place);
void rt_rwlock_unlock_read(RtRwLock *l);
void rt_rwlock_unlock_write(RtRwLock *l);

#endif
