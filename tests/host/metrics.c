// SPDX-License-Identifier: GPL-2.0-only
/* What a stream says, added up for a scraper. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "metrics/exposition.h"
#include "metrics/metrics.h"

#define S 1000000000ULL

/* A machine of 1 GiB, its time, and a page. */
static struct metrics m;
static uint64_t now;
static char page[EXPOSITION_MAX];

/* --- telling it things -------------------------------------------------------- */

static void begin(uint64_t time)
{
	const struct kml_stream_header header = { .time = time, .interval = S / 10 };

	now = time;
	m.now = time;
	metrics_calls.header(&header, &m);
}

static void init(size_t shown)
{
	metrics_init(&m, shown, 60, 1 << 20);
	begin(1000 * S);
}

static void pass(uint64_t seconds)
{
	now += seconds * S;
	m.now = now;
}

static void settle(void)
{
	metrics_settle(&m, now);
}

static struct kml_stream_process process(int pid, const char *comm, uint64_t start)
{
	struct kml_stream_process told = { .process = (uint64_t)pid, .pid = pid, .start = start };

	strncpy(told.comm, comm, sizeof(told.comm) - 1);
	metrics_calls.process(&told, &m);
	return told;
}

static void sample_at(const struct kml_stream_process *of, uint64_t time, uint64_t usr,
		      uint64_t anon, uint64_t flags)
{
	const struct kml_sample sample = { .field = {
		[KML_TIME] = time, [KML_USR] = usr, [KML_SYS] = usr / 2, [KML_ANON] = anon,
		[KML_FILE] = 4, [KML_SHMEM] = 2, [KML_SWAP] = 8, [KML_PGTABLES] = 16,
		[KML_MINFLT] = usr / S, [KML_MAJFLT] = 3, [KML_THREADS] = 2, [KML_FLAGS] = flags,
	} };

	metrics_calls.sample(of, &sample, &m);
}

static void sample(const struct kml_stream_process *of, uint64_t usr, uint64_t anon)
{
	sample_at(of, now, usr, anon, 0);
}

static void kill_it(const struct kml_stream_process *of, const char *comm, uint64_t anon)
{
	struct kml_stream_event event = {
		.time = now, .kind = KML_EVENT_VICTIM, .process = of ? of->process : 0, .pid = 77,
	};
	const struct kml_sample at = { .field = { [KML_ANON] = anon } };

	strncpy(event.comm, comm, sizeof(event.comm) - 1);
	metrics_calls.event(of, &event, &at, &m);
}

static void gap_from(const struct kml_stream_process *of, uint32_t reasons, uint64_t count,
		     uint64_t from, uint64_t to)
{
	const struct kml_stream_gap gap = {
		.process = of ? of->process : 0, .reasons = reasons, .count = count, .from = from,
		.to = to,
	};

	metrics_calls.gap(of, &gap, &m);
}

/* --- and asking --------------------------------------------------------------- */

static void write_page(enum exposition_form form)
{
	FILE *out = fmemopen(page, sizeof(page), "w");

	assert_non_null(out);
	exposition_write(&m, form, now, now + 5 * S, out);
	assert_int_equal(fclose(out), 0);
}

/* The value of a series in the page of now, "" if it is not there. */
static const char *value(const char *series)
{
	static char found[64];
	size_t length = strlen(series);
	char *line;

	write_page(EXPOSITION_TEXT);
	*found = '\0';
	for (line = strtok(page, "\n"); line; line = strtok(NULL, "\n"))
		if (!strncmp(line, series, length) && line[length] == ' ') {
			assert_string_equal(found, "");
			snprintf(found, sizeof(found), "%s", line + length + 1);
		}
	return found;
}

#define REST "{name=\"(everything else)\"}"
#define CPU(name) "kmemlab_process_cpu_seconds_total{name=\"" name "\",mode=\"user\"}"
#define PEAK(name) "kmemlab_process_resident_peak_bytes{name=\"" name "\"}"

