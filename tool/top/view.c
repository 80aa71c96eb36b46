// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "lib/text.h"
#include "top/view.h"

#define SECOND 1000000000ULL
#define MINUTE (60 * SECOND)

static const uint64_t windows[] = { SECOND, 10 * SECOND, MINUTE, 10 * MINUTE };

enum {
	WINDOWS = sizeof(windows) / sizeof(windows[0]),
	A_MINUTE = 2,
};

/* A recording that is shorter than a minute would be a single dot. */
static uint64_t first_window(const struct top_model *model, bool live)
{
	uint64_t length = model->newest - model->oldest;
	size_t i = 0;

	while (i < A_MINUTE && (live || windows[i] < length))
		i++;
	return windows[i];
}

void top_view_init(struct top_view *view, const struct top_model *model, bool live)
{
	*view = (struct top_view){
		.live = live,
		.mode = live ? TOP_FOLLOW : TOP_STILL,
		.choice = {
			.time = model->newest,
			.window = first_window(model, live),
			.ended = true,
			.sort = TOP_RSS,
		},
	};
}

/* --- time ----------------------------------------------------------------------- */

static void go_to(struct top_view *view, const struct top_model *model, uint64_t time)
{
	if (time < model->oldest)
		time = model->oldest;
	if (time > model->newest)
		time = model->newest;
	view->choice.time = time;
}

static void back(struct top_view *view, const struct top_model *model, uint64_t by)
{
	view->mode = TOP_STILL;
	go_to(view, model, view->choice.time > by ? view->choice.time - by : 0);
}

/* Where more comes, the end is not a time to stand still at. */
static void on(struct top_view *view, const struct top_model *model, uint64_t by)
{
	go_to(view, model, by < UINT64_MAX - view->choice.time ? view->choice.time + by : UINT64_MAX);
	if (view->choice.time == model->newest)
		view->mode = view->live ? TOP_FOLLOW : TOP_STILL;
}

void top_view_advance(struct top_view *view, const struct top_model *model, uint64_t ns)
{
	if (view->mode == TOP_PLAY)
		on(view, model, ns);
	else if (view->mode == TOP_FOLLOW)
		go_to(view, model, model->newest);
	else
		go_to(view, model, view->choice.time);
}

static void go_on_or_pause(struct top_view *view, const struct top_model *model)
{
	if (view->mode != TOP_STILL) {
		view->mode = TOP_STILL;
		return;
	}
	view->mode = view->live ? TOP_FOLLOW : TOP_PLAY;
	if (view->mode == TOP_PLAY && view->choice.time == model->newest)
		go_to(view, model, model->oldest);
}

const struct top_kill *top_kill_before(const struct top_model *model, uint64_t time)
{
	size_t i = model->n_kills;

	while (i && model->kills[i - 1].time > time)
		i--;
	return i ? &model->kills[i - 1] : NULL;
}

static const struct top_kill *kill_behind(const struct top_model *model, uint64_t time)
{
	for (size_t i = 0; i < model->n_kills; i++)
		if (model->kills[i].time > time)
			return &model->kills[i];
	return NULL;
}

/* The process that had the number then: another may have it by now. */
static void choose_victim(struct top_view *view, const struct top_model *model,
			  const struct top_kill *kill)
{
	const struct top_process *found = NULL;

	for (size_t i = 0; i < model->n_processes; i++) {
		const struct top_process *process = model->processes[i];
		const struct top_entry *entry = top_series_at(&process->series, kill->time);

		if (process->pid == kill->pid && entry && kill->time <= process->until &&
		    (!found || entry->from > top_series_at(&found->series, kill->time)->from))
			found = process;
	}
	view->pid = found ? found->pid : 0;
	view->start = found ? found->start : 0;
}

static void go_to_kill(struct top_view *view, const struct top_model *model, bool behind)
{
	uint64_t time = view->choice.time;
	const struct top_kill *kill = behind ? kill_behind(model, time) :
					       top_kill_before(model, time ? time - 1 : 0);
	char size[32];

	if (!kill || kill->time < model->oldest) {
		snprintf(view->message, sizeof(view->message), "no OOM kill %s this",
			 behind ? "behind" : "before");
		return;
	}
	view->mode = TOP_STILL;
	go_to(view, model, kill->time);
	choose_victim(view, model, kill);
	snprintf(view->message, sizeof(view->message),
		 "the OOM killer chooses %s (pid %llu), at %s resident", kill->name,
		 (unsigned long long)kill->pid, kml_human_kib(kill->resident, size, sizeof(size)));
}

static void change_window(struct top_view *view, bool longer)
{
	size_t i = 0;

	while (i + 1 < WINDOWS && windows[i] < view->choice.window)
		i++;
	if (longer && i + 1 < WINDOWS)
		i++;
	else if (!longer && i)
		i--;
	view->choice.window = windows[i];
}

/* --- rows ----------------------------------------------------------------------- */

size_t top_view_chosen(const struct top_view *view, const struct top_rows *rows)
{
	size_t i = 0;

	while (i < rows->n && (rows->rows[i].process->pid != view->pid ||
			       rows->rows[i].process->start != view->start))
		i++;
	return i;
}

