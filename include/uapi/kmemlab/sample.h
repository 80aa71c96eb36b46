/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
#ifndef _UAPI_KMEMLAB_SAMPLE_H
#define _UAPI_KMEMLAB_SAMPLE_H

#include <linux/types.h>

/**
 * enum kml_field - what one sample of a process holds, in the order of its code
 * @KML_TIME: when, ns of CLOCK_BOOTTIME
 * @KML_USR: user time of all threads, ended ones included, ns; scaled as /proc/PID/stat scales it
 * @KML_SYS: system time, likewise
 * @KML_ANON: resident anonymous memory, KiB (mm counter MM_ANONPAGES)
 * @KML_MINFLT: minor faults of all threads, ended ones included
 * @KML_PEAK: the most that was ever resident, KiB (VmHWM)
 * @KML_PGTABLES: page tables, KiB (VmPTE)
 * @KML_FILE: resident file mappings, KiB (MM_FILEPAGES)
 * @KML_TOTAL: mapped memory, KiB (mm->total_vm, VmSize)
 * @KML_DATA: private writable mappings without stacks, KiB (mm->data_vm, VmData)
 * @KML_SWAP: swapped out, KiB (MM_SWAPENTS, VmSwap)
 * @KML_MAJFLT: major faults of all threads, ended ones included
 * @KML_STACK: stack mappings, KiB (mm->stack_vm, VmStk)
 * @KML_SHMEM: resident shared memory, KiB (MM_SHMEMPAGES)
 * @KML_THREADS: threads, a leader that ended before the others included
 * @KML_FLAGS: enum kml_sample_flags
 * @KML_STATUS: in the last sample, how the process ended: the status that wait() reports
 * @KML_FIELDS: how many there are
 *
 * A field never changes its number: new ones are added at the end. The first seven are those
 * that change most, so that the bitmap of a busy process takes one byte. Resident memory (rss)
 * is the sum of @KML_ANON, @KML_FILE and @KML_SHMEM.
 */
enum kml_field {
	KML_TIME,
	KML_USR,
	KML_SYS,
	KML_ANON,
	KML_MINFLT,
	KML_PEAK,
	KML_PGTABLES,
	KML_FILE,
	KML_TOTAL,
	KML_DATA,
	KML_SWAP,
	KML_MAJFLT,
	KML_STACK,
	KML_SHMEM,
	KML_THREADS,
	KML_FLAGS,
	KML_STATUS,
	KML_FIELDS
};

/**
 * enum kml_sample_flags - the bits of KML_FLAGS
 * @KML_VICTIM: the OOM killer has chosen this process
 * @KML_ENDED: the last sample: every thread has ended
 * @KML_LEFT: the process has given its memory up and is about to end
 */
enum kml_sample_flags {
	KML_VICTIM = 1 << 0,
	KML_ENDED = 1 << 1,
	KML_LEFT = 1 << 2,
};

/**
 * struct kml_sample - one process at one time
 * @field: the values, by enum kml_field
 */
struct kml_sample {
	__u64 field[KML_FIELDS];
};

/* Resident memory of a sample, KiB. */
static inline __u64 kml_sample_rss(const struct kml_sample *sample)
{
	return sample->field[KML_ANON] + sample->field[KML_FILE] + sample->field[KML_SHMEM];
}

#endif
