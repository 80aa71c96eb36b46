// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/text.h"
#include "top/layout.h"
#include "top/picture.h"

/* --- a line --------------------------------------------------------------------- */

struct line {
	char text[4 * TOP_MAX_WIDTH + 1];
	size_t bytes;
	int columns;
	int width;
};

static struct line new_line(const struct top_canvas *canvas)
{
	return (struct line){
		.width = canvas->width < TOP_MAX_WIDTH ? canvas->width : TOP_MAX_WIDTH,
	};
}

/* One character, which takes one column. */
static void put(struct line *line, const char *character)
{
	size_t bytes = strlen(character);

	if (line->columns >= line->width)
		return;
	memcpy(line->text + line->bytes, character, bytes + 1);
	line->bytes += bytes;
	line->columns++;
}

/* ASCII. */
static void put_text(struct line *line, const char *text)
{
	for (; *text; text++)
		put(line, (const char[]){ *text, '\0' });
}

__attribute__((format(printf, 2, 3)))
static void put_format(struct line *line, const char *format, ...)
{
	char text[TOP_MAX_WIDTH];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	put_text(line, text);
}

static void fill_to(struct line *line, int column)
{
	while (line->columns < column && line->columns < line->width)
		put(line, " ");
}

static void draw(const struct top_canvas *canvas, int y, enum top_style style, struct line *line)
{
	if (y < 0 || y >= canvas->height || !line->columns)
		return;
	/* A bar goes from one side to the other. */
	if (style != TOP_PLAIN && style != TOP_VICTIM && style != TOP_GONE)
		fill_to(line, line->width);
	canvas->line(canvas->data, y, style, line->text);
}

/* --- above the rows --------------------------------------------------------------- */

static double mib(uint64_t kib)
{
	return (double)kib / 1024;
}

static double seconds(uint64_t from, uint64_t to)
{
	return to > from ? (double)(to - from) / 1e9 : -(double)(from - to) / 1e9;
}

static const char *state(const struct top_view *view)
{
	if (view->mode == TOP_FOLLOW)
		return "live";
	return view->mode == TOP_PLAY ? "playing" : "paused";
}

static void draw_title(const struct top_canvas *canvas, int y, const struct top_told *told,
		       const struct top_view *view)
{
	const char *right = told->trouble ?: state(view);
	struct line line = new_line(canvas);

	put_format(&line, "kmemlab top  %s  ", told->source);
	fill_to(&line, line.width - (int)strlen(right));
	put_text(&line, right);
	draw(canvas, y, told->trouble ? TOP_ALARM : TOP_TITLE, &line);
}

static void put_clock(struct line *line, const struct top_model *model, uint64_t time)
{
	int64_t now = (int64_t)(time + (uint64_t)model->wall);
	time_t clock = now / 1000000000;
	struct tm tm;
	char text[64];

	if (now < 0 || !localtime_r(&clock, &tm) ||
	    !strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm))
		return;
	put_format(line, "%s.%03d  ", text, (int)(now % 1000000000 / 1000000));
}

static void put_lost(struct line *line, const struct top_model *model)
{
	const char *before = "  missed: ";

	for (size_t i = 0; i < model->lost.n; i++) {
		if (!model->lost.counters[i].value)
			continue;
		put_format(line, "%s%s %" PRIu64, before, model->lost.counters[i].name,
			   model->lost.counters[i].value);
		before = ", ";
	}
	if (model->refused)
		put_format(line, "%srefused here %" PRIu64, before, model->refused);
}

static void draw_time(const struct top_canvas *canvas, int y, const struct top_model *model,
		      const struct top_view *view, const struct top_rows *rows)
{
	uint64_t began = model->began ?: model->oldest, time = view->choice.time;
	struct line line = new_line(canvas);

	if (model->newest)
		put_clock(&line, model, time);
	if (!view->live)
		put_format(&line, "%.3f s of %.3f s  ", seconds(began, time),
			   seconds(began, model->newest));
	else if (time == model->newest)
		put_text(&line, "now  ");
	else
		put_format(&line, "%.3f s ago  ", seconds(time, model->newest));
	put_format(&line, "%zu of %zu processes", rows->n, model->n_processes);
	if (*view->choice.filter && !view->typing)
		put_format(&line, "  filter: %s", view->choice.filter);
	if (!view->choice.ended)
		put_text(&line, "  without ended ones");
	put_lost(&line, model);
	draw(canvas, y, TOP_PLAIN, &line);
}