static void test_a_process(void **state)
{
	struct kml_stream_process told;

	init(5);
	told = process(7, "work", 900 * S);
	sample(&told, 10 * S, 100);
	settle();
	assert_string_equal(value("kmemlab_processes{name=\"work\"}"), "1");
	assert_string_equal(value("kmemlab_process_threads{name=\"work\"}"), "2");
	assert_string_equal(value("kmemlab_process_memory_bytes{name=\"work\",kind=\"anon\"}"),
			    "102400");
	assert_string_equal(value("kmemlab_process_memory_bytes{name=\"work\",kind=\"file\"}"),
			    "4096");
	assert_string_equal(value("kmemlab_process_memory_bytes{name=\"work\",kind=\"shmem\"}"),
			    "2048");
	assert_string_equal(value("kmemlab_process_memory_bytes{name=\"work\",kind=\"swap\"}"),
			    "8192");
	assert_string_equal(value("kmemlab_process_memory_bytes{name=\"work\",kind=\"pagetables\"}"),
			    "16384");
	assert_string_equal(value(PEAK("work")), "108544");
	/* What it had used before we came is not counted. */
	assert_string_equal(value(CPU("work")), "0.000000000");
	pass(1);
	sample(&told, 12 * S, 50);
	settle();
	assert_string_equal(value(CPU("work")), "2.000000000");
	assert_string_equal(value("kmemlab_process_cpu_seconds_total{name=\"work\",mode=\"system\"}"),
			    "1.000000000");
	assert_string_equal(value("kmemlab_process_faults_total{name=\"work\",kind=\"minor\"}"), "2");
	assert_string_equal(value("kmemlab_process_faults_total{name=\"work\",kind=\"major\"}"), "0");
	assert_string_equal(value("kmemlab_recorder_samples_total"), "1");
	assert_string_equal(value("kmemlab_recorder_newest_sample_timestamp_seconds"),
			    "1006.000000000");
	assert_string_equal(value("kmemlab_recorder_interval_seconds"), "0.100000000");
	assert_string_equal(value("kmemlab_processes" REST), "0");
}

static void test_one_that_came_later(void **state)
{
	struct kml_stream_process told;

	init(5);
	pass(10);
	told = process(7, "late", 1005 * S);
	sample(&told, 3 * S, 100);
	settle();
	pass(1);
	sample(&told, 4 * S, 100);
	/* Before it was shown, it was the rest's: together it is all. */
	assert_string_equal(value(CPU("late")), "1.000000000");
	assert_string_equal(value(CPU("(everything else)")), "3.000000000");
}

static void test_the_end(void **state)
{
	struct kml_stream_process told;

	init(5);
	told = process(7, "work", 900 * S);
	sample(&told, 10 * S, 100);
	settle();
	pass(1);
	sample_at(&told, now, 13 * S, 0, KML_LEFT);
	pass(1);
	sample_at(&told, now, 14 * S, 0, KML_LEFT | KML_ENDED);
	settle();
	assert_string_equal(value("kmemlab_processes{name=\"work\"}"), "0");
	assert_string_equal(value("kmemlab_recorder_processes"), "0");
	assert_string_equal(value(CPU("work")), "4.000000000");
	/* The number may be another's at once. */
	told = process(7, "work", 1001 * S);
	sample(&told, 1 * S, 10);
	assert_string_equal(value(CPU("work")), "5.000000000");
	assert_string_equal(value("kmemlab_processes{name=\"work\"}"), "1");
}

static void test_another_name(void **state)
{
	struct kml_stream_process told;

	init(5);
	told = process(7, "sh", 900 * S);
	sample(&told, 10 * S, 100);
	settle();
	pass(1);
	told = process(7, "cc1", 900 * S);
	sample(&told, 11 * S, 100);
	settle();
	assert_string_equal(value("kmemlab_processes{name=\"sh\"}"), "0");
	assert_string_equal(value("kmemlab_processes{name=\"cc1\"}"), "1");
	assert_string_equal(value("kmemlab_recorder_processes"), "1");
}

/* Whoever asks, and how often, a peak is told for a window and no longer. */
static void test_peaks(void **state)
{
	struct kml_stream_process told;

	init(5);
	told = process(7, "work", 900 * S);
	sample(&told, 0, 100);
	settle();
	pass(1);
	sample_at(&told, now - S / 2, 0, 100000, 0);
	sample(&told, 0, 100);
	for (unsigned int i = 0; i < 60; i++) {
		assert_string_equal(value(PEAK("work")), "102406144");
		pass(1);
		sample(&told, 0, 100);
		settle();
	}
	pass(10);
	assert_string_equal(value(PEAK("work")), "108544");
	/* Ticks that are rarer than the window: what is there has its peak. */
	pass(1000);
	assert_string_equal(value(PEAK("work")), "108544");
}

