// SPDX-License-Identifier: GPL-2.0-only
/* Recordings read, whole and damaged; and the figures taken from them. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/downsample.h"
#include "lib/history.h"
#include "lib/recording.h"
#include "lib/text.h"

#define HEAD \
	"kmemlab recording 1\nkernel 6.1\nmachine cpus 2 memory 196608 swap 0\ninterval_ms 10\n" \
	"began 1767225600\nbegan_boottime_ns 1000\ncommand a\\x20b c\nlost late 3\n"

static int read_bytes(const char *bytes, size_t length, struct kml_recording **ret,
		      struct kml_recording_error *error)
{
	FILE *in = fmemopen((void *)bytes, length, "r");
	int err;

	assert_non_null(in);
	err = kml_recording_read(in, ret, error);
	fclose(in);
	return err;
}

static struct kml_recording *good(const char *text)
{
	struct kml_recording_error error;
	struct kml_recording *recording = NULL;

	assert_int_equal(read_bytes(text, strlen(text), &recording, &error), 0);
	return recording;
}

static void bad(const char *text, int err, size_t line, const char *why)
{
	struct kml_recording_error error;
	struct kml_recording *recording = NULL;

	assert_int_equal(read_bytes(text, strlen(text), &recording, &error), err);
	assert_int_equal(error.line, line);
	assert_string_equal(error.why, why);
	assert_null(recording);
}

static struct kml_recording *stored(const char *path)
{
	struct kml_recording_error error;
	struct kml_recording *recording = NULL;
	FILE *in = fopen(path, "r");

	assert_non_null(in);
	assert_int_equal(kml_recording_read(in, &recording, &error), 0);
	fclose(in);
	return recording;
}

/* --- a line --------------------------------------------------------------------- */

static void test_line(void **state)
{
	struct sample_line s;
	char name[KML_NAME_SIZE];

	assert_int_equal(sample_line_parse("pid 131 usr 595727581840 sys 463141635510 time 8812345678901 total 2260 stack 132 data 480 rss 1600 anon 1100 file 500 shmem 1 swap 2 pgtables 44 peak 1700 minflt 212 majflt 3 threads 4 comm bash victim 1 ended 1 status 9",
					   &s, name), 0);
	assert_int_equal(s.pid, 131);
	assert_int_equal(s.usr_ns, 595727581840);
	assert_int_equal(s.sys_ns, 463141635510);
	assert_int_equal(s.time_ns, 8812345678901);
	assert_int_equal(s.total, 2260);
	assert_int_equal(s.stack, 132);
	assert_int_equal(s.data, 480);
	assert_int_equal(s.rss, 1600);
	assert_int_equal(s.anon, 1100);
	assert_int_equal(s.file, 500);
	assert_int_equal(s.shmem, 1);
	assert_int_equal(s.swap, 2);
	assert_int_equal(s.pgtables, 44);
	assert_int_equal(s.peak, 1700);
	assert_int_equal(s.minflt, 212);
	assert_int_equal(s.majflt, 3);
	assert_int_equal(s.threads, 4);
	assert_int_equal(s.victim, 1);
	assert_int_equal(s.ended, 1);
	assert_int_equal(s.status, 9);
	assert_string_equal(name, "bash");
}

static void test_line_by_name(void **state)
{
	struct sample_line s;
	char name[KML_NAME_SIZE];

	/* Any order, unknown names, and names that only begin like known ones. */
	assert_int_equal(sample_line_parse("time 4 colour blue rssx 9 sys 3 rss 5 usr 2 pid 1", &s,
					   name), 0);
	assert_int_equal(s.pid, 1);
	assert_int_equal(s.usr_ns, 2);
	assert_int_equal(s.sys_ns, 3);
	assert_int_equal(s.time_ns, 4);
	assert_int_equal(s.rss, 5);
	assert_int_equal(s.ended, 0);
	assert_string_equal(name, "");
}

