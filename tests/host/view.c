// SPDX-License-Identifier: GPL-2.0-only
/* What top looks at, and how that becomes lines of text: no terminal here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "top/layout.h"
#include "top/picture.h"
#include "top/source.h"

#define SECOND 1000000000ULL
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

struct fixture {
	struct top_model *model;
	struct top_view view;
	struct top_rows rows;
};

static void choose(struct fixture *f)
{
	assert_int_equal(top_rows_choose(&f->rows, f->model, &f->view.choice), 0);
}

static void obey(struct fixture *f, int command)
{
	top_view_obey(&f->view, f->model, &f->rows, 10, command);
	choose(f);
}

/* The processes that are shown, from top to bottom. */
static const char *pids(struct fixture *f)
{
	static char text[256];
	size_t length = 0;

	choose(f);
	*text = '\0';
	for (size_t i = 0; i < f->rows.n; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%llu ",
					   (unsigned long long)f->rows.rows[i].process->pid);
	return text;
}

struct told {
	uint64_t pid;
	const char *name;
	struct top_figures first;	/* at 100 s */
	struct top_figures last;	/* at 101 s */
};

static const struct told told[] = {
	{ 10, "alpha", { .anon = 100, .threads = 3 },
	  { .anon = 100, .usr = SECOND / 2, .threads = 3, .minflt = 9 } },
	{ 9, "Beta", { .anon = 50, .file = 100, .threads = 1 },
	  { .anon = 300, .file = 100, .swap = 5, .threads = 1, .majflt = 2 } },
	{ 200, "gamma10", { .anon = 500, .threads = 2 },
	  { .anon = 200, .shmem = 7, .sys = SECOND / 4, .threads = 2 } },
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->model = top_model_new(1000, 100);
	for (size_t i = 0; i < LENGTH(told); i++) {
		struct top_process *process = top_model_process(f->model, told[i].pid, 1,
								told[i].name);

		assert_int_equal(top_model_add(f->model, process, 100 * SECOND, &told[i].first), 0);
		assert_int_equal(top_model_add(f->model, process, 101 * SECOND, &told[i].last), 0);
	}
	top_view_init(&f->view, f->model, true);
	choose(f);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	top_rows_free(&f->rows);
	top_model_free(f->model);
	free(f);
	return 0;
}

/* --- which rows, in which order ------------------------------------------------- */

static void test_sort(void **state)
{
	static const struct {
		enum top_column column;
		const char *order;
		const char *reversed;
	} sorted[] = {
		{ TOP_PID, "9 10 200 ", "200 10 9 " },
		{ TOP_RSS, "9 200 10 ", "10 200 9 " },
		{ TOP_GROWN, "9 10 200 ", "200 10 9 " },
		{ TOP_ANON, "9 200 10 ", "10 200 9 " },
		/* Where there is no difference the number decides, in both directions. */
		{ TOP_FILE, "9 10 200 ", "10 200 9 " },
		{ TOP_SHMEM, "200 9 10 ", "9 10 200 " },
		{ TOP_SWAP, "9 10 200 ", "10 200 9 " },
		{ TOP_CPU, "10 200 9 ", "9 200 10 " },
		{ TOP_MAJFLT, "9 10 200 ", "10 200 9 " },
		{ TOP_MINFLT, "10 9 200 ", "9 200 10 " },
		{ TOP_THREADS, "10 200 9 ", "9 200 10 " },
		{ TOP_NAME, "10 9 200 ", "200 9 10 " },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < LENGTH(sorted); i++) {
		obey(f, TOP_SORT_BY + (int)sorted[i].column);
		assert_string_equal(pids(f), sorted[i].order);
		obey(f, TOP_REVERSE);
		assert_string_equal(pids(f), sorted[i].reversed);
	}
	/* Every one is there but the sparkline. */
	assert_int_equal(LENGTH(sorted), TOP_COLUMNS - 1);
	obey(f, TOP_SORT_RIGHT);
	assert_int_equal(f->view.choice.sort, TOP_NAME);
	obey(f, TOP_SORT_LEFT);
	assert_int_equal(f->view.choice.sort, TOP_THREADS);
	obey(f, TOP_SORT_RIGHT);
	assert_int_equal(f->view.choice.sort, TOP_NAME);
	for (int i = 0; i < 2 * TOP_COLUMNS; i++)
		obey(f, TOP_SORT_LEFT);
	assert_int_equal(f->view.choice.sort, TOP_PID);
}

