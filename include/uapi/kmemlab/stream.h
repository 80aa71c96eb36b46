/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
#ifndef _UAPI_KMEMLAB_STREAM_H
#define _UAPI_KMEMLAB_STREAM_H

#include <linux/types.h>

#include <kmemlab/sample.h>

/*
 * What is read from /dev/taskmonitor: records, one directly behind the other, the first of them a
 * header. Each begins with a struct kml_stream_record, has a size that is a multiple of 8, and
 * numbers in the byte order of the machine. A read may end anywhere in a record; the next one goes
 * on there.
 *
 * To stay readable: a type keeps its number and its fields their places; new fields are added at
 * the end, which raises the version. A reader skips types it does not know, by their size, and
 * the end of records that are longer than it knows them. Times are ns of CLOCK_BOOTTIME.
 */

/* In front of everything, as bytes on a little-endian machine: "kmlstrm1". */
#define KML_STREAM_MAGIC 0x316d7274736c6d6bULL

/* No record is longer: a header of a record and a page of code. */
#define KML_RECORD_MAX (1 << 17)

/**
 * enum kml_stream_type - what a record is
 * @KML_RECORD_HEADER: struct kml_stream_header: a stream begins
 * @KML_RECORD_PROCESS: struct kml_stream_process: who a number stands for
 * @KML_RECORD_BLOCK: struct kml_stream_block: samples of a process
 * @KML_RECORD_GAP: struct kml_stream_gap: what is missing
 * @KML_RECORD_EVENT: struct kml_stream_event: what has happened
 * @KML_RECORD_SYSTEM: struct kml_stream_system: the memory of the machine
 */
enum kml_stream_type {
	KML_RECORD_HEADER = 1,
	KML_RECORD_PROCESS = 2,
	KML_RECORD_BLOCK = 3,
	KML_RECORD_GAP = 4,
	KML_RECORD_EVENT = 5,
	KML_RECORD_SYSTEM = 6,
};

/**
 * struct kml_stream_record - what each record begins with
 * @size: of the record, this included, bytes
 * @type: enum kml_stream_type
 * @version: of this type; 1 is what this file describes
 */
struct kml_stream_record {
	__u32 size;
	__u16 type;
	__u16 version;
};

/**
 * struct kml_stream_header - the stream begins, or, after a seek, begins again: numbers of
 *                            processes stay what they were, blocks come from their beginnings
 * @record: type KML_RECORD_HEADER
 * @magic: KML_STREAM_MAGIC
 * @time: when
 * @realtime: the same moment, ns of CLOCK_REALTIME
 * @interval: between two samples, ns
 * @fields: of a sample: KML_FIELDS
 * @reserved: 0
 */
struct kml_stream_header {
	struct kml_stream_record record;
	__u64 magic;
	__u64 time;
	__u64 realtime;
	__u64 interval;
	__u32 fields;
	__u32 reserved;
};

/**
 * struct kml_stream_process - a process that the records behind this one speak of, or its new name
 * @record: type KML_RECORD_PROCESS
 * @process: its number in this stream; never given to another process
 * @start: when its first thread was created; (pid, start) tells processes apart
 * @next: sequence number of the next sample to come: 0, unless the stream is one from now on
 * @pid: in the PID namespace of who has opened the device
 * @reserved: 0
 * @comm: the name as it is: any bytes, a NUL at the end
 */
struct kml_stream_process {
	struct kml_stream_record record;
	__u64 process;
	__u64 start;
	__u64 next;
	__s32 pid;
	__u32 reserved;
	char comm[16];
};

/**
 * struct kml_stream_block - samples of one process, in their code (modules/taskmonitor/codec.c)
 * @record: type KML_RECORD_BLOCK
 * @process: whose
 * @first: sequence number of the block's first sample among all of the process
 * @from: time of the first sample that the block stands for
 * @to: time of the last one so far
 * @after: samples up to this time are not to be taken: the reader has had them, in this block or
 *         before it was thinned, or begins behind them
 * @span: sequence numbers from @first that the block stands for so far. @span - @samples of them
 *        were thinned out.
 * @samples: that the block holds so far
 * @run: of these, how many follow behind the code, exactly as predicted
 * @offset: of @data in the block's code. 0: the block begins here. Else the code before was in the
 *          last block record of the process, which had the same @first.
 * @bytes: of @data; zeros follow it up to the end of the record
 * @thinned: 0: every sample is there; n: of old samples every 2^n-th was kept
 * @sealed: nothing more comes to this block
 * @reserved: 0
 * @data: the code
 */
struct kml_stream_block {
	struct kml_stream_record record;
	__u64 process;
	__u64 first;
	__u64 from;
	__u64 to;
	__u64 after;
	__u64 span;
	__u32 samples;
	__u32 run;
	__u32 offset;
	__u32 bytes;
	__u8 thinned;
	__u8 sealed;
	__u16 reserved[3];
	__u8 data[];
};

