/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ALLOCWATCH_TALLY_H
#define ALLOCWATCH_TALLY_H

#include <linux/types.h>

/**
 * enum tally - what is counted since the module was loaded or told to begin anew
 * @TALLY_ALLOCATED: allocations of the target that were recorded; of pages in bulk each page is one
 * @TALLY_FREED: of these, how many were freed
 * @TALLY_WALKS: stacks that were walked
 * @TALLY_NO_OBJECT: allocations of the target that found no free object to be recorded in
 * @TALLY_NO_SITE: allocations of the target that found no free site
 * @TALLY_UNSEEN: recorded allocations whose address was given out again: a free was not seen
 * @TALLY_NMI: allocations and frees in a non-maskable interrupt, where nothing is recorded
 * @TALLY_LISTS: pages that the target took in bulk to a list, which are not recorded
 * @TALLY_CROWDED: callers that found no place in the cache of callers: slow, and nothing else
 * @TALLY_COUNT: how many there are
 */
enum tally {
	TALLY_ALLOCATED,
	TALLY_FREED,
	TALLY_WALKS,
	TALLY_NO_OBJECT,
	TALLY_NO_SITE,
	TALLY_UNSEEN,
	TALLY_NMI,
	TALLY_LISTS,
	TALLY_CROWDED,
	TALLY_COUNT
};

void tally_add(enum tally tally, long n);
u64 tally_read(enum tally tally);
const char *tally_name(enum tally tally);
bool tally_is_loss(enum tally tally);
void tally_reset(void);

static inline void tally_inc(enum tally tally)
{
	tally_add(tally, 1);
}

#endif
