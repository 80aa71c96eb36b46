// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "chance.h"
#include "count.h"
#include "course.h"
#include "expect.h"
#include "files.h"
#include "loader.h"
#include "targets.h"

static int module_file;

void loader_init(const char *path)
{
	module_file = open(path, O_RDONLY | O_CLOEXEC);
	expect(module_file >= 0, path);
}

/* One of the module's own counters. */
static uint64_t statistic(enum count what)
{
	size_t length = strlen(count_name[what]);
	FILE *file = fopen(STATISTICS, "re");
	uint64_t value = 0;
	char line[64];

	expect(file, STATISTICS);
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, count_name[what], length) && line[length] == ' ')
			value = strtoull(line + length, NULL, 10);
	fclose(file);
	return value;
}

/* They go with the module. */
static void keep_statistics(void)
{
	for (enum count what = SAMPLES; what < COUNTS; what++)
		add(what, statistic(what));
}

static bool load(const char *options)
{
	if (syscall(SYS_finit_module, module_file, options, 0)) {
		/* The target may have ended. */
		expect(errno == ESRCH || errno == ENOMEM, options);
		count(LOADS_REFUSED);
		return false;
	}
	count(LOADS);
	return true;
}

static void load_somehow(void)
{
	/* Mostly so little that blocks run out, and processes find no room. */
	unsigned int max_mib = below(4) ? 1 : below(8) + 1;
	unsigned int reserve = max_mib == 1 ? 120 : below(250) + 1;
	pid_t pid = below(2) ? target(below(TARGETS)) : 0;
	char options[100];

	snprintf(options, sizeof(options), "interval_ms=%u max_mib=%u reserve=%u target=%d",
		 below(4) ? 1 : below(100) + 1, max_mib, reserve, pid);
	load(options);
}

static void unload(void)
{
	set_leaving(true);
	while (syscall(SYS_delete_module, "taskmonitor", O_NONBLOCK)) {
		expect(errno == EAGAIN, "unload");
		count(UNLOADS_REFUSED);
		rest(2000);
	}
	set_leaving(false);
	count(UNLOADS);
}

static bool is_loaded(void)
{
	return !access(STATISTICS, F_OK);
}

/* For up to so long, but not beyond the end. */
static void stay(unsigned int us)
{
	uint64_t until = now_ns() + below(us) * 1000ull;

	while (now_ns() < until && !over())
		rest(20000);
}

void run_loader(unsigned int unused)
{
	while (!statistic(THINNED))
		rest(100000);
	set_pressed();
	do {
		if (is_loaded()) {
			keep_statistics();
			unload();
		}
		rest(50000);
		load_somehow();
		/* Time for a long history, now and then. */
		stay(below(2) ? 200000 : 8000000);
	} while (!over());
	while (!is_loaded() && !load("interval_ms=1"))
		rest(50000);
}