static void type(struct fixture *f, const char *text)
{
	for (; *text; text++)
		top_view_type(&f->view, *text);
	choose(f);
}

static void test_filter(void **state)
{
	struct fixture *f = *state;

	type(f, "ignored");
	assert_string_equal(f->view.choice.filter, "");
	obey(f, TOP_FILTER);
	type(f, "ETA");
	assert_string_equal(pids(f), "9 ");
	/* Keys of commands are text now, and arrows are none. */
	obey(f, TOP_UP);
	obey(f, TOP_RUB_OUT);
	obey(f, TOP_RUB_OUT);
	assert_string_equal(f->view.choice.filter, "E");
	obey(f, TOP_ENTER);
	assert_false(f->view.typing);
	assert_string_equal(pids(f), "9 ");

	/* A number is that of a process, or a part of a name. */
	obey(f, TOP_FILTER);
	type(f, "10");
	assert_string_equal(pids(f), "200 10 ");
	obey(f, TOP_ESCAPE);
	assert_string_equal(f->view.choice.filter, "E");
	obey(f, TOP_FILTER);
	for (int i = 0; i < 100; i++)
		type(f, "z\033\177");
	assert_int_equal(strlen(f->view.choice.filter), TOP_FILTER_SIZE - 1);
	assert_string_equal(pids(f), "");
	for (int i = 0; i < 100; i++)
		obey(f, TOP_RUB_OUT);
	obey(f, TOP_ENTER);
	assert_string_equal(pids(f), "9 200 10 ");
}

static void test_chosen(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(top_view_chosen(&f->view, &f->rows), 3);
	obey(f, TOP_DOWN);
	assert_int_equal(top_view_chosen(&f->view, &f->rows), 0);
	obey(f, TOP_DOWN);
	assert_int_equal(f->view.pid, 200);
	/* It stays the one, wherever it stands. */
	obey(f, TOP_SORT_BY + TOP_PID);
	assert_int_equal(top_view_chosen(&f->view, &f->rows), 2);
	obey(f, TOP_DOWN);
	obey(f, TOP_PAGE_DOWN);
	assert_int_equal(f->view.pid, 200);
	top_view_scroll(&f->view, &f->rows, 2);
	assert_int_equal(f->view.first, 1);
	obey(f, TOP_PAGE_UP);
	assert_int_equal(f->view.pid, 9);
	top_view_scroll(&f->view, &f->rows, 2);
	assert_int_equal(f->view.first, 0);
	/* On no rows at all. */
	top_view_scroll(&f->view, &f->rows, 0);
	obey(f, TOP_FILTER);
	type(f, "nobody");
	obey(f, TOP_ENTER);
	obey(f, TOP_DOWN);
	top_view_scroll(&f->view, &f->rows, 5);
	assert_int_equal(f->view.first, 0);
}

