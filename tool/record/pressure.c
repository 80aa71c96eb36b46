// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"
#include "record/pressure.h"

int pressure_open(void)
{
	int fd = open("/proc/pressure/memory", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* "some avg10=1.23 avg60=0.45 avg300=0.10 total=12345": percent, and us. */
static bool take_line(const char *line, const char *word, uint64_t *ret_avg10, uint64_t *ret_ns)
{
	unsigned long long whole, hundredths, us;
	size_t length = strlen(word);

	if (strncmp(line, word, length) ||
	    sscanf(line + length, " avg10=%3llu.%2llu avg60=%*u.%*u avg300=%*u.%*u total=%18llu",
		   &whole, &hundredths, &us) != 3)
		return false;
	*ret_avg10 = 100 * whole + hundredths;
	*ret_ns = 1000 * us;
	return true;
}

int pressure_read(int pressure, struct kml_pressure *ret)
{
	struct kml_pressure read = { .time_ns = clock_ns(CLOCK_BOOTTIME) };
	char text[256], *second;
	ssize_t n = pread(pressure, text, sizeof(text) - 1, 0);

	if (n < 0)
		return -errno;
	text[n] = '\0';
	second = strchr(text, '\n');
	if (!second || !take_line(text, "some", &read.some_avg10, &read.some_ns) ||
	    !take_line(second + 1, "full", &read.full_avg10, &read.full_ns))
		return -EBADMSG;
	*ret = read;
	return 0;
}
