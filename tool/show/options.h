/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_SHOW_OPTIONS_H
#define KMEMLAB_SHOW_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/recording.h"

enum {
	SHOW_SCHEMA = 1,	/* of all that show says in JSON */
	SHOW_MAX_PIDS = 256,
	SHOW_MAX_NAMES = 64,
};

/* A moment, as somebody has typed it. */
struct show_time {
	enum {
		SHOW_ANY_TIME,
		SHOW_SINCE_START,
		SHOW_BEFORE_END,
		SHOW_TIME_OF_DAY,	/* of the day on which it began */
		SHOW_DATE,
	} kind;
	int64_t ns;			/* of a date: since 1970 */
};

struct show_options {
	const char *file;
	bool json;
	bool all;			/* every sample */
	bool kill;
	const char *table;		/* this one alone; NULL: the overview */
	const char *columns;		/* of it; NULL: the usual ones */
	const char *sort;		/* by this column of it; NULL: as they are */
	struct show_time since;
	struct show_time until;
	uint64_t pids[SHOW_MAX_PIDS];
	size_t n_pids;			/* 0: all */
	const char *names[SHOW_MAX_NAMES];	/* patterns */
	size_t n_names;			/* 0: all */
};

/*
 * Takes the value of --@option: seconds since the start, with a unit or without; behind a minus, before
 * the end; a time of day; a date and a time. Return: KML_GO_ON, or KML_EXIT_USAGE and a message.
 */
int show_take_time(const char *option, const char *text, struct show_time *ret);

/* In ns of CLOCK_BOOTTIME; @otherwise for any time. */
uint64_t show_resolve_time(const struct show_time *time, const struct kml_recording *recording,
			   uint64_t otherwise);

/*
 * Leaves of @recording what the options ask for: of those processes, between those times. Return:
 * whether all that was asked for by number or name is there; if not, it was told.
 */
bool show_select(struct kml_recording *recording, const struct show_options *options);

/* Whether processes of that number and name are asked for. */
bool show_wants(const struct show_options *options, uint64_t pid, const char *name);

#endif
