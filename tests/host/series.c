// SPDX-License-Identifier: GPL-2.0-only
/* What top keeps of processes: exactly as long as there is room, joined and forgotten behind that. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "top/source.h"

#define SECOND 1000000000ULL
#define MINUTE (60 * SECOND)

static struct top_figures anon(uint64_t kib)
{
	return (struct top_figures){ .anon = kib, .threads = 1 };
}

static void add(struct top_series *series, uint64_t time, uint64_t kib)
{
	struct top_figures figures = anon(kib);

	assert_int_equal(top_series_add(series, time, &figures, false), 0);
}

static uint64_t resident_at(const struct top_series *series, uint64_t time)
{
	const struct top_entry *entry = top_series_at(series, time);

	return entry ? top_resident(&entry->figures) : TOP_UNKNOWN;
}

/* --- one process ---------------------------------------------------------------- */

static void test_at(void **state)
{
	struct top_series series = {};

	assert_int_equal(resident_at(&series, 100), TOP_UNKNOWN);
	for (uint64_t time = 10; time <= 50; time += 10)
		add(&series, time, time < 40 ? 7 : time);
	/* Three that are the same, and two others. */
	assert_int_equal(series.n, 3);
	assert_int_equal(resident_at(&series, 9), TOP_UNKNOWN);
	assert_int_equal(resident_at(&series, 10), 7);
	assert_int_equal(resident_at(&series, 39), 7);
	assert_int_equal(resident_at(&series, 40), 40);
	assert_int_equal(resident_at(&series, UINT64_MAX), 50);
	assert_int_equal(top_series_at(&series, 35)->to, 30);
	top_series_free(&series);
	assert_int_equal(series.room, 0);
}

static void test_gap_is_no_run(void **state)
{
	struct top_figures figures = anon(7);
	struct top_series series = {};
	uint64_t cells[5];

	add(&series, 10, 7);
	assert_int_equal(top_series_add(&series, 40, &figures, true), 0);
	assert_int_equal(series.n, 2);
	top_series_highest(&series, 10, 49, 5, cells);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(cells[i], i == 1 || i == 4 ? 7 : TOP_UNKNOWN);
	top_series_free(&series);
}

static void test_rates(void **state)
{
	struct top_figures figures = {};
	struct top_series series = {};
	struct top_rates rates;

	/* From 2 s on a tenth of the time, and 30 faults a second. */
	for (uint64_t i = 0; i <= 40; i++) {
		uint64_t busy = i > 20 ? i - 20 : 0;

		figures.usr = busy * SECOND / 100;
		figures.majflt = 3 * busy;
		assert_int_equal(top_series_add(&series, SECOND + i * SECOND / 10, &figures, false), 0);
	}
	assert_false(top_series_rates(&series, SECOND - 1, SECOND, &rates));
	assert_false(top_series_rates(&series, SECOND, SECOND, &rates));
	assert_true(top_series_rates(&series, 2 * SECOND, SECOND, &rates));
	assert_float_equal(rates.cpu, 0, 0);
	assert_true(top_series_rates(&series, 5 * SECOND, SECOND, &rates));
	assert_float_equal(rates.cpu, 10, 1e-6);
	assert_float_equal(rates.majflt, 30, 1e-6);
	assert_float_equal(rates.minflt, 0, 0);
	/* Half of that second is of before. */
	assert_true(top_series_rates(&series, 3 * SECOND + SECOND / 2, SECOND, &rates));
	assert_float_equal(rates.cpu, 5, 1e-6);
	/* There is no more than 4 s. */
	assert_true(top_series_rates(&series, 5 * SECOND, MINUTE, &rates));
	assert_float_equal(rates.cpu, 5, 1e-6);
	top_series_free(&series);
}

static void test_grown(void **state)
{
	struct top_series series = {};

	assert_int_equal(top_series_grown(&series, 10, 1), 0);
	add(&series, 10, 100);
	add(&series, 20, 300);
	add(&series, 30, 50);
	assert_int_equal(top_series_grown(&series, 20, 10), 200);
	assert_int_equal(top_series_grown(&series, 30, 10), -250);
	assert_int_equal(top_series_grown(&series, 30, 1000), -50);
	assert_int_equal(top_series_grown(&series, 100, 10), 0);
	top_series_free(&series);
}

