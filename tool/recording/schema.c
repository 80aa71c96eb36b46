// SPDX-License-Identifier: GPL-2.0-only
#include "recording/schema.h"

/* Sizes are KiB where a name ends in _kib, times ns of CLOCK_BOOTTIME where it ends in _ns. */
#define SAMPLE_COLUMNS \
	"usr_ns INTEGER, sys_ns INTEGER, total_kib INTEGER, stack_kib INTEGER, data_kib INTEGER, " \
	"rss_kib INTEGER, anon_kib INTEGER, file_kib INTEGER, shmem_kib INTEGER, " \
	"swap_kib INTEGER, pgtables_kib INTEGER, peak_kib INTEGER, minflt INTEGER, " \
	"majflt INTEGER, threads INTEGER"

const char kml_schema[] =
	"CREATE TABLE recording (kmemlab TEXT, command TEXT, part INTEGER, began INTEGER, "
	"began_ns INTEGER, ended_ns INTEGER);\n"
	"CREATE TABLE machine (host TEXT, boot_id TEXT, kernel TEXT, cpus INTEGER, "
	"memory_kib INTEGER, swap_kib INTEGER);\n"
	"CREATE TABLE settings (name TEXT, value INTEGER);\n"
	"CREATE TABLE processes (id INTEGER PRIMARY KEY, pid INTEGER, start_ns INTEGER, name TEXT, "
	"command TEXT, parent INTEGER, cgroup TEXT, ended_ns INTEGER, status INTEGER);\n"
	"CREATE TABLE blocks (id INTEGER PRIMARY KEY, process INTEGER, from_ns INTEGER, "
	"to_ns INTEGER, samples INTEGER, crc INTEGER, code BLOB);\n"
	"CREATE TABLE events (id INTEGER PRIMARY KEY, time_ns INTEGER, kind TEXT, process INTEGER, "
	"pid INTEGER, name TEXT, child INTEGER, status INTEGER, count INTEGER, "
	SAMPLE_COLUMNS ");\n"
	"CREATE TABLE gaps (id INTEGER PRIMARY KEY, process INTEGER, reason TEXT, count INTEGER, "
	"from_ns INTEGER, to_ns INTEGER);\n"
	"CREATE TABLE system (id INTEGER PRIMARY KEY, time_ns INTEGER, free_kib INTEGER, "
	"available_kib INTEGER, swap_free_kib INTEGER, anon_kib INTEGER, file_kib INTEGER, "
	"shmem_kib INTEGER, slab_reclaimable_kib INTEGER, slab_unreclaimable_kib INTEGER, "
	"pgtables_kib INTEGER, kernel_stacks_kib INTEGER, vmalloc_kib INTEGER);\n"
	"CREATE TABLE pressure (id INTEGER PRIMARY KEY, time_ns INTEGER, some_avg10 INTEGER, "
	"full_avg10 INTEGER, some_ns INTEGER, full_ns INTEGER);\n"
	"CREATE TABLE lost (name TEXT, count INTEGER);\n";
