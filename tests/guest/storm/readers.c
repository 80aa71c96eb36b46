// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

#include "chance.h"
#include "count.h"
#include "course.h"
#include "expect.h"
#include "files.h"
#include "lines.h"
#include "readers.h"
#include "writers.h"

/* In pieces of up to @most bytes, or of any size for 0. False when it did not come to the end. */
static bool read_lines(int fd, struct lines *lines, unsigned int most)
{
	static char text[1 << 16];
	ssize_t got;

	do {
		got = read(fd, text, most ? below(most) + 1 : sizeof(text));
		/* sysfs lets a file go that is open. */
		expect(got >= 0 || errno == ENODEV, "read");
		if (got > 0)
			take_text(lines, text, got);
		else if (!got)
			expect(!lines->length, "half a line at the end");
	} while (got > 0 && !is_leaving());
	return !got;
}

static void read_file(const char *path, struct lines lines, unsigned int most, enum count what)
{
	int fd = open_file(path, O_RDONLY);

	if (fd < 0)
		return;
	if (read_lines(fd, &lines, most))
		count(what);
	close(fd);
}

static void read_history(void)
{
	read_file(HISTORY, (struct lines) { .check = check_sample }, 0, HISTORY_READS);
}

static void read_newest(void)
{
	read_file(NEWEST, (struct lines) { .check = check_newest }, 0, NEWEST_READS);
}

static void read_statistics(void)
{
	read_file(STATISTICS, (struct lines) { .check = check_statistic }, below(2) * 64,
		  STATISTICS_READS);
}

static void read_short(void)
{
	struct lines lines = { .check = check_sample };
	int fd = open_file(HISTORY, O_RDONLY);
	uint64_t until = now_ns() + below(50) * 1000000ull;
	static char text[300];
	ssize_t got;

	if (fd < 0)
		return;
	do {
		got = read(fd, text, below(sizeof(text)) + 1);
		expect(got >= 0, "short read");
		take_text(&lines, text, got);
		count(SHORT_READS);
	} while (got && now_ns() < until && may_stay());
	close(fd);
}

static void move(int fd)
{
	char text[1000];
	unsigned int length = below(sizeof(text)) + 1;

	if (below(2))
		expect(pread(fd, text, length, below(200000)) >= 0, "pread");
	else
		expect(lseek(fd, below(100000), below(4) ? SEEK_SET : SEEK_CUR) >= 0 &&
		       read(fd, text, length) >= 0, "lseek and read");
	count(SEEKS);
}

static void seek(void)
{
	int fd = open_file(HISTORY, O_RDWR);
	unsigned int moves = below(16) + 1;

	if (fd < 0)
		return;
	do {
		move(fd);
		if (!below(8))
			command(fd);
	} while (--moves && may_stay());
	close(fd);
}

static void open_and_close(void)
{
	int fd = open_file(below(2) ? HISTORY : STATISTICS, O_RDONLY);

	if (fd < 0)
		return;
	close(fd);
	count(OPENS);
}

/* What was never done by then, for want of time, is done at the end: the module is there again. */
void run_reader(unsigned int unused)
{
	static const struct {
		void (*read)(void);
		enum count count;
	} ways[] = {
		{ read_history, HISTORY_READS },
		{ read_short, SHORT_READS },
		{ seek, SEEKS },
		{ open_and_close, OPENS },
		{ read_newest, NEWEST_READS },
		{ read_statistics, STATISTICS_READS },
	};

	while (!over()) {
		one_of(ways).read();
		rest(5000);
	}
	for (unsigned int i = 0; i < LENGTH(ways); i++)
		while (!has_done(ways[i].count))
			ways[i].read();
}
