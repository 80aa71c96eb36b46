/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_TOP_PICTURE_H
#define KMEMLAB_TOP_PICTURE_H

#include "top/view.h"

/* All that the screen shows, as lines of text; how they get there is not known here. */

/* What a line is; the screen decides how that looks. */
enum top_style {
	TOP_PLAIN,
	TOP_TITLE,
	TOP_HEADING,
	TOP_CHOSEN,
	TOP_CHOSEN_VICTIM,
	TOP_VICTIM,	/* the OOM killer has chosen it */
	TOP_GONE,	/* it has ended */
	TOP_ALARM,	/* nothing comes any more */
};

/**
 * struct top_canvas - what is drawn on
 * @width: columns; what does not fit is cut
 * @height: lines
 * @utf8: other characters than ASCII can be shown
 * @line: called for each line that is not empty
 * @data: for @line
 */
struct top_canvas {
	int width;
	int height;
	bool utf8;
	void (*line)(void *data, int y, enum top_style style, const char *text);
	void *data;
};

/**
 * struct top_told - what else is told
 * @source: where the figures come from
 * @machine: of a recording: what it tells of its machine; NULL: nothing
 * @trouble: why nothing comes any more; NULL: it does
 */
struct top_told {
	const char *source;
	const char *machine;
	const char *trouble;
};

void top_picture(const struct top_canvas *canvas, const struct top_told *told,
		 const struct top_model *model, const struct top_view *view,
		 const struct top_rows *rows);

/* While the history is read for the first time. */
void top_picture_reading(const struct top_canvas *canvas, uint64_t samples);

#endif
