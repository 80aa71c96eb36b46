// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdbool.h>
#include <unistd.h>

#include "chance.h"
#include "count.h"
#include "course.h"
#include "expect.h"
#include "files.h"
#include "machine.h"

#define CPU "/sys/devices/system/cpu/cpu1/online"
#define DROP_CACHES "/proc/sys/vm/drop_caches"

void run_dropper(unsigned int unused)
{
	do {
		rest(200000);
		if (is_calm() && has_done(DROPS))
			continue;
		expect(set(DROP_CACHES, "2"), DROP_CACHES);
		count(DROPS);
	} while (!over());
}

static void set_cpu(const char *online)
{
	while (!set(CPU, online)) {
		expect(errno == EBUSY || errno == ENOMEM, CPU);
		rest(10000);
	}
}

void run_cpu(unsigned int unused)
{
	if (access(CPU, W_OK))
		return;
	do {
		rest(200000);
		set_cpu("0");
		count(OFFLINES);
		rest(200000);
		set_cpu("1");
	} while (!over());
}

void run_tuner(unsigned int unused)
{
	static const char * const good[] = { "1", "1", "1", "1", "2", "17", "3600000" };
	static const char * const bad[] = { "0", "3600001", "-1", "x" };

	while (!over()) {
		bool right = below(8);
		bool done = set(INTERVAL, right ? one_of(good) : one_of(bad));

		expect(done ? right : errno == ENOENT || errno == ENODEV ||
		       (!right && errno == EINVAL), INTERVAL);
		if (done)
			count(INTERVALS);
		rest(50000);
	}
}
