/*
 * job.c - the pool of sched/blocking.h, with one struct for what goes in and out.
 */
#include "runtime/lib/job.h"

#include <stdlib.h>

#include "runtime/sched/blocking.h"

typedef struct Run { JobCall *call; Job job; } Run;

static void run(void *arg)
{
    Run *r        = arg;
    r->job.result = r->call(&r->job);
}

int64_t job_run(JobCall *call, Job *job)
{
    Run r = {call, *job};
    rt_blocking_copied(run, &r, sizeof r, NULL);
    *job = r.job;
    return job->result;
}

int64_t job_run_unless(bool quick, JobCall *call, Job *job)
{
    if (!quick)
        return job_run(call, job);
    job->result = call(job);
    return job->result;
}

bool job_reserve(Job *job, size_t more)
{
    size_t cap = job->cap ? job->cap : 4096;
    while (cap - job->size < more)
        cap *= 2;
    char *bytes = cap == job->cap ? job->bytes : realloc(job->bytes, cap);
    if (bytes == NULL)
        return false;
    job->bytes = bytes;
    job->cap   = cap;
    return true;
}

const RtString *job_text(Job *job)
{
    const RtString *s = rt_string_new(job->size > 0 ? job->bytes : "", (int64_t)job->size);
    free(job->bytes);
    job->bytes = NULL;
    return s;
}