/**
 * enum kml_stream_gap_reason - why something is missing, as bits
 * @KML_GAP_RECLAIMED: memory pressure took the blocks
 * @KML_GAP_RECYCLED: newer samples were put in their place
 * @KML_GAP_REMOVED: the process was removed, replaced or pushed out; nothing more comes of it
 * @KML_GAP_LATE: ticks that began late. Their samples are there, with the time that it was.
 * @KML_GAP_MISSED: slots of the schedule that passed without a tick
 * @KML_GAP_DROPPED: samples that found no block to go to
 * @KML_GAP_EVENTS: events that newer ones have pushed out
 * @KML_GAP_SYSTEM: samples of the machine that newer ones have pushed out
 * @KML_GAP_REFUSED: processes that a selection wanted and there was no room for, each time
 * @KML_GAP_OVERRUN: processes that a selection wanted and that came faster than they could be
 *                   noted: they are looked for, and those that live long enough are found
 */
enum kml_stream_gap_reason {
	KML_GAP_RECLAIMED = 1 << 0,
	KML_GAP_RECYCLED = 1 << 1,
	KML_GAP_REMOVED = 1 << 2,
	KML_GAP_LATE = 1 << 3,
	KML_GAP_MISSED = 1 << 4,
	KML_GAP_DROPPED = 1 << 5,
	KML_GAP_EVENTS = 1 << 6,
	KML_GAP_SYSTEM = 1 << 7,
	KML_GAP_REFUSED = 1 << 8,
	KML_GAP_OVERRUN = 1 << 9,
};

/**
 * struct kml_stream_gap - what is missing here
 * @record: type KML_RECORD_GAP
 * @process: of which process; 0 for what concerns all: ticks, dropped samples, events, selections
 * @first: sequence number of the first missing sample, 0 without a process
 * @count: samples; for late and missed ticks, ticks; events; samples of the machine; processes
 * @from: behind this time: of the last sample before, 0 where there was none; without a process,
 *        when the reader last looked
 * @to: before this time
 * @reasons: enum kml_stream_gap_reason; where there are several, @count is the sum
 * @reserved: 0
 */
struct kml_stream_gap {
	struct kml_stream_record record;
	__u64 process;
	__u64 first;
	__u64 count;
	__u64 from;
	__u64 to;
	__u32 reasons;
	__u32 reserved;
};

/**
 * enum kml_stream_event_kind - what has happened
 * @KML_EVENT_FORK: the process has a child
 * @KML_EVENT_EXEC: it runs another program
 * @KML_EVENT_EXIT: its last thread ends. The sample is of the moment before it gives its memory up;
 *                  what the rest of its end takes of CPU time is in its last sample.
 * @KML_EVENT_VICTIM: the OOM killer has chosen it, for the machine or for a memory cgroup, be it
 *                    monitored or not. The sample is of that moment.
 * @KML_EVENT_REMOVED: it is no longer monitored, and its history is gone
 */
enum kml_stream_event_kind {
	KML_EVENT_FORK = 1,
	KML_EVENT_EXEC = 2,
	KML_EVENT_EXIT = 3,
	KML_EVENT_VICTIM = 4,
	KML_EVENT_REMOVED = 5,
};

/**
 * struct kml_stream_event - what has happened, in the order in which it did
 * @record: type KML_RECORD_EVENT; its size tells whether there is a sample
 * @time: when
 * @process: to which process, 0 for one that is not monitored, or not yet: @pid tells. Its record
 *           may come later.
 * @count: KML_EVENT_REMOVED: samples that are gone of a process that the stream has not named; of
 *         one that it has, a gap tells
 * @kind: enum kml_stream_event_kind
 * @pid: of the process, 0 if the reader's PID namespace is not the initial one
 * @other: KML_EVENT_FORK: of the child, likewise
 * @status: KML_EVENT_EXIT: what wait() will tell
 * @comm: the process's name; KML_EVENT_FORK: the child's; KML_EVENT_EXEC: the new one
 * @sample: of KML_EVENT_EXIT and KML_EVENT_VICTIM
 */
struct kml_stream_event {
	struct kml_stream_record record;
	__u64 time;
	__u64 process;
	__u64 count;
	__u32 kind;
	__s32 pid;
	__s32 other;
	__u32 status;
	char comm[16];
	struct kml_sample sample;
};

/* Where a kernel does not tell a figure of struct kml_system. */
#define KML_UNKNOWN_FIGURE (~0ULL)

/**
 * struct kml_system - the memory of the machine at one time, KiB
 * @time: when: that of the samples of the same tick, or of an OOM victim's event
 * @free: MemFree of /proc/meminfo
 * @available: MemAvailable
 * @swap_free: SwapFree, without what the swap cache holds twice
 * @anon: AnonPages
 * @file: Cached + Buffers + SwapCached
 * @shmem: Shmem
 * @slab_reclaimable: SReclaimable
 * @slab_unreclaimable: SUnreclaim
 * @pagetables: PageTables
 * @kernel_stacks: KernelStack
 * @vmalloc: VmallocUsed; KML_UNKNOWN_FIGURE on 6.1 and 6.12
 */
struct kml_system {
	__u64 time;
	__u64 free;
	__u64 available;
	__u64 swap_free;
	__u64 anon;
	__u64 file;
	__u64 shmem;
	__u64 slab_reclaimable;
	__u64 slab_unreclaimable;
	__u64 pagetables;
	__u64 kernel_stacks;
	__u64 vmalloc;
};

/**
 * struct kml_stream_system - the memory of the machine
 * @record: type KML_RECORD_SYSTEM
 * @system: its figures
 */
struct kml_stream_system {
	struct kml_stream_record record;
	struct kml_system system;
};

#endif
