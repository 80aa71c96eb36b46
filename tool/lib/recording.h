/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_RECORDING_H
#define KMEMLAB_LIB_RECORDING_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/sample_line.h"

/*
 * A recording is a text file:
 *
 *	kmemlab recording 1
 *	kernel 6.1.0-56-amd64
 *	machine cpus 2 memory 196608 swap 0
 *	interval_ms 10
 *	began 1767225600
 *	began_boottime_ns 8812345678901
 *	command build/demo/hog 2 60
 *	stat samples 812		a counter of the module when the recording ended
 *	lost late 3			by how much such a counter rose meanwhile
 *	sample pid 131 usr ...		as /sys/kernel/debug/taskmonitor gives it
 *	end 812				how many samples there are: without it, the file was cut off
 *
 * Lines of unknown names are skipped.
 */
#define KML_RECORDING_VERSION 1

enum {
	KML_LINE_SIZE = 4096,		/* the longest line and its NUL */
	KML_COMMAND_SIZE = 2048,
	KML_MAX_COUNTERS = 64,
	KML_MAX_SAMPLES = 4 << 20,	/* 640 MiB of them */
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
	char kernel[128];
	uint64_t cpus;
	uint64_t memory_kib;
	uint64_t swap_kib;
	uint64_t interval_ms;
	uint64_t began;			/* seconds since 1970 */
	uint64_t began_boottime_ns;
	char command[KML_COMMAND_SIZE];	/* escaped; "" if there was none, but process ids */
	struct kml_counters stats;
	struct kml_counters lost;
};

/* The samples of one process lie together, oldest first. */
struct kml_process {
	uint64_t pid;
	char name[KML_NAME_SIZE];	/* its last one: exec changes it */
	const struct sample_line *samples;
	size_t n;			/* at least 1 */
};

struct kml_recording {
	struct kml_recording_head head;
	struct sample_line *samples;
	size_t n_samples;
	struct kml_process *processes;
	size_t n_processes;
};

/* Where and why a file is no recording. */
struct kml_recording_error {
	size_t line;
	const char *why;
};

/**
 * kml_recording_read() - read a recording
 * @in: the file; it may hold anything at all
 * @ret: the recording, for kml_recording_free()
 * @ret_error: set for -EBADMSG and -EPROTONOSUPPORT
 *
 * Return: 0; -EBADMSG, it is no recording, or a damaged one; -EPROTONOSUPPORT, it is of another
 * version; -ENOMEM; -errno of the read.
 */
int kml_recording_read(FILE *in, struct kml_recording **ret, struct kml_recording_error *ret_error);

void kml_recording_free(struct kml_recording *recording);

/* Written in this order: the head, every sample, the end. Errors show in ferror(@out). */
void kml_recording_write_head(FILE *out, const struct kml_recording_head *head);
void kml_recording_write_sample(FILE *out, const char *line);
void kml_recording_write_end(FILE *out, size_t n_samples);

/* Reads "NAME VALUE"; what is not of that form, or too much, is left out. */
void kml_counters_add(struct kml_counters *counters, const char *line);

/* Return: the counter's value, 0 if there is none of that name. */
uint64_t kml_counters_get(const struct kml_counters *counters, const char *name);

#endif
