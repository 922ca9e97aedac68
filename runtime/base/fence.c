#define _GNU_SOURCE
#include "runtime/base/fence.h"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

bool fence_both_sides = true;

void fence_init(void)
{
    fence_both_sides =
        syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) != 0;
}

void fence_heavy(void)
{
    atomic_thread_fence(memory_order_seq_cst);
    if (!fence_both_sides)
        syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
}