static void test_cells(void **state)
{
	struct top_figures ended = { .flags = KML_VICTIM | KML_ENDED };
	struct top_series series = {};
	uint64_t cells[8];

	add(&series, 25, 3);
	add(&series, 31, 9);
	add(&series, 33, 4);
	add(&series, 57, 6);
	assert_int_equal(top_series_add(&series, 61, &ended, false), 0);
	/* 10 to 79: the last cell is that of the time. */
	top_series_highest(&series, 10, 75, 7, cells);
	assert_int_equal(cells[0], TOP_UNKNOWN);
	assert_int_equal(cells[1], 3);
	assert_int_equal(cells[2], 9);
	assert_int_equal(cells[3], 4);
	assert_int_equal(cells[4], 6);
	assert_int_equal(cells[5], 6);
	assert_int_equal(cells[6], TOP_UNKNOWN);
	/* What is behind the time is not known yet. */
	top_series_highest(&series, 10, 32, 2, cells);
	assert_int_equal(cells[0], 3);
	assert_int_equal(cells[1], 9);
	top_series_highest(&series, 10, 30, 2, cells);
	assert_int_equal(cells[1], 3);
	/* More cells than there was time since the machine was started. */
	top_series_highest(&series, 10, 39, 8, cells);
	assert_int_equal(cells[3], TOP_UNKNOWN);
	assert_int_equal(cells[6], 3);
	assert_int_equal(cells[7], 9);
	top_series_free(&series);
}

static void test_coarsen(void **state)
{
	struct top_figures victim = { .anon = 20, .flags = KML_VICTIM };
	struct top_series series = {};
	uint64_t cell;

	for (uint64_t time = 100; time < 200; time++)
		add(&series, time, time == 137 ? 1000 : time);
	assert_int_equal(top_series_add(&series, 200, &victim, false), 0);
	top_series_coarsen(&series, 25);
	assert_int_equal(series.n, 5);
	assert_int_equal(series.entries[1].from, 125);
	assert_int_equal(series.entries[1].to, 149);
	assert_int_equal(top_resident(&series.entries[1].figures), 149);
	top_series_highest(&series, 25, 149, 1, &cell);
	assert_int_equal(cell, 1000);
	top_series_coarsen(&series, 1000);
	/* What happens to a process is not joined with what was before. */
	assert_int_equal(series.n, 2);
	assert_int_equal(resident_at(&series, 200), 20);
	assert_int_equal(series.entries[0].highest, 1000);
	/* Nor what is on the two sides of a gap. */
	victim.anon = 30;
	assert_int_equal(top_series_add(&series, 210, &victim, true), 0);
	top_series_coarsen(&series, 1000);
	assert_int_equal(series.n, 3);
	top_series_fit(&series);
	assert_int_equal(series.room, 3);
	top_series_free(&series);
	top_series_coarsen(&series, 10);
	top_series_fit(&series);
}

static void test_forget(void **state)
{
	struct top_series series = {};

	for (uint64_t time = 10; time <= 50; time += 10)
		add(&series, time, time);
	top_series_forget(&series, 30);
	assert_int_equal(series.n, 3);
	assert_int_equal(resident_at(&series, 29), TOP_UNKNOWN);
	assert_int_equal(resident_at(&series, 30), 30);
	/* Of a process that does not say anything any more the last word stands. */
	top_series_forget(&series, 1000);
	assert_int_equal(resident_at(&series, 1000), 50);
	top_series_free(&series);
}

/* --- all of them ---------------------------------------------------------------- */

static struct top_process *process(struct top_model *model, uint64_t pid)
{
	struct top_process *found = top_model_process(model, pid, pid + 1000, "name");

	assert_non_null(found);
	return found;
}

static void tell(struct top_model *model, uint64_t pid, uint64_t time, uint64_t kib)
{
	struct top_figures figures = anon(kib);

	assert_int_equal(top_model_add(model, process(model, pid), time, &figures), 0);
}

static void tell_end(struct top_model *model, uint64_t pid, uint64_t time)
{
	struct top_figures figures = { .flags = KML_ENDED };

	assert_int_equal(top_model_add(model, process(model, pid), time, &figures), 0);
}

static void test_processes(void **state)
{
	struct top_model *model = top_model_new(100, 100);
	struct top_process *first = top_model_process(model, 7, 1, "one");

	assert_ptr_equal(top_model_process(model, 7, 1, "two"), first);
	assert_string_equal(first->name, "two");
	/* The same number, later. */
	assert_ptr_not_equal(top_model_process(model, 7, 2, "three"), first);
	assert_int_equal(model->n_processes, 2);
	assert_ptr_equal(top_model_find(model, 7, 1), first);
	assert_null(top_model_find(model, 8, 1));
	top_model_free(model);
	top_model_free(NULL);
}

