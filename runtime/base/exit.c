#include "runtime/base/exit.h"

#include <stddef.h>
#include <unistd.h>

void (*rt_before_exit)(void);

void rt_exit(int status)
{
    if (rt_before_exit != NULL)
        rt_before_exit();
    _exit(status);
}
