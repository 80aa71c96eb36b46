/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_RECORDING_HAPPENED_H
#define KMEMLAB_RECORDING_HAPPENED_H

#include <sqlite3.h>

#include "lib/recording.h"

/*
 * Rows of a database that are no samples, each with the columns that are named here: what has happened,
 * what is missing, what the machine had. Return: 0; -E2BIG, there are more than this program takes;
 * -ENOMEM. What is of no known kind is left out.
 */
#define KML_EVENT_COLUMNS "kind, name, pid, time_ns, child, status"
#define KML_GAP_COLUMNS "process, reason, count, from_ns, to_ns"
#define KML_SYSTEM_COLUMNS \
	"time_ns, free_kib, available_kib, swap_free_kib, anon_kib, file_kib, shmem_kib, " \
	"slab_reclaimable_kib, slab_unreclaimable_kib, pgtables_kib, kernel_stacks_kib, vmalloc_kib"
#define KML_PRESSURE_COLUMNS "time_ns, some_avg10, full_avg10, some_ns, full_ns"

int kml_event_from_row(sqlite3_stmt *row, struct kml_recording *recording);
/* @pid: of the process that the row names; 0 for none. */
int kml_gap_from_row(sqlite3_stmt *row, struct kml_recording *recording, uint64_t pid);
int kml_system_from_row(sqlite3_stmt *row, struct kml_recording *recording);
int kml_pressure_from_row(sqlite3_stmt *row, struct kml_recording *recording);

#endif