/* The module tells all anew when it is opened again. */
static void test_told_twice(void **state)
{
	struct top_model *model = top_model_new(100, 100);

	for (int round = 0; round < 2; round++)
		for (uint64_t time = 1; time <= 10; time++)
			tell(model, 7, time, time);
	tell_end(model, 7, 11);
	tell(model, 7, 12, 100);
	assert_int_equal(process(model, 7)->series.n, 11);
	assert_int_equal(model->oldest, 1);
	assert_int_equal(model->newest, 11);
	top_model_free(model);
}

static size_t all_entries(const struct top_model *model)
{
	size_t n = 0;

	for (size_t i = 0; i < model->n_processes; i++) {
		assert_in_range(model->processes[i]->series.n, 0, model->processes[i]->series.room);
		n += model->processes[i]->series.room;
	}
	return n;
}

/* Five hours, each sample another one: the last of them stay, and the last minute whole. */
static void test_bounded_in_time(void **state)
{
	enum { LIMIT = 2000, HOURS = 5 };
	struct top_model *model = top_model_new(LIMIT, 100);
	const uint64_t end = 3600ULL * HOURS;

	for (uint64_t second = 1; second <= end; second++) {
		for (uint64_t pid = 1; pid <= 5; pid++)
			tell(model, pid, second * SECOND, second);
		assert_in_range(model->entries, 1, LIMIT);
	}
	assert_int_equal(all_entries(model), model->entries);
	assert_int_equal(model->n_processes, 5);
	assert_int_equal(model->grain, 0);
	assert_in_range(model->newest - model->oldest, MINUTE, 10 * MINUTE);
	for (uint64_t second = end - 60; second <= end; second++)
		assert_int_equal(resident_at(&process(model, 5)->series, second * SECOND), second);
	top_model_free(model);
}

/* More than there is room for in a minute: there is a minute all the same, and its peak. */
static void test_bounded_in_grain(void **state)
{
	enum { LIMIT = 1000 };
	struct top_model *model = top_model_new(LIMIT, 100);
	uint64_t cells[60], highest = 0;

	for (uint64_t ms = 1; ms <= 120000; ms++) {
		tell(model, 1, ms * SECOND / 1000, ms == 100321 ? 1000000 : ms);
		assert_in_range(model->entries, 1, LIMIT);
	}
	/* 60000 samples for 500 entries. */
	assert_in_range(model->grain, SECOND / 1000 * 120, SECOND / 1000 * 320);
	assert_in_range(model->newest - model->oldest, MINUTE, 2 * MINUTE);
	top_series_highest(&process(model, 1)->series, SECOND, model->newest, 60, cells);
	for (size_t i = 0; i < 60; i++) {
		assert_int_not_equal(cells[i], TOP_UNKNOWN);
		highest = cells[i] > highest ? cells[i] : highest;
	}
	assert_int_equal(highest, 1000000);
	top_model_free(model);
}

static void test_ten_thousand(void **state)
{
	enum { PROCESSES = 10000, SECONDS = 150 };
	struct top_model *model = top_model_new(TOP_MAX_ENTRIES, TOP_MAX_PROCESSES);

	for (uint64_t second = 1; second <= SECONDS; second++) {
		for (uint64_t pid = 1; pid <= PROCESSES; pid++)
			tell(model, pid, second * SECOND, pid + second);
		assert_in_range(model->entries, 1, TOP_MAX_ENTRIES);
	}
	assert_int_equal(model->n_processes, PROCESSES);
	assert_int_equal(model->refused, 0);
	assert_true(model->newest - model->oldest >= MINUTE);
	for (uint64_t pid = 1; pid <= PROCESSES; pid += 997)
		assert_int_equal(resident_at(&process(model, pid)->series, SECONDS * SECOND),
				 pid + SECONDS);
	top_model_free(model);
}

