#define _GNU_SOURCE
#include "runtime/base/fence.h"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/base/fail.h"

bool        fence_both_sides = true;
_Atomic int fence_order;

void fence_init(void)
{
    fence_both_sides =
        FENCE_TSAN || syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) != 0;
}

void fence_heavy(void)
{
    fence_full();
    if (!fence_both_sides)
        RT_CHECK(syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0);
}
