/*
 * test_in_flight.c - a task on its way from one list to another is visible to the collector after
 * every single instruction: on a list that is a root, in a register, or on the stack.
 *
 * The processor is asked for a trap after each instruction (x86-64 only; valgrind has none). What a test knows of its
 * task it keeps in a form that the collector would not recognise, so that nothing but the code under
 * test holds it.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include <ucontext.h>

#include "runtime/chan/internal.h"
#include "runtime/sched/internal.h"
#include "runtime/sync/rwlock.h"
#include "runtime/task/sleep.h"
#include "tests/unit/check_main.h"
#include "tests/unit/sim.h"

#if defined(__x86_64__) && !SIM_NO_COLLECTOR

/* ---- The task ---- */

static uintptr_t hidden;                 /* the complement of its address */
static bool (*is_on_list)(const RtTask *t);

static RtTask *shown(void) { return (RtTask *)~hidden; }

/* Overwrites what is left of it below. */
static __attribute__((noinline)) void scrub(void)
{
    volatile char dead[8192];
    memset((void *)dead, 0, sizeof dead);
    __asm__ volatile("" : : "r"(dead) : "memory");
}

/* ---- After each instruction ---- */

enum { RED_ZONE = 128 };

static uintptr_t base;                   /* the stack below it belongs to the code under test */
static long      steps, lost;
static uintptr_t first_lost;             /* an instruction before which the task was nowhere */

static __attribute__((no_sanitize("all"))) bool is_in(const uintptr_t *from, const uintptr_t *to)
{
    for (const uintptr_t *word = from; word < to; word++)
        if (*word == ~hidden)
            return true;
    return false;
}

static void look(int sig, siginfo_t *info, void *context)
{
    const ucontext_t *c     = context;
    const greg_t     *regs  = c->uc_mcontext.gregs;
    uintptr_t         sp    = (uintptr_t)regs[REG_RSP];
    void             *top   = stack_top_of((void *)sp);
    uintptr_t         until = top != NULL ? (uintptr_t)top : base;
    (void)sig;
    (void)info;
    steps++;
    if (is_in((const uintptr_t *)regs, (const uintptr_t *)(regs + REG_RIP)) ||
        is_in((const uintptr_t *)((sp - RED_ZONE) & ~(uintptr_t)7), (const uintptr_t *)until) ||
        is_on_list(shown()))
        return;
    if (lost++ == 0)
        first_lost = (uintptr_t)regs[REG_RIP];
}

/* Calls code with a trap after each instruction, no register having what this test knows. */
static __attribute__((noinline)) void run_in_steps(void (*code)(void))
{
    struct sigaction action = {.sa_sigaction = look, .sa_flags = SA_SIGINFO};
    sigaction(SIGTRAP, &action, NULL);
    steps = lost = 0;
    scrub();
    __asm__ volatile("mov %%rsp, %%rbx\n\t"
                     "sub $256, %%rsp\n\t"
                     "and $-16, %%rsp\n\t"
                     "mov %%rsp, %[base]\n\t"
                     "xor %%r12d, %%r12d\n\t"
                     "xor %%r13d, %%r13d\n\t"
                     "xor %%r14d, %%r14d\n\t"
                     "xor %%r15d, %%r15d\n\t"
                     "pushfq\n\t"
                     "orq $0x100, (%%rsp)\n\t"
                     "popfq\n\t"
                     "call *%[code]\n\t"
                     "pushfq\n\t"
                     "andq $~0x100, (%%rsp)\n\t"
                     "popfq\n\t"
                     "mov %%rbx, %%rsp"
                     : [base] "=m"(base), [code] "+a"(code)
                     :
                     : "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13",
                       "r14", "r15", "memory", "cc");
}

static void do_nothing(void) {}
static bool nobody(const RtTask *t) { (void)t; return false; }

static bool can_step(void)
{
    is_on_list = nobody;
    run_in_steps(do_nothing);
    return steps > 0;
}

static void assert_seen_throughout(void (*code)(void))
{
    run_in_steps(code);
    ck_assert_int_gt(steps, 5);
    ck_assert_msg(lost == 0, "nobody had the task after %ld of %ld steps, first before %#lx", lost,
                  steps, (unsigned long)first_lost);
}

/* ---- Where tasks may be ---- */

static bool is_waiting(const WaitList *list, const RtTask *t)
{
    for (const Waiter *w = list->head; w != NULL; w = w->next)
        if (w->task == t)
            return true;
    return false;
}

static bool is_in_chain(const RtTask *chain, const RtTask *t)
{
    for (; chain != NULL; chain = chain->queue_next)
        if (chain == t)
            return true;
    return false;
}

static bool is_in_ring(const RunQueue *q, const RtTask *t)
{
    uint32_t tail = atomic_load(&q->tail);
    for (uint32_t i = (uint32_t)atomic_load(&q->head); i != tail && i != tail + 1; i++)
        if (atomic_load(&q->slot[i % RUNQ_CAP]) == t)
            return true;
    return false;
}

