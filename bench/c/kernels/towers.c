/* Recursion and linked objects: the towers of Hanoi with 26 disks. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct Disk {
    int64_t      size;
    struct Disk *below;
} Disk;

typedef struct Towers {
    Disk  **piles;
    int64_t moves;
} Towers;

static bool push(Towers *t, Disk *disk, int64_t pile)
{
    Disk *top = t->piles[pile];
    if (top != NULL && disk->size >= top->size)
        return false;
    disk->below    = top;
    t->piles[pile] = disk;
    return true;
}

static bool move_top(Towers *t, int64_t from, int64_t to)
{
    Disk *top = t->piles[from];
    if (top == NULL)
        return false;
    t->piles[from] = top->below;
    t->moves += 1;
    return push(t, top, to);
}

static bool move_all(Towers *t, int64_t count, int64_t from, int64_t to)
{
    if (count == 1)
        return move_top(t, from, to);
    int64_t other = 3 - from - to;
    return move_all(t, count - 1, from, other) && move_top(t, from, to) &&
           move_all(t, count - 1, other, to);
}

int main(void)
{
    int64_t disks = 26;
    Towers *t     = malloc(sizeof *t);
    *t = (Towers){calloc(3, sizeof(Disk *)), 0};
    for (int64_t i = 0; i < disks; i++) {
        Disk *disk = malloc(sizeof *disk);
        *disk = (Disk){disks - i, NULL};
        push(t, disk, 0);
    }
    printf("%s\n", move_all(t, disks, 0, 2) ? "true" : "false");
    printf("%lld\n", (long long)t->moves);
    return 0;
}
