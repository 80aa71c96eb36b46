// SPDX-License-Identifier: GPL-2.0-only
/*
 * A recorder without a module, and a reader, for tests/host/database.t.
 *
 * Usage: keep write FILE SAMPLES [ROTATE_MIB KEEP]
 *	  keep read FILE
 *
 * write: two processes, and what a perl script can work out: sample N, from 0, is of process 1 + N % 2,
 * at N + 1 times 10 ms, has N us of user time and 4 * (N * N % 1000) KiB of anonymous memory. Before
 * every second an event and a row of the system come. After each batch it prints how many samples are
 * written by then. read: prints a line for each sample, its pid, time, user time and anonymous memory,
 * then what is wrong with the recording.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/recording.h"
#include "recording/keeper.h"

#define MS 1000000ull

static int fail(const char *what, int err)
{
	printf("%s: %s\n", what, strerror(-err));
	return 1;
}

static struct kml_recording_head head = {
	.kernel = "6.1.0-test", .cpus = 2, .memory_kib = 196608, .interval_ms = 10,
	.began = 1767225600, .began_boottime_ns = 1, .command = "keep",
};

static void tell_processes(struct kml_keeper *keeper)
{
	for (size_t place = 0; place < 2; place++)
		*kml_keeper_process(keeper, place) = (struct kml_process_facts){
			.id = place + 1, .pid = 101 + place, .start_ns = place + 1,
			.name = "kept",
		};
}

static int tell_sample(struct kml_keeper *keeper, uint64_t n)
{
	struct kml_sample sample = { .field = {
		[KML_TIME] = (n + 1) * 10 * MS, [KML_USR] = n * 1000,
		[KML_ANON] = 4 * (n * n % 1000), [KML_THREADS] = 1,
	} };
	const struct kml_stream_event event = {
		.time = (n + 1) * 10 * MS, .kind = KML_EVENT_FORK, .pid = 101, .other = 7,
		.comm = "child",
	};
	const struct kml_system system = { .time = (n + 1) * 10 * MS, .free = n };
	int err = 0;

	if (n % 2 == 0) {
		err = kml_keeper_event(keeper, 1, 101, &event, NULL);
		err = err ? err : kml_keeper_system(keeper, &system);
	}
	return err ? err : kml_keeper_sample(keeper, n % 2, &sample);
}

static int write_all(struct kml_keeper *keeper, uint64_t samples)
{
	int err = 0;

	tell_processes(keeper);
	kml_counters_raise(kml_keeper_lost(keeper), "late", 3);
	for (uint64_t n = 0; n < samples && !err; n++) {
		if (!kml_keeper_has_room(keeper)) {
			kml_keeper_wait(keeper);
			kml_keeper_hand_over(keeper, &head);
			kml_keeper_wait(keeper);
			err = kml_keeper_error(keeper);
			if (!err)
				printf("%" PRIu64 "\n", n);
			fflush(stdout);
		}
		if (!err)
			err = tell_sample(keeper, n);
	}
	return err ? err : kml_keeper_finish(keeper);
}

static int write_file(int argc, char **argv)
{
	const struct kml_keeper_options options = {
		.path = argv[2], .processes = 2,
		.rotate_bytes = argc > 5 ? strtoull(argv[4], NULL, 10) << 20 : 0,
		.keep = argc > 5 ? (unsigned int)strtoul(argv[5], NULL, 10) : 0,
	};
	uint64_t samples = strtoull(argv[3], NULL, 10);
	struct kml_keeper *keeper;
	int err = kml_keeper_new(&options, &keeper);

	if (err)
		return fail("new", err);
	err = kml_keeper_begin(keeper, &head);
	if (!err)
		err = write_all(keeper, samples);
	kml_keeper_free(keeper);
	if (err)
		return fail("write", err);
	printf("%" PRIu64 "\n", samples);
	return 0;
}

static int read_file(const char *path)
{
	struct kml_recording_error error;
	struct kml_recording *recording;
	int err = kml_recording_open(path, &recording, &error);

	if (err)
		return fail(error.why ?: "open", err);
	for (size_t i = 0; i < recording->n_processes; i++)
		for (size_t j = 0; j < recording->processes[i].n; j++) {
			const struct sample_line *s = &recording->processes[i].samples[j];

			printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", s->pid,
			       s->time_ns, s->usr_ns, s->anon);
		}
	printf("unfinished %d blocks %zu tables %d late %" PRIu64 "\n",
	       recording->harm.unfinished, recording->harm.blocks, recording->harm.tables,
	       kml_counters_get(&recording->head.lost, "late"));
	kml_recording_free(recording);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 3 && !strcmp(argv[1], "write"))
		return write_file(argc, argv);
	return argc == 3 && !strcmp(argv[1], "read") ? read_file(argv[2]) : 2;
}