/* Some that live, and many that come and go. */
static void test_bounded_processes(void **state)
{
	enum { LIMIT = 50 };
	struct top_model *model = top_model_new(10000, LIMIT);
	uint64_t forgotten;

	for (uint64_t second = 1; second <= 10000; second++) {
		tell(model, 1, second * SECOND, second);
		tell(model, 2, second * SECOND, 1);
		if (second % 10)
			continue;
		tell(model, 100 + second, second * SECOND, 1);
		tell_end(model, 100 + second, second * SECOND + SECOND / 2);
		assert_in_range(model->n_processes, 3, LIMIT);
	}
	assert_int_equal(model->refused, 0);
	assert_true(model->forgotten > 900);
	assert_non_null(top_model_find(model, 1, 1001));
	assert_non_null(top_model_find(model, 2, 1002));
	assert_null(top_model_find(model, 110, 1110));

	/* When all of them live there is no room, which is counted. */
	forgotten = model->forgotten;
	for (uint64_t pid = 50000; pid < 50000 + 2 * LIMIT; pid++) {
		struct top_process *other = top_model_process(model, pid, 1, "lives");
		struct top_figures figures = anon(1);

		if (other)
			assert_int_equal(top_model_add(model, other, 10000 * SECOND, &figures), 0);
	}
	assert_int_equal(model->n_processes, LIMIT);
	assert_true(model->refused >= LIMIT);
	assert_true(model->forgotten > forgotten);
	assert_non_null(top_model_find(model, 2, 1002));
	top_model_free(model);
}

/* What is older than what was forgotten already, as the history of a process is read at once. */
static void test_older_than_forgotten(void **state)
{
	struct top_model *model = top_model_new(400, 100);

	for (uint64_t second = 1000; second < 2000; second++)
		tell(model, 1, second * SECOND, second);
	assert_true(model->oldest > 1000 * SECOND);
	for (uint64_t second = 1; second < 2000; second++)
		tell(model, 2, second * SECOND, second);
	assert_true(model->oldest > 1000 * SECOND);
	assert_true(process(model, 2)->series.entries[0].to >= model->oldest);
	assert_int_equal(resident_at(&process(model, 2)->series, 1999 * SECOND), 1999);
	top_model_free(model);
}

/* Who was removed from the module is forgotten with his time, though he has not ended. */
static void test_removed(void **state)
{
	struct top_model *model = top_model_new(100, 2);

	tell(model, 1, SECOND, 1);
	tell(model, 2, SECOND, 1);
	process(model, 1)->until = SECOND;
	tell(model, 2, 300 * SECOND, 1);
	tell(model, 3, 300 * SECOND, 1);
	assert_null(top_model_find(model, 1, 1001));
	assert_non_null(top_model_find(model, 2, 1002));
	assert_int_equal(model->refused, 0);
	top_model_free(model);
}

static void test_lost(void **state)
{
	struct top_model *model = top_model_new(100, 100);

	tell(model, 1, 5, 1);
	tell(model, 2, 6, 1);
	top_model_lose(model);
	assert_int_equal(process(model, 1)->until, UINT64_MAX);
	assert_int_equal(top_model_find(model, 2, 1002)->until, 6);
	top_model_free(model);
}

static void test_kills(void **state)
{
	struct top_model *model = top_model_new(100, 100);

	for (uint64_t time = 3000; time > 2000; time -= 2)
		top_model_add_kill(model, &(struct top_kill){ .time = time, .pid = 1 });
	assert_int_equal(model->kills[0].time, 2002);
	for (uint64_t time = 2001; time < 5001; time += 2)
		top_model_add_kill(model, &(struct top_kill){ .time = time, .pid = 1 });
	/* Told a second time. */
	top_model_add_kill(model, &(struct top_kill){ .time = 4999, .pid = 1 });
	assert_int_equal(model->n_kills, KML_MAX_VICTIMS);
	for (size_t i = 1; i < model->n_kills; i++)
		assert_true(model->kills[i - 1].time < model->kills[i].time);
	assert_int_equal(model->kills[model->n_kills - 1].time, 4999);
	top_model_free(model);
}

static void test_system(void **state)
{
	struct top_model *model = top_model_new(100, 100);
	const uint64_t end = 3ULL * TOP_MAX_SYSTEM;

	assert_null(top_model_system(model, 100));
	for (uint64_t time = 10; time <= end; time++)
		assert_int_equal(top_model_add_system(model, &(struct kml_system){
			.time = time, .free = time }), 0);
	assert_in_range(model->n_system, TOP_MAX_SYSTEM / 2, TOP_MAX_SYSTEM);
	assert_int_equal(top_model_system(model, end + 5)->free, end);
	/* Coarse, but there, over all of the time. */
	assert_in_range(top_model_system(model, 1000)->free, 900, 1000);
	top_model_free(model);
}

/* --- sources -------------------------------------------------------------------- */

static struct top_model *model_of(const char *path)
{
	struct kml_recording_error error;
	struct kml_recording *recording;
	struct top_model *model;
	FILE *in = fopen(path, "r");

