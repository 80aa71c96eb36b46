// SPDX-License-Identifier: GPL-2.0-only
/*
 * The loop of top: waits for keys, signals and the module, and draws.
 *
 *	module or recording -> source -> model -> rows at a time -> picture -> screen
 *	keys -> commands -> view: which time, which rows
 *
 * All but connection and screen are functions of what they are given.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/message.h"
#include "lib/signals.h"
#include "lib/text.h"
#include "open_recording.h"
#include "top/connection.h"
#include "top/layout.h"
#include "top/screen.h"
#include "top/top.h"
#include "usage.h"
#include "verb.h"

enum {
	REST_MS = 250,		/* between two readings: nobody reads faster than that */
	PLAY_MS = 100,		/* between two pictures of a recording that plays */
	RETRY_MS = 1000,
};

struct top {
	const struct top_options *options;
	struct top_model *model;
	struct top_connection connection;
	struct top_view view;
	struct top_rows rows;
	char source[256];
	char machine[KML_COMMAND_SIZE + 256];
	int signals;
	bool shown;		/* there was a picture: what was kept has been read */
	bool changed;		/* since the last picture */
	bool over;
	uint64_t read_ns;	/* not before this time: reading, or trying again */
	uint64_t advanced_ns;	/* when the view was told the time */
	int err;		/* that ended it */
};

/* --- begin and end ---------------------------------------------------------------- */

static void tell_machine(struct top *top, const struct kml_recording_head *head)
{
	char memory[32], swap[32];

	snprintf(top->machine, sizeof(top->machine), "%s, %llu CPUs, memory %s, swap %s; %s",
		 head->kernel, (unsigned long long)head->cpus,
		 kml_human_kib(head->memory_kib, memory, sizeof(memory)),
		 kml_human_kib(head->swap_kib, swap, sizeof(swap)), head->command);
}

static int no_memory(void)
{
	kml_error("not enough memory");
	return KML_EXIT_FAILED;
}

static int open_recording(struct top *top)
{
	struct kml_recording *recording = kml_open_recording(top->options->file);
	int err;

	if (!recording)
		return KML_EXIT_FAILED;
	err = top_take_recording(recording, &top->model);
	tell_machine(top, &recording->head);
	kml_escape(top->source, sizeof(top->source), top->options->file,
		   strlen(top->options->file));
	kml_recording_free(recording);
	return err ? no_memory() : KML_GO_ON;
}

static int open_module(struct top *top)
{
	top->model = top_model_new(TOP_MAX_ENTRIES, TOP_MAX_PROCESSES);
	if (!top->model)
		return no_memory();
	top->connection = (struct top_connection){
		.device.root = top->options->root,
		.all = top->options->all,
		.feed = { .model = top->model },
	};
	strcpy(top->source, "the recorder");
	return top_connection_open(&top->connection);
}

static int open_screen(void)
{
	int err = screen_open();

	if (!err)
		return KML_GO_ON;
	if (err == -ENOTTY)
		kml_error("top needs a terminal; 'kmemlab show' and 'kmemlab dump' do without");
	else
		kml_error("top needs a terminal that can be drawn on; TERM says of what kind it is");
	return KML_EXIT_FAILED;
}

/* --- the loop --------------------------------------------------------------------- */

/* Whatever was chosen before: the model may have forgotten it. */
static void choose(struct top *top)
{
	if (!top->err)
		top->err = top_rows_choose(&top->rows, top->model, &top->view.choice);
	top->changed = true;
}

static void advance(struct top *top)
{
	uint64_t now = clock_ns(CLOCK_MONOTONIC);

	top_view_advance(&top->view, top->model, now - top->advanced_ns);
	top->advanced_ns = now;
	choose(top);
}

static void draw(struct top *top)
{
	struct top_canvas canvas = screen_canvas();
	const struct top_told told = {
		.source = top->source,
		.machine = *top->machine ? top->machine : NULL,
		.trouble = *top->connection.trouble ? top->connection.trouble : NULL,
	};

	top_view_scroll(&top->view, &top->rows, (size_t)top_layout_lines(canvas.height).height);
	screen_clear();
	if (top->shown)
		top_picture(&canvas, &told, top->model, &top->view, &top->rows);
	else
		top_picture_reading(&canvas, top->connection.feed.samples);
	screen_show();
	top->changed = false;
}

