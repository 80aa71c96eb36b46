/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_COMPAT_INTERRUPTS_H
#define KMEMLAB_COMPAT_INTERRUPTS_H

#include <linux/hardirq.h>
#include <linux/kernel.h>
#include <linux/kernel_stat.h>
#include <linux/percpu.h>

/*
 * Seen in 7.2, not in 6.12: interrupts that are no device's are counted in one array; before, in
 * fields, of which each is an unsigned int from the first one to the end.
 */

/**
 * kml_interrupts() - how often this CPU was interrupted: by devices, its own timer, other CPUs
 *
 * Context: the caller stays on its CPU.
 * Return: the sum of what /proc/interrupts shows of this CPU; it wraps.
 */
static inline unsigned long kml_interrupts(void)
{
	const irq_cpustat_t *stat = raw_cpu_ptr(&irq_stat);
	unsigned long sum = raw_cpu_read(kstat.irqs_sum);
	const unsigned int *at, *end;

#ifdef KML_HAS_IRQ_COUNTS
	at = stat->counts;
	end = at + ARRAY_SIZE(stat->counts);
#else
	at = &stat->__nmi_count;
	end = (const unsigned int *)(stat + 1);
#endif
	while (at < end)
		sum += READ_ONCE(*at++);
	return sum;
}

#endif