static void test_line_numbers(void **state)
{
	static const struct {
		const char *line;
		int err;
	} cases[] = {
		{ "pid 1 usr 2 sys 3 time 18446744073709551615", 0 },
		{ "pid 1 usr 2 sys 3 time 18446744073709551616", -ERANGE },
		{ "pid 1 usr 2 sys 3 time 99999999999999999999999999", -ERANGE },
		{ "pid 1 usr 2 sys 3 time -4", -EINVAL },
		{ "pid 1 usr 2 sys 3 time +4", -EINVAL },
		{ "pid 1 usr 2 sys 3 time 4x", -EINVAL },
		{ "pid 1 usr 2 sys 3 time 0x4", -EINVAL },
		{ "pid 1 usr 2 sys 3 time", -EINVAL },
		{ "pid 1 usr 2 sys 3 time ", -EINVAL },
		{ "pid 1 usr 2 sys 3 time 4 ", -EINVAL },
		{ "pid 1 usr 2 sys 3", -EINVAL },
		{ "pid 1 usr 2 time 4", -EINVAL },
		{ "pid 1  usr 2 sys 3 time 4", -EINVAL },
		{ " pid 1 usr 2 sys 3 time 4", -EINVAL },
		{ "", -EINVAL },
		{ "131", -EINVAL },
	};
	struct sample_line s;
	char name[KML_NAME_SIZE];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(sample_line_parse(cases[i].line, &s, name), cases[i].err);
}