static void let_go(struct top *top)
{
	if (top->options->file)
		return;
	top_connection_let_go(&top->connection);
	top->read_ns = 0;
	top->changed = true;
}

static void take_keys(struct top *top)
{
	int command;
	char c;

	while (screen_key(top->view.typing, &command, &c)) {
		size_t height = (size_t)top_layout_lines(screen_canvas().height).height;

		if (command == TOP_QUIT && !top->view.help)
			top->over = true;
		else if (command == TOP_LET_GO && !top->view.help)
			let_go(top);
		else if (c)
			top_view_type(&top->view, c);
		else
			top_view_obey(&top->view, top->model, &top->rows, height, command);
		choose(top);
	}
}

/* The first picture has the past: it comes when all of that was read. */
static void read_module(struct top *top)
{
	struct top_connection *connection = &top->connection;

	if (connection->device.monitor)
		top->err = top_connection_read(connection);
	else
		top->err = top_connection_retry(connection);
	top->read_ns = clock_ns(CLOCK_MONOTONIC) +
		       (connection->device.monitor ? REST_MS : RETRY_MS) * 1000000ULL;
	if (connection->device.monitor && !connection->caught_up)
		top->read_ns = 0;
	if ((connection->caught_up || !connection->device.monitor) && !top->shown) {
		top_view_init(&top->view, top->model, true);
		top->shown = true;
	}
	if (!top->err)
		advance(top);
}

/* Return: whether the module is to be read without more ado, or looked for. */
static bool is_due(const struct top *top)
{
	const struct top_connection *connection = &top->connection;

	if (top->options->file || clock_ns(CLOCK_MONOTONIC) < top->read_ns)
		return false;
	return !connection->device.monitor || !connection->caught_up;
}

static int timeout_ms(const struct top *top)
{
	uint64_t now = clock_ns(CLOCK_MONOTONIC);

	if (is_due(top))
		return 0;
	if (top->view.mode == TOP_PLAY)
		return PLAY_MS;
	return now < top->read_ns ? (int)((top->read_ns - now) / 1000000) + 1 : -1;
}

static void wait_for_events(struct top *top)
{
	bool rests = clock_ns(CLOCK_MONOTONIC) < top->read_ns;
	struct pollfd fds[] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = top->signals, .events = POLLIN },
		{ .fd = rests ? -1 : top_connection_fd(&top->connection), .events = POLLIN },
	};

	/* Interrupted by SIGWINCH, for one: the size is among the keys. */
	if (poll(fds, sizeof(fds) / sizeof(fds[0]), timeout_ms(top)) < 0)
		memset(fds, 0, sizeof(fds));
	if (fds[1].revents || fds[0].revents & (POLLHUP | POLLERR | POLLNVAL))
		top->over = true;
	if (fds[2].revents & (POLLHUP | POLLERR | POLLNVAL))
		top_connection_lose(&top->connection);
	if (fds[2].revents || is_due(top))
		read_module(top);
	else if (top->view.mode == TOP_PLAY)
		advance(top);
}

static void show(struct top *top)
{
	top->advanced_ns = clock_ns(CLOCK_MONOTONIC);
	if (top->options->file) {
		top_view_init(&top->view, top->model, false);
		top->shown = true;
		choose(top);
	}
	while (!top->over && !top->err) {
		if (top->changed || !top->shown)
			draw(top);
		wait_for_events(top);
		take_keys(top);
	}
}

static int status_of(const struct top *top)
{
	if (!top->err)
		return KML_EXIT_OK;
	if (top->err == -ENOMEM)
		return no_memory();
	kml_error("cannot understand '" TASKMONITOR_DEVICE "': %s", strerror(-top->err));
	return KML_EXIT_FAILED;
}

int top_run(const struct top_options *options)
{
	static struct top top;
	int status;

	top = (struct top){ .options = options, .signals = -1 };
	status = options->file ? open_recording(&top) : open_module(&top);
	/* So that the terminal is left as it was however this ends. */
	if (status == KML_GO_ON) {
		top.signals = kml_catch_signals(NULL);
		status = top.signals < 0 ? KML_EXIT_FAILED : KML_GO_ON;
	}
	if (status == KML_GO_ON)
		status = open_screen();
	if (status == KML_GO_ON) {
		show(&top);
		screen_close();
		status = status_of(&top);
	}
	if (top.signals >= 0)
		close(top.signals);
	top_connection_close(&top.connection);
	top_rows_free(&top.rows);
	top_model_free(top.model);
	return status;
}