static void choose(struct top_view *view, const struct top_rows *rows, size_t i)
{
	if (!rows->n)
		return;
	if (i >= rows->n)
		i = rows->n - 1;
	view->pid = rows->rows[i].process->pid;
	view->start = rows->rows[i].process->start;
}

/* From the chosen row on, or from the first that is shown. */
static void move(struct top_view *view, const struct top_rows *rows, bool down, size_t by)
{
	size_t i = top_view_chosen(view, rows);

	if (i == rows->n)
		choose(view, rows, view->first);
	else if (down)
		choose(view, rows, i + by);
	else
		choose(view, rows, i > by ? i - by : 0);
}

void top_view_scroll(struct top_view *view, const struct top_rows *rows, size_t height)
{
	size_t i = top_view_chosen(view, rows);

	if (i < rows->n && i < view->first)
		view->first = i;
	if (i < rows->n && height && i >= view->first + height)
		view->first = i - height + 1;
	if (view->first + height > rows->n)
		view->first = rows->n > height ? rows->n - height : 0;
}

/* --- order and filter ------------------------------------------------------------- */

static void sort_by(struct top_view *view, enum top_column column)
{
	view->choice.sort = column;
	view->choice.reversed = false;
}

static void sort_beside(struct top_view *view, int step)
{
	int column = (int)view->choice.sort + step;

	if (column == TOP_SPARK)
		column += step;
	if (column >= TOP_PID && column < TOP_COLUMNS)
		sort_by(view, (enum top_column)column);
}

void top_view_type(struct top_view *view, char c)
{
	size_t length = strlen(view->choice.filter);

	if (!view->typing || c < ' ' || c > '~' || length + 1 == sizeof(view->choice.filter))
		return;
	view->choice.filter[length] = c;
	view->choice.filter[length + 1] = '\0';
}

static void obey_typing(struct top_view *view, int command)
{
	size_t length = strlen(view->choice.filter);

	switch (command) {
	case TOP_RUB_OUT:
		if (length)
			view->choice.filter[length - 1] = '\0';
		break;
	case TOP_ENTER:
		view->typing = false;
		break;
	case TOP_ESCAPE:
		strcpy(view->choice.filter, view->old_filter);
		view->typing = false;
		break;
	default:
		break;
	}
}

static void begin_typing(struct top_view *view)
{
	view->typing = true;
	strcpy(view->old_filter, view->choice.filter);
	*view->choice.filter = '\0';
}

/* --- commands ------------------------------------------------------------------- */

/* Return: whether it was one of these. */
static bool obey_time(struct top_view *view, const struct top_model *model, int command)
{
	uint64_t step = model->interval;
	uint64_t second = step > SECOND ? step : SECOND;
	uint64_t minute = step > MINUTE ? step : MINUTE;

	switch (command) {
	case TOP_PAUSE:
		go_on_or_pause(view, model);
		return true;
	case TOP_BACK:
		back(view, model, step);
		return true;
	case TOP_ON:
		on(view, model, step);
		return true;
	case TOP_BACK_SECOND:
		back(view, model, second);
		return true;
	case TOP_ON_SECOND:
		on(view, model, second);
		return true;
	case TOP_BACK_MINUTE:
		back(view, model, minute);
		return true;
	case TOP_ON_MINUTE:
		on(view, model, minute);
		return true;
	case TOP_BEGINNING:
		back(view, model, UINT64_MAX);
		return true;
	case TOP_END:
		on(view, model, UINT64_MAX);
		return true;
	case TOP_KILL_BEFORE:
	case TOP_KILL_BEHIND:
		go_to_kill(view, model, command == TOP_KILL_BEHIND);
		return true;
	default:
		return false;
	}
}

static void obey_rows(struct top_view *view, const struct top_rows *rows, size_t height,
		      int command)
{
	switch (command) {
	case TOP_UP:
	case TOP_DOWN:
		move(view, rows, command == TOP_DOWN, 1);
		break;
	case TOP_PAGE_UP:
	case TOP_PAGE_DOWN:
		move(view, rows, command == TOP_PAGE_DOWN, height ? height : 1);
		break;
	case TOP_WINDOW_LONGER:
	case TOP_WINDOW_SHORTER:
		change_window(view, command == TOP_WINDOW_LONGER);
		break;
	case TOP_SORT_LEFT:
		sort_beside(view, -1);
		break;
	case TOP_SORT_RIGHT:
		sort_beside(view, 1);
		break;
	case TOP_REVERSE:
		view->choice.reversed = !view->choice.reversed;
		break;
	case TOP_ENDED:
		view->choice.ended = !view->choice.ended;
		break;
	case TOP_FILTER:
		begin_typing(view);
		break;
	case TOP_HELP:
		view->help = true;
		break;
	default:
		if (command >= TOP_SORT_BY && command < TOP_SORT_BY + TOP_COLUMNS)
			sort_by(view, (enum top_column)(command - TOP_SORT_BY));
		break;
	}
}

void top_view_obey(struct top_view *view, const struct top_model *model,
		   const struct top_rows *rows, size_t height, int command)
{
	if (command == TOP_NOTHING)
		return;
	*view->message = '\0';
	if (view->help)
		view->help = false;
	else if (view->typing)
		obey_typing(view, command);
	else if (!obey_time(view, model, command))
		obey_rows(view, rows, height, command);
}