static void test_line_name(void **state)
{
	char line[256], name[KML_NAME_SIZE], longest[KML_NAME_SIZE];
	struct sample_line s;

	memset(longest, 'n', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	snprintf(line, sizeof(line), "pid 1 usr 2 sys 3 time 4 comm %s", longest);
	assert_int_equal(sample_line_parse(line, &s, name), 0);
	assert_string_equal(name, longest);
	strcat(line, "n");
	assert_int_equal(sample_line_parse(line, &s, name), -EINVAL);

	assert_int_equal(sample_line_parse("pid 1 usr 2 sys 3 time 4 comm \033[1m\x9b\xff", &s, name),
			 0);
	assert_string_equal(name, "\\x1b[1m\\x9b\\xff");
}

/* --- a recording ------------------------------------------------------------------ */

static void test_good(void **state)
{
	struct kml_recording *r = good(HEAD
		"sample pid 5 usr 0 sys 0 time 2000 rss 10 comm a\n"
		"sample pid 5 usr 1 sys 2 time 3000 rss 20 comm b\n"
		"sample pid 7 usr 0 sys 0 time 1500 rss 30 comm c\n"
		"weather fine\n"
		"end 3\n");

	assert_string_equal(r->head.kernel, "6.1");
	assert_int_equal(r->head.cpus, 2);
	assert_int_equal(r->head.memory_kib, 196608);
	assert_int_equal(r->head.interval_ms, 10);
	assert_int_equal(r->head.began, 1767225600);
	assert_int_equal(r->head.began_boottime_ns, 1000);
	assert_string_equal(r->head.command, "a\\x20b c");
	assert_int_equal(kml_counters_get(&r->head.lost, "late"), 3);
	assert_int_equal(kml_counters_get(&r->head.lost, "none"), 0);
	assert_int_equal(r->n_processes, 2);
	assert_int_equal(r->processes[0].n, 2);
	assert_string_equal(r->processes[0].name, "b");
	assert_int_equal(r->processes[1].pid, 7);
	assert_int_equal(r->processes[1].samples[0].rss, 30);
	assert_int_equal(kml_since_start(r, &r->processes[0].samples[1]), 2000);
	kml_recording_free(r);
}

/* A counter's name is shown as well. */
static void test_counter_name(void **state)
{
	struct kml_counters counters = {};

	kml_counters_add(&counters, "a\033[1m\x9b 5");
	kml_counters_add(&counters, "a_name_of_exactly_31_bytes_____ 7");
	kml_counters_add(&counters, "a_name_of_one_byte_more_________ 8");
	assert_int_equal(counters.n, 2);
	assert_string_equal(counters.counters[0].name, "a\\x1b[1m\\x9b");
	assert_int_equal(kml_counters_get(&counters, "a_name_of_exactly_31_bytes_____"), 7);
}

static void test_number_again(void **state)
{
	struct kml_recording *r = good(HEAD
		"sample pid 5 usr 9 sys 0 time 2000 comm a ended 1 status 0\n"
		"sample pid 5 usr 0 sys 0 time 1000 comm b\n"
		"end 2\n");

	assert_int_equal(r->n_processes, 2);
	assert_string_equal(r->processes[0].name, "a");
	assert_string_equal(r->processes[1].name, "b");
	kml_recording_free(r);
}

/* As they came: the processes are told apart, each in its order. */
static void test_mixed(void **state)
{
	struct kml_recording *r = good("kmemlab recording 2\nbegan_boottime_ns 1000\n"
		"process 1 pid 5 start 7 next 0 comm a\n"
		"sample pid 5 usr 0 sys 0 time 2000 rss 10 comm a\n"
		"sample pid 7 usr 0 sys 0 time 1500 rss 30 comm c\n"
		"event exec process 1 pid 5 at 2500 comm b\n"
		"sample pid 5 usr 1 sys 2 time 3000 rss 20 comm b ended 1 status 0\n"
		"gap 0 count 2 first 0 from 2000 to 3000 late 1\n"
		"sample pid 7 usr 0 sys 0 time 2500 rss 40 comm c\n"
		"sample pid 5 usr 0 sys 0 time 4000 rss 50 comm again\n"
		"sample pid 7 usr 0 sys 0 time 3500 rss 60 comm c\n"
		"lost late 2\n"
		"end 6\n");

	assert_int_equal(r->n_processes, 3);
	assert_int_equal(r->processes[0].n, 2);
	assert_int_equal(r->processes[0].samples[0].rss, 10);
	assert_int_equal(r->processes[0].samples[1].rss, 20);
	assert_string_equal(r->processes[0].name, "b");
	assert_int_equal(r->processes[1].pid, 7);
	assert_int_equal(r->processes[1].n, 3);
	assert_int_equal(r->processes[1].samples[0].rss, 30);
	assert_int_equal(r->processes[1].samples[1].rss, 40);
	assert_int_equal(r->processes[1].samples[2].rss, 60);
	assert_int_equal(r->processes[2].pid, 5);
	assert_int_equal(r->processes[2].samples[0].rss, 50);
	assert_int_equal(kml_counters_get(&r->head.lost, "late"), 2);
	assert_int_equal(r->n_victims, 0);
	kml_recording_free(r);
}

static void test_none(void **state)
{
	struct kml_recording *r = good(HEAD "end 0\n");

	assert_int_equal(r->n_processes, 0);
	kml_recording_free(r);
}

#define SAMPLE "sample pid 5 usr 0 sys 0 time 2000\n"

static void test_damaged(void **state)
{
	static char longest[KML_LINE_SIZE + 64];

	bad("", -EBADMSG, 1, "not a kmemlab recording");
	bad("\n", -EBADMSG, 1, "not a kmemlab recording");
	bad("<!DOCTYPE html>\n", -EBADMSG, 1, "not a kmemlab recording");
	bad("kmemlab recording\n", -EBADMSG, 1, "not a kmemlab recording");
	bad("kmemlab recording one\n", -EBADMSG, 1, "not a kmemlab recording");
	bad("kmemlab recording 1", -EBADMSG, 1, "the line is cut off");
	bad("kmemlab recording 3\n", -EPROTONOSUPPORT, 1, "a recording of another version");
	bad("kmemlab recording 0\n", -EPROTONOSUPPORT, 1, "a recording of another version");
	bad(HEAD, -EBADMSG, 9, "the recording is cut off");
	bad(HEAD "end", -EBADMSG, 9, "the line is cut off");
	bad(HEAD "end x\n", -EBADMSG, 9, "not a number");
	bad(HEAD SAMPLE "end 2\n", -EBADMSG, 10, "samples are missing");
	bad(HEAD SAMPLE SAMPLE "end 1\n", -EBADMSG, 11, "samples are missing");
	bad(HEAD "sample pid 5 usr 0 sys 0\n", -EBADMSG, 9, "not a sample");
	bad(HEAD "sample \n", -EBADMSG, 9, "not a sample");
	bad(HEAD "sample pid 99999999999999999999 usr 0 sys 0 time 1\n", -EBADMSG, 9,
	    "a number is too big");
	bad(HEAD SAMPLE "sample pid 5 usr 0 sys 0 time 1999\n", -EBADMSG, 10, "time runs backwards");
	bad("kmemlab recording 1\ninterval_ms 4294967296\n", -EBADMSG, 2, "a number is too big");
	bad("kmemlab recording 1\nmachine cpus two\n", -EBADMSG, 2, "not a machine");
	bad("kmemlab recording 1\nmachine cpus 1 memory -1 swap 0\n", -EBADMSG, 2, "not a machine");
	bad("kmemlab recording 1\nmachine cpus 1 memory 1 swap 0 more\n", -EBADMSG, 2,
	    "not a machine");
	bad("kmemlab recording 1\nmachine cpus +1 memory 1 swap 0\n", -EBADMSG, 2, "not a machine");
	bad("kmemlab recording 1\nmachine cpus 1  memory\t1 swap 0\n", -EBADMSG, 2,
	    "not a machine");
	bad("kmemlab recording 1\nmachine cpus 1 memory 18446744073709551616 swap 0\n", -EBADMSG,
	    2, "a number is too big");

	strcpy(longest, "kmemlab recording 1\n");
	memset(longest + strlen(longest), 'x', sizeof(longest) - 1 - strlen(longest));
	bad(longest, -EBADMSG, 2, "the line is too long");
}

static void test_nul(void **state)
{
	static const char bytes[] = "kmemlab recording 1\ncommand a\0b\nend 0\n";
	struct kml_recording_error error;
	struct kml_recording *recording;

	assert_int_equal(read_bytes(bytes, sizeof(bytes) - 1, &recording, &error), -EBADMSG);
	assert_int_equal(error.line, 2);
	assert_string_equal(error.why, "a NUL byte");
}

static char *load(const char *path, size_t *ret_length)
{
	static char bytes[1 << 16];
	FILE *in = fopen(path, "r");

	assert_non_null(in);
	*ret_length = fread(bytes, 1, sizeof(bytes), in);
	assert_true(*ret_length < sizeof(bytes));
	fclose(in);
	return bytes;
}

static void test_every_truncation(void **state)
{
	struct kml_recording_error error;
	struct kml_recording *recording;
	size_t length;
	char *bytes = load("tests/host/recordings/oom.rec", &length);

	for (size_t n = 1; n < length; n++)
		assert_int_equal(read_bytes(bytes, n, &recording, &error), -EBADMSG);
}

static uint32_t xorshift(uint32_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 17;
	*x ^= *x << 5;
	return *x;
}

/* What is read from a damaged file is shown, so its figures have to be safe to take as well. */
static void take_figures(const struct kml_recording *r)
{
	for (size_t i = 0; i < r->n_processes; i++) {
		const struct kml_process *process = &r->processes[i];
		struct kml_summary summary;
		struct kml_kill kill;
		size_t chosen[22];
		char text[KML_SENTENCE_SIZE];

		kml_summarise(r, process, &summary);
		if (kml_find_kill(r, process, &kill))
			kml_kill_sentence(&kill, text, sizeof(text));
		assert_in_range(kml_thin(process, 20, chosen), 1, 22);
	}
}

static void test_mutations(void **state)
{
	static const char alphabet[] = "0123456789 \n-xsample pidend\0\xff\x1b";
	struct kml_recording_error error;
	struct kml_recording *recording;
	size_t length, readable = 0;
	char *bytes = load("tests/host/recordings/oom.rec", &length);
	char *copy = malloc(length);
	uint32_t seed = 20260101;

	assert_non_null(copy);
	for (int round = 0; round < 5000; round++) {
		memcpy(copy, bytes, length);
		for (uint32_t i = xorshift(&seed) % 8; i < 8; i++)
			copy[xorshift(&seed) % length] =
				alphabet[xorshift(&seed) % (sizeof(alphabet) - 1)];
		if (read_bytes(copy, length, &recording, &error)) {
			assert_non_null(error.why);
			continue;
		}
		take_figures(recording);
		kml_recording_free(recording);
		readable++;
	}
	free(copy);
	/* Some changes are harmless: without such rounds the figures were not tried. */
	assert_in_range(readable, 100, 4900);
}

static void test_written_is_read(void **state)
{
	struct kml_recording *r = stored("tests/host/recordings/oom.rec"), *again;
	const struct kml_stream_process process = { .pid = 1, .comm = "a b" };
	const struct kml_sample sample = { .field = {
		[KML_USR] = 2, [KML_SYS] = 3, [KML_TIME] = 4,
		[KML_ANON] = 5, [KML_FILE] = 6, [KML_SHMEM] = 7,
		[KML_FLAGS] = KML_ENDED, [KML_STATUS] = 9,
	} };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	kml_counters_raise(&r->head.lost, "late", 2);
	kml_counters_raise(&r->head.lost, "missed", 0);
	kml_counters_raise(&r->head.lost, "thinned", 4);
	kml_recording_write_head(out, &r->head);
	assert_int_equal(kml_recording_write_sample(out, &process, &sample), 0);
	kml_recording_write_end(out, &r->head.lost, 1);
	fclose(out);
	again = good(text);
	assert_memory_equal(&again->head, &r->head, sizeof(r->head));
	assert_int_equal(kml_counters_get(&again->head.lost, "late"), 5);
	assert_int_equal(kml_counters_get(&again->head.lost, "thinned"), 4);
	assert_string_equal(again->processes[0].name, "a\\x20b");
	assert_int_equal(again->processes[0].samples[0].usr_ns, 2);
	assert_int_equal(again->processes[0].samples[0].sys_ns, 3);
	assert_int_equal(again->processes[0].samples[0].time_ns, 4);
	assert_int_equal(again->processes[0].samples[0].rss, 5 + 6 + 7);
	assert_int_equal(again->processes[0].samples[0].ended, 1);
	assert_int_equal(again->processes[0].samples[0].status, 9);
	kml_recording_free(again);
	kml_recording_free(r);
	free(text);
}

/* --- figures ---------------------------------------------------------------------- */

static void test_figures(void **state)
{
	struct kml_recording *r = stored("tests/host/recordings/oom.rec");
	const struct kml_process *hog = &r->processes[1];
	struct kml_summary summary;
	struct kml_cpu cpu;
	struct kml_kill kill;
	struct sample_line *gone;
	char sentence[KML_SENTENCE_SIZE];

	kml_summarise(r, hog, &summary);
	assert_int_equal(summary.first_ns, 100000000);
	assert_int_equal(summary.last_ns, 410000000);
	assert_int_equal(summary.peak_rss, 29000);
	assert_int_equal(summary.usr_ns, 60000000);
	assert_int_equal(summary.sys_ns, 150000000);
	assert_string_equal(summary.end, "SIGKILL, out of memory");

	assert_true(kml_cpu_between(&hog->samples[0], &hog->samples[10], &cpu));
	assert_float_equal(cpu.usr, 20, 1e-9);
	assert_float_equal(cpu.sys, 50, 1e-9);
	assert_false(kml_cpu_between(&hog->samples[3], &hog->samples[3], &cpu));

	assert_false(kml_find_kill(r, &r->processes[0], &kill));
	assert_true(kml_find_kill(r, hog, &kill));
	assert_true(kill.oom);
	assert_int_equal(kill.before, 29);
	assert_ptr_equal(kill.sample, &hog->samples[29]);
	assert_int_equal(kill.at_ns, 390000000);
	/* The first sample as a victim has 20000 left: the one before is what it was killed at. */
	assert_int_equal(kill.rss, 29000);
	kml_kill_sentence(&kill, sentence, sizeof(sentence));
	assert_string_equal(sentence,
			    "hog (pid 132) was killed by the OOM killer 0.4 s after the start, at 28.3 MiB resident");

	/* The kernel kills before it marks: the memory may have gone before the mark is seen. */
	gone = (struct sample_line *)&hog->samples[28];
	gone[0].rss = 0;
	gone[1].rss = 0;
	assert_true(kml_find_kill(r, hog, &kill));
	assert_int_equal(kill.before, 29);
	assert_int_equal(kill.rss, hog->samples[27].rss);
	assert_true(kill.rss > 0);
	kml_recording_free(r);
}

/* Where the moment of the choice is known, it counts, whatever the samples around it show. */
static void test_victims(void **state)
{
	struct kml_recording *r = good("kmemlab recording 2\nbegan_boottime_ns 1000\n"
		"event victim process 0 pid 5 at 1500 usr 0 sys 0 time 1500 rss 9 comm before\n"
		"sample pid 5 usr 0 sys 0 time 2000 rss 10 comm a\n"
		"event victim process 1 pid 5 at 3500 usr 0 sys 0 time 3500 rss 25 comm a\n"
		"sample pid 5 usr 0 sys 0 time 3000 rss 30 comm a\n"
		"sample pid 5 usr 0 sys 0 time 4000 rss 20 comm a victim 1\n"
		"sample pid 5 usr 0 sys 0 time 5000 rss 0 comm a victim 1 ended 1 status 9\n"
		"event victim process 0 pid 7 at 6000 usr 0 sys 0 time 6000 rss 2048 comm other\n"
		"end 4\n");
	char sentence[KML_SENTENCE_SIZE];
	struct kml_kill kill;

	assert_int_equal(r->n_victims, 3);
	assert_true(kml_find_kill(r, &r->processes[0], &kill));
	assert_true(kill.oom);
	assert_ptr_equal(kill.process, &r->processes[0]);
	assert_int_equal(kill.before, 2);
	assert_int_equal(kill.at_ns, 2500);
	assert_int_equal(kill.rss, 25);
	assert_int_equal(kill.sample->rss, 25);

	assert_true(kml_find_stranger(r, &r->victims[0], &kill));
	assert_string_equal(kill.name, "before");
	assert_false(kml_find_stranger(r, &r->victims[1], &kill));
	assert_true(kml_find_stranger(r, &r->victims[2], &kill));
	assert_null(kill.process);
	kml_kill_sentence(&kill, sentence, sizeof(sentence));
	assert_string_equal(sentence,
			    "other (pid 7) was killed by the OOM killer 0.0 s after the start, at 2.0 MiB resident; it was not recorded");
	kml_recording_free(r);
	bad("kmemlab recording 2\nevent victim process 0 pid 5\n", -EBADMSG, 2, "not a sample");
}

static void test_sigkill(void **state)
{
	struct kml_recording *r = stored("tests/host/recordings/names.rec");
	struct kml_summary summary;
	struct kml_kill kill;

	assert_true(kml_find_kill(r, &r->processes[0], &kill));
	assert_false(kill.oom);
	assert_int_equal(kill.before, 2);
	assert_int_equal(kill.rss, 1024);
	assert_false(kml_find_kill(r, &r->processes[1], &kill));
	kml_summarise(r, &r->processes[1], &summary);
	assert_string_equal(summary.end, "exit 3");
	kml_summarise(r, &r->processes[2], &summary);
	assert_string_equal(summary.end, "still running");
	kml_recording_free(r);
}

static void test_thin(void **state)
{
	struct sample_line samples[1000];
	struct kml_process process = { .samples = samples, .n = 1000 };
	size_t chosen[22], n, peak = 0;

	for (size_t i = 0; i < 1000; i++)
		samples[i] = (struct sample_line){ .time_ns = i * 10, .rss = i == 777 ? 5000 : i % 7 };
	n = kml_thin(&process, 20, chosen);
	assert_in_range(n, 20, 22);
	assert_int_equal(chosen[0], 0);
	assert_int_equal(chosen[n - 1], 999);
	for (size_t i = 1; i < n; i++) {
		assert_true(chosen[i] > chosen[i - 1]);
		peak |= chosen[i] == 777;
	}
	assert_true(peak);

	/* All at one time, and one alone. */
	for (size_t i = 0; i < 1000; i++)
		samples[i].time_ns = 5;
	assert_in_range(kml_thin(&process, 20, chosen), 2, 3);
	process.n = 1;
	assert_int_equal(kml_thin(&process, 20, chosen), 1);
}

#define ROWS_HEAD \
	"kmemlab recording 2\nkernel 6.1\nmachine cpus 2 memory 196608 swap 0\ninterval_ms 10\n" \
	"began 1767225600\nbegan_boottime_ns 1000\ncommand x\n"

/* Events, gaps and the machine, whoever they are of, in the order in which they came. */
static void test_rows(void **state)
{
	struct kml_recording *r = good(ROWS_HEAD
		"event exec process 3 pid 131 at 2000 comm a\\x20b\n"
		"process 3 pid 131 start 5 next 0 comm hog\n"
		"process 3 pid 131 start 5 next 9 comm pig\n"
		"event fork process 3 comm pid pid 131 at 3000 child 140\n"
		"event exit process 3 pid 131 at 4000 status 9 usr 1 sys 2 time 3999 comm hog\n"
		"event colour process 3\n"
		"gap 3 count 48 first 2 from 100 to 200 reclaimed 1 recycled 1\n"
		"gap 0 count 3 first 0 from 300 to 400 missed 1\n"
		"gap 77 count 1 first 0 from 0 to 400 removed 1 colour 1\n"
		"system time 5000 free 10 available 20 swap_free 30 vmalloc 40\n"
		"end 0\n");

	assert_int_equal(r->n_events, 3);
	assert_int_equal(r->events[0].kind, KML_EVENT_EXEC);
	assert_int_equal(r->events[0].time_ns, 2000);
	assert_string_equal(r->events[0].name, "a\\x20b");
	assert_int_equal(r->events[1].kind, KML_EVENT_FORK);
	assert_int_equal(r->events[1].pid, 131);
	assert_int_equal(r->events[1].child, 140);
	assert_string_equal(r->events[1].name, "pid");
	assert_int_equal(r->events[2].time_ns, 4000);
	assert_int_equal(r->events[2].status, 9);

	assert_int_equal(r->n_gaps, 3);
	assert_int_equal(r->gaps[0].pid, 131);
	assert_false(r->gaps[0].of_all);
	assert_int_equal(r->gaps[0].count, 48);
	assert_int_equal(r->gaps[0].from_ns, 100);
	assert_int_equal(r->gaps[0].to_ns, 200);
	assert_int_equal(r->gaps[0].reasons, KML_GAP_RECLAIMED | KML_GAP_RECYCLED);
	assert_true(r->gaps[1].of_all);
	assert_int_equal(r->gaps[1].reasons, KML_GAP_MISSED);
	assert_int_equal(r->gaps[2].pid, 0);
	assert_false(r->gaps[2].of_all);

	assert_int_equal(r->n_systems, 1);
	assert_int_equal(r->systems[0].time, 5000);
	assert_int_equal(r->systems[0].free, 10);
	assert_int_equal(r->systems[0].swap_free, 30);
	assert_int_equal(r->systems[0].vmalloc, 40);
	assert_true(r->systems[0].anon == KML_UNKNOWN_FIGURE);
	kml_recording_free(r);

	bad(ROWS_HEAD "event exec process 3 at 2000\n", -EBADMSG, 8, "not an event");
	bad(ROWS_HEAD "event exec process 3 pid 131\n", -EBADMSG, 8, "not an event");
	bad(ROWS_HEAD "gap x count 48 first 2 from 1 to 2\n", -EBADMSG, 8, "not a gap");
	bad(ROWS_HEAD "gap 3 count 48 first 2 from 1\n", -EBADMSG, 8, "not a gap");
	bad(ROWS_HEAD "system free 5\n", -EBADMSG, 8, "not the machine's memory");
	bad(ROWS_HEAD "process 3 start 5\n", -EBADMSG, 8, "not a process");
}

static void test_downsample(void **state)
{
	static double values[100000];
	static size_t chosen[4000];
	size_t n, low = 0, high = 0;

	for (size_t i = 0; i < 100000; i++)
		values[i] = (double)(i % 100);
	values[12345] = -1;
	values[54321] = 1000;
	n = kml_downsample(values, 1, 100000, 4000, chosen);
	assert_in_range(n, 2000, 4000);
	assert_int_equal(chosen[0], 0);
	assert_int_equal(chosen[n - 1], 99999);
	for (size_t i = 0; i < n; i++) {
		assert_true(!i || chosen[i] > chosen[i - 1]);
		low |= chosen[i] == 12345;
		high |= chosen[i] == 54321;
	}
	assert_true(low && high);

	n = kml_downsample(values, 1, 4000, 4000, chosen);
	assert_int_equal(n, 4000);
	assert_int_equal(chosen[1234], 1234);
	assert_int_equal(kml_downsample(values, 1, 0, 4000, chosen), 0);
}

/* Two curves in one table, of which one ends: each has a peak and a low of its own. */
static void test_downsample_together(void **state)
{
	static double values[2 * 10000];
	static size_t chosen[600];
	size_t n, seen = 0;

	for (size_t i = 0; i < 10000; i++) {
		values[2 * i] = 5;
		values[2 * i + 1] = i < 5000 ? 7 : NAN;
	}
	values[2222] = 6;
	values[4444] = 4;
	values[6667] = 8;
	values[8889] = 6;
	n = kml_downsample(values, 2, 10000, 600, chosen);
	assert_in_range(n, 200, 600);
	for (size_t i = 0; i < n; i++) {
		assert_true(!i || chosen[i] > chosen[i - 1]);
		seen += chosen[i] % 1111 == 0 && chosen[i] && chosen[i] < 5000;
	}
	assert_int_equal(seen, 4);
}

static void test_text(void **state)
{
	char text[32];

	kml_escape(text, sizeof(text), "a\n\033b", 4);
	assert_string_equal(text, "a\\x0a\\x1bb");
	/* Never half an escape. */
	kml_escape(text, 8, "\033\033", 2);
	assert_string_equal(text, "\\x1b");
	kml_escape(text, 1, "abc", 3);
	assert_string_equal(text, "");
	assert_string_equal(kml_human_kib(184320, text, sizeof(text)), "180.0 MiB");
	assert_string_equal(kml_status_text(0, text, sizeof(text)), "exit 0");
	assert_string_equal(kml_status_text(3 << 8, text, sizeof(text)), "exit 3");
	assert_string_equal(kml_status_text(9, text, sizeof(text)), "SIGKILL");
	assert_string_equal(kml_status_text(11 | 128, text, sizeof(text)), "SIGSEGV");
	assert_string_equal(kml_status_text(40, text, sizeof(text)), "signal 40");
	assert_string_equal(kml_status_text(0x7f, text, sizeof(text)), "status 0x7f");
	assert_string_equal(kml_status_text(UINT64_MAX, text, sizeof(text)),
			    "status 0xffffffffffffffff");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_line_by_name),
		cmocka_unit_test(test_line_numbers),
		cmocka_unit_test(test_line_name),
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_counter_name),
		cmocka_unit_test(test_number_again),
		cmocka_unit_test(test_mixed),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_every_truncation),
		cmocka_unit_test(test_mutations),
		cmocka_unit_test(test_written_is_read),
		cmocka_unit_test(test_figures),
		cmocka_unit_test(test_victims),
		cmocka_unit_test(test_sigkill),
		cmocka_unit_test(test_thin),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_downsample),
		cmocka_unit_test(test_downsample_together),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
