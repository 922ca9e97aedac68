/*
 * job.h - calls of the system that may block, made while the task is parked.
 *
 * One struct serves all of them: a function of kind JobCall fills in what it finds. It may run on a
 * thread that the collector does not know, so it allocates nothing on the collected heap.
 *
 * Handing a call to another thread costs more than most calls take. So it is done for what may wait
 * for somebody (terminals, pipes) or moves much; files and folders are asked directly.
 */
#ifndef PLUTO_LIB_JOB_H
#define PLUTO_LIB_JOB_H

#include "runtime/value/string.h"

typedef struct Job {
    const RtString *path, *other;        /* names of files, or what is to be written */
    int64_t         number, mode;        /* a descriptor or size; the rest of what is asked */
    char           *bytes;               /* what was found, from malloc; job_text frees it */
    size_t          size, cap;
    int64_t         result;              /* at least 0, or minus an errno value */
} Job;

typedef int64_t JobCall(Job *job);

/* Parks the calling task until call(job) has returned on another thread. Returns job->result, which
 * it gave. */
int64_t job_run(JobCall *call, Job *job);

/* The same, but calls it here and now if that is quick. */
int64_t job_run_unless(bool quick, JobCall *call, Job *job);

/* Room for at least more bytes behind size. False: out of memory. */
bool job_reserve(Job *job, size_t more);

/* bytes as a string; they are freed. */
const RtString *job_text(Job *job);

#endif