static void draw_machine(const struct top_canvas *canvas, int y, const struct top_told *told,
			 const struct top_model *model, uint64_t time)
{
	const struct kml_system *system = top_model_system(model, time);
	struct line line = new_line(canvas);

	if (system)
		put_format(&line, "MiB: free %.1f  available %.1f  anon %.1f  file %.1f  slab %.1f  swap free %.1f  shmem %.1f  page tables %.1f",
			   mib(system->free), mib(system->available), mib(system->anon),
			   mib(system->file),
			   mib(system->slab_reclaimable + system->slab_unreclaimable),
			   mib(system->swap_free), mib(system->shmem), mib(system->pagetables));
	else if (told->machine)
		put_text(&line, told->machine);
	draw(canvas, y, TOP_PLAIN, &line);
}

/* The whole past in a line: where we are in it, and where somebody was killed. */
static void draw_timeline(const struct top_canvas *canvas, int y, const struct top_model *model,
			  uint64_t time)
{
	double length = seconds(model->oldest, model->newest);
	struct line line = new_line(canvas);
	int width = line.width - 2;

	if (width < 1 || length <= 0)
		return;
	put(&line, "[");
	while (line.columns <= width)
		put(&line, "-");
	put(&line, "]");
	for (size_t i = 0; i < model->n_kills; i++)
		if (model->kills[i].time >= model->oldest && model->kills[i].time <= model->newest)
			line.text[1 + (int)((width - 1) * seconds(model->oldest,
								   model->kills[i].time) /
					    length)] = 'x';
	if (time >= model->oldest && time <= model->newest)
		line.text[1 + (int)((width - 1) * seconds(model->oldest, time) / length)] = '#';
	draw(canvas, y, TOP_PLAIN, &line);
}

static const char *window_text(uint64_t window, char *out, size_t size)
{
	if (window % 60000000000)
		snprintf(out, size, "last %" PRIu64 " s", window / 1000000000);
	else if (window == 60000000000)
		snprintf(out, size, "last minute");
	else
		snprintf(out, size, "last %" PRIu64 " min", window / 60000000000);
	return out;
}

static void draw_heading(const struct top_canvas *canvas, int y, const struct top_layout *layout,
			 const struct top_choice *choice)
{
	static const char * const names[TOP_COLUMNS] = {
		[TOP_PID] = "PID", [TOP_RSS] = "RSS", [TOP_GROWN] = "GROWN", [TOP_ANON] = "ANON",
		[TOP_FILE] = "FILE", [TOP_SHMEM] = "SHMEM", [TOP_SWAP] = "SWAP",
		[TOP_CPU] = "CPU%", [TOP_MAJFLT] = "MAJF/s", [TOP_MINFLT] = "MINF/s",
		[TOP_THREADS] = "THR", [TOP_NAME] = "NAME",
	};
	const char *down = canvas->utf8 ? "\u25bc" : "v", *up = canvas->utf8 ? "\u25b2" : "^";
	bool rises = (choice->sort == TOP_PID || choice->sort == TOP_NAME) != choice->reversed;
	struct line line = new_line(canvas);
	char window[32];
	int end = 0;

	for (int i = 0; i < TOP_COLUMNS; i++) {
		bool left = i == TOP_SPARK || i == TOP_NAME;
		const char *name = i == TOP_SPARK ?
			window_text(choice->window, window, sizeof(window)) : names[i];
		bool sorted = i == (int)choice->sort;

		if (!layout->widths[i])
			continue;
		/* Above a number, its last digit; above a text, its first character. */
		fill_to(&line, left ? end + 1 :
				      end + layout->widths[i] - (int)strlen(name) - sorted);
		end += layout->widths[i];
		put_format(&line, "%.*s", end - line.columns, name);
		if (sorted)
			put(&line, rises ? up : down);
	}
	draw(canvas, y, TOP_HEADING, &line);
}

/* --- rows ----------------------------------------------------------------------- */

/* "SIGKILL, out of memory", or nothing of one that lives on. */
static const char *end_text(const struct top_row *row, char *out, size_t size)
{
	bool victim = row->entry->figures.flags & KML_VICTIM;
	char status[32];

	if (row->ended)
		snprintf(out, size, "%s%s",
			 kml_status_text(row->process->status, status, sizeof(status)),
			 victim ? ", out of memory" : "");
	else
		snprintf(out, size, "%s", victim ? "chosen by the OOM killer" : "");
	return out;
}

