/*
 * census.h - what the heap holds, for PLUTO_GC_CENSUS=1.
 */
#ifndef PLUTO_GC_CENSUS_H
#define PLUTO_GC_CENSUS_H

/* At the end of marking, the world being stopped. */
void census_at_mark_end(void);

#endif
