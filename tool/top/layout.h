/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_TOP_LAYOUT_H
#define KMEMLAB_TOP_LAYOUT_H

#include "top/rows.h"

/* What there is room for on a screen of some size. */

enum {
	TOP_MAX_WIDTH = 512,
	TOP_SPARK_MAX = 60,
};

/**
 * struct top_layout - which columns, and how wide: the space before one is part of it
 * @widths: by enum top_column; 0: not shown
 * @cells: of the sparkline
 */
struct top_layout {
	int widths[TOP_COLUMNS];
	int cells;
};

struct top_layout top_layout_columns(int width);

/**
 * struct top_lines - which lines, from top to bottom; -1: not shown
 * @rows: the first row
 * @height: how many rows
 */
struct top_lines {
	int title;
	int time;
	int machine;
	int timeline;
	int heading;
	int rows;
	int height;
	int details;
	int keys;
};

struct top_lines top_layout_lines(int height);

#endif