static void put_spark(const struct top_canvas *canvas, struct line *line, const struct top_row *row,
		      const struct top_choice *choice, int cells)
{
	static const char * const blocks[] = {
		"\u2581", "\u2582", "\u2583", "\u2584", "\u2585", "\u2586", "\u2587", "\u2588",
	};
	static const char * const letters[] = { "_", ".", "-", ":", "=", "+", "*", "#" };
	const char * const *levels = canvas->utf8 ? blocks : letters;
	uint64_t values[TOP_SPARK_MAX], highest = 0;

	top_series_highest(&row->process->series, choice->window / (uint64_t)cells, choice->time,
			   (size_t)cells, values);
	for (int i = 0; i < cells; i++)
		if (values[i] != TOP_UNKNOWN && values[i] > highest)
			highest = values[i];
	put(line, " ");
	for (int i = 0; i < cells; i++) {
		double part = highest ? (double)values[i] / (double)highest : 0;

		put(line, values[i] == TOP_UNKNOWN ? " " : levels[(int)(7 * part + 0.5)]);
	}
}

static void put_figure(struct line *line, const struct top_row *row, enum top_column column,
		       int width)
{
	const struct top_figures *figures = &row->entry->figures;
	const struct {
		double value;
		int digits;
		bool known;
	} shown[TOP_COLUMNS] = {
		[TOP_PID] = { (double)row->process->pid, 0, true },
		[TOP_RSS] = { mib(row->resident), 1, true },
		[TOP_GROWN] = { (double)row->grown / 1024, 1, true },
		[TOP_ANON] = { mib(figures->anon), 1, true },
		[TOP_FILE] = { mib(figures->file), 1, true },
		[TOP_SHMEM] = { mib(figures->shmem), 1, true },
		[TOP_SWAP] = { mib(figures->swap), 1, true },
		[TOP_CPU] = { row->rates.cpu, 1, row->has_rates },
		[TOP_MAJFLT] = { row->rates.majflt, 0, row->has_rates },
		[TOP_MINFLT] = { row->rates.minflt, 0, row->has_rates },
		[TOP_THREADS] = { figures->threads, 0, true },
	};
	char text[TOP_MAX_WIDTH];
	int length;

	if (shown[column].known)
		length = snprintf(text, sizeof(text), "%.*f", shown[column].digits,
				  shown[column].value);
	else
		length = snprintf(text, sizeof(text), "-");
	/* A number that is cut would be another one. */
	if (length >= width && column != TOP_PID)
		length = snprintf(text, sizeof(text), ">");
	put_format(line, "%*s%.*s", length < width ? width - length : 0, "", width, text);
}

static enum top_style style_of(const struct top_row *row, const struct top_view *view)
{
	bool chosen = row->process->pid == view->pid && row->process->start == view->start;

	if (row->entry->figures.flags & KML_VICTIM)
		return chosen ? TOP_CHOSEN_VICTIM : TOP_VICTIM;
	if (chosen)
		return TOP_CHOSEN;
	return row->ended ? TOP_GONE : TOP_PLAIN;
}

static void draw_row(const struct top_canvas *canvas, int y, const struct top_layout *layout,
		     const struct top_view *view, const struct top_row *row)
{
	struct line line = new_line(canvas);
	char end[64];

	for (int i = 0; i < TOP_SPARK; i++)
		if (layout->widths[i])
			put_figure(&line, row, (enum top_column)i, layout->widths[i]);
	if (layout->cells)
		put_spark(canvas, &line, row, &view->choice, layout->cells);
	if (layout->widths[TOP_NAME]) {
		put_format(&line, " %s", row->process->name);
		if (*end_text(row, end, sizeof(end)))
			put_format(&line, ": %s", end);
	}
	draw(canvas, y, style_of(row, view), &line);
}

static void draw_text(const struct top_canvas *canvas, int y, enum top_style style,
		      const char *text)
{
	struct line line = new_line(canvas);

	put_text(&line, text);
	draw(canvas, y, style, &line);
}