/* What was told late, nobody can have seen: it counts from when it came. */
static void test_a_late_peak(void **state)
{
	struct kml_stream_process told;

	init(5);
	told = process(7, "work", 900 * S);
	/* Long before we came: nobody is to be alarmed. */
	sample_at(&told, 100 * S, 0, 200000, 0);
	sample(&told, 0, 100);
	settle();
	assert_string_equal(value(PEAK("work")), "108544");
	pass(600);
	sample_at(&told, now - 500 * S, 0, 100000, 0);
	sample(&told, 0, 100);
	settle();
	assert_string_equal(value(PEAK("work")), "102406144");
}

static void tell_machine(uint64_t available)
{
	const struct kml_system system = {
		.time = now, .available = available, .vmalloc = KML_UNKNOWN_FIGURE,
	};

	metrics_calls.system(&system, &m);
}

static void test_the_machine(void **state)
{
	init(5);
	assert_string_equal(value("kmemlab_machine_available_least_bytes"), "");
	assert_string_equal(value("kmemlab_recorder_newest_sample_timestamp_seconds"), "");
	pass(1);
	tell_machine(100);
	pass(1);
	tell_machine(3);
	pass(1);
	tell_machine(200);
	assert_string_equal(value("kmemlab_machine_memory_bytes{kind=\"available\"}"), "204800");
	assert_string_equal(value("kmemlab_machine_available_least_bytes"), "3072");
	/* What the kernel does not tell is left out. */
	assert_string_equal(value("kmemlab_machine_memory_bytes{kind=\"vmalloc\"}"), "");
	pass(100);
	assert_string_equal(value("kmemlab_machine_available_least_bytes"), "204800");
}

/* --- names -------------------------------------------------------------------- */

static void test_the_rest(void **state)
{
	struct kml_stream_process told[4];
	char name[2] = "a";

	init(2);
	for (int i = 0; i < 4; i++) {
		*name = (char)('a' + i);
		told[i] = process(i + 1, name, 900 * S);
		sample(&told[i], 0, 1000 * (uint64_t)(i + 1));
	}
	settle();
	assert_string_equal(value("kmemlab_processes{name=\"d\"}"), "1");
	assert_string_equal(value("kmemlab_processes{name=\"c\"}"), "1");
	assert_string_equal(value("kmemlab_processes{name=\"b\"}"), "");
	assert_string_equal(value("kmemlab_processes" REST), "2");
	assert_string_equal(value(PEAK("(everything else)")), "2054144");
	pass(1);
	sample(&told[0], 10 * S, 1000);
	/* One that is larger, but not by much, takes no place. */
	sample(&told[1], 0, 5000);
	settle();
	assert_string_equal(value("kmemlab_processes{name=\"b\"}"), "");
	assert_string_equal(value(CPU("(everything else)")), "10.000000000");
	/* That much CPU does: a share of the machine is a share. */
	assert_string_equal(value("kmemlab_processes{name=\"a\"}"), "1");
	assert_string_equal(value(CPU("a")), "0.000000000");
	assert_string_equal(value("kmemlab_processes{name=\"c\"}"), "");
	pass(1);
	sample(&told[0], 11 * S, 1000);
	assert_string_equal(value(CPU("a")), "1.000000000");
	assert_string_equal(value(CPU("(everything else)")), "10.000000000");
}

/* Names are their owners' to choose: their number is not. */
static void test_no_end_of_names(void **state)
{
	static struct kml_stream_process last;
	unsigned int lines = 0;

	init(NAMES_SHOWN_MAX);
	for (int i = 1; i < PROCESSES_MAX + 100; i++) {
		char name[16];

		snprintf(name, sizeof(name), "\x01\x01\x01\x01%d", i);
		last = process(i, name, 900 * S);
		sample(&last, 0, 1 + (uint64_t)i);
	}
	settle();
	assert_int_equal(m.names.n, NAMES_MAX);
	assert_int_equal(m.names.shown, NAMES_SHOWN_MAX);
	assert_string_equal(value("kmemlab_recorder_processes"), "8192");
	assert_string_equal(value("kmemlab_recorder_missing_processes_total{reason=\"untracked\"}"),
			    "99");
	write_page(EXPOSITION_OPENMETRICS);
	for (const char *c = page; *c; c++)
		lines += *c == '\n';
	assert_in_range(lines, 12 * NAMES_SHOWN_MAX, 16 * NAMES_SHOWN_MAX);
	assert_string_equal(page + strlen(page) - 6, "# EOF\n");
	/* With the processes, the names go; new ones find a place. */
	for (int i = 1; i < PROCESSES_MAX + 100; i++) {
		last.pid = i;
		sample_at(&last, now + 1, 0, 0, KML_ENDED);
	}
	assert_string_equal(value("kmemlab_recorder_processes"), "0");
	pass(1);
	last = process(1, "new", 1001 * S);
	sample(&last, 0, 1 << 19);
	settle();
	assert_string_equal(value("kmemlab_processes{name=\"new\"}"), "1");
}

