/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_TOP_VIEW_H
#define KMEMLAB_TOP_VIEW_H

#include "top/rows.h"

/*
 * What is looked at: which time, which processes, which of them is chosen. Commands change it; it
 * knows no keys, no terminal and no clock.
 */

enum top_command {
	TOP_NOTHING,
	TOP_QUIT,
	TOP_HELP,
	/* rows */
	TOP_UP,
	TOP_DOWN,
	TOP_PAGE_UP,
	TOP_PAGE_DOWN,
	/* time */
	TOP_PAUSE,
	TOP_BACK,		/* an interval */
	TOP_ON,
	TOP_BACK_SECOND,
	TOP_ON_SECOND,
	TOP_BACK_MINUTE,
	TOP_ON_MINUTE,
	TOP_BEGINNING,
	TOP_END,
	TOP_KILL_BEFORE,
	TOP_KILL_BEHIND,
	TOP_WINDOW_LONGER,
	TOP_WINDOW_SHORTER,
	/* which processes, and their order */
	TOP_SORT_LEFT,
	TOP_SORT_RIGHT,
	TOP_REVERSE,
	TOP_ENDED,
	TOP_FILTER,		/* what is typed from now on is the filter */
	/* while it is typed */
	TOP_ENTER,
	TOP_ESCAPE,
	TOP_RUB_OUT,
	/* the module */
	TOP_LET_GO,
	/* TOP_SORT_BY + enum top_column */
	TOP_SORT_BY,
};

enum top_mode {
	TOP_FOLLOW,		/* the newest there is */
	TOP_STILL,
	TOP_PLAY,		/* on as time goes on */
};

/**
 * struct top_view - what is looked at
 * @live: more comes; otherwise it is a recording
 * @mode: how its time goes on
 * @choice: the time, and which processes
 * @typing: the filter is being typed
 * @old_filter: the one before it
 * @help: the keys are told, instead of processes
 * @pid: of the process that is chosen
 * @start: likewise; both are 0 where none is
 * @first: row that stands on top
 * @message: an answer to the last command
 */
struct top_view {
	bool live;
	enum top_mode mode;
	struct top_choice choice;
	bool typing;
	char old_filter[TOP_FILTER_SIZE];
	bool help;
	uint64_t pid;
	uint64_t start;
	size_t first;
	char message[160];
};

/* At the end of what there is. */
void top_view_init(struct top_view *view, const struct top_model *model, bool live);

/* More has come, and @ns have passed. */
void top_view_advance(struct top_view *view, const struct top_model *model, uint64_t ns);

/* What TOP_QUIT and TOP_LET_GO do is the caller's. @height: rows that are shown at a time. */
void top_view_obey(struct top_view *view, const struct top_model *model,
		   const struct top_rows *rows, size_t height, int command);

/* A printable character, while the filter is typed. */
void top_view_type(struct top_view *view, char c);

/* Return: which row is the chosen process's; @rows->n if none is. */
size_t top_view_chosen(const struct top_view *view, const struct top_rows *rows);

/* Scrolls, so that the chosen row is one of those that are shown. */
void top_view_scroll(struct top_view *view, const struct top_rows *rows, size_t height);

/* Return: the newest kill up to that time, NULL if there is none. */
const struct top_kill *top_kill_before(const struct top_model *model, uint64_t time);

#endif