static void test_ended(void **state)
{
	struct top_figures end = { .flags = KML_ENDED };
	struct top_figures more = { .anon = 1 };
	struct fixture *f = *state;
	struct top_process *gone = top_model_find(f->model, 9, 1);

	assert_int_equal(top_model_add(f->model, gone, 102 * SECOND, &end), 0);
	top_view_advance(&f->view, f->model, 0);
	assert_string_equal(pids(f), "200 10 9 ");
	obey(f, TOP_ENDED);
	assert_string_equal(pids(f), "200 10 ");
	obey(f, TOP_ENDED);
	/* For as long as the sparkline. */
	assert_int_equal(top_model_add(f->model, top_model_find(f->model, 10, 1), 163 * SECOND,
				       &more), 0);
	top_view_advance(&f->view, f->model, 0);
	assert_string_equal(pids(f), "200 10 ");
	obey(f, TOP_WINDOW_LONGER);
	assert_string_equal(pids(f), "200 10 9 ");
	/* Who was removed is gone from then on. */
	top_model_find(f->model, 200, 1)->until = 101 * SECOND;
	assert_string_equal(pids(f), "10 9 ");
	obey(f, TOP_BACK_MINUTE);
	obey(f, TOP_BACK_SECOND);
	obey(f, TOP_BACK_SECOND);
	assert_string_equal(pids(f), "9 200 10 ");
}

/* --- time ----------------------------------------------------------------------- */

static void test_live(void **state)
{
	struct top_figures more = { .anon = 1000 };
	struct fixture *f = *state;

	assert_int_equal(f->view.choice.time, 101 * SECOND);
	assert_int_equal(f->view.mode, TOP_FOLLOW);
	obey(f, TOP_PAUSE);
	assert_int_equal(top_model_add(f->model, top_model_find(f->model, 10, 1), 102 * SECOND,
				       &more), 0);
	top_view_advance(&f->view, f->model, SECOND);
	assert_int_equal(f->view.choice.time, 101 * SECOND);
	obey(f, TOP_PAUSE);
	top_view_advance(&f->view, f->model, 0);
	assert_int_equal(f->view.choice.time, 102 * SECOND);
	assert_string_equal(pids(f), "10 9 200 ");
	obey(f, TOP_BACK);
	assert_int_equal(f->view.mode, TOP_STILL);
	assert_int_equal(f->view.choice.time, 101 * SECOND);
	obey(f, TOP_BACK);
	obey(f, TOP_BACK);
	assert_int_equal(f->view.choice.time, 100 * SECOND);
	assert_string_equal(pids(f), "200 9 10 ");
	obey(f, TOP_ON);
	assert_int_equal(f->view.mode, TOP_STILL);
	obey(f, TOP_ON);
	assert_int_equal(f->view.mode, TOP_FOLLOW);
	obey(f, TOP_BEGINNING);
	assert_int_equal(f->view.choice.time, 100 * SECOND);
	/* What is looked at may be forgotten. */
	f->model->oldest = 101 * SECOND;
	top_view_advance(&f->view, f->model, 0);
	assert_int_equal(f->view.choice.time, 101 * SECOND);
	obey(f, TOP_END);
	assert_int_equal(f->view.mode, TOP_FOLLOW);
	obey(f, TOP_KILL_BEFORE);
	assert_string_equal(f->view.message, "no OOM kill before this");
	assert_int_equal(f->view.mode, TOP_FOLLOW);
}

static void test_windows(void **state)
{
	static const uint64_t windows[] = { 1, 10, 60, 600 };
	struct fixture *f = *state;

	assert_int_equal(f->view.choice.window, 60 * SECOND);
	obey(f, TOP_WINDOW_LONGER);
	obey(f, TOP_WINDOW_LONGER);
	for (size_t i = LENGTH(windows); i--;) {
		assert_int_equal(f->view.choice.window, windows[i] * SECOND);
		obey(f, TOP_WINDOW_SHORTER);
	}
	assert_int_equal(f->view.choice.window, SECOND);
}

static void take_recording(struct fixture *f)
{
	struct kml_recording_error error;
	struct kml_recording *recording;
	FILE *in = fopen("tests/host/recordings/oom.rec", "r");

	assert_non_null(in);
	assert_int_equal(kml_recording_read(in, &recording, &error), 0);
	assert_int_equal(fclose(in), 0);
	top_model_free(f->model);
	assert_int_equal(top_take_recording(recording, &f->model), 0);
	kml_recording_free(recording);
	top_view_init(&f->view, f->model, false);
	choose(f);
}

