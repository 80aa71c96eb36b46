// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the device says, as a scraper reads it. An input is any bytes: whatever they mean, the page is
 * lines of its form, there is a bounded number of them, and what is counted does not fall.
 */
#include <string.h>

#include "metrics/exposition.h"
#include "metrics/metrics.h"
#include "target.h"

#define S 1000000000ull

enum { SHOWN = 4, LINES_MAX = 400 };

static struct metrics metrics;
static char page[EXPOSITION_MAX];

static void write_page(uint64_t now)
{
	FILE *out = fmemopen(page, sizeof(page), "w");

	check(out);
	exposition_write(&metrics, EXPOSITION_OPENMETRICS, now, now, out);
	check(!fclose(out));
}

/* A name and labels, or a comment; each byte can be read. */
static void check_line(const char *line, size_t length)
{
	check(!strncmp(line, "# ", 2) || !strncmp(line, "kmemlab_", 8));
	for (size_t i = 0; i < length; i++)
		check(line[i] >= ' ' && line[i] <= '~');
	if (*line == '#')
		return;
	/* Labels end once, and a number of digits stands behind them. */
	check(memchr(line, ' ', length));
	while (length && ((line[length - 1] >= '0' && line[length - 1] <= '9') ||
			  line[length - 1] == '.'))
		length--;
	check(length > 1 && line[length - 1] == ' ');
}

static void check_page(void)
{
	size_t lines = 0;

	for (const char *line = page; *line; lines++) {
		size_t length = strcspn(line, "\n");

		check(line[length] == '\n');
		check_line(line, length);
		line += length + 1;
	}
	check(lines < LINES_MAX);
	check(strlen(page) > 6 && !strcmp(page + strlen(page) - 6, "# EOF\n"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kml_stream *stream;
	size_t half = size / 2;
	uint64_t before;
	int err;

	metrics_init(&metrics, SHOWN, 60, 1 << 20);
	stream = kml_stream_new(&metrics_calls, &metrics);
	check(stream);
	metrics.now = 1000 * S;
	err = kml_stream_add(stream, data, half);
	metrics_settle(&metrics, 1000 * S);
	write_page(1000 * S);
	check_page();
	before = metrics.samples;
	metrics.now = 1001 * S;
	if (!err)
		kml_stream_add(stream, data + half, size - half);
	metrics_settle(&metrics, 1001 * S);
	write_page(1001 * S);
	check_page();
	check(metrics.samples >= before);
	check(metrics.names.shown <= SHOWN);
	check(metrics.processes.identities.n <= PROCESSES_MAX);
	kml_stream_free(stream);
	return 0;
}