static void test_hostile_names(void **state)
{
	struct kml_stream_process told;

	init(5);
	told = process(7, "a\"} 1\n\\x\xff", 900 * S);
	sample(&told, 0, 100);
	told = process(8, "(everything els", 900 * S);
	sample(&told, 0, 100);
	settle();
	assert_string_equal(value("kmemlab_processes{name=\"a\\\\x22} 1\\\\x0a\\\\x5cx\\\\xff\"}"), "1");
	assert_string_equal(value("kmemlab_processes{name=\"(everything els\"}"), "1");
	assert_string_equal(value("kmemlab_processes" REST), "0");
}

/* --- OOM kills ---------------------------------------------------------------- */

#define VICTIMS(name) "kmemlab_oom_victims_total{name=\"" name "\"}"

static void test_kills(void **state)
{
	struct kml_stream_process told;

	init(5);
	assert_string_equal(value("kmemlab_oom_kills_total"), "0");
	told = process(7, "hog", 900 * S);
	pass(1);
	sample(&told, 0, 100);
	kill_it(&told, "hog", 150000);
	settle();
	pass(1);
	kill_it(NULL, "stranger", 5);
	assert_string_equal(value("kmemlab_oom_kills_total"), "2");
	assert_string_equal(value(VICTIMS("hog")), "1");
	assert_string_equal(value("kmemlab_oom_victim_resident_bytes{name=\"hog\"}"), "153600000");
	assert_string_equal(value("kmemlab_oom_victim_timestamp_seconds{name=\"hog\"}"),
			    "1006.000000000");
	assert_string_equal(value(VICTIMS("stranger")), "1");
	/* Its memory at that moment is a peak that no tick saw. */
	assert_string_equal(value(PEAK("hog")), "153600000");
	/* One of before us is not counted. */
	now = 999 * S;
	kill_it(NULL, "before", 5);
	now = 1010 * S;
	assert_string_equal(value(VICTIMS("before")), "");
}

static void test_many_victims(void **state)
{
	char name[32];

	init(5);
	for (int i = 0; i < 40; i++) {
		pass(1);
		snprintf(name, sizeof(name), "victim%d", i);
		kill_it(NULL, name, 5);
	}
	assert_string_equal(value("kmemlab_oom_kills_total"), "40");
	assert_string_equal(value(VICTIMS("victim7")), "");
	assert_string_equal(value(VICTIMS("victim8")), "1");
	assert_string_equal(value(VICTIMS("victim39")), "1");
}

/* One that ended before the module could add it: its last words are all. */
static void test_a_brief_one(void **state)
{
	struct kml_stream_event event = { .kind = KML_EVENT_EXIT, .pid = 9, .comm = "cc1" };
	const struct kml_sample at = { .field = { [KML_USR] = 2 * S, [KML_PEAK] = 5000 } };

	init(5);
	pass(1);
	event.time = now;
	metrics_calls.event(NULL, &event, &at, &m);
	settle();
	assert_string_equal(value(CPU("(everything else)")), "2.000000000");
	assert_string_equal(value(PEAK("cc1")), "5120000");
	assert_string_equal(value("kmemlab_events_total{kind=\"exit\"}"), "1");
}

/* --- what is missing, and streams that follow each other ---------------------- */

#define MISSING(reason) "kmemlab_recorder_missing_samples_total{reason=\"" reason "\"}"
#define TICKS(reason) "kmemlab_recorder_untimely_ticks_total{reason=\"" reason "\"}"