static void test_recording(void **state)
{
	const uint64_t began = 1000 * SECOND, ms = SECOND / 1000;
	struct fixture *f = *state;

	take_recording(f);
	assert_int_equal(f->view.choice.time, began + 410 * ms);
	assert_int_equal(f->view.mode, TOP_STILL);
	assert_int_equal(f->view.choice.window, SECOND);
	obey(f, TOP_KILL_BEHIND);
	assert_string_equal(f->view.message, "no OOM kill behind this");
	obey(f, TOP_KILL_BEFORE);
	assert_int_equal(f->view.choice.time, began + 390 * ms);
	assert_int_equal(f->view.pid, 132);
	assert_string_equal(f->view.message,
			    "the OOM killer chooses hog (pid 132), at 28.3 MiB resident");
	assert_int_equal(f->rows.rows[0].resident, 20000);
	obey(f, TOP_BACK);
	assert_string_equal(f->view.message, "");
	assert_int_equal(f->rows.rows[0].resident, 29000);
	obey(f, TOP_KILL_BEHIND);
	assert_int_equal(f->view.choice.time, began + 390 * ms);

	/* At its end it plays from the beginning, as long as it took. */
	obey(f, TOP_END);
	assert_int_equal(f->view.mode, TOP_STILL);
	obey(f, TOP_PAUSE);
	assert_int_equal(f->view.mode, TOP_PLAY);
	assert_int_equal(f->view.choice.time, began + 5 * ms);
	top_view_advance(&f->view, f->model, 100 * ms);
	assert_int_equal(f->view.choice.time, began + 105 * ms);
	assert_string_equal(pids(f), "131 132 ");
	obey(f, TOP_PAUSE);
	top_view_advance(&f->view, f->model, 100 * ms);
	assert_int_equal(f->view.choice.time, began + 105 * ms);
	obey(f, TOP_PAUSE);
	top_view_advance(&f->view, f->model, SECOND);
	assert_int_equal(f->view.choice.time, began + 410 * ms);
	assert_int_equal(f->view.mode, TOP_STILL);
}

/* --- what there is room for ------------------------------------------------------- */

static void test_layout(void **state)
{
	struct top_layout layout = top_layout_columns(80);

	assert_int_equal(layout.widths[TOP_MAJFLT], 0);
	assert_in_range(layout.cells, 20, TOP_SPARK_MAX);
	/* Resident memory comes before all that is not who it is. */
	layout = top_layout_columns(25);
	assert_int_equal(layout.widths[TOP_RSS], 9);
	for (int width = 0; width < 2000; width++) {
		int sum = 0;

		layout = top_layout_columns(width);
		for (int i = 0; i < TOP_COLUMNS; i++) {
			assert_in_range(layout.widths[i], 0, TOP_MAX_WIDTH);
			sum += layout.widths[i];
		}
		assert_true(sum <= width);
		if (width >= 7 && width <= TOP_MAX_WIDTH)
			assert_true(sum >= width - 1);
		assert_in_range(layout.cells, 0, TOP_SPARK_MAX);
	}
	/* There is room for everything. */
	for (int i = 0; i < TOP_COLUMNS; i++)
		assert_true(layout.widths[i]);
	for (int height = 1; height < 100; height++) {
		struct top_lines lines = top_layout_lines(height);

		assert_in_range(lines.height, 1, height);
		assert_in_range(lines.rows, 0, height - lines.height);
	}
	assert_int_equal(top_layout_lines(24).height, 17);
}

struct screen {
	int width;
	int height;
	char lines[64][4 * TOP_MAX_WIDTH + 1];
};

