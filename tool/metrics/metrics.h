/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_METRICS_METRICS_H
#define KMEMLAB_METRICS_METRICS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/stream.h"
#include "metrics/names.h"
#include "metrics/peak.h"
#include "metrics/processes.h"
#include "metrics/victims.h"

/*
 * What a stream says, added up as a scraper wants it: counters from when we began, the newest of
 * every figure, and its peak in a window of time. All of it has a bounded size. No clock, no files:
 * the time is told.
 *
 * One stream may follow another: of the same module, which then tells what it has told before, or
 * of one that was loaded anew. Nothing is counted twice.
 *
 * The window moves for everybody at once, by the time alone: who scrapes at least once in a window
 * sees every peak, however many others do.
 */
enum {
	METRICS_REASONS = 10,	/* of kml_gap_reason() */
	METRICS_EVENTS = 6,	/* enum kml_stream_event_kind */
};

/**
 * struct metrics - one for all streams of a server
 * @memory_kib: of the machine
 * @window_ns: of the peaks
 * @now: when the bytes that are added came, ns of CLOCK_BOOTTIME
 * @floor: what happened up to this time was there before us, or was told by the last stream
 * @newest: time of the newest sample or event
 * @newest_sample: time of the newest sample
 * @interval_ns: between two samples
 * @connected: there is a stream
 * @streams: that have begun
 * @samples: that were taken
 * @thinned: samples that were thinned out before they were read
 * @lost: by the bit of enum kml_stream_gap_reason
 * @untracked: processes there was no room for here
 * @events: by their kinds
 * @system: the machine; its time is 0 before the first
 * @taken: ~MemAvailable, KiB: its peak is the least that was available
 */
struct metrics {
	uint64_t memory_kib;
	uint64_t window_ns;
	uint64_t now;
	uint64_t floor;
	uint64_t newest;
	uint64_t newest_sample;
	uint64_t interval_ns;
	bool connected;
	uint64_t streams;
	uint64_t samples;
	uint64_t thinned;
	uint64_t lost[METRICS_REASONS];
	uint64_t untracked;
	uint64_t events[METRICS_EVENTS];
	struct kml_system system;
	struct peak taken;
	struct victims victims;
	struct names names;
	struct processes processes;
};

/**
 * metrics_init() - begin
 * @metrics: of which every byte is written
 * @shown: how many names are shown, 1 to NAMES_SHOWN_MAX
 * @window_s: of the peaks, at least 1
 * @memory_kib: of the machine, at least 1
 */
void metrics_init(struct metrics *metrics, size_t shown, uint64_t window_s, uint64_t memory_kib);

/* For kml_stream_new(), with a struct metrics. */
extern const struct kml_stream_calls metrics_calls;

/* All that there was has been added, up to @now: decides who is shown, and forgets who is gone. */
void metrics_settle(struct metrics *metrics, uint64_t now);

/* The step of the window in which @time is. */
uint64_t metrics_step(const struct metrics *metrics, uint64_t time);

#endif
