// SPDX-License-Identifier: GPL-2.0-only
#include "top/layout.h"

enum {
	NAME_WIDTH = 16,
	SHORT_NAME = 8,		/* on a narrow screen */
	NARROW = 40,
	MIN_NAME = 2,
};

static const int widths[TOP_COLUMNS] = {
	[TOP_PID] = 7, [TOP_RSS] = 9, [TOP_GROWN] = 9, [TOP_ANON] = 9, [TOP_FILE] = 9,
	[TOP_SHMEM] = 9, [TOP_SWAP] = 9, [TOP_CPU] = 8, [TOP_MAJFLT] = 9, [TOP_MINFLT] = 10,
	[TOP_THREADS] = 6,
};

/* What comes first where there is little room: columns, and how many cells the sparkline has. */
static const struct {
	enum top_column column;
	int cells;
} wanted[] = {
	{ .column = TOP_RSS },
	{ .column = TOP_CPU },
	{ .column = TOP_GROWN },
	{ .column = TOP_SPARK, .cells = 10 },
	{ .column = TOP_SWAP },
	{ .column = TOP_SPARK, .cells = 20 },
	{ .column = TOP_MAJFLT },
	{ .column = TOP_ANON },
	{ .column = TOP_FILE },
	{ .column = TOP_SPARK, .cells = 30 },
	{ .column = TOP_MINFLT },
	{ .column = TOP_THREADS },
	{ .column = TOP_SHMEM },
};

static int least(int a, int b)
{
	return a < b ? a : b;
}

struct top_layout top_layout_columns(int width)
{
	struct top_layout layout = {};
	int left;

	width = least(width, TOP_MAX_WIDTH);
	layout.widths[TOP_PID] = least(widths[TOP_PID], width);
	layout.widths[TOP_NAME] = least(width < NARROW ? SHORT_NAME : NAME_WIDTH,
					width - layout.widths[TOP_PID]);
	if (layout.widths[TOP_NAME] < MIN_NAME)
		layout.widths[TOP_NAME] = 0;
	left = width - layout.widths[TOP_PID] - layout.widths[TOP_NAME];
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		enum top_column column = wanted[i].column;
		int wide = wanted[i].cells ? wanted[i].cells + 1 : widths[column];

		if (wide - layout.widths[column] > left)
			break;
		left -= wide - layout.widths[column];
		layout.widths[column] = wide;
	}
	if (layout.widths[TOP_SPARK]) {
		int more = least(left, TOP_SPARK_MAX + 1 - layout.widths[TOP_SPARK]);

		layout.widths[TOP_SPARK] += more;
		left -= more;
		layout.cells = layout.widths[TOP_SPARK] - 1;
	}
	if (layout.widths[TOP_NAME])
		layout.widths[TOP_NAME] += left;
	return layout;
}

struct top_lines top_layout_lines(int height)
{
	/* How high the screen has to be for each. */
	const struct {
		int from;
		size_t line;
	} above[] = {
		{ 2, offsetof(struct top_lines, title) },
		{ 6, offsetof(struct top_lines, time) },
		{ 10, offsetof(struct top_lines, machine) },
		{ 9, offsetof(struct top_lines, timeline) },
		{ 4, offsetof(struct top_lines, heading) },
	};
	struct top_lines lines = {
		.title = -1, .time = -1, .machine = -1, .timeline = -1, .heading = -1,
		.details = -1, .keys = -1,
	};
	int below = 0;

	for (size_t i = 0; i < sizeof(above) / sizeof(above[0]); i++)
		if (height >= above[i].from)
			*(int *)((char *)&lines + above[i].line) = lines.rows++;
	if (height >= 5)
		lines.keys = height - ++below;
	if (height >= 8)
		lines.details = height - ++below;
	lines.height = height - lines.rows - below;
	return lines;
}
