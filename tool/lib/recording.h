/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_RECORDING_H
#define KMEMLAB_LIB_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/sample_line.h"
#include "lib/stream.h"

/*
 * A recording is a database: recording/schema.h. Of versions 1 and 2 it was a text file:
 *
 *	kmemlab recording 2
 *	kernel 6.1.0-56-amd64
 *	machine cpus 2 memory 196608 swap 0
 *	interval_ms 10
 *	began 1767225600
 *	began_boottime_ns 8812345678901
 *	command build/demo/hog 2 60
 *	sample pid 131 usr ...		as lib/stream_text.h has it, in the order in which they came;
 *	event victim ...		so do process, gap, thinned, event and system
 *	lost late 3			how much was missed
 *	end 812				how many samples there are: without it, the file was cut off
 *
 * Lines of unknown names are skipped. In version 1 the samples of one process lay together; it had
 * no lines of the stream but samples.
 */
#define KML_RECORDING_VERSION 2
#define KML_RECORDING_OLDEST 1

enum {
	KML_LINE_SIZE = 4096,		/* the longest line and its NUL */
	KML_COMMAND_SIZE = 2048,
	KML_MAX_COUNTERS = 64,
	KML_MAX_SAMPLES = 4 << 20,	/* 640 MiB of them */
	KML_MAX_VICTIMS = 1024,
	KML_MAX_ROWS = 4 << 20,		/* of a kind: events, gaps, figures of the machine */
};

struct kml_counter {
	char name[32];			/* escaped */
	uint64_t value;
};

struct kml_counters {
	size_t n;
	struct kml_counter counters[KML_MAX_COUNTERS];
};

struct kml_recording_head {
	char host[256];			/* escaped; "" where it is not known */
	char boot_id[40];		/* likewise: times of one boot can be compared */
	char kernel[128];
	uint64_t cpus;
	uint64_t memory_kib;
	uint64_t swap_kib;
	uint64_t interval_ms;
	uint64_t began;			/* seconds since 1970 */
	uint64_t began_boottime_ns;
	char command[KML_COMMAND_SIZE];	/* escaped; "" if there was none, but process ids */
	struct kml_counters lost;
};

struct kml_process {
	uint64_t pid;
	char name[KML_NAME_SIZE];	/* its last one: exec changes it */
	const struct sample_line *samples;	/* oldest first */
	size_t n;			/* at least 1 */
};

/* Whom the OOM killer has chosen, be it recorded or not, and what it had at that moment. */
struct kml_victim {
	struct sample_line sample;
	char name[KML_NAME_SIZE];
};

/* What has happened to a process, be it recorded or not. */
struct kml_event {
	uint64_t time_ns;		/* CLOCK_BOOTTIME */
	enum kml_stream_event_kind kind;
	uint64_t pid;
	uint64_t child;			/* of a fork: its process id */
	uint64_t status;		/* of an exit: its wait status */
	char name[KML_NAME_SIZE];	/* of a fork, the child's; of an exec, the new one */
};

/* What is missing. */
struct kml_gap {
	bool of_all;			/* ticks, events: not of one process */
	uint64_t pid;			/* whose samples; 0: of all, or of one that was never named */
	uint64_t from_ns;		/* behind this time, CLOCK_BOOTTIME */
	uint64_t to_ns;			/* and before this one */
	uint64_t count;
	unsigned int reasons;		/* enum kml_stream_gap_reason */
};

/* How long tasks had to wait for memory: /proc/pressure/memory. */
struct kml_pressure {
	uint64_t time_ns;		/* when it was read, CLOCK_BOOTTIME */
	uint64_t some_avg10;		/* of the last 10 s some task waited, hundredths of a percent */
	uint64_t full_avg10;		/* likewise, and none ran */
	uint64_t some_ns;		/* since the machine was started */
	uint64_t full_ns;
};

/* What is wrong with a recording that was read all the same; all 0 for a whole one. */
struct kml_recording_harm {
	bool unfinished;	/* its recorder was killed, or still records */
	size_t blocks;		/* of samples that are damaged, and left out */
	bool tables;		/* pages are damaged: what else may be missing is not known */
};

struct kml_recording {
	struct kml_recording_head head;
	struct sample_line *samples;
	size_t n_samples;
	struct kml_process *processes;	/* in the order of their first samples */
	size_t n_processes;
	struct kml_victim *victims;	/* in the order in which they were chosen */
	size_t n_victims;
	struct kml_event *events;	/* these three in the order in which they came */
	size_t n_events;
	struct kml_gap *gaps;
	size_t n_gaps;
	struct kml_system *systems;	/* KiB, KML_UNKNOWN_FIGURE where the recording has none */
	size_t n_systems;
	struct kml_pressure *pressures;	/* none where the kernel does not tell it */
	size_t n_pressures;
	struct kml_recording_harm harm;
};

/* Where and why a file is no recording. */
struct kml_recording_error {
	size_t line;		/* of a text; 0: of a database */
	const char *why;
};

/**
 * kml_recording_open() - read a recording of any version
 * @path: of the file
 * @ret: the recording, for kml_recording_free()
 * @ret_error: set for -EBADMSG, -EPROTONOSUPPORT and -EBUSY
 *
 * Return: 0; what kml_database_read() and kml_recording_read() have; -errno of opening the file.
 */
int kml_recording_open(const char *path, struct kml_recording **ret,
		       struct kml_recording_error *ret_error);

/**
 * kml_recording_read() - read a recording that is a text
 * @in: the file; it may hold anything at all
 * @ret: the recording, for kml_recording_free()
 * @ret_error: set for -EBADMSG and -EPROTONOSUPPORT
 *
 * Return: 0; -EBADMSG, it is no recording, or a damaged one; -EPROTONOSUPPORT, it is of another
 * version; -ENOMEM; -errno of the read.
 */
int kml_recording_read(FILE *in, struct kml_recording **ret, struct kml_recording_error *ret_error);

void kml_recording_free(struct kml_recording *recording);

/*
 * Written in this order: the head, every sample, and between them other lines of
 * lib/stream_text.h as they are, the end. Errors show in ferror(@out).
 */
void kml_recording_write_head(FILE *out, const struct kml_recording_head *head);
int kml_recording_write_sample(FILE *out, const struct kml_stream_process *process,
			       const struct kml_sample *sample);
void kml_recording_write_end(FILE *out, const struct kml_counters *lost, size_t n_samples);

/* Reads "NAME VALUE"; what is not of that form, or too much, is left out. */
void kml_counters_add(struct kml_counters *counters, const char *line);

/* Raises the counter of that name, which is short and printable, by @by; there is room for it. */
void kml_counters_raise(struct kml_counters *counters, const char *name, uint64_t by);

/* Return: the counter's value, 0 if there is none of that name. */
uint64_t kml_counters_get(const struct kml_counters *counters, const char *name);

#endif
