#include "runtime/value/closure.h"

void *rt_closure_copy(RtCopy *c, const RtClosure *closure)
{
    if (closure == NULL || closure->info->copy == NULL)
        return (void *)closure;
    void *copy = rt_copy_seen(c, closure);
    if (copy != NULL)
        return copy;
    copy = closure->info->copy(c, closure);
    if (rt_copy_seen(c, closure) == NULL)           /* one that can refer to itself noted itself */
        rt_copy_note(c, closure, copy);
    return copy;
}