static void draw_rows(const struct top_canvas *canvas, const struct top_lines *lines,
		      const struct top_model *model, const struct top_view *view,
		      const struct top_rows *rows)
{
	struct top_layout layout = top_layout_columns(canvas->width);

	draw_heading(canvas, lines->heading, &layout, &view->choice);
	for (int i = 0; i < lines->height && view->first + (size_t)i < rows->n; i++)
		draw_row(canvas, lines->rows + i, &layout, view, &rows->rows[view->first + (size_t)i]);
	if (rows->n)
		return;
	if (model->n_processes)
		draw_text(canvas, lines->rows, TOP_PLAIN, "No process is to be shown.");
	else
		draw_text(canvas, lines->rows, TOP_PLAIN,
			  "No process is monitored; 'echo all >/dev/taskmonitor' monitors all.");
}

/* --- below the rows --------------------------------------------------------------- */

static void draw_details(const struct top_canvas *canvas, int y, const struct top_view *view,
			 const struct top_rows *rows)
{
	size_t i = top_view_chosen(view, rows);
	struct line line = new_line(canvas);
	const struct top_figures *figures;
	char end[64];

	if (i == rows->n)
		return;
	figures = &rows->rows[i].entry->figures;
	put_format(&line, "%s (pid %" PRIu64 "): ", rows->rows[i].process->name,
		   rows->rows[i].process->pid);
	if (*end_text(&rows->rows[i], end, sizeof(end)))
		put_format(&line, "%s; ", end);
	put_format(&line, "anon %.1f, file %.1f, shmem %.1f, swap %.1f MiB; %u thread%s; usr %.2f s, sys %.2f s; faults %" PRIu64 ", major %" PRIu64,
		   mib(figures->anon), mib(figures->file), mib(figures->shmem), mib(figures->swap),
		   figures->threads, figures->threads == 1 ? "" : "s", (double)figures->usr / 1e9,
		   (double)figures->sys / 1e9, figures->minflt, figures->majflt);
	draw(canvas, y, TOP_PLAIN, &line);
}

static void draw_keys(const struct top_canvas *canvas, int y, const struct top_view *view)
{
	struct line line = new_line(canvas);

	if (view->typing)
		put_format(&line, "filter: %s_", view->choice.filter);
	else if (*view->message)
		put_text(&line, view->message);
	else
		put_text(&line, "q quit  h help  / filter  < > sort  arrows choose, go back  space pause  x kill");
	draw(canvas, y, TOP_PLAIN, &line);
}

static void draw_help(const struct top_canvas *canvas)
{
	static const char * const texts[] = {
		"kmemlab top: keys",
		"",
		"up down        choose a process; page up and down, too",
		"left right     back and forth in time, by one interval",
		"[ ]  { }       by a second, by a minute",
		"home end       to the oldest, to the newest",
		"x X            to the OOM kill before this time, to the one behind",
		"space          pause; go on (live), or play (a recording)",
		"+ -            a longer or shorter time for GROWN and the sparkline",
		"< > r          sort by the column left or right; the other way round",
		"m g w c f p n  sort by RSS, GROWN, SWAP, CPU%, MAJF/s, PID, NAME",
		"/              type a part of a name, or a PID; enter keeps it, escape does not",
		"e              show who has ended within that time, or not",
		"d              let go of the module, so that it can be unloaded; take it again",
		"q  ctrl-c      quit",
		"",
		"Sizes are in MiB. CPU% and faults are over a second, or an interval.",
		"# in the line above is the time that is shown, x an OOM kill.",
		"Any key goes back.",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		draw_text(canvas, (int)i, i ? TOP_PLAIN : TOP_TITLE, texts[i]);
}

void top_picture(const struct top_canvas *canvas, const struct top_told *told,
		 const struct top_model *model, const struct top_view *view,
		 const struct top_rows *rows)
{
	struct top_lines lines = top_layout_lines(canvas->height);

	if (view->help) {
		draw_help(canvas);
		return;
	}
	draw_title(canvas, lines.title, told, view);
	draw_time(canvas, lines.time, model, view, rows);
	draw_machine(canvas, lines.machine, told, model, view->choice.time);
	draw_timeline(canvas, lines.timeline, model, view->choice.time);
	draw_rows(canvas, &lines, model, view, rows);
	draw_details(canvas, lines.details, view, rows);
	draw_keys(canvas, lines.keys, view);
}

void top_picture_reading(const struct top_canvas *canvas, uint64_t samples)
{
	struct line line = new_line(canvas);

	put_format(&line, "kmemlab top: reading the history: %" PRIu64 " samples ...", samples);
	draw(canvas, 0, TOP_PLAIN, &line);
}