static void draw_line(void *data, int y, enum top_style style, const char *text)
{
	struct screen *screen = data;
	size_t columns = 0;

	assert_in_range(y, 0, screen->height - 1);
	/* The first bytes of characters. */
	for (const char *c = text; *c; c++)
		columns += (*c & 0xc0) != 0x80;
	assert_true(columns <= (size_t)screen->width);
	strcpy(screen->lines[y], text);
}

static void draw(struct fixture *f, struct screen *screen, int width, int height)
{
	const struct top_told source = { .source = "somewhere", .trouble = "" };
	const struct top_canvas canvas = {
		.width = width, .height = height, .line = draw_line, .data = screen,
	};

	memset(screen, 0, sizeof(*screen));
	screen->width = width;
	screen->height = height;
	top_view_scroll(&f->view, &f->rows, (size_t)top_layout_lines(height).height);
	top_picture(&canvas, &source, f->model, &f->view, &f->rows);
	top_picture_reading(&canvas, 12);
}

static void test_every_size(void **state)
{
	static struct screen screen;
	struct fixture *f = *state;

	take_recording(f);
	obey(f, TOP_KILL_BEFORE);
	for (int help = 0; help < 2; help++) {
		for (int height = 1; height <= 30; height++)
			for (int width = 1; width <= 100; width++)
				draw(f, &screen, width, height);
		draw(f, &screen, 10000, 64);
		obey(f, TOP_HELP);
		assert_int_equal(f->view.help, !help);
	}
}

static void test_lines(void **state)
{
	static struct screen screen;
	struct fixture *f = *state;

	obey(f, TOP_WINDOW_SHORTER);
	obey(f, TOP_DOWN);
	draw(f, &screen, 80, 24);
	assert_non_null(strstr(screen.lines[1], " now  3 of 3 processes"));
	assert_string_equal(screen.lines[4],
			    "    PID     RSSv    GROWN     SWAP    CPU% last 10 s             NAME           ");
	/* A cell of 10/21 s: two of them have begun since the first sample, and one at the second. */
	assert_string_equal(screen.lines[5],
			    "      9      0.4      0.2      0.0     0.0                   ::# Beta           ");
	assert_string_equal(screen.lines[7],
			    "     10      0.1      0.0      0.0    50.0                   ### alpha");
	assert_string_equal(screen.lines[22],
			    "Beta (pid 9): anon 0.3, file 0.1, shmem 0.0, swap 0.0 MiB; 1 thread; usr 0.00 s,");
}

/* A figure that does not fit is not shown as another one. */
static void test_large_figures(void **state)
{
	struct top_figures large = {
		.usr = UINT64_MAX, .anon = UINT64_MAX / 4, .swap = UINT64_MAX, .majflt = UINT64_MAX,
		.threads = UINT32_MAX, .minflt = UINT64_MAX,
	};
	static struct screen screen;
	struct fixture *f = *state;

	assert_int_equal(top_model_add(f->model, top_model_find(f->model, 10, 1), 102 * SECOND,
				       &large), 0);
	top_view_advance(&f->view, f->model, 0);
	choose(f);
	draw(f, &screen, 80, 24);
	assert_memory_equal(screen.lines[5], "     10        >        >        >       >", 42);
	/* Times as far away as they can be. */
	assert_int_equal(top_model_add(f->model, top_model_find(f->model, 10, 1), UINT64_MAX,
				       &large), 0);
	top_view_advance(&f->view, f->model, 0);
	choose(f);
	draw(f, &screen, 80, 24);
	obey(f, TOP_BEGINNING);
	obey(f, TOP_ON_MINUTE);
	draw(f, &screen, 80, 24);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_sort),
		TEST(test_filter),
		TEST(test_chosen),
		TEST(test_ended),
		TEST(test_live),
		TEST(test_windows),
		TEST(test_recording),
		TEST(test_layout),
		TEST(test_every_size),
		TEST(test_lines),
		TEST(test_large_figures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
