/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ALLOCBENCH_CLOCK_H
#define ALLOCBENCH_CLOCK_H

#include <linux/compiler.h>
#include <linux/sched.h>
#include <linux/types.h>

#include <asm/tsc.h>

#include "compat/interrupts.h"

/**
 * struct moment - when an operation begins
 * @interrupts: of this CPU so far
 * @preemptions: of this thread so far
 * @ticks: the time, ticks of the CPU's counter
 *
 * Both counts are taken outside of what is timed. An interrupt between them and the clock makes a
 * good operation seem disturbed; none makes a disturbed one seem good.
 */
struct moment {
	unsigned long interrupts;
	unsigned long preemptions;
	u64 ticks;
};

/**
 * moment_begin() - an operation begins
 * @moment: is set
 *
 * Context: a thread that stays on its CPU.
 */
static __always_inline void moment_begin(struct moment *moment)
{
	moment->interrupts = kml_interrupts();
	moment->preemptions = READ_ONCE(current->nivcsw);
	barrier();
	moment->ticks = rdtsc_ordered();
}

/**
 * moment_end() - an operation has ended
 * @moment: when it began
 * @ret_disturbed: whether there was an interrupt, or another thread had the CPU
 *
 * A thread that sleeps of its own will, for memory or a lock, is not disturbed: that is what the
 * operation takes.
 *
 * Context: as before.
 * Return: how long it took, ticks.
 */
static __always_inline u64 moment_end(const struct moment *moment, bool *ret_disturbed)
{
	u64 took = rdtsc_ordered() - moment->ticks;

	barrier();
	*ret_disturbed = kml_interrupts() != moment->interrupts ||
			 READ_ONCE(current->nivcsw) != moment->preemptions;
	return took;
}

#endif
