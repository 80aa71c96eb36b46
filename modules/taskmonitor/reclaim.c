// SPDX-License-Identifier: GPL-2.0-only
/*
 * Gives old history back when the kernel is short of memory.
 *
 * Old history is thinned, as far as that goes, before any of it is dropped. The unit is the block,
 * so what is counted and what is freed are pages; what is reported as freed is what the system has
 * got. The floor of each process is not counted and cannot be scanned: `echo 2 >
 * /proc/sys/vm/drop_caches` asks until nothing is given.
 *
 * Locking: both callbacks may run inside an allocation of the module's own, and in any task's
 * reclaim. Counting reads one word; scanning tries the locks, and gives up where one is taken.
 */
#include "compat/shrinker.h"
#include "history.h"
#include "reclaim.h"
#include "thinning.h"

static struct kml_shrinker shrinker;

static unsigned long count_blocks(struct shrinker *unused, struct shrink_control *sc)
{
	return history_evictable() ?: SHRINK_EMPTY;
}

static unsigned long scan_blocks(struct shrinker *unused, struct shrink_control *sc)
{
	long thinned = thinning_reclaim(sc->nr_to_scan);
	unsigned long freed = 0;

	if (thinned < 0)
		return SHRINK_STOP;
	if (thinned < sc->nr_to_scan &&
	    !history_reclaim(sc->nr_to_scan - thinned, &freed) && !thinned)
		return SHRINK_STOP;
	return thinned + freed;
}

/**
 * reclaim_init() - offer old history to the kernel
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int reclaim_init(void)
{
	return kml_shrinker_register(&shrinker, "taskmonitor", count_blocks, scan_blocks);
}

/**
 * reclaim_exit() - no scan runs any more when this returns
 *
 * Context: may sleep.
 */
void reclaim_exit(void)
{
	kml_shrinker_unregister(&shrinker);
}