static bool is_scheduled(const RtTask *t)
{
    const Worker *w = rt_worker();
    return is_in_ring(&w->queue, t) || atomic_load(&w->run_next) == t || w->current == t ||
           w->leaving == t || w->chosen == t || w->after_arg == t || is_in_chain(sched.head, t);
}

/* ---- The ring ---- */

static RunQueue  ring, other;
static RtTask   *volatile taken;

static bool is_in_a_ring(const RtTask *t)
{
    return is_in_ring(&ring, t) || is_in_ring(&other, t) || taken == t;
}

static void push_it(void) { runq_push(&ring, shown(), true); }
static void take_it(void) { taken = runq_take(&ring); }
static void take_it_fresh(void) { taken = runq_take_fresh(&ring); }
static void steal_it(void) { taken = runq_steal(&other, &ring); }

static void ring_setup(void)
{
    is_on_list = is_in_a_ring;
    hidden     = ~(uintptr_t)0x1122330;
}

START_TEST(a_task_in_a_ring_is_never_lost)
{
    /* How it comes out, and how many there are. */
    static void (*const ways[])(void) = {take_it, take_it_fresh, steal_it, steal_it};
    push_it();
    if (_i == 3)
        for (uintptr_t n = 1; n < 5; n++)
            runq_push(&ring, (RtTask *)(n * 16), false);
    assert_seen_throughout(ways[_i]);
    ck_assert_ptr_eq(taken, shown());
}
END_TEST

/* ---- Channels ---- */

static RtSender   *tx;
static RtReceiver *rx;

static bool is_in_channel(const RtTask *t)
{
    return is_waiting(&tx->core->receivers, t) || is_waiting(&tx->core->senders, t) ||
           is_scheduled(t);
}

static void receive_one(RtTask *self, void *arg)
{
    RtCell v;
    (void)arg;
    self->error = rt_chan_recv(rx, &v, NULL);
}

static void send_one(RtTask *self, void *arg)
{
    (void)arg;
    self->error = rt_chan_send(tx, SIM_CELL(1), NULL);
}

static void select_one(RtTask *self, void *arg)
{
    RtSelectArm arms[] = {{RT_SELECT_RECV, rx, {{0, 0}}}};
    (void)arg;
    rt_select(arms, 1, false, -1, &self->error, NULL);
}

static __attribute__((noinline)) void wait_on_channel(void (*code)(RtTask *self, void *arg))
{
    rt_chan_new(RT_CHAN_RENDEZVOUS, 0, 1, false, &tx, &rx);
    is_on_list = is_in_channel;
    hidden     = ~(uintptr_t)sim_spawn(code, NULL);
    sim_run_until_idle();
    ck_assert(sim_parked(shown()));
}

static void send_to_it(void) { rt_chan_try_send(tx, SIM_CELL(2), NULL); }
static void close_it(void) { rt_sender_release(tx); }
static void receive_from_it(void)
{
    RtCell v;
    rt_chan_try_recv(rx, &v, NULL);
}

START_TEST(a_task_that_is_woken_by_a_channel_is_never_lost)
{
    static const struct {
        void (*waits)(RtTask *self, void *arg);
        void (*wakes)(void);
    } cases[] = {{receive_one, send_to_it}, {receive_one, close_it}, {send_one, receive_from_it},
                 {send_one, close_it},      {select_one, send_to_it}, {select_one, close_it}};
    wait_on_channel(cases[_i].waits);
    assert_seen_throughout(cases[_i].wakes);
    sim_run_until_idle();
    ck_assert(sim_done(shown()));
}
END_TEST

/* ---- Tasks ---- */

static RtTask *awaited;

static bool is_in_get(const RtTask *t)
{
    return is_waiting(&awaited->sync->getters, t) || is_scheduled(t);
}

static void get_it(RtTask *self, void *arg)
{
    (void)arg;
    self->error = rt_task_get(awaited, NULL);
}

static void complete(void) { rt_task_complete(awaited); }

START_TEST(a_task_that_gets_another_is_never_lost)
{
    is_on_list = is_in_get;
    rt_chan_new(RT_CHAN_RENDEZVOUS, 0, 1, false, &tx, &rx);
    awaited = sim_spawn(receive_one, NULL);
    hidden  = ~(uintptr_t)sim_spawn(get_it, NULL);
    sim_run_until_idle();
    /* As if it had just come to its end. */
    tasksync_set_state(awaited->sync, TASK_READY);
    tasksync_set_state(awaited->sync, TASK_RUNNING);
    assert_seen_throughout(complete);
    sim_run_until_idle();
    ck_assert(sim_done(shown()));
}
END_TEST

/* ---- Deadlines ---- */

