#!/usr/bin/env bash
# aarch64.sh - what depends on the machine, tried on the other one: the stack switch and the loads
# relative to the thread pointer, cross-compiled and run in an emulator; and the whole runtime
# compiled without warnings. Prints one line. Without the tools it says so and succeeds.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
cc=aarch64-linux-gnu-gcc
emulator=$(command -v qemu-aarch64 || command -v qemu-aarch64-static)
if [ -z "$emulator" ] || ! command -v $cc >/dev/null; then
    echo "aarch64: skipped, needs $cc and qemu-aarch64"
    exit 0
fi
mkdir -p build
tmp=$(mktemp -d build/aarch64.XXXXXX)
trap 'rm -rf "$tmp"' EXIT
flags=(-std=gnu11 -O2 -Wall -Wextra -Wshadow -Werror -fwrapv -fno-strict-aliasing -pthread -I.)

cat >"$tmp/main.c" <<'END'
#include <stdio.h>
#include "runtime/task/task.h"
#include "tests/unit/context_cases.h"

static const char *case_thread_pointer_loads(void)
{
    int here[4];
    rt_tls = (RtTls){1, (HeapCache *)&here[0], (Worker *)&here[1], (RtTask *)&here[2],
                     (BiasHolder *)&here[3]};
    __asm__ volatile("" ::: "memory");
    if (rt_stack_limit() != 1 || (void *)rt_heap() != &here[0] || (void *)rt_worker() != &here[1] ||
        (void *)rt_task() != &here[2] || (void *)rt_bias() != &here[3])
        return "a load of rt_tls found something else";
    if (rt_below_limit())
        return "below a limit of 1";
    rt_tls.stack_limit = UINTPTR_MAX;
    __asm__ volatile("" ::: "memory");
    return rt_below_limit() ? NULL : "not below the highest limit";
}

/* Here the scheduler's part of a turn only counts. */
static int turns;
int        context_resumed(void) { return ++turns; }

static int turns_elsewhere;

static void take_turns(void)
{
    context_entered(true);
    for (;;)
        turns_elsewhere += context_turn(&case_other[0], &case_thread, false);
}

/* Each side is told what context_resumed returned when it came to it: 2, 4, .. here, 3, 5, .. there,
 * where the first turn enters. */
static const char *case_turns_pass_through_context_resumed(void)
{
    char *low = case_new_stack();
    int   sum = 0;
    context_of_thread(&case_thread);
    context_init(&case_other[0], low, low + CASE_STACK, take_turns);
    for (int i = 0; i < 4; i++)
        sum += context_turn(&case_thread, &case_other[0], false);
    return sum == 2 + 4 + 6 + 8 && turns_elsewhere == 3 + 5 + 7 ? NULL : "a turn was lost";
}

int main(void)
{
    const char *wrong[] = {
        case_each_context_goes_on_where_it_left(), case_entry_finds_an_aligned_stack(),
        case_callee_saved_registers_survive(), case_thread_pointer_loads(),
        case_turns_pass_through_context_resumed(),
    };
    int bad = 0;
    for (int i = 0; i < 5; i++)
        if (wrong[i] != NULL)
            printf("%s\n", wrong[i]), bad = 1;
    return bad;
}
END

fail() {
    echo "aarch64: FAILED: $1"
    exit 1
}
for level in -O0 -O2; do
    $cc "${flags[@]}" $level -static -o "$tmp/run" "$tmp/main.c" runtime/task/context.c \
        runtime/task/context_aarch64.S runtime/base/tls.c || fail "the cases do not compile"
    "$emulator" "$tmp/run" || fail "the cases, compiled with $level"
done
for source in runtime/*/*.c; do
    $cc "${flags[@]}" -c -o "$tmp/object.o" "$source" || fail "$source does not compile"
done
echo "aarch64: switch, registers and thread pointer loads are right, the runtime compiles"