static void test_gaps(void **state)
{
	struct kml_stream_process told;

	init(5);
	told = process(7, "work", 900 * S);
	/* Of before us. */
	gap_from(&told, KML_GAP_RECLAIMED, 1000, 0, 950 * S);
	gap_from(NULL, KML_GAP_LATE, 1000, 0, 1001 * S);
	sample(&told, 0, 100);
	pass(5);
	gap_from(&told, KML_GAP_RECLAIMED, 3, 1000 * S, 1003 * S);
	gap_from(NULL, KML_GAP_LATE, 4, 1000 * S, 1003 * S);
	gap_from(NULL, KML_GAP_REFUSED, 5, 1000 * S, 1003 * S);
	metrics_calls.thinned(&told, &(struct kml_thinned){ 6, 1000 * S, 1003 * S }, &m);
	assert_string_equal(value(MISSING("reclaimed")), "3");
	assert_string_equal(value(MISSING("thinned")), "6");
	assert_string_equal(value(MISSING("recycled")), "0");
	assert_string_equal(value(TICKS("late")), "4");
	assert_string_equal(value("kmemlab_recorder_missing_processes_total{reason=\"refused\"}"), "5");
	gap_from(&told, KML_GAP_REMOVED, 0, 1000 * S, 1003 * S);
	assert_string_equal(value("kmemlab_recorder_processes"), "0");
}

/* The module tells again what it has told before. */
static void test_the_same_again(void **state)
{
	struct kml_stream_process told, gone;

	init(5);
	for (int again = 0; again < 2; again++) {
		if (again)
			begin(1010 * S);
		told = process(7, "work", 900 * S);
		gone = process(8, "gone", 1001 * S);
		now = 1002 * S;
		kill_it(NULL, "hog", 5);
		sample_at(&gone, 1002 * S, 4 * S, 10, 0);
		sample_at(&gone, 1003 * S, 5 * S, 0, KML_ENDED);
		for (uint64_t i = 0; i < 5; i++)
			sample_at(&told, (1000 + i) * S, i * S, 100, 0);
		gap_from(NULL, KML_GAP_LATE, 3, 0, 1009 * S);
		/* Meanwhile, when nobody read it. */
		now = 1007 * S;
		if (again)
			kill_it(NULL, "meanwhile", 5);
		now = 1010 * S;
		settle();
	}
	sample_at(&told, 1009 * S, 6 * S, 100, 0);
	settle();
	assert_string_equal(value(VICTIMS("hog")), "1");
	assert_string_equal(value(VICTIMS("meanwhile")), "1");
	/* 4 s were there before it was shown. */
	assert_string_equal(value(CPU("work")), "2.000000000");
	assert_string_equal(value(CPU("(everything else)")), "9.000000000");
	assert_string_equal(value("kmemlab_recorder_samples_total"), "7");
	assert_string_equal(value("kmemlab_recorder_connections_total"), "2");
	assert_string_equal(value("kmemlab_recorder_processes"), "1");
}

/* A module that was loaded anew knows nothing of those that the old one had. */
static void test_another_module(void **state)
{
	struct kml_stream_process told;

	init(5);
	told = process(7, "work", 900 * S);
	sample(&told, 10 * S, 100);
	process(8, "forgotten", 900 * S);
	settle();
	begin(1020 * S);
	told = process(7, "work", 900 * S);
	sample(&told, 12 * S, 100);
	settle();
	assert_string_equal(value("kmemlab_recorder_processes"), "1");
	assert_string_equal(value(CPU("work")), "2.000000000");
}

static void test_forms(void **state)
{
	init(5);
	write_page(EXPOSITION_TEXT);
	assert_non_null(strstr(page, "\n# TYPE kmemlab_oom_kills_total counter\nkmemlab_oom_kills_total 0\n"));
	assert_null(strstr(page, "# EOF"));
	assert_null(strstr(page, "# UNIT"));
	write_page(EXPOSITION_OPENMETRICS);
	assert_non_null(strstr(page, "\n# TYPE kmemlab_oom_kills counter\nkmemlab_oom_kills_total 0\n"));
	assert_non_null(strstr(page, "\n# UNIT kmemlab_process_cpu_seconds seconds\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_process),
		cmocka_unit_test(test_one_that_came_later),
		cmocka_unit_test(test_the_end),
		cmocka_unit_test(test_another_name),
		cmocka_unit_test(test_peaks),
		cmocka_unit_test(test_a_late_peak),
		cmocka_unit_test(test_the_machine),
		cmocka_unit_test(test_the_rest),
		cmocka_unit_test(test_no_end_of_names),
		cmocka_unit_test(test_hostile_names),
		cmocka_unit_test(test_kills),
		cmocka_unit_test(test_many_victims),
		cmocka_unit_test(test_a_brief_one),
		cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_the_same_again),
		cmocka_unit_test(test_another_module),
		cmocka_unit_test(test_forms),
	};

	return cmocka_run_group_tests_name("metrics", tests, NULL, NULL);
}
