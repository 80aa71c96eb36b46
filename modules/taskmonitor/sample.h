/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_SAMPLE_H
#define TASKMONITOR_SAMPLE_H

#include <kmemlab/sample.h>

struct task_struct;

/**
 * struct cpu_clock - what was last told of a process's CPU time
 * @usr: ns
 * @sys: ns
 *
 * Both only ever grow, as in /proc/PID/stat.
 */
struct cpu_clock {
	u64 usr;
	u64 sys;
};

struct mm_struct;

bool sample_read(struct task_struct *task, struct cpu_clock *clock, struct kml_sample *ret_sample);
void sample_read_mm(struct task_struct *task, struct mm_struct *mm, struct cpu_clock *clock,
		    struct kml_sample *ret_sample);

#endif