	assert_non_null(in);
	assert_int_equal(kml_recording_read(in, &recording, &error), 0);
	assert_int_equal(fclose(in), 0);
	assert_int_equal(top_take_recording(recording, &model), 0);
	kml_recording_free(recording);
	return model;
}

static void test_recording(void **state)
{
	struct top_model *model = model_of("tests/host/recordings/oom.rec");
	struct top_process *hog = top_model_find(model, 132, 1);

	assert_int_equal(model->n_processes, 2);
	assert_int_equal(model->oldest, 1000005000000);
	assert_int_equal(model->newest, 1000410000000);
	assert_int_equal(model->interval, 10000000);
	assert_int_equal(hog->status, 9);
	assert_string_equal(hog->name, "hog");
	assert_int_equal(resident_at(&hog->series, 1000384999999), 29000);
	assert_int_equal(resident_at(&hog->series, 1000390000000), 20000);
	assert_int_equal(model->n_kills, 1);
	assert_int_equal(model->kills[0].time, 1000390000000);
	assert_int_equal(model->kills[0].resident, 29000);
	assert_string_equal(model->kills[0].name, "hog");
	top_model_free(model);
}

static void test_feed(void **state)
{
	struct top_model *model = top_model_new(100, 100);
	struct top_feed feed = { .model = model };
	struct kml_stream_header header = { .time = 100, .realtime = 1100 };
	struct kml_stream_process told = { .process = 5, .pid = 77, .start = 3, .comm = "a\033b" };
	struct kml_sample sample = { .field = { [KML_TIME] = 10, [KML_ANON] = 4, [KML_FILE] = 2 } };
	struct kml_stream_gap gap = { .process = 5, .count = 8, .reasons = KML_GAP_RECLAIMED };
	struct kml_stream_event event = { .kind = KML_EVENT_VICTIM, .time = 15, .process = 5,
					  .comm = "a" };
	struct top_process *process;

	assert_int_equal(top_feed_calls.header(&header, &feed), 0);
	assert_int_equal(model->wall, 1000);
	assert_int_equal(top_feed_calls.process(&told, &feed), 0);
	process = top_model_find(model, 77, 3);
	assert_string_equal(process->name, "a\\x1bb");
	assert_int_equal(top_feed_calls.sample(&told, &sample, &feed), 0);
	assert_int_equal(resident_at(&process->series, 10), 6);
	assert_int_equal(top_feed_calls.gap(&told, &gap, &feed), 0);
	assert_int_equal(kml_counters_get(&model->lost, "reclaimed"), 8);
	sample.field[KML_TIME] = 20;
	assert_int_equal(top_feed_calls.sample(&told, &sample, &feed), 0);
	assert_true(process->series.entries[1].gap);
	assert_int_equal(top_feed_calls.event(&told, &event, &sample, &feed), 0);
	assert_int_equal(model->kills[0].resident, 6);
	assert_int_equal(model->kills[0].pid, 77);

	gap = (struct kml_stream_gap){ .process = 5, .count = 2, .reasons = KML_GAP_REMOVED };
	assert_int_equal(top_feed_calls.gap(&told, &gap, &feed), 0);
	assert_int_equal(process->until, 20);
	assert_int_equal(kml_counters_get(&model->lost, "removed"), 0);

	/* Of a process that there was no room for nothing is kept, and nothing breaks. */
	model->max_processes = 1;
	told = (struct kml_stream_process){ .process = 6, .pid = 78 };
	assert_int_equal(top_feed_calls.process(&told, &feed), 0);
	assert_int_equal(top_feed_calls.sample(&told, &sample, &feed), 0);
	assert_null(top_model_find(model, 78, 0));
	assert_int_equal(model->refused, 1);
	top_model_free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_at),
		cmocka_unit_test(test_gap_is_no_run),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_grown),
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_coarsen),
		cmocka_unit_test(test_forget),
		cmocka_unit_test(test_processes),
		cmocka_unit_test(test_told_twice),
		cmocka_unit_test(test_bounded_in_time),
		cmocka_unit_test(test_bounded_in_grain),
		cmocka_unit_test(test_ten_thousand),
		cmocka_unit_test(test_bounded_processes),
		cmocka_unit_test(test_older_than_forgotten),
		cmocka_unit_test(test_removed),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_kills),
		cmocka_unit_test(test_system),
		cmocka_unit_test(test_recording),
		cmocka_unit_test(test_feed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