static bool has_timer(const RtTask *t)
{
    const TimerHeap *h = &rt_worker()->timers;
    for (uint32_t i = 0; i < h->count; i++)
        if (h->timers[i].sync->own.task == t)
            return true;
    return is_scheduled(t);
}

enum { MINUTE = 60 * 1000 };

static void sleep_long(RtTask *self, void *ms) 
{
    (void)self;
    __pluto_task_sleep((intptr_t)ms);
}

/* The last timer fills the gap that another leaves. */
START_TEST(a_sleeping_task_is_never_lost)
{
    is_on_list = has_timer;
    awaited    = sim_spawn(sleep_long, (void *)MINUTE);
    for (intptr_t i = 2; i < 40; i++)
        sim_spawn(sleep_long, (void *)(i * MINUTE));
    hidden = ~(uintptr_t)sim_spawn(sleep_long, (void *)((intptr_t)40 * MINUTE));
    sim_run_until_idle();
    rt_task_cancel(awaited);
    assert_seen_throughout(sim_run_until_idle);          /* disarms */
}
END_TEST

/* ---- A whole run ---- */

static RtRwLock   *lock;
static RtSender   *reply_tx;
static RtReceiver *reply_rx;

static bool is_anywhere(const RtTask *t)
{
    return atomic_load(&t->sync->own.on) != NULL || is_scheduled(t) || sim_done(t);
}

static void do_everything(RtTask *self, void *arg)
{
    RtCell v;
    (void)arg;
    __pluto_task_yield();
    self->error = rt_chan_recv(rx, &v, NULL);
    rt_rwlock_write(lock, NULL);
    rt_rwlock_unlock_write(lock);
    rt_rwlock_read(lock, NULL);
    rt_rwlock_unlock_read(lock);
    rt_chan_send(reply_tx, v, NULL);
}

/* Has the lock while the other one wants it. */
static void play_along(RtTask *self, void *arg)
{
    RtCell v;
    (void)arg;
    rt_rwlock_write(lock, NULL);
    self->error = rt_chan_send(tx, SIM_CELL(1), NULL);
    __pluto_task_yield();
    rt_rwlock_unlock_write(lock);
    rt_rwlock_write(lock, NULL);
    __pluto_task_yield();
    rt_rwlock_unlock_write(lock);
    rt_chan_recv(reply_rx, &v, NULL);
}

static void two_stacks_setup(void)
{
    setenv("PLUTO_STACKS", "2", 1);
    sim_setup();
}

static void spawn_all(void)
{
    awaited = sim_spawn(play_along, NULL);
    hidden  = ~(uintptr_t)sim_spawn(do_everything, NULL);
    for (int i = 0; i < 4; i++)
        sim_spawn(sleep_long, (void *)MINUTE);
}

START_TEST(a_task_is_never_lost_between_its_spawn_and_its_end)
{
    is_on_list = is_anywhere;
    lock       = rt_rwlock_new();
    rt_chan_new(RT_CHAN_RENDEZVOUS, 0, 1, false, &tx, &rx);
    rt_chan_new(RT_CHAN_BOUNDED, 1, 1, false, &reply_tx, &reply_rx);
    spawn_all();
    sim_run_until_idle();                                /* so that later no memory is cleared */
    spawn_all();
    assert_seen_throughout(sim_run_until_idle);
    ck_assert(sim_done(shown()) && sim_done(awaited));
}
END_TEST

static Suite *suite(void)
{
    Suite *s     = suite_create("in flight");
    if (!can_step())
        return s;
    TCase *rings = tcase_create("rings");
    tcase_add_checked_fixture(rings, ring_setup, NULL);
    tcase_add_loop_test(rings, a_task_in_a_ring_is_never_lost, 0, 4);
    suite_add_tcase(s, rings);
    TCase *waiting = tcase_create("waiting");
    tcase_add_checked_fixture(waiting, sim_setup, NULL);
    tcase_add_loop_test(waiting, a_task_that_is_woken_by_a_channel_is_never_lost, 0, 6);
    tcase_add_test(waiting, a_task_that_gets_another_is_never_lost);
    tcase_add_test(waiting, a_sleeping_task_is_never_lost);
    tcase_add_test(waiting, a_task_is_never_lost_between_its_spawn_and_its_end);
    suite_add_tcase(s, waiting);
    if (!sim_collects())                                 /* nothing is reclaimed: out of stacks */
        return s;
    TCase *packed = tcase_create("packed");
    tcase_add_checked_fixture(packed, two_stacks_setup, NULL);
    tcase_set_timeout(packed, 30);
    tcase_add_test(packed, a_task_is_never_lost_between_its_spawn_and_its_end);
    suite_add_tcase(s, packed);
    return s;
}

#else

static Suite *suite(void) { return suite_create("in flight"); }

#endif

int main(void) { return check_run(suite()); }
